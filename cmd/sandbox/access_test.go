package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"etalon/internal/store"
)

// selfSigned is a certificate of a name, and its key, in PEM.
func selfSigned(name string, from, until time.Time) (certificate, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return nil, nil, err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), err
}

// pairs writes files of TLS in a folder: pair.pem with both parts, other.pem, and expired.pem.
func pairs(dir string) error {
	for name, from := range map[string]time.Time{"pair.pem": time.Now().Add(-time.Hour), "other.pem": time.Now(), "expired.pem": time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)} {
		certificate, key, err := selfSigned("bac.exemple.test", from, from.Add(24*time.Hour))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), slices.Concat(certificate, key), 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// held opens a store until the script ends: hold FOLDER.
func held(ts *testscript.TestScript, _ bool, args []string) {
	opened, err := store.Open(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Defer(func() { _ = opened.Close() })
}

// fixed writes a candidate file with one port: fixed FILE PORT.
func fixed(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), fmt.Appendf(nil, `candidate: {name: Essai, vendor: Essai, version: "1"}
listen: {address: 127.0.0.1, ports: {provider: %s}}
roles:
  fournisseur:
    A: {endpoint: "https://127.0.0.1:1/interops/service-a"}
`, args[1]), 0o600))
}

// token makes one for a person, and returns it with its line of an access file.
func token(t *testing.T, name, rank string) (secret, line string) {
	t.Helper()
	out, err := exec.Command("sandbox", "token", name, "--rank", rank, "--lang", "en").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(out), "\n")
	return regexp.MustCompile(`etalon_\S+`).FindString(lines[0]), lines[2]
}

// Beyond loopback each vendor enters with its token and sees the exchanges of its own gateway, by its certificate.
func TestServeBeyondLoopback(t *testing.T) {
	dir := t.TempDir()
	if err := pairs(dir); err != nil {
		t.Fatal(err)
	}
	var lines, secrets []string
	for _, person := range [][2]string{{"editeur-a", "vendor"}, {"editeur-b", "vendor"}, {"auditeur", "auditor"}} {
		secret, line := token(t, person[0], person[1])
		lines, secrets = append(lines, line), append(secrets, secret)
	}
	access := filepath.Join(dir, "access.yaml")
	file := "hosts: [bac.exemple.test]\npeople:\n" + strings.Join(lines, "\n") + "\nvendors: [{name: editeur-a, certificates: [\"CN=*,O=*,C=FR\", \"CN=*\"]}]\n"
	s := serveWith(t, func(set served) []string {
		c, err := set.set.Credential("organisme-client/tls")
		if err != nil {
			t.Fatal(err)
		}
		file = strings.Replace(file, `"CN=*,O=*,C=FR", "CN=*"`, fmt.Sprintf("%q", c.Leaf().Subject.String()), 1)
		if err := os.WriteFile(access, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{"--listen", "0.0.0.0:0", "--tls-cert", filepath.Join(dir, "pair.pem"), "--access", access}
	})
	answer, err := s.link(t, "organisme-client/tls").Post(s.provider, "text/xml; charset=utf-8", strings.NewReader("<a>marqueur</a>"))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	at, err := url.Parse(s.management)
	if err != nil || at.Scheme != "https" || at.Hostname() != "bac.exemple.test" {
		t.Fatalf("%s: %v", s.management, err)
	}
	roots := x509.NewCertPool()
	raw, err := os.ReadFile(filepath.Join(dir, "pair.pem"))
	if err != nil || !roots.AppendCertsFromPEM(raw) {
		t.Fatal(err)
	}
	for i, sees := range []bool{true, false, true} {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Jar: jar, Transport: named(at.Host, &tls.Config{RootCAs: roots})}
		body, status := visit(t, func() (*http.Response, error) { return client.Get(s.management + "/exchanges") })
		if status != http.StatusOK && status != http.StatusUnauthorized || strings.Contains(body, "marqueur") {
			t.Errorf("a stranger: %d %s", status, body)
		}
		body, status = visit(t, func() (*http.Response, error) {
			return client.PostForm(s.management+"/login", url.Values{"token": {secrets[i]}, "back": {"/exchanges?q=marqueur"}})
		})
		if status != http.StatusOK || strings.Contains(body, `id="x1"`) != sees {
			t.Errorf("person %d: %d, sees it %v, want %v\n%s", i, status, !sees, sees, body)
		}
	}
	second := named(at.Host, &tls.Config{RootCAs: roots})
	second.ForceAttemptHTTP2 = true
	if answer, err := (&http.Client{Transport: second}).Get(s.management + "/login"); err != nil || answer.ProtoMajor != 2 || answer.Body.Close() != nil {
		t.Errorf("by HTTP/2: %+v, %v", answer, err)
	}
	weak := &http.Client{Transport: named(at.Host, &tls.Config{RootCAs: roots, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10})}
	if answer, err := weak.Get(s.management + "/login"); err == nil {
		answer.Body.Close()
		t.Error("TLS 1.1 is spoken")
	}
	plain, err := http.Get("http://127.0.0.1:" + at.Port() + "/login")
	if err == nil {
		plain.Body.Close()
		if plain.StatusCode != http.StatusBadRequest {
			t.Errorf("without TLS: %d", plain.StatusCode)
		}
	}
}

// named reaches whatever is at a name at this machine.
func named(host string, config *tls.Config) *http.Transport {
	return &http.Transport{TLSClientConfig: config, DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if _, port, err := net.SplitHostPort(host); err == nil && address == host {
			address = "127.0.0.1:" + port
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
}
