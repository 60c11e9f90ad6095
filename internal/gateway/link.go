package gateway

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"

	"etalon/internal/pki"
)

// Link is one connection of a partner, with what was read of it below TLS.
type Link struct {
	net.Conn
	door   *Door
	ID     string
	reader *bufio.Reader // holds what was peeked
	read   atomic.Int64
	Ours   pki.Credential // what we presented on it
	Fault  string         // the armed fault that we committed on it; empty when none
	// retired tells that the connection must not serve again; the door's mutex guards it.
	retired bool
	secure  *tls.Conn // above it, once the handshake is made
	// begun counts the requests that began to come, heard those that came whole to the gateway.
	begun, heard atomic.Int64
	gone         chan struct{}
	over         sync.Once
	// Refusals counts those on the connection, for a gateway that wears out.
	Refusals Refusals
}

// Read counts the bytes that come in.
func (l *Link) Read(b []byte) (int, error) {
	n, err := l.reader.Read(b)
	l.read.Add(int64(n))
	return n, err
}

// Close ends the connection.
func (l *Link) Close() error {
	l.door.forget(l)
	l.over.Do(func() { close(l.gone) })
	return l.Conn.Close()
}

// farewell tells the partner that nothing more will be answered, and leaves it to end the connection: a
// client that has seen it does not send its next call there.
func (l *Link) farewell() {
	if l.secure != nil {
		_ = l.secure.CloseWrite()
	}
	if c, ok := l.Conn.(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite()
	}
}

// linkOf returns the link below a TLS connection, or the link itself; nil for a connection of another listener.
func linkOf(c net.Conn) *Link {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	l, _ := c.(*Link)
	return l
}

// Received counts the bytes read on the connection, below TLS, since it opened.
func (l *Link) Received() int64 { return l.read.Load() }

type linkKey struct{}

// WithLink gives each request the link on which it came: it is the ConnContext of the door's server.
func WithLink(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, linkKey{}, linkOf(c))
}

// LinkOf returns the link on which a request came; nil when it came by no connection of a door's.
func LinkOf(ctx context.Context) *Link {
	l, _ := ctx.Value(linkKey{}).(*Link)
	return l
}
