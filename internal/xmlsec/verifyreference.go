package xmlsec

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

func (v *verifier) references(els []*etree.Element) {
	if len(els) == 0 || len(els) > maxReferences {
		v.fault(FaultReferenceCount, fmt.Sprintf("1 to %d references", maxReferences), fmt.Sprintf("%d", len(els)))
	}
	for _, el := range els[:min(len(els), maxReferences)] {
		v.References = append(v.References, v.reference(el))
	}
}

func (v *verifier) reference(el *etree.Element) CheckedReference {
	parts := v.parts(el, "Transforms?", "DigestMethod", "DigestValue")
	candidates, checked := v.designated(el)
	chain, computed := v.chain(parts["Transforms"])
	hash, value, told := v.digestTold(parts)
	if !computed || !told {
		return checked
	}
	var sum []byte
	for _, candidate := range candidates {
		octets, err := chain.octets(candidate, v.sig)
		if err != nil {
			v.fault(FaultTransform, "a canonical form of "+quote(checked.URI), err.Error())
			return checked
		}
		if sum = digest(hash, octets); bytes.Equal(sum, value) {
			checked.Element, checked.OK = candidate, len(candidates) == 1
			return checked
		}
	}
	if len(candidates) > 0 {
		v.fault(FaultDigest, base64.StdEncoding.EncodeToString(sum), base64.StdEncoding.EncodeToString(value))
	}
	return checked
}

// digestTold is the digest that a reference tells and how to compute it, if that can be done.
func (v *verifier) digestTold(parts map[string][]*etree.Element) (hash crypto.Hash, value []byte, told bool) {
	if len(parts["DigestMethod"]) == 0 || len(parts["DigestValue"]) == 0 {
		return 0, nil, false
	}
	name := parts["DigestMethod"][0].SelectAttrValue("Algorithm", "")
	hash, known := digests[name]
	if !known || !slices.Contains(v.policy.Digests, name) {
		v.fault(FaultDigestMethod, strings.Join(v.policy.Digests, " "), name)
	}
	value, err := decode(parts["DigestValue"][0])
	if err != nil {
		v.fault(FaultMalformed, "DigestValue in base64", err.Error())
	}
	return hash, value, known && err == nil
}

// designated finds what the URI of a reference designates: one element, or several candidates.
func (v *verifier) designated(el *etree.Element) ([]*etree.Element, CheckedReference) {
	attr := el.SelectAttr("URI")
	if attr == nil {
		v.fault(FaultMalformed, "a URI in Reference", "none")
		return nil, CheckedReference{}
	}
	checked := CheckedReference{URI: attr.Value}
	if attr.Value == "" {
		if !v.policy.AllowEmptyURI {
			v.fault(FaultReferenceEmptyURI, `"#" and the identifier of the signed element`, `""`)
		}
		if parent := v.sig.Parent(); parent != nil && parent.Tag != "" {
			checked.Element = parent
			return []*etree.Element{parent}, checked
		}
		v.fault(FaultReferenceUnresolved, "a signature inside an element", "a signature at the root")
		return nil, checked
	}
	found := v.resolve(attr.Value)
	if len(found) == 1 {
		checked.Element = found[0]
	}
	return found, checked
}

// resolve finds what a non-empty URI designates, and faults anything but one element.
func (v *verifier) resolve(uri string) []*etree.Element {
	id, local := strings.CutPrefix(uri, "#")
	if !local {
		v.fault(FaultReferenceExternal, `"#" and an identifier of this document`, quote(uri))
		return nil
	}
	found := resolve(v.sig, id)
	switch {
	case len(found) == 0:
		v.fault(FaultReferenceUnresolved, "an element with that identifier", quote(uri))
	case len(found) > 1:
		v.fault(FaultReferenceAmbiguous, "one element with that identifier", "several for "+quote(uri))
	}
	return found
}

// chain is what the transforms of a reference come to: one canonicalisation, after the removal of the signature or not.
type chain struct {
	enveloped bool
	c14n      Transform
}

func (c *chain) octets(el, sig *etree.Element) ([]byte, error) {
	if !c.enveloped {
		sig = nil
	}
	return canonicalize(el, c.c14n, sig)
}

// chain reads ds:Transforms; computed is false when its result cannot be had.
func (v *verifier) chain(transforms []*etree.Element) (c chain, computed bool) {
	c.c14n.Algorithm = TransformInclusive
	computed = true
	var els []*etree.Element
	if len(transforms) > 0 {
		els = v.parts(transforms[0], "Transform*")["Transform"]
	}
	if len(els) > maxTransforms {
		v.fault(FaultTransform, fmt.Sprintf("at most %d transforms", maxTransforms), fmt.Sprintf("%d", len(els)))
		return c, false
	}
	ended, named := false, false
	for _, el := range els {
		t, ok := v.transform(el, FaultTransform)
		named = named || isC14N(t.Algorithm)
		switch {
		case !ok:
			computed = false
		case ended:
			v.fault(FaultTransform, "nothing after a canonicalisation", t.Algorithm)
			computed = false
		case t.Algorithm == TransformEnveloped:
			c.enveloped = true
		case isC14N(t.Algorithm):
			c.c14n, ended = t, true
		default:
			computed = false
		}
	}
	if !named && !slices.Contains(v.policy.Transforms, TransformInclusive) {
		v.fault(FaultTransform, TransformExclusive, "no canonicalisation, hence "+TransformInclusive)
	}
	return c, computed
}

// transform reads an element that names an algorithm, and faults one that the policy does not allow. It is not ok
// when it cannot be computed as written.
func (v *verifier) transform(el *etree.Element, kind FaultKind) (t Transform, ok bool) {
	t.Algorithm = el.SelectAttrValue("Algorithm", "")
	notC14N := kind == FaultC14N && !isC14N(t.Algorithm)
	if !slices.Contains(v.policy.Transforms, t.Algorithm) || notC14N {
		v.fault(kind, strings.Join(v.policy.Transforms, " "), t.Algorithm)
	}
	for child := range firstParts(el) {
		if !Is(child, NamespaceEC, "InclusiveNamespaces") {
			continue
		}
		t.Prefixes = append(t.Prefixes, strings.Fields(child.SelectAttrValue("PrefixList", ""))...)
		if len(t.Prefixes) > maxPrefixes {
			v.fault(kind, fmt.Sprintf("at most %d prefixes in PrefixList", maxPrefixes), fmt.Sprintf("%d", len(t.Prefixes)))
			return t, false
		}
	}
	return t, true
}
