package verdict

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Canonical returns the part of a concluded record that one seed and one protocol time determine (rule 7), as JSON:
// two runs of one plan against one candidate give the same bytes, whatever the number of cases at once. Signatures,
// keys, ports, durations, dates of the wall clock and the digests that depend on them are left out; so are the
// honest exchanges around the trials, which cases share when they follow each other on a connection, and what is
// seen or said of a link that broke, for it depends on which side noticed first.
func Canonical(run *Run) ([]byte, error) {
	out := *run
	out.Suite.Binary, out.Candidate.Config = "", ""
	out.Started, out.Finished, out.Evidence = time.Time{}, time.Time{}, nil
	out.Trouble = slices.Clone(run.Trouble)
	for i := range out.Trouble {
		out.Trouble[i].Reason = out.Trouble[i].Reason.canonical()
	}
	out.NotRun = slices.Clone(run.NotRun)
	for i := range out.NotRun {
		out.NotRun[i].Why, out.NotRun[i].Reason = out.NotRun[i].Why.canonical(), ""
	}
	out.Cases = slices.Clone(run.Cases)
	for i := range out.Cases {
		out.Cases[i] = out.Cases[i].canonical()
	}
	b, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write canonical record: %w", err)
	}
	return b, nil
}

func (c Case) canonical() Case {
	c.Why, c.Reason, c.Started, c.MS = c.Why.canonical(), "", time.Time{}, 0
	c.Findings = slices.Clone(c.Findings)
	for i, f := range c.Findings {
		c.Findings[i] = Finding{Requirement: f.Requirement, Rule: f.Rule, Want: portless(f.Want), Got: portless(f.Got)}
	}
	c.Steps = slices.Clone(c.Steps)
	for i := range c.Steps {
		c.Steps[i].Note = portless(c.Steps[i].Note)
	}
	var exchanges []Exchange
	for _, e := range c.Exchanges {
		if e.Label == "honest" || e.Label == "closing" || e.From == "candidate" && e.Request == "" {
			continue
		}
		kept := Exchange{Label: e.Label, From: e.From, Marker: e.Marker, Status: e.Status}
		if e.TLS != nil {
			kept.TLS = &TLS{Version: e.TLS.Version, Peer: e.TLS.Peer, Ours: e.TLS.Ours}
		}
		exchanges = append(exchanges, kept)
	}
	c.Exchanges = exchanges
	return c
}

func (r Reason) canonical() Reason {
	args := slices.Clone(r.Args)
	for i := range args {
		args[i] = portless(args[i])
	}
	return Reason{Key: r.Key, Args: args}
}

var hostPort = regexp.MustCompile(`(\b\d{1,3}(?:\.\d{1,3}){3}|\blocalhost|\[[0-9a-fA-F:]+\]):\d{1,5}\b`)

// portless takes the ports out of the addresses in a text.
func portless(s string) string { return hostPort.ReplaceAllString(s, "$1:*") }
