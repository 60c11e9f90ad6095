package candidate

import (
	"maps"
	"regexp"
	"slices"

	"etalon/internal/verdict"
)

// requirementID is what the id of a requirement looks like; whether the catalogue has it is known when a run begins.
var requirementID = regexp.MustCompile(`^([A-Z]{1,4}-)?[A-Z]{1,4}-?[0-9]{2}$`)

// excludes notes the keys that cannot be requirements.
func (l *loading) excludes(excluded map[string]string, at []string) {
	for _, id := range slices.Sorted(maps.Keys(excluded)) {
		if !requirementID.MatchString(id) {
			l.report(trouble{say("l'identifiant d'une exigence", "the id of a requirement"),
				say("Écrivez par exemple V09 ; conformance list requirements les énumère.", "Write for instance V09; conformance list requirements lists them.")}, append(at, id)...)
		}
	}
}

// Excludes returns the reason for which the candidate does not claim a requirement in a role, if it does not.
func (c *Candidate) Excludes(role, requirement string) (reason string, excluded bool) {
	if c == nil {
		return "", false
	}
	if access := c.Access(Role(role)); access != nil {
		reason, excluded = access.Excludes[requirement]
	}
	return reason, excluded
}

// Exclusions lists every requirement that the candidate does not claim, by role.
func (c *Candidate) Exclusions() []verdict.Exclusion {
	var all []verdict.Exclusion
	for _, role := range Roles() {
		access := c.Access(role)
		if access == nil {
			continue
		}
		for _, id := range slices.Sorted(maps.Keys(access.Excludes)) {
			all = append(all, verdict.Exclusion{Role: string(role), Requirement: id, Reason: access.Excludes[id]})
		}
	}
	return all
}
