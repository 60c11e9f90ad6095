package pdfsig

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"slices"

	"etalon/internal/verdict"
)

// Numbers of what a signature holds (RFC 5652, RFC 5035, RFC 5754, RFC 5758, ETSI EN 319 122-1).
var (
	oidData            = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCert     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidSignatureStamp  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidSHA256          = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidRSA             = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidECDSAWithSHA256 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

const tagSet, tagSequence = 0x31, 0x30

// ErrKey tells that a key is not of an algorithm that the programs which read documents verify.
var ErrKey = verdict.Tell("il faut une clé RSA ou ECDSA : les programmes qui lisent les documents signés n'en connaissent pas d'autre", "a key of RSA or ECDSA is wanted: the programs that read signed documents know no other")

// Signs tells whether documents can be signed with the key of a public one.
func Signs(public crypto.PublicKey) bool {
	switch public.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
		return true
	}
	return false
}

// cades signs bytes as CAdES wants it (ETSI EN 319 122-1, the profile of EN 319 142-1 §6.3): SHA-256, the type of the content,
// its digest, the digest of the signer's certificate, and no instant of signing, which the document itself tells. The signature
// of one key over the same bytes is the same each time. The stamp, when there is one, is over the signature's value.
func cades(signed []byte, o Assent) ([]byte, error) {
	leaf := o.Chain[0]
	attributes, err := signedAttributes(signed, leaf)
	if err != nil {
		return nil, err
	}
	algorithm := der(tagSequence, oid(oidECDSAWithSHA256))
	if _, ok := leaf.PublicKey.(*rsa.PublicKey); ok {
		algorithm = der(tagSequence, oid(oidRSA), asn1.NullBytes)
	}
	sum := sha256.Sum256(der(tagSet, attributes))
	value, err := o.Key.Sign(nil, sum[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	unsigned, err := o.stamped(value)
	if err != nil {
		return nil, err
	}
	digest := der(tagSequence, oid(oidSHA256))
	signer := der(tagSequence, integer(big.NewInt(1)), der(tagSequence, leaf.RawIssuer, integer(leaf.SerialNumber)), digest,
		der(0xa0, attributes), algorithm, der(0x04, value), unsigned)
	var chain []byte
	for _, c := range o.Chain {
		chain = append(chain, c.Raw...)
	}
	data := der(tagSequence, integer(big.NewInt(1)), der(tagSet, digest), der(tagSequence, oid(oidData)), der(0xa0, chain), der(tagSet, signer))
	return der(tagSequence, oid(oidSignedData), der(0xa0, data)), nil
}

// signedAttributes are those, in the order of DER.
func signedAttributes(signed []byte, leaf *x509.Certificate) ([]byte, error) {
	sum, fingerprint := sha256.Sum256(signed), sha256.Sum256(leaf.Raw)
	issuer := der(tagSequence, der(0xa4, leaf.RawIssuer)) // GeneralNames with a directoryName
	bound := der(tagSequence, der(tagSequence, der(0x04, fingerprint[:]), der(tagSequence, issuer, integer(leaf.SerialNumber))))
	all := [][]byte{
		attribute(oidContentType, oid(oidData)),
		attribute(oidMessageDigest, der(0x04, sum[:])),
		attribute(oidSigningCert, der(tagSequence, bound)),
	}
	if len(leaf.RawIssuer) == 0 {
		return nil, verdict.Tell("le certificat ne nomme pas son émetteur", "the certificate names no issuer")
	}
	slices.SortFunc(all, bytes.Compare)
	return slices.Concat(all...), nil
}

// stamped returns the attribute with the time-stamp of a signature's value; nothing when no authority is to be asked.
func (o Assent) stamped(value []byte) ([]byte, error) {
	if o.Stamp == nil {
		return nil, nil
	}
	token, err := o.Stamp(value)
	if err != nil {
		return nil, verdict.Tell("demande d'horodatage : %s", "ask for a time-stamp: %s", err)
	}
	return der(0xa1, attribute(oidSignatureStamp, token)), nil
}

func attribute(name asn1.ObjectIdentifier, value []byte) []byte {
	return der(tagSequence, oid(name), der(tagSet, value))
}

// der writes an element (X.690 §8.1, §10.1).
func der(tag byte, parts ...[]byte) []byte {
	inside := slices.Concat(parts...)
	head := []byte{tag, byte(len(inside))}
	if len(inside) >= 0x80 {
		length := big.NewInt(int64(len(inside))).Bytes()
		head = append([]byte{tag, 0x80 | byte(len(length))}, length...)
	}
	return append(head, inside...)
}

// oid and integer write values that encoding/asn1 knows; it has no error for these.
func oid(o asn1.ObjectIdentifier) []byte {
	b, _ := asn1.Marshal(o)
	return b
}

func integer(n *big.Int) []byte {
	b, _ := asn1.Marshal(n)
	return b
}
