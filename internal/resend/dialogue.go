package resend

import (
	"bytes"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"etalon/internal/verdict"
)

// Dialogue is what the client of a dialogue of IMAP or SMTP said, turn by turn.
type Dialogue struct{ turns []turn }

// turn is what the client said before the server spoke again.
type turn struct {
	secured bool
	octets  string
}

var (
	// ErrNoDialogue tells of recorded octets that are no dialogue.
	ErrNoDialogue = verdict.Tell("ce n'est pas un dialogue IMAP ou SMTP", "it is no dialogue of IMAP or SMTP")
	// ErrMixed tells of a dialogue of which no one line is the equivalent: more than STARTTLS was said before TLS.
	ErrMixed = verdict.Tell("plus fut dit en clair, avant TLS, qu'openssl n'en dit de lui-même", "more was said in clear before TLS than openssl says by itself")
)

// spoken is a line of a recorded dialogue: the client or the server, with a star under TLS.
var spoken = regexp.MustCompile(`^([CS])(\*?): (.*)$`)

// more is what a record puts in place of the rest of what one side said.
var more = regexp.MustCompile(`^… \d+ octets more$`)

// ReadDialogue reads a dialogue as a record keeps it. Its error is ErrNoDialogue or ErrCut.
func ReadDialogue(recorded []byte) (Dialogue, error) {
	var d Dialogue
	speaks := "S"
	for raw := range bytes.Lines(recorded) {
		m := spoken.FindStringSubmatch(strings.TrimSuffix(string(raw), "\n"))
		if m == nil {
			return Dialogue{}, ErrNoDialogue
		}
		if more.MatchString(m[3]) {
			return Dialogue{}, ErrCut
		}
		if m[1] == "C" {
			octets, err := unescaped(m[3])
			if err != nil {
				return Dialogue{}, err
			}
			if last := len(d.turns) - 1; speaks == "C" && d.turns[last].secured == (m[2] == "*") {
				d.turns[last].octets += octets
			} else {
				d.turns = append(d.turns, turn{m[2] == "*", octets})
			}
		}
		speaks = m[1]
	}
	if len(d.turns) == 0 {
		return Dialogue{}, ErrNoDialogue
	}
	return d, nil
}

// unescaped is a line as it was said: a record escapes what does not print, and marks one that does not end.
func unescaped(text string) (string, error) {
	text, open := strings.CutSuffix(text, `\…`)
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out.WriteByte(text[i])
			continue
		}
		switch {
		case strings.HasPrefix(text[i:], `\\`):
			out.WriteByte('\\')
			i++
		case len(text) >= i+4 && text[i+1] == 'x':
			b, err := strconv.ParseUint(text[i+2:i+4], 16, 8)
			if err != nil {
				return "", ErrNoDialogue
			}
			out.WriteByte(byte(b))
			i += 3
		default:
			return "", ErrNoDialogue
		}
	}
	said := out.String()
	if !open && !strings.HasSuffix(said, "\n") {
		said += "\r\n"
	}
	return said, nil
}

// ByCertificate tells that the client said SASL EXTERNAL: a certificate that it shows is its login (RFC 4422 annex A).
func (d Dialogue) ByCertificate() bool {
	return slices.ContainsFunc(d.turns, func(t turn) bool { return sasl.MatchString(t.octets) })
}

// sasl is the command that begins SASL EXTERNAL, in IMAP or SMTP.
var sasl = regexp.MustCompile(`(?im)^(\S+ AUTHENTICATE|AUTH) EXTERNAL\b`)

// opening is what a client says in clear before STARTTLS and openssl says by itself.
var opening = regexp.MustCompile(`(?i)^(\S+ )?(CAPABILITY|NOOP|STARTTLS|(EHLO|HELO) \S+)$`)

// starts is the line that has TLS begin.
var starts = regexp.MustCompile(`(?im)^(\S+ )?STARTTLS\r?$`)

// greeting is the name by which the client calls itself.
var greeting = regexp.MustCompile(`(?im)^EHLO (\S+)\r?$`)

// Line is a line of a POSIX shell that says the same to a server, at host:port, of a protocol, "imap" or "smtp": with openssl
// under TLS, be it from the beginning or by STARTTLS, which openssl asks for by itself; with curl, as a plain link, where nothing
// was said under TLS. It waits one second for each answer, and as a plain link then leaves. masked is as that of Curl. Its error is ErrMixed.
func (d Dialogue) Line(protocol, address string, to Link) (text string, masked []string, err error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return "", nil, verdict.Tell("ligne équivalente : adresse %q : attendu HÔTE:PORT", "write line: address %q: want HOST:PORT", address)
	}
	var clear, secured []string
	for _, t := range d.turns {
		if t.secured {
			secured = append(secured, t.octets)
		} else {
			clear = append(clear, t.octets)
		}
	}
	said := strings.Join(clear, "")
	begun := starts.MatchString(said)
	var l line
	if len(secured) == 0 && !begun {
		l.say(clear)
		l.option(fmt.Sprintf("curl --disable --silent --no-buffer --noproxy '*' --max-time %d --url %s", len(clear)+2, l.quoted("telnet://"+address)))
		return l.String(), l.masked, nil
	}
	if !slices.ContainsFunc(strings.Split(strings.TrimRight(said, "\r\n"), "\r\n"), func(one string) bool { return one != "" && !opening.MatchString(one) }) {
		l.say(secured)
		l.option("openssl s_client -quiet -no_ign_eof -nocommands -verify_return_error -connect " + l.quoted(address))
		l.secure(protocol, host, begun, said, to)
		return l.String(), l.masked, nil
	}
	return "", nil, verdict.Tell("ligne équivalente : %s", "write line: %s", ErrMixed)
}

// say writes what is said, turn by turn, each answer being waited for.
func (l *line) say(turns []string) {
	l.option("{")
	for _, octets := range turns {
		l.option(l.printf(octets) + "; sleep 1;")
	}
	if len(turns) == 0 {
		l.option("sleep 1;")
	}
	l.option("} |")
}

// secure writes how TLS begins, and what is shown in it.
func (l *line) secure(protocol, host string, begun bool, said string, to Link) {
	if begun {
		l.word("-starttls", protocol)
		if m := greeting.FindStringSubmatch(said); m != nil && protocol == "smtp" {
			l.word("-name", m[1])
		}
	}
	name := to.ServerName
	if name == "" {
		name = host
	}
	if net.ParseIP(name) == nil {
		l.word("-servername", name)
		l.word("-verify_hostname", name)
	} else {
		l.option("-noservername")
		l.word("-verify_ip", name)
	}
	l.files(to, "-CAfile", "-cert", "-key", to.Certificate)
}
