package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"etalon/features"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/doctor"
	"etalon/internal/sides"
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
	return c.examine(ctx, s, suite, subject)
}

// examine tells the symptoms, and the exit status that they make.
func (c *doctorCommand) examine(ctx context.Context, s *streams, suite *campaign.Suite, subject *candidate.Candidate) error {
	seen, err := campaign.Examiner{Suite: suite, Tree: features.FS, Domains: sides.Domains(), Ask: s.ask}.Examine(ctx, subject)
	if errors.Is(err, syscall.EADDRINUSE) {
		return hinted{err, words.Text("busy", s.lang), exitUsage}
	}
	if err != nil && len(seen.Symptoms) == 0 {
		return err
	}
	for _, found := range seen.Symptoms {
		s.say("%s: %s", "%s: %s", c.Candidate, found.In(s.lang))
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(seen.Symptoms, func(f doctor.Symptom) bool { return f.Closed }) {
		return status(exitFailed)
	}
	for _, trouble := range seen.Troubles {
		s.say("%s: %s", "%s: %s", c.Candidate, suite.Texts.Reason(s.lang, trouble.Reason))
	}
	c.unplayed(s, suite, seen.NotRun)
	if !seen.Sound() {
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
