package sso_test

import (
	"crypto/x509"
	"testing"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/sso"
)

func metadata(t testing.TB) sso.Metadata {
	t.Helper()
	return sso.Metadata{
		ID: "_m1", EntityID: convention().Organisms[0].Issuer, ValidUntil: now.Add(24 * time.Hour), IDP: true, SP: true,
		SSO:  []sso.Endpoint{{sso.BindingRedirect, ssoURL}, {sso.BindingPOST, ssoURL}},
		SLO:  []sso.Endpoint{{sso.BindingSOAP, sloURL}, {sso.BindingPOST, sloURL}},
		ACS:  []sso.Endpoint{{sso.BindingPOST, "https://oa.msa.test/acs"}},
		Keys: [][]*x509.Certificate{credential(t, "msa/signature").Chain},
	}
}

func TestHonestMetadataComesBack(t *testing.T) {
	want := metadata(t)
	raw, err := want.Build(sending(t, "", "msa/signature"))
	if err != nil {
		t.Fatal(err)
	}
	j := sso.VerifyMetadata(raw, "msa", circle(t, "caf"))
	if len(j.Findings) > 0 || !j.Trusted || j.Organism.Name != "msa" || j.Signer == nil {
		t.Fatalf("%+v", j.Findings)
	}
	if !j.IDP || !j.SP || len(j.SSO) != 2 || len(j.SLO) != 2 || len(j.ACS) != 1 || len(j.Keys) != 1 || !j.Keys[0][0].Equal(want.Keys[0][0]) {
		t.Errorf("%+v", j.Metadata)
	}
	if at, ok := j.Endpoint(j.SLO, sso.BindingSOAP); !ok || at != sloURL {
		t.Errorf("endpoint %q", at)
	}
	if _, ok := j.Endpoint(j.SLO, sso.BindingRedirect); ok {
		t.Error("an endpoint that is not there")
	}
}

func TestFaultyMetadataAreNamed(t *testing.T) {
	for _, c := range []struct {
		name, want, signer string
		change             func(*sso.Metadata, *sso.Sending)
	}{
		{"unsigned", "S16 metadata-signature-absent", "", nil},
		{"expired", "S16 metadata-expired", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.ValidUntil = now.Add(-2 * time.Minute) }},
		{"without end", "S16 metadata-validity-absent", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.ValidUntil = time.Time{} }},
		{"key replaced, resigned", "S16 metadata-key-other, S16 metadata-signer-other", "camieg/signature", func(m *sso.Metadata, _ *sso.Sending) {
			m.Keys[0] = credential(t, "camieg/signature").Chain
		}},
		{"key replaced on the way", "S16 metadata-altered, S16 metadata-key-other", "msa/signature", func(m *sso.Metadata, s *sso.Sending) {
			s.Hooks.Signed = func(f *saml.Form) error {
				for _, el := range f.Root.FindElements("//KeyDescriptor//X509Certificate") {
					el.SetText(sso.Encode(credential(t, "camieg/signature").Leaf().Raw))
				}
				return nil
			}
		}},
		{"private authority", "S16 metadata-signer-untrusted", "msa/signature~other-ca", nil},
		{"unknown entity", "S16 metadata-entity-unknown", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.EntityID = "urn:x" }},
		{"another member's", "S16 metadata-entity-other, S16 metadata-key-other, S16 metadata-signer-other", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.EntityID = audience }},
		{"no key", "S16 metadata-key-absent", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.Keys = nil }},
		{"no address", "S16 metadata-endpoint-absent", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.SSO = nil }},
		{"in clear", "S16 metadata-endpoint-unprotected", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.ACS[0].Location = "http://oa.msa.test/acs" }},
		{"SHA-1", "S16 metadata-signature-algorithm-other", "msa/signature", func(_ *sso.Metadata, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) { f.Message.Method = "http://www.w3.org/2000/09/xmldsig#rsa-sha1" })
		}},
		{"signature of a part", "S16 metadata-signature-reference-other", "msa/signature", func(_ *sso.Metadata, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) {
				f.Root.ChildElements()[0].CreateAttr("ID", "_part")
				f.Message.References[0].URI = "#_part"
			})
		}},
		{"two signatures", "S16 metadata-altered, S16 metadata-signature-invalid", "msa/signature", func(_ *sso.Metadata, s *sso.Sending) {
			s.Hooks.Signed = func(f *saml.Form) error {
				f.Root.AddChild(etree.NewElement("ds:Signature"))
				f.Root.ChildElements()[len(f.Root.ChildElements())-1].CreateAttr("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#")
				return nil
			}
		}},
		{"not metadata", "S16 metadata-malformed", "msa/signature", func(_ *sso.Metadata, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) { f.Root.Tag = "EntitiesDescriptor" })
		}},
		{"unreadable", "S16 metadata-unreadable", "msa/signature", func(_ *sso.Metadata, s *sso.Sending) {
			s.Hooks.Wire = func([]byte) ([]byte, error) { return []byte("<"), nil }
		}},
	} {
		m, s := metadata(t), sending(t, "", c.signer)
		if c.change != nil {
			c.change(&m, &s)
		}
		raw, err := m.Build(s)
		if err != nil {
			t.Fatal(err)
		}
		j := sso.VerifyMetadata(raw, "msa", circle(t, "caf"))
		got := rules(j.Findings)
		if got != c.want || j.Trusted {
			t.Errorf("%s: got %s (trusted %t), want %s", c.name, got, j.Trusted, c.want)
		}
	}
}
