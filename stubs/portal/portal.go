// Package portal is the mock home portal of InterOPS-P: agents log in to it, and it sends them out to the pages of a
// partner with a VI that says who they are and what they may do. It is honest by default, and neglectful by name.
//
// It judges nothing that a partner answers: that is the scenarios' business. It is no product: its keys say TEST.
package portal

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/pki"
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
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
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

// Account is an agent of the home organism. Test agents are synthetic.
type Account struct {
	ID, Secret string
	// Class is the authentication class that the login reaches; Password when empty.
	Class string
	// Format is the NameID format; unspecified when empty.
	Format string
}

// Portal is a running mock home portal. Agents log in at /login, go out by /sortie/<service> and leave by /logout.
type Portal struct {
	config   Config
	policy   policy
	party    *emitter.Party
	sessions *sessions
	rights   *emitter.Rights
	targets  map[string]target
	listener net.Listener // of the agents
	desk     net.Listener // of the gestures
	servers  []*http.Server
	serving  sync.WaitGroup
}

// Limits of what a browser may take.
const (
	readTimeout  = 30 * time.Second
	writeTimeout = 2 * time.Minute
	idleTimeout  = 2 * time.Minute
	maxHeader    = 64 << 10
)

// role is the word of the traces for a client.
const role = "client"

// Start makes the portal listen and serve until Close. It refuses an organism that the convention does not know or
// that has no key in the test PKI, a partner's address that is not https, an unknown transport or flaw, and an address
// that is taken.
func Start(c Config) (*Portal, error) {
	p, err := prepare(c)
	if err == nil {
		err = p.listen()
	}
	if err != nil {
		return nil, fmt.Errorf("start portal of %q: %w", c.Organism, err)
	}
	p.serve(p.listener, p.routes())
	desk := chi.NewRouter()
	p.party.Manage(desk, p.gestures())
	p.serve(p.desk, desk)
	return p, nil
}

// prepare checks the configuration and fills its defaults.
func prepare(c Config) (*Portal, error) {
	c = withDefaults(c)
	p := &Portal{config: c, sessions: newSessions(), rights: emitter.NewRights(c.Habilitations), targets: map[string]target{}}
	var err error
	if p.policy, err = policyOf(c.Flaws); err != nil {
		return nil, err
	}
	p.party, err = emitter.NewParty(emitter.Config{
		Bench: c.Bench, Organism: c.Organism, Role: role, Mode: interops.ModeP, Traces: c.Traces, Revocation: c.Revocation,
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
	for _, address := range []*string{&c.Listen, &c.Manage} {
		if *address == "" {
			*address = "127.0.0.1:0"
		}
	}
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

// listen opens both faces; neither when one cannot be.
func (p *Portal) listen() error {
	credential, err := p.config.Bench.PKI.Credential(p.config.Credential)
	if err != nil {
		return err
	}
	if p.listener, err = net.Listen("tcp", p.config.Listen); err != nil {
		return err
	}
	if p.desk, err = net.Listen("tcp", p.config.Manage); err != nil {
		return errors.Join(err, p.listener.Close())
	}
	p.listener = tls.NewListener(p.listener, pki.ServerConfig(credential, bench.Wall, nil))
	return nil
}

func (p *Portal) serve(l net.Listener, h http.Handler) {
	server := &http.Server{
		Handler: h, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(p.config.Log.Handler(), slog.LevelDebug),
	}
	p.servers = append(p.servers, server)
	p.serving.Go(func() { _ = server.Serve(l) })
}

// Close stops listening, ends every connection and waits for the servers.
func (p *Portal) Close() error {
	var errs []error
	for _, s := range p.servers {
		if err := s.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	p.serving.Wait()
	p.party.Close()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("stop portal of %q: %w", p.config.Organism, err)
	}
	return nil
}

// URL is an address of the agents' face: "/login", "/logout", or Link.
func (p *Portal) URL(path string) string {
	host := p.listener.Addr().String()
	if _, port, err := net.SplitHostPort(host); err == nil && p.config.Host != "" {
		host = net.JoinHostPort(p.config.Host, port)
	}
	return "https://" + host + path
}

// Link is the address that sends an agent out to a service.
func (p *Portal) Link(service string) string { return p.URL(exitPath + url.PathEscape(service)) }

// ManageURL is the address of a gesture, or of "clock".
func (p *Portal) ManageURL(gesture string) string {
	return "http://" + p.desk.Addr().String() + emitter.ManagePath + gesture
}

// transport is that of the Responses.
func (p *Portal) transport() string {
	if t := p.config.Bench.Profile.P.Transport; t != "" {
		return t
	}
	return sso.TransportProxyPost
}
