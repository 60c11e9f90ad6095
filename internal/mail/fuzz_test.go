package mail_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"etalon/internal/mail"
)

// answering is a connection whose other end says these octets and closes.
func answering(octets []byte) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			_, _ = theirs.Write(octets)
			_ = theirs.Close()
		}()
		go func() {
			for b := make([]byte, 512); ; {
				if _, err := theirs.Read(b); err != nil {
					return
				}
			}
		}()
		return ours, nil
	}
}

// known are the errors that a server can cause.
func known(err error) bool {
	for _, e := range []error{mail.ErrClosed, mail.ErrSilent, mail.ErrLine, mail.ErrTooMuch, mail.ErrMalformed} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func FuzzReplies(f *testing.F) {
	for _, s := range []string{
		"* OK hello\r\nA1 OK done\r\n", "* OK [CAPABILITY IMAP4rev1\r\nA1 NO [\r\n", "* OK\r\n* 1 FETCH {3}\r\nabc)\r\nA1 OK\r\n",
		"* OK a\r\n+ e30=\r\nA1 NO x\r\n", "* OK a\r\n+\r\nA1 OK\r\n", "* OK a\r\n* 1 FETCH {9223372036854775807}\r\n", "* OK a\r\n* x {-1}\r\n",
		"220 a\r\n334 e30=\r\n535 5.7.8 no\r\n", "220-a\r\n220 b\r\n235\r\n", "220 a\r\n250-", "220\r\n334\r\n501 5\r\n", "\n\n\n", "220 a\n221-b\n220 c\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		to := mail.Target{Address: "pipe", Limits: mail.Limits{Line: 512, Lines: 20, Bytes: 4 << 10, Wait: 5 * time.Second, Kept: 1 << 10}, Dial: answering(octets)}
		if c, err := mail.DialIMAP(t.Context(), to); err != nil && !known(err) {
			t.Errorf("imap: %v", err)
		} else if c != nil {
			holds(t, c.Login(t.Context(), mail.XOAUTH2(mailbox, token)))
			_ = c.Transcript().Bytes()
			_ = c.Close()
		}
		if c, err := mail.DialSMTP(t.Context(), to); err != nil && !known(err) {
			t.Errorf("smtp: %v", err)
		} else if c != nil {
			holds(t, c.Login(t.Context(), mail.XOAUTH2(mailbox, token)))
			_ = c.Transcript().Bytes()
			_ = c.Close()
		}
	})
}

// holds wants of a result that its parts agree.
func holds(t *testing.T, r mail.Result) {
	t.Helper()
	final := r.Outcome == mail.Accepted || r.Outcome == mail.RefusedDirectly || r.Outcome == mail.RefusedByChallenge
	if final != (r.Err == nil) || final != (r.Status != "") || (r.Outcome == mail.RefusedByChallenge) && r.Challenge == nil {
		t.Errorf("%+v", r)
	}
}
