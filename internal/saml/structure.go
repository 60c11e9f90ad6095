package saml

import (
	"etalon/internal/xmlsec"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// namespaceXSI is one that a VI may hold beside its own and that of its signature.
const namespaceXSI = "http://www.w3.org/2001/XMLSchema-instance"

// structure checks the assertion against the schema of its version (V01) and its text (V17).
func (j *judge) structure() {
	g := grammar20
	if j.space == Namespace11 {
		g = grammar11
	}
	j.element(g, j.el)
	j.identifier()
}

// identifier checks the shape of the VI's identifier (V02-N3): an xs:ID unless the profile tolerates less.
func (j *judge) identifier() {
	if j.id != "" && j.Profile.ID.NCName != "tolerate" && !ncName(j.id) {
		j.report("id-not-ncname", "NCName", j.id)
	}
}

// element checks one element of the grammar and goes down into it.
func (j *judge) element(g grammar, el *etree.Element) {
	rule, known := g[el.Tag]
	if !known {
		return
	}
	j.attributes(rule, el)
	j.texts(rule, el)
	if rule.any {
		return
	}
	names := make([]string, 0, len(el.Child))
	for _, token := range el.Child {
		c, ok := token.(*etree.Element)
		if !ok {
			continue
		}
		name := j.name(c)
		names = append(names, name)
		if strings.HasPrefix(name, "{") {
			j.report("element-foreign", "", el.Tag+"/"+name)
		} else if c.NamespaceURI() == j.space {
			j.element(g, c)
		}
	}
	j.sequence(rule, el.Tag, names)
}

// name is how the grammar writes an element: its local name when it is SAML, ds:Signature and
// ds:KeyInfo, else {namespace}local.
func (j *judge) name(el *etree.Element) string {
	switch space := el.NamespaceURI(); {
	case space == j.space:
		return el.Tag
	case space == xmlsec.NamespaceDS:
		return "ds:" + el.Tag
	default:
		return "{" + space + "}" + el.Tag
	}
}

// attributes checks the names of the attributes; their values belong to other checks, but instants.
func (j *judge) attributes(rule production, el *etree.Element) {
	for i := range el.Attr {
		a := &el.Attr[i]
		switch {
		case a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns":
		case a.Space == "" && !slices.Contains(rule.attributes, a.Key):
			j.report("attribute-foreign", strings.Join(rule.attributes, " "), el.Tag+"/@"+a.Key)
		case a.Space != "" && !rule.open && a.NamespaceURI() != namespaceXSI:
			j.report("attribute-foreign", strings.Join(rule.attributes, " "), el.Tag+"/@"+a.FullKey())
		case a.Space == "" && isInstant(a.Key):
			j.instantWritten(el, a)
		}
	}
	for _, name := range rule.required {
		if xmlsec.Value(el, name) != "" {
			continue
		}
		if name == "ID" || name == "AssertionID" {
			j.report("id-absent", name, "") // V02-N2
		} else {
			j.report("attribute-missing", el.Tag+"/@"+name, "")
		}
	}
}

func isInstant(name string) bool {
	switch name {
	case "NotBefore", "NotOnOrAfter", "AuthnInstant", "SessionNotOnOrAfter", "AuthenticationInstant":
		return true
	}
	return false // IssueInstant has rules of its own (V03)
}

// instantWritten checks that an instant is an xs:dateTime in UTC (SAML core §1.3.3).
func (j *judge) instantWritten(el *etree.Element, a *etree.Attr) {
	if _, ok := ReadInstant(a.Value); !ok {
		j.report("instant-malformed", "2006-01-02T15:04:05Z", el.Tag+"/@"+a.Key+"="+a.Value)
	}
}

// texts looks for text where only elements belong, and for comments that would cut a value short (V17).
func (j *judge) texts(rule production, el *etree.Element) {
	for _, token := range el.Child {
		switch t := token.(type) {
		case *etree.CharData:
			if !rule.text && !rule.any && strings.TrimSpace(t.Data) != "" {
				j.report("text-unexpected", "", el.Tag+"/"+t.Data)
			}
		case *etree.Comment:
			j.report("text-comment", xmlsec.Text(el), el.Tag+"/<!--"+t.Data+"-->")
		case *etree.ProcInst:
			j.report("text-comment", xmlsec.Text(el), el.Tag+"/<?"+t.Target+"?>")
		}
	}
}

// sequence checks the order and the number of the children. Foreign elements have their own finding.
func (j *judge) sequence(rule production, parent string, names []string) {
	names = slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(n, "{") })
	rest := names
	for _, p := range rule.content {
		n := 0
		for len(rest) > 0 && slices.Contains(p.names, rest[0]) && (p.max == 0 || n < p.max) {
			rest, n = rest[1:], n+1
		}
		if n < p.min {
			j.report("element-missing", parent+"/"+strings.Join(p.names, "|"), strings.Join(names, " "))
		}
	}
	if len(rest) == 0 {
		return
	}
	switch name := rest[0]; {
	case !rule.allows(name):
		j.report("element-foreign", "", parent+"/"+name)
	case slices.Contains(names[:len(names)-len(rest)], name):
		j.report("element-repeated", parent+"/"+name+" ×1", strings.Join(names, " "))
	default:
		j.report("element-misplaced", "", parent+"/"+strings.Join(names, " "))
	}
}

// allows tells whether the element may stand somewhere in the content.
func (r production) allows(name string) bool {
	return slices.ContainsFunc(r.content, func(p particle) bool { return slices.Contains(p.names, name) })
}
