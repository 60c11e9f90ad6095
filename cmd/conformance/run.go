package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"etalon/cmd/internal/cli"
	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/pdfsig"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/sides"
	"etalon/internal/verdict"
)

// runCommand judges a candidate.
type runCommand struct {
	Candidate string   `arg:"" help:"${candidate}"`
	Selector  []string `arg:"" optional:"" help:"${selector}"`
	Out       string   `placeholder:"DIR" help:"${out}"`
	FailOn    string   `enum:"bloquante,majeure,mineure" default:"majeure" help:"${failon}"`
	Long      bool     `help:"${long}"`
	Jobs      int      `help:"${jobs}"`
	Seed      string   `placeholder:"GRAINE" help:"${seed}"`
	Profile   string   `placeholder:"FICHIER" help:"${profile}"`
	Waivers   string   `placeholder:"FICHIER" help:"${waivers}"`
	SignKey   string   `placeholder:"FICHIER" help:"${signkey}"`
	sealFlags
	Baseline baseline `placeholder:"ARCHIVE" help:"${baseline}"`
	sandboxFlags

	waived []verdict.Waiver // what the file of waivers says
}

// Run plays the scenarios, writes the report and its archive, and returns the report's exit status.
func (c *runCommand) Run(ctx context.Context, s *streams) error {
	if c.Sandbox != "" {
		return c.there(ctx, s)
	}
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	subject, err := c.load(candidate.Ahead)
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
	selection, err := scenario.ParseSelection(c.Selector)
	if err != nil {
		return hinted{err, "conformance list cases", exitUsage}
	}
	if scenario.Selected(suite.Plan, subject.Scope(), selection) == 0 {
		return hinted{scenario.ErrNothingSelected, "conformance list cases", exitUsage}
	}
	if c.waived, err = scenario.LoadWaivers(c.Waivers, subject, suite.Catalogue, suite.Plan, time.Now()); err != nil {
		return err
	}
	baseline, err := c.Baseline.of(subject.Name, subject.Vendor, subject.Profile.Digest)
	if err != nil {
		return err
	}
	c.Out = c.folder(subject.Name)
	if err := unwritten(c.Out, "conformance run "+c.Candidate); err != nil {
		return err
	}
	run, err := c.judge(ctx, s, suite, subject)
	if err != nil {
		return c.broken(s, err)
	}
	return c.conclude(s, run, suite, sealing, baseline)
}

// conclude writes the report and its archive, tells where they are, and returns the report's exit status; that of regressions from
// a baseline, where there is one.
func (c *runCommand) conclude(s *streams, run *verdict.Run, suite *campaign.Suite, sealing campaign.Sealing, baseline *verdict.Run) error {
	if err := campaign.Publish(c.Out, run, suite, sealing, s.lang); err != nil {
		return c.unsealed(s, err)
	}
	c.tell(s, run, suite)
	if !pdfsig.Signs(sealing.Signer.Key.Public()) {
		s.say("%s n'est pas signé en lui-même : un PDF veut une clé RSA ou ECDSA ; la signature de l'archive le couvre (docs/formats.md)",
			"%s is not signed in itself: a PDF wants a key of RSA or ECDSA; the archive's signature covers it (docs/formats.md)", report.PDFMember)
	}
	var failOn verdict.Severity
	if err := failOn.UnmarshalText([]byte(c.FailOn)); err != nil {
		return err
	}
	code := run.Exit(failOn)
	if baseline != nil {
		var err error
		if code, err = gate(s, run, baseline, suite, failOn); err != nil {
			return err
		}
	}
	if code != exitOK {
		return status(code)
	}
	return nil
}

// unsealed tells that a run reached its end, and that its archive could not be made: all of it stays, but for the archive.
func (c *runCommand) unsealed(s *streams, err error) error {
	return hinted{verdict.Tell("l'exécution est finie et gardée, sans archive : %s", "the run is finished and kept, without an archive: %s", err), c.again(c.Out, c.SignKey), exitHarness}
}

// load reads the candidate file, with another profile when one is given.
func (c *runCommand) load(read func(path string) (*candidate.Candidate, error)) (*candidate.Candidate, error) {
	subject, err := read(c.Candidate)
	if err != nil {
		var problems candidate.Problems
		if errors.As(err, &problems) {
			return nil, err
		}
		return nil, hinted{err, "conformance init essai --role fournisseur", exitUsage}
	}
	if c.Profile != "" {
		if subject.Profile, err = candidate.LoadProfile(c.Profile); err != nil {
			return nil, err
		}
	}
	return subject, nil
}

// judge starts the candidate where it is a container, opens the stand and plays.
func (c *runCommand) judge(ctx context.Context, s *streams, suite *campaign.Suite, subject *candidate.Candidate) (*verdict.Run, error) {
	play, release, err := c.play(ctx, s, suite, subject)
	if err != nil {
		return nil, err
	}
	defer release()
	return play.Judge(ctx)
}

// play readies a run, with the container of the candidate; release removes it.
func (c *runCommand) play(ctx context.Context, s *streams, suite *campaign.Suite, subject *candidate.Candidate) (play campaign.Play, release func(), err error) {
	subject, release, err = c.contain(ctx, s, subject)
	if err != nil {
		return play, nil, err
	}
	order := record.Order{Candidate: subject.Path, Selectors: c.Selector, Long: c.Long, Jobs: c.Jobs}
	if c.Profile != "" {
		order.Profile = absolute(c.Profile)
	}
	if c.Waivers != "" {
		order.Waivers = absolute(c.Waivers)
	}
	return campaign.Play{
		Suite: suite, Tree: features.FS, Domains: sides.Domains(), Candidate: subject, Order: order, Waivers: c.waived,
		Seed: bench.Seed(c.Seed), Out: c.Out,
		Progress: scenario.NewProgress(s.err, s.live, s.lang, suite.Texts), Ask: s.ask,
	}, release, nil
}

// absolute is a path that can be opened from anywhere; as given where the working folder is unknown.
func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// broken tells that a run did not begin, or did not reach its end; its record stays.
func (c *runCommand) broken(s *streams, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return hinted{err, words.Text("busy", s.lang), exitUsage}
	}
	if _, statErr := os.Stat(filepath.Join(c.Out, record.File)); statErr == nil {
		return hinted{err, "conformance resume " + c.Out, exitHarness}
	}
	return err
}

// ask asks a person for a gesture and waits for a line.
func (s *streams) ask(ctx context.Context, sentence string) error {
	fmt.Fprintf(s.err, "\n%s %s\n%s ", cli.In(s.lang, "À vous :", "Your turn:"), sentence, cli.In(s.lang, "Puis Entrée.", "Then Enter."))
	line := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(s.in).ReadString('\n')
		line <- err
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-line:
		if errors.Is(err, io.EOF) {
			return verdict.Tell("personne ne répond sur l'entrée standard", "nobody answers on standard input")
		}
		return err
	}
}

// notInFileName is what a file name of ours does not hold.
var notInFileName = regexp.MustCompile(`[^a-z0-9]+`)

func fileName(name string) string {
	return strings.Trim(notInFileName.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// tell prints the summary and where the report is.
func (c *runCommand) tell(s *streams, run *verdict.Run, suite *campaign.Suite) {
	format, err := report.Find("text")
	if err == nil {
		_ = format.Write(s.out, run, report.Options{Lang: s.lang, Texts: suite.Texts, Catalogue: suite.Catalogue, Features: suite.Features})
	}
	s.say("rapport : %s", "report: %s", absolute(filepath.Join(c.Out, campaign.PageFile)))
	s.say("archive signée : %s", "signed archive: %s", filepath.Join(c.Out, campaign.ArchiveFile))
}
