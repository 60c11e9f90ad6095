package report

import (
	"slices"

	"etalon/internal/legible"
	"etalon/internal/record"
	"etalon/internal/verdict"
)

// shown returns a copy of a record whose names, addresses and other words of one line are text that a person may see, whoever
// wrote them: what is wanted and got, notes and errors, which may have lines, are left to who shows them.
func shown(run *verdict.Run) *verdict.Run {
	out := record.Filled(run)
	out.Suite = verdict.Suite{Version: legible.OneLine(run.Suite.Version), Catalogue: legible.OneLine(run.Suite.Catalogue), Binary: legible.OneLine(run.Suite.Binary)}
	out.Candidate = shownCandidate(run.Candidate)
	out.Profile.Name, out.Profile.Digest, out.Profile.Overrides = legible.OneLine(run.Profile.Name), legible.OneLine(run.Profile.Digest), map[string]string{}
	for key, value := range run.Profile.Overrides {
		out.Profile.Overrides[legible.OneLine(key)] = legible.OneLine(value)
	}
	out.Seed, out.Place, out.Scope = legible.OneLine(run.Seed), legible.OneLine(run.Place), shownList(out.Scope)
	out.Requirements = slices.Clone(out.Requirements)
	for i := range out.Requirements {
		q := &out.Requirements[i]
		q.ID, q.Role, q.Mode = legible.OneLine(q.ID), legible.OneLine(q.Role), legible.OneLine(q.Mode)
	}
	for i := range out.Cases { // filled has copied the list
		c := &out.Cases[i]
		c.Address, c.Requirement, c.Basis, c.Title, c.Fault = legible.OneLine(c.Address), legible.OneLine(c.Requirement), verdict.Basis(legible.OneLine(string(c.Basis))), legible.OneLine(c.Title), legible.OneLine(c.Fault)
		c.Findings = slices.Clone(c.Findings)
		for j := range c.Findings {
			c.Findings[j].Requirement, c.Findings[j].Rule = legible.OneLine(c.Findings[j].Requirement), legible.OneLine(c.Findings[j].Rule)
		}
	}
	out.NotRun = slices.Clone(run.NotRun)
	for i := range out.NotRun {
		out.NotRun[i].Address = legible.OneLine(out.NotRun[i].Address)
	}
	out.Trouble = slices.Clone(run.Trouble)
	for i := range out.Trouble {
		out.Trouble[i].Scope = legible.OneLine(out.Trouble[i].Scope)
	}
	out.Waivers, out.Items = slices.Clone(run.Waivers), slices.Clone(run.Items)
	for i := range out.Waivers {
		out.Waivers[i] = shownWaiver(out.Waivers[i])
	}
	for i := range out.Items {
		out.Items[i] = shownItem(out.Items[i])
	}
	return out
}

func shownWaiver(w verdict.Waiver) verdict.Waiver {
	w.Requirement, w.Role, w.Mode, w.Case = legible.OneLine(w.Requirement), legible.OneLine(w.Role), legible.OneLine(w.Mode), legible.OneLine(w.Case)
	w.State, w.Covers = verdict.WaiverState(legible.OneLine(string(w.State))), shownList(w.Covers)
	return w
}

func shownItem(x verdict.Item) verdict.Item {
	x.ID, x.Requirements, x.Evidence = legible.OneLine(x.ID), shownList(x.Requirements), slices.Clone(x.Evidence)
	for i := range x.Evidence {
		x.Evidence[i].Digest = legible.OneLine(x.Evidence[i].Digest)
	}
	return x
}

func shownList(words []string) []string {
	out := slices.Clone(words)
	for i := range out {
		out[i] = legible.OneLine(out[i])
	}
	return out
}

func shownCandidate(c verdict.Candidate) verdict.Candidate {
	c.Name, c.Vendor, c.Version, c.Config = legible.OneLine(c.Name), legible.OneLine(c.Vendor), legible.OneLine(c.Version), legible.OneLine(c.Config)
	c.Excludes = slices.Clone(c.Excludes)
	for i, e := range c.Excludes {
		c.Excludes[i] = verdict.Exclusion{Role: legible.OneLine(e.Role), Requirement: legible.OneLine(e.Requirement), Reason: legible.OneLine(e.Reason)}
	}
	return c
}
