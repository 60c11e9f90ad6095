package seal

import (
	"crypto/x509"
	"errors"
	"time"

	"etalon/internal/pdfsig"
	rfc3161 "etalon/internal/timestamp"
	"etalon/internal/verdict"
)

// stamped verifies the time-stamp of an archive that has one: over the first envelope, near what the signer's clock said, and of the
// authorities given.
func (v *Verified) stamped(part map[string][]byte, o VerifyOptions) error {
	raw, timed := part[timestampMember]
	if !timed {
		v.told(PartStamp, Unchecked, "non horodatée : l'instant de la signature est celui que dit le signataire, aucun tiers ne l'atteste", "not time-stamped: the instant of the signature is what the signer tells, no third party attests it")
		return nil
	}
	roots := o.TimeRoots
	if roots == nil {
		roots = o.Roots
	}
	token, err := rfc3161.Verify(raw, part[attestationMember], roots)
	if err := v.near(timestampMember, token, err, o); err != nil {
		return err
	}
	v.Stamp = token
	if token.Trusted {
		v.told(PartStamp, Passed, "horodatée le %s par %s, qui mène aux autorités données", "time-stamped on %s by %s, which leads to the authorities given", token.Time.Format(time.RFC3339), token.Authority.Subject)
	} else {
		v.told(PartStamp, Warned, "horodatée le %s par %s, autorité NON reconnue : donnez ses autorités", "time-stamped on %s by %s, an authority NOT trusted: give its authorities", token.Time.Format(time.RFC3339), token.Authority.Subject)
	}
	return v.pages(part[pagesMember], roots, o)
}

// near refuses a token that is not sound, not of the authorities given for time, or far from what the signer's clock said.
func (v *Verified) near(member string, token *rfc3161.Token, err error, o VerifyOptions) error {
	if err != nil && (o.TimeRoots != nil || !errors.Is(err, rfc3161.ErrUntrusted)) {
		return of(member, err)
	}
	if off := token.Time.Sub(v.SignedAt); off > clockDrift+token.Accuracy || off < -clockDrift-token.Accuracy {
		return verdict.Tell("%s : l'autorité d'horodatage dit %s, et le signataire %s : l'un des deux se trompe", "%s: the authority says %s, and the signer %s: one of them is wrong", member, token.Time.Format(time.RFC3339), v.SignedAt.Format(time.RFC3339))
	}
	return nil
}

// pagesMember is the document of pages, signed in itself.
const pagesMember = "report.pdf"

// pages verifies the time-stamp that the signature of the document of pages carries (ETSI EN 319 142-1 §6.3, level B-T), where it
// carries one: over the value of that signature, as that of the archive.
func (v *Verified) pages(document []byte, roots *x509.CertPool, o VerifyOptions) error {
	for _, s := range pdfsig.Signatures(document) {
		if s.Stamp == nil {
			continue
		}
		token, err := rfc3161.VerifyToken(s.Stamp, s.Value, roots)
		if err := v.near(pagesMember, token, err, o); err != nil {
			return err
		}
		outcome := Passed
		if !token.Trusted {
			outcome = Warned
		}
		v.told(PartStamp, outcome, "%s : sa signature est horodatée le %s (PAdES B-T)", "%s: its signature is time-stamped on %s (PAdES B-T)", pagesMember, token.Time.Format(time.RFC3339))
	}
	return nil
}
