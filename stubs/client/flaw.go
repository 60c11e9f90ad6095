package client

import (
	"slices"
	"strings"

	"etalon/internal/verdict"
)

// Flaw is one neglect of the mock client, with the requirements that a report must find failed.
type Flaw struct {
	// Name is a verb of neglect: "skips-server-name".
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
		linkFlaws(), identifierFlaws(), omissionFlaws(), contentFlaws(), signatureFlaws(), lifeFlaws(), exposureFlaws(),
		messageFlaws(), answerFlaws(), callerFlaws(), reactionFlaws(), traceFlaws(),
	)
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return Flaw{Name: name, Must: strings.Fields(must), May: strings.Fields(may), Title: verdict.Text{FR: fr, EN: en}, neglect: neglect}
}
