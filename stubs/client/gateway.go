package client

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
)

// Config says which client gateway to play.
type Config struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of the client.
	Organism string
	// Listen is the address of the application's face; "127.0.0.1:0" when empty.
	Listen string
	// Providers gives the address of each service that may be called, by Service.Name.
	Providers map[string]string
	// Traces keeps the record of every VI made and sent (X01); without it nothing leaves (X06).
	Traces *bench.TraceLog
	// Inquiries is the address where partners ask for traces (X12 to X14); none is opened when empty.
	Inquiries string
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
	// Habilitations are the rights of the organism's users; a user without one is refused (A12).
	Habilitations []interops.Habilitation
	// InteropsInfos takes the identity from the Interops-Infos header instead of the neutral one.
	InteropsInfos bool
	// Observe is told of each request to a partner once it is over, from several goroutines. May be nil.
	Observe func(emitter.Exchange)
	// Commits may commit a fault in the place of a call. May be nil.
	Commits emitter.Commits
	// Log is the application's log: it never gets a whole VI (L08). Discarded when nil.
	Log *slog.Logger
	// Flaws are the names of the neglects to play; see Flaws.
	Flaws []string
}

// Gateway is a running mock client: an application posts plain SOAP to /appel/<service> with its user's
// identity, and the gateway adds the VI, calls the partner over mutual TLS and passes the answer back.
type Gateway struct {
	*emitter.Gateway
	config Config
	policy policy
	party  *emitter.Party
	desk   *inquiry.Desk // nil when no address was given
}

// role is the word of the traces for a client.
const role = "client"

// Start makes the gateway listen and serve until Close. It refuses an organism that the convention does not
// know or that has no key in the test PKI, an unknown flaw, an unreadable address and one that is taken.
func Start(c Config) (*Gateway, error) {
	g, err := prepare(c)
	if err != nil {
		return nil, fmt.Errorf("start client %q: %w", c.Organism, err)
	}
	if c.Inquiries != "" {
		if g.desk, err = inquiry.OpenDesk(inquiry.DeskConfig{
			Bench: c.Bench, Organism: c.Organism, Role: role, Mode: interops.ModeA, Listen: c.Inquiries, Traces: c.Traces,
			Revocation: c.Revocation, Log: g.config.Log, Neglect: g.policy.desk,
		}); err != nil {
			return nil, fmt.Errorf("start client %q: %w", c.Organism, err)
		}
	}
	if g.Gateway, err = emitter.OpenGateway(g.party, c.Habilitations, g.config.Listen, g.config.Log); err != nil {
		return nil, fmt.Errorf("start client %q: %w", c.Organism, errors.Join(err, g.desk.Close()))
	}
	g.Serve(g.routes())
	return g, nil
}

// prepare checks the configuration and fills its defaults.
func prepare(c Config) (*Gateway, error) {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	g := &Gateway{config: c}
	if err := emitter.CheckAddresses(c.Providers); err != nil {
		return nil, err
	}
	var err error
	if g.policy, err = policyOf(c.Flaws); err != nil {
		return nil, err
	}
	if g.party, err = emitter.NewParty(emitter.Config{
		Bench: c.Bench, Organism: c.Organism, Role: role, Mode: interops.ModeA, Traces: c.Traces, Revocation: c.Revocation, Observe: c.Observe,
		Policy: &g.policy.Policy,
	}); err != nil {
		return nil, err
	}
	return g, nil
}

// InquiryURL returns the address where partners ask for traces; "" when there is none.
func (g *Gateway) InquiryURL() string { return g.desk.URL() }

// Close stops listening, ends every connection and waits for the calls under way.
func (g *Gateway) Close() error {
	if err := errors.Join(g.Gateway.Close(), g.desk.Close()); err != nil {
		return fmt.Errorf("stop client %q: %w", g.config.Organism, err)
	}
	return nil
}

// routes opens the application's face and the gestures of the gateway's life.
func (g *Gateway) routes() http.Handler {
	r := chi.NewRouter()
	r.Post(emitter.CallPath+"{service}", g.serve)
	g.party.Manage(r, g.Gestures(g.forget))
	return r
}

// forget drops the VIs of a user whose rights or login changed (L04).
func (g *Gateway) forget(user string) {
	if !g.policy.hoards {
		g.VIs.Purge(user)
	}
}
