package scenario

import "etalon/internal/verdict"

// Answer says whether a need of a trial is met. When it is not, Declared tells that the candidate's own declaration,
// or the convention, makes the trial not apply, rather than a means of observation that we lack.
type Answer struct {
	Why      verdict.Reason
	Declared bool
	Met      bool
}

// Met is the answer that nothing stands in the way.
var Met = Answer{Met: true}

// Lacks answers for a means of observation that we lack.
func Lacks(key string) Answer { return Answer{Why: verdict.Reason{Key: key}} }

// Declares answers for a condition that the candidate declares.
func Declares(ok bool, name string) Answer {
	return Answer{verdict.Reason{Key: verdict.ReasonNotDeclared, Args: []string{name}}, true, ok}
}

// Agrees answers for a condition that the convention or the profile settles.
func Agrees(ok bool, name string) Answer {
	return Answer{verdict.Reason{Key: verdict.ReasonNotInConvention, Args: []string{name}}, true, ok}
}

// UnknownNeed answers for a tag that no table has: a mistake of ours.
func UnknownNeed(name string) Answer {
	return Answer{Why: verdict.Reason{Key: verdict.ReasonHarnessError, Args: []string{"besoin inconnu : " + name}}}
}
