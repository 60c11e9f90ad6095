package timestamp_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	other "github.com/digitorus/timestamp"

	"etalon/internal/bench/benchtest"
	"etalon/internal/report/reporttest"
	"etalon/internal/timestamp"
	"etalon/internal/verdict"
)

var document = []byte(`{"payload":"a report"}`)

func wall() time.Time { return time.Date(2036, 3, 10, 9, 32, 0, 0, time.UTC) }

// played is an authority at an address, and a client that trusts it.
func played(t *testing.T, lie string) (timestamp.Client, *timestamp.Authority, *x509.CertPool) {
	t.Helper()
	a, err := timestamp.NewAuthority(rand.Reader, wall, lie)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.RootPEM())
	return timestamp.Client{URL: server.URL, Roots: roots, Random: rand.Reader, Now: wall}, a, roots
}

func TestHonestAuthority(t *testing.T) {
	client, a, roots := played(t, "")
	client.Policy = "1.3.6.1.4.1.32473.3161.1"
	reply, err := client.Ask(context.Background(), document)
	if err != nil {
		t.Fatal(err)
	}
	token, err := timestamp.Verify(reply, document, roots)
	if err != nil || !token.Trusted || !token.Time.Equal(wall()) || token.Policy != client.Policy || token.Authority.Subject.CommonName != "TEST Etalon horodatage" {
		t.Fatalf("%+v, %v", token, err)
	}
	if token, err = timestamp.Verify(reply, document, nil); err != nil || token.Trusted {
		t.Errorf("without roots: %+v, %v", token, err)
	}
	if token, err = timestamp.Verify(reply, document, x509.NewCertPool()); !errors.Is(err, timestamp.ErrUntrusted) || token == nil {
		t.Errorf("with no root: %+v, %v", token, err)
	}
	if _, err = timestamp.Verify(reply, append(document, ' '), roots); err == nil || !strings.Contains(err.Error(), "over other bytes") {
		t.Errorf("over another document: %v", err)
	}
	theirs, err := other.ParseResponse(reply)
	if err != nil || !theirs.Time.Equal(wall()) {
		t.Errorf("the library reads %+v, %v", theirs, err)
	}
	dir := t.TempDir()
	for name, b := range map[string][]byte{"timestamp.tsr": reply, "document": document, "root.pem": a.RootPEM()} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	benchtest.Needs(t, "openssl")
	openssl := exec.Command("openssl", "ts", "-verify", "-in", "timestamp.tsr", "-data", "document", "-CAfile", "root.pem", "-attime", "2088754320")
	openssl.Dir = dir
	if out, err := openssl.CombinedOutput(); err != nil {
		t.Errorf("openssl ts: %v\n%s", err, out)
	}
}

// TestLyingAuthority holds that each lie is told from the truth, in words.
func TestLyingAuthority(t *testing.T) {
	wrong := map[string]string{
		"imprint": "over other bytes", "nonce": "its nonce is not ours", "usage": "is not a time authority's", "expired": "had expired",
		"far": "-48h0m0s from our clock", "signature": "is not that of", "bare": "does not carry the certificate", "refuses": "refuses (status 2, systemFailure", "garbage": "no TimeStampResp",
	}
	if len(wrong) != len(timestamp.Lies) {
		t.Errorf("%d lies are told apart, of %d", len(wrong), len(timestamp.Lies))
	}
	for _, lie := range timestamp.Lies {
		client, _, _ := played(t, lie)
		reply, err := client.Ask(context.Background(), document)
		if err == nil || !strings.Contains(err.Error(), wrong[lie]) {
			t.Errorf("%s: %d bytes, %v", lie, len(reply), err)
		}
		reporttest.InBoth(t, err)
	}
	client, _, _ := played(t, "")
	client.Roots = x509.NewCertPool()
	_, err := client.Ask(context.Background(), document)
	if !errors.Is(err, timestamp.ErrUntrusted) {
		t.Errorf("foreign: %v", err)
	}
	reporttest.InBoth(t, err)
	client, _, _ = played(t, "")
	client.Policy = "1.2.3.4"
	if _, err := client.Ask(context.Background(), document); err == nil || !strings.Contains(err.Error(), "unacceptedPolicy") {
		t.Errorf("policy: %v", err)
	}
	if _, err := timestamp.NewAuthority(rand.Reader, wall, "unheard-of"); err == nil {
		t.Error("an unknown lie is told")
	}
}

// TestNoAuthority holds what is said of an address where there is none.
func TestNoAuthority(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		wrong  string
	}{
		"a page":    {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") }, "RFC 3161 authority?"},
		"an error":  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }, "HTTP 418"},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusFound) }, "HTTP 302"},
		"too much": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/timestamp-reply")
			_, _ = w.Write(make([]byte, 300<<10))
		}, "longer than"},
		"an empty one": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/timestamp-reply")
			_, _ = w.Write([]byte{0x30, 5, 0x30, 3, 2, 1, 0})
		}, "sends no token"},
	} {
		server := httptest.NewServer(c.answer)
		client := timestamp.Client{URL: server.URL, Random: rand.Reader, Now: wall}
		_, err := client.Ask(context.Background(), document)
		if err == nil || !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", name, err, c.wrong)
		}
		reporttest.InBoth(t, err)
		server.Close()
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	client := timestamp.Client{URL: strings.Replace(gone.URL, "http://", "http://user:secret@", 1), Random: rand.Reader, Now: wall}
	_, err := client.Ask(context.Background(), document)
	if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(verdict.InLanguage(err, "fr"), "secret") {
		t.Errorf("unreachable: %v", err)
	}
	reporttest.InBoth(t, err)
	for _, address := range []string{"", "horodatage.test", "ftp://a.test/", "http://"} {
		reporttest.InBoth(t, timestamp.Client{URL: address}.Check())
	}
	client.Policy = "x"
	if _, err := client.Ask(context.Background(), document); err == nil || !strings.Contains(err.Error(), "object identifier") {
		t.Errorf("policy: %v", err)
	}
}

// TestChangedTokens holds that no byte of what is signed can change, and that nothing that is no token is taken for one.
func TestChangedTokens(t *testing.T) {
	client, _, roots := played(t, "")
	reply, err := client.Ask(context.Background(), document)
	if err != nil {
		t.Fatal(err)
	}
	good, _ := timestamp.Verify(reply, document, roots)
	for i := range reply {
		b := bytes.Clone(reply)
		b[i] ^= byte(1 + mathrand.IntN(255))
		token, err := timestamp.Verify(b, document, roots)
		if err != nil {
			reporttest.InBoth(t, err)
		} else if !token.Time.Equal(good.Time) || !token.Authority.Equal(good.Authority) {
			t.Errorf("byte %d: the token now says %+v", i, token)
		}
		_, err = timestamp.Verify(reply[:i], document, roots)
		reporttest.InBoth(t, err)
	}
	if _, err := timestamp.Verify(append(bytes.Clone(reply), 0), document, roots); err == nil {
		t.Error("bytes at the end: accepted")
	}
}

// FuzzVerify looks for a panic, and for a token that nobody signed.
func FuzzVerify(f *testing.F) {
	status, _ := asn1.Marshal(struct{ S struct{ N int } }{})
	f.Add(status)
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, b []byte) {
		if token, err := timestamp.Verify(b, document, nil); err == nil && len(b) < 200 {
			t.Errorf("accepted: %+v", token)
		}
	})
}
