package benchtest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// secret is that of the first canary of a kind.
func (c *Canaries) secret(kind string) string {
	return c.All[slices.IndexFunc(c.All, func(c Canary) bool { return c.Kind == kind })].Secret
}

// Dialogues are what a careless client says to a server of mail, of IMAP or of SMTP: canaries in what it proves who it is with, in
// commands, in lines that are none, and in a message.
func (c *Canaries) Dialogues() []string {
	plain := c.secret("SASL PLAIN of a mail dialogue")
	xoauth := base64.StdEncoding.EncodeToString([]byte("user=anne\x01auth=Bearer " + c.secret("XOAUTH2 of a mail dialogue") + "\x01\x01"))
	var lines []string
	for _, one := range c.All {
		lines = append(lines, "a "+one.Text, one.Text)
	}
	said := strings.ReplaceAll(strings.Join(lines, "\r\n"), "\n", "\r\n")
	return []string{
		"EHLO anne.test\r\n" + said,
		"EHLO anne.test\r\nAUTH PLAIN " + plain + "\r\nAUTH XOAUTH2\r\n" + xoauth + "\r\nMAIL FROM:<anne@un.test>\r\nRCPT TO:<un@autre.test>\r\nDATA\r\n" + c.Mail + "\r\n.\r\nQUIT\r\n",
		"a1 LOGIN anne@un.test " + c.secret("password in JSON") + "\r\na2 AUTHENTICATE XOAUTH2 " + xoauth + "\r\na3 AUTHENTICATE PLAIN\r\n" + plain + "\r\na4 SELECT INBOX\r\n" + said + "\r\na5 LOGOUT\r\n",
		"a1 APPEND INBOX {" + fmt.Sprint(len(c.Mail)) + "+}\r\n" + c.Mail + "\r\na2 LOGOUT\r\n",
		c.Mail,
	}
}

// Converse says them to a server, each on a link of its own: in clear, and where settings are given, once more under TLS after STARTTLS.
// It returns how many links there were.
func (c *Canaries) Converse(t testing.TB, address string, secure *tls.Config) (links int) {
	t.Helper()
	ways := []*tls.Config{nil}
	if secure != nil {
		ways = append(ways, secure)
	}
	for _, dialogue := range c.Dialogues() {
		for _, way := range ways {
			if converses(t, address, dialogue, way) {
				links++
			}
		}
	}
	return links
}

// converses says a dialogue on a link; the server may end it at any time.
func converses(t testing.TB, address, dialogue string, secure *tls.Config) bool {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return false
	}
	defer func() { conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	in := bufio.NewReader(conn)
	greeting, err := in.ReadString('\n')
	if err != nil {
		return false
	}
	tcp := conn
	if secure != nil {
		ask, granted := "s STARTTLS\r\n", "s OK"
		if strings.HasPrefix(greeting, "220") {
			ask, granted = "EHLO anne.test\r\nSTARTTLS\r\n", "220 "
		}
		_, _ = io.WriteString(conn, ask)
		for line := ""; !strings.HasPrefix(line, granted); {
			if line, err = in.ReadString('\n'); err != nil {
				return false
			}
		}
		over := tls.Client(conn, secure)
		if over.HandshakeContext(t.Context()) != nil {
			return false
		}
		conn, in = over, bufio.NewReader(over)
	}
	for line := range strings.SplitAfterSeq(dialogue, "\n") {
		if _, err := io.WriteString(conn, line); err != nil {
			break
		}
	}
	if half, is := tcp.(*net.TCPConn); is && secure == nil {
		_ = half.CloseWrite()
	} else if over, is := conn.(*tls.Conn); is {
		_ = over.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, in)
	return true
}
