package operator_test

import (
	"bytes"
	"net"
	"testing"
	"time"
)

// TestHostileClients says what no client says, on both ports, and wants the operator to serve the next client.
func TestHostileClients(t *testing.T) {
	for _, flaw := range []string{"", "compresses", "splits-commands-at-line-feed", "skips-spaces-in-base64"} {
		var flaws []string
		if flaw != "" {
			flaws = append(flaws, flaw)
		}
		p := start(t, flaws...)
		for _, address := range []string{p.IMAPAddress(), p.SMTPAddress()} {
			for _, said := range [][]byte{
				nil, []byte("\n"), []byte("\r\n\r\n"), bytes.Repeat([]byte{0}, 5000), bytes.Repeat([]byte("A"), 1<<20), []byte("a STARTTLS\r\n\x16\x03\x01\xff\xff"),
				[]byte("EHLO x\r\nSTARTTLS\r\n\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"), []byte("a LOGIN {99999999999}\r\n"), []byte("a AUTHENTICATE\r\nb AUTHENTICATE XOAUTH2\r\n*\r\n"),
				[]byte("AUTH\r\nMAIL\r\nRCPT\r\nDATA\r\n.\r\nBDAT 1 LAST\r\n"), []byte("\xff\xfe\x16\x03\n STARTTLS \r\n"),
			} {
				conn, err := net.Dial("tcp", address)
				if err != nil {
					t.Fatal(err)
				}
				_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
				_, _ = conn.Write(said)
				_, _ = conn.Read(make([]byte, 512))
				_ = conn.Close()
			}
		}
		for _, protocol := range []string{"imap", "smtp"} {
			d := p.in(protocol)
			if d == nil {
				t.Errorf("%q: %s is down", flaw, protocol)
				continue
			}
			d.close()
		}
	}
}
