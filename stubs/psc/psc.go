// Package psc is the mock Pro Santé Connect: the OpenID services that an operator of MSSanté and the programs of
// professionals call (discovery, keys, code flow with PKCE, token, refresh, userinfo, introspection, revocation, logout,
// decoupled authentication), honest by default. A test may have any token made, force what introspection says of it, and
// read who asked what.
//
// It judges nobody and is no identity provider: its persons are synthetic, its keys say TEST.
package psc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/jws"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/redact"
	"etalon/internal/verdict"
)

// Config says which Pro Santé Connect to play.
type Config struct {
	// Bench gives the clocks, the seed and the PKI, in which Credential and its variants are.
	Bench *bench.Bench
	// Listen is the address of the OpenID services, Manage that of the orders; "127.0.0.1:0" when empty.
	Listen, Manage string
	// Host is the name by which the services are called, without port; that of Listen when empty.
	Host string
	// Credential is the pki name of the TLS certificate; Organism+"/tls" when empty.
	Credential string
	// Persons are who may log in, Clients who may ask; Persons() and Clients() when nil.
	Persons []Person
	Clients []Client
	// Lifetimes replaces those that are not zero of the ones that were observed.
	Lifetimes Lifetimes
	// Tolerant answers about tokens whoever asks in a way that it should refuse: by GET, in another form, without a proof
	// of who asks. It takes the parameters of the token endpoint and of CIBA from the address too, and sends a browser back
	// to a known address with other parameters behind it. A judge reads in the journal how it was asked, and goes on. A
	// wrong proof is refused all the same.
	Tolerant bool
	// NewKey makes a key pair for an algorithm; that of the package when nil.
	NewKey func(algorithm string) (crypto.Signer, error)
	// Revocation fetches CRL and OCSP about the certificates of clients; the default client of pki when nil.
	Revocation *http.Client
	// Observe is told of each exchange before its answer leaves, from several goroutines. May be nil.
	Observe func(Exchange)
	// Log gets what the servers say: never a token. Discarded when nil.
	Log *slog.Logger
}

// Lifetimes are how long things last, by the protocol clock.
type Lifetimes struct {
	Access, Refresh time.Duration // tokens
	Session, Idle   time.Duration // of a person's browser, at all and without use
	Code, Decoupled time.Duration // an authorization code, a request of decoupled authentication
	Interval        time.Duration // between two polls
}

// observed are the lifetimes of the real Pro Santé Connect (§6); the last three are ours.
var observed = Lifetimes{
	Access: 2 * time.Minute, Refresh: 30 * time.Minute, Session: 4 * time.Hour, Idle: 30 * time.Minute,
	Code: time.Minute, Decoupled: 2 * time.Minute, Interval: 5 * time.Second,
}

// over returns the lifetimes with those of base in the place of the zero ones.
func (l Lifetimes) over(base Lifetimes) Lifetimes {
	for _, p := range []struct{ to, from *time.Duration }{
		{&l.Access, &base.Access}, {&l.Refresh, &base.Refresh}, {&l.Session, &base.Session}, {&l.Idle, &base.Idle},
		{&l.Code, &base.Code}, {&l.Decoupled, &base.Decoupled}, {&l.Interval, &base.Interval},
	} {
		if *p.to == 0 {
			*p.to = *p.from
		}
	}
	return l
}

// Person is a professional who can log in.
type Person struct {
	mssante.Professional
	Secret string
}

// Stub is a running mock Pro Santé Connect.
type Stub struct {
	config   Config
	trust    *pki.Trust
	ids      io.Reader
	store    string // the middle of every subject
	secret   []byte // seals refresh tokens
	secrets  *redact.Veil
	face     face
	manage   net.Listener
	stop     func() error
	journal  journal
	armed    armed
	keys     keyring
	sessions emitter.Sessions[*login]

	behaving  sync.Mutex // one change of the face at a time
	mu        sync.Mutex
	codes     emitter.Memory[*grant]     // by code
	refreshes emitter.Memory[*grant]     // by jti of the refresh token
	requests  emitter.Memory[*decoupled] // by auth_req_id
	revoked   emitter.Memory[bool]       // jti
	ended     emitter.Memory[bool]       // sid
	answers   emitter.Memory[oidc.Answer]
	conduct   oidc.Conduct
	turns     map[turnKey]Turn
}

// Start makes the stub listen and serve until Close. It refuses an unknown credential, persons and clients that cannot be
// served, a lifetime that is negative, and an address that is taken.
func Start(c Config) (*Stub, error) {
	s, err := prepare(c)
	if err == nil {
		err = s.serve()
	}
	if err != nil {
		return nil, verdict.Tell("démarrage de Pro Santé Connect : %s", "start Pro Santé Connect: %s", err)
	}
	return s, nil
}

// prepare checks the configuration and fills its defaults.
func prepare(c Config) (*Stub, error) {
	for address, otherwise := range map[*string]string{&c.Listen: "127.0.0.1:0", &c.Manage: "127.0.0.1:0", &c.Credential: Organism + "/tls"} {
		if *address == "" {
			*address = otherwise
		}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.NewKey == nil {
		c.NewKey = NewKey
	}
	if c.Persons == nil {
		c.Persons = Persons()
	}
	if c.Clients == nil {
		c.Clients = Clients()
	}
	c.Lifetimes = c.Lifetimes.over(observed)
	s := &Stub{config: c, ids: c.Bench.Seed.Source("psc"), secret: make([]byte, 32), turns: map[turnKey]Turn{}, journal: journal{redact: c.Bench.Redactor}, secrets: c.hidden()}
	s.trust = &pki.Trust{Roots: c.Bench.Roots(), Revocation: &pki.Checker{HTTP: c.Revocation}}
	if _, err := io.ReadFull(bench.Entropy(), s.secret); err != nil {
		return nil, err
	}
	var err error
	if s.store, err = bench.NewUUID(s.ids); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, s.keys.start(c.NewKey)
}

// NewKey makes a key pair for an algorithm, RS256 or ES256, from the system's randomness.
func NewKey(algorithm string) (crypto.Signer, error) {
	if algorithm == jws.ES256 {
		return ecdsa.GenerateKey(elliptic.P256(), bench.Entropy())
	}
	return rsa.GenerateKey(bench.Entropy(), 2048)
}

// check refuses persons, clients and lifetimes with which nothing sound could be served.
func (s *Stub) check() error {
	l := s.config.Lifetimes
	if min(l.Access, l.Refresh, l.Session, l.Idle, l.Code, l.Decoupled, l.Interval) <= 0 {
		return fmt.Errorf("read lifetimes: %+v: want none below zero", l)
	}
	seen := map[string]bool{}
	for _, p := range s.config.Persons {
		if !p.IdNat.IsPerson() || p.Secret == "" || seen[string(p.IdNat)] {
			return fmt.Errorf("read person %q: want the IdNat of a professional, once, and a secret", string(p.IdNat))
		}
		seen[string(p.IdNat)] = true
	}
	for _, c := range s.config.Clients {
		if err := c.Check(); err != nil {
			return err
		}
		if seen[c.ID] {
			return fmt.Errorf("read client %q: want a name of its own", c.ID)
		}
		seen[c.ID] = true
	}
	return nil
}

// serve listens on both faces.
func (s *Stub) serve() error {
	if _, err := s.credential(""); err != nil {
		return err
	}
	var err error
	if s.manage, err = s.config.Bench.Listen(s.config.Manage); err != nil {
		return err
	}
	s.face = face{bench: s.config.Bench, address: s.config.Listen, handler: s.routes(), log: s.config.Log, unheard: s.unheard, misbehaves: s.misbehaves}
	if err := s.face.open(s.shown("")); err != nil {
		return errors.Join(err, s.manage.Close())
	}
	s.stop = bench.Serve(s.manage, s.orders())
	return nil
}

// shown gives the certificate of the moment, or a variant of it.
func (s *Stub) shown(variant string) func() (pki.Credential, error) {
	return func() (pki.Credential, error) { return s.credential(variant) }
}

// credential is that of the services, or a variant of it.
func (s *Stub) credential(variant string) (pki.Credential, error) {
	name := s.config.Credential
	if variant != "" {
		name += "~" + variant
	}
	return s.config.Bench.PKI.Credential(name)
}

// Close stops listening, ends every connection and waits for the servers.
func (s *Stub) Close() error {
	if err := errors.Join(s.face.close(), s.stop()); err != nil {
		return verdict.Tell("arrêt de Pro Santé Connect : %s", "stop Pro Santé Connect: %s", err)
	}
	return nil
}

// base is https://host:port.
func (s *Stub) base() string {
	host := s.face.address
	if _, port, err := net.SplitHostPort(host); err == nil && s.config.Host != "" {
		host = net.JoinHostPort(s.config.Host, port)
	}
	return "https://" + host
}

// Discovery tells the addresses of the services.
func (s *Stub) Discovery() oidc.Discovery { return oidc.NewDiscovery(s.base()) }

// Issuer is the address of the realm, which tokens name.
func (s *Stub) Issuer() string { return s.base() + oidc.PathRealm }

// ForeignIssuer is the address of another realm, with a key of its own (TOK-03).
func (s *Stub) ForeignIssuer() string { return s.base() + pathForeign }

// Trap is an address that nobody has a reason to call, nor any under it; whoever does is in the journal. Introspection
// that redirects (oidc.AnswerRedirect) goes there, on another host, with "/" and the SHA-256 of the token behind it.
func (s *Stub) Trap() string { return s.base() + pathTrap }

// ManageURL is the address of an order, by its path.
func (s *Stub) ManageURL(path string) string { return "http://" + s.manage.Addr().String() + path }

func (s *Stub) now() time.Time { return s.config.Bench.Clock.Now() }

// person finds a person by IdNat; one who cannot log in is still somebody of whom tokens may speak.
func (s *Stub) person(id mssante.IdNat) (Person, bool) {
	i := slices.IndexFunc(s.config.Persons, func(p Person) bool { return p.IdNat == id })
	if i < 0 {
		return Person{Professional: mssante.Professional{IdNat: id, FamilyName: "TEST", Given: "Inconnu"}}, false
	}
	return s.config.Persons[i], true
}
