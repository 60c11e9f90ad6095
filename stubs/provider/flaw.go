package provider

import (
	"slices"
	"strings"

	"etalon/internal/gateway"
	"etalon/internal/inquiry"
	"etalon/internal/verdict"
)

// Flaw is one neglect of the mock provider, with the requirements that a report must find failed.
type Flaw struct {
	// Name is a verb of neglect: "skips-audience".
	Name  string
	Title verdict.Text
	// Must lists the requirements that fail, May those that may fail with them; a failure elsewhere is a
	// false alarm.
	Must, May []string
	neglect   func(*policy)
}

// Flaws returns every neglect, in the order of the catalogue's chapters.
func Flaws() []Flaw {
	return slices.Concat(
		linkFlaws(), contentFlaws(), timeFlaws(), audienceFlaws(), rightFlaws(), signatureFlaws(), certificateFlaws(),
		wrappingFlaws(), parserFlaws(), lifeFlaws(), headerFlaws(), messageFlaws(), effectFlaws(), faultFlaws(),
		traceFlaws(), inquiryFlaws(), conventionFlaws(),
	)
}

// blind is a flaw that overlooks the findings of some rules. must and may are requirements, separated by spaces.
func blind(name, must, may, fr, en string, rules ...string) Flaw {
	return neglecting(name, must, may, fr, en, overlooks(rules...))
}

// neglecting is a flaw with a neglect of its own.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return Flaw{Name: name, Must: strings.Fields(must), May: strings.Fields(may), Title: verdict.Text{FR: fr, EN: en}, neglect: neglect}
}

// shared are the blindnesses of any receiver as flaws of this one: their effect is that of A04.
func shared(all []gateway.Blindness) []Flaw {
	flaws := make([]Flaw, len(all))
	for i, b := range all {
		flaws[i] = Flaw{Name: b.Name, Title: b.Title, Must: b.Must, May: append([]string{"A04"}, b.May...), neglect: func(p *policy) {
			before := p.excused
			p.excused = func(f verdict.Finding, c *call) bool { return b.Overlooks(f, c.judged.Findings) || before(f, c) }
		}}
	}
	return flaws
}

// inquiryFlaws neglect the exchange of traces with partners (X12 to X14).
func inquiryFlaws() []Flaw {
	all := inquiry.Flaws()
	flaws := make([]Flaw, len(all))
	for i, f := range all {
		flaws[i] = neglecting(f.Name, f.Must, f.May, f.Title.FR, f.Title.EN, func(p *policy) { f.Neglect(&p.desk) })
	}
	return flaws
}
