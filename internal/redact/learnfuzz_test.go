package redact_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"etalon/internal/bench/benchtest"
	"etalon/internal/redact"
)

// quiet is a test that is told of failures, and does not fail.
type quiet struct{ testing.TB }

func (quiet) Errorf(string, ...any) {}

// wrappings are the encodings in which a candidate may tell a secret, within each other.
var wrappings = []func(string) string{
	func(s string) string { return s },
	func(s string) string { return lines(base64.StdEncoding.EncodeToString([]byte(s)), 76, "\r\n") },
	func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	func(s string) string { return lines(base64.StdEncoding.EncodeToString([]byte(s)), 64, "\n") },
	func(s string) string {
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		_, _ = w.Write([]byte(s))
		_ = w.Close()
		return b.String()
	},
	func(s string) string { return lines(base64.StdEncoding.EncodeToString([]byte(s)), 60, "\r\n ") }, // folded
	url.QueryEscape, html.EscapeString,
	func(s string) string { return hex.EncodeToString([]byte(s)) },
	func(s string) string {
		quoted, _ := json.Marshal(s)
		return `{"texte":` + string(quoted) + `}`
	},
}

// lines breaks a text.
func lines(text string, each int, end string) string {
	var b strings.Builder
	for ; len(text) > each; text = text[each:] {
		b.WriteString(text[:each] + end)
	}
	return b.String() + text
}

// dialogue is a text as the lines of a dialogue.
func dialogue(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("S*: " + strings.TrimRight(line, "\r\n") + "\n")
	}
	return b.String()
}

// toldOf tells how a veil that learnt from a text tells a canary there; empty where it does not.
func toldOf(t testing.TB, c benchtest.Canary, text string) string {
	veil := redact.NewVeil(redact.NewRedactor([]byte("clé")))
	veil.Learn(text)
	for _, leak := range benchtest.Hunt(quiet{t}, map[string][]byte{"text": veil.Bytes([]byte(text))}, &benchtest.Canaries{All: []benchtest.Canary{c}}) {
		return leak.How
	}
	return ""
}

// Each kind of secret, in any two encodings within each other, alone and as the lines of a dialogue, and wherever it stands in a text
// that is long, is hidden where it was told.
func TestLearnsThroughTwoEncodings(t *testing.T) {
	planted := benchtest.Plant(t, 1)
	filler := strings.Repeat("des mots sans rien, et d'autres encore\r\n", 60<<10)
	for i, c := range planted.All {
		if i%3 > 0 {
			continue // the same kind
		}
		for inner, within := range wrappings {
			for outer, around := range wrappings {
				text := around(within("Bonjour\r\n" + c.Text + "\r\nfin"))
				for spoken, text := range []string{text, dialogue(text)} {
					if how := toldOf(t, c, text); how != "" {
						t.Errorf("%s, in %d in %d, spoken %d: %s is told", c.Kind, inner, outer, spoken, how)
					}
				}
			}
		}
	}
	for name, text := range map[string]string{"at the end": filler + planted.Words, "in the middle": filler + planted.Words + filler} {
		veil := redact.NewVeil(redact.NewRedactor([]byte("clé")))
		veil.Learn(text)
		if leaks := benchtest.Hunt(quiet{t}, map[string][]byte{"text": veil.Bytes([]byte(text))}, planted); len(leaks) > 0 {
			t.Errorf("%s of a long text, %d are told", name, len(leaks))
		}
	}
}

// written is a text as people write one: what is none is read as none.
func written(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text[:min(len(text), 1<<10)], "?"))
}

// Whatever stands around a secret that is known by its form, and in whatever two encodings it is told, alone or in a dialogue, what is
// learnt of the text hides it there.
func FuzzLearn(f *testing.F) {
	planted := benchtest.Plant(f, 1)
	for i := range planted.All {
		f.Add(uint8(i), uint8(0), uint8(2), true, "0", "\x18\x10\x83ꮈ\xfd\xa5\xbc")
		f.Add(uint8(i), uint8(i%len(wrappings)), uint8(i/3%len(wrappings)), i%2 == 0, "Bonjour,", "à bientôt")
	}
	f.Fuzz(func(t *testing.T, which, inner, outer uint8, spoken bool, before, after string) {
		c := planted.All[int(which)%len(planted.All)]
		before, after = written(before), written(after)
		text := wrappings[int(outer)%len(wrappings)](wrappings[int(inner)%len(wrappings)](before + "\r\n" + c.Text + "\r\n" + after))
		if spoken {
			text = dialogue(text)
		}
		if how := toldOf(t, c, text); how != "" {
			t.Fatalf("%s, in %d in %d, spoken %t: %s of %q is told", c.Kind, inner, outer, spoken, how, text)
		}
	})
}
