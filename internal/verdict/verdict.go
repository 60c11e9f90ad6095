// Package verdict is the judge's vocabulary: requirement, case, finding, verdict, record and level.
// It decides nothing about messages and does no I/O: what it is told, it weighs.
package verdict

import "fmt"

// Verdict is the outcome of a case or of a requirement. The zero value is Inconclusive: nothing run is never a pass.
type Verdict int

// The verdicts.
const (
	Inconclusive Verdict = iota
	NotApplicable
	Pass
	Review // declared evidence waits for a person
	Waived
	Fail
)

var words = [...]string{"inconclusive", "not_applicable", "pass", "review", "waived", "fail"}

// String returns the word used in files.
func (v Verdict) String() string {
	if v < 0 || int(v) >= len(words) {
		return words[Inconclusive]
	}
	return words[v]
}

// MarshalText writes the word used in files.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word used in files.
func (v *Verdict) UnmarshalText(text []byte) error {
	for i, w := range words {
		if w == string(text) {
			*v = Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("read verdict %q: want one of %v", text, words)
}

// worstFirst is the order of the roll-up.
var worstFirst = [...]Verdict{Fail, Inconclusive, Review, Waived, Pass, NotApplicable}

// RollUp returns the worst of the verdicts, and Inconclusive of none.
func RollUp(vs ...Verdict) Verdict {
	for _, w := range worstFirst {
		for _, v := range vs {
			if v == w {
				return w
			}
		}
	}
	return Inconclusive
}
