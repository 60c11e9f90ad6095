package xmlsec

import "github.com/beevik/etree"

const (
	namespaceXML   = "http://www.w3.org/XML/1998/namespace"
	namespaceXMLNS = "http://www.w3.org/2000/xmlns/"
)

// scope is the set of namespace bindings in force at one place of a document. It goes down into an element and back
// up by an undo log, so that a walk costs one operation per declaration whatever the depth.
type scope struct {
	uri  map[string]string // by prefix, "" for the default namespace; an empty URI is no namespace
	undo []binding
}

type binding struct{ prefix, uri string }

func newScope() scope {
	return scope{uri: map[string]string{"xml": namespaceXML}}
}

// scopeAbove is the scope in which el stands: the declarations of its ancestors.
func scopeAbove(el *etree.Element) scope {
	var ancestors []*etree.Element
	for a := el.Parent(); a != nil; a = a.Parent() {
		ancestors = append(ancestors, a)
	}
	s := newScope()
	for i := len(ancestors) - 1; i >= 0; i-- {
		s.enter(ancestors[i])
	}
	return s
}

// enter adds the declarations of el; leave with the mark that it returns takes them away.
func (s *scope) enter(el *etree.Element) (mark int) {
	mark = len(s.undo)
	for i := range el.Attr {
		if prefix, ok := declared(&el.Attr[i]); ok {
			s.bind(prefix, el.Attr[i].Value)
		}
	}
	return mark
}

func (s *scope) bind(prefix, uri string) {
	s.undo = append(s.undo, binding{prefix, s.uri[prefix]})
	s.uri[prefix] = uri
}

func (s *scope) leave(mark int) {
	for i := len(s.undo) - 1; i >= mark; i-- {
		s.uri[s.undo[i].prefix] = s.undo[i].uri
	}
	s.undo = s.undo[:mark]
}

// declared is the prefix that an attribute declares, if it declares one.
func declared(a *etree.Attr) (prefix string, ok bool) {
	switch {
	case a.Space == "xmlns":
		return a.Key, true
	case a.Space == "" && a.Key == "xmlns":
		return "", true
	}
	return "", false
}

func root(el *etree.Element) *etree.Element {
	for el.Parent() != nil {
		el = el.Parent()
	}
	return el
}
