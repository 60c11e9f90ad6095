package scenario

import (
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// Covered is what is known of the testing of one requirement in one role and mode.
type Covered struct {
	Requirement string                  `json:"requirement"`
	Role        string                  `json:"role"`
	Mode        string                  `json:"mode"`
	Severity    verdict.Severity        `json:"severity"`
	Basis       verdict.Basis           `json:"basis"`
	Cases       []string                `json:"cases"` // addresses
	Flaws       []string                `json:"flaws"` // those that must make it fail
	Untested    map[string]verdict.Text `json:"untested,omitempty"`
	Missing     []string                `json:"missing"` // cases with neither scenario nor reason
}

// Accounted tells whether every case has a scenario or a reason, and a blocking requirement one of either.
func (c Covered) Accounted() bool {
	return len(c.Missing) == 0 && (len(c.Cases)+len(c.Untested) > 0 || c.Severity != verdict.Bloquante)
}

// UntestedIDs lists the cases that no scenario plays, sorted.
func (c Covered) UntestedIDs() []string {
	ids := make([]string, 0, len(c.Untested))
	for id := range c.Untested {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Scopes lists the roles and modes, ROLE/MODE, in which a plan has trials, role by role.
func Scopes(plan []Trial) []string {
	played := map[string]bool{}
	for i := range plan {
		played[plan[i].Scope()] = true
	}
	var scopes []string
	for _, role := range candidate.Roles() {
		for _, mode := range []interops.Mode{interops.ModeA, interops.ModeP, interops.ModeS, interops.ModeR, candidate.NoMode} {
			scope := string(role) + "/" + string(mode)
			if played[scope] {
				scopes = append(scopes, scope)
			}
		}
	}
	return scopes
}

// Coverage holds the catalogue against the plan and the flaws of the stubs: each row in each role and mode that the
// plan plays; and those that it plays in none, in theirs.
func Coverage(catalogue Catalogue, plan []Trial) []Covered {
	var rows []Covered
	played := Scopes(plan)
	for _, r := range catalogue {
		scopes := slices.DeleteFunc(slices.Clone(played), func(scope string) bool { return !r.Concerns(scope) })
		if len(scopes) == 0 {
			scopes = ownScopes(r)
		}
		for _, scope := range scopes {
			rows = append(rows, covered(r, scope, plan))
		}
	}
	return rows
}

// ownScopes lists the roles and modes that a requirement binds.
func ownScopes(r verdict.Requirement) []string {
	var scopes []string
	for _, role := range r.Roles {
		for _, mode := range r.Modes {
			if played(role, interops.Mode(mode)) {
				scopes = append(scopes, role+"/"+mode)
			}
		}
	}
	return scopes
}

func covered(r verdict.Requirement, scope string, plan []Trial) Covered {
	role, mode := candidate.SplitScope(scope)
	c := Covered{
		Requirement: r.ID, Role: string(role), Mode: string(mode), Severity: r.Severity, Basis: r.Basis,
		Cases: []string{}, Flaws: []string{}, Missing: []string{}, Untested: map[string]verdict.Text{},
	}
	played := map[string]bool{}
	for _, t := range plan {
		if t.Row.ID == r.ID && t.Scope() == scope {
			c.Cases = append(c.Cases, t.Address.String())
			played[t.Short()] = true
		}
	}
	for _, f := range stand.Flaws(scope) {
		if slices.Contains(f.Must, r.ID) {
			c.Flaws = append(c.Flaws, f.Name)
		}
	}
	for _, known := range r.Cases {
		reason, excused := r.UntestedIn(scope, known.ID)
		switch {
		case excused:
			c.Untested[known.ID] = reason
		case !played[known.ID]:
			c.Missing = append(c.Missing, known.ID)
		}
	}
	return c
}
