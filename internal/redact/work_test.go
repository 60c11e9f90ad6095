package redact_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"etalon/internal/redact"
)

// traps are texts and secrets made so that the ways to read the one as the other multiply.
func traps(n int) map[string][2]string {
	return map[string][2]string{
		"backslashes":            {strings.Repeat(`\`, n) + "y", strings.Repeat(`\`, 200) + "x"},
		"letters":                {strings.Repeat("a", n), strings.Repeat("a", 200) + "b"},
		"percents":               {strings.Repeat("%25", n/3), strings.Repeat("%", 200) + "x"},
		"percents of percents":   {strings.Repeat("%2525", n/5), strings.Repeat("%25", 100) + "x"},
		"one percent":            {"%" + strings.Repeat("25", n/2), "%" + strings.Repeat("25", 100) + "x"},
		"line breaks":            {strings.Repeat("\n", n), strings.Repeat("\n", 200) + "x"},
		"soft breaks":            {strings.Repeat("=\r\n", n/3), strings.Repeat("=\r\n", 60) + "x"},
		"entities":               {strings.Repeat("&amp;", n/5), strings.Repeat("&", 200) + "x"},
		"entities of entities":   {strings.Repeat("&amp;amp;", n/9), strings.Repeat("&amp;", 100) + "x"},
		"plus and spaces":        {strings.Repeat("+", n), strings.Repeat(" ", 100) + strings.Repeat("+", 100) + "x"},
		"letters by number":      {strings.Repeat(`\u005c`, n/6), strings.Repeat(`\`, 200) + "x"},
		"backslashes and breaks": {strings.Repeat(`\\n`, n/3), strings.Repeat(`\n`, 100) + "x"},
		"tokens that do not end": {strings.Repeat("eyJ", n/3), "un-secret-42"},
		"tokens that are none":   {strings.Repeat("eyJ", n/3) + ".x.y", "un-secret-42"},
		"names without a value":  {strings.Repeat("password:", n/9), "un-secret-42"},
		"keys that begin":        {strings.Repeat("-----BEGIN PRIVATE KEY-----", n/27), "un-secret-42"},
		"DER that begins":        {strings.Repeat("\x30\x82\x0f\xff\x02\x01\x00", n/7), "un-secret-42"},
		"numbers":                {strings.Repeat("1850578006084", n/13), "un-secret-42"},
		"base64 of base64":       {strings.Repeat("QUFB", n/4), "un-secret-42"},
	}
}

// However a text and the secrets looked for in it were made, the work of hiding grows as the text does: four times the text, no more
// than some six times the steps. What would need more is not shown at all, rather than looked at for ever.
func TestVeilWorkIsBounded(t *testing.T) {
	const small, large = 1 << 10, 1 << 12
	bounded := func(steps, octets int) bool {
		return steps <= redact.LeastSteps+redact.StepsByOctet*octets+redact.LongestSpelling
	}
	for name, trap := range traps(large) {
		veil := redact.NewVeil(redact.NewRedactor([]byte("clé")), trap[1])
		veil.HideTokens()
		before := redact.Steps(veil, traps(small)[name][0])
		after := redact.Steps(veil, trap[0])
		if !bounded(before, small) || !bounded(after, large) {
			t.Errorf("%s: %d steps for %d octets, %d for %d", name, before, small, after, large)
		}
		if after > 6*before+redact.LeastSteps {
			t.Errorf("%s: %d steps for %d octets, %d for %d: it does not grow as the text does", name, before, small, after, large)
		}
	}
}

// What is too much work to be looked at is not shown: no secret passes behind a trap.
func TestVeilShowsNothingUnread(t *testing.T) {
	for name, trap := range traps(1 << 11) {
		veil := redact.NewVeil(redact.NewRedactor([]byte("clé")), trap[1], "Sesame-ouvre-42")
		veil.HideTokens()
		for _, text := range []string{trap[0] + " Sesame-ouvre-42", "Sesame-ouvre-42 " + trap[0], trap[0] + url.QueryEscape(trap[1])} {
			shown := veil.Text(text)
			if strings.Contains(shown, "Sesame-ouvre-42") || strings.Contains(shown, trap[1]) {
				t.Errorf("%s: %.80q … %.80q", name, text, shown[max(len(shown)-80, 0):])
			}
		}
	}
}

// Whatever is written, learning from it ends, and what was learnt is hidden where it stands.
func FuzzVeil(f *testing.F) {
	for _, trap := range traps(512) {
		f.Add(trap[0], trap[1])
	}
	f.Add(`{"password":"Sesame-42"}`, "un secret")
	f.Fuzz(func(t *testing.T, text, secret string) {
		text, secret = text[:min(len(text), 1<<13)], secret[:min(len(secret), 1<<10)]
		veil := redact.NewVeil(redact.NewRedactor([]byte("clé")), secret)
		veil.HideTokens()
		veil.Learn(text)
		for _, around := range []string{text, text + secret, secret + text, fmt.Sprintf("%q", text+secret)} {
			if steps := redact.Steps(veil, around); steps > redact.LeastSteps+redact.StepsByOctet*len(around)+redact.LongestSpelling {
				t.Fatalf("%d steps for %d octets", steps, len(around))
			}
		}
		if shown := veil.Text("\x01" + secret + "\x01"); len(secret) >= 8 && strings.Contains(shown, secret) && !strings.Contains("redacted:hmac-sha256:", secret) {
			t.Fatalf("%q shows %q", secret, shown)
		}
	})
}
