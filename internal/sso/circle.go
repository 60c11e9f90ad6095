package sso

import (
	"crypto/x509"
	"slices"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
)

// Circle is what the judge of a message between members of a sphere knows.
type Circle struct {
	Convention *interops.Convention
	Profile    *interops.Profile
	// Receiver is the Organism.Name of whom the message is for.
	Receiver string
	// Now is the protocol time.
	Now time.Time
	// Trust returns what is wrong with a signer's chain, leaf first, at an instant. Nil trusts nobody.
	Trust func(chain []*x509.Certificate, at time.Time) []pki.PathError
	// Keys returns the certificate chains, leaf first, that an organism published: a Redirect carries none. Nil knows
	// of none, and no Redirect verifies.
	Keys func(organism string) [][]*x509.Certificate
	// Emitted judges the message as the work of a candidate.
	Emitted bool
}

// Entity finds the organism that goes by a name in protocol messages and metadata: its Issuer, its Recipient, or the
// Audience of one of its services in the sphere, which is then returned as well.
func (c Circle) Entity(id string) (interops.Organism, interops.Service, bool) {
	if id == "" {
		return interops.Organism{}, interops.Service{}, false
	}
	for _, o := range c.Convention.Organisms {
		if o.Issuer == id || o.Recipient == id {
			return o, interops.Service{}, true
		}
	}
	if c.Convention.Sphere == nil {
		return interops.Organism{}, interops.Service{}, false
	}
	for _, m := range c.Convention.Sphere.Members {
		i := slices.IndexFunc(m.Services, func(s interops.Service) bool { return s.Audience == id })
		if o, ok := c.Convention.Organism(m.Organism); ok && i >= 0 {
			return o, m.Services[i], true
		}
	}
	return interops.Organism{}, interops.Service{}, false
}

// plays tells whether an organism is a member in force with one of the qualities.
func (c Circle) plays(organism string, qualities ...interops.Quality) bool {
	m, ok := c.Convention.Sphere.Member(organism)
	return ok && c.Convention.Sphere.InForce(organism, c.Now) && slices.ContainsFunc(qualities, m.Plays)
}
