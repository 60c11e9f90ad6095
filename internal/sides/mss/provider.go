package mss

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"etalon/internal/scenario"
	"etalon/internal/sides/provided"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// signing is which key of Pro Santé Connect signs in a run. Both interfaces of an operator have it in common: what the operator
// learnt of the keys while one was judged holds while the other is.
type signing struct {
	mu      sync.Mutex
	key     string    // by which honest tokens are signed, when not the one that signs: psc.KeySecond
	rotated time.Time // when a key was retired in this run, by the protocol clock
}

// startProvider starts the mock Pro Santé Connect where the candidate file puts it, with the holders of the mailboxes
// and one professional who has none; for the second interface, it is there already.
func (s *Side) startProvider() (*verdict.Trouble, error) {
	provider, err := provided.Open(s.run, s.declared.PSC, provided.Mailboxes(s.declared))
	if err != nil {
		return s.Trouble(true, verdict.ReasonMisdeclared, "mssante.psc", err.Error()), nil
	}
	s.provider, s.began = provider, provider.Last()
	s.keys, err = scenario.Shared(s.run, "mss/keys", func() (*signing, error) { return &signing{}, nil })
	return nil, err
}

// named is the key by which honest tokens are signed.
func (g *signing) named() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.key
}

// signWith chooses it.
func (g *signing) signWith(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.key = key
}

// fallback tells that the keys were changed, and that the older one was not tried yet.
func (g *signing) fallback() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.rotated.IsZero() && g.key == ""
}

// retiredAt is when a key was retired in this run; zero when none was.
func (g *signing) retiredAt() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.rotated
}

// retire notes that a key was retired, and that the one that signs is tried again.
func (g *signing) retire(at time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rotated, g.key = at, ""
}

// asked keeps, as evidence, what Pro Santé Connect was asked about a token; empty when nothing.
func (p *part) asked(token string) string {
	if token == "" {
		return ""
	}
	sum := psc.Digest(token)
	entries := p.side.provider.Journal(func(e psc.Entry) bool { return e.Token != nil && e.Token.SHA256 == sum })
	if len(entries) == 0 {
		return ""
	}
	return p.entries(entries)
}

// entries keeps entries of the journal of Pro Santé Connect as evidence.
func (p *part) entries(entries []psc.Entry) string {
	raw, err := json.MarshalIndent(entries, "", "  ")
	if err != nil {
		_ = p.Cannot(verdict.ReasonHarnessError, fmt.Sprintf("write journal: %v", err))
		return ""
	}
	return p.Evidence(raw, "application/json")
}
