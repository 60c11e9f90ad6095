package saml

import "etalon/internal/interops"

// modeRequirements maps a requirement of Rules that does not bind a mode to the one that does.
var modeRequirements = map[interops.Mode]map[string]string{
	interops.ModeP: {"V15": "V01", "A07": "V05"},
	interops.ModeR: {"V13": "R02", "V14": "R02", "V15": "V01", "A07": "V05", "K01": "R02", "K02": "R02"},
	interops.ModeS: {"V15": "V01", "A07": "V05", "K01": "S02", "K02": "S02", "T06": "S02", "T08": "G05"},
}

// sphereRules names the requirement of a rule in mode S, where it is not that of the row in modeRequirements.
var sphereRules = map[string]string{"issuer-without-project": "S02"}

// sphereEmitter does the same for what an authentication operator emits.
var sphereEmitter = map[string]string{
	"V13": "S18", "V14": "S18", "K01": "S05", "L01": "V18", "L03": "V18",
}

// restEmitter does the same for what a client of mode R emits.
var restEmitter = map[string]string{
	"V13": "R07", "V14": "R07", "K01": "R07", "K02": "R07", "T06": "R07", "L01": "R07", "L03": "R07", "L07": "V18",
}

// Requirement returns the requirement that a rule names in a mode: that of the receiver, or with emitted that of
// whom the VI is the work; empty for an unknown rule. In mode A it is Rules and EmitterRequirement.
func Requirement(rule string, mode interops.Mode, emitted bool) string {
	if !emitted {
		if r, ok := sphereRules[rule]; ok && mode == interops.ModeS {
			return r
		}
		if r, ok := modeRequirements[mode][Rules[rule]]; ok {
			return r
		}
		return Rules[rule]
	}
	own := map[interops.Mode]map[string]string{interops.ModeS: sphereEmitter, interops.ModeR: restEmitter}[mode]
	if r, ok := own[Rules[rule]]; ok {
		return r
	}
	if r, ok := own[EmitterRequirement(rule)]; ok {
		return r
	}
	return EmitterRequirement(rule)
}
