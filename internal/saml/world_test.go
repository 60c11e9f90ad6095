package saml_test

import (
	"crypto/rand"
	"crypto/x509"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

var now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

const (
	audience      = "http://consultation.caf.test"
	userService   = "http://agent.caf.test"
	plainService  = "http://lot.caf.test"
	endedService  = "http://ancien.caf.test"
	futureService = "http://futur.caf.test"
	portal        = "http://portail.caf.test"
)

func identity(name, use string) []interops.Identity {
	return []interops.Identity{{Subject: "CN=TEST " + name + " " + use + ",O=TEST " + name + ",C=FR"}}
}

func organism(name, siret string) interops.Organism {
	return interops.Organism{
		Name: name, Issuer: "urn:interops:" + siret + ":idp:" + name, Recipient: "urn:interops:sp:" + siret + ":" + name,
		TLS: identity(name, "tls"), Signature: identity(name, "signature"),
	}
}

func day(y, m, d int) interops.Date {
	return interops.Date{Time: time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)}
}

// convention binds msa (client) to caf (provider), in force, ended, to come and in mode P; cnav serves
// caf only; ars is bound by nothing.
func convention() *interops.Convention {
	link := func(name string, p interops.Project) interops.Project {
		p.Name = name
		if p.Client == "" {
			p.Client, p.Provider = "msa", "caf"
		}
		if p.Mode == "" {
			p.Mode = interops.ModeA
		}
		if p.PAGM == nil {
			p.PAGM = []interops.PAGM{
				{Name: "PAGM_CONSULTATION", Operations: []string{"Consulter"}}, {Name: "PAGM_TOUT"},
			}
		}
		return p
	}
	service := func(audience string) []interops.Service {
		return []interops.Service{{Name: audience, Audience: audience}}
	}
	c := &interops.Convention{
		Name: "essai",
		Organisms: []interops.Organism{
			organism("msa", "11111111100011"), organism("caf", "22222222200022"),
			organism("cnav", "33333333300033"), organism("ars", "44444444400044"),
		},
		Projects: []interops.Project{
			link("consultation", interops.Project{Services: []interops.Service{
				{Name: "droits", Audience: audience, Classes: []string{interops.ClassPassword, interops.ClassPPT}, MinimumLevel: "login+code"},
				{Name: "agent", Audience: userService, User: interops.UserRequired},
				{Name: "lot", Audience: plainService, User: interops.UserForbidden},
			}}),
			link("ancien", interops.Project{Services: service(endedService), End: day(2026, 1, 1)}),
			link("futur", interops.Project{Services: service(futureService), Start: day(2027, 1, 1)}),
			link("portail", interops.Project{Services: service(portal), Mode: interops.ModeP}),
			link("retour", interops.Project{
				Client: "caf", Provider: "cnav", Services: service("http://cnav.test"),
				PAGM: []interops.PAGM{{Name: "PAGM_AUTRE"}},
			}),
		},
	}
	retired := identity("msa", "ancienne signature")
	retired[0].Until = day(2026, 6, 1)
	c.Organisms[0].Signature = append(c.Organisms[0].Signature, retired...)
	return c
}

func profile() *interops.Profile {
	p := &interops.Profile{Name: "current", Version: "1"}
	p.SAML.Versions = []string{"2.0", "1.1"}
	p.PAGM.AttributeName, p.PAGM.SAML11Namespace = "PAGM", "urn:iops:attributs:pagm"
	p.Recipient.Required = true
	p.SubjectConfirmation.Method = "bearer"
	p.NameID.Formats = []string{interops.FormatUnspecified, interops.FormatPersistent}
	p.NameID.ApplicationContextValue = "NON_RENSEIGNE"
	p.Time.SkewSeconds = 120
	p.Time.MaxWindow = interops.Duration{Duration: 4 * time.Hour}
	p.Time.MaxAuthnAge = interops.Duration{Duration: 12 * time.Hour}
	p.Sig.Profile, p.Sig.ReferenceEmptyURI, p.ID.NCName = "current", "reject", "strict"
	p.Levels = []interops.Level{
		{Name: "none", Class: interops.ClassUnspecified}, {Name: "login+code", Class: interops.ClassPassword},
		{Name: "canal", Class: interops.ClassPPT}, {Name: "carte", Class: interops.ClassSmartcard},
	}
	return p
}

var testPKI = sync.OnceValues(func() (*pki.Set, error) {
	return pki.New(pki.Options{Organisms: convention().Organisms, Now: now})
})

func credential(t testing.TB, name string) pki.Credential {
	t.Helper()
	set, err := testPKI()
	if err != nil {
		t.Fatal(err)
	}
	c, err := set.Credential(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// expect is what the provider caf knows.
func expect(t testing.TB) saml.Expectation {
	t.Helper()
	set, err := testPKI()
	if err != nil {
		t.Fatal(err)
	}
	trust := &pki.Trust{Roots: set.RootCertificates()}
	return saml.Expectation{
		Convention: convention(), Profile: profile(), Mode: interops.ModeA, Provider: "caf", Now: now,
		TLSPeer: credential(t, "msa/tls").Leaf(),
		Trust: func(chain []*x509.Certificate, at time.Time) []pki.PathError {
			return trust.Verify(chain, pki.UsageSignature, at)
		},
	}
}

func honest() interops.VI {
	return interops.VI{
		Version: "2.0", ID: "_b6f0c1d2", IssueInstant: now.Add(-10 * time.Second),
		Issuer: "urn:interops:11111111100011:idp:msa",
		NameID: interops.NameID{Format: interops.FormatUnspecified, Value: "agent-0042 é"},
		Confirmation: interops.Confirmation{
			Method: interops.MethodBearer, Recipient: "urn:interops:sp:22222222200022:caf", NotOnOrAfter: now.Add(10 * time.Minute),
		},
		NotBefore: now.Add(-2 * time.Minute), NotOnOrAfter: now.Add(10 * time.Minute),
		Audiences: [][]string{{audience}}, AuthnInstant: now.Add(-time.Minute), SessionIndex: "_b6f0c1d2",
		AuthnContext: interops.ClassPassword, PAGM: []string{"PAGM_CONSULTATION"},
	}
}

func honest11() interops.VI {
	vi := honest()
	vi.Version, vi.SessionIndex = "1.1", ""
	vi.Confirmation = interops.Confirmation{Method: interops.MethodBearer}
	return vi
}

// message is one trial: what is altered, at which moment, and what the judge expects.
type message struct {
	content func(*interops.VI)
	form    func(assertion *etree.Element, r *xmlsec.Recipe)
	signed  func(assertion *etree.Element)
	signer  string
	expect  func(*saml.Expectation)
	saml11  bool
	// unsigned leaves the signature out.
	unsigned bool
}

// judge makes the message and judges it after a trip through bytes.
func (m message) judge(t testing.TB) saml.Judged {
	t.Helper()
	x := expect(t)
	if m.expect != nil {
		m.expect(&x)
	}
	root := m.tree(t)
	vis := slices.DeleteFunc(root.ChildElements(), func(el *etree.Element) bool { return el.Tag != "Assertion" })
	return saml.Verify(root, vis, x)
}

func (m message) tree(t testing.TB) *etree.Element {
	t.Helper()
	vi := honest()
	if m.saml11 {
		vi = honest11()
	}
	if m.content != nil {
		m.content(&vi)
	}
	el, err := saml.Encode(vi, profile())
	if err != nil {
		t.Fatal(err)
	}
	doc := etree.NewDocument()
	root := doc.CreateElement("Security")
	root.AddChild(el)
	name := m.signer
	if name == "" {
		name = "msa/signature"
	}
	c := credential(t, name)
	recipe, err := xmlsec.EnvelopedRecipe(vi.ID, c.Key, c.Chain)
	if err != nil {
		t.Fatal(err)
	}
	if m.form != nil {
		m.form(el, &recipe)
	}
	if !m.unsigned {
		if _, err := recipe.Sign(rand.Reader, el, saml.SignatureIndex(el)); err != nil {
			t.Fatal(err)
		}
	}
	if m.signed != nil {
		m.signed(el)
	}
	raw, err := xmlsec.Serialize(doc)
	if err != nil {
		t.Fatal(err)
	}
	back, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	return back.Root()
}

func rules(fs []verdict.Finding) []string {
	var all []string
	for _, f := range fs {
		if !slices.Contains(all, f.Rule) {
			all = append(all, f.Rule)
		}
	}
	slices.Sort(all)
	return all
}
