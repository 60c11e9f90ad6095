package bench_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
)

// partner answers over TLS as each test wants.
func partner(t *testing.T, change func(*tls.Config), h http.HandlerFunc) (address string, roots *x509.CertPool) {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{}
	change(server.TLS)
	server.StartTLS()
	t.Cleanup(server.Close)
	roots = x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return server.URL, roots
}

func asIs(*tls.Config) {}

func TestLinkTrustsItsRootsAlone(t *testing.T) {
	quiet := func(http.ResponseWriter, *http.Request) {}
	sound, known := partner(t, asIs, quiet)
	old, _ := partner(t, func(c *tls.Config) { pki.SpeakOld(c, tls.VersionTLS10); c.MaxVersion = tls.VersionTLS11 }, quiet)
	for name, c := range map[string]struct {
		link    bench.Link
		address string
		want    bool
	}{
		"known root":       {bench.Link{Roots: known}, sound, true},
		"connections kept": {bench.Link{Roots: known, Kept: 2}, sound, true},
		"no root":          {bench.Link{Roots: x509.NewCertPool()}, sound, false},
		"careless":         {bench.Link{Roots: x509.NewCertPool(), Careless: true}, sound, true},
		"TLS 1.1":          {bench.Link{Roots: known}, old, false},
	} {
		c.link.Patience = 5 * time.Second
		client := c.link.Client()
		answer, err := client.Get(c.address)
		if err == nil {
			err = answer.Body.Close()
		}
		if got := err == nil; got != c.want {
			t.Errorf("%s: %v", name, err)
		}
		client.CloseIdleConnections()
	}
}

func TestLinkShowsItsCertificate(t *testing.T) {
	address, roots := partner(t, func(c *tls.Config) { c.ClientAuth, c.ClientCAs = tls.RequestClientCert, x509.NewCertPool() },
		func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200 + len(r.TLS.PeerCertificates)) })
	other := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(other.Close)
	own, err := pki.FromTLS(other.TLS.Certificates[0])
	if err != nil {
		t.Fatal(err)
	}
	for want, credential := range map[int]pki.Credential{200: {}, 201: own} {
		answer, err := bench.Link{Roots: roots, Own: credential, Patience: 5 * time.Second}.Client().Get(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != want {
			t.Errorf("HTTP %d, want %d", answer.StatusCode, want)
		}
	}
}

func TestLinkIsBounded(t *testing.T) {
	hold := make(chan struct{})
	t.Cleanup(func() { close(hold) })
	address, roots := partner(t, asIs, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/silence":
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		case "/redirect":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/header":
			w.Header().Set("X-Long", string(bytes.Repeat([]byte("x"), 300<<10)))
		case "/flood":
			block := make([]byte, 1<<20)
			for range 65 {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		}
	})
	link := bench.Link{Roots: roots, Patience: 20 * time.Second}
	stays, brief := link, link
	stays.Stays, brief.Patience = true, 50*time.Millisecond
	for name, c := range map[string]struct {
		link   bench.Link
		path   string
		status int // 0: none
	}{
		"followed":         {link, "/redirect", 200},
		"given back":       {stays, "/redirect", 302},
		"no answer":        {brief, "/silence", 0},
		"a header of 300K": {link, "/header", 0},
	} {
		answer, err := c.link.Client().Get(address + c.path)
		switch {
		case err != nil && c.status != 0, err == nil && answer.StatusCode != c.status:
			t.Errorf("%s: %v, %v", name, answer, err)
		case err == nil:
			_ = answer.Body.Close()
		}
	}
	answer, err := link.Client().Get(address + "/flood")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var beyond *http.MaxBytesError
	if n, err := io.Copy(io.Discard, answer.Body); !errors.As(err, &beyond) || n != 64<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
}
