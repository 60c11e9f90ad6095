package verdict

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Canonical returns the part of a concluded record that one seed and one protocol time determine (rule 7), as JSON:
// two runs of one plan against one candidate, their protocol clocks stopped at one instant, give the same bytes, whatever the
// number of cases at once. All of the record is in it, dates of the protocol clock included, but:
//
//   - what the wall clock says: when the run and its cases began and ended, how long they took, when it was resumed;
//   - the ports of the addresses of the bench, which the system gives, and with them the digest of the candidate file;
//   - what hangs on keys and signatures, which are drawn from the system's randomness and never from the seed: digests of
//     messages, of certificates and of tokens, and the keyed digests that stand for secrets (rule 9);
//   - the digest of the program;
//   - the honest exchanges around the trials, which cases share when they follow each other on a connection, and whether a
//     link of TLS was a resumed one;
//   - what is seen or said of a link that broke, for it depends on which side noticed first.
func Canonical(run *Run) ([]byte, error) {
	out := *run
	out.Suite.Binary, out.Candidate.Config = "", ""
	out.Started, out.Finished, out.Resumed, out.Evidence = time.Time{}, time.Time{}, nil, nil
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
		c.Findings[i] = Finding{Requirement: f.Requirement, Rule: f.Rule, Want: lasting(f.Want), Got: lasting(f.Got)}
	}
	c.Steps = slices.Clone(c.Steps)
	for i := range c.Steps {
		c.Steps[i].Note = lasting(c.Steps[i].Note)
	}
	var exchanges []Exchange
	for _, e := range c.Exchanges {
		if e.Label == "honest" || e.Label == "closing" || e.From == "candidate" && e.Request == "" {
			continue
		}
		kept := Exchange{Label: e.Label, From: e.From, Marker: e.Marker, Status: e.Status, Now: e.Now}
		if strings.HasPrefix(e.Marker, "sha256:") {
			kept.Marker = "sha256:*" // the digest of a token, which is signed
		}
		if e.TLS != nil {
			kept.TLS = &TLS{Version: e.TLS.Version, Cipher: e.TLS.Cipher, Peer: e.TLS.Peer, Ours: e.TLS.Ours, ServerName: e.TLS.ServerName}
		}
		exchanges = append(exchanges, kept)
	}
	c.Exchanges = exchanges
	return c
}

func (r Reason) canonical() Reason {
	args := slices.Clone(r.Args)
	for i := range args {
		args[i] = lasting(args[i])
	}
	return Reason{Key: r.Key, Args: args}
}

var (
	hostPort    = regexp.MustCompile(`(\b\d{1,3}(?:\.\d{1,3}){3}|\blocalhost|\[[0-9a-fA-F:]+\]):\d{1,5}\b`)
	keyedDigest = regexp.MustCompile(`\b(hmac-sha256:)[0-9a-f]{24}\b`)
)

// lasting takes the ports out of the addresses in a text, and the keyed digests that stand for secrets.
func lasting(s string) string {
	return keyedDigest.ReplaceAllString(hostPort.ReplaceAllString(s, "$1:*"), "$1*")
}
