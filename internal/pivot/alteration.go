package pivot

import (
	"bytes"
	"slices"

	"github.com/beevik/etree"
)

// Alteration is one deliberate fault of a file, by name: what a strict reader must refuse.
type Alteration struct {
	Name string // as features write it: "motif-absent"
	// Of are the root elements that it can befall.
	Of   []string
	Form func(root *etree.Element) // before signing
	Wire func([]byte) []byte       // after signing
	// Unsigned leaves the signature out.
	Unsigned bool
}

// Alterations lists them. All but the last break the schema; the last breaks the signature alone.
func Alterations() []Alteration {
	request, report := []string{nameRequest}, []string{nameReport}
	both := []string{nameRequest, nameReport}
	return []Alteration{
		{Name: "motif-absent", Of: request, Form: without("Motif")},
		{Name: "motif-inconnu", Of: request, Form: saying("Motif", "CURIOSITE")},
		{Name: "criteres-vides", Of: request, Form: emptied("Criteres")},
		{Name: "type-inconnu", Of: request, Form: saying("TypeTraces", "TOUT")},
		{Name: "vi-absent", Of: report, Form: without("ViId")},
		{Name: "description-absente", Of: report, Form: without("Description")},
		{Name: "description-vide", Of: report, Form: saying("Description", "")},
		{Name: "date-sans-fuseau", Of: both, Form: saying("Date", "2026-01-31T08:30:00")},
		{Name: "element-inconnu", Of: both, Form: func(root *etree.Element) { add(root, "Remarque", "x") }},
		{Name: "attribut-inconnu", Of: both, Form: func(root *etree.Element) { root.CreateAttr("urgent", "oui") }},
		{Name: "espace-de-noms-autre", Of: both, Form: func(root *etree.Element) { root.CreateAttr("xmlns:"+prefix, Namespace+"9") }},
		{Name: "signature-absente", Of: both, Unsigned: true},
		{Name: "xml-coupe", Of: both, Wire: func(raw []byte) []byte { return raw[:len(raw)-10] }},
		{Name: "signature-alteree", Of: both, Wire: resaid},
	}
}

// AlterationOf returns an alteration by name.
func AlterationOf(name string) (Alteration, bool) {
	all := Alterations()
	i := slices.IndexFunc(all, func(a Alteration) bool { return a.Name == name })
	if i < 0 {
		return Alteration{}, false
	}
	return all[i], true
}

// Befall puts the alteration into a draft.
func (a Alteration) Befall(d Draft) Draft {
	d.Form, d.Wire = a.Form, a.Wire
	if a.Unsigned {
		d.Signer.Key = nil
	}
	return d
}

// without removes every child of that name.
func without(name string) func(*etree.Element) {
	return func(root *etree.Element) {
		for _, e := range root.SelectElements(name) {
			root.RemoveChild(e)
		}
	}
}

// saying gives a child another text.
func saying(name, text string) func(*etree.Element) {
	return func(root *etree.Element) {
		if e := root.SelectElement(name); e != nil {
			e.SetText(text)
		}
	}
}

// emptied removes what a child holds.
func emptied(name string) func(*etree.Element) {
	return func(root *etree.Element) {
		if e := root.SelectElement(name); e != nil {
			e.Child = nil
		}
	}
}

// resaid changes the date of a signed file: sound by the schema, another document than was signed.
func resaid(raw []byte) []byte {
	at := bytes.Index(raw, []byte(":Date>"))
	if at < 0 {
		return raw
	}
	out := bytes.Clone(raw)
	out[at+len(":Date>")] = '3' // the third millennium goes on
	return out
}
