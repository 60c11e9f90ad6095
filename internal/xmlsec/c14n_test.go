package xmlsec_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
	"pgregory.net/rapid"

	"etalon/internal/bench/benchtest"
	"etalon/internal/xmlsec"
)

func TestCanonicalize(t *testing.T) {
	tests := []struct {
		name, raw, path string
		prefixes        []string
		want            string
	}{
		{"ancestors' namespaces, when used", `<r xmlns:a="1" xmlns:b="2" xmlns="3"><x><a:y b:z="1"/></x></r>`, "//x", nil,
			`<x xmlns="3"><a:y xmlns:a="1" xmlns:b="2" b:z="1"></a:y></x>`},
		{"in the prefix list, though unused", `<r xmlns:a="1" xmlns:b="2" xmlns="3"><a:x/></r>`, "//x", []string{"b", "#default"},
			`<a:x xmlns="3" xmlns:a="1" xmlns:b="2"></a:x>`},
		{"a prefix list of nothing declared", `<r><x/></r>`, "//x", []string{"b", "#default", "xml"}, `<x></x>`},
		{"a listed prefix bound again below", `<r xmlns:a="1"><x xmlns:a="2"/></r>`, "/r", []string{"a"},
			`<r xmlns:a="1"><x xmlns:a="2"></x></r>`},
		{"a declaration repeated", `<a:r xmlns:a="1"><a:x xmlns:a="1"/></a:r>`, "/r", nil, `<a:r xmlns:a="1"><a:x></a:x></a:r>`},
		{"siblings declare anew", `<r xmlns:a="1"><a:x/><a:x/></r>`, "/r", nil, `<r><a:x xmlns:a="1"></a:x><a:x xmlns:a="1"></a:x></r>`},
		{"default undeclared", `<r xmlns="1"><x xmlns=""/></r>`, "/r", nil, `<r xmlns="1"><x xmlns=""></x></r>`},
		{"default undeclared, apex", `<r xmlns="1"><x xmlns=""/></r>`, "//x", nil, `<x></x>`},
		{"default undeclared, prefix between", `<r xmlns="1"><a:y xmlns:a="2" xmlns=""><x/></a:y></r>`, "/r", nil,
			`<r xmlns="1"><a:y xmlns:a="2"><x xmlns=""></x></a:y></r>`},
		{"attributes by namespace then name", `<r xmlns:b="1" xmlns:a="2" a:x="1" b:y="2" z="3" y="4" xml:lang="fr"/>`, "/r", nil,
			`<r xmlns:a="2" xmlns:b="1" y="4" z="3" b:y="2" a:x="1" xml:lang="fr"></r>`},
		{"xml attributes of ancestors stay there", `<r xml:lang="fr"><x/></r>`, "//x", nil, `<x></x>`},
		{"comments go, instructions stay", `<r><!-- a --><?b c?>d</r>`, "/r", nil, `<r><?b c?>d</r>`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc := parse(t, test.raw)
			before := serialize(t, doc)
			got, err := xmlsec.Canonicalize(doc.FindElement(test.path), test.prefixes...)
			if err != nil || string(got) != test.want {
				t.Errorf("got  %s (%v)\nwant %s", got, err, test.want)
			}
			if serialize(t, doc) != before {
				t.Error("the document has changed")
			}
		})
	}
}

func TestCanonicalizeOtherwise(t *testing.T) {
	const raw = `<r xmlns:a="1" xml:lang="fr" xml:base="u" b="2"><!-- c --><x xml:lang="en"><!-- d --></x></r>`
	tests := []struct{ algorithm, want string }{
		{xmlsec.TransformExclusive, `<x xml:lang="en"></x>`},
		{xmlsec.TransformExclusiveComments, `<x xml:lang="en"><!-- d --></x>`},
		{xmlsec.TransformInclusive, `<x xmlns:a="1" xml:base="u" xml:lang="en"></x>`},
		{xmlsec.TransformInclusiveComments, `<x xmlns:a="1" xml:base="u" xml:lang="en"><!-- d --></x>`},
	}
	for _, test := range tests {
		got, err := xmlsec.CanonicalizeBy(parse(t, raw).FindElement("//x"), xmlsec.Transform{Algorithm: test.algorithm})
		if err != nil || string(got) != test.want {
			t.Errorf("%s\ngot  %s (%v)\nwant %s", test.algorithm, got, err, test.want)
		}
	}
	if _, err := xmlsec.CanonicalizeBy(etree.NewElement("a"), xmlsec.Transform{Algorithm: enveloped}); err == nil {
		t.Error("an algorithm that is no canonicalisation: no error")
	}
}

func TestCanonicalizeRefuses(t *testing.T) {
	undeclared := etree.NewElement("p:a")
	attribute := etree.NewElement("a")
	attribute.CreateAttr("p:b", "1")
	amplified := etree.NewElement("r")
	amplified.CreateAttr("xmlns:p", strings.Repeat("x", 1<<20))
	for range 20 {
		amplified.CreateElement("p:a")
	}
	for name, el := range map[string]*etree.Element{
		"nil": nil, "a document": &etree.NewDocument().Element, "undeclared prefix": undeclared,
		"undeclared attribute prefix": attribute, "amplification": amplified,
	} {
		if out, err := xmlsec.Canonicalize(el); err == nil || out != nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// sample draws documents dense in what canonicalisation cares about: few prefixes, declared often, to any of the
// namespaces, or each prefix to its own.
func sample(bound func(prefix string) []string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		drawElement(t, &b, bound, map[string]bool{"": true}, 0)
		return b.String()
	})
}

func toAny(string) []string        { return []string{"urn:1", "urn:2", "urn:3"} }
func toOwn(prefix string) []string { return []string{"urn:" + prefix} }

var (
	drawPrefix = rapid.SampledFrom([]string{"", "a", "b", "c"})
	drawText   = rapid.SampledFrom([]string{"", "x", "&#13;\r\n", "&lt;&amp;>", "<![CDATA[<&]]>", "<!-- c -->", "<?p q?>", "é\"'"})
	drawValue  = rapid.SampledFrom([]string{"", "x", "&#10;&#9;&#13;", "&lt;&amp;>", "&quot;'", " y\n"})
)

func drawElement(t *rapid.T, b *strings.Builder, bound func(string) []string, outer map[string]bool, depth int) {
	known := map[string]bool{}
	for prefix := range outer {
		known[prefix] = true
	}
	declared := map[string]string{}
	for range rapid.IntRange(0, 2).Draw(t, "declarations") {
		prefix := drawPrefix.Draw(t, "declared")
		declared[prefix] = rapid.SampledFrom(bound(prefix)).Draw(t, "uri")
	}
	for prefix := range declared {
		known[prefix] = true
	}
	usable := drawPrefix.Filter(func(p string) bool { return known[p] })
	name := strings.TrimPrefix(usable.Draw(t, "prefix")+":e", ":")
	b.WriteString("<" + name)
	for _, prefix := range []string{"c", "", "a", "b"} {
		if uri, ok := declared[prefix]; ok {
			fmt.Fprintf(b, " %s=%q", strings.TrimSuffix("xmlns:"+prefix, ":"), uri)
		}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "attributes") {
		prefix := usable.Draw(t, "attribute")
		attr := strings.TrimPrefix(prefix+":"+prefix, ":")
		fmt.Fprintf(b, " %sk%d=\"%s\"", attr, 9-i, drawValue.Draw(t, "value"))
	}
	b.WriteString(">")
	for range rapid.IntRange(0, 3).Draw(t, "children") {
		b.WriteString(drawText.Draw(t, "text"))
		if depth < 4 {
			drawElement(t, b, bound, known, depth+1)
		}
	}
	b.WriteString("</" + name + ">")
}

// goxmldsigCanonical is the answer of the library, on a copy that carries its ancestors' namespaces.
func goxmldsigCanonical(t rapid.TB, el *etree.Element, prefixes []string) string {
	t.Helper()
	ctx, err := etreeutils.NSBuildParentContext(el)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := etreeutils.NSDetatch(ctx, el)
	if err != nil {
		t.Fatal(err)
	}
	out, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(strings.Join(prefixes, " ")).Canonicalize(alone)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestCanonicalizeLikeGoxmldsig binds each prefix to a namespace and to local names that sort like it: the library
// loses the order of attributes by namespace (Canonical XML 1.0 §2.2) when it is not also that of their names.
func TestCanonicalizeLikeGoxmldsig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc, err := xmlsec.Parse([]byte(sample(toOwn).Draw(t, "document")), xmlsec.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		all := doc.FindElements("//e")
		el := all[rapid.IntRange(0, len(all)-1).Draw(t, "element")]
		prefixes := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), rapid.ID[string]).Draw(t, "prefixes")
		got, err := xmlsec.Canonicalize(el, prefixes...)
		if err != nil {
			t.Fatal(err)
		}
		if want := goxmldsigCanonical(t, el, prefixes); string(got) != want {
			t.Fatalf("prefixes %v\ngot  %s\nwant %s", prefixes, got, want)
		}
	})
}

// TestCanonicalizeLikeLibxml2 compares whole documents, exclusive and inclusive, with the library below xmlsec1.
func TestCanonicalizeLikeLibxml2(t *testing.T) {
	benchtest.Needs(t, debianPython, "/usr/lib/python3/dist-packages/lxml")
	type ask struct {
		XML       string   `json:"xml"`
		Prefixes  []string `json:"prefixes"`
		Inclusive bool     `json:"inclusive"`
	}
	var asks []ask
	var in bytes.Buffer
	for seed := range 300 {
		a := ask{XML: sample(toAny).Example(seed), Prefixes: []string{"a", "b", "c"}[:seed%4], Inclusive: seed%5 == 4}
		asks = append(asks, a)
		if err := json.NewEncoder(&in).Encode(a); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(debianPython, "testdata/lxml_c14n.py")
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := json.NewDecoder(bytes.NewReader(out))
	for _, a := range asks {
		var want string
		if err := answers.Decode(&want); err != nil {
			t.Fatal(err)
		}
		root := parse(t, a.XML).Root()
		got, err := xmlsec.Canonicalize(root, a.Prefixes...)
		if a.Inclusive {
			got, err = xmlsec.CanonicalizeBy(root, xmlsec.Transform{Algorithm: xmlsec.TransformInclusive})
		}
		if err != nil || string(got) != want {
			t.Fatalf("%+v (%v)\ngot  %s\nwant %s", a, err, got, want)
		}
	}
}
