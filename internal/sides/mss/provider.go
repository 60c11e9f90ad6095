package mss

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/mssante"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// sante is the mock Pro Santé Connect of a run. Both interfaces of an operator have it in common: what the operator
// learnt of its keys while one was judged holds while the other is.
type sante struct {
	*psc.Stub
	heard heard

	mu      sync.Mutex
	key     string    // by which honest tokens are signed, when not the one that signs: psc.KeySecond
	rotated time.Time // when a key was retired in this run, by the protocol clock
}

// startProvider starts the mock Pro Santé Connect where the candidate file puts it, with the holders of the mailboxes
// and one professional who has none; for the second interface, it is there already.
func (s *Side) startProvider() (*verdict.Trouble, error) {
	shared, err := s.run.Shared("psc", func() (io.Closer, error) {
		client := s.declared.PSC.Client
		all := &sante{}
		stub, err := psc.Start(psc.Config{
			Bench: s.run.Bench, Listen: s.declared.PSC.Listen, Host: s.declared.PSC.Host, Persons: s.persons(),
			Clients: append(slices.DeleteFunc(psc.Clients(), func(c psc.Client) bool { return c.ID == client.ID }), psc.Client{ID: client.ID, Secret: client.Secret, Subject: client.Subject}),
			NewKey:  psc.LastingKeys(s.run.Bench), Log: slog.New(&all.heard), Tolerant: true,
		})
		all.Stub = stub
		return all, err
	})
	if err != nil {
		return s.trouble(true, verdict.ReasonMisdeclared, "mssante.psc", err.Error()), nil
	}
	s.provider = shared.(*sante)
	s.began = s.provider.Last()
	return nil, nil
}

// stranger is a professional who has no right on any mailbox, of whom faults speak.
const stranger mssante.IdNat = "899700000991"

// persons are the professionals whom tokens may name: the stranger first, of whom a fault speaks before any other.
func (s *Side) persons() []psc.Person {
	ids := []mssante.IdNat{stranger}
	for _, box := range s.declared.Mailboxes {
		for _, id := range append(slices.Clone(box.Delegates), box.Holder, box.TestIdentity) {
			if id.IsPerson() {
				ids = append(ids, id)
			}
		}
	}
	var all []psc.Person
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		all = append(all, psc.Person{Professional: mssante.Professional{IdNat: id, FamilyName: "TEST", Given: "Essai"}, Secret: "secret-test-" + string(id)})
	}
	return all
}

// signing is the key by which honest tokens are signed.
func (p *sante) signing() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.key
}

// signWith chooses it.
func (p *sante) signWith(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key = key
}

// fallback tells that the keys were changed, and that the older one was not tried yet.
func (p *sante) fallback() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.rotated.IsZero() && p.key == ""
}

// retiredAt is when a key was retired in this run; zero when none was.
func (p *sante) retiredAt() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rotated
}

// retire notes that a key was retired, and that the one that signs is tried again.
func (p *sante) retire(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rotated, p.key = at, ""
}

// heard keeps what the server of Pro Santé Connect says of handshakes that fail: it tells who refused the certificate.
type heard struct {
	mu   sync.Mutex
	last string
}

// Enabled implements slog.Handler.
func (h *heard) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (h *heard) Handle(_ context.Context, r slog.Record) error {
	if _, what, ok := strings.Cut(r.Message, "TLS handshake error from "); ok {
		_, cause, _ := strings.Cut(what, ": ")
		h.mu.Lock()
		defer h.mu.Unlock()
		h.last = strings.TrimSpace(cause)
	}
	return nil
}

// WithAttrs implements slog.Handler.
func (h *heard) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup implements slog.Handler.
func (h *heard) WithGroup(string) slog.Handler { return h }

func (h *heard) handshake() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last
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
