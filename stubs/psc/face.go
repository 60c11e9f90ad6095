package psc

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
)

// maxHeader bounds the head of a request, in octets: a token of 60,000 octets may stand there (TOK-40).
const maxHeader = 128 << 10

// face is where the services listen. It may be closed and opened again, at the same address, with another certificate.
type face struct {
	bench   *bench.Bench
	address string // as it was asked for, then as it is
	handler http.Handler
	log     *slog.Logger
	// unheard is told of a connection that ended before its first request was read, or with one that could not be.
	unheard func(c net.Conn, started time.Time)
	// misbehaves commits a fault on a connection that opens, where one is armed.
	misbehaves func(net.Conn) (shown *tls.Certificate, committed bool, err error)

	opened atomic.Int64 // connections
	talks  sync.Map     // *talk, by connection
	faults sync.Map     // what was committed on them, by connection below TLS

	mu      sync.Mutex
	server  *http.Server
	serving sync.WaitGroup
}

// open listens with the certificate of the moment. A client certificate is taken from who shows one, and left to the services to judge.
func (f *face) open(credential func() (pki.Credential, error)) error {
	c, err := credential()
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	l, err := f.bench.Listen(f.address)
	if err != nil {
		return err
	}
	if at := l.Addr().String(); at != f.address { // the first time
		f.address = at
	}
	settings := pki.ServerConfig(c, bench.Wall, nil)
	pki.Following(settings, credential)
	honest := settings.GetCertificate
	settings.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if shown, committed, err := f.misbehaves(hello.Conn); committed {
			return shown, err
		}
		return honest(hello)
	}
	settings.ClientAuth = tls.RequestClientCert
	f.server = bench.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, there := r.Context().Value(connKey{}).(net.Conn); there {
			f.talk(c).heard.Add(1)
		}
		f.handler.ServeHTTP(w, r)
	}), f.log, bench.Bounds{Header: maxHeader})
	server := f.server
	server.ConnState = f.followed
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) }
	f.serving.Go(func() { _ = server.Serve(tls.NewListener(l, settings)) })
	return nil
}

// talk is a connection: the requests that began to come, and those that were read.
type talk struct {
	started      time.Time
	begun, heard atomic.Int64
}

// talk is what is known of a connection.
func (f *face) talk(c net.Conn) *talk {
	if t, there := f.talks.Load(c); there {
		return t.(*talk)
	}
	return &talk{}
}

// connKey is where a request keeps its connection.
type connKey struct{}

// followed counts connections, and tells of those of which no request could be read.
func (f *face) followed(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		f.opened.Add(1)
		f.talks.Store(c, &talk{started: bench.Wall()})
	case http.StateActive:
		f.talk(c).begun.Add(1)
	case http.StateClosed, http.StateHijacked:
		t := f.talk(c)
		if begun := t.begun.Load(); state == http.StateClosed && (begun == 0 || begun > t.heard.Load()) {
			f.unheard(c, t.started)
		}
		f.talks.Delete(c)
		if secured, ok := c.(*tls.Conn); ok {
			f.faults.Delete(secured.NetConn())
		}
	}
}

// close refuses connections from now on, and ends those that are open.
func (f *face) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.server == nil {
		return nil
	}
	err := f.server.Close()
	f.server = nil
	f.serving.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
