package campaign

import (
	"context"
	"io/fs"
	"maps"
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
	// Symptoms are in the order in which they were looked for: those of the whole file, then those of each role.
	Symptoms []doctor.Symptom
	// NotRun are the cases that a run would not play.
	NotRun []verdict.NotRun
}

// Sound tells whether nothing was found.
func (d Diagnosis) Sound() bool { return len(d.Symptoms) == 0 }

// Closed tells that no honest exchange was tried.
func (d Diagnosis) Closed() bool {
	return slices.ContainsFunc(d.Symptoms, func(f doctor.Symptom) bool { return f.Closed })
}

// glance is how long one answer of an operator may take, when it is looked at.
const glance = 5 * time.Second

// Examine plays the honest exchange of each role, and no case. Its error is ours.
func (e Examiner) Examine(ctx context.Context, subject *candidate.Candidate) (d Diagnosis, err error) {
	said := e.Said
	if said == nil {
		said = func(verdict.Text) {}
	}
	ctx = candidate.Within(ctx, subject.Targets)
	if d.Symptoms = doctor.Ports(subject); len(d.Symptoms) > 0 {
		return d, nil
	}
	opened, err := stand.For(subject, bench.NewSeed())
	if err != nil {
		return d, err
	}
	defer opened.Close()
	said(verdict.Text{FR: "ce que le fichier nomme : adresses, certificats, ports", EN: "what the file names: addresses, certificates, ports"})
	patient := doctor.Patient{
		Candidate: subject, PKI: opened.Bench.PKI, Roots: opened.Bench.Roots(), Now: bench.Wall, Limits: mail.Limits{Wait: glance}, Redactor: opened.Bench.Redactor,
	}
	if d.Symptoms = patient.Examine(ctx); d.Closed() {
		return d, nil // the honest exchange would tell it again
	}
	said(verdict.Text{FR: "l'échange honnête de chaque rôle", EN: "the honest exchange of each role"})
	seen, err := scenario.Examine(ctx, scenario.Config{
		Domains: e.Domains, Candidate: subject, Bench: opened.Bench, Tree: e.Tree, Texts: e.Suite.Texts, Progress: scenario.Quiet{}, Ask: e.Ask,
	}, e.Suite.Catalogue, e.Suite.Plan)
	d.NotRun = seen.NotRun
	d.Symptoms = append(d.Symptoms, e.exchanged(patient, seen, d.Symptoms)...)
	return d, err
}

// exchanged reads how the honest exchanges went. What was told of a key already is not told again.
func (e Examiner) exchanged(p doctor.Patient, seen scenario.Examination, before []doctor.Symptom) (symptoms []doctor.Symptom) {
	add := func(s doctor.Symptom) {
		known := func(b doctor.Symptom) bool { return b.Field == s.Field && b.File == s.File }
		if !slices.ContainsFunc(before, known) && !slices.ContainsFunc(symptoms, known) {
			symptoms = append(symptoms, s)
		}
	}
	for _, t := range seen.Troubles {
		add(p.Read(t.Scope, t.Reason, worded(e.Suite, t.Reason), t.Configuration, false))
	}
	for _, t := range seen.Doubts {
		add(p.Read(t.Scope, t.Reason, worded(e.Suite, t.Reason), false, true))
	}
	for _, scope := range slices.Sorted(maps.Keys(seen.Offsets)) {
		for _, s := range p.Clock(scope, seen.Offsets[scope].Round(time.Second)) {
			add(s)
		}
	}
	return symptoms
}
