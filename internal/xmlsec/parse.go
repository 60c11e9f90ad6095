package xmlsec

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// Parse reads a whole document as a namespace-aware XML 1.0 processor without validation would, within limits. Any
// document type declaration is refused, so the five predefined entities and character references are all that is
// ever expanded. A UTF-8 byte order mark and white space or comments after the root are accepted. Character data and
// CDATA sections become text nodes; the raw bytes, not the tree, are the evidence. Its cost is linear in the part of
// raw that it reads. Every error is a *ParseError (V01, V17, G09, A01).
func Parse(raw []byte, l Limits) (*etree.Document, error) {
	p := parser{limits: l, scope: newScope(), doc: etree.NewDocument()}
	p.open = &p.doc.Element
	if len(raw) > l.Bytes {
		return nil, p.refuse(ParseOversized, "document of %d bytes, limit %d", len(raw), l.Bytes)
	}
	if err := p.decode(raw); err != nil {
		return nil, err
	}
	if err := p.declaration(); err != nil {
		return nil, err
	}
	for p.pos < len(p.in) {
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	switch {
	case len(p.frames) > 0:
		return nil, p.malformed("end of document inside element %s", quote(p.open.FullTag()))
	case p.elements == 0:
		return nil, p.malformed("no root element")
	}
	return p.doc, nil
}

// parser turns characters into a tree in one pass, without recursion.
type parser struct {
	limits   Limits
	in       string // the document, with line ends normalised
	pos      int
	doc      *etree.Document
	open     *etree.Element // innermost open element, or the document's own
	frames   []int          // undo marks of the open elements
	scope    scope
	elements int
	others   int // nodes that are not elements
	attrs    []etree.Attr
	names    map[binding]struct{} // expanded names of one start tag
}

func (p *parser) refuse(kind ParseKind, format string, args ...any) error {
	line := 1 + strings.Count(p.in[:min(p.pos, len(p.in))], "\n")
	return &ParseError{Kind: kind, Line: line, Detail: fmt.Sprintf(format, args...)}
}

func (p *parser) malformed(format string, args ...any) error {
	return p.refuse(ParseMalformed, format, args...)
}

// quote shows at most 40 bytes of the document.
func quote(s string) string {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return fmt.Sprintf("%q", s)
}

// decode checks the encoding and the characters, and normalises line ends (XML 1.0 §2.2, §2.11).
func (p *parser) decode(raw []byte) error {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	p.in = string(raw)
	if !utf8.ValidString(p.in) {
		for p.pos < len(p.in) {
			r, n := utf8.DecodeRuneInString(p.in[p.pos:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			p.pos += n
		}
		return p.refuse(ParseEncoding, "byte 0x%02x is not UTF-8", p.in[p.pos])
	}
	for i := range len(p.in) {
		if forbidden(p.in[i:]) {
			p.pos = i
			return p.malformed("a character that starts with byte 0x%02x is not allowed", p.in[i])
		}
	}
	if strings.Contains(p.in, "\r") {
		p.in = strings.ReplaceAll(strings.ReplaceAll(p.in, "\r\n", "\n"), "\r", "\n")
	}
	return nil
}

// forbidden tells whether s starts with a character of UTF-8 that XML has not, by its first byte: a control, U+FFFE or
// U+FFFF.
func forbidden(s string) bool {
	switch c := s[0]; {
	case c >= ' ':
		return c == 0xef && (strings.HasPrefix(s, "\ufffe") || strings.HasPrefix(s, "\uffff"))
	default:
		return c != '\t' && c != '\n' && c != '\r'
	}
}

// declaration reads the XML declaration, if there is one (XML 1.0 §2.8).
func (p *parser) declaration() error {
	if !strings.HasPrefix(p.in, "<?xml") || len(p.in) == 5 || !isSpace(p.in[5]) {
		return nil
	}
	p.pos = len("<?xml")
	for _, want := range []string{"version", "encoding", "standalone"} {
		spaced := p.skipSpace()
		if !strings.HasPrefix(p.in[p.pos:], want) {
			if want == "version" {
				return p.malformed("xml declaration without version")
			}
			continue
		}
		if !spaced {
			return p.malformed("no space before %s in the xml declaration", want)
		}
		p.pos += len(want)
		value, err := p.quoted()
		if err != nil {
			return err
		}
		if err := p.declared(want, value); err != nil {
			return err
		}
	}
	p.skipSpace()
	if !p.take("?>") {
		return p.malformed("xml declaration not closed")
	}
	return nil
}

func (p *parser) declared(name, value string) error {
	switch {
	case name == "version" && value != "1.0":
		return p.malformed("xml version %s", quote(value))
	case name == "encoding" && !strings.EqualFold(value, "utf-8"):
		return p.refuse(ParseEncoding, "declared as %s, only UTF-8 is read", quote(value))
	case name == "standalone" && value != "yes" && value != "no":
		return p.malformed("standalone is %s", quote(value))
	}
	return nil
}

// next reads one piece of markup, or the text up to it.
func (p *parser) next() error {
	rest := p.in[p.pos:]
	switch {
	case rest[0] != '<':
		return p.text()
	case strings.HasPrefix(rest, "</"):
		return p.endTag()
	case strings.HasPrefix(rest, "<?"):
		return p.instruction()
	case strings.HasPrefix(rest, "<!--"):
		return p.comment()
	case strings.HasPrefix(rest, "<![CDATA["):
		return p.cdata()
	case strings.HasPrefix(rest, "<!DOCTYPE"):
		return p.refuse(ParseDTD, "document type declaration")
	case strings.HasPrefix(rest, "<!"):
		return p.malformed("markup %s is not allowed here", quote(rest[:min(len(rest), 10)]))
	}
	return p.startTag()
}
