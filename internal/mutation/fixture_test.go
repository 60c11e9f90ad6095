package mutation_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// now is the protocol time of every message.
var now = time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)

const canary = "http://127.0.0.1:9/canari"

// profile is the current one, as far as a message goes.
func profile() *interops.Profile {
	p := &interops.Profile{Name: "current", Version: "1.0"}
	p.SAML.Versions = []string{saml.Version20}
	p.PAGM.AttributeName, p.PAGM.SAML11Namespace = "PAGM", "urn:iops:attributs:pagm"
	p.Recipient.Required = true
	p.SubjectConfirmation.Method = "bearer"
	p.NameID.Formats = []string{interops.FormatUnspecified, interops.FormatPersistent}
	p.NameID.ApplicationContextValue = "NON_RENSEIGNE"
	p.Time.SkewSeconds = 120
	p.Time.MaxWindow.Duration, p.Time.MaxAuthnAge.Duration = 4*time.Hour, 12*time.Hour
	p.Sig.Profile, p.Sig.ReferenceEmptyURI, p.ID.NCName = "current", "reject", "strict"
	p.SOAP.Versions = []string{soap.V11}
	p.Levels = []interops.Level{
		{Name: "none", Class: interops.ClassUnspecified}, {Name: "question", Class: interops.ClassPassword},
		{Name: "code", Class: interops.ClassPPT}, {Name: "vitale", Class: interops.ClassSmartcard},
	}
	return p
}

func organism(name, siret string) interops.Organism {
	identity := func(cn string) interops.Identity {
		return interops.Identity{Subject: "CN=" + cn + ",O=TEST " + name + ",C=FR"}
	}
	return interops.Organism{
		Name: name, Issuer: "urn:interops:" + siret + ":idp:" + name + ":1", Recipient: "urn:interops:sp:" + siret + ":" + name,
		TLS: []interops.Identity{identity("lien")}, Signature: []interops.Identity{identity("cachet")},
	}
}

// convention has something for every need of a fault.
func convention() *interops.Convention {
	day := func(year int) interops.Date { return interops.Date{Time: time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)} }
	pagm := func(names ...string) (out []interops.PAGM) {
		for _, n := range names {
			out = append(out, interops.PAGM{Name: n})
		}
		return out
	}
	service := func(name string) interops.Service {
		return interops.Service{Name: name, Audience: "http://" + name + ".fournisseur.test"}
	}
	project := func(name, client, provider string, agreed []interops.PAGM, services ...interops.Service) interops.Project {
		return interops.Project{
			Name: name, Mode: interops.ModeA, Client: client, Provider: provider, Start: day(2020), PAGM: agreed, Services: services,
		}
	}
	consultation := service("consultation")
	consultation.MinimumLevel = "code"
	nominatif, technique := service("nominatif"), service("technique")
	nominatif.User, technique.User = interops.UserRequired, interops.UserForbidden

	c := &interops.Convention{Name: "essai", Organisms: []interops.Organism{
		organism("client", "11111111100011"), organism("fournisseur", "22222222200022"), organism("tiers", "33333333300033"),
		organism("oisif", "44444444400044"), organism("partenaire", "55555555500055"),
		organism("membre", "66666666600066"), organism("ancien", "77777777700077"), organism("attente", "88888888800088"),
	}}
	both := pagm("PAGM_CONSULTATION", "PAGM_GESTION")
	client := &c.Organisms[0]
	client.TLS = append(client.TLS, interops.Identity{Subject: "CN=lien de secours,O=TEST client,C=FR"})
	c.Projects = []interops.Project{
		project("courant", "client", "fournisseur", both, consultation, service("gestion"), nominatif, technique),
		project("signe", "client", "fournisseur", both, service("signe")),
		project("ancien-saml", "client", "fournisseur", both, service("ancien-saml")),
		project("clos", "client", "fournisseur", both, service("clos")),
		project("futur", "client", "fournisseur", both, service("futur")),
		project("tiers", "tiers", "fournisseur", pagm("PAGM_TIERS"), service("tiers")),
		project("retour", "fournisseur", "partenaire", both, service("retour")),
	}
	c.Projects[1].MessageSignature = true
	c.Projects[2].SAML = []string{saml.Version20, saml.Version11}
	c.Projects[3].End = day(2025)
	c.Projects[4].Start = day(2026)
	authenticates, serves := []interops.Quality{interops.AuthenticationOperator}, []interops.Quality{interops.ServiceOperator}
	c.Sphere = &interops.Sphere{Name: "sphere", Members: []interops.Member{
		{Organism: "client", Qualities: authenticates, Joined: day(2020)},
		{Organism: "fournisseur", Qualities: serves, Joined: day(2020), Services: []interops.Service{consultation}},
		{Organism: "membre", Qualities: []interops.Quality{interops.SphereUser}, Joined: day(2020)},
		{Organism: "ancien", Qualities: authenticates, Joined: day(2020), Left: day(2022)},
		{Organism: "attente", Qualities: authenticates, Joined: day(2024), AcceptedBy: []string{"client"}},
	}}
	return c
}

// bench makes the test authorities once; revocation data come from memory.
var bench = sync.OnceValues(func() (*pki.Set, error) {
	return pki.New(pki.Options{Organisms: convention().Organisms, Now: now, Revocation: "http://127.0.0.1:9"})
})

// inMemory answers requests by a handler, without a network.
type inMemory struct{ handler http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	m.handler.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

func set(t testing.TB) *pki.Set {
	t.Helper()
	s, err := bench()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func credential(t testing.TB, name string) pki.Credential {
	t.Helper()
	c, err := set(t).Credential(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// stage is where a fault is tried: an honest message and what its receiver expects.
type stage struct {
	honest mutation.Honest
	draft  soap.Draft
	expect saml.Expectation
	// response takes the place of draft in modes P and S.
	response *sso.Draft
	token    *rest.Draft // of mode R; nil elsewhere
}

// acs is where Responses are posted.
const acs = "https://fournisseur.test/acs"

// stageFor sets the scene that the fault needs, in mode A where a message of that mode can commit it.
func stageFor(t testing.TB, m mutation.Mutation) stage {
	t.Helper()
	if m.In(interops.ModeA) {
		return stageIn(t, m, interops.ModeA)
	}
	if m.In(interops.ModeP) || m.Letter != "" {
		return stageIn(t, m, interops.ModeP)
	}
	s := stageIn(t, m, interops.ModeR)
	if m.JWT != nil {
		s.token.Token = rest.TokenJWT
	}
	return s
}

// stageIn sets the scene in a mode.
func stageIn(t testing.TB, m mutation.Mutation, mode interops.Mode) stage {
	t.Helper()
	needs := func(n mutation.Need) bool { return slices.Contains(m.Needs, n) }
	projectName, serviceName := "courant", "consultation"
	switch {
	case needs(mutation.MessageSignature):
		projectName, serviceName = "signe", "signe"
	case needs(mutation.SAML11):
		projectName, serviceName = "ancien-saml", "ancien-saml"
	case needs(mutation.UserService):
		serviceName = "nominatif"
	case needs(mutation.PlainService):
		serviceName = "technique"
	}
	c, p := convention(), profile()
	for i := range c.Projects {
		c.Projects[i].Mode = mode
	}
	if needs(mutation.StrictURN) {
		p.Issuer.Pattern = `^urn:interops:((idp|sp):\d{9}(\d{5})?|\d{9}(\d{5})?:(idp|sp))(:[A-Za-z0-9._-]+)*$`
	}
	project, _ := c.Project(projectName)
	service, ok := project.Service(serviceName)
	if !ok {
		t.Fatalf("no service %s in project %s", serviceName, projectName)
	}
	s := stage{honest: mutation.Honest{
		Now: now, Profile: p, Convention: c, Project: project, Service: service, Canary: canary, Link: credential(t, "client/tls").Leaf(),
	}}
	s.draft = soap.Draft{
		VI: honestVI(s.honest), Profile: p, Now: now, Signer: credential(t, "client/signature"), Credential: set(t).Credential,
		Body:    []byte(`<m:Lire xmlns:m="urn:etalon:test:metier"><m:marque>0001</m:marque></m:Lire>`),
		Created: now, Expires: now.Add(5 * time.Minute), TokenReference: needs(mutation.TokenReference),
	}
	if needs(mutation.SAML11) {
		s.draft.VI.Version = saml.Version11
	}
	if project.MessageSignature {
		s.draft.MessageSigner = &s.draft.Signer
	}
	s.expect = saml.Expectation{
		Convention: c, Profile: p, Mode: mode, Provider: project.Provider, Audience: service.Audience, Now: now,
		TLSPeer: s.honest.Link,
		Trust: func(chain []*x509.Certificate, at time.Time) []pki.PathError {
			return trust().Verify(chain, pki.UsageSignature, at)
		},
	}
	if needs(mutation.EndedProject) || needs(mutation.FutureProject) {
		s.expect.Audience = "" // one endpoint for all the provider's services
	}
	switch mode {
	case interops.ModeP:
		s.respond(needs(mutation.SignedResponse))
	case interops.ModeR:
		s.token = &rest.Draft{
			Token: rest.TokenSAML, VI: s.draft.VI, Signer: s.draft.Signer, Profile: p, Credential: s.draft.Credential, Now: now,
		}
	}
	return s
}

// respond puts the VI of the stage into a Response.
func (s *stage) respond(signed bool) {
	s.response = &sso.Draft{
		VI: s.draft.VI, ID: "_0f4a7d6e-reponse", Destination: acs, Signer: s.draft.Signer, Profile: s.draft.Profile,
		Credential: s.draft.Credential, Now: now,
	}
	if signed {
		s.response.ResponseSigner = &s.draft.Signer
	}
}

// trust judges certificates as a sound partner does, with fresh revocation data.
var trust = sync.OnceValue(func() *pki.Trust {
	s, err := bench()
	if err != nil {
		return &pki.Trust{}
	}
	return &pki.Trust{
		Roots:      s.RootCertificates(),
		Revocation: &pki.Checker{HTTP: &http.Client{Transport: inMemory{s.Handler()}}},
	}
})

// honestVI is what an honest client says of its user, or of no user where none is wanted.
func honestVI(h mutation.Honest) interops.VI {
	client, _ := h.Convention.Organism(h.Project.Client)
	provider, _ := h.Convention.Organism(h.Project.Provider)
	vi := interops.VI{
		Version: saml.Version20, ID: "_0f4a7d6e", IssueInstant: now, Issuer: client.Issuer,
		NameID: interops.NameID{Format: interops.FormatUnspecified, Value: "agent-0042"},
		Confirmation: interops.Confirmation{
			Method: interops.MethodBearer, Recipient: provider.Recipient, NotOnOrAfter: now.Add(10 * time.Minute),
		},
		NotBefore: now.Add(-2 * time.Minute), NotOnOrAfter: now.Add(10 * time.Minute),
		Audiences: [][]string{{h.Service.Audience}}, AuthnInstant: now.Add(-5 * time.Minute), SessionIndex: "_0f4a7d6e",
		AuthnContext: interops.ClassPPT, PAGM: []string{"PAGM_CONSULTATION"},
	}
	if h.Service.User == interops.UserForbidden {
		vi.NameID.Value, vi.AuthnContext, vi.AuthnInstant = h.Profile.NameID.ApplicationContextValue, interops.ClassUnspecified, now
	}
	return vi
}

// honestBytes and mutatedBytes build the message of the stage.
func (s stage) honestBytes(t testing.TB) []byte {
	t.Helper()
	raw, err := s.build()
	if err != nil {
		t.Fatalf("build the honest message: %v", err)
	}
	return raw
}

func (s stage) mutatedBytes(t testing.TB, m mutation.Mutation) []byte {
	t.Helper()
	s.draft.Hooks = m.Hooks(s.honest)
	if s.response != nil {
		draft := *s.response
		draft.Hooks = s.draft.Hooks
		s.response = &draft
	}
	if s.token != nil {
		draft := *s.token
		draft.Hooks = m.TokenHooks(s.honest)
		s.token = &draft
	}
	raw, err := s.build()
	if err != nil {
		t.Fatalf("build the faulty message: %v", err)
	}
	return raw
}

func (s stage) build() ([]byte, error) {
	if s.response != nil {
		return s.response.Build()
	}
	if s.token != nil {
		token, err := s.token.Build()
		return []byte(token), err
	}
	return s.draft.Build()
}

// verify judges the bytes as the provider of the stage does.
func (s stage) verify(raw []byte) (findings []verdict.Finding, verified bool) {
	if s.response != nil {
		judged := sso.Verify(sso.Incoming{Method: http.MethodPost, Form: sso.ResponseForm(raw, "")}, s.web())
		return judged.Findings, judged.Verified
	}
	if s.token != nil {
		judged := rest.Verify(s.call(raw), rest.Expectation{Expectation: s.expect, Token: s.token.Token})
		return judged.Findings, judged.Verified
	}
	judged := s.verifySOAP(raw)
	return judged.Findings, judged.Verified
}

// call is a call that bears the token of the stage.
func (s stage) call(token []byte) rest.Incoming {
	return rest.Incoming{Method: http.MethodGet, Header: http.Header{rest.Header: {rest.Value(s.token.Token, rest.Header, string(token))}}}
}

// readable takes a token apart for a person's eyes; any other message is its own.
func readable(raw []byte) []byte {
	if xml, err := base64.StdEncoding.DecodeString(string(raw)); err == nil {
		return xml
	}
	parts := strings.Split(string(raw), ".")
	if len(parts) != 3 {
		return raw
	}
	var b strings.Builder
	for _, part := range parts[:2] {
		text, err := base64.RawURLEncoding.DecodeString(part)
		var fields map[string]any
		if err != nil || json.Unmarshal(text, &fields) != nil {
			return raw
		}
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			value := fmt.Sprint(fields[name])
			fmt.Fprintf(&b, "%s: %.60s\n", name, value)
		}
	}
	return []byte(b.String() + parts[2])
}

// web is what the receiver of a Response expects.
func (s stage) web() sso.Expectation { return sso.Expectation{Expectation: s.expect, ACS: acs} }

func (s stage) verifySOAP(raw []byte) soap.Judged {
	return soap.Verify(soap.Incoming{Method: http.MethodPost, ContentType: "text/xml; charset=utf-8", Raw: raw}, s.expect)
}
