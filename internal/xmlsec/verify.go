package xmlsec

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// Bounds of one signature; more is refused as a fault.
const (
	maxReferences   = 16
	maxTransforms   = 8
	maxPrefixes     = 64
	maxCertificates = 16
	maxParts        = 64
	maxRSABits      = 8192
)

// Verify checks a ds:Signature where it stands in its document, with key, or with the first certificate of KeyInfo
// when key is nil. With a key given, KeyInfo may be absent and no trouble in it is a fault. It goes on after a fault: digests and value are checked with any
// algorithm that it can compute, so that "SHA-1 but intact" is told from "SHA-1 and broken". An HMAC is never
// checked, since a public key would serve as its secret. The enveloped transform removes sig itself and no other
// signature. It never panics and leaves the document untouched (G01 to G04).
func Verify(sig *etree.Element, p Policy, key crypto.PublicKey) Checked {
	v := verifier{policy: p, sig: sig}
	v.Element = sig
	if !Is(sig, NamespaceDS, "Signature") {
		v.fault(FaultMalformed, "ds:Signature", "another element")
		return v.Checked
	}
	parts := v.parts(sig, "SignedInfo", "SignatureValue", "KeyInfo?", "Object*")
	if len(parts["Object"]) > 0 {
		v.fault(FaultObject, "no ds:Object", fmt.Sprintf("%d", len(parts["Object"])))
	}
	if key == nil {
		key = v.keyInfo(parts["KeyInfo"])
	} else if faults := v.Faults; len(parts["KeyInfo"]) > 0 {
		v.certificates(parts["KeyInfo"][0])
		v.Faults = faults
	}
	if len(parts["SignedInfo"]) == 0 {
		return v.Checked
	}
	info := v.parts(parts["SignedInfo"][0], "CanonicalizationMethod", "SignatureMethod", "Reference*")
	v.references(info["Reference"])
	octets := v.signedInfo(parts["SignedInfo"][0], info["CanonicalizationMethod"])
	if m, ok := v.method(info["SignatureMethod"]); ok && len(parts["SignatureValue"]) > 0 {
		v.value(m, key, octets, parts["SignatureValue"][0])
	}
	return v.Checked
}

// verifier gathers what it finds and goes on.
type verifier struct {
	Checked
	policy  Policy
	sig     *etree.Element
	sources int // token references followed
	told    int // certificates told, readable or not
	signer  *x509.Certificate
}

func (v *verifier) fault(kind FaultKind, want, got string) {
	v.Faults = append(v.Faults, Fault{Kind: kind, Want: want, Got: got})
}

// parts sorts the child elements of el by name, and faults what is missing, foreign, repeated or out of order. A
// name ends with ? when the part may be absent, with * when it may be absent or repeated.
func (v *verifier) parts(el *etree.Element, names ...string) map[string][]*etree.Element {
	found := map[string][]*etree.Element{}
	at, count := 0, 0
	for child := range el.ChildElementsSeq() {
		if count++; count > maxParts {
			v.fault(FaultMalformed, fmt.Sprintf("at most %d parts in %s", maxParts, el.Tag), "more")
			break
		}
		i := slices.IndexFunc(names, func(n string) bool { return strings.TrimRight(n, "?*") == child.Tag })
		if i < at || child.NamespaceURI() != NamespaceDS {
			v.fault(FaultMalformed, strings.Join(names, ", ")+" in "+el.Tag, quote(child.FullTag()))
			continue
		}
		found[child.Tag] = append(found[child.Tag], child)
		if at = i; !strings.HasSuffix(names[i], "*") {
			at++
		}
	}
	for _, name := range names {
		if strings.TrimRight(name, "?*") == name && len(found[name]) == 0 {
			v.fault(FaultMalformed, name+" in "+el.Tag, "none")
		}
	}
	return found
}

// signedInfo canonicalises SignedInfo, or gives nil when that cannot be done.
func (v *verifier) signedInfo(info *etree.Element, c14n []*etree.Element) []byte {
	if len(c14n) == 0 {
		return nil
	}
	t, ok := v.transform(c14n[0], FaultC14N)
	if !isC14N(t.Algorithm) || !ok {
		return nil
	}
	octets, err := canonicalize(info, t, nil)
	if err != nil {
		v.fault(FaultC14N, "a canonical SignedInfo", err.Error())
	}
	return octets
}

func (v *verifier) method(els []*etree.Element) (m method, known bool) {
	if len(els) == 0 {
		return method{}, false
	}
	v.Method = els[0].SelectAttrValue("Algorithm", "")
	m, known = methods[v.Method]
	if !slices.Contains(v.policy.Methods, v.Method) || !known || m.family == familyHMAC {
		v.fault(FaultMethod, strings.Join(v.policy.Methods, " "), v.Method)
	}
	return m, known && m.family != familyHMAC
}

func (v *verifier) value(m method, key crypto.PublicKey, octets []byte, el *etree.Element) {
	value, err := decode(el)
	if err != nil {
		v.fault(FaultMalformed, "SignatureValue in base64", err.Error())
		return
	}
	if key == nil || octets == nil {
		return
	}
	if key, ok := key.(*rsa.PublicKey); ok && key.N != nil {
		bits := key.N.BitLen()
		if bits < v.policy.MinRSABits || bits > maxRSABits {
			want := fmt.Sprintf("an RSA key of %d to %d bits", v.policy.MinRSABits, maxRSABits)
			v.fault(FaultKeyTooWeak, want, fmt.Sprintf("%d", bits))
		}
		if bits > maxRSABits {
			return
		}
	}
	if trouble := verifyOctets(m, key, octets, value); trouble != "" {
		v.fault(FaultSignature, "the signature of SignedInfo by the key told", trouble)
	}
}

// decode reads the base64 content of an element, broken into lines or not.
func decode(el *etree.Element) ([]byte, error) {
	packed := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, Text(el))
	return base64.StdEncoding.DecodeString(packed)
}
