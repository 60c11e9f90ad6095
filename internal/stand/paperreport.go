package stand

import (
	"bytes"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// engagement is how a mock operator neglects what it engages on.
type engagement struct {
	failed, unfinished, altered bool // the report that it hands over
}

// engagementFlaws are the neglects of the documents of a mock operator's life-cycle.
func engagementFlaws() []bench.Flaw[engagement] {
	return []bench.Flaw[engagement]{
		bench.Neglecting("engages-on-failed-report", "GOV-06", "", "S'engage sur un rapport où une exigence bloquante est en échec", "Engages on a report in which a blocking requirement failed",
			func(e *engagement) { e.failed = true }),
		bench.Neglecting("engages-on-unfinished-report", "GOV-06", "", "S'engage sur un rapport partiel", "Engages on a partial report",
			func(e *engagement) { e.unfinished = true }),
		bench.Neglecting("engages-on-altered-report", "GOV-06", "", "Change le rapport qu'il remet", "Changes the report that it hands over",
			func(e *engagement) { e.altered = true }),
	}
}

// operatorReport is the signed report of a mock operator: one case of one requirement.
func operatorReport(parts stubParts, neglected engagement) ([]byte, error) {
	texts, err := report.NewTexts()
	if err != nil {
		return nil, err
	}
	key, err := parts.bench.PKI.Credential(candidate.AuditOrganism + "/signature")
	if err != nil {
		return nil, err
	}
	now := bench.Wall()
	run := &verdict.Run{
		Candidate: verdict.Candidate{Name: "Souche opérateur MSSanté", Vendor: "Étalon", Version: "1"}, Scope: []string{"mss-imap/-"},
		Complete: true, Partial: neglected.unfinished, Place: "local", Started: now.Add(-time.Minute), Finished: now,
		Cases: []verdict.Case{{Address: "mss-imap/-/TOK-01-P", Requirement: "TOK-01", Basis: "S", Title: "Un jeton valable ouvre la boîte", Verdict: verdict.Pass}},
	}
	if neglected.failed {
		run.Cases[0].Verdict = verdict.Fail
	}
	catalogue := []verdict.Requirement{{ID: "TOK-01", Roles: []string{"mss-imap"}, Modes: []string{"-"}, Basis: "S"}}
	run.Conclude(catalogue)
	var out bytes.Buffer
	err = report.WriteArchive(&out, run, report.ArchiveOptions{
		Options: report.Options{Texts: texts, Catalogue: catalogue}, Now: now, NoPages: true,
		Signer: seal.Signer{Key: key.Key, Chain: key.Chain, Test: true},
	})
	if err != nil {
		return nil, err
	}
	archive := out.Bytes()
	if neglected.altered {
		i := bytes.Index(archive, []byte(`"verdict": "pass"`))
		if i < 0 {
			i = len(archive) / 2
		}
		archive[i+len(`"verdict": "`)] ^= 1
	}
	return archive, nil
}
