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
	"net/http"

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
	*emitter.Gateway
	config Config
	policy policy
	party  *emitter.Party
	desk   *inquiry.Desk // nil when no address was given
}

// role is the word of the traces for a client.
const role = "client"

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
	if g.Gateway, err = emitter.OpenGateway(g.party, c.Habilitations, g.config.Listen, g.config.Log); err != nil {
		return nil, fmt.Errorf("start consumer %q: %w", c.Organism, errors.Join(err, g.desk.Close()))
	}
	g.Serve(g.routes())
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
	if err := emitter.CheckAddresses(c.Resources); err != nil {
		return nil, err
	}
	g := &Gateway{config: c}
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
	r.HandleFunc(emitter.CallPath+"{service}", g.serve)
	r.HandleFunc(emitter.CallPath+"{service}/*", g.serve)
	g.party.Manage(r, g.Gestures(g.VIs.Purge))
	return r
}

// InquiryURL returns the address where partners ask for traces; "" when there is none.
func (g *Gateway) InquiryURL() string { return g.desk.URL() }

// Close stops listening, ends every connection and waits for the calls under way.
func (g *Gateway) Close() error {
	if err := errors.Join(g.Gateway.Close(), g.desk.Close()); err != nil {
		return fmt.Errorf("stop consumer %q: %w", g.config.Organism, err)
	}
	return nil
}
