package service

import (
	"slices"
	"strings"

	"etalon/internal/verdict"
)

// Flaw is one neglect of the mock receiver, with the requirements that a report must find failed.
type Flaw struct {
	// Name is a verb of neglect: "keeps-session-id".
	Name  string
	Title verdict.Text
	// Role is the role that a candidate with the flaw plays.
	Role string
	// Transport is the only one in which the flaw shows; empty for all.
	Transport string
	// Must lists the requirements that fail, May those that may fail with them; a failure elsewhere is a
	// false alarm.
	Must, May []string
	neglect   func(*policy)
}

// Flaws returns every neglect, in the order of the catalogue's chapters.
func Flaws() []Flaw {
	return slices.Concat([]Flaw{})
}

// Behaviours returns the candidates that a judge must report for what they are.
func Behaviours() []Flaw { return nil }

// neglecting is a flaw with a neglect of its own. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return Flaw{
		Name: name, Role: Provider, Must: strings.Fields(must), May: strings.Fields(may), Title: verdict.Text{FR: fr, EN: en},
		neglect: neglect,
	}
}
