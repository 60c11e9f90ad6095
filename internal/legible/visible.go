// Package legible shows what partners wrote as a person may read it: what is not printable stands by its code, what a form, a header or
// a token carries in base64 is written out, XML stands one tag a line, and two messages are compared line by line. Nothing of it can
// move a cursor, turn a line round or pass for text of ours.
package legible

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Message returns a message as a person reads it: what a form or a header carries in base64 is written out, and XML stands
// one tag a line. ok is false for bytes that no one would read as text.
func Message(raw []byte) (shown string, ok bool) {
	if Unreadable(raw) {
		return "", false
	}
	return strings.Join(Pretty(Text(Unfolded(string(raw)))), "\n"), true
}

// Visible returns a partner's text as a person may see it: what is not printable, not UTF-8, or would reorder
// the line (terminal escapes, bidirectional marks, zero-width signs) is shown by its code. Line ends and tabs stay.
func Visible(s string) string {
	plain := true
	for _, r := range s {
		if hidden(r) {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, "⟨%02X⟩", s[i])
		case hidden(r):
			fmt.Fprintf(&out, "⟨U+%04X⟩", r)
		default:
			out.WriteRune(r)
		}
		i += size
	}
	return out.String()
}

func hidden(r rune) bool {
	switch r {
	case '\n', '\t', ' ':
		return false
	case utf8.RuneError:
		return true
	}
	return !unicode.IsGraphic(r) || unicode.Is(unicode.Zs, r) || unicode.Is(unicode.Cf, r)
}

// OneLine is visible text on one line, for tables and terminals.
func OneLine(s string) string {
	return strings.NewReplacer("\n", "⏎", "\t", " ").Replace(Visible(s))
}

// Text is visible text with the line ends of HTTP taken as such.
func Text(s string) string { return Visible(strings.ReplaceAll(s, "\r\n", "\n")) }

// Unreadable tells bytes that no one would read as text.
func Unreadable(b []byte) bool {
	b = b[:min(len(b), 512)]
	odd := 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 || r < ' ' && !strings.ContainsRune("\t\n\r", r) {
			odd++
		}
		b = b[size:]
	}
	return odd > 64
}
