package timestamp

import (
	"bytes"
	"crypto"
	_ "crypto/sha256" // the digests that a token may name
	_ "crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
	"time"

	"etalon/internal/verdict"
)

// Token is what an authority says: these bytes were there at this time.
type Token struct {
	Time     time.Time
	Accuracy time.Duration // 0 where the authority does not tell it
	Serial   *big.Int
	Policy   string // its object identifier
	// Authority is the certificate that signed the token.
	Authority *x509.Certificate
	// Trusted tells that it led to one of the roots given, at Time.
	Trusted bool
	nonce   *big.Int
	policy  asn1.ObjectIdentifier
}

// ErrUntrusted tells that a token is sound, but that its authority does not lead to the roots given.
var ErrUntrusted = verdict.Tell("l'autorité d'horodatage ne mène pas aux racines données", "the time authority does not lead to the roots given")

// Object identifiers of a token (RFC 3161 §2.4.2, RFC 5652 §11, RFC 5816).
var (
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTimeInfo      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigner        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSignerV2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidExtendedUsage = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidPSS           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
)

// digests are those that a token may use.
var digests = map[string]crypto.Hash{
	"2.16.840.1.101.3.4.2.1": crypto.SHA256, "2.16.840.1.101.3.4.2.2": crypto.SHA384, "2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

// reply is a TimeStampResp (RFC 3161 §2.4.2).
type reply struct {
	Status struct {
		Status int
		Words  []asn1.RawValue `asn1:"optional"`
		Fault  asn1.BitString  `asn1:"optional"`
	}
	Token asn1.RawValue `asn1:"optional"`
}

// timeInfo is a TSTInfo.
type timeInfo struct {
	Version int
	Policy  asn1.ObjectIdentifier
	Imprint struct {
		Digest pkix.AlgorithmIdentifier
		Sum    []byte
	}
	Serial     *big.Int
	Time       time.Time        `asn1:"generalized"`
	Accuracy   accuracy         `asn1:"optional"`
	Ordering   bool             `asn1:"optional,default:false"`
	Nonce      *big.Int         `asn1:"optional"`
	Authority  asn1.RawValue    `asn1:"tag:0,optional"`
	Extensions []pkix.Extension `asn1:"tag:1,optional"`
}

type accuracy struct {
	Seconds int64 `asn1:"optional"`
	Millis  int64 `asn1:"tag:0,optional"`
	Micros  int64 `asn1:"tag:1,optional"`
}

func (a accuracy) duration() time.Duration {
	return time.Duration(a.Seconds)*time.Second + time.Duration(a.Millis)*time.Millisecond + time.Duration(a.Micros)*time.Microsecond
}

// Verify reads a TimeStampResp offline: that it is granted, that its token is over the document and signed by the one certificate
// that it names, which is an authority's for nothing else and was valid then. With roots it also verifies that the authority led to
// one of them at that time, and returns ErrUntrusted (and the token) otherwise.
func Verify(response, document []byte, roots *x509.CertPool) (*Token, error) {
	t, err := read(response, document, roots)
	if err != nil {
		return t, verdict.Tell("vérification de l'horodatage : %s", "verify time-stamp: %s", err)
	}
	return t, nil
}

func read(response, document []byte, roots *x509.CertPool) (*Token, error) {
	raw, err := granted(response)
	if err != nil {
		return nil, err
	}
	return readToken(raw, document, roots)
}

// TokenOf is the token of a reply, in DER: what a signature carries beside it (RFC 3161 appendix A).
func TokenOf(response []byte) ([]byte, error) { return granted(response) }

// VerifyToken is Verify, of a token without the reply around it.
func VerifyToken(token, document []byte, roots *x509.CertPool) (*Token, error) {
	t, err := readToken(token, document, roots)
	if err != nil {
		return t, verdict.Tell("vérification de l'horodatage : %s", "verify time-stamp: %s", err)
	}
	return t, nil
}

func readToken(raw, document []byte, roots *x509.CertPool) (*Token, error) {
	c, err := readCMS(raw)
	if err != nil {
		return nil, err
	}
	signer, above, err := c.signedBy()
	if err != nil {
		return nil, err
	}
	t, err := readInfo(c.content, document)
	if err != nil {
		return nil, err
	}
	t.Authority = signer
	if err := authority(signer, t.Time); err != nil {
		return nil, err
	}
	if roots == nil {
		return t, nil
	}
	_, err = signer.Verify(x509.VerifyOptions{Roots: roots, Intermediates: above, CurrentTime: t.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}})
	if err != nil {
		return t, verdict.Tell("%s : %s : %s", "%s: %s: %s", ErrUntrusted, signer.Subject, err)
	}
	t.Trusted = true
	return t, nil
}

// granted returns the token of a reply, or why the authority gave none.
func granted(response []byte) ([]byte, error) {
	var r reply
	if rest, err := asn1.Unmarshal(response, &r); err != nil || len(rest) > 0 {
		return nil, verdict.Tell("ce n'est pas une réponse RFC 3161 : pas de TimeStampResp en DER", "not an RFC 3161 reply: it is no TimeStampResp in DER")
	}
	if r.Status.Status != 0 && r.Status.Status != 1 {
		said := ""
		for _, w := range r.Status.Words {
			said += " " + fmt.Sprintf("%.200q", w.Bytes)
		}
		return nil, verdict.Tell("l'autorité d'horodatage refuse (statut %d%s%s)", "the authority refuses (status %d%s%s)", r.Status.Status, fault(r.Status.Fault), said)
	}
	if len(r.Token.FullBytes) == 0 {
		return nil, verdict.Tell("l'autorité d'horodatage accorde, et n'envoie pas de jeton", "the authority grants, and sends no token")
	}
	return r.Token.FullBytes, nil
}

// fault names the first bit of a PKIFailureInfo.
func fault(bits asn1.BitString) string {
	for bit, name := range map[int]string{0: "badAlg", 2: "badRequest", 5: "badDataFormat", 14: "timeNotAvailable", 15: "unacceptedPolicy", 16: "unacceptedExtension", 17: "addInfoNotAvailable", 25: "systemFailure"} {
		if bits.At(bit) == 1 {
			return ", " + name
		}
	}
	return ""
}

// readInfo reads what the authority signed and compares its imprint with the document.
func readInfo(content, document []byte) (*Token, error) {
	var info timeInfo
	if rest, err := asn1.Unmarshal(content, &info); err != nil || len(rest) > 0 {
		return nil, verdict.Tell("ce que l'autorité d'horodatage a signé n'est pas un TSTInfo", "what the authority signed is no TSTInfo")
	}
	digest, known := digests[info.Imprint.Digest.Algorithm.String()]
	switch {
	case info.Version != 1:
		return nil, verdict.Tell("le jeton d'horodatage est de la version %d, et non 1", "the token is of version %d, not 1", info.Version)
	case !known:
		return nil, verdict.Tell("l'empreinte du jeton d'horodatage est en %s, et non en SHA-256, 384 ou 512", "the token's imprint is by %s, not by SHA-256, 384 or 512", info.Imprint.Digest.Algorithm)
	case !bytes.Equal(info.Imprint.Sum, sum(digest, document)):
		return nil, verdict.Tell("le jeton d'horodatage porte sur d'autres octets : son empreinte n'est pas celle du document", "the token is over other bytes: its message imprint is not that of the document")
	}
	for _, e := range info.Extensions {
		if e.Critical {
			return nil, verdict.Tell("le jeton d'horodatage a une extension critique %s, qui n'est pas connue ici", "the token has a critical extension %s that is not known here", e.Id)
		}
	}
	return &Token{
		Time: info.Time.UTC(), Accuracy: info.Accuracy.duration(), Serial: info.Serial, Policy: info.Policy.String(), nonce: info.Nonce, policy: info.Policy,
	}, nil
}

func sum(digest crypto.Hash, b []byte) []byte {
	h := digest.New()
	h.Write(b)
	return h.Sum(nil)
}

// authority refuses a certificate that is not one of a time authority alone, or was not valid at a time (RFC 3161 §2.3).
func authority(leaf *x509.Certificate, at time.Time) error {
	critical := slices.ContainsFunc(leaf.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(oidExtendedUsage) && e.Critical })
	only := len(leaf.ExtKeyUsage) == 1 && leaf.ExtKeyUsage[0] == x509.ExtKeyUsageTimeStamping && len(leaf.UnknownExtKeyUsage) == 0
	switch {
	case !critical || !only:
		return verdict.Tell("le certificat %s n'est pas celui d'une autorité d'horodatage : il lui faut l'usage étendu timeStamping, critique et seul", "the certificate %s is not a time authority's: want the extended key usage timeStamping, critical and alone", leaf.Subject)
	case at.After(leaf.NotAfter):
		return verdict.Tell("le certificat %s de l'autorité d'horodatage avait expiré, le %s", "the certificate %s of the time authority had expired, on %s", leaf.Subject, leaf.NotAfter.UTC().Format(time.RFC3339))
	case at.Before(leaf.NotBefore):
		return verdict.Tell("le certificat %s de l'autorité d'horodatage n'était pas encore valide : il commence le %s", "the certificate %s of the time authority was not valid yet: it begins on %s", leaf.Subject, leaf.NotBefore.UTC().Format(time.RFC3339))
	}
	return nil
}
