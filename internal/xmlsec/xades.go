package xmlsec

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"time"

	"github.com/beevik/etree"
)

// NamespaceXAdES is that of the qualifying properties (ETSI EN 319 132-1 §4).
const NamespaceXAdES = "http://uri.etsi.org/01903/v1.3.2#"

// typeSignedProperties marks the reference to the signed properties (ETSI EN 319 132-1 §4.4.2).
const typeSignedProperties = "http://uri.etsi.org/01903#SignedProperties"

// XAdES is an enveloped signature of a whole document at the baseline level B: the time of signing, the digest of the
// signer's certificate and the media type of the document are signed with it (ETSI EN 319 132-1 §6.3).
type XAdES struct {
	Key       crypto.Signer // RSA, ECDSA or Ed25519
	Chain     []*x509.Certificate
	At        time.Time // the time of signing, which the signer claims
	MediaType string
}

// Identifiers of the parts of the signature.
const (
	xadesSignature  = "signature"
	xadesReference  = "signature-document"
	xadesProperties = "signature-properties"
)

// Sign appends the signature to the root of doc, which must have none. One document, key and instant give one signature.
// It fails, and leaves the document as it was, without a root, a key or a certificate.
func (x XAdES) Sign(doc *etree.Document) error {
	root := doc.Root()
	if root == nil {
		return errors.New("sign xades: no root element")
	}
	method, err := x.method()
	if err != nil {
		return err
	}
	if len(x.Chain) == 0 {
		return errors.New("sign xades: no certificate")
	}
	qualifying := x.qualifying()
	r := Recipe{
		ID: xadesSignature, Method: method, Key: x.Key, KeyInfo: KeyInfo{Certificates: x.Chain},
		References: []Reference{
			{ID: xadesReference, Transforms: []Transform{{Algorithm: TransformEnveloped}, {Algorithm: TransformExclusive}}},
			{URI: "#" + xadesProperties, Type: typeSignedProperties, Transforms: []Transform{{Algorithm: TransformExclusive}},
				Target: qualifying.ChildElements()[0]},
		},
		Objects: []*etree.Element{qualifying},
	}
	_, err = r.Sign(nil, root, len(root.Child))
	return err
}

// method is that of the key; Ed25519 is for archives alone, no partner of ours signs with it.
func (x XAdES) method() (string, error) {
	if x.Key != nil {
		if _, ok := x.Key.Public().(ed25519.PublicKey); ok {
			return MethodEd25519, nil
		}
	}
	return methodFor(x.Key)
}

// qualifying makes the properties that are signed. Its namespaces are declared on it, so that its canonical form is the
// same before and after it enters the signature.
func (x XAdES) qualifying() *etree.Element {
	q := etree.NewElement("xades:QualifyingProperties")
	q.CreateAttr("xmlns:ds", NamespaceDS)
	q.CreateAttr("xmlns:xades", NamespaceXAdES)
	q.CreateAttr("Target", "#"+xadesSignature)
	properties := q.CreateElement("xades:SignedProperties")
	properties.CreateAttr("Id", xadesProperties)

	signature := properties.CreateElement("xades:SignedSignatureProperties")
	signature.CreateElement("xades:SigningTime").SetText(x.At.UTC().Format(time.RFC3339))
	digest := signature.CreateElement("xades:SigningCertificateV2").CreateElement("xades:Cert").CreateElement("xades:CertDigest")
	digest.CreateElement("ds:DigestMethod").CreateAttr("Algorithm", DigestSHA256)
	sum := sha256.Sum256(x.Chain[0].Raw)
	digest.CreateElement("ds:DigestValue").SetText(base64.StdEncoding.EncodeToString(sum[:]))

	format := properties.CreateElement("xades:SignedDataObjectProperties").CreateElement("xades:DataObjectFormat")
	format.CreateAttr("ObjectReference", "#"+xadesReference)
	format.CreateElement("xades:MimeType").SetText(x.MediaType)
	return q
}
