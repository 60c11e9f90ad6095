package rp

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// sante is the mock Pro Santé Connect of a run, which tells how many handshakes failed: who refuses its certificate leaves
// no other trace.
type sante struct {
	*psc.Stub
	refused *handshakes
}

// startProvider starts the mock Pro Santé Connect where the candidate file puts it, with the service as a client.
func (s *Side) startProvider() *verdict.Trouble {
	d := s.declared
	shared, err := s.run.Shared("psc", func() (io.Closer, error) {
		refused := &handshakes{}
		stub, err := psc.Start(psc.Config{
			Bench: s.run.Bench, Listen: d.PSC.Listen, Host: d.PSC.Host, Persons: s.persons(), NewKey: psc.LastingKeys(s.run.Bench), Tolerant: true,
			Lifetimes: psc.Lifetimes{Interval: s.waits.interval}, Log: slog.New(refused),
			Clients: []psc.Client{{
				ID: d.PSC.Client.ID, Secret: d.PSC.Client.Secret, Subject: d.PSC.Client.Subject, Redirects: d.Redirects, Farewells: d.Farewells,
				Decoupled: d.Decoupled != nil, Sealed: d.IDTokenAlgorithm == candidate.IDTokenBySecret,
			}},
		})
		return &sante{stub, refused}, err
	})
	if err != nil {
		return s.trouble(true, verdict.ReasonMisdeclared, field("psc"), err.Error())
	}
	s.provider = shared.(*sante)
	s.began, s.people = s.provider.Last(), s.persons()
	return nil
}

// handshakes counts those that failed, by what the server says of them.
type handshakes struct{ failed atomic.Int64 }

// Enabled implements slog.Handler.
func (h *handshakes) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (h *handshakes) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "TLS handshake error from ") {
		h.failed.Add(1)
	}
	return nil
}

// WithAttrs implements slog.Handler.
func (h *handshakes) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup implements slog.Handler.
func (h *handshakes) WithGroup(string) slog.Handler { return h }
