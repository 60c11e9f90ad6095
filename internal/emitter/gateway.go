package emitter

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
)

// CallPath is the address of every service on the face where applications call.
const CallPath = "/appel/"

// callWrite is how long an application waits for its answer at most: what the partner answers may be slow on purpose.
const callWrite = 10 * time.Minute

// Gateway is what the mock client gateways share, whatever carries their VIs: the face where applications call, the VIs
// kept, the rights of their users, and the gestures of their life.
type Gateway struct {
	Party  *Party
	Rights *Rights
	VIs    Vault
	Underway

	deaf     atomic.Bool // no VI can be made (A14-N1)
	listener net.Listener
	server   *http.Server
	serving  sync.WaitGroup
}

// OpenGateway listens for applications, so that the address is known; Serve answers them. It refuses an address that is
// taken.
func OpenGateway(p *Party, rights []interops.Habilitation, address string, log *slog.Logger) (*Gateway, error) {
	listener, err := p.config.Bench.Listen(address)
	if err != nil {
		return nil, err
	}
	return &Gateway{
		Party: p, Rights: NewRights(rights), listener: listener,
		server: bench.NewServer(nil, log, bench.Bounds{Write: callWrite}),
	}, nil
}

// Serve answers applications until Close.
func (g *Gateway) Serve(h http.Handler) {
	g.server.Handler = h
	g.serving.Go(func() { _ = g.server.Serve(g.listener) })
}

// Close stops listening, ends every connection and waits for the calls under way.
func (g *Gateway) Close() error {
	err := g.server.Close()
	g.serving.Wait()
	g.End()
	g.Party.Close()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// URL is the address at which applications call a service.
func (g *Gateway) URL(service string) string {
	return "http://" + g.listener.Addr().String() + CallPath + url.PathEscape(service)
}

// ManageURL is the address of a gesture, or of "clock".
func (g *Gateway) ManageURL(gesture string) string {
	return "http://" + g.listener.Addr().String() + ManagePath + gesture
}

// Deaf tells that no VI can be made now.
func (g *Gateway) Deaf() bool { return g.deaf.Load() }

// Gestures are the verbs of a candidate file that the gateway makes when asked. forget drops the VIs of a user whose
// rights or login changed (L04).
func (g *Gateway) Gestures(forget func(user string)) Gestures {
	return Gestures{
		"logout": func(s Subject) {
			g.Rights.Logout(s.User, g.Party.Now())
			forget(s.User)
		},
		"withdraw-right": func(s Subject) {
			g.Rights.Withdraw(s.User, s.Project, s.PAGM)
			forget(s.User)
		},
		"grant-right":  func(s Subject) { g.Rights.Grant(s.User, s.Project, s.PAGM) },
		"break-tokens": func(Subject) { g.deaf.Store(true) },
		"mend-tokens":  func(Subject) { g.deaf.Store(false) },
		"restart":      func(Subject) { g.VIs.Clear() },
	}
}

// CheckAddresses refuses an address of a partner's service that is not https.
func CheckAddresses(services map[string]string) error {
	for service, address := range services {
		if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("read address of service %q: %q: want https://host:port/path", service, address)
		}
	}
	return nil
}

// OfMessage keeps the headers of a partner's answer that belong to the message.
func OfMessage(h http.Header) http.Header {
	out := http.Header{}
	for _, name := range []string{"Content-Type", "Content-Language", "Cache-Control", "Retry-After"} {
		if values := h.Values(name); len(values) > 0 {
			out[name] = values
		}
	}
	return out
}
