package xmlsec_test

import (
	"slices"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

const tree = `<a:r xmlns:a="urn:a" xmlns="urn:d" xmlns:b="urn:a" v="plain" a:v="qualified" empty="">
<a:x n="1"/><x n="2"/><b:x n="3"/><y xmlns=""><x n="4"/></y></a:r>`

func parsed(t *testing.T, raw string) *etree.Element {
	t.Helper()
	doc, err := xmlsec.Parse([]byte(raw), xmlsec.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Root()
}

func TestChildrenByNamespace(t *testing.T) {
	root := parsed(t, tree)
	for _, c := range []struct {
		of           *etree.Element
		space, local string
		want         []string
	}{
		{root, "urn:a", "x", []string{"1", "3"}}, // whatever the prefix
		{root, "urn:d", "x", []string{"2"}},
		{root, "", "x", nil}, // not the child of a child
		{root, "urn:a", "X", nil},
		{xmlsec.Child(root, "", "y"), "", "x", []string{"4"}},
		{nil, "urn:a", "x", nil},
	} {
		var got []string
		for _, el := range xmlsec.Children(c.of, c.space, c.local) {
			if !xmlsec.Is(el, c.space, c.local) {
				t.Errorf("{%s}%s is not what it was found as", c.space, c.local)
			}
			got = append(got, xmlsec.Value(el, "n"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("{%s}%s: %v, want %v", c.space, c.local, got, c.want)
		}
		first := xmlsec.Child(c.of, c.space, c.local)
		if len(c.want) == 0 {
			if first != nil {
				t.Errorf("{%s}%s: found a child that is not there", c.space, c.local)
			}
		} else if got := xmlsec.Value(first, "n"); got != c.want[0] {
			t.Errorf("{%s}%s: the first is %q, want %q", c.space, c.local, got, c.want[0])
		}
	}
	if xmlsec.Is(nil, "", "") || xmlsec.Is(root, "urn:d", "r") || !xmlsec.Is(root, "urn:a", "r") {
		t.Error("the root is {urn:a}r, and nil is nothing")
	}
}

func TestAttributesByNamespace(t *testing.T) {
	root := parsed(t, tree)
	for _, c := range []struct {
		of    *etree.Element
		name  string
		want  string
		there bool
	}{
		{root, "v", "plain", true}, {root, "empty", "", true}, {root, "V", "", false}, {nil, "v", "", false},
	} {
		got, there := xmlsec.Attribute(c.of, c.name)
		if got != c.want || there != c.there || xmlsec.Value(c.of, c.name) != c.want {
			t.Errorf("%s: %q, %v, want %q, %v", c.name, got, there, c.want, c.there)
		}
	}
	for _, c := range []struct {
		of                 *etree.Element
		space, local, want string
	}{
		{root, "urn:a", "v", "qualified"}, {root, "urn:d", "v", ""}, // a default namespace is none of an attribute's
		{root, "", "v", ""}, {root, "urn:a", "empty", ""}, {nil, "urn:a", "v", ""},
	} {
		if got := xmlsec.QualifiedValue(c.of, c.space, c.local); got != c.want {
			t.Errorf("{%s}%s: %q, want %q", c.space, c.local, got, c.want)
		}
	}
}

func TestTextIsWhole(t *testing.T) {
	for _, c := range []struct{ raw, want, trimmed string }{
		{`<a/>`, "", ""},
		{`<a> x </a>`, " x ", "x"},
		{`<a>admin<!-- -->@evil</a>`, "admin@evil", "admin@evil"},
		{`<a><!-- -->x<!-- --></a>`, "x", "x"},
		{`<a><!-- only --></a>`, "", ""},
		{`<a>admin<?p i?>@evil</a>`, "admin@evil", "admin@evil"},
		{`<a>x<![CDATA[ <y> ]]>z</a>`, "x <y> z", "x <y> z"},
		{`<a> b<c>not this</c>d </a>`, " bd ", "bd"},
		{`<a>&#10;&lt;</a>`, "\n<", "<"},
	} {
		el := parsed(t, c.raw)
		if got := xmlsec.Text(el); got != c.want {
			t.Errorf("%s: %q, want %q", c.raw, got, c.want)
		}
		if got := xmlsec.TrimmedText(el); got != c.trimmed {
			t.Errorf("%s, trimmed: %q, want %q", c.raw, got, c.trimmed)
		}
		both := []*etree.Element{el, nil}
		if got := xmlsec.Texts(both); !slices.Equal(got, []string{c.want, ""}) {
			t.Errorf("%s, and nil: %q", c.raw, got)
		}
		if got := xmlsec.TrimmedTexts(both); !slices.Equal(got, []string{c.trimmed, ""}) {
			t.Errorf("%s, and nil, trimmed: %q", c.raw, got)
		}
	}
	if all := xmlsec.Texts(nil); all == nil || len(all) > 0 || xmlsec.TrimmedTexts(nil) != nil {
		t.Error("the texts of none are an empty list, trimmed nil")
	}
}
