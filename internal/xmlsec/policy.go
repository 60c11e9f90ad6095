package xmlsec

// Policy is what a verifier accepts, by algorithm URI.
type Policy struct {
	Methods []string
	Digests []string
	// Transforms are those of references; the canonicalisations among them are also allowed for SignedInfo.
	Transforms []string
	// AllowEmptyURI accepts URI="". It designates the parent of the signature: the assertion as it was signed on
	// its own, before it was put into a message.
	AllowEmptyURI bool
	MinRSABits    int
}

// CurrentPolicy is that of the current profile (G02, G03).
var CurrentPolicy = Policy{
	Methods: []string{
		MethodRSASHA256, MethodRSASHA384, MethodRSASHA512, MethodECDSASHA256, MethodECDSASHA384, MethodECDSASHA512,
	},
	Digests:    []string{DigestSHA256, DigestSHA384, DigestSHA512},
	Transforms: []string{TransformEnveloped, TransformExclusive},
	MinRSABits: 2048,
}

// LegacyPolicy adds SHA-1 and the empty URI, as implementations of 2016 sign.
var LegacyPolicy = Policy{
	Methods:       append([]string{MethodRSASHA1, MethodECDSASHA1}, CurrentPolicy.Methods...),
	Digests:       append([]string{DigestSHA1}, CurrentPolicy.Digests...),
	Transforms:    CurrentPolicy.Transforms,
	AllowEmptyURI: true,
	MinRSABits:    2048,
}
