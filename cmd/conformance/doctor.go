package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/doctor"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/sides"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// doctorCommand tells what would keep a candidate from being judged.
type doctorCommand struct {
	Candidate string `arg:"" help:"${candidate}"`
}

// Run examines the file, then what it names, then the honest exchange of each role. It plays no case.
func (c *doctorCommand) Run(ctx context.Context, s *streams) error {
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	subject, release, err := c.subject(ctx, s)
	if err != nil {
		return err
	}
	defer release()
	opened, err := stand.For(subject, bench.NewSeed())
	if errors.Is(err, syscall.EADDRINUSE) {
		return hinted{err, words.Text("busy", s.lang), exitUsage}
	}
	if err != nil {
		return err
	}
	defer opened.Close()
	return c.examine(ctx, s, suite, subject, opened)
}

// examine tells the symptoms, and the exit status that they make.
func (c *doctorCommand) examine(ctx context.Context, s *streams, suite *campaign.Suite, subject *candidate.Candidate, opened *stand.Stand) error {
	symptoms := doctor.Patient{
		Candidate: subject, PKI: opened.Bench.PKI, Roots: opened.Bench.Roots(), Now: bench.Wall, Limits: mail.Limits{Wait: glance},
	}.Examine(ctx)
	for _, found := range symptoms {
		s.say("%s: %s", "%s: %s", c.Candidate, found.In(s.lang))
	}
	if slices.ContainsFunc(symptoms, func(f doctor.Symptom) bool { return f.Closed }) {
		return status(exitFailed) // the honest exchange would tell it again
	}
	seen, err := scenario.Examine(ctx, scenario.Config{
		Domains: sides.Domains(), Candidate: subject, Bench: opened.Bench, Tree: features.FS, Texts: suite.Texts,
		Progress: scenario.Quiet{}, Ask: s.ask,
	}, suite.Catalogue, suite.Plan)
	if err != nil {
		return err
	}
	for _, trouble := range seen.Troubles {
		s.say("%s: %s", "%s: %s", c.Candidate, suite.Texts.Reason(s.lang, trouble.Reason))
	}
	c.unplayed(s, suite, seen.NotRun)
	if len(symptoms)+len(seen.Troubles) > 0 {
		return status(exitFailed)
	}
	s.say("%s : rien à corriger, l'échange honnête de chaque rôle passe", "%s: nothing to correct, the honest exchange of each role goes through", c.Candidate)
	return nil
}

// subject reads the candidate file, and starts its container where it has one; release removes it.
func (c *doctorCommand) subject(ctx context.Context, s *streams) (subject *candidate.Candidate, release func(), err error) {
	run := runCommand{Candidate: c.Candidate}
	if subject, err = run.load(candidate.Ahead); err != nil || subject.Container == nil {
		return subject, func() {}, err
	}
	folder, err := os.MkdirTemp("", "etalon-doctor-")
	if err != nil {
		return nil, nil, err
	}
	run.Out = folder
	subject, remove, err := run.contain(ctx, s, subject)
	if err != nil {
		// What the container wrote stays in the folder, which the error names; an interruption names nothing.
		if _, missing := os.Stat(filepath.Join(folder, campaign.ContainerLog)); missing != nil || ctx.Err() != nil {
			_ = os.RemoveAll(folder)
		}
		return nil, nil, err
	}
	return subject, func() {
		remove()
		_ = os.RemoveAll(folder)
	}, nil
}

// glance is how long one answer of an operator may take, when it is looked at.
const glance = 5 * time.Second

// unplayed tells the cases that a run would not play, once for each reason.
func (c *doctorCommand) unplayed(s *streams, suite *campaign.Suite, all []verdict.NotRun) {
	cases, order := map[string][]string{}, []string{}
	for _, n := range all {
		why := suite.Texts.Reason(s.lang, n.Why)
		if _, known := cases[why]; !known {
			order = append(order, why)
		}
		cases[why] = append(cases[why], n.Address)
	}
	for _, why := range order {
		s.say("ne serait pas joué (%s) : %s", "would not be played (%s): %s", strings.TrimSuffix(why, "."), strings.Join(cases[why], ", "))
	}
}
