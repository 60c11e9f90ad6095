package rest_test

import (
	"crypto/x509"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

var now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

const audience = "https://api.caf.test"

// forms are those of the token.
var forms = []string{rest.TokenSAML, rest.TokenJWT}

func organism(name, siret string) interops.Organism {
	id := func(use string) []interops.Identity {
		return []interops.Identity{{Subject: "CN=TEST " + name + " " + use + ",O=TEST " + name + ",C=FR"}}
	}
	return interops.Organism{
		Name: name, Issuer: "urn:interops:" + siret + ":idp:" + name, Recipient: "urn:interops:sp:" + siret + ":" + name,
		TLS: id("tls"), Signature: id("signature"),
	}
}

// convention binds msa to caf in mode R, and in mode A for another service.
func convention() *interops.Convention {
	pagm := []interops.PAGM{{Name: "PAGM_CONSULTATION"}, {Name: "PAGM_GESTION"}}
	service := func(name, audience string) []interops.Service {
		return []interops.Service{{Name: name, Audience: audience}}
	}
	return &interops.Convention{
		Organisms: []interops.Organism{organism("msa", "11111111100011"), organism("caf", "22222222200022")},
		Projects: []interops.Project{
			{Name: "api", Mode: interops.ModeR, Client: "msa", Provider: "caf", PAGM: pagm, Services: service("dossiers", audience)},
			{Name: "soap", Mode: interops.ModeA, Client: "msa", Provider: "caf", PAGM: pagm, Services: service("soap", "https://soap.caf.test")},
		},
	}
}

func profile() *interops.Profile {
	p := &interops.Profile{Name: "current", Version: "1"}
	p.SAML.Versions = []string{"2.0"}
	p.PAGM.AttributeName = "PAGM"
	p.Recipient.Required = true
	p.NameID.Formats = []string{interops.FormatUnspecified}
	p.NameID.ApplicationContextValue = "NON_RENSEIGNE"
	p.Time.SkewSeconds = 120
	p.Time.MaxWindow = interops.Duration{Duration: 4 * time.Hour}
	p.Time.MaxAuthnAge = interops.Duration{Duration: 12 * time.Hour}
	p.Sig.Profile, p.Sig.ReferenceEmptyURI, p.ID.NCName = "current", "reject", "strict"
	p.Levels = []interops.Level{{Name: "login", Class: interops.ClassPassword}, {Name: "carte", Class: interops.ClassSmartcard}}
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

// expect is what caf knows of calls whose token has a form.
func expect(t testing.TB, form string) rest.Expectation {
	t.Helper()
	set, err := testPKI()
	if err != nil {
		t.Fatal(err)
	}
	roots := &pki.Trust{Roots: set.RootCertificates()}
	return rest.Expectation{
		Expectation: saml.Expectation{
			Convention: convention(), Profile: profile(), Mode: interops.ModeR, Provider: "caf", Audience: audience, Now: now,
			TLSPeer: credential(t, "msa/tls").Leaf(),
			Trust: func(chain []*x509.Certificate, at time.Time) []pki.PathError {
				return roots.Verify(chain, pki.UsageSignature, at)
			},
		},
		Token: form,
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
		Audiences: [][]string{{audience}}, AuthnInstant: now.Add(-time.Hour), AuthnContext: interops.ClassPassword,
		PAGM: []string{"PAGM_CONSULTATION", "PAGM_GESTION"},
	}
}

// draft is an honest token.
func draft(t testing.TB, form string) *rest.Draft {
	t.Helper()
	set, err := testPKI()
	if err != nil {
		t.Fatal(err)
	}
	return &rest.Draft{
		Token: form, VI: vi(), Signer: credential(t, "msa/signature"), Profile: profile(), Credential: set.Credential, Now: now,
	}
}

func build(t testing.TB, d *rest.Draft) string {
	t.Helper()
	token, err := d.Build()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// call is a GET that bears a token where it is agreed.
func call(form, token string) rest.Incoming {
	return rest.Incoming{
		Method: http.MethodGet, URL: &url.URL{Path: "/dossiers", RawQuery: "page=2"},
		Header: http.Header{rest.Header: {rest.Value(form, rest.Header, token)}, "Accept": {"application/json"}},
	}
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
