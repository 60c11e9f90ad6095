package seal

import (
	"fmt"
	"time"
)

// Outcome is what came out of looking at one part of an archive.
type Outcome string

// The outcomes.
const (
	Passed    Outcome = "passed"
	Failed    Outcome = "failed"
	Warned    Outcome = "warned"    // nothing is wrong, and a person must know it
	Unchecked Outcome = "unchecked" // not looked at, and why
)

// Check is one thing that a verification looked at, or did not.
type Check struct {
	Part    Part
	Outcome Outcome
	french  string
	english string
}

// In is what the check tells, in a language: "en", or anything else for French.
func (c Check) In(lang string) string {
	if lang == "en" {
		return c.english
	}
	return c.french
}

// told adds a check, in both languages, with the same values.
func (v *Verified) told(part Part, outcome Outcome, french, english string, values ...any) {
	if len(values) > 0 {
		french, english = fmt.Sprintf(french, values...), fmt.Sprintf(english, values...)
	}
	v.Checks = append(v.Checks, Check{part, outcome, french, english})
}

// instant is when the archive was signed: what a trusted authority attests, else what the signer's clock said.
func (v *Verified) instant() time.Time {
	if v.Stamp != nil && v.Stamp.Trusted {
		return v.Stamp.Time
	}
	return v.SignedAt
}

// inForce tells whether the attestation holds at an instant.
func (v *Verified) inForce(at time.Time) {
	const day = "2006-01-02"
	switch {
	case v.NotAfter.IsZero():
		v.told(PartValidity, Unchecked, "aucune durée de validité n'est signée", "no time of validity is signed")
	case at.After(v.NotAfter):
		v.Lapsed = true
		v.told(PartValidity, Warned, "n'est plus en vigueur : l'attestation valait du %s au %s", "no longer in force: the attestation held from %s to %s", v.NotBefore.Format(day), v.NotAfter.Format(day))
	default:
		v.told(PartValidity, Passed, "en vigueur : l'attestation vaut du %s au %s", "in force: the attestation holds from %s to %s", v.NotBefore.Format(day), v.NotAfter.Format(day))
	}
}

// limits tells what no verification can.
func (v *Verified) limits() {
	if v.Test {
		v.told(PartLimits, Warned, "clé de TEST : la signature ne dit rien de qui a exécuté", "TEST key: the signature says nothing about who ran it")
	}
	if v.Expired {
		v.told(PartLimits, Warned, "le certificat du signataire, valide alors, a expiré depuis", "the signer's certificate, valid then, has expired since")
	}
	v.told(PartLimits, Unchecked, "que le candidat jugé est bien celui qui est en service, et que le signataire a joué honnêtement, aucune vérification ne le dit",
		"that the candidate judged is the one in service, and that the signer played honestly, no verification can tell")
}
