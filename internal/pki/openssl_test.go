package pki_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/pki"
)

// openssl runs the independent oracle and returns all that it says.
func openssl(t *testing.T, args ...string) (string, error) {
	t.Helper()
	benchtest.Needs(t, "openssl")
	out, err := exec.Command("openssl", args...).CombinedOutput()
	return string(out), err
}

func save(t *testing.T, set *pki.Set) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pki")
	if err := set.Save(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestOpensslSeesTheSameFaults(t *testing.T) {
	set, url := newServedSet(t)
	dir := save(t, set)
	crls := fetchCRLs(t, url, dir)
	for _, c := range []struct{ name, purpose, want string }{
		{"tls", "sslserver", ""},
		{"tls", "sslclient", ""},
		{"tls-2", "sslclient", ""},
		{"signature", "any", ""},
		{"signature-ec", "any", ""},
		{"signature~outside", "any", ""},
		{"tls~expired", "sslclient", "certificate has expired"},
		{"tls~not-yet-valid", "sslclient", "certificate is not yet valid"},
		{"tls~revoked", "sslclient", "certificate revoked"},
		{"tls~unknown-ca", "sslclient", "unable to get local issuer certificate"},
		{"tls~self-signed", "sslclient", "self-signed certificate"},
		{"tls~server-auth-only", "sslclient", "purpose"},
		{"tls~client-auth-only", "sslserver", "purpose"},
		{"tls~signature-only", "sslclient", "purpose"},
		{"tls~other-branch", "sslclient", "unable to get local issuer certificate"},
		{"tls~renewed", "sslclient", ""},
		{"tls~reordered", "sslclient", ""},
		{"tls~rsa-1024", "sslclient", "EE certificate key too weak"},
		{"tls~sha1", "sslclient", "CA signature digest algorithm too weak"},
		{"tls~stale-crl", "sslclient", "CRL has expired"},
		{"tls~ocsp-unreachable", "sslclient", "unable to get certificate CRL"},
		{"signature~self-signed", "any", "self-signed certificate"},
		{"signature~other-ca", "any", "unable to get local issuer certificate"},
		{"signature~revoked", "any", "certificate revoked"},
	} {
		file := filepath.Join(dir, "organisms", "caf", c.name+".pem")
		out, err := openssl(t, "verify", "-CAfile", filepath.Join(dir, "roots.pem"), "-untrusted", file, "-CRLfile", crls,
			"-crl_check", "-auth_level", "2", "-purpose", c.purpose, "-attime", "1795255200", file)
		if c.want == "" && err != nil || c.want != "" && !strings.Contains(out, c.want) {
			t.Errorf("%s as %s: want %q, openssl says %s", c.name, c.purpose, c.want, out)
		}
	}
}

// fetchCRLs puts the CRL of every authority in one file, as a partner would.
func fetchCRLs(t *testing.T, url, dir string) string {
	t.Helper()
	var all strings.Builder
	for _, authority := range []string{"root", "tls", "signature", "stale-crl"} {
		der := filepath.Join(dir, authority+".crl")
		if err := os.WriteFile(der, get(t, url+"/crl/"+authority+".crl"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := openssl(t, "crl", "-inform", "DER", "-in", der)
		if err != nil {
			t.Fatalf("openssl crl: %s", out)
		}
		all.WriteString(out)
	}
	path := filepath.Join(dir, "crls.pem")
	if err := os.WriteFile(path, []byte(all.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpensslAsksTheResponder(t *testing.T) {
	set, url := newServedSet(t)
	dir := save(t, set)
	ca := filepath.Join(dir, "authorities", "tls.pem")
	cert := func(name string) []string {
		return []string{"-cert", filepath.Join(dir, "organisms", "caf", name+".pem")}
	}
	ask := func(about []string, path string) string {
		out, _ := openssl(t, append([]string{"ocsp", "-issuer", ca}, append(about, "-url", url+path, "-CAfile", filepath.Join(dir, "roots.pem"), "-VAfile", ca, "-no_nonce", "-attime", "1795255200",
			"-validity_period", "2000000000")...)...)
		return out
	}
	for _, c := range []struct {
		about []string
		want  string
	}{{cert("tls"), ": good"}, {cert("tls~revoked"), ": revoked"}, {[]string{"-serial", "0x1234"}, ": unknown"}} {
		if out := ask(c.about, "/ocsp/tls"); !strings.Contains(out, c.want) || !strings.Contains(out, "Response verify OK") {
			t.Errorf("%v: want %q and a sound signature, openssl says %s", c.about, c.want, out)
		}
	}
	if out := ask(cert("tls"), "/ocsp/signature"); !strings.Contains(out, "unauthorized") {
		t.Errorf("another authority's responder: want unauthorized, openssl says %s", out)
	}
	if out := ask(cert("tls"), "/ocsp/ocsp-unreachable"); strings.Contains(out, ": good") {
		t.Errorf("the mute responder answered: %s", out)
	}
}

func TestOpensslReadsEverySavedPair(t *testing.T) {
	set := newSet(t)
	dir := save(t, set)
	for _, name := range set.Names() {
		base := filepath.Join(dir, "organisms", name)
		fromCert, err := openssl(t, "x509", "-in", base+".pem", "-noout", "-pubkey")
		if err != nil {
			t.Fatalf("%s: %s", name, fromCert)
		}
		fromKey, err := openssl(t, "pkey", "-in", base+".key", "-pubout")
		if err != nil {
			t.Fatalf("%s: %s", name, fromKey)
		}
		if same := fromCert == fromKey; same == strings.HasSuffix(name, "~mismatch") {
			t.Errorf("%s: key and certificate belong together: %t", name, same)
		}
	}
}
