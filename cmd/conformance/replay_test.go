package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// An archive of somebody else's has nothing sent to an address that the candidate file does not name.
func TestFrozenGoesWhereTheCandidateIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "candidate.yaml")
	if err := os.WriteFile(path, []byte(`roles: {fournisseur: {A: {endpoint: "https://passerelle.test.invalid:8443/a"}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &replaying{streams: &streams{lang: "en"}, replayCommand: &replayCommand{Case: "fournisseur/A/V10-N1"}, subject: &candidate.Candidate{Path: path}}
	for address, want := range map[string]bool{
		"https://passerelle.test.invalid:8443/a": true, "https://PASSERELLE.test.invalid/b": true, "https://127.0.0.1:1/": true, "https://[::1]:1/": true, "http://localhost/": true,
		"https://test.invalid/": false, "https://10.0.0.1/": false, "https://e.passerelle.test.invalid/": false, "https://passerelle.test.invalid.example/": false, "https://p/": false,
	} {
		if err := r.declared(address); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// The message on trial is the faulty one, else the last of ours that is no control.
func TestTrialOf(t *testing.T) {
	of := func(labels ...string) (c verdict.Case) {
		for _, label := range labels {
			from := "harness"
			if strings.HasPrefix(label, "-") {
				from = "candidate"
			}
			c.Exchanges = append(c.Exchanges, verdict.Exchange{Label: label, From: from, Request: "sha256:" + label})
		}
		return c
	}
	for want, c := range map[string]verdict.Case{
		"faulty": of("honest", "faulty", "closing"), "honest": of("honest", "closing"), "closing": of("closing"), "login": of("before", "login", "after", "-asked"), "": of("-observed"),
	} {
		got := ""
		if e := trialOf(c); e != nil {
			got = e.Label
		}
		if got != want {
			t.Errorf("%v: %q, want %q", c.Exchanges, got, want)
		}
	}
}
