package anatomy

import (
	"crypto/x509"
	"errors"

	"github.com/beevik/etree"

	"etalon/internal/legible"
	"etalon/internal/xmlsec"
)

// maxSignatures bounds those of one document that are verified.
const maxSignatures = 4

// Document is XML that a message is, or carries.
type Document struct {
	// Place and Name say where it stands: in the body, or in which parameter, header or member.
	Place string `json:"place"`
	Name  string `json:"name,omitempty"`
	// Deflated tells that it was compressed.
	Deflated bool `json:"deflated,omitempty"`
	// Root is the name of its first element.
	Root string `json:"root,omitempty"`
	// Trouble says why it cannot be read: it is then shown as it came, and has nothing but Lines.
	Trouble string `json:"trouble,omitempty"`
	// Signatures are those that stand in it, in order.
	Signatures []Signature `json:"signatures,omitempty"`
	// Envelope is that of SOAP, Parts what it is made of, or what the protocol message and its VI are made of.
	Envelope *Envelope `json:"envelope,omitempty"`
	Parts    []Part    `json:"parts,omitempty"`
	// Lines are its text, Marked whether they tell what the signatures cover.
	Lines  []Line `json:"lines"`
	Marked bool   `json:"marked,omitempty"`
	Cut    bool   `json:"cut,omitempty"`

	place place
	doc   *etree.Document
	vi    *etree.Element // the VI that is shown
	// relay and sigAlg came beside it.
	relay, sigAlg string
	protocol      string // the name of its protocol message, other than a Response
	garbled       bool   // the encoding of the XML could not be undone: it is shown as it came
}

// Line is a line of a document. Signature is the number, from 1, of the signature that covers it, the innermost when there
// are several; 0 for none.
type Line struct {
	Text      string `json:"text"`
	Signature int    `json:"signature,omitempty"`
}

// Signature is a ds:Signature, verified by the key that it brings along: whether that key may be trusted is another question.
type Signature struct {
	Number int    `json:"number"`
	Method string `json:"method"`
	// Parent is the name of the element in which it stands.
	Parent string `json:"parent"`
	// Valid tells that its value is right, and so is each digest.
	Valid bool `json:"valid"`
	// Signer is the subject of the certificate that it brings along; empty when there is none.
	Signer string     `json:"signer,omitempty"`
	Covers []Covered  `json:"covers"`
	Faults []SigFault `json:"faults,omitempty"`
	chain  []*x509.Certificate
	el     *etree.Element
}

// Covered is an element that a signature covers. Intact tells that its digest is right.
type Covered struct {
	URI     string `json:"uri"`
	Element string `json:"element,omitempty"`
	Intact  bool   `json:"intact"`

	el *etree.Element
}

// SigFault is one thing wrong with a signature.
type SigFault struct {
	Kind string `json:"kind"`
	Want string `json:"want,omitempty"`
	Got  string `json:"got,omitempty"`
}

// document reads one.
func document(p place) Document {
	d := Document{Place: p.where, Name: p.name, Deflated: p.deflated, place: p}
	if d.garbled = p.garbled; d.garbled {
		d.Trouble = "base64"
		d.lines(nil)
		return d
	}
	doc, err := xmlsec.Parse(p.xml, xmlsec.DefaultLimits)
	if err != nil {
		var refused *xmlsec.ParseError
		if d.Trouble = err.Error(); errors.As(err, &refused) {
			d.Trouble = string(refused.Kind) + ": " + refused.Detail
		}
		d.lines(nil)
		return d
	}
	d.doc, d.Root = doc, doc.Root().Tag
	d.signatures()
	d.lines(doc.Root())
	d.Envelope = d.envelope()
	return d
}

// signatures verifies those of the document, by the keys that they bring along. Algorithms of the past are computed too, and
// told by name: whether they are allowed is a matter of the profile.
func (d *Document) signatures() {
	for _, el := range d.doc.FindElements("//Signature") {
		if !xmlsec.Is(el, xmlsec.NamespaceDS, "Signature") || len(d.Signatures) == maxSignatures {
			continue
		}
		policy := xmlsec.LegacyPolicy
		policy.Transforms = append([]string{xmlsec.TransformInclusive}, policy.Transforms...)
		checked := xmlsec.Verify(el, policy, nil)
		s := Signature{Number: len(d.Signatures) + 1, Method: checked.Method, Valid: checked.Valid(), chain: checked.Certificates, el: el}
		if parent := el.Parent(); parent != nil {
			s.Parent = parent.Tag
		}
		if len(checked.Certificates) > 0 {
			s.Signer = checked.Certificates[0].Subject.String()
		}
		for _, r := range checked.References {
			c := Covered{URI: short(r.URI), Intact: r.OK, el: r.Element}
			if r.Element != nil {
				c.Element = r.Element.Tag
			}
			s.Covers = append(s.Covers, c)
		}
		for _, f := range checked.Faults {
			s.Faults = append(s.Faults, SigFault{string(f.Kind), short(f.Want), short(f.Got)})
		}
		d.Signatures = append(d.Signatures, s)
	}
}

// lines lays the document out, with the lines that signatures cover marked where the layout and the tree agree on each tag.
func (d *Document) lines(root *etree.Element) {
	raw := d.place.xml
	d.Cut = len(raw) > MaxText
	shown, tags := legible.Lines(string(raw[:min(len(raw), MaxText)]))
	if len(shown) > MaxLines {
		shown, d.Cut = shown[:MaxLines], true
	}
	var by []int
	if root != nil && len(d.Signatures) > 0 {
		by = d.covered(root, tags)
		d.Marked = by != nil
	}
	for _, l := range shown {
		line := Line{Text: l.Text}
		if d.Marked && l.Tag >= 0 {
			line.Signature = by[l.Tag]
		}
		d.Lines = append(d.Lines, line)
	}
}

// covered tells, of each start tag in order, which signature covers its element; nil when the tags are not those of the tree.
func (d *Document) covered(root *etree.Element, tags []string) []int {
	covers := map[*etree.Element]int{}
	own := map[*etree.Element]bool{}
	for _, s := range d.Signatures {
		own[s.el] = true
		for _, c := range s.Covers {
			if c.el != nil {
				covers[c.el] = s.Number
			}
		}
	}
	by, same := make([]int, len(tags)), true
	at := 0
	var walk func(el *etree.Element, within int)
	walk = func(el *etree.Element, within int) {
		if n := covers[el]; n > 0 {
			within = n
		}
		if own[el] && within > 0 && d.Signatures[within-1].el == el { // a signature leaves itself out of what it covers
			within = 0
		}
		if at < len(tags) {
			same = same && tags[at] == el.FullTag()
			by[at] = within
		}
		at++
		for _, child := range el.ChildElements() {
			walk(child, within)
		}
	}
	walk(root, 0)
	if !same || at < len(tags) || at > len(tags) && !d.Cut {
		return nil
	}
	return by
}
