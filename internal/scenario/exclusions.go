package scenario

import (
	"maps"
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// ErrExclusion tells that a candidate excludes, or declares a document for, what binds none of its roles.
var ErrExclusion = verdict.Tell("n'est pas une exigence de ce rôle : conformance list requirements", "is no requirement of that role: conformance list requirements")

// exclusions lists what a candidate does not claim, by role. It refuses what is no requirement of the role; the roles of
// MSSanté declare theirs together, and each keeps those that bind it. A document for what is no requirement is refused too:
// it would go unread.
func exclusions(c *candidate.Candidate, catalogue Catalogue) ([]verdict.Exclusion, error) {
	var all []verdict.Exclusion
	for _, e := range c.Exclusions() {
		q, err := bound(catalogue, candidate.Role(e.Role), "excludes", e.Requirement)
		if err != nil {
			return nil, err
		}
		if slices.Contains(q.Roles, e.Role) {
			all = append(all, e)
		}
	}
	for _, role := range candidate.Roles() {
		reach := c.Reach(role)
		if reach == nil {
			continue
		}
		for _, id := range slices.Sorted(maps.Keys(reach.Evidence)) {
			if _, err := bound(catalogue, role, "evidence", id); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// bound is the requirement that a candidate file names under a key of a role, or of those of MSSanté together.
func bound(catalogue Catalogue, role candidate.Role, key, id string) (verdict.Requirement, error) {
	place, binds := "roles."+string(role), func(of string) bool { return of == string(role) }
	if slices.Contains(candidate.MSSRoles(), role) {
		place, binds = "mssante", func(of string) bool { return slices.Contains(candidate.MSSRoles(), candidate.Role(of)) }
	}
	q, ok := catalogue.Of(id)
	if !ok || !slices.ContainsFunc(q.Roles, binds) {
		return q, verdict.Tell("%s.%s : %s %s", "read %s.%s: %s %s", place, key, id, ErrExclusion)
	}
	return q, nil
}
