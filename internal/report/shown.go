package report

import (
	"slices"

	"etalon/internal/verdict"
)

// shown returns a copy of a record whose names, addresses and other words of one line are text that a person may see, whoever
// wrote them: what is wanted and got, notes and errors, which may have lines, are left to who shows them.
func shown(run *verdict.Run) *verdict.Run {
	out := filled(run)
	out.Suite = verdict.Suite{Version: oneLine(run.Suite.Version), Catalogue: oneLine(run.Suite.Catalogue), Binary: oneLine(run.Suite.Binary)}
	out.Candidate = shownCandidate(run.Candidate)
	out.Profile.Name, out.Profile.Digest, out.Profile.Overrides = oneLine(run.Profile.Name), oneLine(run.Profile.Digest), map[string]string{}
	for key, value := range run.Profile.Overrides {
		out.Profile.Overrides[oneLine(key)] = oneLine(value)
	}
	out.Seed, out.Place, out.Scope = oneLine(run.Seed), oneLine(run.Place), shownList(out.Scope)
	out.Requirements = slices.Clone(out.Requirements)
	for i := range out.Requirements {
		q := &out.Requirements[i]
		q.ID, q.Role, q.Mode = oneLine(q.ID), oneLine(q.Role), oneLine(q.Mode)
	}
	for i := range out.Cases { // filled has copied the list
		c := &out.Cases[i]
		c.Address, c.Requirement, c.Basis, c.Title, c.Fault = oneLine(c.Address), oneLine(c.Requirement), verdict.Basis(oneLine(string(c.Basis))), oneLine(c.Title), oneLine(c.Fault)
		c.Findings = slices.Clone(c.Findings)
		for j := range c.Findings {
			c.Findings[j].Requirement, c.Findings[j].Rule = oneLine(c.Findings[j].Requirement), oneLine(c.Findings[j].Rule)
		}
	}
	out.NotRun = slices.Clone(run.NotRun)
	for i := range out.NotRun {
		out.NotRun[i].Address = oneLine(out.NotRun[i].Address)
	}
	out.Trouble = slices.Clone(run.Trouble)
	for i := range out.Trouble {
		out.Trouble[i].Scope = oneLine(out.Trouble[i].Scope)
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
	w.Requirement, w.Role, w.Mode, w.Case = oneLine(w.Requirement), oneLine(w.Role), oneLine(w.Mode), oneLine(w.Case)
	w.State, w.Covers = verdict.WaiverState(oneLine(string(w.State))), shownList(w.Covers)
	return w
}

func shownItem(x verdict.Item) verdict.Item {
	x.ID, x.Requirements, x.Evidence = oneLine(x.ID), shownList(x.Requirements), slices.Clone(x.Evidence)
	for i := range x.Evidence {
		x.Evidence[i].Digest = oneLine(x.Evidence[i].Digest)
	}
	return x
}

func shownList(words []string) []string {
	out := slices.Clone(words)
	for i := range out {
		out[i] = oneLine(out[i])
	}
	return out
}

func shownCandidate(c verdict.Candidate) verdict.Candidate {
	c.Name, c.Vendor, c.Version, c.Config = oneLine(c.Name), oneLine(c.Vendor), oneLine(c.Version), oneLine(c.Config)
	c.Excludes = slices.Clone(c.Excludes)
	for i, e := range c.Excludes {
		c.Excludes[i] = verdict.Exclusion{Role: oneLine(e.Role), Requirement: oneLine(e.Requirement), Reason: oneLine(e.Reason)}
	}
	return c
}
