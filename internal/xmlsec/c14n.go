package xmlsec

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// Canonicalize writes el by exclusive c14n without comments, in the context of its own document: namespaces declared
// by its ancestors count. Prefixes is the InclusiveNamespaces PrefixList, "#default" being the default namespace.
// El is left untouched. It fails on a prefix that nothing declares (Exclusive XML Canonicalization 1.0 §3).
func Canonicalize(el *etree.Element, prefixes ...string) ([]byte, error) {
	return canonicalize(el, Transform{Algorithm: TransformExclusive, Prefixes: prefixes}, nil)
}

// maxCanonical bounds what one canonicalisation writes: a namespace declared once and used by thousands of siblings
// is written thousands of times.
const maxCanonical = 16 << 20

// isC14N tells the canonicalisations that canonicalize computes.
func isC14N(algorithm string) bool {
	switch algorithm {
	case TransformExclusive, TransformExclusiveComments, TransformInclusive, TransformInclusiveComments:
		return true
	}
	return false
}

// canonicalize writes el without the element skip, which an enveloped transform removes.
func canonicalize(el *etree.Element, t Transform, skip *etree.Element) ([]byte, error) {
	switch {
	case !isC14N(t.Algorithm):
		return nil, fmt.Errorf("canonicalize: algorithm %q is not computed", t.Algorithm)
	case el == nil || el.Tag == "":
		return nil, errors.New("canonicalize: no element")
	}
	w := writer{
		in:        scopeAbove(el),
		out:       newScope(),
		inclusive: t.Algorithm == TransformInclusive || t.Algorithm == TransformInclusiveComments,
		comments:  t.Algorithm == TransformExclusiveComments || t.Algorithm == TransformInclusiveComments,
		skip:      skip,
		buf:       make([]byte, 0, 4096),
	}
	for _, p := range t.Prefixes {
		if p == "#default" {
			p = ""
		}
		w.always = append(w.always, p)
	}
	if err := w.element(el, w.inherited(el)); err != nil {
		return nil, fmt.Errorf("canonicalize: %w", err)
	}
	return w.buf, nil
}

// writer writes one subtree in a single pass.
type writer struct {
	buf       []byte
	in, out   scope // bindings of the document, and those already written
	always    []string
	inclusive bool
	comments  bool
	below     bool // the apex is written
	skip      *etree.Element
	spaces    []binding   // scratch of one start tag
	attrs     []qualified // scratch of one start tag
}

type qualified struct {
	uri  string
	attr *etree.Attr
}

// inherited are the xml: attributes that inclusive c14n takes down to the apex (Canonical XML 1.0 §2.4).
func (w *writer) inherited(el *etree.Element) []etree.Attr {
	var attrs []etree.Attr
	if !w.inclusive {
		return nil
	}
	for at := el; at != nil; at = at.Parent() {
		for _, a := range at.Attr {
			same := func(b etree.Attr) bool { return b.Space == "xml" && b.Key == a.Key }
			if a.Space == "xml" && !slices.ContainsFunc(attrs, same) {
				attrs = append(attrs, a)
			}
		}
	}
	return slices.DeleteFunc(attrs, func(a etree.Attr) bool { return slices.Contains(el.Attr, a) })
}

func (w *writer) element(el *etree.Element, inherited []etree.Attr) error {
	in, out := w.in.enter(el), len(w.out.undo)
	w.open(el.Space, el.Tag, '<')
	if err := w.startTag(el, in, inherited); err != nil {
		return err
	}
	w.buf = append(w.buf, '>')
	for _, child := range el.Child {
		if err := w.node(child); err != nil {
			return err
		}
	}
	w.open(el.Space, el.Tag, '<', '/')
	w.buf = append(w.buf, '>')
	w.in.leave(in)
	w.out.leave(out)
	if len(w.buf) > maxCanonical {
		return fmt.Errorf("more than %d bytes", maxCanonical)
	}
	return nil
}

func (w *writer) node(node etree.Token) error {
	switch n := node.(type) {
	case *etree.Element:
		if n != w.skip {
			return w.element(n, nil)
		}
	case *etree.CharData:
		w.buf = appendText(w.buf, n.Data)
	case *etree.ProcInst:
		w.buf = append(append(w.buf, "<?"...), n.Target...)
		if n.Inst != "" {
			w.buf = append(append(w.buf, ' '), n.Inst...)
		}
		w.buf = append(w.buf, "?>"...)
	case *etree.Comment:
		if w.comments {
			w.buf = append(append(append(w.buf, "<!--"...), n.Data...), "-->"...)
		}
	}
	return nil
}

func (w *writer) open(space, tag string, lead ...byte) {
	w.buf = append(w.buf, lead...)
	if space != "" {
		w.buf = append(append(w.buf, space...), ':')
	}
	w.buf = append(w.buf, tag...)
}

// startTag writes the namespaces, by prefix, then the attributes, by namespace and local name. Mark tells which
// bindings of w.in are the element's own.
func (w *writer) startTag(el *etree.Element, mark int, inherited []etree.Attr) error {
	w.spaces, w.attrs = w.spaces[:0], w.attrs[:0]
	if err := w.use(el.Space); err != nil {
		return err
	}
	for i := range inherited {
		w.attrs = append(w.attrs, qualified{namespaceXML, &inherited[i]})
	}
	for i := range el.Attr {
		a := &el.Attr[i]
		if _, ok := declared(a); ok {
			continue
		}
		uri := ""
		if a.Space != "" {
			if err := w.use(a.Space); err != nil {
				return err
			}
			uri = w.in.uri[a.Space]
		}
		w.attrs = append(w.attrs, qualified{uri, a})
	}
	w.renderUnused(mark)
	w.flush()
	return nil
}

// use renders the namespace of a prefix that the tag visibly uses.
func (w *writer) use(prefix string) error {
	if prefix != "" && w.in.uri[prefix] == "" {
		return fmt.Errorf("prefix %q is not declared", prefix)
	}
	w.render(prefix)
	return nil
}

// renderUnused renders what is to be written without being used: the PrefixList, or everything when inclusive. What
// was in scope above the apex is rendered there; below it, only what the element declares can be new.
func (w *writer) renderUnused(mark int) {
	if !w.below {
		w.below, mark = true, 0
	}
	for _, b := range w.in.undo[mark:] {
		if w.inclusive || slices.Contains(w.always, b.prefix) {
			w.render(b.prefix)
		}
	}
}

func (w *writer) render(prefix string) {
	uri := w.in.uri[prefix]
	if prefix == "xml" || uri == w.out.uri[prefix] || (uri == "" && prefix != "") {
		return
	}
	w.out.bind(prefix, uri)
	w.spaces = append(w.spaces, binding{prefix, uri})
}

func (w *writer) flush() {
	slices.SortFunc(w.spaces, func(a, b binding) int { return strings.Compare(a.prefix, b.prefix) })
	for _, ns := range w.spaces {
		w.buf = append(w.buf, " xmlns"...)
		if ns.prefix != "" {
			w.buf = append(append(w.buf, ':'), ns.prefix...)
		}
		w.value(ns.uri)
	}
	slices.SortFunc(w.attrs, func(a, b qualified) int {
		if c := strings.Compare(a.uri, b.uri); c != 0 {
			return c
		}
		return strings.Compare(a.attr.Key, b.attr.Key)
	})
	for _, q := range w.attrs {
		w.open(q.attr.Space, q.attr.Key, ' ')
		w.value(q.attr.Value)
	}
}

func (w *writer) value(v string) {
	w.buf = append(appendValue(append(w.buf, `="`...), v), '"')
}
