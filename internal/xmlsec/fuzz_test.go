package xmlsec_test

import (
	"bytes"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// FuzzParse holds Parse to what every accepted document must give: a root, a canonical form, and the same canonical
// form after being written and read again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		envelope, "<a/>", "\ufeff<?xml version='1.0'?><a b='&#10;'>&lt;<![CDATA[]]]]><![CDATA[>]]><?p q?></a>\n",
		"<!DOCTYPE a><a/>", "<a:b xmlns:a='u' a:c=''/>", "<a><!-- b --></a>", "<a xmlns=''/>", "<", "<a b='\xe9'/>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
		if err != nil {
			return
		}
		first, err := xmlsec.Canonicalize(doc.Root())
		if err != nil {
			t.Fatalf("accepted, without canonical form: %v", err)
		}
		written, err := xmlsec.Serialize(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range [][]byte{written, first} {
			again, err := xmlsec.Parse(form, xmlsec.DefaultLimits)
			if err != nil {
				t.Fatalf("%v\n%q", err, form)
			}
			second, err := xmlsec.Canonicalize(again.Root())
			if err != nil || !bytes.Equal(first, second) {
				t.Fatalf("%v\n%q\n%q", err, first, second)
			}
		}
	})
}

// FuzzVerify holds Verify to its word on hostile signatures: no panic, the document untouched, and nothing valid but
// over the bytes that were really signed.
func FuzzVerify(f *testing.F) {
	var digests [][]byte
	for _, name := range []string{"rsa", "p256"} {
		r, err := xmlsec.EnvelopedRecipe("_vi", key(f, name), chain(f, name))
		if err != nil {
			f.Fatal(err)
		}
		doc := parse(f, envelope)
		vi := doc.FindElement("//Assertion")
		content, err := xmlsec.Canonicalize(vi)
		if err != nil {
			f.Fatal(err)
		}
		digests = append(digests, content)
		if _, err := r.Sign(nil, vi, 2); err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(serialize(f, doc)))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
		if err != nil {
			return
		}
		for _, sig := range doc.FindElements("//Signature") {
			before := serialize(t, doc)
			got := xmlsec.Verify(sig, xmlsec.CurrentPolicy, key(t, "rsa").Public())
			if serialize(t, doc) != before {
				t.Fatal("the document has changed")
			}
			if got.Valid() {
				wantOriginal(t, got, digests)
			}
		}
	})
}

// wantOriginal tells whether what a valid signature covers is what was signed.
func wantOriginal(t *testing.T, got xmlsec.Checked, signed [][]byte) {
	t.Helper()
	for _, ref := range got.References {
		copied := ref.Element.Copy()
		bare := etree.NewDocument()
		bare.SetRoot(copied)
		for _, sig := range copied.FindElements("./Signature") {
			copied.RemoveChild(sig)
		}
		copied.CreateAttr("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
		content, err := xmlsec.Canonicalize(copied)
		if err != nil || !(bytes.Equal(content, signed[0]) || bytes.Equal(content, signed[1])) {
			t.Fatalf("valid over other bytes (%v): %s", err, content)
		}
	}
}
