package mail

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Target is the server to speak to.
type Target struct {
	Address string // host:port
	// TLS secures the connection from its first octet, as ports 993 and 465 do; nil for a clear greeting.
	TLS    *tls.Config
	Limits Limits
	// Redact says what stands in the transcript in place of a secret; a fixed word when nil.
	Redact func(secret string) string
	// Dial connects; a plain TCP dialer when nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Conn is one connection with its limits and its transcript. One goroutine speaks at a time.
type Conn struct {
	limits     Limits
	redact     func(string) string
	tcp        net.Conn
	wire       net.Conn // tcp, or TLS over it
	in         *bufio.Reader
	transcript *Transcript
	received   int64
	bare       int
	state      *tls.ConnectionState
	broken     error
}

// dial connects to a target, and secures the connection where the target says so.
func dial(ctx context.Context, t Target) (*Conn, error) {
	c := &Conn{limits: t.Limits.filled(), redact: t.Redact}
	if c.redact == nil {
		c.redact = func(string) string { return "redacted" }
	}
	c.transcript = newTranscript(c.limits.Kept)
	connect := t.Dial
	if connect == nil {
		connect = new(net.Dialer).DialContext
	}
	within, cancel := context.WithTimeout(ctx, c.limits.Wait)
	defer cancel()
	tcp, err := connect(within, "tcp", t.Address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", t.Address, wireError(err))
	}
	c.tcp, c.wire = tcp, tcp
	c.in = bufio.NewReader(received{c})
	if t.TLS != nil {
		if err := c.secure(ctx, t.TLS); err != nil {
			_ = tcp.Close()
			return nil, fmt.Errorf("connect to %s: %w", t.Address, err)
		}
	}
	return c, nil
}

// received counts and keeps what comes from the wire.
type received struct{ c *Conn }

// Read reads from the wire, no more than the limit of the connection allows.
func (r received) Read(p []byte) (int, error) {
	c := r.c
	room := c.limits.Bytes - c.received
	if room <= 0 {
		return 0, ErrTooMuch
	}
	if int64(len(p)) > room {
		p = p[:room]
	}
	n, err := c.wire.Read(p)
	c.received += int64(n)
	c.transcript.add(false, c.state != nil, p[:n])
	return n, err
}

// within bounds what f reads and writes by ctx and by the limit of one reply. A failure breaks the connection for good.
func (c *Conn) within(ctx context.Context, f func() error) error {
	if c.broken != nil {
		return c.broken
	}
	bounded, cancel := context.WithTimeout(ctx, c.limits.Wait)
	defer cancel()
	deadline, _ := bounded.Deadline()
	if err := c.tcp.SetDeadline(deadline); err != nil {
		return c.breaks(wireError(err))
	}
	stop := context.AfterFunc(ctx, func() { _ = c.tcp.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	err := f()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return c.breaks(context.Cause(ctx))
	}
	return c.breaks(wireError(err))
}

func (c *Conn) breaks(err error) error {
	c.broken = err
	return err
}

// send writes octets as they are.
func (c *Conn) send(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	c.transcript.add(true, c.state != nil, b)
	_, err := c.wire.Write(b)
	return err
}

// line reads one line and drops its end.
func (c *Conn) line() ([]byte, error) {
	var whole []byte
	for {
		part, err := c.in.ReadSlice('\n')
		if len(whole)+len(part) > c.limits.Line {
			return nil, fmt.Errorf("%w of %d octets", ErrLine, c.limits.Line)
		}
		whole = append(whole, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return nil, err
		}
		line, ok := bytes.CutSuffix(whole, []byte("\r\n"))
		if !ok {
			c.bare++
			line = whole[:len(whole)-1]
		}
		return line, nil
	}
}

// octets reads n octets, as a literal announces them.
func (c *Conn) octets(n int64) ([]byte, error) {
	if n > c.limits.Bytes-c.received+int64(c.in.Buffered()) {
		return nil, fmt.Errorf("%w of %d octets: a literal of %d is announced", ErrTooMuch, c.limits.Bytes, n)
	}
	var b bytes.Buffer
	_, err := io.CopyN(&b, c.in, n)
	return b.Bytes(), err
}

// Raw sends octets as they are: for what no dialogue sends.
func (c *Conn) Raw(ctx context.Context, b []byte) error {
	return c.within(ctx, func() error { return c.send(b) })
}

// Rest reads until the server closes, and returns how many octets came. It returns ErrSilent when the server keeps the
// connection open longer than the limit.
func (c *Conn) Rest(ctx context.Context) (int64, error) {
	var n int64
	err := c.within(ctx, func() error {
		var err error
		n, err = io.Copy(io.Discard, c.in)
		return err
	})
	if errors.Is(err, ErrClosed) {
		err = nil
	}
	return n, err
}

// Reset ends the connection as a client that crashes does, with a TCP reset.
func (c *Conn) Reset() error {
	if tcp, ok := c.tcp.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	return c.Close()
}

// Close ends the connection without a word.
func (c *Conn) Close() error {
	if c.broken == nil {
		c.broken = net.ErrClosed
	}
	return c.tcp.Close()
}

// Transcript returns what was said so far.
func (c *Conn) Transcript() *Transcript { return c.transcript }

// BareLF counts the lines that ended with LF alone, which neither protocol allows (RFC 5321 §2.3.8, RFC 9051 §4).
func (c *Conn) BareLF() int { return c.bare }

// TLS returns the state of TLS, or false on a clear connection.
func (c *Conn) TLS() (tls.ConnectionState, bool) {
	if c.state == nil {
		return tls.ConnectionState{}, false
	}
	return *c.state, true
}
