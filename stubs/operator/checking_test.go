package operator_test

import (
	"context"
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

// checkingRows are the requirements about how an operator asks Pro Santé Connect: only what Pro Santé Connect saw shows
// them.
var checkingRows = strings.Fields("INTR-01 INTR-02 INTR-03 INTR-04 INTR-12 INTR-13 INTR-14 INTR-15 INTR-10 INTR-16 TOK-16 TOK-17 TOK-26 TOK-42 IMAP-11")

// shownByProvider tells whether a flaw is one of asking.
func shownByProvider(flaw operator.Flaw) bool {
	return !slices.ContainsFunc(flaw.Must, func(row string) bool { return !slices.Contains(checkingRows, row) })
}

// asking is an operator between a mail client and Pro Santé Connect.
type asking struct {
	*party
	provider *psc.Stub
	bench    *bench.Bench
	f        *benchtest.Failures
}

// ask starts one whose checker is of a kind, with flaws.
func ask(t *testing.T, f *benchtest.Failures, kind string, flaws ...string) *asking {
	t.Helper()
	stub, b, checkers := provided(t)
	a := &asking{party: &party{t: t, world: shared.World(t)}, provider: stub, bench: b, f: f}
	a.Operator = benchtest.Started(t, operator.Start, operator.Config{
		Bench: b, Name: "operateur", Domain: domain, Checker: checkers[kind], Flaws: flaws,
		Mailboxes: []operator.Mailbox{{Mailbox: mssante.Mailbox{Address: alixBox, Type: mssante.Personal, Holder: alix}}},
	})
	return a
}

// enters tells whether a token opens Alix's mailbox, within a time.
func (a *asking) enters(token string, within time.Duration) mail.Outcome {
	a.t.Helper()
	d, err := a.dial("imap", "")
	if err != nil {
		a.t.Fatal(err)
	}
	defer d.close()
	ctx, cancel := context.WithTimeout(a.t.Context(), within)
	defer cancel()
	return d.login(ctx, mail.XOAUTH2(alixBox, token)).Outcome
}

// forced is a token of Alix of which introspection says what it is told.
func (a *asking) forced(answer oidc.Answer) string {
	token := minted(a.t, a.provider, psc.Order{IdNat: alix})
	if err := a.provider.Force(token, answer); err != nil {
		a.t.Fatal(err)
	}
	return token
}

func (a *asking) behave(c oidc.Conduct) {
	if err := a.provider.Behave(c); err != nil {
		a.t.Fatal(err)
	}
}

const soon = 20 * time.Second

// question looks at how introspection is asked, and of whom (INTR-01 to INTR-04, INTR-12, INTR-14, IMAP-11).
func (a *asking) question() {
	a.enters(minted(a.t, a.provider, psc.Order{IdNat: alix}), soon)
	all := a.provider.Journal(func(e psc.Entry) bool { return strings.HasSuffix(e.Path, oidc.PathIntrospection) })
	for _, e := range all {
		form := e.Method == http.MethodPost && e.ContentType == "application/x-www-form-urlencoded"
		a.f.Unless(form, "INTR-01", e.Method+" "+e.ContentType)
		a.f.Unless(e.Query["token"] == "", "INTR-03", "token in the address")
		a.f.Unless(!form || e.Auth != "" && e.Query["client_secret"] == "", "INTR-02", "no proof of who asks, or in the address")
	}
	a.f.Unless(len(all) == 1, "INTR-01", "introspection was not asked once")

	a.behave(oidc.Conduct{Link: "self-signed"})
	hidden := minted(a.t, a.provider, psc.Order{IdNat: alix})
	in := a.enters(hidden, soon)
	a.f.Unless(in != mail.Accepted && len(a.provider.Asked(psc.EndpointIntrospection, hidden)) == 0, "INTR-04", string(in))
	a.behave(oidc.Conduct{})

	a.enters(a.forced(oidc.Answer{Kind: oidc.AnswerRedirect}), soon)
	trapped := a.provider.Journal(func(e psc.Entry) bool { return e.Endpoint == psc.EndpointTrap })
	a.f.Unless(len(trapped) == 0, "INTR-12", "the redirect was followed")

	old := minted(a.t, a.provider, psc.Order{IdNat: alix, Fault: "psctoken-expired-1h"})
	a.enters(old, soon)
	a.f.Unless(len(a.provider.Asked(psc.EndpointUserInfo, old)) == 0, "INTR-14", "userinfo was asked")

	before := len(a.provider.Journal(nil))
	if d, err := a.dial("imap", ""); err == nil {
		d.login(a.t.Context(), mail.Login{Mechanism: "XOAUTH2", Encoded: "!!!notbase64"})
		d.close()
	}
	a.f.Unless(len(a.provider.Journal(nil)) == before, "IMAP-11", "introspection was asked about garbage")
}

// content looks at what is taken for a yes (INTR-10, TOK-26), and at what stops the service (TOK-42).
func (a *asking) content() {
	in := a.enters(a.forced(oidc.Answer{Kind: oidc.AnswerText}), soon)
	a.f.Unless(in != mail.Accepted, "INTR-10", string(in))
	narrow := minted(a.t, a.provider, psc.Order{IdNat: alix, Fault: "psctoken-scope-openid"})
	in = a.enters(narrow, soon)
	a.f.Unless(in != mail.Accepted || len(a.provider.Asked(psc.EndpointIntrospection, narrow)) > 0, "TOK-26", string(in))
	a.enters(minted(a.t, a.provider, psc.Order{IdNat: alix, Fault: "psctoken-exp-text"}), soon)
	d, err := a.dial("imap", "")
	a.f.Unless(err == nil, "TOK-42", "nobody is served")
	if err == nil {
		d.close()
	}
}

// delays looks at how long answers take (INTR-13, INTR-16). Who serves one client at a time always has the second wait for the first:
// one time that it does not is proof enough, for the first may be given up while this machine is late.
func (a *asking) delays() {
	good := minted(a.t, a.provider, psc.Order{IdNat: alix})
	served := false
	for tries := 0; tries < 3 && !served; tries++ {
		slow := a.forced(oidc.Answer{Kind: oidc.AnswerSlow})
		answered := make(chan mail.Outcome, 1)
		go func() { answered <- a.enters(slow, soon) }()
		waiting := bench.Until(a.t.Context(), soon, func() bool {
			return len(answered) > 0 || len(a.provider.Asked(psc.EndpointIntrospection, slow)) > 0
		}) && len(answered) == 0
		a.enters(good, soon)
		served = !waiting || len(answered) == 0
		a.f.Unless(<-answered == mail.RefusedDirectly, "INTR-13", "no answer in time")
	}
	a.f.Unless(served, "INTR-16", "who comes later waits for who came before")
}

// keys looks at whether the keys are followed (INTR-15, TOK-16, TOK-17).
func (a *asking) keys() {
	a.enters(minted(a.t, a.provider, psc.Order{IdNat: alix}), soon)
	if _, err := a.provider.Rotate("RS256"); err != nil {
		a.t.Fatal(err)
	}
	a.bench.Clock.Advance(2 * time.Minute)
	in := a.enters(minted(a.t, a.provider, psc.Order{IdNat: alix}), soon)
	a.f.Unless(in == mail.Accepted, "TOK-16", string(in))
	a.bench.Clock.Advance(11 * time.Minute)
	in = a.enters(minted(a.t, a.provider, psc.Order{IdNat: alix, Shape: psc.Shape{Key: psc.KeyRetired}}), soon)
	a.f.Unless(in != mail.Accepted, "TOK-17", string(in))
}

func asked(t *testing.T, flaws ...string) map[string][]string {
	var f benchtest.Failures
	a := ask(t, &f, "both", flaws...)
	a.question()
	a.delays()
	a.content()
	ask(t, &f, "key", flaws...).keys()
	b := ask(t, &f, "key", flaws...)
	b.behave(oidc.Conduct{JWKS: http.StatusServiceUnavailable})
	in := b.enters(minted(t, b.provider, psc.Order{IdNat: alix}), soon)
	f.Unless(in != mail.Accepted, "INTR-15", string(in))
	return f.Failed()
}

// TestOperatorAsksProSanteConnect plays the honest operator, and each that neglects something in asking.
func TestOperatorAsksProSanteConnect(t *testing.T) {
	for row, how := range asked(t) {
		t.Errorf("%s: %s", row, strings.Join(how, "; "))
	}
	if testing.Short() {
		return
	}
	for _, flaw := range operator.Flaws() {
		if shownByProvider(flaw) {
			t.Run(flaw.Name, func(t *testing.T) {
				t.Parallel()
				benchtest.SingleNeglect(t, asked(t, flaw.Name), flaw.Must, flaw.May)
			})
		}
	}
}
