package mail

import (
	"bytes"
	"fmt"
	"sync"
)

// Said is what one side sent without being interrupted.
type Said struct {
	Client  bool // the harness; else the server
	Secured bool // under TLS
	Bytes   []byte
}

// Transcript is all that was said on a connection, in order. It may be read while the dialogue goes on.
type Transcript struct {
	mu      sync.Mutex
	keep    int
	said    []Said
	kept    map[bool]int // octets, by Client
	dropped map[bool]int64
	secrets []secret
}

// secret is a credential and what is shown in its place.
type secret struct{ value, shown []byte }

// shortestSecret is what is too short to be hidden without hiding everything.
const shortestSecret = 4

func newTranscript(keep int) *Transcript {
	return &Transcript{keep: keep, kept: map[bool]int{}, dropped: map[bool]int64{}}
}

// Hide shows something else wherever a credential was, or will be, said. Credentials of less than four octets are not
// hidden.
func (t *Transcript) Hide(value, shown string) {
	if len(value) < shortestSecret {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	at := 0 // the longest first: one may hold another
	for at < len(t.secrets) && len(t.secrets[at].value) >= len(value) {
		at++
	}
	t.secrets = append(t.secrets[:at], append([]secret{{[]byte(value), []byte(shown)}}, t.secrets[at:]...)...)
}

// add keeps what one side said, up to the limit; the rest is counted.
func (t *Transcript) add(client, secured bool, b []byte) {
	if len(b) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	room := min(len(b), t.keep-t.kept[client])
	t.dropped[client] += int64(len(b) - room)
	if room == 0 {
		return
	}
	t.kept[client] += room
	if last := len(t.said) - 1; last >= 0 && t.said[last].Client == client && t.said[last].Secured == secured {
		t.said[last].Bytes = append(t.said[last].Bytes, b[:room]...)
		return
	}
	t.said = append(t.said, Said{client, secured, append([]byte{}, b[:room]...)})
}

// Said returns a copy of what was said, credentials hidden.
func (t *Transcript) Said() []Said {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]Said, len(t.said))
	for i, s := range t.said {
		s.Bytes = t.hidden(s.Bytes)
		out[i] = s
	}
	return out
}

// hidden replaces the credentials, also one that the end cuts.
func (t *Transcript) hidden(b []byte) []byte {
	out := bytes.Clone(b)
	for _, s := range t.secrets {
		out = bytes.ReplaceAll(out, s.value, s.shown)
		for n := min(len(s.value)-1, len(out)); n >= shortestSecret; n-- {
			if bytes.HasSuffix(out, s.value[:n]) {
				out = append(out[:len(out)-n], s.shown...)
				break
			}
		}
	}
	return out
}

// Bytes writes the transcript as a text: one line for each line said, "C: " or "S: " before it, with a star under TLS.
// Octets that do not print are escaped, so that nothing said can pass for something else.
func (t *Transcript) Bytes() []byte {
	var out bytes.Buffer
	for _, s := range t.Said() {
		who := "S"
		if s.Client {
			who = "C"
		}
		if s.Secured {
			who += "*"
		}
		for line := range bytes.Lines(s.Bytes) {
			fmt.Fprintf(&out, "%s: %s\n", who, escaped(line))
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, side := range []struct {
		client bool
		name   string
	}{{true, "C"}, {false, "S"}} {
		if n := t.dropped[side.client]; n > 0 {
			fmt.Fprintf(&out, "%s: … %d octets more\n", side.name, n)
		}
	}
	return out.Bytes()
}

// escaped drops an ending CRLF and escapes what does not print. A bare LF at the end shows.
func escaped(line []byte) []byte {
	line, whole := bytes.CutSuffix(line, []byte("\r\n"))
	var out []byte
	for _, b := range line {
		switch {
		case b == '\\':
			out = append(out, `\\`...)
		case b < 0x20 || b > 0x7e:
			out = fmt.Appendf(out, `\x%02x`, b)
		default:
			out = append(out, b)
		}
	}
	if !whole && len(line) > 0 && line[len(line)-1] != '\n' {
		out = append(out, `\…`...) // the line goes on, or was cut
	}
	return out
}
