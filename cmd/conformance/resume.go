package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// resumeCommand finishes a run that was stopped, or killed.
type resumeCommand struct {
	Place   string `arg:"" name:"run" help:"${resumed}"`
	FailOn  string `enum:"bloquante,majeure,mineure" default:"majeure" help:"${failon}"`
	SignKey string `placeholder:"FICHIER" help:"${signkey}"`
	sealFlags
	Baseline baseline `placeholder:"ARCHIVE" help:"${baseline}"`

	Out string `placeholder:"DIR" help:"${outthere}"`

	SandboxCA string `name:"sandbox-ca" placeholder:"FICHIER" help:"${sandboxca}"`
}

// Run plays what the record does not tell yet, writes the report and its archive, and returns the report's exit status.
func (c *resumeCommand) Run(ctx context.Context, s *streams) error {
	if sandbox, id, is := campaignOf(c.Place); is {
		return c.there(ctx, s, sandbox, id)
	}
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	begun, err := record.Glance(c.Place)
	if errors.Is(err, record.ErrFinished) {
		return c.seal(ctx, s, suite, err)
	}
	if err != nil {
		return hinted{err, "conformance resume reports/runs/…", exitUsage}
	}
	if begun.Order.Candidate == "" {
		return hinted{verdict.Tell("reprise de %s : son enregistrement ne dit pas quel fichier de candidat lui a été donné", "resume run %s: its record does not tell which candidate file it was given", c.Place), "conformance report " + c.Place, exitUsage}
	}
	run := runCommand{Candidate: begun.Order.Candidate, Profile: begun.Order.Profile, Out: c.Place, FailOn: c.FailOn, SignKey: c.SignKey, sealFlags: c.sealFlags}
	subject, err := run.load(candidate.Ahead)
	if err != nil {
		return err
	}
	signer, err := campaign.LoadSigner(c.SignKey, os.Getenv("ETALON_SIGN_PASSWORD"), time.Now())
	if err != nil {
		return hinted{err, campaign.SignerHint(c.SignKey), exitUsage}
	}
	sealing, err := c.sealing(ctx, signer)
	if err != nil {
		return err
	}
	baseline, err := c.Baseline.of(subject.Name, subject.Vendor, subject.Profile.Digest)
	if err != nil {
		return err
	}
	play, release, err := run.play(ctx, s, suite, subject)
	if err != nil {
		return err
	}
	defer release()
	finished, err := play.Resume(ctx)
	switch {
	case errors.Is(err, record.ErrPlaying), errors.Is(err, scenario.ErrOther):
		return hinted{err, "conformance run " + begun.Order.Candidate, exitUsage}
	case err != nil:
		return run.broken(s, err)
	}
	return run.conclude(s, finished, suite, sealing, baseline)
}

// seal makes the archive of a run that reached its end without one: the time authority was down, the disk full, the key refused.
func (c *resumeCommand) seal(ctx context.Context, s *streams, suite *campaign.Suite, finished error) error {
	if exists(filepath.Join(c.Place, campaign.ArchiveFile)) {
		return hinted{finished, "conformance report " + c.Place, exitUsage}
	}
	signer, err := campaign.LoadSigner(c.SignKey, os.Getenv("ETALON_SIGN_PASSWORD"), time.Now())
	if err != nil {
		return hinted{err, "openssl pkcs12 -export -inkey cle.pem -in certificat.pem -out operateur.p12", exitUsage}
	}
	sealing, err := c.sealing(ctx, signer)
	if err != nil {
		return err
	}
	run, err := record.Load(c.Place)
	if err != nil {
		return err
	}
	baseline, err := c.Baseline.of(run.Candidate.Name, run.Candidate.Vendor, run.Profile.Digest)
	if err != nil {
		return err
	}
	command := runCommand{Out: c.Place, FailOn: c.FailOn, SignKey: c.SignKey, sealFlags: c.sealFlags}
	return command.conclude(s, run, suite, sealing, baseline)
}
