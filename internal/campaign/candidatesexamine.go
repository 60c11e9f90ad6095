package campaign

import (
	"context"
	"io/fs"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/doctor"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// Examiner looks at a candidate as conformance doctor does: what its file names, then the honest exchange of each role.
type Examiner struct {
	Suite   *Suite
	Tree    fs.FS
	Domains []scenario.Domain
	// Ask asks a person for a gesture; nil refuses manual drivers.
	Ask func(ctx context.Context, sentence string) error
	// Said is told what is being looked at; nil for nobody.
	Said func(verdict.Text)
}

// Diagnosis is what keeps a candidate, or a part of it, from being judged.
type Diagnosis struct {
	Symptoms []doctor.Symptom
	// Troubles are those of the honest exchange of a role.
	Troubles []verdict.Trouble
	// NotRun are the cases that a run would not play.
	NotRun []verdict.NotRun
}

// Sound tells whether nothing was found.
func (d Diagnosis) Sound() bool { return len(d.Symptoms)+len(d.Troubles) == 0 }

// glance is how long one answer of an operator may take, when it is looked at.
const glance = 5 * time.Second

// Examine plays the honest exchange of each role, and no case. Its error is ours, or that a port of the harness is in use
// (syscall.EADDRINUSE).
func (e Examiner) Examine(ctx context.Context, subject *candidate.Candidate) (d Diagnosis, err error) {
	said := e.Said
	if said == nil {
		said = func(verdict.Text) {}
	}
	ctx = candidate.Within(ctx, subject.Targets)
	opened, err := stand.For(subject, bench.NewSeed())
	if err != nil {
		return d, err
	}
	defer opened.Close()
	said(verdict.Text{FR: "ce que le fichier nomme : adresses, certificats, ports", EN: "what the file names: addresses, certificates, ports"})
	d.Symptoms = doctor.Patient{
		Candidate: subject, PKI: opened.Bench.PKI, Roots: opened.Bench.Roots(), Now: bench.Wall, Limits: mail.Limits{Wait: glance},
	}.Examine(ctx)
	if slices.ContainsFunc(d.Symptoms, func(f doctor.Symptom) bool { return f.Closed }) {
		return d, nil // the honest exchange would tell it again
	}
	said(verdict.Text{FR: "l'échange honnête de chaque rôle", EN: "the honest exchange of each role"})
	seen, err := scenario.Examine(ctx, scenario.Config{
		Domains: e.Domains, Candidate: subject, Bench: opened.Bench, Tree: e.Tree, Texts: e.Suite.Texts, Progress: scenario.Quiet{}, Ask: e.Ask,
	}, e.Suite.Catalogue, e.Suite.Plan)
	d.Troubles, d.NotRun = seen.Troubles, seen.NotRun
	return d, err
}
