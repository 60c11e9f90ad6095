package pdfsig

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"etalon/internal/verdict"
)

// Assent is a signature to put to a document.
type Assent struct {
	Key   crypto.Signer       // RSA or ECDSA; another is ErrKey
	Chain []*x509.Certificate // leaf first: all of them go into the document
	At    time.Time
	// Name is who signs: that of the certificate when it is empty. Reason and Location say why and where; they may be empty.
	Name, Reason, Location string
	// Stamp asks an authority for a time-stamp token (RFC 3161), in DER, over the SHA-256 digest of the signature's value that it
	// is given; nil when none is to be asked. Two tokens are never the same: the document then differs each time.
	Stamp func(value []byte) ([]byte, error)
}

// Approve signs a document that Make or internal/pdf made, whole, in a revision of its own, as PAdES wants it (ETSI EN 319 142-1
// §6.3, level B-B, or B-T with a time-stamp).
func Approve(doc []byte, o Assent) ([]byte, error) {
	if o.Key == nil || len(o.Chain) == 0 {
		return nil, unsigned(verdict.Tell("il manque la clé ou le certificat", "no key or no certificate"))
	}
	if !Signs(o.Key.Public()) {
		return nil, unsigned(ErrKey)
	}
	if o.Name == "" {
		o.Name = o.Chain[0].Subject.CommonName
	}
	kept := 4 << 10
	for _, c := range o.Chain {
		kept += len(c.Raw)
	}
	if o.Stamp != nil {
		kept += 16 << 10
	}
	p, err := prepare(doc, "/SubFilter /"+FormatCAdES+o.says(), kept)
	if err != nil {
		return nil, err
	}
	signature, err := cades(append(bytes.Clone(p.doc[:p.begin]), p.doc[p.end:]...), o)
	if err != nil {
		return nil, unsigned(err)
	}
	return p.doc, p.fill(signature)
}

// unsigned tells why a document could not be signed.
func unsigned(err error) error {
	return verdict.Tell("signature du document : %s", "sign document: %s", err)
}

// says are the members that tell who signed, when, why and where.
func (o Assent) says() string {
	out := " /Name " + textString(o.Name) + " /M (" + o.At.UTC().Format("D:20060102150405Z") + ")"
	if o.Reason != "" {
		out += " /Reason " + textString(o.Reason)
	}
	if o.Location != "" {
		out += " /Location " + textString(o.Location)
	}
	return out
}

// textString writes a text (ISO 32000-1 §7.9.2.2): in UTF-16, so that nothing in it is a part of the syntax.
func textString(text string) string {
	out := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return "<" + hex.EncodeToString(out) + ">"
}

// prepared is a document with the place of a signature still empty, and where that place begins and ends, its brackets
// included.
type prepared struct {
	doc        []byte
	begin, end int
}

// fill writes a signature in its place.
func (p prepared) fill(signature []byte) error {
	if room := (p.end - p.begin - 2) / 2; len(signature) > room {
		return unsigned(verdict.Tell("la signature a %d octets, sa place %d", "the signature has %d octets, its place %d", len(signature), room))
	}
	hex.Encode(p.doc[p.begin+1:], signature)
	return nil
}

// rangeWidth is the place kept for the ranges of a signature, in characters.
const rangeWidth = 48

// errNotOurs tells that a document was not made by Make nor by internal/pdf, or is signed.
var errNotOurs = unsigned(verdict.Tell("il en faut un que l'étalon a fait, et qui n'est pas encore signé", "want one that the harness made, not yet signed"))

// prepare adds a revision with a signature of some members, whose place holds that many octets. The signature shows on no page.
func prepare(doc []byte, members string, room int) (prepared, error) {
	b := base{doc: doc}
	if !b.read() {
		return prepared{}, errNotOurs
	}
	field, value := b.size, b.size+1
	w := &writer{}
	w.Write(doc)
	w.object(b.root, fmt.Sprintf("<< %s /Version /1.7 /AcroForm << /Fields [%d 0 R] /SigFlags 3 >> >>", b.inside(b.catalog), field))
	w.object(b.first, fmt.Sprintf("<< %s /Annots [%d 0 R] >>", b.inside(b.page), field))
	w.object(field, fmt.Sprintf("<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /F 132 /Rect [0 0 0 0] /P %d 0 R /V %d 0 R >>", b.first, value))
	w.places = append(w.places, [2]int{value, w.Len()})
	fmt.Fprintf(w, "%d 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite %s\n/ByteRange ", value, members)
	ranges := w.Len()
	w.WriteString(strings.Repeat(" ", rangeWidth) + "\n/Contents ")
	begin := w.Len()
	w.WriteString("<" + strings.Repeat("0", 2*room) + ">")
	end := w.Len()
	w.WriteString(" >>\nendobj\n")
	id := sha256.Sum256(doc)
	w.table(fmt.Sprintf("/Size %d /Root %d 0 R%s /Prev %d /ID [<%x> <%x>]", value+1, b.root, b.info, b.table, id[:16], id[16:]))
	copy(w.Bytes()[ranges:], fmt.Sprintf("[0 %d %d %d]", begin, end, w.Len()-end))
	return prepared{w.Bytes(), begin, end}, nil
}

// base is what is needed of a document of one revision to add another.
type base struct {
	doc           []byte
	table, size   int // where the table of objects stands, and how many there are
	root, first   int // numbers of the catalog and of the first page
	info          string
	catalog, page value
	places        map[int]int
}

// inside are the members of a dictionary, as they are written.
func (b *base) inside(d value) string { return string(bytes.TrimSpace(b.doc[d.start+2 : d.end-2])) }

// read finds them; false when the document is not one of ours, or is signed.
func (b *base) read() bool {
	at, ok := lastTable(b.doc)
	if !ok || at >= len(b.doc) || !bytes.HasPrefix(b.doc, []byte("%PDF-")) || bytes.Contains(b.doc, []byte("/ByteRange")) {
		return false
	}
	t := trailer(b.doc, at)
	if b.table = at; !b.offsets() || t.has("Prev") || t.has("Encrypt") {
		return false
	}
	b.size, b.root = number(t, "Size"), number(t, "Root")
	if t.has("Info") {
		b.info = fmt.Sprintf(" /Info %d 0 R", number(t, "Info"))
	}
	b.catalog = b.object(b.root)
	kids := b.object(number(b.catalog, "Pages")).members["Kids"].list
	if len(kids) < 3 || b.catalog.has("AcroForm") {
		return false
	}
	b.first, _ = strconv.Atoi(kids[0].word)
	b.page = b.object(b.first)
	return b.size > 0 && b.page.members["Type"].word == "/Page" && !b.page.has("Annots")
}

// number is a member's first: of a reference, that of its object; 0 when there is none.
func number(d value, name string) int {
	n, _ := strconv.Atoi(d.members[name].word)
	return n
}

// offsets reads the table of where objects stand (ISO 32000-1 §7.5.4).
func (b *base) offsets() bool {
	b.places = map[int]int{}
	l := lexer{doc: b.doc, at: b.table}
	if !l.next("xref") {
		return false
	}
	next := func() int {
		l.blanks()
		n, err := strconv.Atoi(l.word())
		if err != nil {
			return -1
		}
		return n
	}
	for {
		l.blanks()
		if l.next("trailer") {
			return true
		}
		first, count := next(), next()
		if first < 0 || count < 1 || count > len(b.doc) {
			return false
		}
		for i := range count {
			at := next()
			next()
			l.blanks()
			if kind := l.word(); kind == "n" {
				b.places[first+i] = at
			} else if kind != "f" {
				return false
			}
		}
	}
}

// object reads one; an empty value when it is not where the table says.
func (b *base) object(n int) value {
	at, ok := b.places[n]
	if !ok || at < 0 || at >= len(b.doc) {
		return value{}
	}
	l := lexer{doc: b.doc, at: at}
	if !l.next(strconv.Itoa(n) + " 0 obj") {
		return value{}
	}
	v, err := l.value(0)
	if err != nil {
		return value{}
	}
	return v
}
