package authentication

import (
	"slices"
	"strings"

	"etalon/internal/emitter"
	"etalon/internal/verdict"
)

// Flaw is one neglect of the mock operator, with the requirements that a report must find failed.
type Flaw = emitter.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue's chapters.
func Flaws() []Flaw {
	return slices.Concat(
		shared(emitter.IdentifierFlaws(), emitter.OmissionFlaws(), emitter.ContentFlaws(), emitter.SignatureFlaws()),
		keyFlaws(), exposureFlaws(),
		loginFlaws(), rebondFlaws(), levelFlaws(), requestFlaws(), personFlaws(), sphereFlaws(), metadataFlaws(), rightFlaws(),
		contextFlaws(), logoutFlaws(), chainFlaws(),
		shared(emitter.TraceFlaws()), journeyFlaws(),
	)
}

// also are the requirements of mode S that may fail with the neglects of any emitter.
var also = map[string]string{
	"repeats-vi-id":               "S03 X10",
	"numbers-vi-by-the-hour":      "S03 X10",
	"omits-vi-id":                 "S03 X10",
	"omits-issuer":                "S05",
	"omits-nameid":                "S13 D01 D03",
	"omits-authninstant":          "S12",
	"omits-authncontext":          "S08",
	"omits-audience":              "S04",
	"omits-pagm":                  "S18",
	"misnames-pagm-attribute":     "S18",
	"stamps-authentication-now":   "S10 S12",
	"freezes-authninstant":        "S10 S12",
	"states-class-unspecified":    "S08",
	"signs-in-as-service-account": "S13 D01 D03",
	"forgets-one-vi-in-two":       "X10 X11",
	"forgets-all-vis":             "X10 X11",
	"truncates-vi-id":             "X10",
	"traces-own-vi-id":            "X10",
	"traces-with-wrong-clock":     "X10",
	"traces-local-time":           "X10",
}

// shared are neglects that any emitter of VIs may commit; what fails by them in modes A and P alone is left out.
func shared(flaws ...[]emitter.Flaw[emitter.Policy]) []Flaw {
	all := emitter.Within(slices.Concat(flaws...), func(p *policy) *emitter.Policy { return &p.Policy })
	for i, f := range all {
		f.May = slices.DeleteFunc(slices.Concat(f.May, strings.Fields(also[f.Name])), func(requirement string) bool {
			return requirement[0] == 'A' || requirement[0] == 'L' || requirement[0] == 'K'
		})
		all[i] = f
	}
	return all
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return emitter.Neglecting(name, must, may, fr, en, neglect)
}

// blind is a flaw that overlooks the findings of some rules in the messages that come.
func blind(name, must, may, fr, en string, rules ...string) Flaw {
	return neglecting(name, must, may, fr, en, overlooks(rules...))
}

// overlooks makes the operator blind to findings.
func overlooks(rules ...string) func(*policy) {
	return func(p *policy) {
		p.excused = func(found []verdict.Finding) []verdict.Finding {
			return slices.DeleteFunc(slices.Clone(found), func(f verdict.Finding) bool { return slices.Contains(rules, f.Rule) })
		}
	}
}

// both commits several neglects at once.
func both(neglects ...func(*policy)) func(*policy) {
	return func(p *policy) {
		for _, neglect := range neglects {
			neglect(p)
		}
	}
}
