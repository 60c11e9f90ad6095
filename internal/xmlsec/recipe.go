package xmlsec

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/beevik/etree"
)

// Transform is one ds:Transform, or the CanonicalizationMethod. Prefixes is its InclusiveNamespaces PrefixList.
// Children are copied into it as they are. One that this package cannot compute is written and has no effect.
type Transform struct {
	Algorithm string
	Prefixes  []string
	Children  []*etree.Element
}

// Reference is one ds:Reference to make.
type Reference struct {
	ID   string // omitted when empty
	URI  string
	Type string // omitted when empty
	// Transforms are applied in order; without any canonicalisation among them the inclusive one ends the chain, as
	// XML-DSig §4.4.3.2 says.
	Transforms   []Transform
	DigestMethod string // DigestSHA256 when empty
	// Target is the element digested. When nil it is the one that URI designates: "#id", or the parent of the
	// signature when URI is empty.
	Target *etree.Element
	Value  []byte // written in place of the digest, when set
}

// KeyInfoForm says how the key is told.
type KeyInfoForm int

// Forms of KeyInfo.
const (
	KeyInfoX509           KeyInfoForm = iota // ds:X509Data with Certificates
	KeyInfoNone                              // no ds:KeyInfo
	KeyInfoKeyValue                          // ds:KeyValue alone
	KeyInfoTokenReference                    // wsse:SecurityTokenReference to TokenURI
)

// KeyInfo is what goes into ds:KeyInfo.
type KeyInfo struct {
	Form         KeyInfoForm
	Certificates []*x509.Certificate // signer first
	TokenURI     string              // "#" and the wsu:Id of a wsse:BinarySecurityToken
	TokenType    string              // its ValueType, TokenX509v3 when empty
}

// Recipe is a signature to make, honest or not: nothing checks that methods are allowed, that references are
// sensible, or that the certificate is the key's.
type Recipe struct {
	ID     string    // ds:Signature/@Id, omitted when empty
	Method string    // by the type of Key when empty
	C14N   Transform // exclusive when empty
	// References are written in order; there may be none.
	References []Reference
	Key        crypto.Signer
	HMACKey    []byte // for the HMAC methods, which ignore Key
	KeyInfo    KeyInfo
	// Objects are the contents of ds:Object elements, in order, after KeyInfo. One that is referenced must be the Target of
	// its reference, and declare what it uses: it enters the document with the signature.
	Objects []*etree.Element
}

// EnvelopedRecipe is the honest signature of an element by its identifier: one reference to "#"+id, enveloped
// signature and exclusive c14n, SHA-256, the certificates in X509Data (G02, G03, G04). It fails when no method fits
// the key, or when the key is not that of the first certificate.
func EnvelopedRecipe(id string, key crypto.Signer, chain []*x509.Certificate) (Recipe, error) {
	chosen, err := methodFor(key)
	if err != nil {
		return Recipe{}, err
	}
	if len(chain) == 0 {
		return Recipe{}, errors.New("prepare signature: no certificate")
	}
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(chain[0].PublicKey) {
		return Recipe{}, fmt.Errorf("prepare signature: the key is not that of certificate %q", chain[0].Subject)
	}
	reference := Reference{
		URI:          "#" + id,
		Transforms:   []Transform{{Algorithm: TransformEnveloped}, {Algorithm: TransformExclusive}},
		DigestMethod: DigestSHA256,
	}
	return Recipe{
		Method:     chosen,
		C14N:       Transform{Algorithm: TransformExclusive},
		References: []Reference{reference},
		Key:        key,
		KeyInfo:    KeyInfo{Certificates: chain},
	}, nil
}

// methodFor is the method of the current profile that suits a key.
func methodFor(key crypto.Signer) (string, error) {
	if key == nil {
		return "", errors.New("prepare signature: no key")
	}
	switch public := key.Public().(type) {
	case *rsa.PublicKey:
		return MethodRSASHA256, nil
	case *ecdsa.PublicKey:
		switch bits := public.Curve.Params().BitSize; {
		case bits <= 256:
			return MethodECDSASHA256, nil
		case bits <= 384:
			return MethodECDSASHA384, nil
		}
		return MethodECDSASHA512, nil
	default:
		return "", fmt.Errorf("prepare signature: no method for a key of type %T", public)
	}
}
