package mutation

import (
	"fmt"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// privateNamespace is that of every element that the faults invent: no gateway can know it.
const privateNamespace = "urn:etalon:test:inconnu"

// descend follows local names from an element and fails where the honest message has no such element.
func descend(from *etree.Element, names ...string) (*etree.Element, error) {
	at := from
	for _, name := range names {
		next := child(at, name)
		if next == nil {
			return nil, fmt.Errorf("find element to alter: no %s in %s", name, at.Tag)
		}
		at = next
	}
	return at, nil
}

// child returns the first child element of that local name, or nil.
func child(of *etree.Element, name string) *etree.Element {
	for _, c := range of.ChildElements() {
		if c.Tag == name {
			return c
		}
	}
	return nil
}

// everywhere returns the elements of that local name below one, in document order.
func everywhere(below *etree.Element, name string) []*etree.Element {
	return below.FindElements(".//" + name)
}

// some fails when nothing of that name was found to alter.
func some(found []*etree.Element, name string) error {
	if len(found) == 0 {
		return fmt.Errorf("find element to alter: no %s in the VI", name)
	}
	return nil
}

// remove takes the element that the local names lead to out of the tree.
func remove(from *etree.Element, names ...string) error {
	el, err := descend(from, names...)
	if err != nil {
		return err
	}
	detach(el)
	return nil
}

// detach takes an element out of its parent and returns it.
func detach(el *etree.Element) *etree.Element {
	if parent := el.Parent(); parent != nil {
		parent.RemoveChild(el)
	}
	return el
}

// foreign returns an empty element of a private namespace.
func foreign(tag string) *etree.Element {
	el := etree.NewElement("etalon:" + tag)
	el.CreateAttr("xmlns:etalon", privateNamespace)
	return el
}

// kin returns an empty element in the namespace of another, under the same prefix.
func kin(of *etree.Element, tag string) *etree.Element {
	el := etree.NewElement(tag)
	el.Space = of.Space
	return el
}

// read parses the finished bytes of our own message; comments and white space are kept.
func read(raw []byte) (*etree.Document, error) {
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		return nil, fmt.Errorf("read the message to alter: %w", err)
	}
	return doc, nil
}

// message is a finished message, taken apart. Of a Response, root, header and holder are the Response, and there is no
// body; of a bare VI, a token of mode R, root is the VI and there is nothing around it.
type message struct {
	doc                            *etree.Document
	root, header, holder, vi, body *etree.Element
}

// open takes a finished message apart.
func open(raw []byte) (*message, error) {
	doc, err := read(raw)
	if err != nil {
		return nil, err
	}
	m := &message{doc: doc, root: doc.Root()}
	if m.root.Tag == "Assertion" {
		m.vi = m.root
		return m, nil
	}
	if m.root.Tag == "Response" {
		m.header, m.holder = m.root, m.root
		m.vi, err = descend(m.root, "Assertion")
		return m, err
	}
	if m.holder, err = descend(m.root, "Header", "Security"); err != nil {
		return nil, err
	}
	m.header = m.holder.Parent()
	if m.vi, err = descend(m.holder, "Assertion"); err != nil {
		return nil, err
	}
	m.body, err = descend(m.root, "Body")
	return m, err
}

// aside puts an element where a message may hold some that are not its own: last in the SOAP header, in an
// Extensions of the Response, before its Status (SAML core §3.2.2), or in the KeyInfo of a bare VI's signature, which
// that does not cover (XML signature §4.5).
func (m *message) aside(el *etree.Element) {
	switch key, err := descend(m.root, "Signature", "KeyInfo"); {
	case m.body != nil:
		m.header.AddChild(el)
		return
	case m.bare() && err == nil:
		key.AddChild(el)
		return
	case m.bare():
		m.root.AddChild(el)
		return
	}
	extensions, at := kin(m.root, "Extensions"), 0
	if status := child(m.root, "Status"); status != nil {
		at = status.Index()
	}
	m.root.InsertChildAt(at, extensions)
	extensions.AddChild(el)
}

// bare tells that nothing stands around the VI.
func (m *message) bare() bool { return m.holder == nil }

// sign puts a signature where a message may hold one of its own: last in the Security header, or after the Issuer of
// the Response, or of a bare VI.
func (m *message) sign(signature *etree.Element) {
	if m.body != nil {
		m.holder.AddChild(signature)
		return
	}
	at := 0
	if issuer := child(m.root, "Issuer"); issuer != nil {
		at = issuer.Index() + 1
	}
	m.root.InsertChildAt(at, signature)
}

// rearranged makes a wire fault of a change to the tree of the finished message.
func rearranged(change func(Honest, *message) error) func(Honest, []byte) ([]byte, error) {
	return func(h Honest, raw []byte) ([]byte, error) {
		m, err := open(raw)
		if err != nil {
			return nil, err
		}
		if err := change(h, m); err != nil {
			return nil, err
		}
		out, err := xmlsec.Serialize(m.doc)
		if err != nil {
			return nil, fmt.Errorf("write the altered message: %w", err)
		}
		return out, nil
	}
}
