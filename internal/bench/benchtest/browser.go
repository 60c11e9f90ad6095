package benchtest

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
)

// Browser is the client of a person: it keeps cookies, follows redirects, and trusts the test authorities.
func (w *World) Browser(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: w.Set.Roots(), Time: bench.Wall}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, Timeout: 30 * time.Second}
}

// Link is a partner's connection to a party on this machine, with a certificate or none; change may alter how it is
// secured. It follows no redirect.
func (w *World) Link(t testing.TB, peer string, change ...func(*tls.Config)) *http.Client {
	t.Helper()
	var credential pki.Credential
	if peer != "" {
		credential = w.Credential(t, peer)
	}
	trust := &pki.Trust{Roots: w.Set.RootCertificates(), Revocation: &pki.Checker{}}
	config := pki.ClientConfig(credential, bench.Wall, trust.DecideServer("127.0.0.1", bench.Wall))
	for _, f := range change {
		f(config)
	}
	transport := &http.Transport{TLSClientConfig: config, MaxConnsPerHost: 1}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Page is what a client was shown in the end.
type Page struct {
	Status int
	URL    string
	Header http.Header
	Body   string
}

// Ask makes a request and follows it to its end; a body is a form unless the header says what it is.
func Ask(t testing.TB, client *http.Client, method, address, body string, header http.Header) Page {
	t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Page{response.StatusCode, response.Request.URL.String(), response.Header, string(raw)}
}
