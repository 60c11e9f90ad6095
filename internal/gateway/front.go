package gateway

import (
	"errors"
	"etalon/internal/bench"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// FrontConfig says where partners may reach a gateway, and what it shows there.
type FrontConfig struct {
	// Bench listens; Listen is an address of this machine.
	Bench  *bench.Bench
	Listen string
	// Admission says who may open a connection, and what is neglected there.
	Admission *Admission
	// MaxHeader bounds the header of a request, in bytes.
	MaxHeader int
	// Broken is told of each connection that brings no exchange.
	Broken func(Knock)
	// Unread is told of each request that could not be read: malformed, too long or cut. May be nil.
	Unread func(Knock)
	Log    *slog.Logger
}

// Front is where partners come to a gateway: the door, and the server behind it.
type Front struct {
	*Door
	server  *http.Server
	serving sync.WaitGroup
}

// frontWrite is how long an answer may take to go: room for an armed one that is slow on purpose.
const frontWrite = 5 * time.Minute

// OpenFront listens, so that the address is known; Serve answers. It refuses an address that is taken.
func OpenFront(c FrontConfig) (*Front, error) {
	listener, err := c.Bench.Listen(c.Listen)
	if err != nil {
		return nil, err
	}
	server := bench.NewServer(nil, c.Log, bench.Bounds{Write: frontWrite, Header: c.MaxHeader})
	server.ConnContext, server.ConnState = WithLink, unread(c)
	return &Front{
		Door: OpenDoor(listener, DoorConfig{
			Settings: c.Admission.Settings, ClearHTTP: c.Admission.Neglect.ClearHTTP, Broken: c.Broken, Wall: c.Admission.Wall, Log: c.Log,
		}),
		server: server,
	}, nil
}

// errUnread tells that a request never came to be one.
var errUnread = errors.New("the request could not be read: it is malformed, cut, or its header is too long")

// unread tells of connections that end with a request that nobody could read.
func unread(c FrontConfig) func(net.Conn, http.ConnState) {
	return func(conn net.Conn, state http.ConnState) {
		l := linkOf(conn)
		switch {
		case l == nil || c.Unread == nil:
		case state == http.StateActive:
			l.begun.Add(1)
		case state == http.StateClosed && l.begun.Load() > l.heard.Load():
			k := Knock{ConnID: l.ID, Clear: l.secure == nil, Ours: l.Ours, Read: l.read.Load(), Started: c.Admission.Wall(), Status: http.StatusBadRequest, Err: errUnread}
			if l.secure != nil {
				state := l.secure.ConnectionState()
				k.TLS = &state
			}
			c.Unread(k)
		}
	}
}

// Serve answers until Close.
func (f *Front) Serve(h http.Handler) {
	f.server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l := LinkOf(r.Context()); l != nil {
			l.heard.Add(1)
		}
		h.ServeHTTP(w, r)
	})
	f.serving.Go(func() { _ = f.server.Serve(f.Door) })
}

// Close stops listening, ends every connection and waits for the exchanges under way.
func (f *Front) Close() error {
	err := f.server.Close()
	f.Shut()
	f.serving.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
