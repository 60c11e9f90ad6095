package sidetest

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"etalon/internal/jws"
)

// Spelled are the ways in which a candidate may tell a secret back.
func Spelled(t testing.TB, secret string) map[string]string {
	t.Helper()
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"raw": secret, "query": url.QueryEscape(secret), "path": url.PathEscape(secret), "JSON": string(quoted[1 : len(quoted)-1]), "HTML": html.EscapeString(secret),
		"base64": base64.RawStdEncoding.EncodeToString([]byte(secret)), "base64url": base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
}

// Echo is what a candidate says that tells secrets back in every way.
func Echo(t testing.TB, secrets ...string) string {
	t.Helper()
	var b strings.Builder
	for _, secret := range secrets {
		for name, text := range Spelled(t, secret) {
			b.WriteString(name + " : " + text + " ; ")
		}
	}
	return b.String()
}

var compact = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]{8,}`)

// NoSecret looks that no file of a run holds a secret, however it is written, nor a signed token.
func NoSecret(t testing.TB, out string, secrets ...string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		raw, err := os.ReadFile(path)
		for _, secret := range secrets {
			for name, text := range Spelled(t, secret) {
				if at := strings.Index(string(raw), text); secret != "" && at >= 0 {
					t.Errorf("%s holds %.40q, %s: %q", path, secret, name, raw[max(0, at-200):min(len(raw), at+100)])
				}
			}
		}
		for _, word := range compact.FindAllString(string(raw), -1) {
			if _, broken := jws.Parse(word); broken == nil {
				t.Errorf("%s holds the token %.80s", path, word)
			}
		}
		return err
	})
	if err != nil || files < 2 {
		t.Errorf("%d files, %v", files, err)
	}
}
