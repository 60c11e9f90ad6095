package stand

import (
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/whitelist"
)

// Publication is the white list of a sandbox: the domains of the sample operator and of its listed neighbours, signed by
// the trust space and served over HTTPS.
type Publication struct {
	bench  *bench.Bench
	server *whitelist.Server

	mu     sync.Mutex
	list   mssante.WhiteList
	raw    []byte
	signer pki.Credential
}

// Listed is the white list as it is served.
type Listed struct {
	mssante.WhiteList
	URL string
	// Signer is who signed it; Raw the file.
	Signer pki.Credential
	Raw    []byte
}

// PublishList serves a white list at an address of this machine. The caller must Close it.
func PublishList(s *Stand, address string) (*Publication, error) {
	p := &Publication{bench: s.Bench}
	var err error
	p.server, err = whitelist.Listen(whitelist.Options{Address: address, Now: bench.Wall, Listen: s.Bench.Listen, Seen: s.read, Credential: func(variant string) (pki.Credential, error) {
		name := candidate.WhiteListOrganism + "/tls"
		if variant != "" {
			name += "~" + variant
		}
		return s.Bench.PKI.Credential(name)
	}})
	if err != nil {
		return nil, err
	}
	if err := p.Publish(); err != nil {
		_ = p.Close()
		return nil, err
	}
	return p, nil
}

// entries are the domains of the trust space.
func (p *Publication) entries(now time.Time) (mssante.WhiteList, error) {
	list := mssante.WhiteList{Generated: now}
	add := func(domain, organism, what string) error {
		c, err := p.bench.PKI.Credential(organism + "/tls")
		if err == nil {
			list = list.With(mssante.ListedDomain{Name: domain, Description: what, Operator: pki.Subject(c.Leaf()), Updated: now})
		}
		return err
	}
	if err := add(OperatorDomain, candidate.OperatorOrganism, "Opérateur d'essai"); err != nil {
		return list, err
	}
	for _, n := range candidate.Neighbours() { // the honest ones
		if n.Shows != n.Listed+"/tls" || n.NoTLS || n.OldTLS { // who departs from what the list says of it
			continue
		}
		if err := add(n.Domain(), n.Listed, "Opérateur voisin d'essai"); err != nil {
			return list, err
		}
	}
	return list, nil
}

// Publish makes and serves the list anew, dated now and later than the one before: it is dated to the second.
func (p *Publication) Publish() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := bench.Wall().UTC().Truncate(time.Second)
	if !now.After(p.list.Generated) {
		now = p.list.Generated.Add(time.Second)
	}
	list, err := p.entries(now)
	if err != nil {
		return err
	}
	signer, err := p.bench.PKI.Credential(candidate.WhiteListOrganism + "/signature")
	if err != nil {
		return err
	}
	raw, err := whitelist.Draft{List: list, Signer: signer}.Build()
	if err != nil {
		return err
	}
	p.list, p.raw, p.signer = list, raw, signer
	p.server.Publish(raw)
	return nil
}

// Listed is the list as it is served now.
func (p *Publication) Listed() Listed {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Listed{p.list, p.server.URL(), p.signer, p.raw}
}

// Close ends the server.
func (p *Publication) Close() error { return p.server.Close() }

// WhiteList is the white list as it is served; false where none is played.
func (d *Directory) WhiteList() (Listed, bool) {
	if d.health == nil || d.health.List == nil {
		return Listed{}, false
	}
	return d.health.List.Listed(), true
}

// PublishList publishes the white list anew. It returns ErrNotThere where none is played.
func (d *Directory) PublishList() error {
	if d.health == nil || d.health.List == nil {
		return ErrNotThere
	}
	return d.health.List.Publish()
}
