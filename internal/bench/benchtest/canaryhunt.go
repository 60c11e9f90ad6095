package benchtest

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// spellings are the forms in which an export may not show a secret.
func spellings(secret string) map[string]string {
	narrow := wide(secret)
	swapped := make([]byte, len(narrow))
	for i := range narrow {
		swapped[i] = narrow[i^1]
	}
	all := map[string]string{
		"raw": secret, "without blanks": strings.ReplaceAll(secret, " ", ""), "hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"URL": url.QueryEscape(secret), "path": url.PathEscape(secret), "quoted-printable": strings.ReplaceAll(secret, "=", "=3D"), "HTML": html.EscapeString(secret),
		"UTF-16LE": string(narrow), "UTF-16BE": string(swapped),
	}
	for _, of := range []struct{ name, text string }{{"", secret}, {" of UTF-16", string(narrow)}} {
		for before := range 3 {
			coded := base64.StdEncoding.EncodeToString(append(make([]byte, before), of.text...))
			core := coded[(8*before+5)/6 : 8*(before+len(of.text))/6]
			all[fmt.Sprint("base64+", before, of.name)] = core
			all[fmt.Sprint("base64url+", before, of.name)] = strings.NewReplacer("+", "-", "/", "_").Replace(core)
		}
	}
	return all
}

// What is looked for begins with an index of so many octets: a long text is gone through once, whatever is looked for.
const indexed = 8

type index struct {
	of    map[[indexed]byte][]spelling
	first [1 << 16]bool // by the first two octets
}

type spelling struct {
	of        int // the canary
	how, text string
}

// Leak is a canary that got out.
type Leak struct {
	Canary
	In, How string
}

// Hunt looks for canaries in what leaves a run or a sandbox, by name, however they are spelled there: as it is, without its line
// breaks, the marks of a dialogue and the escapes of HTML and JSON; archives are opened, and pages of PDF read. It fails for
// each that it finds, once an export, and returns them.
func Hunt(t testing.TB, exports map[string][]byte, planted ...*Canaries) []Leak {
	t.Helper()
	var canaries []Canary
	for _, c := range planted {
		canaries = append(canaries, c.All...)
	}
	all := index{of: map[[indexed]byte][]spelling{}}
	for i, canary := range canaries {
		for how, text := range spellings(canary.Secret) {
			if len(text) < indexed {
				t.Fatalf("%s: %q is too short to be looked for", canary.Kind, text)
			}
			key := [indexed]byte([]byte(text))
			all.of[key] = append(all.of[key], spelling{i, how, text})
			all.first[int(text[0])<<8|int(text[1])] = true
		}
	}
	opened := map[string][]byte{}
	for name, raw := range exports {
		open(t, opened, name, raw)
	}
	var leaks []Leak
	seen := map[string]bool{}
	for name, raw := range opened {
		for _, read := range readings(string(raw)) {
			for at := 0; at+indexed <= len(read); at++ {
				if !all.first[int(read[at])<<8|int(read[at+1])] {
					continue
				}
				for _, s := range all.of[[indexed]byte([]byte(read[at:at+indexed]))] {
					if id := fmt.Sprint(s.of, name); strings.HasPrefix(read[at:], s.text) && !seen[id] {
						seen[id] = true
						leaks = append(leaks, Leak{canaries[s.of], name, s.how})
						t.Errorf("%s (%s) leaks %s in %s: …%q…", canaries[s.of].Kind, canaries[s.of].Place, s.how, name, read[max(0, at-60):min(len(read), at+len(s.text)+20)])
					}
				}
			}
		}
	}
	return leaks
}

// marks are what a dialogue writes before each line: who says it, and how.
var marks = regexp.MustCompile(`\r?\n[CS]\*?(?: \(clair\))?: `)

var (
	unbroken = strings.NewReplacer("=\r\n", "", "=\n", "", "\r\n", "", "\n", "", `\r\n`, "", `\n`, "")
	unquoted = strings.NewReplacer(`\"`, `"`, `\/`, `/`, `\\`, `\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\n`, "\n", `\r`, "\r")
)

// readings are a text as a reader may take it: with and without its line breaks, its marks and its escapes.
func readings(text string) []string {
	var all []string
	add := func(read string) {
		if !slices.Contains(all, read) {
			all = append(all, read)
		}
	}
	plain := []string{text, html.UnescapeString(text)}
	if strings.IndexByte(text, '\\') >= 0 {
		plain = append(plain, unquoted.Replace(plain[0]), unquoted.Replace(plain[1]))
	}
	for _, plain := range plain {
		add(plain)
		add(unbroken.Replace(plain))
		if said := marks.ReplaceAllString(plain, "\n"); said != plain {
			add(unbroken.Replace(said))
		}
	}
	return all
}

// open adds an export with what can be read in it: the members of an archive, the words of a document in PDF.
func open(t testing.TB, into map[string][]byte, name string, raw []byte) {
	t.Helper()
	into[name] = raw
	switch {
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, member := range archive.File {
			r, err := member.Open()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			content, err := io.ReadAll(r)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			open(t, into, name+"!"+member.Name, content)
		}
	case bytes.HasPrefix(raw, []byte("%PDF-")):
		words := wordsOf(t, raw)
		into[name+" (text)"], into[name+" (text, without blanks)"] = words, bytes.Join(bytes.Fields(words), nil)
	}
}

// wordsOf are the words of a document in PDF; the test is left out where nothing reads it.
func wordsOf(t testing.TB, document []byte) []byte {
	t.Helper()
	Needs(t, "pdftotext")
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, document, 0o600); err != nil {
		t.Fatal(err)
	}
	words, err := exec.Command("pdftotext", "-raw", path, "-").Output()
	if err != nil || len(words) == 0 {
		t.Fatalf("pdftotext: %d octets, %v", len(words), err)
	}
	return words
}

// Folder are the files of a folder, by their path in it.
func Folder(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		out[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
