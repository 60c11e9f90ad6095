package sidetest

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/pki"
)

// Careless is an operator that takes whatever is said over IMAP and SMTP, and tells canaries in all that it answers: in its greetings,
// in the lines of its replies, in the capabilities, and in the one message of each mailbox.
type Careless struct {
	// IMAP and SMTP are where it listens.
	IMAP, SMTP string

	canaries *benchtest.Canaries
	secure   *tls.Config
	mu       sync.Mutex
	open     map[net.Conn]bool
	told     int
}

// StartCareless starts one, until the end of the test.
func StartCareless(t testing.TB, own pki.Credential, canaries *benchtest.Canaries) *Careless {
	t.Helper()
	c := &Careless{canaries: canaries, open: map[net.Conn]bool{}, secure: &tls.Config{Certificates: []tls.Certificate{own.TLS()}, MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert}}
	var serving sync.WaitGroup
	var listeners []net.Listener
	t.Cleanup(func() {
		for _, l := range listeners {
			_ = l.Close()
		}
		c.mu.Lock()
		for conn := range c.open {
			_ = conn.Close()
		}
		c.open = nil // of who comes yet
		c.mu.Unlock()
		serving.Wait()
	})
	for _, face := range []struct {
		at    *string
		speak func(*talk)
	}{{&c.IMAP, (*talk).imap}, {&c.SMTP, (*talk).smtp}} {
		l, err := bench.Listen("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		*face.at, listeners = l.Addr().String(), append(listeners, l)
		serving.Go(func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				c.note(conn, true)
				serving.Go(func() {
					defer c.note(conn, false)
					defer conn.Close()
					face.speak(&talk{Careless: c, conn: conn, in: bufio.NewReader(conn)})
				})
			}
		})
	}
	return c
}

// note notes a connection that opens or ends.
func (c *Careless) note(conn net.Conn, open bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch delete(c.open, conn); {
	case open && c.open == nil:
		_ = conn.Close()
	case open:
		c.open[conn] = true
	}
}

// Told is how many lines had a canary.
func (c *Careless) Told() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.told
}

// next is the text of a canary on one line, each in its turn.
func (c *Careless) next() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told++
	return strings.NewReplacer("\r", "", "\n", " ").Replace(c.canaries.All[c.told%len(c.canaries.All)].Text)
}

// talk is one connection.
type talk struct {
	*Careless
	conn    net.Conn
	in      *bufio.Reader
	secured bool
}

func (k *talk) say(format string, args ...any) { _, _ = fmt.Fprintf(k.conn, format+"\r\n", args...) }

// hear is the next line; false when there is none.
func (k *talk) hear() (string, bool) {
	line, err := k.in.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err == nil
}

// secures makes the handshake.
func (k *talk) secures() {
	over := tls.Server(k.conn, k.secure)
	k.conn, k.in, k.secured = over, bufio.NewReader(over), true
}

var literal = regexp.MustCompile(`\{(\d+)(\+?)\}$`)

// imap speaks IMAP (RFC 3501) until the client leaves.
func (k *talk) imap() {
	k.say("* OK %s", k.next())
	for {
		line, ok := k.hear()
		if !ok {
			return
		}
		tag, command, _ := strings.Cut(line, " ")
		command = strings.TrimPrefix(strings.ToUpper(command), "UID ")
		word, rest, _ := strings.Cut(command, " ")
		for m := literal.FindStringSubmatch(line); m != nil; m = literal.FindStringSubmatch(line) {
			if m[2] == "" {
				k.say("+ %s", k.next())
			}
			n, _ := strconv.ParseInt(m[1], 10, 32)
			if _, err := io.CopyN(io.Discard, k.in, n); err != nil {
				return
			}
			if line, ok = k.hear(); !ok {
				return
			}
		}
		switch word {
		case "CAPABILITY":
			if k.secured {
				k.say("* CAPABILITY IMAP4rev1 UIDPLUS NAMESPACE AUTH=XOAUTH2 AUTH=EXTERNAL SASL-IR")
			} else {
				k.say("* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED")
			}
		case "STARTTLS":
			k.say("%s OK %s", tag, k.next())
			k.secures()
			continue
		case "AUTHENTICATE":
			if !strings.Contains(rest, " ") {
				k.say("+ ")
				if _, ok := k.hear(); !ok {
					return
				}
			}
		case "SELECT", "EXAMINE":
			k.say("* FLAGS (\\Seen \\Deleted)\r\n* 1 EXISTS\r\n* OK [UIDVALIDITY 7] %s\r\n* OK [UIDNEXT 2] %s", k.next(), k.next())
			for range k.canaries.All {
				k.say("* OK %s", k.next())
			}
		case "LIST":
			k.say("* LIST (\\HasNoChildren) \"/\" INBOX")
		case "NAMESPACE":
			k.say("* NAMESPACE ((\"\" \"/\")) NIL NIL")
		case "SEARCH":
			k.say("* SEARCH 1")
		case "FETCH":
			letter := "Subject: " + k.next() + "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=bord\r\n" + k.canaries.Mail + "\r\n--bord--\r\n"
			k.say("* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)", len(letter), letter)
		case "LOGOUT":
			k.say("* BYE %s\r\n%s OK %s", k.next(), tag, k.next())
			return
		}
		k.say("%s OK %s", tag, k.next())
	}
}

// smtp speaks SMTP (RFC 5321) until the client leaves.
func (k *talk) smtp() {
	k.say("220-%s\r\n220 %s", k.next(), k.next())
	for {
		line, ok := k.hear()
		if !ok {
			return
		}
		word, rest, _ := strings.Cut(strings.ToUpper(line), " ")
		switch word {
		case "EHLO":
			offers := "STARTTLS"
			if k.secured {
				offers = "AUTH XOAUTH2 EXTERNAL"
			}
			k.say("250-operateur.test.invalid\r\n250-%s\r\n250-X %s\r\n250 DSN", offers, k.next())
		case "STARTTLS":
			k.say("220 %s", k.next())
			k.secures()
		case "AUTH":
			if !strings.Contains(rest, " ") {
				k.say("334 ")
				if _, ok := k.hear(); !ok {
					return
				}
			}
			k.say("235 2.7.0 %s", k.next())
		case "DATA":
			k.say("354 %s", k.next())
			for line != "." {
				if line, ok = k.hear(); !ok {
					return
				}
			}
			for range k.canaries.All {
				k.say("250-2.0.0 %s", k.next())
			}
			k.say("250 2.0.0 %s", k.next())
		case "QUIT":
			k.say("221 %s", k.next())
			return
		default:
			k.say("250 2.0.0 %s", k.next())
		}
	}
}
