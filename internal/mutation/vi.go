package mutation

import (
	"bytes"
	"fmt"
	"regexp"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// formatFaults hurt the assertion's form (V01, V17).
func formatFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-xml-malformed", Violates: "V01",
			Title: says("une balise fermante du VI manque : le message n'est pas du XML bien formé", "an end tag of the VI is missing: the message is not well-formed XML"),
			Wire:  func(_ Honest, raw []byte) ([]byte, error) { return cutEndTag(raw, "Subject") },
		},
		{
			Name: "vi-namespace-wrong", Violates: "V01",
			Title: says("le VI est dans un espace de noms qui n'est pas celui des assertions SAML", "the VI is in a namespace that is not that of SAML assertions"),
			Form: func(_ Honest, f *saml.Form) error {
				declare(f.VI, "urn:oasis:names:tc:SAML:3.0:assertion")
				return nil
			},
		},
		{
			Name: "vi-version-unknown", Violates: "V01",
			Title: says("le VI se dit en version 3.0 de SAML", "the VI claims version 3.0 of SAML"),
			Form: func(_ Honest, f *saml.Form) error {
				if f.VI.SelectAttr("MajorVersion") != nil { // SAML 1.1
					f.VI.CreateAttr("MajorVersion", "3")
					f.VI.CreateAttr("MinorVersion", "0")
					return nil
				}
				f.VI.CreateAttr("Version", "3.0")
				return nil
			},
		},
		{
			Name: "vi-element-foreign", Violates: "V01",
			Title: says("l'assertion contient un élément étranger à SAML", "the assertion holds an element foreign to SAML"),
			Form: func(_ Honest, f *saml.Form) error {
				f.VI.AddChild(foreign("Extension"))
				return nil
			},
		},
		{
			Name: "vi-utf8-invalid", Violates: "V17",
			Title: says("l'identifiant de l'utilisateur contient des octets qui ne sont pas de l'UTF-8", "the user identifier holds bytes that are not UTF-8"),
			Wire: func(_ Honest, raw []byte) ([]byte, error) {
				return insertAfterStartTag(raw, "(?:NameID|NameIdentifier)", "\xE9\xFF")
			},
		},
		{
			Name: "vi-nameid-comment", Violates: "V17",
			Title: says("un commentaire XML coupe en deux l'identifiant de l'utilisateur", "an XML comment splits the user identifier in two"),
			Form: onUser(func(id *etree.Element) {
				whole := id.Text()
				half := len(whole) / 2
				id.SetText(whole[:half])
				id.CreateComment("coupe")
				id.CreateText(whole[half:])
			}),
		},
	}
}

// instantFaults hurt the date of issue (V03).
func instantFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-issueinstant-absent", Violates: "V03",
			Title:   says("le VI ne porte pas de date d'émission", "the VI bears no date of issue"),
			Content: func(_ Honest, vi *interops.VI) { vi.IssueInstant = time.Time{} },
		},
		{
			Name: "vi-issueinstant-future", Violates: "V03",
			Title:   says("le VI est émis dans l'avenir, au-delà de la tolérance", "the VI is issued in the future, beyond the tolerance"),
			Content: func(h Honest, vi *interops.VI) { vi.IssueInstant = h.early() },
		},
		{
			Name: "vi-issueinstant-without-zone", Violates: "V03",
			Title: says("la date d'émission du VI ne dit pas son fuseau horaire", "the date of issue of the VI does not tell its time zone"),
			Form: func(_ Honest, f *saml.Form) error {
				f.VI.CreateAttr("IssueInstant", f.Now.UTC().Format("2006-01-02T15:04:05.000"))
				return nil
			},
		},
		{
			Name: "vi-issueinstant-too-old", Violates: "V03",
			Title: says("le VI est émis il y a plus longtemps que la plus grande durée de vie admise", "the VI was issued longer ago than the longest life allowed"),
			Content: func(h Honest, vi *interops.VI) {
				vi.IssueInstant = h.late().Add(-h.Profile.Time.MaxWindow.Duration)
				vi.AuthnInstant = vi.IssueInstant.Add(-time.Minute)
			},
		},
	}
}

// declare changes the namespace of an element and of all that share its prefix below it.
func declare(el *etree.Element, namespace string) {
	key := "xmlns"
	if el.Space != "" {
		key += ":" + el.Space
	}
	el.CreateAttr(key, namespace)
}

// cutEndTag removes the first end tag of that local name.
func cutEndTag(raw []byte, name string) ([]byte, error) {
	at, err := tag(raw, `</(?:[\w.-]+:)?`+name+`\s*>`)
	if err != nil {
		return nil, err
	}
	return append(bytes.Clone(raw[:at[0]]), raw[at[1]:]...), nil
}

// insertAfterStartTag puts text at the beginning of the first element of that local name.
func insertAfterStartTag(raw []byte, name, text string) ([]byte, error) {
	at, err := tag(raw, `<(?:[\w.-]+:)?`+name+`(?:\s[^>]*)?>`)
	if err != nil {
		return nil, err
	}
	return splice(raw, at[1], text), nil
}

// insertBeforeEndTag puts text at the end of the first element of that local name.
func insertBeforeEndTag(raw []byte, name, text string) ([]byte, error) {
	at, err := tag(raw, `</(?:[\w.-]+:)?`+name+`\s*>`)
	if err != nil {
		return nil, err
	}
	return splice(raw, at[0], text), nil
}

// tag finds the first tag that the pattern describes, with the pattern's groups.
func tag(raw []byte, pattern string) ([]int, error) {
	at := regexp.MustCompile(pattern).FindSubmatchIndex(raw)
	if at == nil {
		return nil, fmt.Errorf("find tag to alter: nothing in the message matches %s", pattern)
	}
	return at, nil
}
