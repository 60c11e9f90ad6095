package authentication

import (
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/verdict"
)

// Flaw is one neglect of the mock operator, with the requirements that a report must find failed.
type Flaw = bench.Flaw[policy]

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
	"omits-authncontext":          "C08 S08",
	"stamps-authentication-now":   "S10 S12",
	"freezes-authninstant":        "S10 S12",
	"states-class-unspecified":    "C08 S08",
	"signs-in-as-service-account": "S13 D01 D03 X11",
	"forgets-one-vi-in-two":       "X10 X11",
	"forgets-all-vis":             "X10 X11",
	"truncates-vi-id":             "X10",
	"traces-own-vi-id":            "X10",
	"traces-with-wrong-clock":     "X10",
	"traces-local-time":           "X10",
}

// instead are the requirements of mode S that must fail in place of those of the other modes.
var instead = map[string]string{
	"omits-pagm": "S18", "misnames-pagm-attribute": "S18",
	// A browser brings the VI: nothing but its identifier joins it with its record.
	"truncates-vi-id": "X01", "traces-own-vi-id": "X01",
}

// shared are neglects that any emitter of VIs may commit; what fails by them in modes A and P alone is left out, as is
// the answer to a demand for traces, which no operator owes (X12).
func shared(flaws ...[]emitter.Flaw) []Flaw {
	all := bench.Within(slices.Concat(flaws...), func(p *policy) *emitter.Policy { return &p.Policy })
	for i, f := range all {
		if must, ok := instead[f.Name]; ok {
			f.Must, f.May = []string{must}, append(slices.Clone(f.May), f.Must...)
		}
		f.May = slices.DeleteFunc(slices.Concat(f.May, strings.Fields(also[f.Name])), func(requirement string) bool {
			return strings.Contains("ALK", requirement[:1]) || requirement == "X12"
		})
		all[i] = f
	}
	return all
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// blind is a flaw that overlooks the findings of some rules in the messages of one requirement.
func blind(name, must, may, fr, en string, rules ...string) Flaw {
	return neglecting(name, must, may, fr, en, overlooks(must, rules...))
}

// overlooks makes the operator blind to findings of a requirement.
func overlooks(requirement string, rules ...string) func(*policy) {
	return func(p *policy) {
		p.excused = func(found []verdict.Finding) []verdict.Finding {
			return slices.DeleteFunc(slices.Clone(found), func(f verdict.Finding) bool {
				return f.Requirement == requirement && slices.Contains(rules, f.Rule)
			})
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
