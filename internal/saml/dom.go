package saml

import (
	"strings"
	"time"

	"github.com/beevik/etree"
)

// is tells whether el is the element of that namespace and local name.
func is(el *etree.Element, space, local string) bool {
	return el != nil && el.Tag == local && el.NamespaceURI() == space
}

// children returns the child elements of that namespace and local name, none when el is nil.
func children(el *etree.Element, space, local string) []*etree.Element {
	if el == nil {
		return nil
	}
	var found []*etree.Element
	for _, token := range el.Child {
		if c, ok := token.(*etree.Element); ok && is(c, space, local) {
			found = append(found, c)
		}
	}
	return found
}

// child returns the first such child element, nil when there is none.
func child(el *etree.Element, space, local string) *etree.Element {
	if found := children(el, space, local); len(found) > 0 {
		return found[0]
	}
	return nil
}

// attr returns the value of an unqualified attribute and whether it is there.
func attr(el *etree.Element, name string) (string, bool) {
	if el == nil {
		return "", false
	}
	for i := range el.Attr {
		if el.Attr[i].Space == "" && el.Attr[i].Key == name {
			return el.Attr[i].Value, true
		}
	}
	return "", false
}

// value returns the value of an unqualified attribute, empty when it is absent.
func value(el *etree.Element, name string) string {
	v, _ := attr(el, name)
	return v
}

// text returns all character data directly in el: a comment inside never cuts it short (V17).
func text(el *etree.Element) string {
	if el == nil {
		return ""
	}
	if len(el.Child) == 1 {
		if cd, ok := el.Child[0].(*etree.CharData); ok {
			return cd.Data
		}
	}
	var b strings.Builder
	for _, token := range el.Child {
		if cd, ok := token.(*etree.CharData); ok {
			b.WriteString(cd.Data)
		}
	}
	return b.String()
}

// ReadInstant reads an xs:dateTime in UTC, fractions included; false when it is anything else.
func ReadInstant(s string) (time.Time, bool) {
	if !strings.HasSuffix(s, "Z") {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}

// walk calls visit for el and every element below it, until visit returns false for a branch.
func walk(el *etree.Element, visit func(*etree.Element) bool) {
	if !visit(el) {
		return
	}
	for _, token := range el.Child {
		if c, ok := token.(*etree.Element); ok {
			walk(c, visit)
		}
	}
}
