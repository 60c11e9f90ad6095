package anatomy

import (
	"net/http"
	"slices"

	"github.com/beevik/etree"

	"etalon/internal/soap"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// Envelope is what a SOAP message is made of.
type Envelope struct {
	// Version is that of SOAP; empty for another namespace.
	Version string `json:"version"`
	// Header lists the header blocks, Security what stands in the WS-Security header.
	Header   []Block `json:"header,omitempty"`
	Security []Block `json:"security,omitempty"`
	// Created and Expires are the Timestamp's, as written.
	Created string `json:"created,omitempty"`
	Expires string `json:"expires,omitempty"`
	// Body lists what stands in the body.
	Body  []Block `json:"body,omitempty"`
	Fault *Fault  `json:"fault,omitempty"`
}

// Block is an element of an envelope.
type Block struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	ID        string `json:"id,omitempty"`
	// Must tells that it carries mustUnderstand; Actor for whom it is.
	Must  bool   `json:"must_understand,omitempty"`
	Actor string `json:"actor,omitempty"`
}

// Fault is a SOAP fault.
type Fault struct {
	Code      string            `json:"code"`
	Namespace string            `json:"namespace"`
	Reason    string            `json:"reason"`
	Findings  []verdict.Finding `json:"findings,omitempty"`
}

// maxBlocks bounds those that are listed of one parent.
const maxBlocks = 50

// envelope reads one; nil when the document is none.
func (d *Document) envelope() *Envelope {
	root := d.doc.Root()
	space := root.NamespaceURI()
	if root.Tag != "Envelope" {
		return nil
	}
	e := &Envelope{Version: map[string]string{soap.Namespace11: soap.V11, soap.Namespace12: soap.V12}[space]}
	header := xmlsec.Child(root, space, "Header")
	security := xmlsec.Child(header, xmlsec.NamespaceWSSE, "Security")
	stamp := xmlsec.Child(security, xmlsec.NamespaceWSU, "Timestamp")
	e.Header, e.Security, e.Body = blocks(header, space), blocks(security, space), blocks(xmlsec.Child(root, space, "Body"), space)
	e.Created = short(xmlsec.TrimmedText(xmlsec.Child(stamp, xmlsec.NamespaceWSU, "Created")))
	e.Expires = short(xmlsec.TrimmedText(xmlsec.Child(stamp, xmlsec.NamespaceWSU, "Expires")))
	if slices.ContainsFunc(e.Body, func(b Block) bool { return b.Name == "Fault" && b.Namespace == space }) {
		if f, findings, ok := soap.ReadFault(d.place.status, d.place.media, d.place.xml); ok {
			e.Fault = &Fault{short(f.Code.Local), short(f.Code.Space), short(f.String), nil}
			if d.place.status >= http.StatusBadRequest {
				e.Fault.Findings = findings
			}
		}
	}
	return e
}

// blocks lists the elements within another.
func blocks(parent *etree.Element, space string) []Block {
	if parent == nil {
		return nil
	}
	var all []Block
	for el := range parent.ChildElementsSeq() {
		if len(all) == maxBlocks {
			break
		}
		must := xmlsec.QualifiedValue(el, space, "mustUnderstand")
		b := Block{Name: short(el.Tag), Namespace: short(el.NamespaceURI()), Must: must == "1" || must == "true"}
		b.Actor = short(xmlsec.QualifiedValue(el, space, "actor") + xmlsec.QualifiedValue(el, space, "role"))
		b.ID = short(xmlsec.QualifiedValue(el, xmlsec.NamespaceWSU, "Id") + xmlsec.Value(el, "ID") + xmlsec.Value(el, "AssertionID"))
		all = append(all, b)
	}
	return all
}
