// Package benchtest is what the tests of the mock parties stand on, as net/http/httptest is for those of handlers: a test
// PKI with its revocation server, benches over it, traces read back, and the end of whatever a test or a package
// started. Tests alone import it.
package benchtest

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// World is one convention with a test PKI, the server that tells what is revoked, and an instant at which its benches
// stand still.
type World struct {
	Convention *interops.Convention
	Set        *pki.Set
	Now        time.Time
	// Fetcher asks the revocation server; the world ends its connections.
	Fetcher *http.Client

	revocation *httptest.Server
	trust      *pki.Trust
}

// NewWorld makes the keys of a convention at an instant. Whoever makes a world closes it.
func NewWorld(convention *interops.Convention, now time.Time) (*World, error) {
	w := &World{Convention: convention, Now: now, Fetcher: &http.Client{Transport: &http.Transport{}}}
	var handler http.Handler
	w.revocation = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) }))
	var err error
	w.Set, err = pki.New(pki.Options{Organisms: convention.Organisms, Now: now, Rand: bench.Entropy(), Revocation: w.revocation.URL})
	if err != nil {
		w.Close()
		return nil, err
	}
	handler = w.Set.Handler()
	w.trust = &pki.Trust{Roots: w.Set.RootCertificates(), Revocation: &pki.Checker{HTTP: w.Fetcher}}
	return w, nil
}

// Close ends the revocation server and the connections to it.
func (w *World) Close() {
	w.Fetcher.CloseIdleConnections()
	w.revocation.Close()
}

// Bench returns a bench of the default profile for one test, whose clock stands still at the instant of the world.
func (w *World) Bench(t testing.TB) *bench.Bench {
	t.Helper()
	b, err := bench.New(w.Convention, candidate.DefaultProfile("current"), w.Set, bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Freeze(w.Now)
	return b
}

// Credential returns the key and the chain of that name.
func (w *World) Credential(t testing.TB, name string) pki.Credential {
	t.Helper()
	c, err := w.Set.Credential(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Trust judges the chain of a signer as the partners of the convention do.
func (w *World) Trust(chain []*x509.Certificate, _ time.Time) []pki.PathError {
	return w.trust.Verify(chain, pki.UsageSignature, bench.Wall())
}

// Shared is the world of all tests of a package: it is made when the first of them asks, and Main closes it.
type Shared struct {
	convention func() *interops.Convention
	grain      time.Duration

	once  sync.Once
	world *World
	err   error
}

// Share returns the world that tests share: that of a convention, at the present instant cut to a grain.
func Share(convention func() *interops.Convention, grain time.Duration) *Shared {
	return &Shared{convention: convention, grain: grain}
}

// World returns the world that is shared.
func (s *Shared) World(t testing.TB) *World {
	t.Helper()
	s.once.Do(func() { s.world, s.err = NewWorld(s.convention(), bench.Wall().Truncate(s.grain)) })
	if s.err != nil {
		t.Fatal(s.err)
	}
	return s.world
}

// Close ends the world, if a test asked for it.
func (s *Shared) Close() {
	if s.world != nil {
		s.world.Close()
	}
}
