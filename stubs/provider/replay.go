package provider

import (
	"sync"
	"time"

	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// presented remembers the accepted VIs as long as they live, with the TLS identity that brought each (L05).
type presented struct {
	mu    sync.Mutex
	limit int
	byVI  map[viKey]presentation
}

// viKey names a VI: identifiers are unique for one issuer only (V02).
type viKey struct{ issuer, id string }

type presentation struct {
	identity string // as the convention lists it
	until    time.Time
}

func newPresented(limit int) *presented {
	return &presented{limit: limit, byVI: map[viKey]presentation{}}
}

// take records that a VI is presented by a TLS identity, and returns why it may not be. reuse tells that the
// profile allows a VI to serve more than once.
func (s *presented) take(vi interops.VI, identity string, until, now time.Time, reuse bool) ([]verdict.Finding, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := viKey{vi.Issuer, vi.ID}
	before, again := s.byVI[key]
	if again && !now.After(before.until) {
		return repeated(vi, before.identity, identity, reuse), nil
	}
	if len(s.byVI) >= s.limit && !s.forget(now) {
		return nil, gateway.ErrPresentedFull
	}
	s.byVI[key] = presentation{identity, until}
	return nil, nil
}

// repeated tells why a VI may not be presented again.
func repeated(vi interops.VI, before, identity string, reuse bool) []verdict.Finding {
	var fs []verdict.Finding
	if vi.OneTimeUse {
		fs = append(fs, verdict.Finding{Requirement: "V16", Rule: ruleOneTimeUse, Want: "one use", Got: vi.ID})
	}
	if identity != before {
		fs = append(fs, verdict.Finding{Requirement: "L05", Rule: ruleOtherIdentity, Want: before, Got: identity})
	}
	if !reuse && !vi.OneTimeUse {
		fs = append(fs, verdict.Finding{Requirement: "L05", Rule: ruleReplayed, Want: "one use (replay.A)", Got: vi.ID})
	}
	return fs
}

// forget drops the VIs that are over; false when none is.
func (s *presented) forget(now time.Time) bool {
	before := len(s.byVI)
	for k, v := range s.byVI {
		if now.After(v.until) {
			delete(s.byVI, k)
		}
	}
	return len(s.byVI) < before
}

// The provider's own rules, beside those of soap and saml.
const (
	ruleOneTimeUse    = "onetimeuse-replayed"
	ruleOtherIdentity = "vi-replayed-other-identity"
	ruleReplayed      = "vi-replayed"
	ruleOperation     = "operation-not-opened"
)
