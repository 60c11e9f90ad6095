package redact

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// sweep is one reading of a text by a veil. It bounds its own work: whoever wrote the text may also have chosen the secrets.
type sweep struct {
	veil *Veil
	text string
	left int // steps that may still be made; below 0 the rest of the text is not looked at, and not shown
	// dotless is the end of a run in which no token begins.
	dotless int
}

// stepsByOctet is how many steps a reading may make for an octet of its text, in the mean; leastSteps those of any.
const (
	stepsByOctet = 256
	leastSteps   = 1 << 16
)

func newSweep(v *Veil, text string) *sweep {
	return &sweep{veil: v, text: text, left: leastSteps + stepsByOctet*len(text)}
}

// spelled returns how many octets of the text spell a secret at a place, each of whose letters may be escaped or not; -1 when they
// do not.
func (s *sweep) spelled(at int, secret string) int {
	var failed map[place]bool
	end := s.along(at, secret, &failed)
	if end < 0 {
		return -1
	}
	return end - at
}

// place is where a text and the rest of a secret stand: from there, the answer is the same however it was reached.
type place struct{ at, rest int }

// along returns where the spelling ends, -1 when there is none; failed are the places from which there is none.
func (s *sweep) along(at int, secret string, failed *map[place]bool) int {
	for begun := false; secret != ""; begun = true {
		if s.left--; s.left < 0 {
			return -1
		}
		ways, count := readings(s.text[at:], secret, begun)
		if count == 0 {
			return -1
		}
		if count == 1 {
			at, secret = at+ways[0].octets, secret[ways[0].said:]
			continue
		}
		here := place{at, len(secret)}
		if (*failed)[here] {
			return -1
		}
		for _, way := range ways[:count] {
			if end := s.along(at+way.octets, secret[way.said:], failed); end >= 0 {
				return end
			}
		}
		if *failed == nil {
			*failed = map[place]bool{}
		}
		(*failed)[here] = true
		return -1
	}
	return at
}

// reading is how many octets of a text stand for how many of a secret.
type reading struct{ octets, said int }

// readings are the ways to read what a secret begins with at the beginning of a text: as an escape, once or several times over,
// or as it stands, for what looks like an escape may be the secret's own. Within a secret, a line may be broken.
func readings(text, secret string, within bool) (ways [7]reading, count int) {
	add := func(octets, said int) {
		ways[count] = reading{octets, said}
		count++
	}
	said, octets := cutEscape(text)
	if octets > 0 && said != "" && strings.HasPrefix(secret, said) {
		add(octets, len(said))
	}
	if said == "+" && secret[0] == ' ' {
		add(octets, 1)
	}
	for _, percent := range []string{"%25", "%2525"} {
		if octets > len(percent) && secret[0] == '%' && strings.HasPrefix(text, percent) {
			add(len(percent), 1)
		}
	}
	if text != "" && text[0] == secret[0] {
		add(1, 1)
	}
	if within {
		if n := broken(text, said, octets); n > 0 {
			add(n, 0)
			if n < len(text) && (text[n] == ' ' || text[n] == '\t') { // what indents the next line (RFC 5322 §2.2.3)
				add(n+1, 0)
			}
		}
	}
	return ways, count
}

// broken returns how many octets a line break takes at the beginning of a text: as it is or escaped, alone or as the soft one of
// quoted-printable (RFC 2045 §6.7), with the mark that a dialogue writes before the next line. What is said there, in how many
// octets, was read before.
func broken(text, said string, octets int) int {
	soft := 0
	switch {
	case text == "":
		return 0
	case said == "=":
		soft = octets
	case text[0] == '=' && said == "":
		soft = 1
	case text[0] != '\r' && text[0] != '\n' && said != "\r" && said != "\n":
		return 0
	}
	n := lineEnd(text[soft:])
	if n == 0 {
		return 0
	}
	return soft + n + marked(text[soft+n:])
}

// lineEnd returns how many octets the end of a line takes at the beginning of a text: CRLF, LF, or either of them escaped.
func lineEnd(text string) int {
	at := 0
	for _, end := range []string{"\r", "\n"} {
		if strings.HasPrefix(text[at:], end) {
			at++
		} else if said, octets := unescaped(text[at:]); said == end {
			at += octets
		}
	}
	if text[:at] == "\r" { // that is no end by itself
		return 0
	}
	return at
}

// marked returns how many octets the mark of a dialogue takes at the beginning of a line: who says it, and how.
func marked(line string) int {
	if line == "" || line[0] != 'C' && line[0] != 'S' {
		return 0
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(line[1:], "*"), " (clair)")
	if !strings.HasPrefix(rest, ": ") {
		return 0
	}
	return len(line) - len(rest) + 2
}

// maxEntity is the length of what is read as an entity of HTML.
const maxEntity = 12

// cutEscape is what unescaped is, also of an escape that a line break cuts.
func cutEscape(text string) (said string, octets int) {
	said, octets = unescaped(text)
	if octets > 0 || text == "" || text[0] != '%' && text[0] != '&' && text[0] != '\\' {
		return said, octets
	}
	for at := 1; at < min(len(text), maxEntity); at++ {
		n := broken(text[at:], "", 0)
		if n == 0 {
			continue
		}
		if at+n < len(text) && (text[at+n] == ' ' || text[at+n] == '\t') { // folded
			n++
		}
		if said, octets = unescaped(text[:at] + text[at+n:min(len(text), at+n+maxEntity)]); octets <= at {
			return "", 0
		}
		return said, octets + n
	}
	return "", 0
}

// unescaped reads an escape at the beginning of a text: of a parameter (RFC 3986 §2.1), once or several times over, of JSON (RFC
// 8259 §7), which HTML or an address may escape again, of HTML, or of quoted-printable; nothing when there is none.
func unescaped(text string) (said string, octets int) {
	switch {
	case text == "":
	case text[0] == '+':
		return " ", 1
	case text[0] == '%':
		n := 1
		for n < maxPercent && strings.HasPrefix(text[n:], "25") && hexAt(text, n+2, 2) {
			n += 2
		}
		if hexAt(text, n, 2) {
			return octet(text[n : n+2]), n + 2
		}
	case text[0] == '=' && hexAt(text, 1, 2):
		return octet(text[1:3]), 3
	case text[0] == '&':
		if end := strings.IndexByte(text[:min(len(text), maxEntity)], ';'); end > 0 {
			if read := html.UnescapeString(text[:end+1]); read != text[:end+1] {
				return read, end + 1
			}
		}
	case text[0] == '\\' && len(text) > 1:
		letter, more := text[1:2], 1
		if text[1] != '\\' {
			if further, n := unescaped(text[1:]); n > 1 {
				letter, more = further, n
			}
		}
		if plain, ok := jsonEscapes[letter]; ok {
			return plain, 1 + more
		}
		return unicodeEscape(text)
	}
	return "", 0
}

// maxPercent bounds how often an escape is escaped again.
const maxPercent = 32

// octet is that of two digits of hexadecimal.
func octet(digits string) string {
	value, _ := strconv.ParseUint(digits, 16, 8) // two digits are one octet
	return string([]byte{byte(value)})
}

// jsonEscapes are those of one letter.
var jsonEscapes = map[string]string{`"`: `"`, `\`: `\`, "/": "/", "'": "'", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

// unicodeEscape reads an escape by number, or by two for a letter beyond the first plane.
func unicodeEscape(text string) (said string, octets int) {
	unit := func(at int) (rune, bool) {
		if !strings.HasPrefix(text[min(at, len(text)):], `\u`) || !hexAt(text, at+2, 4) {
			return 0, false
		}
		value, _ := strconv.ParseUint(text[at+2:at+6], 16, 16) // four digits are one unit
		return rune(value), true
	}
	first, ok := unit(0)
	if !ok {
		return "", 0
	}
	if second, ok := unit(6); ok {
		if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
			return string(r), 12
		}
	}
	return string(first), 6
}

// hexAt tells whether so many digits of hexadecimal stand somewhere.
func hexAt(text string, at, digits int) bool {
	if at+digits > len(text) {
		return false
	}
	return strings.Trim(text[at:at+digits], "0123456789abcdefABCDEF") == ""
}
