package xmlsec

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"iter"
	"math/big"
	"strings"

	"github.com/beevik/etree"
)

// keyInfo is the key that KeyInfo tells: that of its first certificate, else, as a fault, a bare one.
func (v *verifier) keyInfo(els []*etree.Element) crypto.PublicKey {
	if len(els) == 0 {
		v.fault(FaultNoKeyInfo, "ds:KeyInfo", "none")
		return nil
	}
	v.certificates(els[0])
	if v.signer != nil {
		return v.signer.PublicKey
	}
	for child := range firstParts(els[0]) {
		if Is(child, NamespaceDS, "KeyValue") {
			v.fault(FaultBareKeyValue, "an X.509 certificate", "ds:KeyValue")
			return bareKey(child)
		}
	}
	if v.told+v.sources == 0 {
		v.fault(FaultNoKeyInfo, "an X.509 certificate in ds:KeyInfo", "none")
	}
	return nil
}

// certificates reads every certificate that KeyInfo holds or points at: in X509Data, or by the references of the
// X.509 Token Profile 1.1 §3.2.
func (v *verifier) certificates(info *etree.Element) {
	for child := range firstParts(info) {
		switch {
		case Is(child, NamespaceDS, "X509Data"):
			v.x509Data(child)
		case Is(child, NamespaceWSSE, "SecurityTokenReference"):
			v.tokenReference(child)
		}
	}
}

func (v *verifier) x509Data(el *etree.Element) {
	for child := range firstParts(el) {
		if Is(child, NamespaceDS, "X509Certificate") {
			v.certificate(child)
		}
	}
}

func (v *verifier) tokenReference(el *etree.Element) {
	for child := range firstParts(el) {
		valueType := child.SelectAttrValue("ValueType", TokenX509v3)
		switch {
		case Is(child, NamespaceDS, "X509Data"):
			v.x509Data(child)
		case Is(child, NamespaceWSSE, "KeyIdentifier") && valueType == TokenX509v3:
			v.certificate(child)
		case Is(child, NamespaceWSSE, "Reference"):
			v.token(child.SelectAttrValue("URI", ""))
		}
	}
}

// token reads the binary security token that a wsse:Reference designates.
func (v *verifier) token(uri string) {
	if v.sources++; v.sources > maxCertificates {
		return
	}
	found := v.resolve(uri)
	if len(found) != 1 {
		return
	}
	valueType := found[0].SelectAttrValue("ValueType", "")
	if !Is(found[0], NamespaceWSSE, "BinarySecurityToken") || valueType != TokenX509v3 {
		v.fault(FaultCertificateUnreadable, "a wsse:BinarySecurityToken of type X509v3", quote(found[0].FullTag()+" "+valueType))
		return
	}
	v.certificate(found[0])
}

func (v *verifier) certificate(el *etree.Element) {
	if v.told++; v.told > maxCertificates {
		return
	}
	der, err := decode(el)
	if err != nil {
		v.fault(FaultCertificateUnreadable, "a certificate in base64", err.Error())
		return
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		v.fault(FaultCertificateUnreadable, "an X.509 certificate", err.Error())
		return
	}
	if v.Certificates = append(v.Certificates, cert); v.told == 1 {
		v.signer = cert
	}
}

// firstParts bounds what a hostile key info can make a reader look at.
func firstParts(el *etree.Element) iter.Seq[*etree.Element] {
	return func(yield func(*etree.Element) bool) {
		count := 0
		for child := range el.ChildElementsSeq() {
			if count++; count > maxParts || !yield(child) {
				return
			}
		}
	}
}

// bareKey reads ds:KeyValue, or gives nil.
func bareKey(el *etree.Element) crypto.PublicKey {
	for child := range firstParts(el) {
		switch {
		case Is(child, NamespaceDS, "RSAKeyValue"):
			n, errN := decodePart(child, NamespaceDS, "Modulus")
			e, errE := decodePart(child, NamespaceDS, "Exponent")
			if errN == nil && errE == nil && len(n) > 0 && len(e) > 0 && len(e) <= 3 {
				return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
			}
		case Is(child, NamespaceDS11, "ECKeyValue"):
			return bareECKey(child)
		}
	}
	return nil
}

func bareECKey(el *etree.Element) crypto.PublicKey {
	point, err := decodePart(el, NamespaceDS11, "PublicKey")
	if err != nil {
		return nil
	}
	for child := range firstParts(el) {
		oid := strings.TrimPrefix(child.SelectAttrValue("URI", ""), "urn:oid:")
		for _, curve := range []elliptic.Curve{elliptic.P224(), elliptic.P256(), elliptic.P384(), elliptic.P521()} {
			if curves[curve.Params().Name] != oid {
				continue
			}
			if key, err := ecdsa.ParseUncompressedPublicKey(curve, point); err == nil {
				return key
			}
		}
	}
	return nil
}

func decodePart(el *etree.Element, namespace, local string) ([]byte, error) {
	for child := range firstParts(el) {
		if Is(child, namespace, local) {
			return decode(child)
		}
	}
	return nil, fmt.Errorf("read key value: no %s", local)
}
