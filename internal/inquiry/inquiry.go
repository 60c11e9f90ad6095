// Package inquiry is the exchange of traces between two parties of a convention, over mutual TLS: a desk that answers
// demands about VIs and acknowledges declarations of suspect behaviour, and a line by which a party asks another.
// Who may ask, who may sign and what concerns whom is told by the convention alone.
//
// It keeps no traces of its own: it reads and writes those of the party that it serves. The file's form is pivot's.
package inquiry

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pivot"
	"etalon/internal/pki"
)

// party is one organism at an end of the exchange.
type party struct {
	bench    *bench.Bench
	organism interops.Organism
	trust    *pki.Trust
}

func (p *party) convention() *interops.Convention { return p.bench.Convention }

func (p *party) now() time.Time { return p.bench.Clock.Now() }

// signer returns the credential that signs the party's files.
func (p *party) signer() (pki.Credential, error) {
	return p.bench.PKI.Credential(p.organism.Name + "/signature")
}

// judge checks the signature of a file: sound, by a trusted certificate, listed by the convention for who says to be
// its author (X14).
func (p *party) judge(d pivot.Document, author interops.Organism) error {
	chain, err := d.Signer()
	if err != nil {
		return err
	}
	if troubles := p.trust.Verify(chain, pki.UsageSignature, bench.Wall()); len(troubles) > 0 {
		return fmt.Errorf("judge signer: %w", troubles[0])
	}
	if !pki.Listed(author.Signature, chain[0], p.now()) {
		return fmt.Errorf("judge signer: the convention does not list %q for %s", pki.Subject(chain[0]), author.Name)
	}
	return nil
}

// caller returns the organism that the convention lists a TLS certificate for.
func (p *party) caller(leaf *x509.Certificate) (interops.Organism, bool) {
	now := p.now()
	i := slices.IndexFunc(p.convention().Organisms, func(o interops.Organism) bool { return pki.Listed(o.TLS, leaf, now) })
	if i < 0 {
		return interops.Organism{}, false
	}
	return p.convention().Organisms[i], true
}

// bound tells whether a project in force binds the two organisms, in either direction (K01, X12-N2).
func (p *party) bound(other interops.Organism) bool {
	now := p.now()
	between := p.convention().Between(p.organism.Name, other.Name)
	return slices.ContainsFunc(between, func(o interops.Project) bool { return o.InForce(now) })
}

// newParty finds an organism and what it trusts.
func newParty(b *bench.Bench, organism string, trust *pki.Trust) (*party, error) {
	o, known := b.Convention.Organism(organism)
	if !known {
		return nil, fmt.Errorf("find organism: not in convention %q", b.Convention.Name)
	}
	p := &party{bench: b, organism: o, trust: trust}
	_, err := p.signer()
	return p, err
}

// ErrRefused tells that the other party refused a demand or a declaration.
var ErrRefused = errors.New("the other party refused")
