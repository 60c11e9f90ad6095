package inquiry

import (
	"bufio"
	"crypto/tls"
	"net"
	"time"

	"etalon/internal/bench"
)

// secure puts TLS over a listener. With clear, a neglect, connections that do not speak TLS are taken as they are.
func secure(l net.Listener, settings *tls.Config, clear bool) net.Listener {
	if !clear {
		return tls.NewListener(l, settings)
	}
	return &either{l, settings}
}

// either takes connections with TLS and without.
type either struct {
	net.Listener
	settings *tls.Config
}

// handshakeByte is the first byte of a TLS connection (RFC 8446 §5.1).
const handshakeByte = 0x16

// helloTimeout is how long a connection may take to say its first byte; the next one waits meanwhile.
const helloTimeout = 2 * time.Second

// Accept returns the next connection; what it speaks shows when it is first read.
func (e *either) Accept() (net.Conn, error) {
	c, err := e.Listener.Accept()
	if err != nil {
		return nil, err
	}
	p := &peeked{c, bufio.NewReader(c)}
	_ = c.SetReadDeadline(bench.Wall().Add(helloTimeout))
	first, err := p.reader.Peek(1)
	_ = c.SetReadDeadline(time.Time{})
	if err != nil || first[0] != handshakeByte {
		return p, nil
	}
	return tls.Server(p, e.settings), nil
}

// peeked is a connection of which the beginning was looked at.
type peeked struct {
	net.Conn
	reader *bufio.Reader
}

// Read implements net.Conn.
func (p *peeked) Read(b []byte) (int, error) { return p.reader.Read(b) }
