package mutation_test

import (
	"crypto/sha256"
	"crypto/x509"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// letters are the faults of messages that bear no VI.
func letters() []mutation.Mutation {
	return slices.DeleteFunc(mutation.Catalogue(), func(m mutation.Mutation) bool { return m.Letter == "" })
}

// sphere makes a sphere of the organisms of the tests: the client authenticates and identifies, the provider serves,
// the third identifies, the partner authenticates too, and the idle one is outside.
func sphere() *interops.Convention {
	c := convention()
	day := interops.Date{Time: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
	means := []interops.Means{{Name: "Code", Level: "code"}}
	member := func(name string, qualities ...interops.Quality) interops.Member {
		return interops.Member{Organism: name, Qualities: qualities, Joined: day, Identification: means, Authentication: means}
	}
	served := member("fournisseur", interops.ServiceOperator)
	served.Services = []interops.Service{{Name: "consultation", Audience: "http://consultation.fournisseur.test", MinimumLevel: "question"}}
	c.Projects = nil
	c.Sphere = &interops.Sphere{Name: "essai", Members: []interops.Member{
		member("client", interops.AuthenticationOperator, interops.IdentificationOperator), served,
		member("tiers", interops.IdentificationOperator), member("partenaire", interops.AuthenticationOperator),
	}}
	return c
}

// The addresses and the session of the letters.
const (
	operatorSSO = "https://client.test/sso"
	session     = "_session-1"
	holder      = "agent-0042"
)

// letterStage is an honest letter and who reads it.
type letterStage struct {
	honest mutation.Honest
	circle sso.Circle
}

func newLetterStage(t testing.TB) letterStage {
	t.Helper()
	c := sphere()
	project := c.Opened()[0]
	for _, p := range c.Opened() {
		if p.Client == "client" && p.Provider == "fournisseur" {
			project = p
		}
	}
	return letterStage{
		honest: mutation.Honest{Now: now, Profile: profile(), Convention: c, Project: project, Service: project.Services[0]},
		circle: sso.Circle{Convention: c, Profile: profile(), Receiver: "client", Now: now, Trust: trusted},
	}
}

func trusted(chain []*x509.Certificate, at time.Time) []pki.PathError {
	return trust().Verify(chain, pki.UsageSignature, at)
}

// write makes a letter of that kind, with a fault or none, and returns its bytes and what its reader finds.
func (s letterStage) write(t testing.TB, kind mutation.Letter, hooks saml.Hooks) ([]byte, []verdict.Finding) {
	t.Helper()
	from := s.honest.Service
	provider, _ := s.honest.Convention.Organism("fournisseur")
	signer := credential(t, "fournisseur/signature")
	sending := sso.Sending{Signer: &signer, Credential: set(t).Credential, Now: now, Hooks: hooks}
	var out sso.Outgoing
	var err error
	switch kind {
	case mutation.AuthnRequest:
		out, err = sso.AuthnRequest{ID: "_demande-1", Issuer: from.Audience, Destination: operatorSSO, ACS: acs, IssueInstant: now}.Send(sending)
	case mutation.LogoutRequest:
		out, err = sso.LogoutRequest{
			ID: "_fin-1", Issuer: provider.Recipient, Destination: operatorSSO, NameID: interops.NameID{Value: holder}, SessionIndexes: []string{session},
			IssueInstant: now, NotOnOrAfter: now.Add(5 * time.Minute), Reason: sso.ReasonUser,
		}.Send(sending)
	case mutation.ContextToken:
		return s.token(t, hooks)
	}
	if err != nil {
		t.Fatal(err)
	}
	in := sso.Incoming{Method: http.MethodPost, Form: out.Form(), Header: http.Header{}}
	if kind == mutation.AuthnRequest {
		return out.XML, sso.VerifyRequest(in, sso.RequestExpectation{
			Circle: s.circle, Destination: operatorSSO, Registered: []sso.Registered{{Organism: "fournisseur", Service: from.Name, ACS: acs}},
		}).Findings
	}
	return out.XML, sso.VerifyLogoutRequest(in, sso.LogoutExpectation{
		Circle: s.circle, Destination: operatorSSO, Person: func(index string) (string, bool) { return holder, index == session },
	}).Findings
}

// token makes a context token.
func (s letterStage) token(t testing.TB, hooks saml.Hooks) ([]byte, []verdict.Finding) {
	t.Helper()
	us, _ := s.honest.Convention.Organism("client")
	them, _ := s.honest.Convention.Organism("tiers")
	signer := credential(t, "tiers/signature")
	draft := sso.ContextDraft{Signer: &signer, Credential: set(t).Credential, Hooks: hooks, Token: interops.ContextToken{
		ID: "_jeton-1", IssueInstant: now, Issuer: them.Issuer, NameID: interops.NameID{Format: interops.FormatUnspecified, Value: holder},
		Recipient: us.Recipient, Audience: us.Issuer, NotBefore: now.Add(-time.Minute), NotOnOrAfter: now.Add(3 * time.Minute),
		Method: "Code", Level: "code", Instant: now,
	}}
	raw, err := draft.Build()
	if err != nil {
		t.Fatal(err)
	}
	return raw, sso.VerifyContext(sso.Incoming{Method: http.MethodPost, Form: url.Values(sso.ContextForm(raw, ""))}, saml.ContextExpectation{
		Convention: s.honest.Convention, Profile: s.honest.Profile, Operator: "client", Now: now, Trust: trusted,
	}).Findings
}

// TestFaultsOfLetters is the generic test of the catalogue for messages without a VI: the honest letter has no finding,
// the faulty one differs from it and from every other, its reader names the requirement, and the difference is a file.
func TestFaultsOfLetters(t *testing.T) {
	by := map[[32]byte]string{}
	for _, m := range letters() {
		s := newLetterStage(t)
		honest, found := s.write(t, m.Letter, saml.Hooks{})
		if len(found) > 0 {
			t.Fatalf("honest %s: the reader names %v", m.Letter, named(found))
		}
		if unmet := m.Unmet(s.honest); len(unmet) > 0 {
			t.Errorf("%s: the stage does not meet its needs %v", m.Name, unmet)
		}
		faulty, findings := s.write(t, m.Letter, m.Hooks(s.honest))
		by[sha256.Sum256(honest)] = "an honest letter"
		if other, taken := by[sha256.Sum256(faulty)]; taken {
			t.Errorf("%s: the bytes are those of %s", m.Name, other)
		}
		by[sha256.Sum256(faulty)] = m.Name
		if !slices.ContainsFunc(findings, func(f verdict.Finding) bool { return f.Requirement == m.Violates }) {
			t.Errorf("%s: the reader names %v, want %s among them", m.Name, named(findings), m.Violates)
		}
		if !m.In(interops.ModeS) || m.In(interops.ModeP) || !m.Tests(mutation.Authentication) || m.Tests(mutation.Provider) {
			t.Errorf("%s: roles %v, modes %v", m.Name, m.Roles, m.Modes)
		}
		golden(t, m.Name, page(m, findings, honest, faulty))
	}
}

// A convention without a sphere meets no need of a letter.
func TestLettersNeedASphere(t *testing.T) {
	c := convention()
	c.Sphere = nil
	bare := mutation.Honest{Now: now, Profile: profile(), Convention: c}
	for _, m := range letters() {
		if slices.Contains(m.Needs, mutation.OtherOperator) || slices.Contains(m.Needs, mutation.NoIdentifier) {
			if len(m.Unmet(bare)) == 0 {
				t.Errorf("%s: a convention without sphere meets its needs", m.Name)
			}
		}
	}
}
