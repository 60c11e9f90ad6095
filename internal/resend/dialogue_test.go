package resend_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/resend"
)

// speaker is a server that takes one link: in clear, then under TLS when the client asks for it.
type speaker struct {
	address string
	said    chan string
}

// newSpeaker listens; it greets, and answers what a client says in clear as the table tells.
func newSpeaker(t *testing.T, greeting string, answers map[string]string, settings *tls.Config) *speaker {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	s := &speaker{listener.Addr().String(), make(chan string, 2)}
	go func() {
		link, err := listener.Accept()
		if err != nil {
			s.said <- err.Error()
			return
		}
		defer link.Close()
		if greeting != "" {
			_, _ = io.WriteString(link, greeting)
			for in := bufio.NewReader(link); ; {
				line, err := in.ReadString('\n')
				answer, known := answers[strings.TrimSpace(line)]
				if err != nil || !known {
					rest, _ := io.ReadAll(in)
					s.said <- line + string(rest)
					return
				}
				_, _ = io.WriteString(link, answer)
				if strings.Contains(line, "STARTTLS") {
					break
				}
			}
		}
		secured := tls.Server(link, settings)
		said, _ := io.ReadAll(secured)
		s.said <- string(said) + "|" + secured.ConnectionState().ServerName
	}()
	return s
}

// The line says to a server what the client of the dialogue said, under TLS begun at once or by STARTTLS, or in clear.
func TestDialogue(t *testing.T) {
	benchtest.Needs(t, "openssl", "curl", "sh")
	dir := t.TempDir()
	certificate, key, _ := pair(t, dir, "operateur.test")
	own, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	settings := &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAnyClientCert}
	to := resend.Link{Roots: certificate, ServerName: "operateur.test"}
	to.Certificate, to.Key, _ = pair(t, dir, "client.test")
	imap := map[string]string{". CAPABILITY": "* CAPABILITY STARTTLS\r\n. OK\r\n", ". STARTTLS": ". OK\r\n"}
	smtp := map[string]string{"EHLO [127.0.0.1]": "250-hello\r\n250 STARTTLS\r\n", "STARTTLS": "220 go\r\n"}
	for name, x := range map[string]struct {
		protocol, greeting, recorded, want string
		answers                            map[string]string
	}{
		"STARTTLS of IMAP": {
			"imap", "* OK\r\n", "S: * OK\nC: A1 STARTTLS\nS: A1 OK\nC*: A2 AUTHENTICATE EXTERNAL =\nS*: A2 OK\nC*: Q $(id) `id` '%s' \\\\ \\xc3\\xa9\\x00\nC*: A3 NOOP\n",
			"A2 AUTHENTICATE EXTERNAL =\r\nQ $(id) `id` '%s' \\ é\x00\r\nA3 NOOP\r\n|operateur.test", imap,
		},
		"STARTTLS of SMTP": {
			"smtp", "220 hello\r\n", "S: 220 hello\nC: EHLO [127.0.0.1]\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nC*: -n\\x0a\nC*: R\\…\n", "-n\nR|operateur.test", smtp,
		},
		"TLS at once":     {"imap", "", "S*: * OK\nC*: A1 LOGOUT\n", "A1 LOGOUT\r\n|operateur.test", nil},
		"nothing said":    {"imap", "* OK\r\n", "S: * OK\nC: A1 CAPABILITY\nS: A1 OK\nC: A2 STARTTLS\nS: A2 OK\n", "|operateur.test", imap},
		"in clear, to it": {"imap", "* OK\r\n", "S: * OK\nC: A1 AUTHENTICATE PLAIN\nS: +\nC: ab\n", "A1 AUTHENTICATE PLAIN\r\nab\r\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := resend.ReadDialogue([]byte(x.recorded))
			if err != nil {
				t.Fatal(err)
			}
			s := newSpeaker(t, x.greeting, x.answers, settings)
			line, masked, err := d.Line(x.protocol, s.address, to)
			if err != nil || len(masked) > 0 {
				t.Fatal(err, masked)
			}
			inShell(t, []string{line + " >" + filepath.Join(t.TempDir(), "out") + " 2>&1 || true"})
			if said := <-s.said; said != x.want {
				t.Errorf("said %q, want %q of\n%s", said, x.want, line)
			}
		})
	}
}

func TestDialogueMasked(t *testing.T) {
	d, err := resend.ReadDialogue([]byte(`C*: A2 AUTHENTICATE XOAUTH2 \xe2\x80\xb9user=a\\x01auth=Bearer jeton({}.{}, sha256:00)\xe2\x80\xba` + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	line, masked, err := d.Line("imap", "127.0.0.1:143", resend.Link{})
	if want := []string{`‹user=a\x01auth=Bearer jeton({}.{}, sha256:00)›`}; err != nil || !slices.Equal(masked, want) {
		t.Errorf("%v %q", err, masked)
	}
	if !strings.HasPrefix(line, `{ printf 'A2 AUTHENTICATE XOAUTH2 %s\r\n' "$SECRET_1"; sleep 1; } | openssl s_client `) || !strings.Contains(line, "-noservername -verify_ip '127.0.0.1'") {
		t.Error(line)
	}
}

func TestReadDialogueRefuses(t *testing.T) {
	for text, want := range map[string]error{
		"": resend.ErrNoDialogue, "S: * OK\n": resend.ErrNoDialogue, "GET https://a/ HTTP/1.1\r\n\r\n": resend.ErrNoDialogue, "C: a\\q\n": resend.ErrNoDialogue,
		"C: a\\xzz\n": resend.ErrNoDialogue, "C: a\\\n": resend.ErrNoDialogue, "C: a\nC: … 12 octets more\n": resend.ErrCut,
	} {
		if _, err := resend.ReadDialogue([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	mixed, err := resend.ReadDialogue([]byte("C: A1 LOGIN a b\nS: A1 NO\nC: A2 STARTTLS\nS: A2 OK\nC*: A3 NOOP\n"))
	if err != nil {
		t.Fatal(err)
	}
	if line, _, err := mixed.Line("imap", "a:1", resend.Link{}); !errors.Is(err, resend.ErrMixed) {
		t.Errorf("%v %s", err, line)
	}
	if line, _, err := mixed.Line("imap", "a", resend.Link{}); err == nil {
		t.Error(line)
	}
}
