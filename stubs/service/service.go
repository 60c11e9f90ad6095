// Package service is the mock receiver of SAML Responses: the fournisseur of InterOPS-P and the opérateur de service of
// InterOPS-S, a web application behind a gateway that checks each Response of a partner, leaves a trace of it, opens a
// session and relays pages to its application. It plays a candidate, honest or flawed by name, and the partner of a
// client or of an operator candidate, honest or armed with a conduct.
//
// It judges no candidate: it tells what it saw, and the scenarios conclude. It is no product: its keys say TEST.
package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/sso"
)

// Roles that the receiver plays, as traces and candidate files write them.
const (
	Provider        = "fournisseur"       // of mode P
	ServiceOperator = "operateur-service" // of mode S
)

// Config says which receiver to play.
type Config struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of the receiver.
	Organism string
	// Role is Provider when empty.
	Role string
	// Listen is the address of the partner's face; "127.0.0.1:0" when empty.
	Listen string
	// Origin is how partners and browsers call that address, as https://host:port: it makes the ACS that a Response
	// names. That of Listen when empty. Nodes of one service share it.
	Origin string
	// Credential is the pki name of its TLS certificate; Organism+"/tls" when empty.
	Credential string
	// Backend is the URL of the application behind it, to which path and query are appended; when empty the receiver
	// answers itself, with a page that says who reads what.
	Backend string
	// Memory is the folder where the VIs presented are remembered: nodes that share it refuse each other's replays, and
	// so does a node that is started again (L06). Empty: they are remembered in the process.
	Memory string
	// Operators are the authentication operators that are configured; others come by SetOperator and Register.
	Operators []Operator
	// Binding is that of the AuthnRequests; sso.BindingRedirect when empty.
	Binding sso.Binding
	// Patience bounds one call to an operator, on the wall clock; 5 s when zero.
	Patience time.Duration
	// Dial opens the connections to operators; the usual one when nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Header is the header of the transport "header"; sso.HeaderResponse when empty.
	Header string
	// Traces keeps the record of every Response received (X02).
	Traces *bench.TraceLog
	// Inquiries is the address where partners ask for traces (X12 to X14); none is opened when empty.
	Inquiries string
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
	// Log is the application's log, in clear: it never gets a whole VI (L08). Discarded when nil.
	Log *slog.Logger
	// Flaws are the names of the neglects to play; see Flaws.
	Flaws []string
	// Observe is told of each exchange, also refused and broken ones, from several goroutines. May be nil.
	Observe func(Exchange)
	// Unread is told of each request that could not be read. May be nil.
	Unread func(gateway.Knock)
}

// Service is a running mock receiver.
type Service struct {
	config    Config
	policy    policy
	organism  interops.Organism
	faces     []face
	gate      *gateway.Admission
	front     *gateway.Front
	backend   *gateway.Application
	presented presented
	sessions  *sessions
	waiting   *confirmations
	operators operators
	requests  *requests
	endings   *endings
	altering  alterings
	ids       io.Reader
	desk      *inquiry.Desk // nil when no address was given
}

// maxHeader bounds the HTTP header of a request, in bytes: a Response may come in one.
const maxHeader = 1 << 20

// Start makes the receiver listen and serve until Close. It refuses an organism that offers no service in the
// role's mode, an unknown role, flaw or credential, a folder of memory that cannot be written, and an address that
// is taken.
func Start(c Config) (*Service, error) {
	s, err := prepare(c)
	if err == nil {
		err = s.listen()
	}
	if err != nil {
		return nil, fmt.Errorf("start service of %q: %w", c.Organism, err)
	}
	s.front.Serve(s.routes())
	return s, nil
}

// listen opens the addresses where partners and browsers come, and where partners ask for traces.
func (s *Service) listen() (err error) {
	c := s.config
	if c.Inquiries != "" {
		if s.desk, err = inquiry.OpenDesk(inquiry.DeskConfig{
			Bench: c.Bench, Organism: c.Organism, Role: c.Role, Mode: s.mode(), Listen: c.Inquiries, Traces: c.Traces,
			Revocation: c.Revocation, Log: c.Log, Neglect: s.policy.desk,
		}); err != nil {
			return err
		}
	}
	if s.front, err = gateway.OpenFront(gateway.FrontConfig{
		Bench:  c.Bench,
		Listen: c.Listen, Admission: s.gate, MaxHeader: maxHeader, Broken: s.knocked, Unread: c.Unread, Log: c.Log,
	}); err != nil {
		return errors.Join(err, s.desk.Close())
	}
	return nil
}

// prepare checks the configuration.
func prepare(c Config) (*Service, error) {
	c = withDefaults(c)
	s := &Service{
		config: c, sessions: newSessions(), waiting: newConfirmations(), requests: newRequests(), endings: newEndings(),
		backend: gateway.NewApplication(),
	}
	if c.Role != Provider && c.Role != ServiceOperator {
		return nil, fmt.Errorf("find role %q: want %s or %s", c.Role, Provider, ServiceOperator)
	}
	if err := s.settle(); err != nil {
		return nil, err
	}
	var err error
	if s.policy, err = policyOf(c.Role, c.Flaws); err != nil {
		return nil, err
	}
	if c.Bench.Profile.Trace.OnFailure == "continue" {
		s.policy.untraced = true
	}
	if s.presented, err = s.policy.remember(c); err != nil {
		return nil, err
	}
	s.gate = s.admission()
	s.ids = c.Bench.Seed.Source("service\x00" + c.Organism + "\x00" + c.Listen)
	return s, nil
}

// settle finds the organism in its convention, its services, its partners and its key.
func (s *Service) settle() error {
	c := s.config
	var err error
	if s.organism, err = s.party().Settle(); err != nil {
		return err
	}
	if err := s.openFaces(); err != nil {
		return err
	}
	for _, o := range c.Operators {
		if err := s.operators.put(o); err != nil {
			return err
		}
	}
	return nil
}

// party is who the receiver is.
func (s *Service) party() gateway.Party {
	c := s.config
	return gateway.Party{Bench: c.Bench, Organism: c.Organism, Credential: c.Credential, Backend: c.Backend, Revocation: c.Revocation}
}

// admission says who may open a link: partners, with a certificate, or browsers.
func (s *Service) admission() *gateway.Admission {
	a := s.party().Admission(s.policy.Neglect)
	a.Browser, a.Partners = s.browsed(), s.inSphere()
	return a
}

// browsed tells whether browsers come by themselves, and not a partner's proxy in their name.
func (s *Service) browsed() bool { return s.transport() == sso.TransportBrowserPost }

// inSphere tells whether the receiver is a service operator of a sphere of trust.
func (s *Service) inSphere() bool { return s.config.Role == ServiceOperator }

// transport is that of the Responses.
func (s *Service) transport() string {
	if s.inSphere() {
		return sso.TransportBrowserPost
	}
	return cmp.Or(s.config.Bench.Profile.P.Transport, sso.TransportProxyPost)
}

// mode is that of the VIs received.
func (s *Service) mode() interops.Mode {
	if s.inSphere() {
		return interops.ModeS
	}
	return interops.ModeP
}

// withDefaults fills what may be left empty.
func withDefaults(c Config) Config {
	c.Role = cmp.Or(c.Role, Provider)
	c.Listen = cmp.Or(c.Listen, "127.0.0.1:0")
	c.Credential = cmp.Or(c.Credential, c.Organism+"/tls")
	c.Header = cmp.Or(c.Header, sso.HeaderResponse)
	c.Binding = cmp.Or(c.Binding, sso.BindingRedirect)
	c.Patience = cmp.Or(c.Patience, patience)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Addr returns host and port of the partner's face.
func (s *Service) Addr() string { return s.front.Addr().String() }

// origin is scheme, host and port, as partners and browsers write them.
func (s *Service) origin() string {
	if s.config.Origin != "" {
		return strings.TrimSuffix(s.config.Origin, "/")
	}
	return "https://" + s.Addr()
}

// Restart does what the end and the start of the process do: the sessions are lost; the memory of presented VIs is
// not (L06-N3).
func (s *Service) Restart() {
	s.sessions.clear()
	s.waiting.clear()
	s.requests.clear()
	s.presented.restarted()
}

// InquiryURL returns the address where partners ask for traces; "" when there is none.
func (s *Service) InquiryURL() string { return s.desk.URL() }

// Close stops listening, ends every connection and waits for the exchanges under way.
func (s *Service) Close() error {
	err := errors.Join(s.front.Close(), s.desk.Close())
	s.backend.Close()
	if err != nil {
		return fmt.Errorf("stop service of %q: %w", s.organism.Name, err)
	}
	return nil
}

// ManagementHandler lets a harness in another process drive the receiver: its protocol clock, its trace store, its life
// by POST /restart, and by POST /metadata what it knows of an operator: 204 when the document is believed, 422 else.
func (s *Service) ManagementHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", bench.Management(s.config.Bench.Clock, s.config.Traces, map[string]func(){"restart": s.Restart}))
	mux.Handle("POST /metadata", bench.LocalOnly(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, sso.MaxBody))
		if err == nil {
			_, err = s.Register(raw)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})))
	return mux
}
