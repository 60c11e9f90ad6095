package mail_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"etalon/internal/interops"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

const (
	host    = "localhost"
	mailbox = "alix.exemple@operateur.test"
	other   = "sacha.exemple@operateur.test"
)

// now is fixed: the test PKI is valid around it.
var now = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

var set = func() *pki.Set {
	s, err := pki.New(pki.Options{Now: now, Organisms: []interops.Organism{
		{Name: "operateur", TLS: []interops.Identity{{Subject: "CN=TEST operateur,O=TEST Etalon,C=FR"}}},
		{Name: "structure", TLS: []interops.Identity{{Subject: "CN=TEST structure,OU=300000000000017,O=TEST Etalon,C=FR"}}},
	}})
	if err != nil {
		panic(err)
	}
	return s
}()

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func credential(t testing.TB, name string) pki.Credential {
	t.Helper()
	c, err := set.Credential(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serverTLS are the settings of a sound server that asks for a certificate and takes any.
func serverTLS(t testing.TB) *tls.Config {
	t.Helper()
	config := pki.ServerConfig(credential(t, "operateur/tls"), clock, nil)
	config.ClientAuth = tls.RequestClientCert
	return config
}

// clientTLS are the settings of the harness, with a client certificate or none.
func clientTLS(t testing.TB, peer string) *tls.Config {
	t.Helper()
	var c pki.Credential
	if peer != "" {
		c = credential(t, peer)
	}
	trust := &pki.Trust{Roots: set.RootCertificates()}
	return pki.ClientConfig(c, clock, trust.DecideServer(host, clock))
}

// listen accepts connections until the test ends, and serves each.
func listen(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-ended
	})
	return l.Addr().String()
}

// script is a server that says and hears lines: "S" says, "C" wants a line that begins so, "H" waits for the end.
func script(t testing.TB, lines ...string) string {
	t.Helper()
	return listen(t, func(conn net.Conn) { play(t, conn, bufio.NewReader(conn), lines) })
}

func play(t testing.TB, conn net.Conn, in *bufio.Reader, lines []string) {
	for _, line := range lines {
		who, text, _ := strings.Cut(line, ": ")
		if who == "S" {
			_, _ = conn.Write([]byte(strings.ReplaceAll(text, "⏎", "\r\n")))
			continue
		}
		if who == "H" { // holds the connection
			held(conn)
			return
		}
		got, err := in.ReadString('\n')
		if err != nil || !strings.HasPrefix(got, text) {
			t.Errorf("the client said %q (%v), want %q", got, err, text)
			return
		}
	}
}

// limits are short, so that a test of silence is short.
var limits = mail.Limits{Line: 4 << 10, Lines: 50, Bytes: 64 << 10, Wait: 300 * time.Millisecond, Kept: 8 << 10}

func target(address string) mail.Target {
	return mail.Target{Address: address, Limits: limits, Redact: func(string) string { return "hidden" }}
}

func dialIMAP(t testing.TB, address string) *mail.IMAP {
	t.Helper()
	c, err := mail.DialIMAP(t.Context(), target(address))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func dialSMTP(t testing.TB, address string) *mail.SMTP {
	t.Helper()
	c, err := mail.DialSMTP(t.Context(), target(address))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// held keeps a connection open and silent until the peer goes.
func held(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) }
