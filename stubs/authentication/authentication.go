// Package authentication is the mock opérateur d'authentification of InterOPS-S: it authenticates persons, gives a new
// VI at each rebond, and ends every session of a person in the sphere when one of them asks for it. It is honest by
// default, and neglectful by name.
//
// It judges no candidate: it tells what came, and the scenarios conclude. It is no product: its keys say TEST.
package authentication

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// Config says which operator to play.
type Config struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of the operator, a member of the convention's sphere.
	Organism string
	// Listen is the address of its face; "127.0.0.1:0" when empty.
	Listen string
	// Credential is the pki name of its TLS certificate; Organism+"/tls" when empty.
	Credential string
	// Peers are the addresses of the service operators that are configured; others come by Register.
	Peers []Peer
	// People are the persons whom the operator can authenticate, Habilitations their rights by Project.Name of the sphere.
	People        []Person
	Habilitations []interops.Habilitation
	// Traces keeps the record of every VI made and sent (X01); without it nothing leaves (X06).
	Traces *bench.TraceLog
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
	// Patience bounds one call to a service that must hear of a logout, on the wall clock; 5 s when zero.
	Patience time.Duration
	// Log is the operator's log: it never gets a whole VI (L08). Discarded when nil.
	Log *slog.Logger
	// Flaws are the names of the neglects to play; see Flaws.
	Flaws []string
	// Observe is told of each message that came, also refused ones, from several goroutines. May be nil.
	Observe func(Exchange)
}

// Operator is a running mock authentication operator.
type Operator struct {
	config   Config
	policy   policy
	organism interops.Organism
	signer   pki.Credential
	trust    *pki.Trust
	register *register
	peers    *peers
	sessions *sessions
	pending  *pending
	closings *closings
	consumed *memory // context tokens (C04)
	ordered  *memory // LogoutRequests (D02)
	ids      io.Reader
	back     *http.Client
	listener net.Listener
	server   *http.Server
	serving  sync.WaitGroup
}

// Limits of the operator's faces.
const (
	readTimeout  = 30 * time.Second
	idleTimeout  = 2 * time.Minute
	patience     = 5 * time.Second
	maxHeader    = 64 << 10
	maxForm      = 1 << 20
	maxRemembered = 1 << 16
)

// Start makes the operator listen and serve until Close. It refuses an organism that is no authentication operator of
// the convention's sphere, an unknown flaw or credential, a person without secret, and an address that is taken.
func Start(c Config) (*Operator, error) {
	o, err := prepare(c)
	if err != nil {
		return nil, fmt.Errorf("start authentication operator %q: %w", c.Organism, err)
	}
	if o.listener, err = net.Listen("tcp", o.config.Listen); err != nil {
		return nil, fmt.Errorf("start authentication operator %q: %w", c.Organism, err)
	}
	o.server = &http.Server{
		Handler: o.routes(), ReadHeaderTimeout: readTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, TLSConfig: o.face(), ErrorLog: slog.NewLogLogger(o.config.Log.Handler(), slog.LevelDebug),
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	o.serving.Go(func() { _ = o.server.ServeTLS(o.listener, "", "") })
	return o, nil
}

// prepare checks the configuration and fills its defaults.
func prepare(c Config) (*Operator, error) {
	c = withDefaults(c)
	o := &Operator{
		config: c, register: newRegister(c.People, c.Habilitations), peers: &peers{}, sessions: newSessions(),
		pending: newPending(), closings: newClosings(), consumed: newMemory(maxRemembered), ordered: newMemory(maxRemembered),
	}
	var known bool
	if o.organism, known = c.Bench.Convention.Organism(c.Organism); !known {
		return nil, fmt.Errorf("find organism: not in convention %q", c.Bench.Convention.Name)
	}
	member, _ := c.Bench.Convention.Sphere.Member(c.Organism)
	if !member.Plays(interops.AuthenticationOperator) || len(member.Authentication) == 0 {
		return nil, errors.New("find means: the organism is no authentication operator of the sphere, or declares no means")
	}
	for _, p := range c.People {
		if p.ID == "" || p.Secret == "" {
			return nil, fmt.Errorf("read person %q: it needs an identifier and a secret", p.ID)
		}
	}
	var err error
	if o.policy, err = policyOf(c.Flaws); err != nil {
		return nil, err
	}
	for _, p := range c.Peers {
		if err := o.peers.put(p); err != nil {
			return nil, err
		}
	}
	return o, o.equip()
}

// withDefaults fills what may be left empty.
func withDefaults(c Config) Config {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Credential == "" {
		c.Credential = c.Organism + "/tls"
	}
	if c.Patience == 0 {
		c.Patience = patience
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// equip takes keys, trust and randomness from the bench.
func (o *Operator) equip() error {
	c := o.config
	name := c.Organism + "/signature"
	if o.policy.signer != "" {
		name = c.Organism + "/" + o.policy.signer
	}
	var err error
	if o.signer, err = c.Bench.PKI.Credential(name); err != nil {
		return err
	}
	if _, err = c.Bench.PKI.Credential(c.Credential); err != nil {
		return err
	}
	o.trust = &pki.Trust{
		Roots: c.Bench.Roots(), Revocation: &pki.Checker{HTTP: c.Revocation},
		FailOpen: c.Bench.Profile.TLS.Revocation == "fail-open",
	}
	o.ids = c.Bench.Seed.Source("operateur-authentification\x00" + c.Organism)
	o.back, err = o.backChannel()
	return err
}

// Addr returns host and port of the operator's face.
func (o *Operator) Addr() string { return o.listener.Addr().String() }

// URL returns the address of one of its pages, such as PathSSO.
func (o *Operator) URL(path string) string { return "https://" + o.Addr() + path }

// RebondURL returns the address that sends a person to a service from here.
func (o *Operator) RebondURL(organism, service string) string {
	return o.URL(rebondPath(organism, service))
}

// Close stops listening, ends every connection and waits for the exchanges under way.
func (o *Operator) Close() error {
	err := o.server.Close()
	o.serving.Wait()
	o.back.CloseIdleConnections()
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("stop authentication operator %q: %w", o.organism.Name, err)
	}
	return nil
}

// The addresses of the operator's face.
const (
	PathSSO      = "/sso"
	PathLogin    = "/login"
	PathContext  = "/contexte"
	PathSLO      = "/slo"
	PathLogout   = "/deconnexion"
	PathMetadata = "/metadata"
	PathRebond   = "/rebond/"
)

// routes opens the face to browsers and partners.
func (o *Operator) routes() http.Handler {
	r := chi.NewRouter()
	open := func(method, path string, serve func(*call)) {
		r.MethodFunc(method, path, func(w http.ResponseWriter, req *http.Request) { o.serve(w, req, serve) })
	}
	open(http.MethodGet, "/", o.home)
	open(http.MethodGet, PathLogin, o.loginPage)
	open(http.MethodPost, PathLogin, o.login)
	open(http.MethodGet, PathSSO, o.sso)
	open(http.MethodPost, PathSSO, o.sso)
	open(http.MethodGet, PathRebond+"{organism}/{service}", o.rebond)
	open(http.MethodPost, PathContext, o.contextToken)
	open(http.MethodGet, PathSLO, o.slo)
	open(http.MethodPost, PathSLO, o.slo)
	open(http.MethodGet, PathLogout, o.logout)
	open(http.MethodPost, PathLogout, o.logout)
	open(http.MethodGet, PathMetadata, o.metadata)
	return r
}

// now is the protocol time.
func (o *Operator) now() time.Time { return o.config.Bench.Clock.Now() }

// signature returns the credential that signs now: none once the convention no longer admits its key (G11).
func (o *Operator) signature(now time.Time) (pki.Credential, error) {
	if o.policy.signer == "" && !pki.Listed(o.organism.Signature, o.signer.Leaf(), now) {
		return pki.Credential{}, fmt.Errorf("choose signature key: the convention does not admit %q any more", pki.Subject(o.signer.Leaf()))
	}
	return o.signer, nil
}
