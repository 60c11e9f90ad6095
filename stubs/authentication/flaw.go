package authentication

import (
	"slices"
	"strings"

	"etalon/internal/verdict"
)

// Flaw is one neglect of the mock operator, with the requirements that a report must find failed.
type Flaw struct {
	// Name is a verb of neglect: "overstates-level".
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
		identifierFlaws(), omissionFlaws(), contentFlaws(), signatureFlaws(), exposureFlaws(),
		loginFlaws(), rebondFlaws(), levelFlaws(), requestFlaws(), sphereFlaws(), rightFlaws(),
		contextFlaws(), logoutFlaws(), chainFlaws(), traceFlaws(),
	)
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return Flaw{Name: name, Must: strings.Fields(must), May: strings.Fields(may), Title: verdict.Text{FR: fr, EN: en}, neglect: neglect}
}

// blind is a flaw that overlooks the findings of some rules in a message that comes.
func blind(name, must, may, fr, en string, rules ...string) Flaw {
	return neglecting(name, must, may, fr, en, func(p *policy) {
		p.excused = func(found []verdict.Finding) []verdict.Finding {
			return slices.DeleteFunc(slices.Clone(found), func(f verdict.Finding) bool { return slices.Contains(rules, f.Rule) })
		}
	})
}
