// Package api is the mock API Pro Santé Connectée: an authorization server that gives a token of its own for one of Pro
// Santé Connect, bound to the certificate of the link, and the resource that this token opens. It is honest by default, and
// neglects what it is told to by the name of a flaw.
//
// It knows no person beyond what Pro Santé Connect says of a token, holds one resource, and keeps everything in memory.
package api

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/oidc"
	"etalon/internal/pki"
)

// Config is what an API is started with.
type Config struct {
	Bench *bench.Bench
	// Name is that of its TLS credential in the PKI of the bench: "NAME/tls".
	Name string
	// Listen is where it serves over TLS, Plain where it sends who calls in clear to the other; a free port of 127.0.0.1 when
	// empty.
	Listen, Plain string
	// Provider is the Pro Santé Connect that it asks, as the client Client with Secret; HTTP asks it.
	Provider       oidc.Discovery
	Client, Secret string
	HTTP           *http.Client
	// Revocation fetches CRL and OCSP about the certificates of clients; the default client of pki when nil.
	Revocation *http.Client
	// Clients are those who may exchange.
	Clients []Client
	// Opaque makes its tokens words that mean nothing, which introspection alone tells of; else they are JWT.
	Opaque bool
	// Content is what the resource holds.
	Content string
	// Flaws are the names of its neglects.
	Flaws []string
}

// Client is a proxy that may exchange tokens: by the subject of its certificate it is known (Client_ID_AS), and it may ask
// for some scopes.
type Client struct {
	ID      string
	Subject string
	Scopes  []string
}

// The paths.
const (
	PathToken         = "/jeton"
	PathIntrospection = "/introspection"
	PathRevocation    = "/revocation"
	PathResource      = "/dossiers/1"
)

// API is a mock API that runs.
type API struct {
	config Config
	policy policy
	trust  *pki.Trust
	key    oidc.Key
	ids    io.Reader
	link   net.Listener
	clear  net.Listener
	stops  []func() error

	mu        sync.Mutex
	issued    emitter.Memory[*issued]   // by token
	decisions emitter.Memory[time.Time] // when the resource asked about a token last, and was told that it is good
}

// issued is a token that was given.
type issued struct {
	claims      map[string]any
	certificate *x509.Certificate
	expires     time.Time
	revoked     bool
}

// Start starts an API. It refuses a flaw, a credential and a client's subject that cannot be read, and an address that is
// taken.
func Start(c Config) (*API, error) {
	a := &API{config: c, policy: honest(), ids: c.Bench.Seed.Source("api")}
	if err := a.prepare(); err != nil {
		return nil, fmt.Errorf("start API: %w", err)
	}
	if err := a.serve(); err != nil {
		return nil, fmt.Errorf("start API: %w", err)
	}
	return a, nil
}

// prepare checks what it is started with, and makes its key.
func (a *API) prepare() error {
	if err := bench.Commit(&a.policy, Flaws(), a.config.Flaws); err != nil {
		return err
	}
	for _, c := range a.config.Clients {
		if err := pki.CheckSubject(c.Subject); err != nil {
			return fmt.Errorf("read client %q: %w", c.ID, err)
		}
	}
	a.trust = &pki.Trust{Roots: a.config.Bench.Roots(), Revocation: &pki.Checker{HTTP: a.config.Revocation}}
	pair, err := ecdsa.GenerateKey(elliptic.P256(), bench.Entropy())
	if err != nil {
		return err
	}
	a.key, err = oidc.NewKey(pair)
	return err
}

// serve listens over TLS and in clear.
func (a *API) serve() (err error) {
	credential, err := a.config.Bench.PKI.Credential(a.config.Name + "/tls")
	if err != nil {
		return err
	}
	settings := pki.ServerConfig(credential, bench.Wall, nil)
	settings.ClientAuth = tls.RequestClientCert
	a.policy.tls(settings)
	if a.link, err = listen(a.config.Listen); err != nil {
		return err
	}
	if a.clear, err = listen(a.config.Plain); err != nil {
		return errors.Join(err, a.link.Close())
	}
	a.stops = []func() error{
		bench.Serve(tls.NewListener(a.link, settings), a.routes()),
		bench.Serve(a.clear, http.HandlerFunc(a.inClear)),
	}
	return nil
}

func listen(address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	return bench.Listen(address)
}

// Close stops listening and ends every connection.
func (a *API) Close() error {
	var all []error
	for _, stop := range a.stops {
		all = append(all, stop())
	}
	return errors.Join(all...)
}

// URL is the address of a path over TLS, PlainURL in clear.
func (a *API) URL(path string) string { return "https://" + a.link.Addr().String() + path }

// PlainURL is the address of a path in clear.
func (a *API) PlainURL(path string) string { return "http://" + a.clear.Addr().String() + path }

func (a *API) now() time.Time { return a.config.Bench.Clock.Now() }

// routes opens the services.
func (a *API) routes() http.Handler {
	r := chi.NewRouter()
	r.Post(PathToken, a.answers(a.exchange))
	r.Post(PathIntrospection, a.answers(a.introspect))
	r.Post(PathRevocation, a.answers(a.revoke))
	r.Get(PathResource, a.answers(a.resource))
	return r
}

// inClear sends who calls in clear to the address over TLS, without anything of the resource.
func (a *API) inClear(w http.ResponseWriter, r *http.Request) {
	if a.policy.clear {
		_, _ = w.Write([]byte(a.config.Content))
		return
	}
	http.Redirect(w, r, a.URL(r.URL.EscapedPath()), http.StatusPermanentRedirect)
}

// find returns the client whose certificate that is.
func (a *API) find(c *x509.Certificate) (Client, bool) {
	i := slices.IndexFunc(a.config.Clients, func(k Client) bool { return pki.Bears(c, k.Subject) })
	if i < 0 {
		return Client{}, false
	}
	return a.config.Clients[i], true
}
