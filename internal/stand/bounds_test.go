package stand_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/stand"
)

// silent are the mock candidates at whom nobody calls: they are documents.
var silent = []string{"mss-organisation/-"}

// No mock candidate is kept waiting by who calls it, nor filled: a head or a body that does not come to its end is given up, however
// much of it came, and so is a line of mail that has none. What is waited for is the end of the link, and not a time.
func TestNoCallerKeepsAMockWaiting(t *testing.T) {
	defer bench.Hasten(200 * time.Millisecond)()
	place := regexp.MustCompile(`127\.0\.0\.1:\d+`)
	for _, scope := range stand.MockScopes("") {
		role, mode := candidate.SplitScope(scope)
		t.Run(scope, func(t *testing.T) {
			convention, _ := stand.ConventionOf(mode)
			set, err := stand.NewPKI(convention, "http://127.0.0.1:1", false)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			stub, err := stand.StartStub(stand.StubOptions{
				Role: role, Mode: mode, Dir: dir, PKI: set, Convention: convention, Profile: candidate.DefaultProfile("current"), Seed: bench.Seed(scope),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := stub.Close(); err != nil {
					t.Error(err)
				}
			}()
			own, err := set.Credential(convention.Organisms[0].Name + "/tls")
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(dir, "candidate.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			all := place.FindAllString(string(text), -1)
			slices.Sort(all)
			called := 0
			for _, address := range slices.Compact(all) {
				if dwells(t, address, pki.ClientConfig(own, bench.Wall, pki.AcceptAny)) {
					called++
				}
			}
			if quiet := slices.Contains(silent, scope); (called == 0) != quiet {
				t.Errorf("%d addresses were called", called)
			}
		})
	}
}

// endless are the beginnings of what a caller of HTTP never ends.
var endless = map[string]string{
	"half a head":  "GET / HTTP/1.1\r\nHost: x\r\nX",
	"half a body":  "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\na=",
	"half a chunk": "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n99\r\n<a>",
	"a long head":  "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 4<<20),
	"a long body":  "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 999999999\r\n\r\na=" + strings.Repeat("x", 8<<20),
}

// dwells calls an address with what never ends, and waits for the end of each link; false where nobody listens.
func dwells(t *testing.T, address string, secure *tls.Config) bool {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return false
	}
	defer conn.Close()
	greeting := make([]byte, 4)
	_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond)) // a server of mail speaks first; one of HTTP waits
	if n, _ := io.ReadFull(conn, greeting); n == len(greeting) && (bytes.Equal(greeting[:3], []byte("220")) || bytes.Equal(greeting, []byte("* OK"))) {
		ends(t, address+", a line that does not end", conn, strings.Repeat("x", 4<<20))
		return true
	}
	for name, said := range endless {
		link, err := tls.Dial("tcp", address, secure)
		if err == nil {
			ends(t, address+", "+name, link, said)
			link.Close()
			continue
		}
		clear, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		ends(t, address+", "+name+", in clear", clear, said)
		clear.Close()
	}
	return true
}

// ends says something and wants the other side to end the link, or to refuse a line of mail.
func ends(t *testing.T, what string, link net.Conn, said string) {
	t.Helper()
	_ = link.SetDeadline(time.Now().Add(time.Minute)) // far longer than anybody waits here
	_, _ = io.WriteString(link, said)                 // it may be refused before its end
	answer := make([]byte, 64<<10)
	for {
		n, err := link.Read(answer)
		refused := regexp.MustCompile(`(?m)^(5\d\d |421 |\* BYE|\S+ BAD|\* BAD)`).Match(answer[:n])
		if late := net.Error(nil); errors.As(err, &late) && late.Timeout() {
			t.Errorf("%s: the link is kept", what)
		}
		if err != nil || refused {
			return
		}
	}
}
