// Package mail speaks IMAP and SMTP to a server under test, line by line, where every octet is judged: STARTTLS, SASL
// XOAUTH2 and EXTERNAL, the replies and what they hold. It keeps all that was said, credentials hidden, as evidence.
//
// It is no mail client: it composes no message, follows no folder, and decides nothing about a server. It reads no
// clock; how long a server may take is a limit.
package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// Limits bounds what a server may make us read and wait. A zero field takes its value of DefaultLimits.
type Limits struct {
	Line  int           // octets of one line, its end included
	Lines int           // lines of one reply
	Bytes int64         // octets received on one connection
	Wait  time.Duration // for one reply, however many lines it has
	Kept  int           // octets of the transcript, each way
}

// DefaultLimits are generous to an honest server: RFC 9051 §4 knows no longest line, RFC 5321 §4.5.3.1.5 wants 512.
var DefaultLimits = Limits{Line: 64 << 10, Lines: 2000, Bytes: 32 << 20, Wait: 10 * time.Second, Kept: 256 << 10}

func (l Limits) filled() Limits {
	d := DefaultLimits
	if l.Line == 0 {
		l.Line = d.Line
	}
	if l.Lines == 0 {
		l.Lines = d.Lines
	}
	if l.Bytes == 0 {
		l.Bytes = d.Bytes
	}
	if l.Wait == 0 {
		l.Wait = d.Wait
	}
	if l.Kept == 0 {
		l.Kept = d.Kept
	}
	return l
}

// What a server did that ends a dialogue. After each of them, the connection says the same again.
var (
	ErrClosed    = errors.New("the server closed the connection")
	ErrSilent    = errors.New("the server did not answer in time")
	ErrLine      = errors.New("the server sent a line longer than the limit")
	ErrTooMuch   = errors.New("the server sent more than the limit")
	ErrMalformed = errors.New("the server sent what the protocol does not allow")
	ErrNoTLS     = errors.New("the server refused STARTTLS")
	ErrHandshake = errors.New("the TLS handshake failed")
)

// wireError names what a failed read or write means.
func wireError(err error) error {
	var alert *net.OpError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return ErrSilent
	case errors.As(err, &alert) && alert.Op == "remote error": // a TLS alert
		return fmt.Errorf("%w by a TLS alert: %w", ErrClosed, alert.Err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return ErrClosed
	}
	return err
}
