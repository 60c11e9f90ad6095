package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/legible"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// baselineOf reads the archive that a run is held against: whole, sound, of this candidate and of this profile; nil where none is
// asked for.
func (c *runCommand) baselineOf(subject *candidate.Candidate) (*verdict.Run, error) {
	if c.Baseline == "" {
		return nil, nil
	}
	place := c.Baseline
	if archive := filepath.Join(place, campaign.ArchiveFile); exists(archive) {
		place = archive
	}
	refuse := func(err error, hint string) (*verdict.Run, error) {
		return nil, hinted{fmt.Errorf("--baseline %s: %w", c.Baseline, err), hint, exitUsage}
	}
	v, err := openArchive(place)
	if err != nil {
		return refuse(err, "conformance verify "+place)
	}
	was := v.Run
	switch {
	case !was.Complete:
		return refuse(errors.New("the run did not reach its end"), "conformance resume "+filepath.Dir(place))
	case was.Candidate.Name != subject.Name || was.Candidate.Vendor != subject.Vendor:
		return refuse(fmt.Errorf("it is of another candidate, %s (%s): want %s (%s)", legible.Text(was.Candidate.Name), legible.Text(was.Candidate.Vendor), subject.Name, subject.Vendor),
			"conformance diff "+place+" recette")
	case was.Profile.Digest != subject.Profile.Digest:
		return refuse(fmt.Errorf("it was judged with another profile, %s %s: want %s", legible.Text(was.Profile.Name), was.Profile.Digest, subject.Profile.Digest),
			"conformance run "+c.Candidate+" --profile …")
	}
	return was, nil
}

// gate tells what changed since the baseline, and returns the exit status that regressions alone decide.
func (c *runCommand) gate(s *streams, run, baseline *verdict.Run, suite *campaign.Suite, failOn verdict.Severity) (int, error) {
	told := report.Compare(baseline, run)
	s.say("", "")
	if err := report.WriteComparison(s.out, told, "text", report.Options{Lang: s.lang, Texts: suite.Texts, Catalogue: suite.Catalogue}); err != nil {
		return exitHarness, err
	}
	alone, code := run.Exit(failOn), told.Gate(run, failOn)
	known := run.Counts.Fail - failing(told)
	s.say("", "")
	s.say("seuil de régression (%s) : sortie %d ; sans --baseline elle vaudrait %d ; échecs que la référence avait déjà : %d ; le niveau du rapport n'en change pas",
		"regression gate (%s): exit %d; without --baseline it would be %d; failures that the baseline had already: %d; the level of the report does not change by it", c.FailOn, code, alone, known)
	return code, nil
}

// failing counts the cases that fail and were not seen to fail.
func failing(told report.Comparison) (n int) {
	for _, kind := range told.Kinds() {
		for _, change := range kind.Of {
			if change.After == verdict.Fail.String() && change.Before != change.After {
				n++
			}
		}
	}
	return n
}
