package verdict

import (
	"fmt"
	"strings"
)

// Severity of a requirement; the zero value is the gravest.
type Severity int

// The severities, gravest first.
const (
	Bloquante Severity = iota
	Majeure
	Mineure
	Observation
)

var severities = [...]string{"bloquante", "majeure", "mineure", "observation"}

// String returns the word used in files and tags.
func (s Severity) String() string {
	if s < 0 || int(s) >= len(severities) {
		return severities[Bloquante]
	}
	return severities[s]
}

// MarshalText writes the word used in files.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word used in files.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, w := range severities {
		if w == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("read severity %q: want one of %v", text, severities)
}

// Basis is the list of marks on which a case rests, separated by commas: S seed, X public excerpt,
// I implementation evidence, N general norms, P our profile.
type Basis string

// Standard tells whether the case counts for the level "au standard" (rule 8): it rests on S, X or I alone or among others.
func (b Basis) Standard() bool {
	for mark := range strings.SplitSeq(string(b), ",") {
		switch strings.TrimSpace(mark) {
		case "S", "X", "I":
			return true
		}
	}
	return false
}

// Text is one sentence in the two languages.
type Text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// In returns the sentence in a language, "en" or anything else for French.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.FR
}

// Requirement is one row of the catalogue.
type Requirement struct {
	ID    string   `json:"id"`
	Modes []string `json:"modes"`
	Roles []string `json:"roles"`
	Basis Basis    `json:"basis"`
	Title Text     `json:"title"`
	// Text states the requirement in a sentence or two of our own words.
	Text     Text     `json:"text"`
	Severity Severity `json:"severity"`
	// Source says where the requirement stands, for a reader who has the documents.
	Source string `json:"source"`
	// Cases lists the catalogue's cases, "P" and "N1" onwards, each with its own basis.
	Cases []CaseBasis `json:"cases"`
	// Untested maps a case id to the reason why no scenario plays it: "N2" in all roles and modes, "client/N2" in one
	// role, "client/P/N2" in one role and mode. See UntestedIn.
	Untested map[string]Text `json:"untested,omitempty"`
}

// UntestedIn returns the reason why no scenario plays the case with that short id in a role and mode, "ROLE/MODE".
func (r Requirement) UntestedIn(scope, id string) (Text, bool) {
	role, _, _ := strings.Cut(scope, "/")
	for _, entry := range []string{scope + "/" + id, role + "/" + id, id} {
		if reason, ok := r.Untested[entry]; ok {
			return reason, true
		}
	}
	return Text{}, false
}

// CaseBasis is one case of a requirement, by its short id ("P", "N2"), and the marks on which it rests.
type CaseBasis struct {
	ID    string `json:"id"`
	Basis Basis  `json:"basis"`
}

// BasisOf returns the basis of the case with that short id, and the requirement's own when it has none.
func (r Requirement) BasisOf(id string) Basis {
	for _, c := range r.Cases {
		if c.ID == id && c.Basis != "" {
			return c.Basis
		}
	}
	return r.Basis
}
