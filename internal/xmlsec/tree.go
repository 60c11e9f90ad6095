package xmlsec

import (
	"strings"

	"github.com/beevik/etree"
)

// Is tells whether el is the element of that namespace and local name; nil is none.
func Is(el *etree.Element, space, local string) bool {
	return el != nil && el.Tag == local && el.NamespaceURI() == space
}

// Children returns the child elements of that namespace and local name; none when el is nil.
func Children(el *etree.Element, space, local string) []*etree.Element {
	if el == nil {
		return nil
	}
	var found []*etree.Element
	for c := range el.ChildElementsSeq() {
		if Is(c, space, local) {
			found = append(found, c)
		}
	}
	return found
}

// Child returns the first child element of that namespace and local name; nil when there is none, or el is nil.
func Child(el *etree.Element, space, local string) *etree.Element {
	if el == nil {
		return nil
	}
	for c := range el.ChildElementsSeq() {
		if Is(c, space, local) {
			return c
		}
	}
	return nil
}

// Attribute returns the value of an attribute without namespace, and whether it is there.
func Attribute(el *etree.Element, name string) (string, bool) {
	if el == nil {
		return "", false
	}
	for i := range el.Attr {
		if a := &el.Attr[i]; a.Space == "" && a.Key == name {
			return a.Value, true
		}
	}
	return "", false
}

// Value returns the value of an attribute without namespace; empty when it is absent, or el is nil.
func Value(el *etree.Element, name string) string {
	v, _ := Attribute(el, name)
	return v
}

// QualifiedValue returns the value of an attribute of a namespace; empty when it is absent, or el is nil.
func QualifiedValue(el *etree.Element, space, local string) string {
	if el == nil {
		return ""
	}
	for i := range el.Attr {
		if a := &el.Attr[i]; a.Space != "" && a.Key == local && a.NamespaceURI() == space {
			return a.Value
		}
	}
	return ""
}

// Text returns all the character data directly in el, as it is written; empty when el is nil. Nothing inside cuts it
// short: no comment, and no processing instruction or element, at which etree's own Text ends.
func Text(el *etree.Element) string {
	if el == nil {
		return ""
	}
	if len(el.Child) == 1 { // as a rule: nothing to put together
		if data, ok := el.Child[0].(*etree.CharData); ok {
			return data.Data
		}
	}
	var b strings.Builder
	for _, token := range el.Child {
		if data, ok := token.(*etree.CharData); ok {
			b.WriteString(data.Data)
		}
	}
	return b.String()
}

// TrimmedText is Text without the white space around it.
func TrimmedText(el *etree.Element) string { return strings.TrimSpace(Text(el)) }

// Texts returns the Text of each element; an empty list of none.
func Texts(els []*etree.Element) []string {
	all := make([]string, len(els))
	for i, el := range els {
		all[i] = Text(el)
	}
	return all
}

// TrimmedTexts returns the TrimmedText of each element; nil of none.
func TrimmedTexts(els []*etree.Element) []string {
	var all []string
	for _, el := range els {
		all = append(all, TrimmedText(el))
	}
	return all
}
