// Package members plays the service operators of a sphere of trust around an authentication operator under test: they
// ask it for persons, take the Responses and the logout messages that come, remember the sessions that these open and
// end, and answer as a sound member does, or as they are told to.
//
// It judges no candidate: it tells what came, and the scenarios conclude. It protects nothing: what a service operator
// must refuse is the business of stubs/service.
package members

import (
	"crypto/tls"
	"crypto/x509"
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
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/sso"
)

// Config says around whom the members stand.
type Config struct {
	Bench *bench.Bench
	// Listen is the address of all their faces; "127.0.0.1:0" when empty. Each member has its own path.
	Listen string
	// Operator is the authentication operator under test.
	Operator Operator
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
	// Patience bounds one call to the operator, on the wall clock; 10 s when zero.
	Patience time.Duration
	// Log gets what the servers say; discarded when nil.
	Log *slog.Logger
	// Observe is told of each request, from several goroutines. May be nil.
	Observe func(Exchange)
}

// Operator is where the authentication operator under test is reached; an address that it does not have is empty.
type Operator struct {
	Organism string // Organism.Name
	SSO      string // takes AuthnRequests
	SLO      string // takes logout messages through the browser
	SOAP     string // takes them by the back channel
	// Keys are the certificate chains with which it signs, leaf first: a Redirect carries none.
	Keys [][]*x509.Certificate
}

// Members are the service operators of a sphere but for the organism of the operator under test.
type Members struct {
	config  Config
	trust   *pki.Trust
	ours    pki.Credential
	ids     io.Reader
	address string
	server  *http.Server
	serving sync.WaitGroup
	backs   map[string]*http.Client // the back channel of each

	mu       sync.Mutex
	manners  map[string]Manner
	notices  map[string]Notice // what members publish about themselves
	sessions []Session
	asked    map[string]sso.RequestState // AuthnRequests, by identifier
	left     map[string]bool             // LogoutRequests of theirs, by identifier
}

// Limits of what a caller may take.
const (
	patience     = 10 * time.Second
	writeTimeout = 30 * time.Second
	maxAnswer    = 1 << 20
)

// errNoMember tells that the sphere has no service operator beside the one under test.
var errNoMember = errors.New("find members: the sphere has no service operator beside the operator under test")

// Start makes the members listen and serve until Close. It refuses a convention without another service operator, a
// member without keys in the test PKI, and an address that is taken.
func Start(c Config) (*Members, error) {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Patience == 0 {
		c.Patience = patience
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	m := &Members{
		config: c, manners: map[string]Manner{}, notices: map[string]Notice{}, asked: map[string]sso.RequestState{}, left: map[string]bool{}, backs: map[string]*http.Client{},
		ids: c.Bench.Seed.Source("members\x00" + c.Operator.Organism),
		trust: &pki.Trust{
			Roots: c.Bench.Roots(), Revocation: &pki.Checker{HTTP: c.Revocation}, FailOpen: c.Bench.Profile.TLS.Revocation == "fail-open",
		},
	}
	if err := m.listen(); err != nil {
		return nil, fmt.Errorf("start members of the sphere: %w", err)
	}
	return m, nil
}

// listen readies the links of every member, and serves.
func (m *Members) listen() error {
	names := m.Names()
	if len(names) == 0 {
		return errNoMember
	}
	for _, name := range names {
		credential, err := m.config.Bench.PKI.Credential(name + "/tls")
		if err != nil {
			return err
		}
		if m.ours.Chain == nil {
			m.ours = credential
		}
		m.backs[name] = bench.Link{Dial: m.config.Bench.Dial, Roots: m.config.Bench.RootPool(), Own: credential, Patience: m.config.Patience, Stays: true}.Client()
	}
	l, err := bench.Listen(m.config.Listen)
	if err != nil {
		return err
	}
	m.address = l.Addr().String()
	settings := pki.ServerConfig(m.ours, bench.Wall, nil)
	settings.ClientAuth = tls.RequestClientCert // an operator shows who it is on the back channel, a browser does not
	m.server = bench.NewServer(m.routes(), m.config.Log, bench.Bounds{Write: writeTimeout})
	m.serving.Go(func() { _ = m.server.Serve(tls.NewListener(l, settings)) })
	return nil
}

// Close stops listening, ends every connection and waits for the servers.
func (m *Members) Close() error {
	err := m.server.Close()
	m.serving.Wait()
	for _, c := range m.backs {
		c.CloseIdleConnections()
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("stop members of the sphere: %w", err)
	}
	return nil
}

// Names lists the members, by Organism.Name, in the convention's order: also those that have left, or are not accepted.
func (m *Members) Names() []string {
	var names []string
	for _, member := range m.sphere().Members {
		if member.Plays(interops.ServiceOperator) && member.Organism != m.config.Operator.Organism {
			names = append(names, member.Organism)
		}
	}
	return names
}

func (m *Members) sphere() *interops.Sphere {
	if s := m.config.Bench.Convention.Settled().Sphere; s != nil {
		return s
	}
	return &interops.Sphere{}
}

// circle is what a member knows before it reads a message of the operator.
func (m *Members) circle(member string) sso.Circle {
	b := m.config.Bench
	return sso.Circle{
		Convention: b.Convention.Settled(), Profile: b.Profile, Receiver: member, Now: b.Clock.Now(), Trust: m.signerTrust, Emitted: true,
		Keys: func(organism string) [][]*x509.Certificate {
			if organism != m.config.Operator.Organism {
				return nil
			}
			return m.config.Operator.Keys
		},
	}
}

// signerTrust judges the chain of a signer; one that came alone, as XML signature §4.5.4 lets it, with the authorities that
// its owner published. Certificates live by the wall clock, whatever the protocol's.
func (m *Members) signerTrust(chain []*x509.Certificate, _ time.Time) []pki.PathError {
	for _, known := range m.config.Operator.Keys {
		if len(chain) == 1 && len(known) > 1 && known[0].Equal(chain[0]) {
			chain = known
		}
	}
	return m.trust.Verify(chain, pki.UsageSignature, bench.Wall())
}

// Session is one that a Response of the operator opened at a member.
type Session struct {
	Organism string // of the member
	VI       interops.VI
}

// keep remembers the session that a VI opened, in the place of an older one of the same number at the same member.
func (m *Members) keep(s Session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions = append(slices.DeleteFunc(m.sessions, func(old Session) bool {
		return old.Organism == s.Organism && old.VI.SessionIndex == s.VI.SessionIndex && old.VI.NameID.Value == s.VI.NameID.Value
	}), s)
}

// holder returns whose session a number is at a member (D03).
func (m *Members) holder(organism string) func(index string) (string, bool) {
	return func(index string) (string, bool) {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, s := range slices.Backward(m.sessions) {
			if s.Organism == organism && s.VI.SessionIndex == index {
				return s.VI.NameID.Value, true
			}
		}
		return "", false
	}
}

// named is the session of a member that a LogoutRequest of the operator names; one without VI when there is none.
func (m *Members) named(organism string, request sso.LogoutRequest) Session {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range slices.Backward(m.sessions) {
		if s.Organism == organism && slices.Contains(request.SessionIndexes, s.VI.SessionIndex) {
			return s
		}
	}
	return Session{Organism: organism}
}

// end forgets the sessions that a LogoutRequest of the operator names.
func (m *Members) end(organism string, request sso.LogoutRequest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions = slices.DeleteFunc(m.sessions, func(s Session) bool {
		return s.Organism == organism && s.VI.NameID.Value == request.NameID.Value &&
			(len(request.SessionIndexes) == 0 || slices.Contains(request.SessionIndexes, s.VI.SessionIndex))
	})
}

// Manner is how a member answers the LogoutRequests of the operator; the zero one is sound. At most one field is set.
type Manner struct {
	// Down answers nothing by the back channel, and that it could not close the session through the browser (D04).
	Down bool
	// Astray answers another request than the one that came (D06).
	Astray bool
}

// Behave tells a member how to answer from now on.
func (m *Members) Behave(organism string, how Manner) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.manners[organism] = how
}

// Notice is what a member publishes about itself; the zero one is its sound metadata. Any other moves its ACS to that of
// Moved; at most one of the other fields is set (S16).
type Notice struct {
	Move bool
	// Unsigned, Expired and Foreign are what is wrong with the metadata: Foreign signs them, and gives, another's key.
	Unsigned, Expired bool
	Foreign           string // pki name of that key
}

// Publish tells a member what to publish from now on.
func (m *Members) Publish(organism string, n Notice) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.notices[organism] = n
}

// Moved is where a member that has moved takes Responses.
func (m *Members) Moved(organism string) string { return m.URL(organism, movedPath) }

// movedPath is that of Moved.
const movedPath = "/acs-nouveau"

// Recover makes every member sound again.
func (m *Members) Recover() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.manners)
	clear(m.notices)
}

func (m *Members) manner(organism string) Manner {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.manners[organism]
}

// newID draws an identifier of a message of theirs.
func (m *Members) newID() (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bench.NewID(m.ids)
}
