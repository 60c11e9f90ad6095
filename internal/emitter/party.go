// Package emitter is what every mock party that makes VIs stands on: its key, its link to a partner, the record of
// each VI, the rights of its users and the gestures of its life, the faces where people and applications come; and the
// neglects that any of them may commit, by name.
//
// It makes no message: what a VI travels in, and how long it serves, is each party's own business.
package emitter

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// Config says who emits.
type Config struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of who emits.
	Organism string
	// Role and Mode are those of its traces.
	Role string
	Mode interops.Mode
	// Traces keeps the record of every VI made and sent (X01); without it nothing leaves (X06).
	Traces *bench.TraceLog
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
	// Dial opens the connections to partners; the usual one when nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Observe is told of each request to a partner once it is over, from several goroutines. May be nil.
	Observe func(Exchange)
	// Policy says what is neglected. A profile that lets go on without traces shows in it too.
	Policy *Policy
}

// Party is an organism that makes VIs. It may be shared.
type Party struct {
	Organism interops.Organism
	config   Config
	signer   string // the pki name of what signs
	trust    *pki.Trust
	ids      io.Reader
	links    links
}

// NewParty prepares an organism that emits. It refuses one that the convention does not know or that has no key in
// the test PKI.
func NewParty(c Config) (*Party, error) {
	p := &Party{config: c}
	var known bool
	if p.Organism, known = c.Bench.Convention.Organism(c.Organism); !known {
		return nil, fmt.Errorf("find organism: not in convention %q", c.Bench.Convention.Name)
	}
	p.signer = c.Organism + "/signature"
	if c.Policy.Signer != "" {
		p.signer = c.Organism + "/" + c.Policy.Signer
	}
	if _, err := c.Bench.PKI.Credential(p.signer); err != nil {
		return nil, err
	}
	if c.Bench.Profile.Trace.OnFailure == "continue" {
		c.Policy.Untraced = true
	}
	p.trust = &pki.Trust{
		Roots: c.Bench.Roots(), Revocation: &pki.Checker{HTTP: c.Revocation},
		FailOpen: c.Bench.Profile.TLS.Revocation == "fail-open",
	}
	p.ids = c.Bench.Seed.Source(c.Role + "\x00" + c.Organism)
	return p, nil
}

// Close closes the idle links to the partners.
func (p *Party) Close() { p.links.close() }

// Now is the protocol time.
func (p *Party) Now() time.Time { return p.config.Bench.Clock.Now() }

// NewID draws an identifier of a VI or of a message; NewUUID one of a request.
func (p *Party) NewID() (string, error) { return bench.NewID(p.ids) }

// NewUUID draws an identifier of a request or of an event.
func (p *Party) NewUUID() (string, error) { return bench.NewUUID(p.ids) }

// Signature returns the credential that signs now: none once the convention no longer admits its key (G11).
func (p *Party) Signature() (pki.Credential, error) {
	signer, err := p.config.Bench.PKI.Credential(p.signer)
	if err != nil {
		return pki.Credential{}, err
	}
	if p.config.Policy.Signer == "" && !pki.Listed(p.Organism.Signature, signer.Leaf(), p.Now()) {
		return pki.Credential{}, fmt.Errorf("choose signature key: the convention does not admit %q any more", pki.Subject(signer.Leaf()))
	}
	return signer, nil
}

// Project finds the project in force that opens a service to the party in its mode (K01).
func (p *Party) Project(service string, inForce func(interops.Project, time.Time) bool) (interops.Project, interops.Service, bool) {
	now := p.Now()
	projects := p.config.Bench.Convention.Projects
	i := slices.IndexFunc(projects, func(o interops.Project) bool {
		_, opens := o.Service(service)
		return opens && o.Client == p.Organism.Name && o.Mode == p.config.Mode && inForce(o, now)
	})
	if i < 0 {
		return interops.Project{}, interops.Service{}, false
	}
	known, _ := projects[i].Service(service)
	return projects[i], known, true
}
