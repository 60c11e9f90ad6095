package console_test

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/console"
	"etalon/internal/interops"
	"etalon/internal/stand"
	"etalon/internal/whitelist"
)

// OpenSSL sees the renewed certificate on the wire at the next connection, by the downloaded roots, and the former one in
// the downloaded list when it was revoked.
func TestRotationIsSeenByOpenSSL(t *testing.T) {
	d := looking(t, true)
	dir := t.TempDir()
	d.keep(t, "/certificates/roots.pem", dir, "roots.pem")
	portal, err := url.Parse(d.partners.Face(candidate.RoleClient, interops.ModeP))
	if err != nil {
		t.Fatal(err)
	}
	gateway, err := url.Parse(d.partners.Face(candidate.RoleProvider, interops.ModeA))
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := url.Parse(d.health.Provider.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	list, err := url.Parse(d.health.List.Listed().URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, address string
		more          []string
		revoke        bool
	}{
		{"organisme-client/tls", portal.Host, nil, true},
		{"organisme-fournisseur/tls", gateway.Host, nil, false},
		{"psc/tls", issuer.Host, nil, true},
		{"operateur-mss/tls", d.health.Operator.IMAPAddress(), []string{"-starttls", "imap"}, false},
		{"espace-de-confiance/tls", list.Host, nil, false},
	} {
		shown := func() string {
			t.Helper()
			said, _ := openssl(t, dir, append([]string{"s_client", "-connect", c.address, "-CAfile", "roots.pem", "-verify_return_error", "-showcerts"}, c.more...)...)
			block, _ := pem.Decode([]byte(said[max(0, strings.Index(said, "-----BEGIN")):]))
			if block == nil || !strings.Contains(said, "verify return:1") || strings.Contains(said, "verify error") {
				t.Fatalf("%s: %s", c.name, said)
			}
			sum := sha256.Sum256(block.Bytes)
			return hex.EncodeToString(sum[:])
		}
		before := byName(t, d.rig, c.name)
		if got := shown(); got != before.Print {
			t.Errorf("%s: the wire shows %s, the console tells %s", c.name, got, before.Print)
		}
		after := d.rotate(t, before.Print, c.revoke)
		if got := shown(); got != after.Print || got == before.Print {
			t.Errorf("%s: the wire shows %s, made %s", c.name, got, after.Print)
		}
		// The chain as it is handed over, and what the authority says of both.
		for print, name := range map[string]string{before.Print: "before", after.Print: "after"} {
			d.keep(t, "/certificates/"+print+"/certificate.pem", dir, name+".pem")
			d.keep(t, "/certificates/"+print+"/chain.pem", dir, name+"-chain.pem")
			d.keep(t, "/certificates/"+print+"/certificate.der", dir, name+".cer")
			d.keep(t, "/certificates/"+print+"/list.crl", dir, name+".crl")
			if said, err := openssl(t, dir, "crl", "-inform", "DER", "-in", name+".crl", "-out", name+"-crl.pem"); err != nil {
				t.Fatal(said)
			}
			said, err := openssl(t, dir, "verify", "-CAfile", "roots.pem", "-untrusted", name+"-chain.pem", "-crl_check", "-CRLfile", name+"-crl.pem", name+".pem")
			if revoked := name == "before" && c.revoke; (err != nil) != revoked || revoked && !strings.Contains(said, "certificate revoked") {
				t.Errorf("%s, %s: %v %s", c.name, name, err, said)
			}
			if said, err := openssl(t, dir, "x509", "-inform", "DER", "-in", name+".cer", "-noout", "-serial"); err != nil {
				t.Error(said)
			}
		}
		said, err := openssl(t, dir, "crl", "-in", "after-crl.pem", "-noout", "-text")
		if err != nil || strings.Contains(said, before.Serial) != c.revoke || strings.Contains(said, after.Serial) {
			t.Errorf("%s: revoked %v: %v %s", c.name, c.revoke, err, said)
		}
		want := "former"
		if c.revoke {
			want = "revoked"
		}
		if got := object[toldCertificate](t, d.rig, "/api/certificates/"+before.Print); got.State != want || got.Name == c.name {
			t.Errorf("the former one: %s %s, want %s", got.Name, got.State, want)
		}
	}
}

// A signature key that is renewed is in the metadata at once, which it signs.
func TestMetadataFollowRotation(t *testing.T) {
	d := looking(t, true)
	type metadata struct {
		SAML []struct {
			Organism, Certificate, XML string
			EntityID                   string `json:"entity_id"`
			Sends                      bool
			Addresses                  []string
		}
		OIDC struct {
			Discovery struct {
				Issuer string `json:"issuer"`
			}
			JWKS struct {
				Keys []struct{ Kid string }
			}
		}
	}
	before := object[metadata](t, d.rig, "/api/metadata")
	if len(before.SAML) != 2 || before.SAML[0].Sends || !before.SAML[1].Sends || len(before.OIDC.JWKS.Keys) != 2 || before.OIDC.Discovery.Issuer != d.health.Provider.Issuer() {
		t.Fatalf("%+v", before)
	}
	convention := candidate.DefaultConvention()
	for i, e := range before.SAML {
		o, _ := convention.Organism(e.Organism)
		if want := []string{o.Recipient, o.Issuer}[i]; e.EntityID != want || len(e.Addresses) == 0 || !strings.Contains(e.XML, e.Addresses[0]) {
			t.Errorf("%+v: want %s", e, want)
		}
		d.rotate(t, e.Certificate, false)
	}
	if status, body := d.post(t, "/api/rotations", "application/json", `{"what":"token-keys"}`); status != http.StatusCreated || !strings.Contains(body, `"kid"`) {
		t.Errorf("%d %s", status, body)
	}
	after := object[metadata](t, d.rig, "/api/metadata")
	for i, e := range after.SAML {
		c := object[toldCertificate](t, d.rig, "/api/certificates/"+e.Certificate)
		block, _ := pem.Decode([]byte(c.PEM))
		var document struct {
			Keys []string `xml:"Signature>KeyInfo>X509Data>X509Certificate"`
		}
		if err := xml.Unmarshal([]byte(e.XML), &document); err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(block.Bytes)
		if err != nil || e.Certificate == before.SAML[i].Certificate || !leaf.Equal(mustDecode(t, document.Keys[0])) {
			t.Errorf("%s: signed by another key: %v", e.Organism, err)
		}
	}
	if after.OIDC.JWKS.Keys[1].Kid != before.OIDC.JWKS.Keys[0].Kid || after.OIDC.JWKS.Keys[0].Kid == before.OIDC.JWKS.Keys[0].Kid {
		t.Errorf("keys %v, before %v", after.OIDC.JWKS.Keys, before.OIDC.JWKS.Keys)
	}
}

func mustDecode(t testing.TB, text string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode([]byte("-----BEGIN CERTIFICATE-----\n" + strings.TrimSpace(text) + "\n-----END CERTIFICATE-----\n"))
	if block == nil {
		t.Fatal("no certificate in the document")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhiteListIsPublishedAnew(t *testing.T) {
	d := looking(t, true)
	type told struct {
		URL, Generated, Signer, XML string
		Domains                     []struct{ Name, Operator string }
	}
	read := func() told {
		w := object[told](t, d.rig, "/api/whitelist")
		list, err := whitelist.Read([]byte(w.XML))
		if err != nil || len(list.Domains) != len(w.Domains) || len(w.Domains) < 2 || w.Domains[0].Name != stand.OperatorDomain {
			t.Fatalf("%v %+v", err, w)
		}
		served, err := exec.CommandContext(t.Context(), "curl", "-sk", w.URL).Output()
		if err != nil || string(served) != w.XML {
			t.Errorf("served %.80s: %v", served, err)
		}
		return w
	}
	benchtest.Needs(t, "curl")
	before := read()
	if status, _ := d.post(t, "/rotations", "application/x-www-form-urlencoded", "what=white-list"); status != http.StatusOK { // the page, behind the redirect
		t.Errorf("published: %d", status)
	}
	after := read()
	if after.Generated <= before.Generated || after.Signer != before.Signer {
		t.Errorf("generated %s, before %s", after.Generated, before.Generated)
	}
	d.rotate(t, byName(t, d.rig, candidate.WhiteListOrganism+"/signature").Print, true)
	if again := read(); again.Generated <= after.Generated || again.XML == after.XML {
		t.Error("a signer that is renewed publishes the list anew")
	}
	d.health.Stand.Bench.Shut() // a campaign takes its address
	if out, err := exec.CommandContext(t.Context(), "curl", "-sk", after.URL).Output(); err == nil {
		t.Errorf("shut, it serves %.80s", out)
	}
	if err := d.health.Stand.Bench.Reopen(); err != nil {
		t.Fatal(err)
	}
	read()
}

// Everybody who is known looks things up; operators alone make them anew.
func TestWhoRotates(t *testing.T) {
	p := partners(t, opened(t, "", candidate.DefaultConvention()), nil)
	d := closed(t, nil)
	d.rig = startedWith(t, httptest.NewTLSServer, func(c *console.Config) {
		c.Access, c.Reference = admitting(), stand.NewDirectory(p, nil)
	})
	client := d.browser(t)
	print := ""
	for token, operates := range map[string]bool{auditorToken: false, vendorToken: false, operatorToken: true} {
		for _, path := range []string{"/sphere", "/people", "/conventions", "/certificates", "/metadata", "/whitelist", "/api/people", "/api/certificates"} {
			if a, body := d.ask(t, client, http.MethodGet, path, "", with(token)); a.StatusCode != http.StatusOK {
				t.Errorf("%s %s: %d %.100s", token, path, a.StatusCode, body)
			}
		}
		_, body := d.ask(t, client, http.MethodGet, "/api/certificates?q=organisme-client/signature-ec", "", with(token))
		var told toldCertificates
		if err := json.Unmarshal([]byte(body), &told); err != nil || len(told.Certificates) == 0 {
			t.Fatal(err, body)
		}
		print = told.Certificates[0].Print
		if _, page := d.ask(t, client, http.MethodGet, "/certificates/"+print, "", with(token)); strings.Contains(page, `action="/rotations"`) != operates {
			t.Errorf("%s: the page offers to renew: %v", token, !operates)
		}
		a, body := d.ask(t, client, http.MethodPost, "/api/rotations", fmt.Sprintf(`{"what":"certificate","certificate":%q}`, print), func(r *http.Request) {
			with(token)(r)
			r.Header.Set("Content-Type", objects)
		})
		if (a.StatusCode == http.StatusCreated) != operates || !operates && a.StatusCode != http.StatusForbidden {
			t.Errorf("%s renews: %d %s", token, a.StatusCode, body)
		}
	}
}

// A certificate of the candidate's own authority is its owner's to renew.
func TestForeignCertificate(t *testing.T) {
	s := opened(t, "", candidate.DefaultConvention())
	other, err := stand.NewPKI(candidate.DefaultConvention(), "http://127.0.0.1:1", true)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.Credential("organisme-client/tls")
	if err == nil {
		err = s.Bench.PKI.Replace("organisme-client/tls", foreign)
	}
	if err != nil {
		t.Fatal(err)
	}
	directory := stand.NewDirectory(partners(t, s, nil), nil)
	if _, err := directory.Rotate(stand.PrintOf(foreign.Leaf()), true); !errors.Is(err, stand.ErrNotOurs) {
		t.Errorf("%v", err)
	}
}
