// Package consumer is the mock client of mode R, which is experimental: a gateway that an application calls in its
// users' names, and that calls the partner's REST resource over mutual TLS with a token of its own making, one for each
// user and login, renewed before its end. It is honest unless flaws are played.
//
// It judges no token and knows no fault of a partner's: what a flaw neglects is in its policy.
package consumer

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/rest"
)

// Config says which client gateway to play.
type Config struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of the client.
	Organism string
	// Listen is the address of the application's face; "127.0.0.1:0" when empty.
	Listen string
	// Resources gives the address of each service that may be called, by Service.Name; what an application asks for below
	// its own address, path and query, is asked for below that one.
	Resources map[string]string
	// Token is the form of the token, the profile's when empty; Header the name of its header, rest.Header when empty.
	Token, Header string
	// Traces keeps the record of every VI made and sent (X01); without it nothing leaves (X06).
	Traces *bench.TraceLog
	// Inquiries is the address where partners ask for traces (X12 to X14); none is opened when empty.
	Inquiries string
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
	// Habilitations are the rights of the organism's users; a user without one is refused.
	Habilitations []interops.Habilitation
	// Log is the gateway's log: it never gets a token (L08). Discarded when nil.
	Log *slog.Logger
	// Flaws are the names of the neglects to play; see Flaws.
	Flaws []string
}

// Gateway is a running mock client.
type Gateway struct {
	config   Config
	policy   policy
	party    *emitter.Party
	listener net.Listener
	server   *http.Server
	serving  sync.WaitGroup
	vis      emitter.Vault
	rights   *emitter.Rights
	underway emitter.Underway
	deaf     atomic.Bool   // no token can be made
	desk     *inquiry.Desk // nil when no address was given
}

// Timeouts of the application's face.
const (
	readTimeout = 30 * time.Second
	idleTimeout = 2 * time.Minute
)

// role is the word of the traces for a client.
const role = "client"

// callPath is the address of every service on the application's face.
const callPath = "/appel/"

// Start makes the gateway listen and serve until Close. It refuses an organism that the convention does not know or
// that has no key in the test PKI, an unknown flaw or form of token, an unreadable address and one that is taken.
func Start(c Config) (*Gateway, error) {
	g, err := prepare(c)
	if err == nil && c.Inquiries != "" {
		g.desk, err = inquiry.OpenDesk(inquiry.DeskConfig{
			Bench: c.Bench, Organism: c.Organism, Role: role, Mode: interops.ModeR, Listen: c.Inquiries, Traces: c.Traces,
			Revocation: c.Revocation, Log: g.config.Log, Neglect: g.policy.desk,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("start consumer %q: %w", c.Organism, err)
	}
	if g.listener, err = net.Listen("tcp", g.config.Listen); err != nil {
		return nil, fmt.Errorf("start consumer %q: %w", c.Organism, errors.Join(err, g.desk.Close()))
	}
	g.server = &http.Server{
		Handler: g.routes(), ReadTimeout: readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(g.config.Log.Handler(), slog.LevelDebug),
	}
	g.serving.Go(func() { _ = g.server.Serve(g.listener) })
	return g, nil
}

// prepare checks the configuration and fills its defaults.
func prepare(c Config) (*Gateway, error) {
	c.Listen, c.Header = cmp.Or(c.Listen, "127.0.0.1:0"), cmp.Or(c.Header, rest.Header)
	c.Token = cmp.Or(c.Token, c.Bench.Profile.R.Token)
	if c.Token != rest.TokenSAML && c.Token != rest.TokenJWT {
		return nil, fmt.Errorf("read form of token: %q: want %s or %s", c.Token, rest.TokenSAML, rest.TokenJWT)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	for service, address := range c.Resources {
		if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" {
			return nil, fmt.Errorf("read address of service %q: %q: want https://host:port/path", service, address)
		}
	}
	g := &Gateway{config: c, rights: emitter.NewRights(c.Habilitations)}
	var err error
	if g.policy, err = policyOf(c.Flaws); err != nil {
		return nil, err
	}
	g.party, err = emitter.NewParty(emitter.Config{
		Bench: c.Bench, Organism: c.Organism, Role: role, Mode: interops.ModeR, Traces: c.Traces, Revocation: c.Revocation,
		Policy: &g.policy.Policy,
	})
	return g, err
}

// routes opens the application's face and the gestures of the gateway's life.
func (g *Gateway) routes() http.Handler {
	r := chi.NewRouter()
	r.HandleFunc(callPath+"{service}", g.serve)
	r.HandleFunc(callPath+"{service}/*", g.serve)
	g.party.Manage(r, g.gestures())
	return r
}

// URL is the address of the application's face for a service.
func (g *Gateway) URL(service string) string {
	return "http://" + g.listener.Addr().String() + callPath + url.PathEscape(service)
}

// ManageURL is the address of a gesture, or of "clock".
func (g *Gateway) ManageURL(gesture string) string {
	return "http://" + g.listener.Addr().String() + emitter.ManagePath + gesture
}

// InquiryURL returns the address where partners ask for traces; "" when there is none.
func (g *Gateway) InquiryURL() string { return g.desk.URL() }

// Close stops listening, ends every connection and waits for the calls under way.
func (g *Gateway) Close() error {
	err := errors.Join(g.server.Close(), g.desk.Close())
	g.serving.Wait()
	g.underway.End()
	g.party.Close()
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("stop consumer %q: %w", g.config.Organism, err)
	}
	return nil
}

// gestures are the verbs of a candidate file that the gateway makes when asked, by name.
func (g *Gateway) gestures() emitter.Gestures {
	return emitter.Gestures{
		"logout": func(s emitter.Subject) {
			g.rights.Logout(s.User, g.party.Now())
			g.vis.Purge(s.User)
		},
		"withdraw-right": func(s emitter.Subject) {
			g.rights.Withdraw(s.User, s.Project, s.PAGM)
			g.vis.Purge(s.User)
		},
		"grant-right":  func(s emitter.Subject) { g.rights.Grant(s.User, s.Project, s.PAGM) },
		"break-tokens": func(emitter.Subject) { g.deaf.Store(true) },
		"mend-tokens":  func(emitter.Subject) { g.deaf.Store(false) },
		"restart":      func(emitter.Subject) { g.vis.Clear() },
	}
}
