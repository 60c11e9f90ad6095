package xmlsec

import "fmt"

// Limits bound what Parse accepts; each must be positive.
type Limits struct {
	Bytes      int // length of the document
	Depth      int // nesting of elements, the root being at 1
	Elements   int // elements in all; other nodes may be four times as many
	Attributes int // attributes of one element, namespace declarations included
	Text       int // bytes of one attribute value, text, comment or processing instruction, as written
}

// DefaultLimits suit a SOAP message with its security header.
var DefaultLimits = Limits{Bytes: 4 << 20, Depth: 64, Elements: 20000, Attributes: 256, Text: 1 << 20}

// ParseKind says why a document was refused.
type ParseKind string

// Refusals of Parse.
const (
	ParseOversized ParseKind = "oversized" // beyond Limits, depth excepted
	ParseTooDeep   ParseKind = "too-deep"  // beyond Limits.Depth
	ParseDTD       ParseKind = "dtd"       // a document type declaration, whatever it holds
	ParseEncoding  ParseKind = "encoding"  // not UTF-8, or declared as something else
	ParseMalformed ParseKind = "malformed" // not well-formed, with namespaces; empty; trailing content
)

// ParseError is the only error of Parse. Detail quotes at most a few bytes of the document.
type ParseError struct {
	Kind   ParseKind
	Line   int // from 1
	Detail string
}

// Error gives kind, line and detail.
func (e *ParseError) Error() string {
	return fmt.Sprintf("parse xml: %s, line %d: %s", e.Kind, e.Line, e.Detail)
}
