// Package portal is the mock home portal of InterOPS-P: agents log in to it, and it sends them out to the pages of a
// partner with a VI that says who they are and what they may do. It is honest by default, and neglectful by name.
//
// It judges nothing that a partner answers: that is the scenarios' business. It is no product: its keys say TEST.
package portal

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/sso"
)

// Config says which home portal to play.
type Config struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of the client.
	Organism string
	// Listen is the address of the agents' face, Manage that of the gestures; "127.0.0.1:0" when empty.
	Listen, Manage string
	// Host is the name by which browsers call the agents' face, without port; that of Listen when empty.
	Host string
	// Credential is the pki name of the face's TLS certificate; Organism+"/tls" when empty.
	Credential string
	// Services says where each service may be reached, by Service.Name.
	Services map[string]Destination
	// Accounts are the agents who may log in, Habilitations their rights; an agent without one is kept home (P12).
	Accounts      []Account
	Habilitations []interops.Habilitation
	// Header is the header of the transport "header"; sso.HeaderResponse when empty.
	Header string
	// Traces keeps the record of every VI made and sent (X01); without it nothing leaves (X06).
	Traces *bench.TraceLog
	// Inquiries is the address where partners ask for traces (X12 to X14); none is opened when empty.
	Inquiries string
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
	// Observe is told of each request to a partner once it is over, from several goroutines. May be nil.
	Observe func(emitter.Exchange)
	// Commits may commit a fault in the place of an exit. May be nil.
	Commits emitter.Commits
	// Log is the application's log: it never gets a whole VI (L08). Discarded when nil.
	Log *slog.Logger
	// Flaws are the names of the neglects to play; see Flaws.
	Flaws []string
}

// Destination is where a partner receives the agents of a service.
type Destination struct {
	// ACS takes the Response.
	ACS string
	// Target is the folder of the service's pages; the path of the address that an agent asks for is appended.
	Target string
	// Logout ends the session that the Response opened; empty when the partner offers nothing of the kind (P15).
	Logout string
}

// Account is an agent of the home organism. Its Class is Password when empty, and its Means are not looked at.
type Account = emitter.Account

// Portal is a running mock home portal. Agents log in at /login, go out by /sortie/<service> and leave by /logout.
type Portal struct {
	config   Config
	policy   policy
	party    *emitter.Party
	sessions *sessions
	desk     *inquiry.Desk // nil when no address was given
	rights   *emitter.Rights
	targets  map[string]target
	front    *emitter.Front
}

// role is the word of the traces for a client.
const role = "client"

// Start makes the portal listen and serve until Close. It refuses an organism that the convention does not know or
// that has no key in the test PKI, a partner's address that is not https, an unknown transport or flaw, and an address
// that is taken.
func Start(c Config) (*Portal, error) {
	p, err := prepare(c)
	if err == nil && c.Inquiries != "" {
		p.desk, err = inquiry.OpenDesk(inquiry.DeskConfig{
			Bench: c.Bench, Organism: c.Organism, Role: role, Mode: interops.ModeP, Listen: c.Inquiries, Traces: c.Traces,
			Revocation: c.Revocation, Log: p.config.Log, Neglect: p.policy.desk,
		})
	}
	if err == nil {
		p.front, err = p.party.OpenFront(emitter.FrontConfig{
			Listen: c.Listen, Manage: c.Manage, Host: c.Host, Credential: p.config.Credential, Log: p.config.Log,
		})
	}
	if err != nil {
		if p != nil {
			err = errors.Join(err, p.desk.Close())
		}
		return nil, fmt.Errorf("start portal of %q: %w", c.Organism, err)
	}
	p.front.Serve(p.party, p.routes(), p.gestures())
	return p, nil
}

// prepare checks the configuration and fills its defaults.
func prepare(c Config) (*Portal, error) {
	c = withDefaults(c)
	p := &Portal{config: c, sessions: &sessions{}, rights: emitter.NewRights(c.Habilitations), targets: map[string]target{}}
	var err error
	if p.policy, err = policyOf(c.Flaws); err != nil {
		return nil, err
	}
	p.party, err = emitter.NewParty(emitter.Config{
		Bench: c.Bench, Organism: c.Organism, Role: role, Mode: interops.ModeP, Traces: c.Traces, Revocation: c.Revocation, Observe: c.Observe,
		Policy: &p.policy.Policy,
	})
	if err != nil {
		return nil, err
	}
	switch p.transport() {
	case sso.TransportProxyPost, sso.TransportBrowserPost, sso.TransportHeader:
	default:
		return nil, fmt.Errorf("read transport %q: want %s, %s or %s", p.transport(), sso.TransportProxyPost, sso.TransportBrowserPost, sso.TransportHeader)
	}
	for service, d := range c.Services {
		if p.targets[service], err = readTarget(d); err != nil {
			return nil, fmt.Errorf("read addresses of service %q: %w", service, err)
		}
	}
	return p, nil
}

// withDefaults fills what may be left empty.
func withDefaults(c Config) Config {
	if c.Credential == "" {
		c.Credential = c.Organism + "/tls"
	}
	if c.Header == "" {
		c.Header = sso.HeaderResponse
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Close stops listening, ends every connection and waits for the servers.
func (p *Portal) Close() error {
	err := errors.Join(p.front.Close(), p.desk.Close())
	p.party.Close()
	if err != nil {
		return fmt.Errorf("stop portal of %q: %w", p.config.Organism, err)
	}
	return nil
}

// InquiryURL returns the address where partners ask for traces; "" when there is none.
func (p *Portal) InquiryURL() string { return p.desk.URL() }

// URL is an address of the agents' face: "/login" or "/logout".
func (p *Portal) URL(path string) string { return p.front.URL(path) }

// ManageURL is the address of a gesture, or of "clock".
func (p *Portal) ManageURL(gesture string) string { return p.front.ManageURL(gesture) }

// transport is that of the Responses.
func (p *Portal) transport() string {
	if t := p.config.Bench.Profile.P.Transport; t != "" {
		return t
	}
	return sso.TransportProxyPost
}
