package mutation

import (
	"encoding/base64"
	"fmt"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// alterationFaults change the VI after it was signed (G01).
func alterationFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-signature-stripped", Violates: "G01",
			Title: says("la signature du VI a été ôtée", "the signature of the VI was taken away"),
			Wire:  rearranged(func(_ Honest, m *message) error { return remove(m.vi, "Signature") }),
		},
		{
			Name: "vi-signature-value-altered", Violates: "G01",
			Title: says("un bit de la valeur de signature du VI est changé", "one bit of the signature value of the VI is changed"),
			Wire: rearranged(func(_ Honest, m *message) error {
				value, err := descend(m.vi, "Signature", "SignatureValue")
				if err != nil {
					return err
				}
				octets, err := base64.StdEncoding.DecodeString(value.Text())
				if err != nil || len(octets) == 0 {
					return fmt.Errorf("read signature value: %w", err)
				}
				octets[0] ^= 1
				value.SetText(base64.StdEncoding.EncodeToString(octets))
				return nil
			}),
		},
		{
			Name: "vi-issuer-altered", Violates: "G01", Needs: []Need{ThirdOrganism},
			Title: says("l'émetteur du VI a été remplacé, après signature, par un autre organisme de la convention", "the issuer of the VI was replaced, after signing, by another organism of the convention"),
			Wire: rearranged(func(h Honest, m *message) error {
				other, _ := h.third()
				if m.vi.SelectAttr("Issuer") != nil { // SAML 1.1
					m.vi.CreateAttr("Issuer", other.Issuer)
					return nil
				}
				issuer, err := descend(m.vi, "Issuer")
				if err != nil {
					return err
				}
				issuer.SetText(other.Issuer)
				return nil
			}),
		},
		{
			Name: "vi-pagm-altered", Violates: "G01", Needs: []Need{AgreedPAGM},
			Title: says("un PAGM du VI a été remplacé après signature", "a PAGM of the VI was replaced after signing"),
			Wire: rearranged(func(h Honest, m *message) error {
				value, err := descend(m.vi, "AttributeStatement", "Attribute", "AttributeValue")
				if err != nil {
					return err
				}
				value.SetText(anotherPAGM(h.Project, value.Text()))
				return nil
			}),
		},
		{
			Name: "vi-notonorafter-extended", Violates: "G01",
			Title: says("la fin de validité du VI a été repoussée d'une heure après signature", "the end of validity of the VI was put off by an hour after signing"),
			Wire: rearranged(func(_ Honest, m *message) error {
				conditions, err := descend(m.vi, "Conditions")
				if err != nil {
					return err
				}
				end, err := time.Parse(time.RFC3339Nano, conditions.SelectAttrValue("NotOnOrAfter", ""))
				if err != nil {
					return fmt.Errorf("read end of validity: %w", err)
				}
				conditions.CreateAttr("NotOnOrAfter", end.Add(time.Hour).Format(interops.InstantLayout))
				return nil
			}),
		},
	}
}

// anotherPAGM is another profile agreed for the project, so that the signature alone can tell, else an unknown one.
func anotherPAGM(p interops.Project, than string) string {
	for _, g := range p.PAGM {
		if g.Name != than {
			return g.Name
		}
	}
	return unknownPAGM
}

// referenceFaults sign something else than the VI alone (G02).
func referenceFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-signature-reference-other", Violates: "G02",
			Title: says("la signature du VI, valide, porte sur un autre élément du message", "the signature of the VI, valid, covers another element of the message"),
			Form: onReference(func(f *saml.Form, r *xmlsec.Reference) {
				r.URI = "#" + otherID(f)
			}),
		},
		{
			Name: "vi-signature-reference-empty", Violates: "G02",
			Title: says("la signature du VI désigne « tout le document » au lieu du VI", "the signature of the VI designates “the whole document” in place of the VI"),
			Form:  onReference(func(_ *saml.Form, r *xmlsec.Reference) { r.URI = "" }),
		},
		{
			Name: "vi-signature-reference-two", Violates: "G02",
			Title: says("la signature du VI porte aussi sur un autre élément, par une seconde référence", "the signature of the VI also covers another element, by a second reference"),
			Form: onReference(func(f *saml.Form, r *xmlsec.Reference) {
				second := *r
				second.URI = "#" + otherID(f)
				f.Recipe.References = append(f.Recipe.References, second)
			}),
		},
		{
			Name: "vi-signature-transform-xslt", Violates: "G02",
			Title: says("la référence de la signature passe par une feuille de style XSLT", "the reference of the signature goes through an XSLT style sheet"),
			Form: onReference(func(_ *saml.Form, r *xmlsec.Reference) {
				insertTransform(r, xmlsec.TransformXSLT, identityStylesheet())
			}),
		},
		{
			Name: "vi-signature-transform-xpath", Violates: "G02",
			Title: says("la référence de la signature passe par un filtre XPath", "the reference of the signature goes through an XPath filter"),
			Form: onReference(func(_ *saml.Form, r *xmlsec.Reference) {
				all := etree.NewElement("ds:XPath")
				all.SetText("true()")
				insertTransform(r, xmlsec.TransformXPath, all)
			}),
		},
	}
}

// algorithmFaults sign with a method that the current profile refuses (G03).
func algorithmFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-signature-sha1", Violates: "G03",
			Title: says("le VI est signé en RSA-SHA1", "the VI is signed with RSA-SHA1"),
			Form: onReference(func(f *saml.Form, r *xmlsec.Reference) {
				f.Recipe.Method, r.DigestMethod = xmlsec.MethodRSASHA1, xmlsec.DigestSHA1
			}),
		},
		{
			Name: "vi-signature-md5", Violates: "G03",
			Title: says("le VI est signé en RSA-MD5", "the VI is signed with RSA-MD5"),
			Form: onReference(func(f *saml.Form, r *xmlsec.Reference) {
				f.Recipe.Method, r.DigestMethod = xmlsec.MethodRSAMD5, xmlsec.DigestMD5
			}),
		},
		{
			Name: "vi-signature-hmac-public-key", Violates: "G03",
			Title: says("le VI porte un HMAC dont la clé est la clé publique du signataire", "the VI bears an HMAC whose key is the signer's public key"),
			Form: onReference(func(f *saml.Form, _ *xmlsec.Reference) {
				f.Recipe.Method = xmlsec.MethodHMACSHA256
				f.Recipe.HMACKey = f.Recipe.KeyInfo.Certificates[0].RawSubjectPublicKeyInfo
			}),
		},
	}
}

// onReference makes a form fault of a change to the recipe of the VI's signature, whose reference is given.
func onReference(change func(*saml.Form, *xmlsec.Reference)) func(Honest, *saml.Form) error {
	return func(_ Honest, f *saml.Form) error {
		if f.Recipe == nil || len(f.Recipe.References) != 1 || len(f.Recipe.KeyInfo.Certificates) == 0 {
			return fmt.Errorf("alter signature: the honest recipe has no reference or no certificate")
		}
		change(f, &f.Recipe.References[0])
		return nil
	}
}

// otherID is the identifier of a part of the message that is not the VI: the Body, the Response around it, or a note in
// the Advice of a bare VI, which may hold anything (SAML core §2.6.1).
func otherID(f *saml.Form) string {
	switch {
	case f.Holder == nil:
		return adviceID(f)
	case f.Body == nil:
		return f.Root.SelectAttrValue("ID", "")
	}
	return bodyID(f)
}

// adviceID gives a VI an Advice with a note, and returns the identifier of that.
func adviceID(f *saml.Form) string {
	at := len(f.VI.Child)
	if conditions := child(f.VI, "Conditions"); conditions != nil {
		at = conditions.Index() + 1
	}
	advice, note := kin(f.VI, "Advice"), foreign("Note")
	note.CreateAttr("xmlns:wsu", xmlsec.NamespaceWSU)
	note.CreateAttr("wsu:Id", "etalon-note")
	note.SetText("étrangère au VI")
	advice.AddChild(note)
	f.VI.InsertChildAt(at, advice)
	return "etalon-note"
}

// bodyID is the identifier of the Body, given to it if it has none.
func bodyID(f *saml.Form) string {
	for _, a := range f.Body.Attr {
		if a.Key == "Id" && a.Space != "" {
			return a.Value
		}
	}
	f.Body.CreateAttr("xmlns:wsu", xmlsec.NamespaceWSU)
	f.Body.CreateAttr("wsu:Id", "etalon-body")
	return "etalon-body"
}

// insertTransform puts a transform before the last, which is the canonicalisation.
func insertTransform(r *xmlsec.Reference, algorithm string, child *etree.Element) {
	last := len(r.Transforms) - 1
	r.Transforms = append(r.Transforms[:last:last],
		xmlsec.Transform{Algorithm: algorithm, Children: []*etree.Element{child}}, r.Transforms[last])
}

// identityStylesheet copies its input: the digest stays that of the VI.
func identityStylesheet() *etree.Element {
	sheet := etree.NewElement("xsl:stylesheet")
	sheet.CreateAttr("xmlns:xsl", "http://www.w3.org/1999/XSL/Transform")
	sheet.CreateAttr("version", "1.0")
	template := sheet.CreateElement("xsl:template")
	template.CreateAttr("match", "/")
	template.CreateElement("xsl:copy-of").CreateAttr("select", ".")
	return sheet
}
