package operator_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// provided starts Pro Santé Connect, and the three ways of checking its tokens.
func provided(t testing.TB) (*psc.Stub, *bench.Bench, map[string]operator.Checker) {
	t.Helper()
	w := shared.World(t)
	b := w.Bench(t)
	stub := benchtest.Started(t, psc.Start, psc.Config{Bench: b, Credential: "operateur/tls", Revocation: w.Fetcher})
	client := w.Link(t, "")
	client.Timeout = 3 * time.Second
	client.Transport.(*http.Transport).MaxConnsPerHost = 0 // one that is slow holds no other up
	settings := psc.Clients()[0]
	for _, c := range psc.Clients() {
		if c.Secret != "" {
			settings = c
		}
	}
	document := stub.Discovery()
	key := func() *operator.ByKey {
		return &operator.ByKey{Issuer: stub.Issuer(), JWKS: document.JWKS, HTTP: client, Now: b.Clock.Now}
	}
	introspection := &operator.ByIntrospection{URL: document.Introspection, Client: settings.ID, Secret: settings.Secret, HTTP: client}
	return stub, b, map[string]operator.Checker{"key": key(), "introspection": introspection, "both": &operator.Both{Key: key(), Introspection: introspection}}
}

func minted(t testing.TB, stub *psc.Stub, o psc.Order) string {
	t.Helper()
	m, err := stub.Mint(o)
	if err != nil {
		t.Fatal(err)
	}
	return m.Token
}

func TestTokensOfProSanteConnect(t *testing.T) {
	stub, b, checkers := provided(t)
	for name, c := range checkers {
		person, err := c.Check(t.Context(), minted(t, stub, psc.Order{IdNat: alix}))
		if err != nil || person.IdNat != alix {
			t.Errorf("%s: honest: %+v, %v", name, person, err)
		}
		old := minted(t, stub, psc.Order{IdNat: alix})
		b.Clock.Advance(200 * time.Second)
		revoked := minted(t, stub, psc.Order{IdNat: alix})
		stub.Revoke(revoked)
		for what, token := range map[string]string{
			"expired": old, "revoked": revoked, "opaque": "abc", "empty": "",
			"rogue":     minted(t, stub, psc.Order{IdNat: alix, Shape: psc.Shape{Key: psc.KeyRogue}}),
			"no person": minted(t, stub, psc.Order{IdNat: alix, Shape: psc.Shape{Claims: map[string]any{"preferred_username": nil, "otherIds": nil}}}),
		} {
			_, err := c.Check(t.Context(), token)
			var refusal *operator.Refusal
			if errors.As(err, &refusal) == (name == "key" && what == "revoked") {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
	}
}

func TestIntrospectionThatLies(t *testing.T) {
	stub, _, checkers := provided(t)
	for _, c := range []struct {
		answer oidc.Answer
		rule   string // none where it could not be checked
	}{
		{oidc.Answer{Kind: oidc.AnswerInactive}, operator.RuleInactive},
		{oidc.Answer{Kind: oidc.AnswerOtherSubject, IdNat: sacha}, operator.RuleOtherwise},
		{oidc.Answer{Kind: oidc.AnswerConflict, IdNat: sacha}, operator.RuleOtherwise},
		{oidc.Answer{Kind: oidc.AnswerMalformed}, operator.RuleUnreadable},
		{oidc.Answer{Kind: oidc.AnswerHTML}, operator.RuleUnreadable},
		{oidc.Answer{Kind: oidc.AnswerEmpty}, operator.RuleUnreadable},
		{oidc.Answer{Kind: oidc.AnswerText}, operator.RuleUnreadable},
		{oidc.Answer{Kind: oidc.AnswerStatus, Status: 503}, ""},
		{oidc.Answer{Kind: oidc.AnswerRedirect}, ""},
		{oidc.Answer{Kind: oidc.AnswerCut}, ""},
	} {
		token := minted(t, stub, psc.Order{IdNat: alix})
		if err := stub.Force(token, c.answer); err != nil {
			t.Fatal(err)
		}
		_, err := checkers["both"].Check(t.Context(), token)
		var refusal *operator.Refusal
		if err == nil || errors.As(err, &refusal) != (c.rule != "") || refusal != nil && !slices.Contains(refusal.Rules, c.rule) {
			t.Errorf("%s: %v, want %q", c.answer.Kind, err, c.rule)
		}
	}
}

func TestKeysAreFollowed(t *testing.T) {
	stub, b, checkers := provided(t)
	c := checkers["key"]
	if _, err := c.Check(t.Context(), minted(t, stub, psc.Order{IdNat: alix})); err != nil {
		t.Fatal(err)
	}
	if _, err := stub.Rotate("RS256"); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(2 * time.Minute)
	if _, err := c.Check(t.Context(), minted(t, stub, psc.Order{IdNat: alix})); err != nil {
		t.Errorf("a new key: %v", err)
	}
	asked := len(stub.Journal(func(e psc.Entry) bool { return true }))
	for range 5 {
		_, _ = c.Check(t.Context(), minted(t, stub, psc.Order{IdNat: alix, Shape: psc.Shape{Header: map[string]any{"kid": "f00d"}}}))
	}
	if more := len(stub.Journal(func(e psc.Entry) bool { return true })) - asked; more > 1 {
		t.Errorf("an unknown key has the keys fetched %d times", more)
	}
	gone := &operator.ByKey{Issuer: stub.Issuer(), JWKS: "https://127.0.0.1:1/certs", HTTP: shared.World(t).Link(t, ""), Now: b.Clock.Now}
	var refusal *operator.Refusal
	if _, err := gone.Check(t.Context(), minted(t, stub, psc.Order{IdNat: alix})); err == nil || errors.As(err, &refusal) || !strings.Contains(err.Error(), "fetch keys") {
		t.Errorf("no keys: %v", err)
	}
}

// TestOperatorBehindProSanteConnect logs in over both protocols with tokens that the stub made.
func TestOperatorBehindProSanteConnect(t *testing.T) {
	stub, b, checkers := provided(t)
	w := shared.World(t)
	for name, c := range checkers {
		o := benchtest.Started(t, operator.Start, operator.Config{
			Bench: b, Name: "operateur", Domain: domain, Checker: c,
			Mailboxes: []operator.Mailbox{{Mailbox: mssante.Mailbox{Address: alixBox, Type: mssante.Personal, Holder: alix}}},
		})
		p := &party{Operator: o, t: t, world: w}
		for _, protocol := range []string{"imap", "smtp"} {
			for id, want := range map[mssante.IdNat]mail.Outcome{alix: mail.Accepted, sacha: mail.RefusedByChallenge} {
				d, err := p.dial(protocol, "")
				if err != nil {
					t.Fatal(err)
				}
				r := d.login(t.Context(), mail.XOAUTH2(alixBox, minted(t, stub, psc.Order{IdNat: id})))
				if r.Outcome != want || d.opened(t.Context(), alixBox) != (want == mail.Accepted) {
					t.Errorf("%s, %s, %s: %+v", name, protocol, id, r)
				}
				d.close()
			}
		}
	}
}
