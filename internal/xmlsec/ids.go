package xmlsec

import (
	"strings"

	"github.com/beevik/etree"
)

// IDs lists the elements under root, itself included, by identifier: unqualified ID and AssertionID on elements of a
// SAML namespace, unqualified Id on elements of XML-DSig and XAdES, wsu:Id and xml:id anywhere. A business document's own id
// is none of them. An element appears once per value, in document order (G08).
func IDs(root *etree.Element) map[string][]*etree.Element {
	ids := map[string][]*etree.Element{}
	walkIDs(root, func(el *etree.Element, id string) {
		if n := len(ids[id]); n == 0 || ids[id][n-1] != el {
			ids[id] = append(ids[id], el)
		}
	})
	return ids
}

// resolve finds the elements of the document of el that bear that identifier, three at most.
func resolve(el *etree.Element, id string) []*etree.Element {
	var found []*etree.Element
	walkIDs(root(el), func(el *etree.Element, got string) {
		if n := len(found); got == id && n < 3 && (n == 0 || found[n-1] != el) {
			found = append(found, el)
		}
	})
	return found
}

func walkIDs(top *etree.Element, visit func(*etree.Element, string)) {
	s := scopeAbove(top)
	var walk func(*etree.Element)
	walk = func(el *etree.Element) {
		mark := s.enter(el)
		for i := range el.Attr {
			if identifies(&s, el, &el.Attr[i]) {
				visit(el, el.Attr[i].Value)
			}
		}
		for _, child := range el.Child {
			if child, ok := child.(*etree.Element); ok {
				walk(child)
			}
		}
		s.leave(mark)
	}
	walk(top)
}

func identifies(s *scope, el *etree.Element, a *etree.Attr) bool {
	switch a.Key {
	case "ID", "AssertionID":
		return a.Space == "" && strings.HasPrefix(s.uri[el.Space], "urn:oasis:names:tc:SAML:")
	case "Id":
		if a.Space == "" {
			uri := s.uri[el.Space]
			return uri == NamespaceDS || uri == NamespaceXAdES
		}
		return s.uri[a.Space] == NamespaceWSU
	case "id":
		return a.Space == "xml"
	}
	return false
}
