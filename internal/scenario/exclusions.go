package scenario

import (
	"errors"
	"fmt"
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// ErrExclusion tells that a candidate excludes what binds none of its roles.
var ErrExclusion = errors.New("is no requirement of that role: conformance list requirements")

// exclusions lists what a candidate does not claim, by role. It refuses what is no requirement of the role; the roles of
// MSSanté declare theirs together, and each keeps those that bind it.
func exclusions(c *candidate.Candidate, catalogue Catalogue) ([]verdict.Exclusion, error) {
	var all []verdict.Exclusion
	for _, e := range c.Exclusions() {
		together := slices.Contains(candidate.MSSRoles(), candidate.Role(e.Role))
		key, binds := "roles."+e.Role+".excludes", func(role string) bool { return role == e.Role }
		if together {
			key, binds = "mssante.excludes", func(role string) bool { return slices.Contains(candidate.MSSRoles(), candidate.Role(role)) }
		}
		q, ok := catalogue.Of(e.Requirement)
		if !ok || !slices.ContainsFunc(q.Roles, binds) {
			return nil, fmt.Errorf("read %s: %s %w", key, e.Requirement, ErrExclusion)
		}
		if slices.Contains(q.Roles, e.Role) {
			all = append(all, e)
		}
	}
	return all, nil
}
