package saml_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

var update = flag.Bool("update", false, "rewrite the files of testdata")

// The assertions of testdata are what a person can hold against the table of the VI.
func TestEncodeWritesTheCanonicalVI(t *testing.T) {
	once := honest()
	once.OneTimeUse = true
	once.PAGM = append(once.PAGM, "PAGM_TOUT")
	once.Attributes = []interops.Attribute{{Name: "mail", Values: []string{"a@b.test", "<&>"}}}
	for name, vi := range map[string]interops.VI{"vi-2.0.xml": honest(), "vi-1.1.xml": honest11(), "vi-2.0-full.xml": once} {
		el, err := saml.Encode(vi, profile())
		if err != nil {
			t.Fatal(err)
		}
		doc := etree.NewDocument()
		doc.SetRoot(el)
		doc.Indent(2)
		got, err := doc.WriteToString()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

func TestSignatureStandsWhereTheSchemaWantsIt(t *testing.T) {
	for name, c := range map[string]struct {
		message
		index int
	}{
		"2.0": {message{}, 1}, "1.1": {message{saml11: true}, 3},
		"2.0 without issuer": {message{content: func(v *interops.VI) { v.Issuer = "" }}, 0},
	} {
		el := c.tree(t).ChildElements()[0]
		if at := el.FindElement("./Signature").Index(); at != c.index {
			t.Errorf("%s: the signature is child %d, want %d", name, at, c.index)
		}
	}
}

func TestDecodeIsLenient(t *testing.T) {
	if got := saml.Decode(nil, profile()); !same(got, interops.VI{}) {
		t.Errorf("nothing: %+v", got)
	}
	doc := etree.NewDocument()
	const claims = `<Assertion xmlns="urn:inconnu" ID="_1" Version="9" IssueInstant="hier"><Issuer>a<!--x-->b</Issuer>
		<Subject><NameID>admin<!-- -->istrateur<?p i?>!</NameID></Subject><Conditions NotBefore="2026-11-21T10:00:00Z"/></Assertion>`
	if err := doc.ReadFromString(claims); err != nil {
		t.Fatal(err)
	}
	want := interops.VI{
		Version: "9", ID: "_1", Issuer: "ab", NameID: interops.NameID{Value: "administrateur!"}, NotBefore: now,
	}
	if got := saml.Decode(doc.Root(), profile()); !same(got, want) {
		t.Errorf("got %+v", got)
	}
}
