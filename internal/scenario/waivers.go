package scenario

import (
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// ErrCertification tells that a run of certification was given waivers.
var ErrCertification = verdict.Tell("une exécution de certification n'admet aucune dérogation", "a run of certification accepts no waiver")

// LoadWaivers reads the file of the failures of a candidate that are accepted beforehand, at an instant; none without a path.
// The error is candidate.Problems when its user can mend it.
func LoadWaivers(path string, c *candidate.Candidate, catalogue Catalogue, plan []Trial, now time.Time) ([]verdict.Waiver, error) {
	if path == "" {
		return nil, nil
	}
	return candidate.LoadWaivers(path, Waivable(c.Scope(), Certifies(c), catalogue, plan), now)
}

// Waivable is what waivers may name of a candidate with a scope, in a run that is or is not one of certification.
func Waivable(scope []string, certification bool, catalogue Catalogue, plan []Trial) candidate.Waivable {
	on := candidate.Waivable{Catalogue: catalogue, Scope: scope, Certification: certification}
	for _, t := range plan {
		on.Cases = append(on.Cases, t.Address.String())
	}
	return on
}

// Certifies tells whether the profile of a candidate makes its runs ones of certification.
func Certifies(c *candidate.Candidate) bool {
	return c.Profile != nil && c.Profile.Purpose == interops.Certification
}

// mayWaive refuses the waivers of a run that accepts none.
func mayWaive(c *candidate.Candidate, waivers []verdict.Waiver) error {
	if len(waivers) > 0 && Certifies(c) {
		return ErrCertification
	}
	return nil
}
