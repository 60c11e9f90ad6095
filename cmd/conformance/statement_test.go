package main

import (
	"bytes"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"etalon/internal/campaign"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// conformingReport writes the signed report of an operator of whom everything passed: conforming FILE ROLE KEY.
func conformingReport(ts *testscript.TestScript, _ bool, args []string) {
	row := verdict.Requirement{ID: "TLS-01", Roles: []string{args[1]}, Severity: verdict.Bloquante, Basis: "S", Title: verdict.Text{FR: "un transport sûr", EN: "a safe transport"}}
	now := time.Now()
	run := &verdict.Run{
		Schema: verdict.Schema, Scope: []string{args[1] + "/-"}, Complete: true, Started: now.Add(-time.Minute), Finished: now,
		Candidate: verdict.Candidate{Name: "Produit d'essai", Vendor: "Éditeur d'essai", Version: "4.2"},
		Cases:     []verdict.Case{{Address: args[1] + "/-/TLS-01-P", Requirement: "TLS-01", Basis: "S", Title: "un transport sûr", Verdict: verdict.Pass}},
	}
	run.Conclude([]verdict.Requirement{row})
	texts, err := report.NewTexts()
	ts.Check(err)
	signer, err := campaign.LoadSigner(ts.MkAbs(args[2]), "", now)
	ts.Check(err)
	var out bytes.Buffer
	ts.Check(report.WriteArchive(&out, run, report.ArchiveOptions{Options: report.Options{Texts: texts, Catalogue: []verdict.Requirement{row}}, Signer: signer, Now: now}))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o600))
}
