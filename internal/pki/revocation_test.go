package pki_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"etalon/internal/pki"
)

func get(t testing.TB, url string) []byte {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d %v", url, r.StatusCode, err)
	}
	return body
}

// counter counts the requests that go through it, and refuses those that deny names.
type counter struct {
	requests atomic.Int32
	deny     string
}

func (c *counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.requests.Add(1)
	if c.deny != "" && strings.Contains(r.URL.Path, c.deny) {
		return nil, io.ErrUnexpectedEOF
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestCheckerKeepsAnswersUntilTheirNextUpdate(t *testing.T) {
	set := newSet(t)
	set.SetClock(clock)
	wire := &counter{}
	judge := &pki.Trust{Roots: set.RootCertificates(), Revocation: &pki.Checker{HTTP: &http.Client{Transport: wire}}}
	chain := credential(t, set, "caf/tls").Chain
	for range 3 {
		if got := judge.Verify(chain, pki.UsageClient, now); len(got) > 0 {
			t.Fatal(got)
		}
	}
	if n := wire.requests.Load(); n != 2 {
		t.Errorf("%d requests for three verifications of two certificates, want 2", n)
	}
	later := now.AddDate(0, 0, 8)
	got := judge.Verify(chain, pki.UsageClient, later)
	if want := []pki.PathKind{pki.PathRevocationStale, pki.PathRevocationStale}; !slices.Equal(kinds(got), want) {
		t.Errorf("after the next update, from a responder whose clock stands still: %v, want %v", got, want)
	}
	set.SetClock(func() time.Time { return later })
	if got := judge.Verify(chain, pki.UsageClient, later); len(got) > 0 {
		t.Errorf("after the next update: %v", got)
	}
}

func TestCheckerTurnsToTheCRLWhenTheResponderIsDown(t *testing.T) {
	set := newSet(t)
	judge := trust(set)
	judge.Revocation.HTTP = &http.Client{Transport: &counter{deny: "/ocsp/"}}
	if got := judge.Verify(credential(t, set, "caf/tls").Chain, pki.UsageClient, now); len(got) > 0 {
		t.Errorf("honest: %v", got)
	}
	got := judge.Verify(credential(t, set, "caf/tls~revoked").Chain, pki.UsageClient, now)
	if !slices.Equal(kinds(got), []pki.PathKind{pki.PathRevoked}) {
		t.Errorf("revoked: %v", got)
	}
	judge.Revocation.HTTP = &http.Client{Transport: &counter{deny: "/"}}
	judge.FailOpen = true
	if got := judge.Verify(credential(t, set, "cnav/tls").Chain, pki.UsageClient, now); len(got) > 0 {
		t.Errorf("unreachable, open: %v", got)
	}
}

func TestCheckerFetchesAllowedAddressesOnly(t *testing.T) {
	set := newSet(t)
	judge := trust(set)
	wire := &counter{}
	judge.Revocation = &pki.Checker{HTTP: &http.Client{Transport: wire}, Allow: func(*url.URL) bool { return false }}
	got := judge.Verify(credential(t, set, "caf/tls").Chain, pki.UsageClient, now)
	if len(got) != 2 || got[0].Kind != pki.PathRevocationUnreachable || wire.requests.Load() != 0 {
		t.Errorf("got %v after %d requests, want two unreachable sources and no request", got, wire.requests.Load())
	}
}

func TestCheckerBelievesOnlyTheIssuer(t *testing.T) {
	set := newSet(t)
	chain := credential(t, set, "caf/tls~revoked").Chain
	for name, body := range map[string]string{"another authority's": "signature", "no": ""} {
		liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if body == "" {
				io.WriteString(w, strings.Repeat("x", 100<<10))
			}
		}))
		checker := &pki.Checker{HTTP: &http.Client{Transport: rewrite{http.DefaultTransport, liar.URL, body}}}
		if got := checker.Check(chain[0], chain[1], now); got == nil || got.Kind != pki.PathRevocationUnreachable {
			t.Errorf("%s answer was believed: %v", name, got)
		}
		liar.Close()
	}
}

// rewrite sends every request to another authority's address, or to another server.
type rewrite struct {
	next      http.RoundTripper
	elsewhere string
	authority string
}

func (w rewrite) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if w.authority != "" {
		r.URL.Path = strings.Replace(r.URL.Path, "tls", w.authority, 1)
		return w.next.RoundTrip(r)
	}
	u, _ := url.Parse(w.elsewhere)
	r.URL.Host = u.Host
	return w.next.RoundTrip(r)
}

func TestCertificateWithoutSourceFailsClosed(t *testing.T) {
	set, err := pki.New(pki.Options{Organisms: organisms, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	got := trust(set).Verify(credential(t, set, "caf/tls").Chain, pki.UsageClient, now)
	if len(got) != 2 || got[0].Kind != pki.PathRevocationUnreachable {
		t.Errorf("got %v", got)
	}
}

func TestHandlerRefusesWhatIsNotForIt(t *testing.T) {
	_, base := newServedSet(t)
	for path, want := range map[string]int{
		"/crl/nobody.crl": 404, "/crl/root": 404, "/ocsp/nobody/AA": 404, "/": 404, "/crl/../crl/root.crl": 404,
	} {
		r, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("GET %s: %d, want %d", path, r.StatusCode, want)
		}
	}
	if r, err := http.Get(base + "/ocsp/ocsp-unreachable"); err == nil {
		r.Body.Close()
		t.Errorf("the mute responder answered %d", r.StatusCode)
	}
	r, err := http.Post(base+"/ocsp/tls", "application/ocsp-request", strings.NewReader("junk"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if body, _ := io.ReadAll(r.Body); string(body) != "\x30\x03\x0a\x01\x01" {
		t.Errorf("junk: got %x, want malformedRequest", body)
	}
}
