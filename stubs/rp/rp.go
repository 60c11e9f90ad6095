// Package rp is the mock service that uses Pro Santé Connect: a small web application where professionals log in by the code
// flow with PKCE or by decoupled authentication, with a page that wants a session, refreshed tokens and a logout. It stands
// on the same libraries as real services; honest by default, flaws by name.
//
// It judges nobody, and keeps no account: whoever Pro Santé Connect names gets in.
package rp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/pki"
)

// The pages of the service.
const (
	PathLogin     = "/connexion"
	PathCallback  = "/retour"
	PathProtected = "/espace"
	PathLogout    = "/deconnexion"
	PathDecoupled = "/sans-carte" // a form with FieldPerson
	PathHome      = "/"
)

// FieldPerson is the field of the form by which a professional asks for the decoupled authentication.
const FieldPerson = "idnat"

// MaxAge is how old an authentication may be: that of a session of Pro Santé Connect.
const MaxAge = 4 * time.Hour

// Config says which service to play.
type Config struct {
	// Bench gives the protocol clock and the PKI, in which Credential is: that of the server, and of the client of Pro Santé
	// Connect.
	Bench      *bench.Bench
	Credential string
	Listen     string // "127.0.0.1:0" when empty
	// Issuer is that of Pro Santé Connect, which need not run yet.
	Issuer string
	// ClientID and Secret are how the service is known there. Without ByCertificate it proves who it is by the secret.
	ClientID, Secret string
	ByCertificate    bool
	// Scripted serves pages that scripts fill in, and keeps the key of a session in the page's own store.
	Scripted bool
	// Sealed wants ID tokens sealed with the secret (HS256).
	Sealed bool
	Flaws  []string
	Log    *slog.Logger // discarded when nil
}

// Service is a running mock service.
type Service struct {
	config Config
	policy policy
	link   *http.Client
	server *http.Server
	listen net.Listener
	ids    io.Reader

	sessions emitter.Sessions[*session]
	ctx      context.Context
	cancel   context.CancelFunc
	polls    sync.WaitGroup
	serving  sync.WaitGroup

	mu       sync.Mutex
	known    *provider
	requests map[string]*request // by state
}

// Start makes the service listen and serve until Close. It refuses an unknown credential or flaw, and an address that is
// taken.
func Start(c Config) (*Service, error) {
	s, err := prepare(c)
	if err == nil {
		err = s.serve()
	}
	if err != nil {
		return nil, fmt.Errorf("start service: %w", err)
	}
	return s, nil
}

func prepare(c Config) (*Service, error) {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{config: c, policy: honest(), requests: map[string]*request{}, ids: bench.Entropy()}
	if err := bench.Commit(&s.policy, Flaws(), c.Flaws); err != nil {
		return nil, err
	}
	credential, err := c.Bench.PKI.Credential(c.Credential)
	if err != nil {
		return nil, err
	}
	s.link = s.calls(credential)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// serve listens, over TLS.
func (s *Service) serve() error {
	credential, err := s.config.Bench.PKI.Credential(s.config.Credential)
	if err != nil {
		return err
	}
	if s.listen, err = bench.Listen(s.config.Listen); err != nil {
		return err
	}
	s.server = bench.NewServer(s.routes(), s.config.Log, bench.Bounds{Read: readTimeout, Write: writeTimeout})
	secured := tls.NewListener(s.listen, pki.ServerConfig(credential, bench.Wall, nil))
	s.serving.Go(func() { _ = s.server.Serve(secured) })
	return nil
}

// Limits of what a browser may take.
const (
	readTimeout  = 20 * time.Second
	writeTimeout = 40 * time.Second
)

func (s *Service) routes() http.Handler {
	r := chi.NewRouter()
	r.Get(PathHome, s.page(func(*http.Request) answer {
		return s.say(http.StatusOK, "Service d'essai", "Connectez-vous pour entrer.")
	}))
	r.Get(PathLogin, s.page(s.login))
	r.Get(PathCallback, s.page(s.callback))
	r.Get(PathProtected, s.page(s.protected))
	r.Get(PathLogout, s.page(s.logout))
	r.Post(PathDecoupled, s.page(s.decoupled))
	return r
}

// page makes a handler of what answers a browser.
func (s *Service) page(serve func(*http.Request) answer) http.HandlerFunc {
	if s.config.Scripted {
		serve = s.filled(serve)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, emitter.MaxForm)
		a := serve(r)
		for name, values := range a.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.Status)
		_, _ = w.Write(a.Body)
	}
}

// URL is the address of a page.
func (s *Service) URL(path string) string { return "https://" + s.listen.Addr().String() + path }

// Close stops listening, ends every connection and every poll, and waits for them.
func (s *Service) Close() error {
	s.cancel()
	err := s.server.Close()
	s.serving.Wait()
	s.polls.Wait()
	s.link.CloseIdleConnections()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("stop service: %w", err)
	}
	return nil
}

func (s *Service) now() time.Time { return s.config.Bench.Clock.Now() }
