package seal

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"slices"
	"time"

	"etalon/internal/verdict"
)

// List is a file that tells what was revoked.
type List struct {
	Name  string
	Bytes []byte
}

// revoked looks an archive up in each list, which must be sound and in force.
func (v *Verified) revoked(attestation []byte, chain []*x509.Certificate, o VerifyOptions) (Part, error) {
	if len(o.Revoked) == 0 {
		v.told(PartRevoked, Unchecked, "révocation non vérifiée : donnez la liste de l'autorité du signataire, ou celle des attestations retirées", "revocation not checked: give the list of the signer's authority, or that of withdrawn attestations")
		return "", nil
	}
	for _, l := range o.Revoked {
		var part Part
		var err error
		if trimmed := bytes.TrimSpace(l.Bytes); len(trimmed) > 0 && trimmed[0] == '{' {
			part, err = v.withdrawn(l.Bytes, attestation, o)
		} else {
			part, err = v.struck(l.Bytes, chain, o)
		}
		if o.Heard != nil && errors.Is(err, errElsewhere) {
			continue
		}
		if err != nil {
			return part, of(l.Name, err)
		}
		if o.Heard != nil {
			o.Heard[l.Name] = true
		}
	}
	return "", nil
}

// errElsewhere tells a list that is not of this signer's authorities.
var errElsewhere = verdict.Tell("la liste n'est pas pour ce signataire", "the list is not for this signer")

// Unheard is the error of the first list that spoke of no signer, once all the archives were verified; nil where each did.
func (o VerifyOptions) Unheard() error {
	for _, l := range o.Revoked {
		if !o.Heard[l.Name] {
			return &Unsound{Part: PartLists, Err: verdict.Tell("%s : %s, ni pour un autre ici : donnez celle d'une autorité de l'un d'eux", "%s: %s, nor for any other here: give that of an authority of one of them", l.Name, errElsewhere)}
		}
	}
	return nil
}

// struck looks the certificates of a chain up in a CRL of one of the authorities above them.
func (v *Verified) struck(raw []byte, chain []*x509.Certificate, o VerifyOptions) (Part, error) {
	list, err := readCRL(raw, o.Now)
	if err != nil {
		return PartLists, err
	}
	above := slices.Concat(chain[1:], o.Above)
	if !slices.ContainsFunc(above, func(c *x509.Certificate) bool {
		return bytes.Equal(c.RawSubject, list.RawIssuer) && list.CheckSignatureFrom(c) == nil
	}) {
		return PartLists, verdict.Tell("%s : la liste de révocation (CRL) de %s n'est signée par aucune autorité de la chaîne de l'archive ni des racines données", "%s: the CRL of %s is not signed by an authority of the archive's chain or of the roots given", errElsewhere, list.Issuer)
	}
	concerned := 0
	for _, c := range chain {
		if !bytes.Equal(c.RawIssuer, list.RawIssuer) {
			continue
		}
		concerned++
		i := slices.IndexFunc(list.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool { return e.SerialNumber.Cmp(c.SerialNumber) == 0 })
		if i < 0 {
			continue
		}
		since := list.RevokedCertificateEntries[i].RevocationTime
		if v.Stamp == nil || !v.Stamp.Trusted || !v.Stamp.Time.Before(since) || list.RevokedCertificateEntries[i].ReasonCode == keyCompromise {
			return PartRevoked, verdict.Tell("le certificat %s a été révoqué, le %s", "the certificate %s was revoked, on %s", c.Subject, since.UTC().Format(time.RFC3339))
		}
		v.told(PartRevoked, Warned, "le certificat %s a été révoqué le %s, après la signature : l'horodatage le prouve", "the certificate %s was revoked on %s, after the signature: the time-stamp proves it", c.Subject, since.UTC().Format(time.RFC3339))
	}
	if concerned == 0 {
		return PartLists, verdict.Tell("%s : la liste de révocation (CRL) de %s ne dit rien de ce signataire : donnez celle de %s", "%s: the CRL of %s says nothing of this signer: give that of %s", errElsewhere, list.Issuer, chain[0].Issuer)
	}
	v.told(PartRevoked, Passed, "liste de révocation de %s, du %s : lue", "revocation list of %s, of %s: read", list.Issuer, list.ThisUpdate.UTC().Format(time.RFC3339))
	return "", nil
}

// keyCompromise is the reason for which even what was signed before a revocation is worth nothing (RFC 5280 §5.3.1).
const keyCompromise = 1

// readCRL reads a whole CRL that is in force.
func readCRL(raw []byte, now time.Time) (*x509.RevocationList, error) {
	if block, _ := pem.Decode(raw); block != nil {
		if block.Type != "X509 CRL" {
			return nil, verdict.Tell("il faut une liste de révocation (CRL, en PEM ou en DER) ou une liste d'attestations retirées, et non %q", "want a CRL (PEM or DER) or a list of withdrawn attestations, not a %q", block.Type)
		}
		raw = block.Bytes
	}
	list, err := x509.ParseRevocationList(raw)
	if err != nil {
		return nil, unread("il faut une liste de révocation (CRL, en PEM ou en DER) ou une liste d'attestations retirées ; ceci n'est ni l'une ni l'autre", "want a CRL (PEM or DER) or a list of withdrawn attestations", err)
	}
	switch {
	case list.ThisUpdate.After(now.Add(clockDrift)):
		return nil, verdict.Tell("la liste de révocation (CRL) de %s est du %s, qui est encore à venir", "the CRL of %s is of %s, which is still to come", list.Issuer, list.ThisUpdate.UTC().Format(time.RFC3339))
	case list.NextUpdate.IsZero() || now.After(list.NextUpdate):
		return nil, verdict.Tell("la liste de révocation (CRL) de %s a expiré le %s : allez chercher la présente", "the CRL of %s expired on %s: fetch the present one", list.Issuer, list.NextUpdate.UTC().Format(time.RFC3339))
	}
	return list, whole(list)
}

// issuingPoint is the extension of a CRL that tells what it covers (RFC 5280 §5.2.5).
var issuingPoint = asn1.ObjectIdentifier{2, 5, 29, 28}

// whole refuses a CRL that covers only some certificates of people, or some reasons: an absence from it would prove nothing.
func whole(list *x509.RevocationList) error {
	partial := func(e pkix.Extension) bool {
		if !e.Critical {
			return false
		}
		var point struct {
			Name        asn1.RawValue  `asn1:"tag:0,optional"`
			Users       bool           `asn1:"tag:1,optional"`
			Authorities bool           `asn1:"tag:2,optional"`
			Reasons     asn1.BitString `asn1:"tag:3,optional"`
			Indirect    bool           `asn1:"tag:4,optional"`
			Attributes  bool           `asn1:"tag:5,optional"`
		}
		rest, err := asn1.Unmarshal(e.Value, &point)
		return !e.Id.Equal(issuingPoint) || err != nil || len(rest) > 0 || point.Authorities || point.Reasons.BitLength > 0 || point.Indirect || point.Attributes
	}
	if slices.ContainsFunc(list.Extensions, partial) {
		return verdict.Tell("la liste de révocation (CRL) n'en couvre qu'une partie (delta, indirecte, ou d'autres certificats) : donnez la liste entière", "the CRL covers a part only (delta, indirect, or of other certificates): give the whole one")
	}
	return nil
}
