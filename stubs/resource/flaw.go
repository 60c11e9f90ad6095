package resource

import (
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/inquiry"
	"etalon/internal/verdict"
)

// Flaw is one neglect of the mock provider, with the requirements that a report must find failed.
type Flaw struct {
	bench.Flaw[policy]
	// Token is the only form of token with which the flaw shows; empty for the profile's, and for both.
	Token string
}

// Flaws returns every neglect, in the order of the catalogue's chapters.
func Flaws() []Flaw {
	return slices.Concat(
		received(gateway.LinkFlaws(), gateway.CallerFlaws()), contentFlaws(), timeFlaws(), audienceFlaws(), rightFlaws(),
		signatureFlaws(), parserFlaws(), lifeFlaws(), placeFlaws(), jwtFlaws(), resourceFlaws(), refusalFlaws(), cacheFlaws(),
		traceFlaws(), inquiryFlaws(), received(gateway.ConventionFlaws()),
	)
}

// blind is a flaw that overlooks the findings of some rules. must and may are requirements, separated by spaces.
func blind(name, must, may, fr, en string, rules ...string) Flaw {
	return neglecting(name, must, may, fr, en, overlooks(rules...))
}

// neglecting is a flaw with a neglect of its own.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return Flaw{Flaw: bench.Neglecting(name, must, may, fr, en, neglect)}
}

// within makes neglects of a part that other parties have too flaws of this one.
func within[Part any](flaws []bench.Flaw[Part], part func(*policy) *Part) []Flaw {
	var all []Flaw
	for _, f := range bench.Within(flaws, part) {
		all = append(all, Flaw{Flaw: f})
	}
	return all
}

// controls are the requirements that R02 plays again: its negatives are theirs.
var controls = []string{"V04", "V08", "V10", "V11", "G01", "G05"}

// received are the neglects of any gateway as flaws of this one, by the requirements of mode R.
func received(flaws ...[]gateway.Flaw) []Flaw {
	all := within(slices.Concat(flaws...), func(p *policy) *gateway.Neglect { return &p.Neglect })
	for i, f := range all {
		must, may := inModeR(f.Must), inModeR(f.May)
		if slices.ContainsFunc(must, func(id string) bool { return slices.Contains(controls, id) }) && !slices.Contains(must, "R02") {
			may = append(may, "R02")
		}
		all[i].Must, all[i].May = must, slices.DeleteFunc(may, func(id string) bool { return slices.Contains(must, id) })
	}
	return all
}

// inModeR names the requirements of mode R that stand for those of a list: the rights and the convention are R02's, those
// of other modes alone have none.
func inModeR(all []string) []string {
	var out []string
	for _, id := range all {
		switch {
		case id == "V13" || id == "V14" || strings.HasPrefix(id, "K0"):
			id = "R02"
		case strings.HasPrefix(id, "A") || strings.HasPrefix(id, "F") || id == "V15" || id == "L05":
			continue
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// bearing says with which form of token flaws show.
func bearing(token string, flaws ...Flaw) []Flaw {
	for i := range flaws {
		flaws[i].Token = token
	}
	return flaws
}

// has tells whether the call has a finding of that rule.
func has(c *call, rule string) bool {
	return slices.ContainsFunc(c.judged.Findings, func(f verdict.Finding) bool { return f.Rule == rule })
}

// inquiryFlaws neglect the exchange of traces with partners (X12 to X14).
func inquiryFlaws() []Flaw {
	return within(inquiry.Flaws(), func(p *policy) *inquiry.Neglect { return &p.desk })
}
