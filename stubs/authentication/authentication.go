// Package authentication is the mock opérateur d'authentification of InterOPS-S: it authenticates persons, gives a new
// VI at each rebond, and ends every session of a person in the sphere when one of them asks for it. It is honest by
// default, and neglectful by name.
//
// It judges no candidate: it tells what came, and the scenarios conclude. It is no product: its keys say TEST.
package authentication

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// Config says which operator to play.
type Config struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of the operator, a member of the convention's sphere.
	Organism string
	// Listen is the address of its face, Manage that of the gestures; "127.0.0.1:0" when empty.
	Listen, Manage string
	// Host is the name by which browsers and partners call the face, without port; that of Listen when empty.
	Host string
	// Credential is the pki name of its TLS certificate; Organism+"/tls" when empty.
	Credential string
	// Peers are the addresses of the service operators that are configured; others come by SetPeer and Register.
	Peers []Peer
	// Identifiers are the pages of the identification operators, by Organism.Name: where persons are sent by an operator
	// that does not identify them itself.
	Identifiers map[string]string
	// Accounts are the persons whom the operator can authenticate, Habilitations their rights by Project.Name of the
	// sphere's projects.
	Accounts      []Account
	Habilitations []interops.Habilitation
	// Traces keeps the record of every VI made and sent (X01); without it nothing leaves (X06).
	Traces *bench.TraceLog
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
	// Patience bounds one call to a service that must hear of a logout, on the wall clock; 5 s when zero.
	Patience time.Duration
	// Dial opens the connections to services; the usual one when nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Log is the operator's log: it never gets a whole VI (L08). Discarded when nil.
	Log *slog.Logger
	// Flaws are the names of the neglects to play; see Flaws.
	Flaws []string
	// Observe is told of each request, also refused ones, from several goroutines. May be nil.
	Observe func(Exchange)
}

// Operator is a running mock authentication operator.
type Operator struct {
	config   Config
	policy   policy
	party    *emitter.Party
	accounts accounts
	rights   *emitter.Rights
	trust    *pki.Trust
	peers    peers
	sessions *sessions
	pending  *pending
	closings *closings
	consumed *memory // context tokens (C04)
	ordered  *memory // LogoutRequests (D02)
	front    *emitter.Front
}

// patience is how long a service may take to answer a LogoutRequest; maxRemembered bounds the messages that serve once.
const (
	patience      = 5 * time.Second
	maxRemembered = 1 << 16
)

// Start makes the operator listen and serve until Close. It refuses an organism that is no authentication operator of
// the convention's sphere, an unknown flaw or credential, a person without secret, and an address that is taken.
func Start(c Config) (*Operator, error) {
	o, err := prepare(c)
	if err == nil {
		o.front, err = o.party.OpenFront(emitter.FrontConfig{
			Listen: o.config.Listen, Manage: o.config.Manage, Host: o.config.Host, Credential: o.config.Credential, BackChannel: true, Log: o.config.Log,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("start authentication operator %q: %w", c.Organism, err)
	}
	o.front.Serve(o.party, o.routes(), o.gestures())
	return o, nil
}

// prepare checks the configuration and fills its defaults.
func prepare(c Config) (*Operator, error) {
	c = withDefaults(c)
	o := &Operator{
		config: c, accounts: newAccounts(c.Accounts), rights: emitter.NewRights(c.Habilitations), sessions: newSessions(),
		pending: newPending(), closings: newClosings(), consumed: newMemory(maxRemembered), ordered: newMemory(maxRemembered),
	}
	var err error
	if o.policy, err = policyOf(c.Flaws); err != nil {
		return nil, err
	}
	o.party, err = emitter.NewParty(emitter.Config{
		Bench: c.Bench, Organism: c.Organism, Role: role, Mode: interops.ModeS, Traces: c.Traces, Revocation: c.Revocation,
		Dial: c.Dial, Policy: &o.policy.Policy,
	})
	if err != nil {
		return nil, err
	}
	o.trust = &pki.Trust{
		Roots: c.Bench.Roots(), Revocation: &pki.Checker{HTTP: c.Revocation},
		FailOpen: c.Bench.Profile.TLS.Revocation == "fail-open",
	}
	return o, o.check()
}

// check refuses a configuration with which nobody could be authenticated.
func (o *Operator) check() error {
	member := o.member()
	if !member.Plays(interops.AuthenticationOperator) || len(member.Authentication) == 0 {
		return errors.New("find means: the organism is no authentication operator of the sphere, or declares no means")
	}
	for _, a := range o.config.Accounts {
		if a.ID == "" || a.Secret == "" {
			return fmt.Errorf("read account %q: it needs an identifier and a secret", a.ID)
		}
	}
	for _, p := range o.config.Peers {
		if err := o.SetPeer(p); err != nil {
			return err
		}
	}
	return nil
}

// withDefaults fills what may be left empty.
func withDefaults(c Config) Config {
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

// Close stops listening, ends every connection and waits for the servers.
func (o *Operator) Close() error {
	err := o.front.Close()
	o.party.Close()
	if err != nil {
		return fmt.Errorf("stop authentication operator %q: %w", o.config.Organism, err)
	}
	return nil
}

// URL is an address of the operator's face, such as that of PathSSO.
func (o *Operator) URL(path string) string { return o.front.URL(path) }

// RebondURL is the address that sends a person to a service from here.
func (o *Operator) RebondURL(organism, service string) string {
	return o.URL(rebondPath(organism, service))
}

// ManageURL is the address of a gesture, or of "clock".
func (o *Operator) ManageURL(gesture string) string { return o.front.ManageURL(gesture) }

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
	open := func(path string, serve func(*call), methods ...string) {
		for _, method := range methods {
			r.MethodFunc(method, path, func(w http.ResponseWriter, req *http.Request) { o.answer(w, req, serve) })
		}
	}
	open("/", o.home, http.MethodGet)
	open(PathLogin, o.loginPage, http.MethodGet)
	open(PathLogin, o.login, http.MethodPost)
	open(PathSSO, o.sso, http.MethodGet, http.MethodPost)
	open(PathRebond+"{organism}/{service}", o.rebond, http.MethodGet)
	open(PathContext, o.contextToken, http.MethodPost)
	open(PathSLO, o.slo, http.MethodGet, http.MethodPost)
	open(PathLogout, o.logout, http.MethodGet, http.MethodPost)
	open(PathMetadata, o.metadata, http.MethodGet)
	return r
}

// gestures are the verbs of the operator's life that a harness may ask for.
func (o *Operator) gestures() emitter.Gestures {
	return emitter.Gestures{
		"withdraw-right": func(s emitter.Subject) { o.rights.Withdraw(s.User, s.Project, s.PAGM) },
		"grant-right":    func(s emitter.Subject) { o.rights.Grant(s.User, s.Project, s.PAGM) },
		// What a restart forgets: the sessions, not the messages that served.
		"restart": func(emitter.Subject) { o.sessions.end(func(session) bool { return true }) },
	}
}

// now is the protocol time.
func (o *Operator) now() time.Time { return o.config.Bench.Clock.Now() }

// signerTrust judges the chain of a signer. Certificates live by the wall clock, whatever the protocol's.
func (o *Operator) signerTrust(chain []*x509.Certificate, _ time.Time) []pki.PathError {
	return o.trust.Verify(chain, pki.UsageSignature, bench.Wall())
}
