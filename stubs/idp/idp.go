// Package idp is the mock identity provider of hospitals, to which Pro Santé Connect delegates the login of their users: an
// OpenID Connect provider of the code flow with its login pages, its browser sessions, its logout and its indicators. It is
// honest by default, and neglects what it is told to by the name of a flaw.
//
// It keeps everything in memory; its persons are synthetic, and its smart cards are a number and a PIN. It is no partner of
// Pro Santé Connect: who plays that one calls it as a client.
package idp

import (
	"crypto"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/oidc"
	"etalon/internal/pki"
)

// Config is what an identity provider is started with.
type Config struct {
	// Bench gives the clocks, the seed and the PKI, in which the TLS credential is.
	Bench *bench.Bench
	// Listen is the address of the services; a free port of 127.0.0.1 when empty.
	Listen string
	// Credential is the pki name of the TLS certificate; Organism+"/tls" when empty.
	Credential string
	// Establishments, Persons and Clients are those that it knows; Establishments(), Persons() and none when nil.
	Establishments []Establishment
	Persons        []Person
	Clients        []Client
	// Auditor may read the indicators; Reader when zero.
	Auditor Auditor
	// NewKey makes a key pair for an algorithm; that of the package when nil.
	NewKey func(algorithm string) (crypto.Signer, error)
	// Revocation fetches CRL and OCSP about the certificates of clients; the default client of pki when nil.
	Revocation *http.Client
	// Flaws are the names of its neglects.
	Flaws []string
	// Traces get one JSON object a line for each login, logout and refusal; nobody when nil.
	Traces io.Writer
	// Log gets what the servers say: never a secret. Discarded when nil.
	Log *slog.Logger
}

// Auditor is who may read the indicators, by HTTP Basic.
type Auditor struct{ User, Secret string }

// Stub is an identity provider that runs.
type Stub struct {
	config   Config
	policy   policy
	trust    *pki.Trust
	ids      io.Reader
	secret   []byte // seals forms
	address  string
	server   *http.Server
	serving  sync.WaitGroup // the server and its connections
	keys     []oidc.Key     // published; the first signs
	sessions emitter.Sessions[*session]
	traces   sync.Mutex

	mu       sync.Mutex
	accounts []*account
	counts   map[string]int // logins by means
	codes    emitter.Memory[*grant]
	access   emitter.Memory[*grant]  // by access token
	steps    emitter.Memory[session] // logins that want a second factor
	used     emitter.Memory[bool]    // jti of assertions
}

// Start makes the provider listen and serve until Close. It refuses a flaw or a credential that it does not know, persons
// and clients that cannot be served, and an address that is taken.
func Start(c Config) (*Stub, error) {
	s, err := prepare(c)
	if err == nil {
		err = s.listen()
	}
	if err != nil {
		return nil, fmt.Errorf("start identity provider: %w", err)
	}
	return s, nil
}

// prepare checks the configuration and fills its defaults.
func prepare(c Config) (*Stub, error) {
	for text, otherwise := range map[*string]string{&c.Listen: "127.0.0.1:0", &c.Credential: Organism + "/tls"} {
		if *text == "" {
			*text = otherwise
		}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.NewKey == nil {
		c.NewKey = NewKey
	}
	if c.Establishments == nil {
		c.Establishments = Establishments()
	}
	if c.Persons == nil {
		c.Persons = Persons()
	}
	if c.Auditor == (Auditor{}) {
		c.Auditor = Reader
	}
	s := &Stub{config: c, policy: honest(), ids: c.Bench.Seed.Source("idp"), secret: []byte(bench.NewSecret()), counts: map[string]int{}}
	s.trust = &pki.Trust{Roots: c.Bench.Roots(), Revocation: &pki.Checker{HTTP: c.Revocation}}
	if err := bench.Commit(&s.policy, Flaws(), c.Flaws); err != nil {
		return nil, err
	}
	for _, client := range c.Clients {
		if err := client.Check(); err != nil {
			return nil, err
		}
	}
	if err := s.enrol(); err != nil {
		return nil, err
	}
	return s, s.makeKeys()
}

// writeTimeout is how long an answer may take to go.
const writeTimeout = time.Minute

// listen serves on the address of the configuration. A client certificate is taken from who shows one, and left to the token
// endpoint to judge.
func (s *Stub) listen() error {
	credential, err := s.config.Bench.PKI.Credential(s.config.Credential)
	if err != nil {
		return err
	}
	l, err := bench.Listen(s.config.Listen)
	if err != nil {
		return err
	}
	s.address = l.Addr().String()
	settings := pki.ServerConfig(credential, bench.Wall, nil)
	settings.ClientAuth = tls.RequestClientCert
	s.policy.tls(settings)
	s.server = bench.NewServer(s.routes(), s.config.Log, bench.Bounds{Write: writeTimeout})
	s.server.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			s.serving.Add(1)
		case http.StateClosed, http.StateHijacked:
			s.serving.Done()
		}
	}
	s.serving.Go(func() { _ = s.server.Serve(tls.NewListener(l, settings)) })
	return nil
}

// Close ends every connection and waits for the server. Its address is free again when it returns.
func (s *Stub) Close() error {
	err := s.server.Close()
	s.serving.Wait()
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("stop identity provider: %w", err)
	}
	return nil
}

// Address is where it listens, host:port.
func (s *Stub) Address() string { return s.address }

// Issuer is the name that its tokens give it.
func (s *Stub) Issuer() string { return "https://" + s.address + pathRealm }

// URL is the address of the service at a path.
func (s *Stub) url(path string) string { return s.Issuer() + path }

// IndicatorsURL is where the indicators are read (RECO FI 04).
func (s *Stub) IndicatorsURL() string { return s.url(pathIndicators) }

func (s *Stub) now() time.Time { return s.config.Bench.Clock.Now() }
