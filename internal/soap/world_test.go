package soap_test

import (
	"crypto/rand"
	"crypto/x509"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/verdict"
)

var now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

const (
	audience = "http://consultation.caf.test"
	signed   = "http://signe.caf.test"
	business = `<m:Consulter xmlns:m="urn:metier" xmlns:x="urn:x" m:type="x:Cle"><m:NIR>1&#xD;2</m:NIR><m:vide/> &amp; é</m:Consulter>`
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

// convention binds msa to caf, in a plain project and in one whose messages are signed.
func convention() *interops.Convention {
	pagm := []interops.PAGM{{Name: "PAGM_CONSULTATION"}}
	return &interops.Convention{
		Organisms: []interops.Organism{organism("msa", "11111111100011"), organism("caf", "22222222200022")},
		Projects: []interops.Project{
			{Name: "consultation", Mode: interops.ModeA, Client: "msa", Provider: "caf", PAGM: pagm,
				Services: []interops.Service{{Name: "droits", Audience: audience}}},
			{Name: "signe", Mode: interops.ModeA, Client: "msa", Provider: "caf", PAGM: pagm, MessageSignature: true,
				SOAP: []string{"1.1", "1.2"}, Services: []interops.Service{{Name: "signe", Audience: signed}}},
		},
	}
}

func profile() *interops.Profile {
	p := &interops.Profile{Name: "current", Version: "1"}
	p.SAML.Versions, p.SOAP.Versions = []string{"2.0", "1.1"}, []string{"1.1"}
	p.PAGM.AttributeName, p.PAGM.SAML11Namespace = "PAGM", "urn:iops:attributs:pagm"
	p.Recipient.Required = true
	p.NameID.Formats = []string{interops.FormatUnspecified}
	p.NameID.ApplicationContextValue = "NON_RENSEIGNE"
	p.Time.SkewSeconds = 120
	p.Time.MaxWindow = interops.Duration{Duration: 4 * time.Hour}
	p.Time.MaxAuthnAge = interops.Duration{Duration: 12 * time.Hour}
	p.Sig.Profile = "current"
	p.Levels = []interops.Level{{Name: "login", Class: interops.ClassPassword}}
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

func expect(t testing.TB) saml.Expectation {
	t.Helper()
	set, err := testPKI()
	if err != nil {
		t.Fatal(err)
	}
	trust := &pki.Trust{Roots: set.RootCertificates()}
	return saml.Expectation{
		Convention: convention(), Profile: profile(), Mode: interops.ModeA, Provider: "caf", Now: now,
		Trust: func(chain []*x509.Certificate, at time.Time) []pki.PathError {
			return trust.Verify(chain, pki.UsageSignature, at)
		},
	}
}

func vi() interops.VI {
	return interops.VI{
		Version: "2.0", ID: "_b6f0c1d2", IssueInstant: now, Issuer: "urn:interops:11111111100011:idp:msa",
		NameID: interops.NameID{Format: interops.FormatUnspecified, Value: "agent-0042"},
		Confirmation: interops.Confirmation{
			Method: interops.MethodBearer, Recipient: "urn:interops:sp:22222222200022:caf", NotOnOrAfter: now.Add(10 * time.Minute),
		},
		NotBefore: now.Add(-2 * time.Minute), NotOnOrAfter: now.Add(10 * time.Minute),
		Audiences: [][]string{{audience}}, AuthnInstant: now, SessionIndex: "_b6f0c1d2",
		AuthnContext: interops.ClassPassword, PAGM: []string{"PAGM_CONSULTATION"},
	}
}

func vi11() interops.VI {
	v := vi()
	v.Version, v.SessionIndex = "1.1", ""
	v.Confirmation = interops.Confirmation{Method: interops.MethodBearer}
	return v
}

// draft is an honest message with every optional part but the message signature.
func draft(t testing.TB) *soap.Draft {
	t.Helper()
	return &soap.Draft{
		VI: vi(), Body: []byte(business), Created: now, Expires: now.Add(5 * time.Minute), TokenReference: true,
		Signer: credential(t, "msa/signature"), Profile: profile(), Rand: rand.Reader, Now: now,
	}
}

// signedDraft is one for the project whose messages are signed.
func signedDraft(t testing.TB) *soap.Draft {
	t.Helper()
	d := draft(t)
	signer := credential(t, "msa/signature")
	d.MessageSigner, d.VI.Audiences = &signer, [][]string{{signed}}
	return d
}

func build(t testing.TB, d *soap.Draft) []byte {
	t.Helper()
	raw, err := d.Build()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func post(raw []byte) soap.Incoming {
	return soap.Incoming{Method: "POST", ContentType: "text/xml; charset=utf-8", Raw: raw}
}

func rules(fs []verdict.Finding) string {
	var all []string
	for _, f := range fs {
		if !slices.Contains(all, f.Rule) {
			all = append(all, f.Rule)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}
