package timestamp

import (
	"bytes"
	"crypto"
	"crypto/sha1" // RFC 2634 names certificates by it; the token's signature does not rest on it
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"

	"etalon/internal/verdict"
)

// cms is a SignedData with one signer, read (RFC 5652 §5).
type cms struct {
	content      []byte
	certificates []*x509.Certificate
	signer       signerInfo
	attributes   []attribute
	digest       crypto.Hash
}

type signerInfo struct {
	Version    int
	ID         asn1.RawValue
	Digest     pkix.AlgorithmIdentifier
	Attributes asn1.RawValue `asn1:"tag:0"`
	Algorithm  pkix.AlgorithmIdentifier
	Signature  []byte
	Unsigned   asn1.RawValue `asn1:"tag:1,optional"`
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue
}

// readCMS reads a token; DER alone is taken.
func readCMS(token []byte) (*cms, error) {
	var outer struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"tag:0"`
	}
	if rest, err := asn1.Unmarshal(token, &outer); err != nil || len(rest) > 0 || !outer.Type.Equal(oidSignedData) {
		return nil, verdict.Tell("le jeton d'horodatage n'est pas un SignedData de CMS, en DER", "the token is no CMS SignedData in DER")
	}
	var data struct {
		Version int
		Digests asn1.RawValue
		Content struct {
			Type    asn1.ObjectIdentifier
			Content asn1.RawValue `asn1:"tag:0"`
		}
		Certificates asn1.RawValue `asn1:"tag:0,optional"`
		Revocation   asn1.RawValue `asn1:"tag:1,optional"`
		Signers      []signerInfo  `asn1:"set"`
	}
	if rest, err := asn1.Unmarshal(outer.Content.Bytes, &data); err != nil || len(rest) > 0 {
		return nil, verdict.Tell("le jeton d'horodatage n'est pas un SignedData", "read token: it is no SignedData")
	}
	if !data.Content.Type.Equal(oidTimeInfo) || len(data.Signers) != 1 {
		return nil, verdict.Tell("le jeton d'horodatage n'est pas un TSTInfo signé par un seul", "the token is not one TSTInfo by one signer")
	}
	c := &cms{signer: data.Signers[0]}
	if rest, err := asn1.Unmarshal(data.Content.Content.Bytes, &c.content); err != nil || len(rest) > 0 {
		return nil, verdict.Tell("le contenu du jeton d'horodatage n'est pas un OCTET STRING", "read token: its content is no octet string")
	}
	var err error
	if c.certificates, err = x509.ParseCertificates(data.Certificates.Bytes); err != nil {
		return nil, verdict.Tell("les certificats du jeton d'horodatage ne se lisent pas%.0s", "read certificates of token: %s", err)
	}
	for rest := c.signer.Attributes.Bytes; len(rest) > 0; {
		var a attribute
		if rest, err = asn1.Unmarshal(rest, &a); err != nil {
			return nil, verdict.Tell("les attributs signés du jeton d'horodatage ne se lisent pas%.0s", "read signed attributes of token: %s", err)
		}
		c.attributes = append(c.attributes, a)
	}
	return c, nil
}

// signedBy verifies the signature and returns the certificate that made it, and those that came along.
func (c *cms) signedBy() (*x509.Certificate, *x509.CertPool, error) {
	known := false
	if c.digest, known = digests[c.signer.Digest.Algorithm.String()]; !known {
		return nil, nil, verdict.Tell("le jeton d'horodatage est signé sur une empreinte %s : il la faut en SHA-256, 384 ou 512", "the token is signed over a digest %s: want SHA-256, 384 or 512", c.signer.Digest.Algorithm)
	}
	leaf, above := c.named()
	if leaf == nil {
		return nil, nil, verdict.Tell("le jeton d'horodatage ne porte pas le certificat de son signataire : demandez-le avec certReq", "the token does not carry the certificate of its signer: ask with certReq")
	}
	var kind asn1.ObjectIdentifier
	var digest []byte
	if !c.value(oidContentType, &kind) || !kind.Equal(oidTimeInfo) || !c.value(oidMessageDigest, &digest) || !bytes.Equal(digest, sum(c.digest, c.content)) {
		return nil, nil, verdict.Tell("la signature du jeton d'horodatage porte sur un autre contenu", "the signature of the token is over another content")
	}
	if !c.names(leaf) {
		return nil, nil, verdict.Tell("le jeton d'horodatage ne lie pas le certificat %s de son signataire (signing-certificate)", "the token does not bind the certificate %s of its signer (signing-certificate)", leaf.Subject)
	}
	algorithm, err := c.algorithm(leaf)
	if err != nil {
		return nil, nil, err
	}
	set := bytes.Clone(c.signer.Attributes.FullBytes)
	set[0] = asn1.TagSet | 0x20 // signed as a SET OF, RFC 5652 §5.4
	if err := leaf.CheckSignature(algorithm, set, c.signer.Signature); err != nil {
		return nil, nil, verdict.Tell("la signature du jeton d'horodatage n'est pas celle de %s%.0s", "the signature of the token is not that of %s: %s", leaf.Subject, err)
	}
	return leaf, above, nil
}

// named is the certificate that the signer is said to have, nil when it did not come along, and the others.
func (c *cms) named() (leaf *x509.Certificate, above *x509.CertPool) {
	var id struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	_, err := asn1.Unmarshal(c.signer.ID.FullBytes, &id)
	above = x509.NewCertPool()
	for _, certificate := range c.certificates {
		byIssuer := err == nil && bytes.Equal(certificate.RawIssuer, id.Issuer.FullBytes) && certificate.SerialNumber.Cmp(id.Serial) == 0
		byKey := c.signer.ID.Class == asn1.ClassContextSpecific && len(certificate.SubjectKeyId) > 0 && bytes.Equal(certificate.SubjectKeyId, c.signer.ID.Bytes)
		if leaf == nil && (byIssuer || byKey) {
			leaf = certificate
			continue
		}
		above.AddCert(certificate)
	}
	return leaf, above
}

// value reads the one value of a signed attribute that must be there once.
func (c *cms) value(kind asn1.ObjectIdentifier, into any) bool {
	found := 0
	whole := false
	for _, a := range c.attributes {
		if a.Type.Equal(kind) {
			found++
			rest, err := asn1.Unmarshal(a.Values.Bytes, into)
			whole = err == nil && len(rest) == 0
		}
	}
	return found == 1 && whole
}

// names tells whether the signed attributes name a certificate first (RFC 5035, RFC 2634 for SHA-1).
func (c *cms) names(leaf *x509.Certificate) bool {
	var v2 struct {
		Certificates []asn1.RawValue
		Policies     asn1.RawValue `asn1:"optional"`
	}
	if c.value(oidSignerV2, &v2) && len(v2.Certificates) > 0 {
		var id struct {
			Digest pkix.AlgorithmIdentifier `asn1:"optional"`
			Sum    []byte
			Serial asn1.RawValue `asn1:"optional"`
		}
		rest, err := asn1.Unmarshal(v2.Certificates[0].FullBytes, &id)
		digest := crypto.SHA256
		if id.Digest.Algorithm != nil {
			digest = digests[id.Digest.Algorithm.String()]
		}
		return err == nil && len(rest) == 0 && digest != 0 && bytes.Equal(id.Sum, sum(digest, leaf.Raw))
	}
	var v1 struct {
		Certificates []struct {
			Sum    []byte
			Serial asn1.RawValue `asn1:"optional"`
		}
		Policies asn1.RawValue `asn1:"optional"`
	}
	digest := sha1.Sum(leaf.Raw)
	return c.value(oidSigner, &v1) && len(v1.Certificates) > 0 && bytes.Equal(v1.Certificates[0].Sum, digest[:])
}

// algorithm is how the signer signed: by its kind of key, with the token's digest.
func (c *cms) algorithm(leaf *x509.Certificate) (x509.SignatureAlgorithm, error) {
	if c.signer.Algorithm.Algorithm.Equal(oidPSS) {
		return 0, verdict.Tell("le jeton d'horodatage est signé en RSASSA-PSS, qui n'est pas traité : prenez une autorité qui signe en RSA PKCS#1 v1.5 ou en ECDSA", "the token is signed by RSASSA-PSS, which is not handled: choose an authority that signs by RSA PKCS#1 v1.5 or ECDSA")
	}
	algorithm := map[x509.PublicKeyAlgorithm]map[crypto.Hash]x509.SignatureAlgorithm{
		x509.RSA:   {crypto.SHA256: x509.SHA256WithRSA, crypto.SHA384: x509.SHA384WithRSA, crypto.SHA512: x509.SHA512WithRSA},
		x509.ECDSA: {crypto.SHA256: x509.ECDSAWithSHA256, crypto.SHA384: x509.ECDSAWithSHA384, crypto.SHA512: x509.ECDSAWithSHA512},
	}[leaf.PublicKeyAlgorithm][c.digest]
	if algorithm == 0 {
		return 0, verdict.Tell("la clé de l'autorité d'horodatage est %s : il la faut RSA ou ECDSA", "the key of the time authority is %s: want RSA or ECDSA", leaf.PublicKeyAlgorithm)
	}
	return algorithm, nil
}
