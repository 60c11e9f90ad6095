package seal

import (
	"errors"
	"fmt"
	"time"

	rfc3161 "etalon/internal/timestamp"
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
	if err != nil && (o.TimeRoots != nil || !errors.Is(err, rfc3161.ErrUntrusted)) {
		return fmt.Errorf("%s: %w", timestampMember, err)
	}
	if off := token.Time.Sub(v.SignedAt); off > clockDrift+token.Accuracy || off < -clockDrift-token.Accuracy {
		return fmt.Errorf("%s: the authority says %s, and the signer %s: one of them is wrong", timestampMember, token.Time.Format(time.RFC3339), v.SignedAt.Format(time.RFC3339))
	}
	v.Stamp = token
	if token.Trusted {
		v.told(PartStamp, Passed, "horodatée le %s par %s, qui mène aux autorités données", "time-stamped on %s by %s, which leads to the authorities given", token.Time.Format(time.RFC3339), token.Authority.Subject)
		return nil
	}
	v.told(PartStamp, Warned, "horodatée le %s par %s, autorité NON reconnue : donnez ses autorités", "time-stamped on %s by %s, an authority NOT trusted: give its authorities", token.Time.Format(time.RFC3339), token.Authority.Subject)
	return nil
}
