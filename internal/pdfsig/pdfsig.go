// Package pdfsig looks at PDF documents that somebody hands over as evidence: whether one can be opened at all, and what its
// electronic signatures are worth. It also signs those that the harness makes, and makes plain ones, for the mock candidates.
//
// It renders nothing and trusts nobody: whether a signer is who a norm wants is for a person to say. Of a document it reads
// what leads to its signatures, and no more; it repairs nothing.
package pdfsig

import (
	"bytes"
	"strconv"
)

// Ailment is why a document cannot be read as a PDF; empty when nothing stands in the way.
type Ailment string

// The ailments.
const (
	NotPDF    Ailment = "not-pdf"
	Truncated Ailment = "truncated"
	Encrypted Ailment = "encrypted"
)

// headroom is how far from the beginning %PDF may stand, and from the end %%EOF (ISO 32000-1 annex H, notes 13 and 18).
const headroom = 1024

// Ails tells why a document cannot be read; empty when it can.
func Ails(doc []byte) Ailment {
	switch {
	case !bytes.Contains(doc[:min(len(doc), headroom)], []byte("%PDF-")):
		return NotPDF
	case !bytes.Contains(doc[max(0, len(doc)-headroom):], []byte("%%EOF")):
		return Truncated
	}
	at, ok := lastTable(doc)
	switch {
	case !ok || at >= len(doc):
		return Truncated
	case trailer(doc, at).has("Encrypt"):
		return Encrypted
	}
	return ""
}

// lastTable returns where the document says that its last table of objects stands (ISO 32000-1 §7.5.5).
func lastTable(doc []byte) (int, bool) {
	i := bytes.LastIndex(doc, []byte("startxref"))
	if i < 0 {
		return 0, false
	}
	l := lexer{doc: doc, at: i + len("startxref")}
	l.blanks()
	at, err := strconv.Atoi(l.word())
	if err != nil || at < 0 {
		return 0, false
	}
	return at + max(0, bytes.Index(doc[:min(len(doc), headroom)], []byte("%PDF-"))), true
}

// trailer returns the dictionary that a table of objects ends with, or is: empty when none can be read there.
func trailer(doc []byte, at int) value {
	l := lexer{doc: doc, at: at}
	l.blanks()
	if bytes.HasPrefix(doc[l.at:], []byte("xref")) {
		i := bytes.Index(doc[l.at:], []byte("trailer"))
		if i < 0 {
			return value{}
		}
		l.at += i + len("trailer")
	} else { // a stream: N G obj << … >>
		for range 3 {
			l.blanks()
			l.word()
		}
	}
	v, _ := l.value(0)
	return v
}
