package bench

import (
	"slices"
	"strings"

	"etalon/internal/verdict"
)

// Flaw is one neglect that a mock party can play; P is the policy that it changes.
type Flaw[P any] struct {
	// Name is a verb of neglect: "skips-server-name".
	Name  string
	Title verdict.Text
	// Must lists the requirements that a report must find failed, May those that may fail with them; a failure
	// elsewhere is a false alarm.
	Must, May []string
	// Neglect changes the honest policy.
	Neglect func(*P)
}

// Neglecting is one flaw. must and may are requirements, separated by spaces.
func Neglecting[P any](name, must, may, fr, en string, neglect func(*P)) Flaw[P] {
	return Flaw[P]{Name: name, Must: strings.Fields(must), May: strings.Fields(may), Title: verdict.Text{FR: fr, EN: en}, Neglect: neglect}
}

// Within makes flaws of a part, which several parties have, flaws of one kind of party, whose policy holds that part.
func Within[P, Part any](flaws []Flaw[Part], part func(*P) *Part) []Flaw[P] {
	all := make([]Flaw[P], len(flaws))
	for i, f := range flaws {
		all[i] = Flaw[P]{Name: f.Name, Title: f.Title, Must: f.Must, May: f.May, Neglect: func(p *P) { f.Neglect(part(p)) }}
	}
	return all
}

// Commit plays the flaws of those names on an honest policy. It refuses a name that is not known.
func Commit[P any](policy *P, known []Flaw[P], names []string) error {
	for _, name := range names {
		i := slices.IndexFunc(known, func(f Flaw[P]) bool { return f.Name == name })
		if i < 0 {
			all := make([]string, len(known))
			for i, f := range known {
				all[i] = f.Name
			}
			return verdict.Tell("défaut « %s » : aucun de ce nom ; il y a %s", "find flaw %q: no such name; the flaws are %s", name, strings.Join(all, ", "))
		}
		known[i].Neglect(policy)
	}
	return nil
}
