package scenario

import (
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// Covered is what is known of the testing of one requirement in one role.
type Covered struct {
	Requirement string                  `json:"requirement"`
	Role        string                  `json:"role"`
	Severity    verdict.Severity        `json:"severity"`
	Basis       verdict.Basis           `json:"basis"`
	Cases       []string                `json:"cases"` // addresses
	Flaws       []string                `json:"flaws"` // those that must make it fail
	Untested    map[string]verdict.Text `json:"untested,omitempty"`
	Missing     []string                `json:"missing"` // cases with neither scenario nor reason
}

// Accounted tells whether every case has a scenario or a reason, and a blocking requirement a case.
func (c Covered) Accounted() bool {
	return len(c.Missing) == 0 && (len(c.Cases) > 0 || c.Severity != verdict.Bloquante)
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

// Coverage holds the catalogue against the plan and the flaws of the stubs, row by row and role by role.
func Coverage(catalogue Catalogue, plan []Trial) []Covered {
	var rows []Covered
	for _, r := range catalogue {
		for _, role := range []candidate.Role{candidate.RoleProvider, candidate.RoleClient} {
			if slices.Contains(r.Roles, string(role)) {
				rows = append(rows, covered(r, role, plan))
			}
		}
	}
	return rows
}

func covered(r verdict.Requirement, role candidate.Role, plan []Trial) Covered {
	c := Covered{
		Requirement: r.ID, Role: string(role), Severity: r.Severity, Basis: r.Basis,
		Cases: []string{}, Flaws: []string{}, Missing: []string{}, Untested: map[string]verdict.Text{},
	}
	played := map[string]bool{}
	for _, t := range plan {
		if t.Row.ID == r.ID && t.Role == string(role) {
			c.Cases = append(c.Cases, t.Address.String())
			played[t.Short()] = true
		}
	}
	for _, f := range Flaws(role) {
		if slices.Contains(f.Must, r.ID) {
			c.Flaws = append(c.Flaws, f.Name)
		}
	}
	for id, reason := range r.Untested {
		of, short, qualified := strings.Cut(id, "/")
		switch {
		case !qualified:
			c.Untested[id] = reason
		case of == string(role):
			c.Untested[short] = reason
		}
	}
	for _, known := range r.Cases {
		if _, excused := c.Untested[known.ID]; !excused && !played[known.ID] {
			c.Missing = append(c.Missing, known.ID)
		}
	}
	return c
}
