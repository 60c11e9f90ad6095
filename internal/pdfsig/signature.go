package pdfsig

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Signature is one signature of a document, verified.
type Signature struct {
	Format string // SubFilter: "ETSI.CAdES.detached"
	// Covered is how many octets from the beginning it covers, itself left out; After how many the document has behind.
	Covered, After int
	// Sealed tells that what comes behind speaks of data to validate it later, or of a time-stamp (ETSI EN 319 142-1 §5.4, §5.5).
	Sealed bool
	// Timestamp tells that it is the seal of an authority on an instant, and nobody's assent.
	Timestamp bool
	// Signer is the certificate of who signed; nil when it could not be found.
	Signer *x509.Certificate
	// At is when it was signed, as the signer says; zero when it does not.
	At     time.Time
	Digest string // "SHA-256"
	// Value is the signature's value, Stamp the time-stamp token over it that stands beside it, in DER and not verified here (RFC 3161
	// appendix A); nil where there is none.
	Value, Stamp []byte
	// Problem is what is wrong with it; Detail says more, in English.
	Problem Problem
	Detail  string
}

// Problem is what is wrong with a signature; empty when nothing is.
type Problem string

// The problems. Unverified is none of the document's: we could not check it.
const (
	Broken     Problem = "broken"     // it is not over these bytes, or by this certificate
	Outdated   Problem = "outdated"   // its certificate was not valid when it signed
	Unverified Problem = "unverified" // an algorithm or a form that we do not know
)

// Whole tells whether a signature is sound and covers the whole document.
func (s Signature) Whole() bool { return s.Problem == "" && s.After == 0 }

// The formats of a signature (ISO 32000-1 §12.8.3.3, ETSI EN 319 142-1 §6.3): those that we verify, and the time-stamp.
const (
	FormatPKCS7     = "adbe.pkcs7.detached"
	FormatCAdES     = "ETSI.CAdES.detached"
	formatTimestamp = "ETSI.RFC3161"
)

// Bounds of what is looked at: signatures, places that look like one, beginnings of an object that are tried for a place,
// and octets that are read on the way, whatever was tried.
const (
	maxSignatures = 32
	maxPlaces     = 256
	maxTries      = 8
	maxWork       = 64 << 20
)

// Signatures returns the signatures of a document, in the order in which they stand, each verified. Where more looks like one
// than can be looked at, the last says so: it is Unverified.
func Signatures(doc []byte) []Signature {
	var all []Signature
	mark := []byte("/ByteRange")
	s := search{doc: doc, left: maxWork}
	for at, places := 0, 0; ; places++ {
		i := bytes.Index(doc[at:], mark)
		switch {
		case i < 0:
			return all
		case len(all) == maxSignatures, places == maxPlaces, s.left < 0:
			return append(all, Signature{Problem: Unverified, Detail: "more places look like a signature than are looked at"})
		}
		at += i
		if d, ok := s.around(at); ok {
			all = append(all, read(doc, d))
		}
		at += len(mark)
	}
}

// search looks for the objects that signatures stand in.
type search struct {
	doc  []byte
	left int // octets that may still be read
}

// around returns the dictionary whose member stands at a place. False means that the place is in no object: in a stream, a
// comment; or that too much was read to tell.
func (s *search) around(at int) (value, bool) {
	end := at
	for range maxTries {
		begin := max(0, bytes.LastIndex(s.doc[:end], []byte("obj")))
		s.left -= end - begin
		if !bytes.HasPrefix(s.doc[begin:], []byte("obj")) || s.left < 0 {
			return value{}, false
		}
		end = begin
		l := lexer{doc: s.doc, at: end + len("obj")}
		v, err := l.value(0)
		s.left -= l.at - end
		if err != nil {
			continue
		}
		if d, ok := v.holding(at); ok {
			return d, true
		}
	}
	return value{}, false
}

// holding finds, at any depth, the dictionary that has a ByteRange of which the name stands at a place.
func (v value) holding(at int) (value, bool) {
	if r, ok := v.members["ByteRange"]; ok && at >= v.start && at < r.start && r.start-at <= len("/ByteRange")+maxGap {
		return v, true
	}
	for _, m := range v.members {
		if m.start <= at && at < m.end {
			return m.holding(at)
		}
	}
	for _, m := range v.list {
		if m.start <= at && at < m.end {
			return m.holding(at)
		}
	}
	return value{}, false
}

// maxGap is how many blanks may stand between a name and its value.
const maxGap = 64

// read verifies the signature of a dictionary.
func read(doc []byte, d value) Signature {
	s := Signature{Format: strings.TrimPrefix(d.members["SubFilter"].word, "/"), At: date(string(d.members["M"].text))}
	s.Timestamp = s.Format == formatTimestamp
	signed, ok := s.covers(doc, d)
	switch {
	case !ok:
		s.Problem, s.Detail = Broken, "its ranges do not go from the beginning around the signature, and no further"
	case s.Timestamp, s.Format != FormatPKCS7 && s.Format != FormatCAdES:
		s.Problem, s.Detail = Unverified, "format "+strconv.Quote(s.Format)
	case d.members["Contents"].long:
		s.Problem, s.Detail = Unverified, fmt.Sprintf("the place of the signature has more than %d octets", maxHex/2)
	default:
		s.verify(signed, d.members["Contents"].text)
	}
	return s
}

// covers returns the bytes that are signed: all from the beginning but the signature itself, which is the whole gap.
func (s *Signature) covers(doc []byte, d value) ([]byte, bool) {
	var r []int
	for _, v := range d.members["ByteRange"].list {
		n, err := strconv.Atoi(v.word)
		if err != nil || n < 0 || n > len(doc) {
			return nil, false
		}
		r = append(r, n)
	}
	contents := d.members["Contents"]
	if len(r) != 4 || !contents.hex || r[0] != 0 || r[1] != contents.start || r[2] != contents.end || r[2]+r[3] > len(doc) {
		return nil, false
	}
	s.Covered = r[2] + r[3]
	behind := bytes.TrimRight(doc[s.Covered:], "\r\n \x00")
	s.After, s.Sealed = len(behind), bytes.Contains(behind, []byte("/DSS")) || bytes.Contains(behind, []byte("/DocTimeStamp"))
	return slices.Concat(doc[:r[1]], doc[r[2]:s.Covered]), true
}

// dateForms are those of a date (ISO 32000-1 §7.9.4), the apostrophes taken out.
var dateForms = []string{"D:20060102150405-0700", "D:20060102150405Z0700", "D:20060102150405", "D:200601021504", "D:20060102"}

// date reads a date; zero when it is none.
func date(text string) time.Time {
	text = strings.ReplaceAll(text, "'", "")
	for _, form := range dateForms {
		if at, err := time.Parse(form, text); err == nil {
			return at
		}
	}
	return time.Time{}
}
