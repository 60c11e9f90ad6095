package pdfsig

import (
	"bytes"
	"crypto"
	"crypto/x509"
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
	w.table(fmt.Sprintf("/Size %d /Root 1 0 R", ownObjects+1))
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

// table ends a revision, with the members of its trailer.
func (w *writer) table(members string) {
	at := w.Len()
	w.WriteString("xref\n")
	if !strings.Contains(members, "/Prev") {
		w.WriteString("0 1\n0000000000 65535 f \n")
	}
	for _, p := range w.places {
		fmt.Fprintf(w, "%d 1\n%010d 00000 n \n", p[0], p[1])
	}
	fmt.Fprintf(w, "trailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n", members, at)
	w.places = nil
}

// room is the place that Unsigned keeps for a signature, in octets.
const room = 16 << 10

// Unsigned prepares a document that Make or internal/pdf made for a signature of a format, dated: it returns the document with
// the place of the signature empty, and where that place begins and ends, its brackets included.
func Unsigned(doc []byte, format, name string, at time.Time) (document []byte, begin, end int, err error) {
	p, err := prepare(doc, "/SubFilter /"+format+Assent{Name: name, At: at}.says(), room)
	return p.doc, p.begin, p.end, err
}

// Fill writes a signature, in DER, where Unsigned left its place.
func Fill(document []byte, begin int, der []byte) error {
	return prepared{document, begin, begin + 2*room + 2}.fill(der)
}

// Sign signs a document, whole, in the name of the first certificate of a chain, in the plain form that most products write:
// without attributes. Approve makes a signature of PAdES.
func Sign(doc []byte, key crypto.Signer, chain []*x509.Certificate, at time.Time) ([]byte, error) {
	document, begin, end, err := Unsigned(doc, FormatPKCS7, chain[0].Subject.CommonName, at)
	if err != nil {
		return nil, err
	}
	der, err := cmsOf(append(bytes.Clone(document[:begin]), document[end:]...), key, chain)
	if err != nil {
		return nil, unsigned(err)
	}
	return document, Fill(document, begin, der)
}
