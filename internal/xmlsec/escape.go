package xmlsec

import "github.com/beevik/etree"

// Serialize writes a document so that Parse gives the same tree back: line ends and tabs inside values survive,
// which etree's own writer does not ensure. Nothing is added, moved or indented.
func Serialize(doc *etree.Document) ([]byte, error) {
	settings := doc.WriteSettings
	defer func() { doc.WriteSettings = settings }()
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	return doc.WriteToBytes()
}

// Escapes of Canonical XML 1.0 §2.3.
var (
	textEscapes  = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#xD;"}
	valueEscapes = [256]string{'&': "&amp;", '<': "&lt;", '"': "&quot;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}
)

func appendText(buf []byte, s string) []byte  { return appendEscaped(buf, s, &textEscapes) }
func appendValue(buf []byte, s string) []byte { return appendEscaped(buf, s, &valueEscapes) }

func appendEscaped(buf []byte, s string, escapes *[256]string) []byte {
	last := 0
	for i := 0; i < len(s); i++ {
		if esc := escapes[s[i]]; esc != "" {
			buf = append(append(buf, s[last:i]...), esc...)
			last = i + 1
		}
	}
	return append(buf, s[last:]...)
}
