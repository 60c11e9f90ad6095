package emitter

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/pki"
)

// FrontConfig says where a party that persons come to may be reached.
type FrontConfig struct {
	// Listen is the address of the pages, Manage that of the gestures; "127.0.0.1:0" when empty.
	Listen, Manage string
	// Host is the name by which browsers call the pages, without port; that of Listen when empty.
	Host string
	// Credential is the pki name of the pages' TLS certificate.
	Credential string
	// BackChannel takes a client certificate from who shows one, and leaves its judgement to the pages: partners call
	// there too.
	BackChannel bool
	Log         *slog.Logger
}

// Front is the two faces of a party that persons come to: its pages, over TLS without client certificate, and the
// gestures of its life, for this machine alone.
type Front struct {
	config  FrontConfig
	pages   net.Listener
	desk    net.Listener
	servers []*http.Server
	serving sync.WaitGroup
}

// OpenFront listens on both faces, so that their addresses are known; Serve answers. It refuses an unknown credential
// and an address that is taken, and then listens on neither.
func (p *Party) OpenFront(c FrontConfig) (*Front, error) {
	for _, address := range []*string{&c.Listen, &c.Manage} {
		if *address == "" {
			*address = "127.0.0.1:0"
		}
	}
	credential, err := p.config.Bench.PKI.Credential(c.Credential)
	if err != nil {
		return nil, err
	}
	f := &Front{config: c}
	if f.pages, err = p.config.Bench.Listen(c.Listen); err != nil {
		return nil, err
	}
	if f.desk, err = p.config.Bench.Listen(c.Manage); err != nil {
		return nil, errors.Join(err, f.pages.Close())
	}
	settings := pki.ServerConfig(credential, bench.Wall, nil)
	pki.Following(settings, func() (pki.Credential, error) { return p.config.Bench.PKI.Credential(c.Credential) })
	if c.BackChannel {
		settings.ClientAuth = tls.RequestClientCert
	}
	if p.config.Bench.Profile.TLS.Min == "1.3" {
		settings.MinVersion = tls.VersionTLS13
	}
	f.pages = tls.NewListener(f.pages, settings)
	return f, nil
}

// Serve answers on both faces until Close.
func (f *Front) Serve(p *Party, pages http.Handler, gestures Gestures) {
	desk := chi.NewRouter()
	p.Manage(desk, gestures)
	f.serve(f.pages, pages)
	f.serve(f.desk, desk)
}

func (f *Front) serve(l net.Listener, h http.Handler) {
	server := bench.NewServer(h, f.config.Log, bench.Bounds{})
	f.servers = append(f.servers, server)
	f.serving.Go(func() { _ = server.Serve(l) })
}

// Close stops listening, ends every connection and waits for the servers.
func (f *Front) Close() error {
	var errs []error
	for _, s := range f.servers {
		if err := s.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	f.serving.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("stop pages: %w", err)
	}
	return nil
}

// URL is the address of a page, by its path.
func (f *Front) URL(path string) string {
	host := f.pages.Addr().String()
	if _, port, err := net.SplitHostPort(host); err == nil && f.config.Host != "" {
		host = net.JoinHostPort(f.config.Host, port)
	}
	return "https://" + host + path
}

// ManageURL is the address of a gesture, or of "clock".
func (f *Front) ManageURL(gesture string) string {
	return "http://" + f.desk.Addr().String() + ManagePath + gesture
}
