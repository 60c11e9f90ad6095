package pdfsig

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// objects of a document that we make: catalog, pages, the one page, its text, its font.
const ownObjects = 5

// Make returns a document of one page with a few lines of text, in the letters of ASCII: others become a question mark.
func Make(lines ...string) []byte {
	var text strings.Builder
	text.WriteString("BT /F1 12 Tf 72 770 Td 16 TL\n")
	for _, l := range lines {
		fmt.Fprintf(&text, "(%s) Tj T*\n", escaped(l))
	}
	text.WriteString("ET")
	w := &writer{}
	w.WriteString("%PDF-1.7\n")
	w.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
	w.object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	w.object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>")
	w.object(4, fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()))
	w.object(5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	w.table(ownObjects+1, 0)
	return w.Bytes()
}

// escaped writes text between parentheses.
func escaped(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	return strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`).Replace(text)
}

// writer writes objects, and the table of where they stand.
type writer struct {
	bytes.Buffer
	places [][2]int // number and place
}

func (w *writer) object(number int, body string) {
	w.places = append(w.places, [2]int{number, w.Len()})
	fmt.Fprintf(w, "%d 0 obj\n%s\nendobj\n", number, body)
}

// table ends a revision; previous is where the table before it stands, 0 when there is none.
func (w *writer) table(size, previous int) {
	at := w.Len()
	w.WriteString("xref\n")
	if previous == 0 {
		w.WriteString("0 1\n0000000000 65535 f \n")
	}
	for _, p := range w.places {
		fmt.Fprintf(w, "%d 1\n%010d 00000 n \n", p[0], p[1])
	}
	before := ""
	if previous > 0 {
		before = fmt.Sprintf(" /Prev %d", previous)
	}
	fmt.Fprintf(w, "trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n", size, before, at)
	w.places = nil
}

// room is the place kept for a signature, in octets; rangeWidth that of its ranges, in characters.
const (
	room       = 16 << 10
	rangeWidth = 48
)

// errNotOurs tells that a document was not made by Make.
var errNotOurs = errors.New("sign document: want one that Make made, not yet signed")

// Unsigned prepares a document of Make for a signature of a format, dated: it returns the document with the place of the
// signature empty, and where that place begins and ends, its brackets included.
func Unsigned(doc []byte, format, name string, at time.Time) (prepared []byte, begin, end int, err error) {
	previous, ok := lastTable(doc)
	if !ok || bytes.Contains(doc, []byte("/ByteRange")) || !bytes.HasPrefix(doc, []byte("%PDF-1.7\n1 0 obj")) {
		return nil, 0, 0, errNotOurs
	}
	w := &writer{}
	w.Write(doc)
	w.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /SigFlags 3 >> >>")
	w.object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [6 0 R] /Resources << /Font << /F1 5 0 R >> >> >>")
	w.object(6, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /F 132 /Rect [0 0 0 0] /P 3 0 R /V 7 0 R >>")
	head := fmt.Sprintf("<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /%s /Name (%s) /M (%s)\n", format, escaped(name), at.UTC().Format("D:20060102150405Z"))
	w.object(7, head+"/ByteRange "+strings.Repeat(" ", rangeWidth)+"\n/Contents <"+strings.Repeat("0", 2*room)+"> >>")
	w.table(ownObjects+3, previous)
	prepared = w.Bytes()
	begin = bytes.Index(prepared, []byte("/Contents <")) + len("/Contents ")
	end = begin + 2*room + 2
	r := fmt.Sprintf("[0 %d %d %d]", begin, end, len(prepared)-end)
	copy(prepared[bytes.Index(prepared, []byte("/ByteRange "))+len("/ByteRange "):], r)
	return prepared, begin, end, nil
}

// Fill writes a signature, in DER, where Unsigned left its place.
func Fill(prepared []byte, begin int, der []byte) error {
	if len(der) > room {
		return fmt.Errorf("sign document: the signature has %d octets, its place %d", len(der), room)
	}
	hex.Encode(prepared[begin+1:], der)
	return nil
}

// Sign signs a document of Make, whole, in the name of the first certificate of a chain.
func Sign(doc []byte, key crypto.Signer, chain []*x509.Certificate, at time.Time) ([]byte, error) {
	prepared, begin, end, err := Unsigned(doc, FormatPKCS7, chain[0].Subject.CommonName, at)
	if err != nil {
		return nil, err
	}
	der, err := cmsOf(append(bytes.Clone(prepared[:begin]), prepared[end:]...), key, chain)
	if err != nil {
		return nil, fmt.Errorf("sign document: %w", err)
	}
	return prepared, Fill(prepared, begin, der)
}
