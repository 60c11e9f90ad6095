package authentication

import (
	"crypto/x509"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"sync"

	"etalon/internal/interops"
	"etalon/internal/sso"
)

// Peer says where a service operator of the sphere is.
type Peer struct {
	Organism string // Organism.Name
	// ACS are the addresses to which a Response may go, the first by default; Services gives that of a service, by
	// Service.Name, where it has its own.
	ACS      []string
	Services map[string]string
	// Front is where browsers bring logout messages, Back where we do, by SOAP; empty where there is none.
	Front, Back string
	// Keys are the certificate chains of its signatures, leaf first: a Redirect carries none.
	Keys [][]*x509.Certificate
}

// acs returns where the Response for a service goes.
func (p Peer) acs(service string) string {
	if address, own := p.Services[service]; own {
		return address
	}
	if len(p.ACS) == 0 {
		return ""
	}
	return p.ACS[0]
}

// peers are the known service operators. The zero value knows none; it may be shared.
type peers struct {
	mu     sync.RWMutex
	byName map[string]Peer
}

// put makes a peer known, in the place of what was known of the organism. It refuses an address that is not https.
func (all *peers) put(p Peer) error {
	addresses := slices.Concat(p.ACS, []string{p.Front, p.Back})
	for _, own := range p.Services {
		addresses = append(addresses, own)
	}
	for _, address := range addresses {
		if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
			return fmt.Errorf("read address of %q: %q: want https://host:port/path", p.Organism, address)
		}
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.byName == nil {
		all.byName = map[string]Peer{}
	}
	all.byName[p.Organism] = p
	return nil
}

// of returns what is known of an organism.
func (all *peers) of(organism string) (Peer, bool) {
	all.mu.RLock()
	defer all.mu.RUnlock()
	p, known := all.byName[organism]
	return p, known
}

// registered lists the addresses to which Responses may go (S09-N3): those of each service of each known member.
func (all *peers) registered(convention *interops.Convention) []sso.Registered {
	all.mu.RLock()
	defer all.mu.RUnlock()
	var list []sso.Registered
	for _, organism := range slices.Sorted(maps.Keys(all.byName)) {
		peer := all.byName[organism]
		member, _ := convention.Sphere.Member(organism)
		for _, s := range member.Services {
			addresses := peer.ACS
			if own, there := peer.Services[s.Name]; there {
				addresses = []string{own}
			}
			for _, address := range addresses {
				list = append(list, sso.Registered{Organism: organism, Service: s.Name, ACS: address})
			}
		}
	}
	return list
}

// SetPeer makes the addresses of a service operator known, or others than before: no restart is needed (S15). It
// refuses an address that is not https.
func (o *Operator) SetPeer(p Peer) error { return o.peers.put(p) }
