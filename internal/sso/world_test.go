package sso_test

import (
	"crypto/rand"
	"crypto/x509"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

var now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

const (
	audience = "https://droits.caf.test"
	acs      = "https://sp.caf.test/acs"
	target   = "/app/droits"
)

func organism(name, siret string) interops.Organism {
	id := func(use string) []interops.Identity {
		return []interops.Identity{{Subject: "CN=TEST " + name + " " + use + ",O=TEST " + name + ",C=FR"}}
	}
	return interops.Organism{
		Name: name, Issuer: "urn:interops:" + siret + ":idp:" + name, Recipient: "urn:interops:sp:" + siret + ":" + name,
		TLS: id("tls"), Signature: id("signature"),
	}
}

func day(y, m, d int) interops.Date {
	return interops.Date{Time: time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)}
}

// convention binds msa to caf in mode P, and gathers a sphere: msa identifies and authenticates, cnav identifies,
// caf and pe serve, ars authenticates no more. camieg is a stranger to both.
func convention() *interops.Convention {
	pagm := []interops.PAGM{{Name: "PAGM_CONSULTATION"}}
	services := []interops.Service{{Name: "droits", Audience: audience}}
	member := func(name string, qualities ...interops.Quality) interops.Member {
		return interops.Member{Organism: name, Qualities: qualities}
	}
	caf, pe, ars := member("caf", interops.ServiceOperator), member("pe", interops.ServiceOperator), member("ars", interops.AuthenticationOperator)
	caf.Services, caf.PAGM = services, pagm
	pe.Services = []interops.Service{{Name: "offres", Audience: "https://offres.pe.test"}}
	ars.Left = day(2026, 1, 1)
	return &interops.Convention{
		Organisms: []interops.Organism{
			organism("msa", "11111111100011"), organism("caf", "22222222200022"), organism("cnav", "33333333300033"),
			organism("ars", "44444444400044"), organism("pe", "55555555500055"), organism("camieg", "66666666600066"),
		},
		Projects: []interops.Project{
			{Name: "portail", Mode: interops.ModeP, Client: "msa", Provider: "caf", PAGM: pagm, Services: services},
		},
		Sphere: &interops.Sphere{Name: "sphère", Members: []interops.Member{
			member("msa", interops.IdentificationOperator, interops.AuthenticationOperator),
			member("cnav", interops.IdentificationOperator), caf, pe, ars,
		}},
	}
}

func profile() *interops.Profile {
	p := &interops.Profile{Name: "current", Version: "1"}
	p.SAML.Versions = []string{"2.0", "1.1"}
	p.PAGM.AttributeName, p.PAGM.SAML11Namespace = "PAGM", "urn:iops:attributs:pagm"
	p.Recipient.Required = true
	p.NameID.Formats = []string{interops.FormatUnspecified}
	p.NameID.ApplicationContextValue = "NON_RENSEIGNE"
	p.Time.SkewSeconds = 120
	p.Time.MaxWindow = interops.Duration{Duration: 4 * time.Hour}
	p.Time.MaxAuthnAge = interops.Duration{Duration: 12 * time.Hour}
	p.Sig.Profile = "current"
	p.S.Flow = "both"
	p.Levels = []interops.Level{{Name: "none"}, {Name: "login", Class: interops.ClassPassword}, {Name: "vitale", Class: interops.ClassSmartcard}}
	return p
}

var testPKI = sync.OnceValues(func() (*pki.Set, error) {
	return pki.New(pki.Options{Organisms: convention().Organisms, Now: now, Rand: rand.Reader})
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

func trust(t testing.TB) func([]*x509.Certificate, time.Time) []pki.PathError {
	t.Helper()
	set, err := testPKI()
	if err != nil {
		t.Fatal(err)
	}
	roots := &pki.Trust{Roots: set.RootCertificates()}
	return func(chain []*x509.Certificate, at time.Time) []pki.PathError {
		return roots.Verify(chain, pki.UsageSignature, at)
	}
}

// expect is what caf knows of Responses in a mode.
func expect(t testing.TB, mode interops.Mode) sso.Expectation {
	t.Helper()
	return sso.Expectation{
		Expectation: saml.Expectation{
			Convention: convention(), Profile: profile(), Mode: mode, Provider: "caf", Audience: audience, Now: now, Trust: trust(t),
		},
		ACS:        acs,
		RelayState: func(s string) bool { return strings.HasPrefix(s, "/app/") },
	}
}

func vi() interops.VI {
	return interops.VI{
		Version: "2.0", ID: "_b6f0c1d2", IssueInstant: now, Issuer: "urn:interops:11111111100011:idp:msa",
		NameID: interops.NameID{Format: interops.FormatUnspecified, Value: "agent-0042"},
		Confirmation: interops.Confirmation{
			Method: interops.MethodBearer, Recipient: "urn:interops:sp:22222222200022:caf", NotOnOrAfter: now.Add(5 * time.Minute),
		},
		NotBefore: now.Add(-2 * time.Minute), NotOnOrAfter: now.Add(5 * time.Minute),
		Audiences: [][]string{{audience}}, AuthnInstant: now, SessionIndex: "_s1", SessionNotOnOrAfter: now.Add(time.Hour),
		AuthnContext: interops.ClassPassword, PAGM: []string{"PAGM_CONSULTATION"},
	}
}

// draft is an honest Response.
func draft(t testing.TB) *sso.Draft {
	t.Helper()
	set, err := testPKI()
	if err != nil {
		t.Fatal(err)
	}
	return &sso.Draft{
		VI: vi(), ID: "_r1", Destination: acs, Signer: credential(t, "msa/signature"), Profile: profile(),
		Credential: set.Credential, Rand: rand.Reader, Now: now,
	}
}

// signedDraft is one whose Response is signed as well.
func signedDraft(t testing.TB) *sso.Draft {
	t.Helper()
	d := draft(t)
	signer := credential(t, "msa/signature")
	d.ResponseSigner = &signer
	return d
}

func build(t testing.TB, d *sso.Draft) []byte {
	t.Helper()
	raw, err := d.Build()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// post is a Response as a browser brings it.
func post(raw []byte) sso.Incoming {
	return sso.Incoming{Method: "POST", Form: sso.ResponseForm(raw, target)}
}

// posted is the same with the body still to be read.
func posted(form url.Values) sso.Incoming {
	return sso.Incoming{Method: "POST", Raw: []byte(form.Encode())}
}

// rules lists the findings' requirements and rules, once each, in order.
func rules(fs []verdict.Finding) string {
	var all []string
	for _, f := range fs {
		if s := f.Requirement + " " + f.Rule; !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}
