package xmlsec

import (
	"crypto"
	_ "crypto/md5"    // the digest that a broken partner may still use
	_ "crypto/sha1"   // legacy profile
	_ "crypto/sha256" // current profile
	_ "crypto/sha512" // current profile
)

// Namespaces of XML-DSig, exclusive c14n and WS-Security.
const (
	NamespaceDS   = "http://www.w3.org/2000/09/xmldsig#"
	NamespaceDS11 = "http://www.w3.org/2009/xmldsig11#"
	NamespaceEC   = "http://www.w3.org/2001/10/xml-exc-c14n#"
	NamespaceWSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
	NamespaceWSU  = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
)

// Signature methods, SignatureMethod/@Algorithm (XML-DSig 1.1 §6.4, RFC 6931 §2.3).
const (
	MethodRSAMD5      = "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"
	MethodRSASHA1     = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
	MethodRSASHA256   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	MethodRSASHA384   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"
	MethodRSASHA512   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
	MethodPSSSHA256   = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
	MethodPSSSHA384   = "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1"
	MethodPSSSHA512   = "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1"
	MethodECDSASHA1   = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"
	MethodECDSASHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	MethodECDSASHA384 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
	MethodECDSASHA512 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
	MethodHMACSHA1    = "http://www.w3.org/2000/09/xmldsig#hmac-sha1"
	MethodHMACSHA256  = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
	MethodEd25519     = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519" // RFC 9231 §2.3
)

// Digest methods, DigestMethod/@Algorithm (XML-DSig 1.1 §6.2, RFC 6931 §2.1).
const (
	DigestMD5    = "http://www.w3.org/2001/04/xmldsig-more#md5"
	DigestSHA1   = "http://www.w3.org/2000/09/xmldsig#sha1"
	DigestSHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
	DigestSHA384 = "http://www.w3.org/2001/04/xmldsig-more#sha384"
	DigestSHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
)

// Transforms and canonicalisations. The last three are known so that a partner's use of them can be made and named.
const (
	TransformEnveloped         = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	TransformExclusive         = "http://www.w3.org/2001/10/xml-exc-c14n#"
	TransformExclusiveComments = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
	TransformInclusive         = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	TransformInclusiveComments = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
	TransformXPath             = "http://www.w3.org/TR/1999/REC-xpath-19991116"
	TransformXSLT              = "http://www.w3.org/TR/1999/REC-xslt-19991116"
	TransformSTR               = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform"
)

// TokenX509v3 is the ValueType of a binary security token that holds one certificate (X.509 Token Profile 1.1 §3.1).
const TokenX509v3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"

// EncodingBase64 is the EncodingType of a binary security token (WS-Security 1.1 §6.3).
const EncodingBase64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"

// family is the kind of key that a signature method needs.
type family int

const (
	familyRSA family = iota + 1
	familyPSS
	familyECDSA
	familyHMAC
	familyEdDSA
)

type method struct {
	family family
	hash   crypto.Hash
}

var methods = map[string]method{
	MethodRSAMD5:      {familyRSA, crypto.MD5},
	MethodRSASHA1:     {familyRSA, crypto.SHA1},
	MethodRSASHA256:   {familyRSA, crypto.SHA256},
	MethodRSASHA384:   {familyRSA, crypto.SHA384},
	MethodRSASHA512:   {familyRSA, crypto.SHA512},
	MethodPSSSHA256:   {familyPSS, crypto.SHA256},
	MethodPSSSHA384:   {familyPSS, crypto.SHA384},
	MethodPSSSHA512:   {familyPSS, crypto.SHA512},
	MethodECDSASHA1:   {familyECDSA, crypto.SHA1},
	MethodECDSASHA256: {familyECDSA, crypto.SHA256},
	MethodECDSASHA384: {familyECDSA, crypto.SHA384},
	MethodECDSASHA512: {familyECDSA, crypto.SHA512},
	MethodHMACSHA1:    {familyHMAC, crypto.SHA1},
	MethodHMACSHA256:  {familyHMAC, crypto.SHA256},
	MethodEd25519:     {familyEdDSA, crypto.SHA512}, // over the octets themselves; the digest is inside
}

var digests = map[string]crypto.Hash{
	DigestMD5:    crypto.MD5,
	DigestSHA1:   crypto.SHA1,
	DigestSHA256: crypto.SHA256,
	DigestSHA384: crypto.SHA384,
	DigestSHA512: crypto.SHA512,
}

func digest(h crypto.Hash, octets []byte) []byte {
	d := h.New()
	d.Write(octets)
	return d.Sum(nil)
}
