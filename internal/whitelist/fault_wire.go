package whitelist

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// rearranged changes the tree of a signed file.
func rearranged(change func(Honest, *etree.Element) error) func(Honest, []byte) ([]byte, error) {
	return func(h Honest, raw []byte) ([]byte, error) {
		doc, err := xmlsec.Parse(raw, limits)
		if err != nil {
			return nil, err
		}
		if err := change(h, doc.Root()); err != nil {
			return nil, err
		}
		return xmlsec.Serialize(doc)
	}
}

// text is an element of one text as Build writes it.
func text(name, value string) string { return "<" + name + ">" + value + "</" + name + ">" }

// replaced puts a text in the place of the one occurrence of another.
func replaced(raw []byte, old, by string) ([]byte, error) {
	if n := bytes.Count(raw, []byte(old)); n != 1 {
		return nil, fmt.Errorf("find %q: %d times, want once", old, n)
	}
	return bytes.Replace(raw, []byte(old), []byte(by), 1), nil
}

// errSignature tells that what was to be hurt bears no signature.
var errSignature = errors.New("find the signature: there is none")

// flipped changes the first letter of the value of the signature, which stays base64.
func flipped(_ Honest, raw []byte) ([]byte, error) {
	at := bytes.Index(raw, []byte("SignatureValue>")) + len("SignatureValue>")
	if at < len("SignatureValue>") || at >= len(raw) {
		return nil, errSignature
	}
	out := bytes.Clone(raw)
	if out[at] = 'A'; raw[at] == 'A' {
		out[at] = 'B'
	}
	return out, nil
}

// truncated keeps what stands before the end of the last domain.
func truncated(_ Honest, raw []byte) ([]byte, error) {
	at := bytes.LastIndex(raw, []byte("</"+nameDomain))
	if at < 0 {
		return nil, errors.New("find a domain: there is none")
	}
	return raw[:at], nil
}

// wrappingFaults leave a sound signature over the list in force, moved aside, and put one where a reader looks that also
// names the intruder (WL-08). Those that keep it whole under another root fool who verifies what the signature designates
// and reads what stands first; those that are signed by identifier, who looks the identifier up and reads the root.
func wrappingFaults() []Fault {
	wrapped := func(name, fr, en string, byID bool, change func(Honest, *etree.Element) error) Fault {
		return Fault{
			Name: name, Violates: "WL-08", Caught: "whitelist-wrapped", Effect: Loaded, Title: verdict.Text{FR: fr, EN: en},
			Content: func(h Honest, d *Draft) error {
				d.ByID = byID
				return withoutIntruder(h, d)
			},
			Wire: rearranged(change),
		}
	}
	return []Fault{
		wrapped("whitelist-wrapping-dummy", "la liste signée est déplacée sous un élément étranger d'une liste forgée",
			"the signed list is moved under a foreign element of a forged list", false,
			func(h Honest, root *etree.Element) error {
				forged := forge(h, root)
				displace(root, forged)
				aside(forged).AddChild(root)
				return nil
			}),
		wrapped("whitelist-wrapping-last", "une liste forgée contient la liste signée, comme dernier élément",
			"a forged list holds the signed one, as its last element", false,
			func(h Honest, root *etree.Element) error {
				forged := forge(h, root)
				displace(root, forged)
				forged.AddChild(root)
				return nil
			}),
		wrapped("whitelist-wrapping-identifier", "la signature d'une liste forgée désigne la liste signée, déplacée sous un élément étranger",
			"the signature of a forged list designates the signed one, moved under a foreign element", true,
			func(h Honest, root *etree.Element) error {
				forged, signature, err := usurp(h, root)
				if err != nil {
					return err
				}
				aside(forged).AddChild(root)
				forged.AddChild(signature)
				return nil
			}),
		wrapped("whitelist-wrapping-object", "la liste signée est cachée dans un Object d'une seconde signature, et une liste forgée porte la première",
			"the signed list is hidden in an Object of a second signature, and a forged list bears the first", true,
			func(h Honest, root *etree.Element) error {
				forged, signature, err := usurp(h, root)
				if err != nil {
					return err
				}
				// Not in an Object of the first: the enveloped transform would take the list away with it.
				second := signature.Copy()
				second.CreateElement("ds:Object").AddChild(root)
				forged.AddChild(signature)
				forged.AddChild(second)
				return nil
			}),
		wrapped("whitelist-wrapping-same-identifier", "une liste forgée porte l'identifiant de la liste signée, qu'elle contient",
			"a forged list bears the identifier of the signed one, which it holds", true,
			func(h Honest, root *etree.Element) error {
				forged, signature, err := usurp(h, root)
				if err != nil {
					return err
				}
				forged.CreateAttr("xml:id", identifier)
				aside(forged).AddChild(root)
				forged.AddChild(signature)
				return nil
			}),
	}
}

// forge is a list that says what a signed one says, unsigned, and names the intruder as well.
func forge(h Honest, root *etree.Element) *etree.Element {
	forged := root.Copy()
	forged.RemoveAttr("xml:id")
	for _, s := range xmlsec.Children(forged, xmlsec.NamespaceDS, "Signature") {
		forged.RemoveChild(s)
	}
	entry(forged, h.Intruder)
	return forged
}

// usurp puts a forged list in the place of the signed one, and takes the signature off it.
func usurp(h Honest, root *etree.Element) (forged, signature *etree.Element, err error) {
	if signature = xmlsec.Child(root, xmlsec.NamespaceDS, "Signature"); signature == nil {
		return nil, nil, errSignature
	}
	forged = forge(h, root)
	displace(root, forged)
	root.RemoveChild(signature)
	return forged, signature, nil
}

// displace puts another root in the place of one.
func displace(root, by *etree.Element) {
	holder, at := root.Parent(), root.Index()
	holder.RemoveChildAt(at)
	holder.InsertChildAt(at, by)
}

// aside appends an element that no reader knows.
func aside(to *etree.Element) *etree.Element {
	e := to.CreateElement("x:Annexe")
	e.CreateAttr("xmlns:x", "urn:etalon:test:annexe")
	return e
}

// parserFaults attack the XML parser of the reader (WL-09). Their signatures are sound for who expands the entities, so
// that a careless reader is told by what it does and not by its luck with digests.
func parserFaults() []Fault {
	return []Fault{
		{
			Name: "whitelist-entity-external", Violates: "WL-09", Caught: "whitelist-doctype", Effect: Called,
			Title: verdict.Text{FR: "un champ de la liste est une entité externe, lue à une adresse étrangère", EN: "a field of the list is an external entity, read at a foreign address"},
			Form:  described(TrapText),
			Wire: func(h Honest, raw []byte) ([]byte, error) {
				return entities(raw, `<!ENTITY annexe SYSTEM "`+address(h.Trap)+`">`, TrapText, "&annexe;")
			},
		},
		{
			Name: "whitelist-entity-parameter", Violates: "WL-09", Caught: "whitelist-doctype", Effect: Called,
			Title: verdict.Text{FR: "la déclaration de type de la liste se lit à une adresse étrangère", EN: "the type declaration of the list is read at a foreign address"},
			Wire: func(h Honest, raw []byte) ([]byte, error) {
				return doctype(raw, `<!ENTITY % annexe SYSTEM "`+address(h.Trap)+`"> %annexe;`)
			},
		},
		{
			Name: "whitelist-entity-bomb", Violates: "WL-09", Caught: "whitelist-doctype", Effect: Loaded,
			Title: verdict.Text{FR: "un champ de la liste se développe en un million de fois sa taille", EN: "a field of the list expands to a million times its size"},
			Form:  described(strings.Repeat("lol", 1_000_000)),
			Wire: func(_ Honest, raw []byte) ([]byte, error) {
				var declarations strings.Builder
				declarations.WriteString(`<!ENTITY e0 "lol">`)
				for i := 1; i <= bombLevels; i++ {
					fmt.Fprintf(&declarations, `<!ENTITY e%d "%s">`, i, strings.Repeat(fmt.Sprintf("&e%d;", i-1), 10))
				}
				return entities(raw, declarations.String(), strings.Repeat("lol", 1_000_000), fmt.Sprintf("&e%d;", bombLevels))
			},
		},
	}
}

// TrapText is what the trap answers to who reads an external entity.
const TrapText = "texte lu ailleurs"

// bombLevels is how deep entities are nested, each ten of the one before: a million in all, which any sane limit refuses
// and no machine suffers from.
const bombLevels = 6

// described gives the last entry a description.
func described(text string) func(Honest, *etree.Element) error {
	return func(_ Honest, root *etree.Element) error {
		all := xmlsec.Children(root, Namespace, nameDomain)
		if len(all) == 0 {
			return errors.New("find a domain: there is none")
		}
		all[len(all)-1].SelectElement(nameDescription).SetText(text)
		return nil
	}
}

// entities declares entities, and has one stand where a text stood when the list was signed.
func entities(raw []byte, declarations, text, by string) ([]byte, error) {
	raw, err := replaced(raw, ">"+text+"<", ">"+by+"<")
	if err != nil {
		return nil, err
	}
	return doctype(raw, declarations)
}

// doctype puts a document type declaration before the root.
func doctype(raw []byte, declarations string) ([]byte, error) {
	return replaced(raw, "<"+nameList+" ", "<!DOCTYPE "+nameList+" ["+declarations+"]>\n<"+nameList+" ")
}

// address makes an address fit a system literal.
func address(s string) string { return strings.ReplaceAll(s, `"`, "%22") }
