package verdict

import "fmt"

// Level is what a report concludes. The zero value is Undetermined.
type Level int

// The levels.
const (
	Undetermined Level = iota // indéterminé
	Conforme
	NonConformeMajeure
	NonConformeBloquante
)

var levels = [...]string{"indetermine", "conforme", "majeure", "bloquante"}

// String returns the word used in files.
func (l Level) String() string {
	if l < 0 || int(l) >= len(levels) {
		return levels[Undetermined]
	}
	return levels[l]
}

// MarshalText writes the word used in files.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the word used in files.
func (l *Level) UnmarshalText(text []byte) error {
	for i, w := range levels {
		if w == string(text) {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("read level %q: want one of %v", text, levels)
}

// Levels are the two that a report prints (rule 8).
type Levels struct {
	Standard Level `json:"standard"` // cases that rest on S, X or I
	Profile  Level `json:"profile"`  // all cases
}
