// Package provider is the mock fournisseur of InterOPS-A: a gateway in the cut of the flow that checks each
// call of a partner, leaves a trace of it and forwards it to its application. It plays a candidate, honest or
// flawed by name, and the partner of a client candidate, honest or armed with a conduct.
//
// It judges no candidate: it tells what it saw, and the scenarios conclude. It is no product: its keys say TEST.
package provider

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
)

// Config says which provider to play.
type Config struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of the provider.
	Organism string
	// Listen is the address of the partner's face; "127.0.0.1:0" when empty.
	Listen string
	// Credential is the pki name of its TLS certificate; Organism+"/tls" when empty.
	Credential string
	// Backend is the URL of the application behind it; when empty the provider answers itself, with an echo.
	Backend string
	// Traces keeps the record of every VI received (X02).
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

// Provider is a running mock fournisseur.
type Provider struct {
	config   Config
	policy   policy
	organism interops.Organism
	services map[string]interops.Service // by name
	gate     *gateway.Admission
	front    *gateway.Front
	backend  *gateway.Application
	replays  *presented
	ids      io.Reader
	desk     *inquiry.Desk // nil when no address was given
}

// maxHeader bounds the HTTP header of a call, in bytes.
const maxHeader = 64 << 10

// Start makes the provider listen and serve until Close. It refuses an organism that provides nothing in
// mode A, an unknown flaw, an unknown credential and an address that is taken.
func Start(c Config) (*Provider, error) {
	p, err := prepare(c)
	if err == nil {
		err = p.listen()
	}
	if err != nil {
		return nil, fmt.Errorf("start provider %q: %w", c.Organism, err)
	}
	p.front.Serve(p.routes())
	return p, nil
}

// listen opens the addresses where partners call, and where they ask for traces.
func (p *Provider) listen() (err error) {
	c := p.config
	if c.Inquiries != "" {
		if p.desk, err = inquiry.OpenDesk(inquiry.DeskConfig{
			Bench: c.Bench, Organism: c.Organism, Role: role, Mode: interops.ModeA, Listen: c.Inquiries, Traces: c.Traces,
			Revocation: c.Revocation, Log: c.Log, Neglect: p.policy.desk,
		}); err != nil {
			return err
		}
	}
	if p.front, err = gateway.OpenFront(gateway.FrontConfig{
		Bench:  c.Bench,
		Listen: c.Listen, Admission: p.gate, MaxHeader: maxHeader, Broken: p.knocked, Unread: c.Unread, Log: c.Log,
	}); err != nil {
		return errors.Join(err, p.desk.Close())
	}
	return nil
}

// prepare checks the configuration.
func prepare(c Config) (*Provider, error) {
	c = withDefaults(c)
	p := &Provider{config: c, replays: newPresented(gateway.MaxPresented)}
	party := gateway.Party{Bench: c.Bench, Organism: c.Organism, Credential: c.Credential, Backend: c.Backend, Revocation: c.Revocation}
	var err error
	if p.organism, err = party.Settle(); err != nil {
		return nil, err
	}
	if p.services, err = party.Services(interops.ModeA); err != nil {
		return nil, err
	}
	if p.policy, err = policyOf(c.Flaws); err != nil {
		return nil, err
	}
	if c.Bench.Profile.Trace.OnFailure == "continue" {
		p.policy.untraced = true
	}
	p.gate = party.Admission(p.policy.Neglect)
	p.backend = gateway.NewApplication()
	p.ids = c.Bench.Seed.Source("provider\x00" + c.Organism)
	return p, nil
}

// withDefaults fills what may be left empty.
func withDefaults(c Config) Config {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Credential == "" {
		c.Credential = c.Organism + "/tls"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Addr returns host and port of the partner's face.
func (p *Provider) Addr() string { return p.front.Addr().String() }

// URL returns the address of a service, by Service.Name.
func (p *Provider) URL(service string) string {
	return (&url.URL{Scheme: "https", Host: p.Addr(), Path: servicePath + service}).String()
}

// InquiryURL returns the address where partners ask for traces; "" when there is none.
func (p *Provider) InquiryURL() string { return p.desk.URL() }

// Close stops listening, ends every connection and waits for the exchanges under way.
func (p *Provider) Close() error {
	err := errors.Join(p.front.Close(), p.desk.Close())
	p.backend.Close()
	if err != nil {
		return fmt.Errorf("stop provider %q: %w", p.organism.Name, err)
	}
	return nil
}
