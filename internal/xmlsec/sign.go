package xmlsec

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"github.com/beevik/etree"
)

// Sign makes the signature and inserts it as the child of parent at index among all child nodes (past the end: last).
// All digests are taken before the insertion, then SignedInfo is signed where it stands. RSA PKCS#1 v1.5 is
// deterministic; ECDSA is when rand is nil (RFC 6979), and otherwise never; PSS needs rand. It fails, and leaves the document as it
// was, when a URI without Target designates no element or several, when an algorithm is unknown and no value is
// forced, when a prefix is not declared, or when the key does not fit.
func (r *Recipe) Sign(rand io.Reader, parent *etree.Element, index int) (*etree.Element, error) {
	chosen := r.Method
	if chosen == "" {
		var err error
		if chosen, err = methodFor(r.Key); err != nil {
			return nil, err
		}
	}
	c14n := r.C14N
	c14n.Algorithm = cmp.Or(c14n.Algorithm, TransformExclusive)
	sig, err := r.unsigned(chosen, c14n, parent)
	if err != nil {
		return nil, err
	}
	parent.InsertChildAt(max(index, 0), sig)
	if !isC14N(c14n.Algorithm) {
		c14n.Algorithm = TransformExclusive
	}
	octets, err := canonicalize(sig.ChildElements()[0], c14n, nil)
	if err == nil {
		octets, err = r.signOctets(rand, chosen, octets)
	}
	if err != nil {
		parent.RemoveChild(sig)
		return nil, fmt.Errorf("sign: %w", err)
	}
	sig.ChildElements()[1].SetText(base64.StdEncoding.EncodeToString(octets))
	return sig, nil
}

// unsigned is the signature with an empty SignatureValue, outside any document; parent is where it will stand.
func (r *Recipe) unsigned(chosen string, c14n Transform, parent *etree.Element) (*etree.Element, error) {
	sig := etree.NewElement("ds:Signature")
	sig.CreateAttr("xmlns:ds", NamespaceDS)
	if r.ID != "" {
		sig.CreateAttr("Id", r.ID)
	}
	info := sig.CreateElement("ds:SignedInfo")
	c14n.write(info.CreateElement("ds:CanonicalizationMethod"))
	info.CreateElement("ds:SignatureMethod").CreateAttr("Algorithm", chosen)
	for i := range r.References {
		if err := r.References[i].write(info, parent); err != nil {
			return nil, err
		}
	}
	sig.CreateElement("ds:SignatureValue")
	if err := r.writeKeyInfo(sig); err != nil {
		return nil, err
	}
	for _, content := range r.Objects {
		sig.CreateElement("ds:Object").AddChild(content)
	}
	return sig, nil
}

// write fills an element that names an algorithm.
func (t *Transform) write(el *etree.Element) {
	el.CreateAttr("Algorithm", t.Algorithm)
	if len(t.Prefixes) > 0 {
		list := el.CreateElement("ec:InclusiveNamespaces")
		list.CreateAttr("xmlns:ec", NamespaceEC)
		list.CreateAttr("PrefixList", strings.Join(t.Prefixes, " "))
	}
	for _, child := range t.Children {
		el.AddChild(child.Copy())
	}
}

// write appends a ds:Reference to info; parent is where the signature will stand.
func (ref *Reference) write(info, parent *etree.Element) error {
	value := ref.Value
	method := cmp.Or(ref.DigestMethod, DigestSHA256)
	if value == nil {
		octets, err := ref.octets(parent)
		if err != nil {
			return fmt.Errorf("digest reference %q: %w", ref.URI, err)
		}
		h, known := digests[method]
		if !known {
			return fmt.Errorf("digest reference %q: method %q is not computed", ref.URI, method)
		}
		value = digest(h, octets)
	}
	el := info.CreateElement("ds:Reference")
	if ref.ID != "" {
		el.CreateAttr("Id", ref.ID)
	}
	if ref.Type != "" {
		el.CreateAttr("Type", ref.Type)
	}
	el.CreateAttr("URI", ref.URI)
	if len(ref.Transforms) > 0 {
		list := el.CreateElement("ds:Transforms")
		for i := range ref.Transforms {
			ref.Transforms[i].write(list.CreateElement("ds:Transform"))
		}
	}
	el.CreateElement("ds:DigestMethod").CreateAttr("Algorithm", method)
	el.CreateElement("ds:DigestValue").SetText(base64.StdEncoding.EncodeToString(value))
	return nil
}

// octets is what the digest is taken over. The signature is not there yet, so that an enveloped transform has
// nothing to remove.
func (ref *Reference) octets(parent *etree.Element) ([]byte, error) {
	target := ref.Target
	if target == nil {
		var err error
		if target, err = designated(ref.URI, parent); err != nil {
			return nil, err
		}
	}
	last := Transform{Algorithm: TransformInclusive}
	for _, t := range ref.Transforms {
		if isC14N(t.Algorithm) {
			last = t
		}
	}
	return canonicalize(target, last, nil)
}

func designated(uri string, parent *etree.Element) (*etree.Element, error) {
	if uri == "" {
		return parent, nil
	}
	id, local := strings.CutPrefix(uri, "#")
	if !local {
		return nil, fmt.Errorf("not in the document")
	}
	found := resolve(parent, id)
	if len(found) != 1 {
		return nil, fmt.Errorf("%d elements have that identifier, want 1", len(found))
	}
	return found[0], nil
}
