package lps_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"etalon/internal/candidate"
	"etalon/internal/sides/lps"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// theToken is one that a program presented; opaque is another, in characters that escapes change.
const (
	theToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI4OTk3MDAwMDAwMTcifQ.c2lnbmF0dXJlLXF1aS1vdXZyZQ"
	opaque   = "jeton/qui+ouvre==~la?boîte"
)

// wide is a text in UTF-16, as programs for Windows write it.
func wide(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		b.WriteByte(byte(unit))
		b.WriteByte(byte(unit >> 8))
	}
	return b.String()
}

// A token is found wherever and however it stands; what only resembles it is not.
func TestTokenInAFile(t *testing.T) {
	response := func(user, token string) string {
		return base64.StdEncoding.EncodeToString([]byte("user=" + user + "\x01auth=Bearer " + token + "\x01\x01"))
	}
	filler := strings.Repeat("une ligne ordinaire du journal\n", 100_000) // several pieces
	for _, token := range []string{theToken, opaque} {
		for name, text := range map[string]string{
			"as it is":           "jeton " + token + "\n",
			"in an address":      "GET /?access_token=" + url.QueryEscape(token),
			"in JSON":            fmt.Sprintf(`{"t":%q}`, token),
			"hexadecimal":        fmt.Sprintf("%x", token),
			"UTF-16":             wide("jeton " + token),
			"at the very end":    filler + token,
			"across two pieces":  strings.Repeat("x", 1<<20-20) + token + filler,
			"response, user a":   "C: A1 AUTHENTICATE XOAUTH2 " + response("a@test.invalid", token),
			"response, user aa":  "C: A1 AUTHENTICATE XOAUTH2 " + response("aa@test.invalid", token),
			"response, user aaa": "C: A1 AUTHENTICATE XOAUTH2 " + response("aaa@test.invalid", token),
			"response in a URL":  url.QueryEscape(response("a@test.invalid", token)),
			"base64 for URL":     base64.RawURLEncoding.EncodeToString([]byte(token)),
		} {
			if found, err := lps.Stream([]string{"eyJhdXRyZSI6MX0.autre.jeton", token}, iotest.HalfReader(strings.NewReader(text)), 1<<30); found != token || err != nil {
				t.Errorf("%s: found %q, %v", name, found, err)
			}
		}
		clean := filler + token[:len(token)-1] + "\n" + token[1:] + "\n" + response("a@test.invalid", "autre.jeton.entier") + strings.ToUpper(token)
		if found, err := lps.Stream([]string{token}, strings.NewReader(clean), 1<<30); found != "" || err != nil {
			t.Errorf("in what only resembles it: found %q, %v", found, err)
		}
	}
	if _, err := lps.Stream([]string{theToken}, strings.NewReader(filler), 1<<20); err == nil {
		t.Error("a file beyond the bound is said to be clean")
	}
	if _, err := lps.Stream([]string{theToken}, iotest.ErrReader(os.ErrPermission), 1<<20); err == nil {
		t.Error("a file that cannot be read is said to be clean")
	}
}

// A file that is declared and cannot be read clears nobody, nor does it hide what the others hold.
func TestFilesThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		flaws []string
		log   func(dir, own string) []string
		want  verdict.Verdict
	}{
		"missing":             {nil, func(dir, own string) []string { return []string{own, filepath.Join(dir, "nulle-part.log")} }, verdict.Inconclusive},
		"folder":              {nil, func(dir, own string) []string { return []string{dir, own} }, verdict.Inconclusive},
		"missing, and stored": {[]string{"stores-token"}, func(dir, own string) []string { return []string{filepath.Join(dir, "nulle-part.log"), own} }, verdict.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			run := sidetest.Rig{
				Role: candidate.RoleLPS, Flaws: c.flaws, Only: []string{"LPS-24"}, Domains: domains(),
				Declare: func(d *candidate.Candidate) { d.LPS.Logs = c.log(t.TempDir(), d.LPS.Logs[0]) },
			}.Judge(t)
			if got := sidetest.CaseOf(t, run, "LPS-24-N"); got.Verdict != c.want || c.want == verdict.Inconclusive && got.Why.Key != verdict.ReasonMisdeclared {
				t.Errorf("%s %+v %+v", got.Verdict, got.Why, got.Findings)
			}
		})
	}
}
