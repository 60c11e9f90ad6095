package main

import (
	"context"
	"encoding/json"
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
)

// doctorCommand tells what would keep a candidate from being judged.
type doctorCommand struct {
	Candidate string `arg:"" help:"${candidate}"`
	JSON      bool   `name:"json" help:"${doctorjson}"`
}

// Run examines the file, then what it names, then the honest exchange of each role. It plays no case.
func (c *doctorCommand) Run(ctx context.Context, s *streams) error {
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	subject, release, err := c.subject(ctx, s)
	var problems candidate.Problems
	if c.JSON && errors.As(err, &problems) {
		if err := c.write(s, campaign.Wrong(problems), nil); err != nil {
			return err
		}
		return status(exitUsage)
	}
	if err != nil {
		return err
	}
	defer release()
	return c.examine(ctx, s, suite, subject)
}

// examine tells the symptoms, and the exit status that they make.
func (c *doctorCommand) examine(ctx context.Context, s *streams, suite *campaign.Suite, subject *candidate.Candidate) error {
	seen, err := c.diagnose(ctx, s, suite, subject)
	if errors.Is(err, syscall.EADDRINUSE) {
		return hinted{err, words.Text("busy", s.lang), exitUsage}
	}
	if err != nil && seen.Sound() {
		return err
	}
	return errors.Join(err, c.says(s, suite, seen))
}

// diagnose looks at the candidate.
func (doctorCommand) diagnose(ctx context.Context, s *streams, suite *campaign.Suite, subject *candidate.Candidate) (campaign.Diagnosis, error) {
	return campaign.Examiner{Suite: suite, Tree: features.FS, Domains: sides.Domains(), Ask: s.ask}.Examine(ctx, subject)
}

// says tells what was found, and the exit status that it makes.
func (c *doctorCommand) says(s *streams, suite *campaign.Suite, seen campaign.Diagnosis) (err error) {
	if c.JSON {
		err = c.write(s, campaign.Findings(seen.Symptoms), campaign.UnplayedOf(suite, seen.NotRun))
	} else {
		c.tell(s, suite, seen)
	}
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(seen.Symptoms, ownPort):
		return status(exitUsage)
	case !seen.Sound():
		return status(exitFailed)
	}
	return nil
}

// ownPort tells that a symptom is of a port of the harness under listen: nothing can be looked at before it is free.
func ownPort(f doctor.Symptom) bool {
	return strings.HasPrefix(f.Field, "listen.") && f.Closed && f.Scope == "" && f.Sign == doctor.PortTaken
}

// tell prints what was found, grouped by role.
func (c *doctorCommand) tell(s *streams, suite *campaign.Suite, seen campaign.Diagnosis) {
	var scopes []string
	for _, found := range seen.Symptoms {
		if !slices.Contains(scopes, found.Scope) {
			scopes = append(scopes, found.Scope)
		}
	}
	for _, scope := range scopes {
		if scope != "" {
			s.say("%s", "%s", scope)
		}
		for _, found := range seen.Symptoms {
			if found.Scope == scope {
				s.say("%s: %s", "%s: %s", c.Candidate, found.In(s.lang))
			}
		}
	}
	if seen.Closed() {
		return
	}
	for _, u := range campaign.UnplayedOf(suite, seen.NotRun) {
		s.say("ne serait pas joué (%s) : %s", "would not be played (%s): %s", strings.TrimSuffix(u.Why.In(s.lang), "."), strings.Join(u.Cases, ", "))
	}
	if seen.Sound() {
		s.say("%s : rien à corriger, l'échange honnête de chaque rôle passe", "%s: nothing to correct, the honest exchange of each role goes through", c.Candidate)
	}
}

// write prints what was found for programs.
func (c *doctorCommand) write(s *streams, findings []campaign.Finding, unplayed []campaign.Unplayed) error {
	encoder := json.NewEncoder(s.out)
	encoder.SetIndent("", "  ")
	if unplayed == nil {
		unplayed = []campaign.Unplayed{}
	}
	return encoder.Encode(struct {
		Candidate string              `json:"candidate"`
		Sound     bool                `json:"sound"`
		Findings  []campaign.Finding  `json:"findings"`
		Unplayed  []campaign.Unplayed `json:"unplayed"`
	}{c.Candidate, len(findings) == 0, findings, unplayed})
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
