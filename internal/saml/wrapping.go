package saml

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// uniqueIDs checks that no identifier is borne twice in the message (G08).
func (j *judge) uniqueIDs() {
	ids := xmlsec.IDs(j.root)
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if bearers := ids[id]; len(bearers) > 1 {
			j.report("id-repeated", "1", id+" ×"+strconv.Itoa(len(bearers))) // G08-N1
		}
	}
}

// hidden looks for assertions elsewhere than at the place of a VI: in the VI itself, in a signature, in
// another header, or, when it could be taken for the VI, in a part that is not for the receiver (G07).
func (j *judge) hidden() bool {
	found := false
	envelope := j.root.Tag == "Envelope" // only SOAP has parts for others
	var search func(el *etree.Element, apart bool)
	search = func(el *etree.Element, apart bool) {
		for _, token := range el.Child {
			c, ok := token.(*etree.Element)
			if !ok {
				continue
			}
			if isAssertion(c) && !slices.Contains(j.vis, c) && (!apart || identifier(c) == j.id || j.refersTo(c)) {
				j.report("assertion-hidden", "", c.GetPath()) // G07-N1 to N3
				found = true
			}
			search(c, apart || envelope && (el == j.root && c.Tag == "Body" || forAnother(c)))
		}
	}
	search(j.root, false)
	return j.siblings() || found
}

// forAnother tells whether a header block is addressed to another actor (SOAP 1.1) or role (1.2): its
// assertion is none of the receiver's business.
func forAnother(block *etree.Element) bool {
	for i := range block.Attr {
		a := &block.Attr[i]
		if a.Space != "" && (a.Key == "actor" || a.Key == "role") {
			return a.Value != "" && !strings.HasSuffix(a.Value, "/next") && !strings.HasSuffix(a.Value, "/ultimateReceiver")
		}
	}
	return false
}

// siblings looks, where several VIs stand, for one that leans on another's signature or identifier (G07-N4).
func (j *judge) siblings() bool {
	for i, a := range j.vis {
		unsigned := len(j.vis) > 1 && xmlsec.Child(a, xmlsec.NamespaceDS, "Signature") == nil
		twin := slices.ContainsFunc(j.vis[:i], func(b *etree.Element) bool { return identifier(b) == identifier(a) })
		if unsigned || twin {
			j.report("assertion-sibling", "", identifier(a))
			return true
		}
	}
	return false
}

// refersTo tells whether the VI's signature refers to that assertion.
func (j *judge) refersTo(a *etree.Element) bool {
	info := xmlsec.Child(xmlsec.Child(j.el, xmlsec.NamespaceDS, "Signature"), xmlsec.NamespaceDS, "SignedInfo")
	return slices.ContainsFunc(xmlsec.Children(info, xmlsec.NamespaceDS, "Reference"), func(r *etree.Element) bool {
		return xmlsec.Value(r, "URI") == "#"+identifier(a)
	})
}

func isAssertion(el *etree.Element) bool {
	return xmlsec.Is(el, Namespace20, "Assertion") || xmlsec.Is(el, Namespace11, "Assertion")
}

func identifier(assertion *etree.Element) string {
	if assertion.NamespaceURI() == Namespace11 {
		return xmlsec.Value(assertion, "AssertionID")
	}
	return xmlsec.Value(assertion, "ID")
}
