package xmlsec_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/quick"

	"etalon/internal/xmlsec"
)

func TestParseRefuses(t *testing.T) {
	long := strings.Repeat("a", 1<<20+1)
	nest := strings.Repeat("<a>", 65) + strings.Repeat("</a>", 65)
	var attrs strings.Builder
	for i := range 257 {
		fmt.Fprintf(&attrs, " a%d=''", i)
	}
	tests := []struct {
		name, raw string
		kind      xmlsec.ParseKind
		line      int
	}{
		{"empty", "", xmlsec.ParseMalformed, 1},
		{"white space alone", "\n \n", xmlsec.ParseMalformed, 3},
		{"text alone", "bonjour", xmlsec.ParseMalformed, 1},
		{"document beyond the limit", "<a>" + strings.Repeat(" ", 4<<20) + "</a>", xmlsec.ParseOversized, 1},
		{"attribute beyond the limit", "<a b='" + long + "'/>", xmlsec.ParseOversized, 1},
		{"text beyond the limit", "<a>" + long + "</a>", xmlsec.ParseOversized, 1},
		{"cdata beyond the limit", "<a><![CDATA[" + long + "]]></a>", xmlsec.ParseOversized, 1},
		{"comment beyond the limit", "<!--" + long + "--><a/>", xmlsec.ParseOversized, 1},
		{"instruction beyond the limit", "<?a " + long + "?><a/>", xmlsec.ParseOversized, 1},
		{"elements beyond the limit", "<a>" + strings.Repeat("<b/>", 20000) + "</a>", xmlsec.ParseOversized, 1},
		{"nodes beyond the limit", "<a>" + strings.Repeat("<!---->", 80001) + "</a>", xmlsec.ParseOversized, 1},
		{"attributes beyond the limit", "<a" + attrs.String() + "/>", xmlsec.ParseOversized, 1},
		{"depth beyond the limit", nest, xmlsec.ParseTooDeep, 1},
		{"empty element beyond the depth", strings.Repeat("<a>", 64) + "<a/>", xmlsec.ParseTooDeep, 1},
		{"external entity", "\n<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", xmlsec.ParseDTD, 2},
		{"empty doctype", "<!DOCTYPE a><a/>", xmlsec.ParseDTD, 1},
		{"doctype after the root", "<a/><!DOCTYPE a>", xmlsec.ParseDTD, 1},
		{"doctype inside the root", "<a><!DOCTYPE a></a>", xmlsec.ParseDTD, 1},
		{"not utf-8", "<a>\n\xe9</a>", xmlsec.ParseEncoding, 2},
		{"overlong utf-8", "<a>\xc0\xbc</a>", xmlsec.ParseEncoding, 1},
		{"surrogate in utf-8", "<a>\xed\xa0\x80</a>", xmlsec.ParseEncoding, 1},
		{"utf-16", "\xff\xfe<\x00a\x00/\x00>\x00", xmlsec.ParseEncoding, 1},
		{"declared latin", `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, xmlsec.ParseEncoding, 1},
		{"declared utf-7", `<?xml version="1.0" encoding="utf-7"?><a/>`, xmlsec.ParseEncoding, 1},
		{"xml 1.1", `<?xml version="1.1"?><a/>`, xmlsec.ParseMalformed, 1},
		{"no version", `<?xml encoding="utf-8"?><a/>`, xmlsec.ParseMalformed, 1},
		{"standalone maybe", `<?xml version="1.0" standalone="maybe"?><a/>`, xmlsec.ParseMalformed, 1},
		{"declaration unspaced", `<?xml version="1.0"encoding="utf-8"?><a/>`, xmlsec.ParseMalformed, 1},
		{"declaration open", `<?xml version="1.0"`, xmlsec.ParseMalformed, 1},
		{"declaration late", ` <?xml version="1.0"?><a/>`, xmlsec.ParseMalformed, 1},
		{"control character", "<a>\x01</a>", xmlsec.ParseMalformed, 1},
		{"nul", "<a>\x00</a>", xmlsec.ParseMalformed, 1},
		{"not a character", "<a>\uffff</a>", xmlsec.ParseMalformed, 1},
		{"reference to nul", "<a>&#0;</a>", xmlsec.ParseMalformed, 1},
		{"reference to a surrogate", "<a>&#xD800;</a>", xmlsec.ParseMalformed, 1},
		{"reference beyond unicode", "<a>&#x110000;</a>", xmlsec.ParseMalformed, 1},
		{"reference wrapping round", "<a>&#4294967361;</a>", xmlsec.ParseMalformed, 1},
		{"signed reference", "<a>&#+65;</a>", xmlsec.ParseMalformed, 1},
		{"undeclared entity", "<a>&nbsp;</a>", xmlsec.ParseMalformed, 1},
		{"entity in an attribute", "<a b='&x;'/>", xmlsec.ParseMalformed, 1},
		{"bare ampersand", "<a>a & b</a>", xmlsec.ParseMalformed, 1},
		{"ampersand at the end", "<a>&", xmlsec.ParseMalformed, 1},
		{"less-than in an attribute", "<a b='<'/>", xmlsec.ParseMalformed, 1},
		{"cdata end in text", "<a>]]></a>", xmlsec.ParseMalformed, 1},
		{"cdata outside", "<![CDATA[ ]]><a/>", xmlsec.ParseMalformed, 1},
		{"cdata open", "<a><![CDATA[ </a>", xmlsec.ParseMalformed, 1},
		{"two roots", "<a/><b/>", xmlsec.ParseMalformed, 1},
		{"text after the root", "<a/>\nb", xmlsec.ParseMalformed, 1},
		{"not closed", "<a>\n<b>\n</b>", xmlsec.ParseMalformed, 3},
		{"closed by another", "<a></b>", xmlsec.ParseMalformed, 1},
		{"closed by another prefix", "<p:a xmlns:p='u' xmlns:q='u'></q:a>", xmlsec.ParseMalformed, 1},
		{"closed twice", "<a/></a>", xmlsec.ParseMalformed, 1},
		{"end tag open", "<a></a", xmlsec.ParseMalformed, 1},
		{"start tag open", "<a", xmlsec.ParseMalformed, 1},
		{"bare less-than", "<", xmlsec.ParseMalformed, 1},
		{"no name", "<>", xmlsec.ParseMalformed, 1},
		{"name of digits", "<1/>", xmlsec.ParseMalformed, 1},
		{"name with a sign", "<a×/>", xmlsec.ParseMalformed, 1},
		{"name that starts with a mark", "<\u0300a/>", xmlsec.ParseMalformed, 1},
		{"attribute without name", "<a ='1'/>", xmlsec.ParseMalformed, 1},
		{"declaration of xml with a stray word", `<?xml version="1.0" a?><a/>`, xmlsec.ParseMalformed, 1},
		{"declaration of xml without a value", `<?xml version?><a/>`, xmlsec.ParseMalformed, 1},
		{"attribute twice", "<a b='1' b='2'/>", xmlsec.ParseMalformed, 1},
		{"attribute twice by namespace", "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", xmlsec.ParseMalformed, 1},
		{"declaration twice", "<a xmlns:p='u' xmlns:p='v'/>", xmlsec.ParseMalformed, 1},
		{"attributes unspaced", "<a b='1'c='2'/>", xmlsec.ParseMalformed, 1},
		{"attribute without value", "<a b/>", xmlsec.ParseMalformed, 1},
		{"attribute without quotes", "<a b=1/>", xmlsec.ParseMalformed, 1},
		{"attribute open", "<a b='1/>", xmlsec.ParseMalformed, 1},
		{"undeclared prefix", "<p:a/>", xmlsec.ParseMalformed, 1},
		{"undeclared attribute prefix", "<a p:b='1'/>", xmlsec.ParseMalformed, 1},
		{"prefix out of scope", "<a><b xmlns:p='u'/><p:c/></a>", xmlsec.ParseMalformed, 1},
		{"prefix undeclared again", "<a xmlns:p='u'><b xmlns:p=''/></a>", xmlsec.ParseMalformed, 1},
		{"two colons", "<a:b:c xmlns:a='u'/>", xmlsec.ParseMalformed, 1},
		{"empty prefix", "<:a/>", xmlsec.ParseMalformed, 1},
		{"empty local name", "<a: xmlns:a='u'/>", xmlsec.ParseMalformed, 1},
		{"prefix xmlns on an element", "<xmlns:a/>", xmlsec.ParseMalformed, 1},
		{"prefix xmlns declared", "<a xmlns:xmlns='u'/>", xmlsec.ParseMalformed, 1},
		{"prefix xml rebound", "<a xmlns:xml='u'/>", xmlsec.ParseMalformed, 1},
		{"default bound to xmlns", "<a xmlns='http://www.w3.org/2000/xmlns/'/>", xmlsec.ParseMalformed, 1},
		{"double hyphen in a comment", "<!-- -- --><a/>", xmlsec.ParseMalformed, 1},
		{"hyphen before the end of a comment", "<!-- ---><a/>", xmlsec.ParseMalformed, 1},
		{"comment open", "<!-- <a/>", xmlsec.ParseMalformed, 1},
		{"declaration of an element", "<!ELEMENT a ANY><a/>", xmlsec.ParseMalformed, 1},
		{"instruction without target", "<??><a/>", xmlsec.ParseMalformed, 1},
		{"instruction named xml", "<a><?XML a?></a>", xmlsec.ParseMalformed, 1},
		{"instruction with a colon", "<?a:b?><a/>", xmlsec.ParseMalformed, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc, err := xmlsec.Parse([]byte(test.raw), xmlsec.DefaultLimits)
			var refused *xmlsec.ParseError
			if !errors.As(err, &refused) || doc != nil {
				t.Fatalf("error %v, want a ParseError", err)
			}
			if refused.Kind != test.kind || refused.Line != test.line {
				t.Errorf("%v, want %s at line %d", err, test.kind, test.line)
			}
			if len(refused.Error()) > 300 {
				t.Errorf("an error of %d bytes", len(refused.Error()))
			}
		})
	}
}

func TestParseReads(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"byte order mark", "\ufeff<a/>", "<a></a>"},
		{"declaration", `<?xml version='1.0' encoding='utf-8' standalone="yes" ?>` + "\n<a/>\n", "<a></a>"},
		{"comments and space around", "<!-- b --><a/>\n<!-- c -->\n", "<a></a>"},
		{"line ends", "<a>\r\n\r</a>", "<a>\n\n</a>"},
		{"written line ends kept", "<a b='&#10;&#xD;&#9;'>&#13;</a>", `<a b="&#xA;&#xD;&#x9;">&#xD;</a>`},
		{"attribute white space", "<a b='1\r\n2\t3'/>", `<a b="1 2 3"></a>`},
		{"predefined entities", "<a b='&quot;&apos;'>&lt;&amp;&gt;</a>", `<a b="&quot;'">&lt;&amp;&gt;</a>`},
		{"an entity is not read twice", "<a>&amp;lt;</a>", "<a>&amp;lt;</a>"},
		{"cdata", "<a>b<![CDATA[<&]]]]><![CDATA[>]]>c</a>", "<a>b&lt;&amp;]]&gt;c</a>"},
		{"instruction", "<a><?b  c d ?><?e?></a>", "<a><?b c d ?><?e?></a>"},
		{"xml prefix", "<a xml:lang='fr'/>", `<a xml:lang="fr"></a>`},
		{"one local name in two namespaces", "<a xmlns:p='u' b='1' p:b='2'/>", `<a xmlns:p="u" b="1" p:b="2"></a>`},
		{"names beyond ascii", "<été ça='1'>日本𝒳</été>", `<été ça="1">日本𝒳</été>`},
		{"a prefix rebound", "<p:a xmlns:p='u'><p:a xmlns:p='v'/><p:b/></p:a>",
			`<p:a xmlns:p="u"><p:a xmlns:p="v"></p:a><p:b></p:b></p:a>`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc := parse(t, test.raw)
			got, err := xmlsec.Canonicalize(doc.Root())
			if err != nil || string(got) != test.want {
				t.Errorf("got  %s (%v)\nwant %s", got, err, test.want)
			}
			again := parse(t, serialize(t, doc))
			if second, err := xmlsec.Canonicalize(again.Root()); err != nil || string(second) != test.want {
				t.Errorf("written and read again: %s (%v)", second, err)
			}
		})
	}
}

func TestParseKeepsComments(t *testing.T) {
	name := parse(t, "<a>admin<!-- x -->@evil</a>").Root()
	if len(name.Child) != 3 || name.Text() != "admin@evil" {
		t.Errorf("%d nodes, text %q", len(name.Child), name.Text())
	}
}

func TestParseBindsAttributes(t *testing.T) {
	root := parse(t, "<a xmlns:p='u' p:b='1' c='2'/>").Root()
	for i := range root.Attr {
		if root.Attr[i].Element() != root {
			t.Errorf("attribute %s is not bound to its element", root.Attr[i].FullKey())
		}
	}
	if got := root.SelectAttr("p:b").NamespaceURI(); got != "u" {
		t.Errorf("namespace %q, want u", got)
	}
}

// TestParseBoundsItsWork holds the cost of hostile documents to their size: what is allocated for one that is refused
// early must not grow with it.
func TestParseBoundsItsWork(t *testing.T) {
	limits := xmlsec.DefaultLimits
	limits.Bytes = 64 << 20
	for name, raw := range map[string]string{
		"attribute of 10 MB":  "<a b='" + strings.Repeat("x", 10<<20) + "'/>",
		"a million deep":      strings.Repeat("<a>", 1<<20),
		"a million attribute": "<a" + strings.Repeat(" b='1'", 1<<20) + "/>",
	} {
		t.Run(name, func(t *testing.T) {
			allocs := testing.AllocsPerRun(1, func() {
				if _, err := xmlsec.Parse([]byte(raw), limits); err == nil {
					t.Error("accepted")
				}
			})
			if allocs > 2000 {
				t.Errorf("%.0f allocations", allocs)
			}
		})
	}
}

func TestParseNeverPanics(t *testing.T) {
	pieces := []string{"<", ">", "/", "a", ":", "=", "'", " ", "&", ";", "#", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "xmlns"}
	total := func(picks []uint8) bool {
		var b strings.Builder
		for _, pick := range picks {
			b.WriteString(pieces[int(pick)%len(pieces)])
		}
		doc, err := xmlsec.Parse([]byte(b.String()), xmlsec.DefaultLimits)
		return (doc == nil) != (err == nil)
	}
	if err := quick.Check(total, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}
