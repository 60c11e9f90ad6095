package sso

import (
	"strings"

	"github.com/beevik/etree"
)

// child returns the first child element of that namespace and local name, nil when there is none.
func child(el *etree.Element, space, local string) *etree.Element {
	if found := children(el, space, local); len(found) > 0 {
		return found[0]
	}
	return nil
}

// children returns the child elements of that namespace and local name; none when el is nil.
func children(el *etree.Element, space, local string) []*etree.Element {
	if el == nil {
		return nil
	}
	var found []*etree.Element
	for _, c := range el.ChildElements() {
		if c.Tag == local && c.NamespaceURI() == space {
			found = append(found, c)
		}
	}
	return found
}

// value returns an attribute without namespace, empty when it or el is absent.
func value(el *etree.Element, name string) string {
	if el == nil {
		return ""
	}
	for i := range el.Attr {
		if el.Attr[i].Space == "" && el.Attr[i].Key == name {
			return el.Attr[i].Value
		}
	}
	return ""
}

// text returns all character data directly in el, across comments, without the space around it.
func text(el *etree.Element) string {
	if el == nil {
		return ""
	}
	var b strings.Builder
	for _, t := range el.Child {
		if data, ok := t.(*etree.CharData); ok {
			b.WriteString(data.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// texts returns the text of each element.
func texts(els []*etree.Element) []string {
	var all []string
	for _, el := range els {
		all = append(all, text(el))
	}
	return all
}
