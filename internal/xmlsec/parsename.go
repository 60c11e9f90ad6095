package xmlsec

import (
	"strings"
	"unicode/utf8"
)

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }

func (p *parser) skipSpace() (skipped bool) {
	for p.pos < len(p.in) && isSpace(p.in[p.pos]) {
		p.pos, skipped = p.pos+1, true
	}
	return skipped
}

func (p *parser) take(s string) bool {
	if !strings.HasPrefix(p.in[p.pos:], s) {
		return false
	}
	p.pos += len(s)
	return true
}

// name reads a qualified name (Namespaces in XML 1.0 §4).
func (p *parser) name() (string, error) {
	rest := p.in[p.pos:]
	n := nameLength(rest[:min(len(rest), p.limits.Text)])
	name := rest[:n]
	space, local, prefixed := strings.Cut(name, ":")
	switch {
	case n == 0:
		return "", p.malformed("a name is missing before %s", quote(rest[:min(len(rest), 10)]))
	case prefixed && (space == "" || nameLength(local) == 0 || strings.Contains(local, ":")):
		return "", p.malformed("%s is no qualified name", quote(name))
	}
	p.pos += n
	return name, nil
}

// nameLength is the length of the Name that s starts with, 0 if none (XML 1.0 §2.3).
func nameLength(s string) int {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if !nameASCII[c] || (i == 0 && !startASCII[c]) {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !(within(r, nameStart) || (i > 0 && within(r, nameMore))) {
			return i
		}
		i += n
	}
	return len(s)
}

var startASCII, nameASCII = asciiNames("_:"), asciiNames("_:-.0123456789")

func asciiNames(others string) (set [utf8.RuneSelf]bool) {
	for c := range set {
		letter := (c|0x20) >= 'a' && (c|0x20) <= 'z'
		set[c] = letter || strings.IndexByte(others, byte(c)) >= 0
	}
	return set
}

// NameStartChar beyond ASCII, and what NameChar adds to it.
var (
	nameStart = [][2]rune{
		{0xc0, 0xd6}, {0xd8, 0xf6}, {0xf8, 0x2ff}, {0x370, 0x37d}, {0x37f, 0x1fff}, {0x200c, 0x200d}, {0x2070, 0x218f},
		{0x2c00, 0x2fef}, {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff},
	}
	nameMore = [][2]rune{{0xb7, 0xb7}, {0x300, 0x36f}, {0x203f, 0x2040}}
)

func within(r rune, ranges [][2]rune) bool {
	for _, in := range ranges {
		if r >= in[0] && r <= in[1] {
			return true
		}
	}
	return false
}
