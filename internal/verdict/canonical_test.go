package verdict_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/verdict"
)

var noon = time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC)

func sampleOf(port, digest string, at time.Time) *verdict.Run {
	return &verdict.Run{
		Schema: verdict.Schema, Suite: verdict.Suite{Version: "1", Catalogue: "sha256:c", Binary: digest},
		Candidate: verdict.Candidate{Name: "x", Config: digest}, Scope: []string{"fournisseur/A"}, Seed: "s", Complete: true,
		Started: at, Finished: at.Add(time.Minute), Resumed: []time.Time{at},
		Trouble:  []verdict.Trouble{{Scope: "client/A", Reason: verdict.Reason{Key: "unreachable", Args: []string{"f", "https://127.0.0.1:" + port + "/x"}}}},
		Evidence: []verdict.Evidence{{Digest: digest}},
		NotRun:   []verdict.NotRun{{Address: "fournisseur/A/X08-N1", Reason: "à " + port, Why: verdict.Reason{Key: "not-declared"}}},
		Cases: []verdict.Case{{
			Address: "fournisseur/A/V10-N1", Verdict: verdict.Fail, Started: at, MS: at.UnixMilli() % 100, Reason: "port " + port,
			Why:      verdict.Reason{Key: "timeout", Args: []string{"read tcp [::1]:" + port + ": timeout"}},
			Findings: []verdict.Finding{{Requirement: "V10", Rule: "r", Want: "localhost:" + port, Got: "12:30", Evidence: []string{digest}}},
			Steps:    []verdict.Step{{Text: "quand", OK: true, Note: "127.0.0.1:" + port + " redacted:hmac-sha256:0123456789abcdef012" + port}},
			Exchanges: []verdict.Exchange{
				{Label: "honest", Marker: port},
				{Label: "observed", From: "candidate", Error: "EOF on " + port},
				{Label: "faulty", Marker: "m", Error: "port " + port, Request: digest, TLS: &verdict.TLS{Version: "TLS 1.3", Cipher: "c", Leaf: digest, Resumed: at.Minute() == 4}},
				{Label: "closing", Marker: port},
				{Label: "login", Marker: digest, Now: noon},
			},
		}},
	}
}

// What a seed does not determine is left out; what it does is kept.
func TestCanonical(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	run := sampleOf("40123", "sha256:a", now)
	one, err := verdict.Canonical(run)
	if err != nil {
		t.Fatal(err)
	}
	two, err := verdict.Canonical(sampleOf("51234", "sha256:b", now.Add(time.Hour+7*time.Millisecond)))
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("%v\n%s\n%s", err, one, two)
	}
	if len(run.Evidence) != 1 || len(run.Cases[0].Exchanges) != 5 || run.Cases[0].Findings[0].Evidence == nil || !strings.Contains(run.Trouble[0].Reason.Args[1], "40123") {
		t.Error("the record itself was changed")
	}
	for name, change := range map[string]func(*verdict.Run){
		"verdict": func(r *verdict.Run) { r.Cases[0].Verdict = verdict.Pass },
		"marker":  func(r *verdict.Run) { r.Cases[0].Exchanges[2].Marker = "n" },
		"cipher":  func(r *verdict.Run) { r.Cases[0].Exchanges[2].TLS.Cipher = "d" },
		"instant": func(r *verdict.Run) { r.Cases[0].Exchanges[4].Now = noon.Add(1) },
		"got":     func(r *verdict.Run) { r.Cases[0].Findings[0].Got = "12:31" },
		"step":    func(r *verdict.Run) { r.Cases[0].Steps[0].OK = false },
		"seed":    func(r *verdict.Run) { r.Seed = "t" },
		"not run": func(r *verdict.Run) { r.NotRun[0].Why.Key = "no-probe" },
		"case":    func(r *verdict.Run) { r.Cases = slices.Delete(r.Cases, 0, 1) },
	} {
		other := sampleOf("40123", "sha256:a", now)
		change(other)
		if b, err := verdict.Canonical(other); err != nil || bytes.Equal(b, one) {
			t.Errorf("%s: two records that differ have one canonical form (%v)", name, err)
		}
	}
}
