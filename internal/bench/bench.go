package bench

import (
	"context"
	"crypto/x509"
	"net"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/redact"
)

// Bench is what the partners of one sandbox, or of one run, share. Its fields are set once and only read
// afterwards; the clock moves.
type Bench struct {
	Clock      *Clock
	Seed       Seed
	Convention *interops.Convention
	Profile    *interops.Profile
	PKI        *pki.Set
	Redactor   *redact.Redactor
	// Recognised are the authorities that the partners recognise beside those of PKI: the candidate's own.
	Recognised []*x509.Certificate
	// Dial connects the parties to the candidate; nil for a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	doors *doors
}

// Roots are all the authorities that the partners recognise.
func (b *Bench) Roots() []*x509.Certificate {
	return append(b.PKI.RootCertificates(), b.Recognised...)
}

// RootPool is a new pool of them, as TLS wants it.
func (b *Bench) RootPool() *x509.CertPool {
	pool := x509.NewCertPool()
	for _, root := range b.Roots() {
		pool.AddCert(root)
	}
	return pool
}

// New returns a bench over a convention, a profile and a PKI, whose clock follows the wall clock.
func New(convention *interops.Convention, profile *interops.Profile, set *pki.Set, seed Seed) (*Bench, error) {
	key := make([]byte, 32)
	if _, err := Entropy().Read(key); err != nil {
		return nil, err
	}
	return &Bench{
		Clock: &Clock{}, Seed: seed, Convention: convention, Profile: profile, PKI: set,
		Redactor: redact.NewRedactor(key), doors: &doors{},
	}, nil
}
