package portal_test

import (
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/gateway"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// receiver is a partner that takes every Response, tells what it saw, and opens a session for it.
type receiver struct {
	t      testing.TB
	bench  *bench.Bench
	door   *gateway.Door
	gate   *gateway.Admission
	server *http.Server
	seen   benchtest.Told[arrival]

	mu       sync.Mutex
	sessions map[string]string // cookie to user
	opened   int               // sessions so far
}

// arrival is one request that reached the partner.
type arrival struct {
	Clear       bool
	Method, URL string
	Header      http.Header
	Body        string
	Carries     bool       // it has a Response
	Judged      sso.Judged // as the work of a client
	User        string     // of the session that it used
}

// newReceiver starts a partner for the organism that offers the services of the project "extranet".
func newReceiver(t testing.TB, b *bench.Bench, fetcher *http.Client) *receiver {
	t.Helper()
	r := &receiver{t: t, bench: b, sessions: map[string]string{}}
	r.gate = &gateway.Admission{
		Convention: b.Convention, Profile: b.Profile, PKI: b.PKI, Organism: providerName, Credential: providerName + "/tls",
		Browser: b.Profile.P.Transport == sso.TransportBrowserPost, Wall: bench.Wall, Now: b.Clock.Now,
		Trust: &pki.Trust{Roots: b.Roots(), Revocation: &pki.Checker{HTTP: fetcher}},
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.door = gateway.OpenDoor(listener, gateway.DoorConfig{
		Settings: r.gate.Settings, Broken: r.knocked, Wall: bench.Wall, Log: slog.New(slog.DiscardHandler),
	})
	r.server = &http.Server{
		Handler: r, ConnContext: gateway.WithLink, MaxHeaderBytes: 1 << 20, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = r.server.Serve(r.door) })
	t.Cleanup(func() {
		_ = r.server.Close()
		r.door.Shut()
		serving.Wait()
	})
	return r
}

func (r *receiver) url(path string) string { return "https://" + r.door.Addr().String() + path }

// arm makes the partner commit a fault of the catalogue; an empty name makes it honest again.
func (r *receiver) arm(name string) {
	r.t.Helper()
	if name == "" {
		r.door.Arm(0, mutation.Conduct{})
		return
	}
	m, ok := mutation.ByName(name)
	if !ok {
		r.t.Fatalf("no fault %s", name)
	}
	r.door.Arm(-1, m.Behaviour(mutation.Honest{Now: r.bench.Clock.Now(), Profile: r.bench.Profile, Convention: r.bench.Convention}))
}

// refuse makes the partner refuse the Responses to come.
func (r *receiver) refuse() {
	r.door.Arm(-1, mutation.Conduct{Answer: &mutation.Answer{Status: http.StatusForbidden}})
}

// knocked tells of a request without TLS.
func (r *receiver) knocked(k gateway.Knock) {
	if k.Clear {
		r.seen.Tell(arrival{Clear: true, Method: k.Method, URL: k.URL, Header: k.Header, Body: string(k.Body), Carries: strings.Contains(string(k.Body), "SAMLResponse=")})
	}
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	link := gateway.LinkOf(request.Context())
	r.door.Busy(link, true)
	defer r.door.Busy(link, false)
	raw, _ := io.ReadAll(request.Body)
	a := arrival{Method: request.Method, URL: request.URL.String(), Header: request.Header, Body: string(raw)}
	service := strings.Split(request.URL.Path, "/")[1]
	r.judge(&a, request, service)
	if k, err := request.Cookie("session"); err == nil {
		r.mu.Lock()
		a.User = r.sessions[k.Value]
		r.mu.Unlock()
	}
	r.seen.Tell(a)
	switch path := strings.TrimPrefix(request.URL.Path, "/"+service); {
	case path == "/acs":
		r.admit(w, a, service)
	case path == "/fin":
		if k, err := request.Cookie("session"); err == nil {
			r.mu.Lock()
			delete(r.sessions, k.Value)
			r.mu.Unlock()
		}
	case a.Carries && a.Header.Get(sso.HeaderResponse) != "":
		_, _ = fmt.Fprintf(w, "page de %s", html.EscapeString(a.Judged.VI.NameID.Value))
	case a.User == "":
		http.Error(w, "aucune session", http.StatusForbidden)
	case path == "/app/ailleurs":
		http.Redirect(w, request, "http://ailleurs.test/", http.StatusFound)
	case path == "/app/ancienne":
		http.Redirect(w, request, "../app/nouvelle?a=1", http.StatusFound)
	default:
		http.SetCookie(w, &http.Cookie{Name: "preference", Value: "vue", Path: "/", Secure: true})
		_, _ = fmt.Fprintf(w, "page de %s", html.EscapeString(a.User))
	}
}

// admit opens a session and sends the agent to her page, or does what is armed.
func (r *receiver) admit(w http.ResponseWriter, a arrival, service string) {
	if armed, _, ok := r.door.Answer(); ok {
		if armed.Redirect {
			w.Header().Set("Location", "http://"+r.door.Addr().String()+a.URL)
			if armed.Status == 0 {
				armed.Status = http.StatusTemporaryRedirect
			}
		}
		w.WriteHeader(armed.Status)
		return
	}
	r.mu.Lock()
	r.opened++
	id := fmt.Sprint("session-", r.opened)
	r.sessions[id] = a.Judged.VI.NameID.Value
	if r.sessions[id] == "" {
		r.sessions[id] = "personne"
	}
	r.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/" + service + "/", Secure: true, HttpOnly: true})
	w.Header().Set("Location", "/"+service+"/app/")
	w.WriteHeader(http.StatusSeeOther)
}

// judge reads the Response of a request as the work of a client.
func (r *receiver) judge(a *arrival, request *http.Request, service string) {
	form, _ := url.ParseQuery(a.Body)
	a.Carries = request.Header.Get(sso.HeaderResponse) != "" || form.Has(sso.ParameterResponse) || request.URL.Query().Has(sso.ParameterResponse)
	if !a.Carries {
		return
	}
	in := sso.Incoming{Method: request.Method, Query: request.URL.Query(), Header: request.Header, Raw: []byte(a.Body)}
	x := sso.Expectation{
		Expectation: saml.Expectation{
			Convention: r.bench.Convention, Profile: r.bench.Profile, Mode: "P", Provider: providerName,
			Audience: "http://" + service + ".fournisseur.test", Now: r.bench.Clock.Now(), Trust: r.gate.SignerTrust, Emitted: true,
		},
		ACS: r.url("/" + service + "/acs"), Transport: r.bench.Profile.P.Transport,
		RelayState: func(target string) bool {
			return strings.HasPrefix(strings.TrimPrefix(target, r.url("")), "/"+service+"/app/")
		},
	}
	if request.TLS != nil && len(request.TLS.PeerCertificates) > 0 {
		x.TLSPeer = request.TLS.PeerCertificates[0]
	}
	a.Judged = sso.Verify(in, x)
}

// since returns what reached the partner from the n-th request on.
func (r *receiver) since(n int) []arrival { return r.seen.All()[n:] }

func (r *receiver) count() int { return len(r.seen.All()) }
