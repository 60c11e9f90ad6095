package mutation

import (
	"bytes"
	"fmt"
	"strings"
)

// xmlFaults attack the XML parser of the receiver (G09). The VI and its signature stay untouched: a
// parser that swallows the attack finds an honest message.
func xmlFaults() []Mutation {
	return []Mutation{
		{
			Name: "xml-external-entity", Violates: "G09",
			Title: says("le message fait lire au récepteur une adresse et un fichier, par des entités externes", "the message makes the receiver read an address and a file, through external entities"),
			Wire: func(h Honest, raw []byte) ([]byte, error) {
				declarations := `<!ENTITY fichier SYSTEM "file:///nonexistent">`
				if h.Canary == "" {
					return withEntities(raw, declarations, "&fichier;")
				}
				declarations = `<!ENTITY adresse SYSTEM "` + escapeQuotes(h.Canary) + `">` + declarations
				return withEntities(raw, declarations, "&adresse;&fichier;")
			},
		},
		{
			Name: "xml-entity-expansion", Violates: "G09",
			Title: says("des entités emboîtées se développent en un million de fois leur taille", "nested entities expand to a million times their size"),
			Wire: func(_ Honest, raw []byte) ([]byte, error) {
				declarations, name := nested("e", 6)
				return withEntities(raw, declarations, "&"+name+";")
			},
		},
		{
			Name: "xml-doctype", Violates: "G09",
			Title: says("le message commence par une déclaration de type de document", "the message begins with a document type declaration"),
			Wire:  func(_ Honest, raw []byte) ([]byte, error) { return withDoctype(raw, "") },
		},
		{
			Name: "xml-attribute-10mb", Violates: "G09", Modes: documents, // no HTTP header is that long
			Title: says("le message porte un attribut de dix mégaoctets", "the message bears an attribute of ten megabytes"),
			Wire: func(_ Honest, raw []byte) ([]byte, error) {
				return besideVI(raw, `<etalon:Lest xmlns:etalon="`+privateNamespace+`" valeur="`+strings.Repeat("a", 10<<20)+`"/>`)
			},
		},
	}
}

// nested declares entities of which each is ten of the one before, and returns the name of the last. Six
// levels make a million: enough to be refused by any sane limit, too little to harm a machine.
func nested(prefix string, levels int) (declarations, name string) {
	var b strings.Builder
	fmt.Fprintf(&b, `<!ENTITY %s0 "lol">`, prefix)
	for i := 1; i <= levels; i++ {
		fmt.Fprintf(&b, `<!ENTITY %s%d "%s">`, prefix, i, strings.Repeat(fmt.Sprintf("&%s%d;", prefix, i-1), 10))
	}
	return b.String(), fmt.Sprintf("%s%d", prefix, levels)
}

// besideVI puts an element that no gateway knows where a message may hold some: last in the SOAP header, in an
// Extensions of the Response, before its Status, or last in the KeyInfo of a bare VI's signature.
func besideVI(raw []byte, element string) ([]byte, error) {
	if _, err := tag(raw, `^\s*(<\?[^>]*>\s*)?<([\w.-]+:)?Assertion[\s>]`); err == nil {
		return insertBeforeEndTag(raw, "KeyInfo", element)
	}
	if at, err := tag(raw, `<([\w.-]+:)?Status(\s[^>]*)?>`); err == nil {
		prefix := ""
		if at[2] >= 0 {
			prefix = string(raw[at[2]:at[3]])
		}
		return splice(raw, at[0], "<"+prefix+"Extensions>"+element+"</"+prefix+"Extensions>"), nil
	}
	return insertBeforeEndTag(raw, "Header", element)
}

// withEntities declares entities and uses them in an element that no gateway knows.
func withEntities(raw []byte, declarations, use string) ([]byte, error) {
	raw, err := besideVI(raw, `<etalon:Note xmlns:etalon="`+privateNamespace+`">`+use+`</etalon:Note>`)
	if err != nil {
		return nil, err
	}
	return withDoctype(raw, declarations)
}

// withDoctype puts a document type declaration before the root element.
func withDoctype(raw []byte, declarations string) ([]byte, error) {
	from := 0
	if bytes.HasPrefix(raw, []byte("<?xml")) {
		from = bytes.Index(raw, []byte("?>")) + len("?>")
	}
	at, err := tag(raw[from:], `<([\w.:-]+)`)
	if err != nil {
		return nil, err
	}
	doctype := "<!DOCTYPE " + string(raw[from+at[2]:from+at[3]])
	if declarations != "" {
		doctype += " [" + declarations + "]"
	}
	return splice(raw, from+at[0], doctype+">"), nil
}

// splice returns raw with a text inserted.
func splice(raw []byte, at int, text string) []byte {
	out := make([]byte, 0, len(raw)+len(text))
	return append(append(append(out, raw[:at]...), text...), raw[at:]...)
}

// escapeQuotes makes an address fit a system literal.
func escapeQuotes(s string) string { return strings.ReplaceAll(s, `"`, "%22") }
