package benchtest_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/pdf"
)

// deaf is a test that is told of failures, and does not fail.
type deaf struct{ testing.TB }

func (deaf) Errorf(string, ...any) {}

// The hunt finds every canary in each place where an export may hold it: one that finds none finds none because there is none.
func TestHuntFindsWhatLeaks(t *testing.T) {
	c := benchtest.Plant(t, 1)
	quoted, err := json.Marshal(map[string]string{"a": c.Words})
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	w, err := z.Create("lettre.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(c.Words)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if left := benchtest.Hunt(t, map[string][]byte{"nothing": []byte("rien ici, mais assez long"), "empty": nil}, c); len(left) > 0 {
		t.Errorf("%v", left)
	}
	kinds := len(c.All) / 3
	for name, raw := range map[string][]byte{
		"words": []byte(c.Words), "HTML": []byte(html.EscapeString(c.Words)), "JSON": quoted, "address": []byte(url.QueryEscape(c.Words)),
		"base64": []byte(base64.StdEncoding.EncodeToString([]byte("x" + c.Words))), "archive": zipped.Bytes(), "mail": []byte(c.Mail),
		"dialogue": bytes.ReplaceAll([]byte(c.Mail), []byte("\r\n"), []byte("\nS*: ")), "pages": pages(t, c.Words),
	} {
		found := map[string]bool{}
		for _, leak := range benchtest.Hunt(deaf{t}, map[string][]byte{name: raw}, c) {
			found[fmt.Sprint(leak.Kind, leak.Place)] = true
		}
		if len(found) < kinds {
			t.Errorf("%s: %d of %d kinds found", name, len(found), kinds)
		}
	}
}

// pages is a text as a document in PDF.
func pages(t *testing.T, text string) []byte {
	t.Helper()
	d := pdf.New(pdf.Meta{Title: "Essai", Lang: "fr", Created: time.Unix(0, 0)})
	d.Mono(text)
	raw, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
