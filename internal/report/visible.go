package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns a partner's text as a person may see it: what is not printable, not UTF-8, or would reorder the line is
// shown by its code. Line ends and tabs stay, and those of HTTP are one sign.
func Visible(s string) string { return readable(s) }

// Readable returns a message as a person reads it: what a form or a header carries in base64 is written out, and XML stands
// one tag a line. ok is false for bytes that no one would read as text.
func Readable(raw []byte) (text string, ok bool) {
	if unreadable(raw) {
		return "", false
	}
	return strings.Join(pretty(readable(unfolded(string(raw)))), "\n"), true
}

// visible returns a partner's text as a person may see it: what is not printable, not UTF-8, or would reorder
// the line (terminal escapes, bidirectional marks, zero-width signs) is shown by its code. Line ends and tabs stay.
func visible(s string) string {
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

// oneLine is visible text on one line, for tables and terminals.
func oneLine(s string) string {
	return strings.NewReplacer("\n", "⏎", "\t", " ").Replace(visible(s))
}
