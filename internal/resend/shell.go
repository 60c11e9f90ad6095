// Package resend makes of a message that was recorded a line that a shell may be given and that sends the same octets again: curl
// for a request of HTTP, openssl for a dialogue of IMAP or SMTP. Whatever a partner put into it is data to the shell, and what a
// record masks is left to who runs the line.
//
// It sends nothing itself, and does not judge what comes back.
package resend

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a line of a shell that is being written.
type line struct {
	strings.Builder
	masked []string
}

// mask is what a record holds in place of a secret: a keyed digest, a token without its signature, or what was read of either in
// base64.
var mask = regexp.MustCompile(`(?s)‹[^›]*›|redacted:hmac-sha256:[0-9a-f]{24}|jeton\(.*?, ?sha256:[0-9a-f]{64}\)`)

// Masked returns what stands in recorded octets in place of secrets, each once.
func Masked(recorded []byte) (all []string) {
	for _, m := range mask.FindAll(recorded, -1) {
		if text := string(m); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// secret is the variable that stands for what is masked.
func (l *line) secret(masked string) string {
	at := slices.Index(l.masked, masked)
	if at < 0 {
		at, l.masked = len(l.masked), append(l.masked, masked)
	}
	return `"$` + Secret(at) + `"`
}

// Secret is the variable of the secret of that rank, from 0.
func Secret(rank int) string { return fmt.Sprintf("SECRET_%d", rank+1) }

// option adds words as they are.
func (l *line) option(words string) {
	if l.Len() > 0 {
		l.WriteByte(' ')
	}
	l.WriteString(words)
}

// word adds an option and its value, quoted.
func (l *line) word(option, value string) {
	l.option(option + " " + l.quoted(value))
}

// quoted is a word as a POSIX shell takes it, whatever is in it but for a NUL, which no word can hold.
func (l *line) quoted(word string) string {
	var out strings.Builder
	from := 0
	for _, m := range mask.FindAllStringIndex(word, -1) {
		out.WriteString(quote(word[from:m[0]]) + l.secret(word[m[0]:m[1]]))
		from = m[1]
	}
	if rest := word[from:]; rest != "" || from == 0 {
		out.WriteString(quote(rest))
	}
	return out.String()
}

// quote is a text without masks.
func quote(text string) string {
	if text == "" {
		return "''"
	}
	if printable(text) {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return `"$(printf '` + format(text) + `')"`
}

// printable tells that a person sees each character of a text, on one line, as it is.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// printf is a command that writes octets, whatever they are.
func (l *line) printf(octets string) string {
	var out, args strings.Builder
	from := 0
	for _, m := range mask.FindAllStringIndex(octets, -1) {
		out.WriteString(format(octets[from:m[0]]) + "%s")
		args.WriteString(" " + l.secret(octets[m[0]:m[1]]))
		from = m[1]
	}
	out.WriteString(format(octets[from:]))
	text := out.String()
	if strings.HasPrefix(text, "-") { // no option of printf
		text = `\055` + text[1:]
	}
	return "printf '" + text + "'" + args.String()
}

// format is octets as the format of printf, between single quotes (POSIX printf, "\ddd").
func format(octets string) string {
	var out strings.Builder
	for i := 0; i < len(octets); {
		r, size := utf8.DecodeRuneInString(octets[i:])
		switch {
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\t':
			out.WriteString(`\t`)
		case r == '%':
			out.WriteString(`%%`)
		case r == '\\':
			out.WriteString(`\\`)
		case r == '\'' || r == utf8.RuneError && size == 1 || !unicode.IsPrint(r):
			for _, b := range []byte(octets[i : i+size]) {
				fmt.Fprintf(&out, `\%03o`, b)
			}
		default:
			out.WriteString(octets[i : i+size])
		}
		i += size
	}
	return out.String()
}
