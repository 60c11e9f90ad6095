package stand_test

import (
	"net/http"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/stand"
	"etalon/stubs/psc"
)

// mailParty is a mock mail operator as its candidate file declares it, with the Pro Santé Connect that it was pointed at.
type mailParty struct {
	*candidate.Candidate
	t        testing.TB
	provider *psc.Stub
	pki      *pki.Set
}

func startMailParty(t testing.TB, role candidate.Role, flaws ...string) *mailParty {
	t.Helper()
	convention, _ := stand.ConventionOf(candidate.NoMode)
	opened, err := stand.Open("127.0.0.1:0", "", convention, candidate.DefaultProfile("current"), bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	stub, err := stand.StartStub(stand.StubOptions{
		Role: role, Flaws: flaws, Dir: t.TempDir(), PKI: opened.Bench.PKI, Convention: convention, Profile: candidate.DefaultProfile("current"), Seed: "stub",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stub.Close(); err != nil {
			t.Error(err)
		}
	})
	c, err := candidate.Load(stub.Candidate)
	if err != nil {
		t.Fatal(err)
	}
	provider, err := psc.Start(psc.Config{Bench: opened.Bench, Listen: c.MSSante.PSC.Listen})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = provider.Close() })
	return &mailParty{c, t, provider, opened.Bench.PKI}
}

// login opens a mailbox over IMAP with a fresh token of somebody.
func (p *mailParty) login(address string, id mssante.IdNat) mail.Outcome {
	p.t.Helper()
	token, err := p.provider.Mint(psc.Order{IdNat: id})
	if err != nil {
		p.t.Fatal(err)
	}
	d, err := mail.DialIMAP(p.t.Context(), mail.Target{Address: p.MSSIMAP.Address})
	if err != nil {
		p.t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.StartTLS(p.t.Context(), pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny)); err != nil {
		p.t.Fatal(err)
	}
	return d.Login(p.t.Context(), mail.XOAUTH2(address, token.Token)).Outcome
}

// gesture asks the operator for a gesture, and returns the status of its answer.
func (p *mailParty) gesture(verb candidate.Verb, body string) int {
	p.t.Helper()
	answer, err := http.Post(p.MSSante.Verbs[verb].HTTP.URL, "application/json", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// TestMockMailOperatorIsDriven opens a mailbox of each kind, and plays every gesture that the file declares.
func TestMockMailOperatorIsDriven(t *testing.T) {
	p := startMailParty(t, candidate.RoleMSSIMAP)
	if scope := strings.Join(p.Scope(), " "); scope != "mss-imap/- mss-smtp/-" {
		t.Errorf("scope %s", scope)
	}
	own, shared := p.MSSante.Open(mssante.Personal)[0], p.MSSante.Open(mssante.Organisational)[0]
	delegate, closed := shared.Delegates[0], p.MSSante.Suspended()[0]
	expect := func(what string, got, want mail.Outcome) {
		t.Helper()
		if (got == mail.Accepted) != (want == mail.Accepted) {
			t.Errorf("%s: %s", what, got)
		}
	}
	expect("its holder", p.login(own.Address, own.Holder), mail.Accepted)
	expect("its holder by a test identity", p.login(own.Address, own.TestIdentity), mail.Accepted)
	expect("a stranger", p.login(own.Address, closed.Holder), mail.RefusedDirectly)
	expect("a mailbox that is suspended", p.login(closed.Address, closed.Holder), mail.RefusedDirectly)
	expect("a delegate", p.login(shared.Address, delegate), mail.Accepted)

	about := `{"idnat":"` + string(delegate) + `","mailbox":"` + shared.Address + `"}`
	for _, step := range []struct {
		verb   candidate.Verb
		body   string
		status int
		opens  mail.Outcome
	}{
		{candidate.WithdrawDelegate, about, http.StatusNoContent, mail.RefusedDirectly},
		{candidate.WithdrawDelegate, about, http.StatusConflict, mail.RefusedDirectly},
		{candidate.GrantDelegate, about, http.StatusNoContent, mail.Accepted},
		{candidate.GrantDelegate, "{", http.StatusConflict, mail.Accepted},
		{candidate.GrantDelegate, `{"idnat":"` + string(delegate) + `","mailbox":"` + own.Address + `"}`, http.StatusConflict, mail.Accepted},
		{candidate.Restart, "", http.StatusNoContent, mail.Accepted},
	} {
		if got := p.gesture(step.verb, step.body); got != step.status {
			t.Errorf("%s %s: %d, want %d", step.verb, step.body, got, step.status)
		}
		expect(string(step.verb), p.login(shared.Address, delegate), step.opens)
	}
}

// TestMockMailOperatorBeginsAnew wants a restart to forget the keys: without them nobody gets in, but for the operator
// that does without.
func TestMockMailOperatorBeginsAnew(t *testing.T) {
	for flaw, want := range map[string]mail.Outcome{"": mail.RefusedDirectly, "goes-without-keys": mail.Accepted} {
		var flaws []string
		if flaw != "" {
			flaws = append(flaws, flaw)
		}
		p := startMailParty(t, candidate.RoleMSSSMTP, flaws...)
		own := p.MSSante.Open(mssante.Personal)[0]
		if got := p.login(own.Address, own.Holder); got != mail.Accepted {
			t.Fatalf("honest token: %s", got)
		}
		if err := p.provider.Behave(oidc.Conduct{JWKS: http.StatusServiceUnavailable}); err != nil {
			t.Fatal(err)
		}
		if got := p.gesture(candidate.Restart, ""); got != http.StatusNoContent {
			t.Errorf("restart: %d", got)
		}
		if got := p.login(own.Address, own.Holder); (got == mail.Accepted) != (want == mail.Accepted) {
			t.Errorf("%q: %s, want %s", flaw, got, want)
		}
	}
}
