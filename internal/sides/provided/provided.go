// Package provided starts the mock Pro Santé Connect of a run, where the candidate file puts it: once, whatever number of
// roles ask for it, so that what a candidate learnt of its keys in one role holds in the next. It is closed with the run.
//
// It says nothing of what Pro Santé Connect then does, which is the business of the sides and of stubs/psc.
package provided

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/stubs/psc"
)

// Wants is what a role wants of Pro Santé Connect. Bench, Listen, Host, NewKey and Log of Config are the run's, and Clients
// those beside the candidate itself.
type Wants struct {
	psc.Config
	// Client is the candidate as a client: its name and its proofs are those of the candidate file.
	Client psc.Client
}

// Provider is the mock Pro Santé Connect of a run.
type Provider struct {
	*psc.Stub
	heard heard
}

// Open returns the Pro Santé Connect of a run; the first role that asks says whom it knows and how it behaves. The error is
// that of an address that cannot be listened on, or of a client that cannot be served.
func Open(r *scenario.Run, at candidate.PSC, w Wants) (*Provider, error) {
	return scenario.Shared(r, "psc", func() (*Provider, error) {
		p, c := &Provider{heard: heard{Handler: r.Log.Handler()}}, w.Config
		own := w.Client
		own.ID, own.Secret, own.Subject = at.Client.ID, at.Client.Secret, at.Client.Subject
		c.Clients = []psc.Client{own}
		for _, other := range w.Clients {
			if other.ID != own.ID {
				c.Clients = append(c.Clients, other)
			}
		}
		c.Bench, c.Listen, c.Host, c.NewKey, c.Log = r.Bench, at.Listen, at.Host, psc.LastingKeys(r.Bench), slog.New(&p.heard)
		var err error
		p.Stub, err = psc.Start(c)
		return p, err
	})
}

// Refused is why the last handshake failed that the server tells of; empty when none did.
func (p *Provider) Refused() string {
	p.heard.mu.Lock()
	defer p.heard.mu.Unlock()
	return p.heard.last
}

// Distrusted is why the last handshake failed, where nobody has asked anything since an entry of the journal: whoever came does not
// recognise the certificate. Empty otherwise. The server may tell of a handshake a moment after who came has given it up.
func (p *Provider) Distrusted(since int) string {
	asked := func() bool { return len(p.Journal(func(e psc.Entry) bool { return e.Number > since })) > 0 }
	bench.Until(context.Background(), moment, func() bool { return asked() || p.Refused() != "" })
	if asked() {
		return ""
	}
	return p.Refused()
}

// moment is how long that may be.
const moment = time.Second

// heard keeps what the server says of handshakes that fail, beside the log of the run: it tells who refused the certificate.
type heard struct {
	slog.Handler
	mu   sync.Mutex
	last string
}

// Enabled implements slog.Handler.
func (h *heard) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (h *heard) Handle(ctx context.Context, r slog.Record) error {
	if _, what, ok := strings.Cut(r.Message, "TLS handshake error from "); ok {
		_, cause, _ := strings.Cut(what, ": ")
		h.mu.Lock()
		h.last = strings.TrimSpace(cause)
		h.mu.Unlock()
	}
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}
