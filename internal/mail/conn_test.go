package mail_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"etalon/internal/mail"
)

// endless writes the same octets until the peer goes.
func endless(b []byte) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			if _, err := conn.Write(b); err != nil {
				return
			}
		}
	}
}

func TestHostileServersEndInAPreciseError(t *testing.T) {
	for name, c := range map[string]struct {
		serve func(net.Conn)
		want  error // of both protocols
	}{
		"says nothing":               {held, mail.ErrSilent},
		"closes at once":             {func(net.Conn) {}, mail.ErrClosed},
		"resets":                     {func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }, mail.ErrClosed},
		"one line without end":       {endless(bytes.Repeat([]byte("2"), 1<<16)), mail.ErrLine},
		"lines without end":          {endless([]byte("220-* OK\r\n")), nil},
		"untagged without end":       {endless([]byte("* 1 EXISTS\r\n")), nil},
		"greeting that never ends":   {endless([]byte("220-a\r\n")), nil},
		"another protocol":           {func(c net.Conn) { _, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) }, mail.ErrMalformed},
		"half a line, then silence":  {func(c net.Conn) { _, _ = c.Write([]byte("220 ok")); held(c) }, mail.ErrSilent},
		"half a line, then the end":  {func(c net.Conn) { _, _ = c.Write([]byte("220 ok")) }, mail.ErrClosed},
		"two codes in one reply":     {func(c net.Conn) { _, _ = c.Write([]byte("220-a\r\n221 b\r\n")) }, mail.ErrMalformed},
		"a code that does not exist": {func(c net.Conn) { _, _ = c.Write([]byte("999 a\r\n")) }, mail.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			address := listen(t, c.serve)
			_, smtp := mail.DialSMTP(t.Context(), target(address))
			_, imap := mail.DialIMAP(t.Context(), target(address))
			for protocol, err := range map[string]error{"smtp": smtp, "imap": imap} {
				if err == nil || c.want != nil && !errors.Is(err, c.want) && !(c.want == mail.ErrMalformed && errors.Is(err, mail.ErrClosed)) {
					t.Errorf("%s: %v, want %v", protocol, err, c.want)
				}
			}
		})
	}
}

func TestEndlessGreetingsAreToldByTheirProtocol(t *testing.T) {
	smtp := listen(t, endless([]byte("220-a\r\n")))
	if _, err := mail.DialSMTP(t.Context(), target(smtp)); !errors.Is(err, mail.ErrTooMuch) {
		t.Errorf("smtp: %v", err)
	}
	imap := listen(t, endless([]byte("* 1 EXISTS\r\n")))
	if _, err := mail.DialIMAP(t.Context(), target(imap)); !errors.Is(err, mail.ErrTooMuch) {
		t.Errorf("imap: %v", err)
	}
}

func TestNoServerNoConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	for _, kind := range []error{mail.ErrClosed, mail.ErrSilent, mail.ErrMalformed} {
		if _, err := mail.DialIMAP(t.Context(), target(address)); err == nil || errors.Is(err, kind) {
			t.Errorf("%v is %v", err, kind)
		}
	}
}

func TestContextEndsAWait(t *testing.T) {
	c := dialSMTP(t, listen(t, func(conn net.Conn) {
		_, _ = conn.Write([]byte("220 ok\r\n"))
		held(conn)
		held(conn)
	}))
	cause := errors.New("the run was stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	started := make(chan struct{})
	go func() {
		<-started
		cancel(cause)
	}()
	close(started)
	if _, err := c.Reply(ctx); !errors.Is(err, cause) {
		t.Errorf("%v", err)
	}
	if _, err := c.Reply(t.Context()); !errors.Is(err, cause) {
		t.Errorf("a broken connection speaks again: %v", err)
	}
}

// TestTricklingReplyIsBounded has a server send one octet after the other, forever: each comes in time, all of them
// do not.
func TestTricklingReplyIsBounded(t *testing.T) {
	address := listen(t, func(conn net.Conn) {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if _, err := conn.Write([]byte("2")); err != nil {
				return
			}
		}
	})
	if _, err := mail.DialSMTP(t.Context(), target(address)); !errors.Is(err, mail.ErrSilent) {
		t.Errorf("%v", err)
	}
}

func TestTotalIsBounded(t *testing.T) {
	line := "250-" + strings.Repeat("x", 2000) + "\r\n"
	c := dialSMTP(t, listen(t, func(conn net.Conn) {
		_, _ = conn.Write([]byte("220 ok\r\n"))
		endless([]byte(line + line + "250 end\r\n"))(conn)
	}))
	var err error
	for range 40 {
		if _, err = c.Reply(t.Context()); err != nil {
			break
		}
	}
	if !errors.Is(err, mail.ErrTooMuch) {
		t.Errorf("%v", err)
	}
	if n := len(c.Transcript().Bytes()); n > 20<<10 {
		t.Errorf("the transcript holds %d octets", n)
	}
	if !strings.Contains(string(c.Transcript().Bytes()), "octets more") {
		t.Error("what was left out is not told")
	}
}

func TestBareLineEndsAreCounted(t *testing.T) {
	c := dialSMTP(t, script(t, "S: 220-a\n", "S: 220 b⏎"))
	if c.BareLF() != 1 || c.Greeting.String() != "220 a / b" {
		t.Errorf("%d, %s", c.BareLF(), c.Greeting)
	}
}

func TestResetAndRest(t *testing.T) {
	read := make(chan error, 1)
	c := dialSMTP(t, listen(t, func(conn net.Conn) {
		_, _ = conn.Write([]byte("220 ok\r\nleft"))
		_, err := conn.Read(make([]byte, 1))
		read <- err
	}))
	if err := c.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err == nil {
		t.Error("the server reads on")
	}
	c = dialSMTP(t, script(t, "S: 220 ok⏎", "C: x", "S: 1234"))
	if err := c.Raw(t.Context(), []byte("x\r\n")); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Rest(t.Context()); n != 4 || err != nil {
		t.Errorf("%d octets, %v", n, err)
	}
}
