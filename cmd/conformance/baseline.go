package main

import (
	"errors"
	"path/filepath"

	"etalon/internal/campaign"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// baseline names the archive that a run is held against.
type baseline string

// of reads the archive that a run is held against: sound, whole, of this candidate and of this profile; nil where none is asked for.
func (b baseline) of(name, vendor, digest string) (*verdict.Run, error) {
	was, err := b.read()
	if err != nil || was == nil {
		return nil, err
	}
	return was, b.alike(was, name, vendor, digest)
}

// place is the archive, where the folder of a run is given.
func (b baseline) place() string {
	if archive := filepath.Join(string(b), campaign.ArchiveFile); exists(archive) {
		return archive
	}
	return string(b)
}

// refused is why it is no baseline.
func (b baseline) refused(err error, hint string) error {
	return hinted{verdict.Tell("--baseline %s : %s", "--baseline %s: %s", string(b), err), hint, exitUsage}
}

// read reads the archive of a whole run, sound; nil where none is asked for.
func (b baseline) read() (*verdict.Run, error) {
	if b == "" {
		return nil, nil
	}
	v, err := openArchive(b.place())
	if err != nil {
		return nil, b.refused(err, "conformance verify "+b.place())
	}
	if !v.Run.Complete {
		return nil, b.refused(campaign.ErrIncomplete, "conformance resume "+filepath.Dir(b.place()))
	}
	return v.Run, nil
}

// sent is read, with the archive itself, for a sandbox that holds it against its candidate before anything is played.
func (b baseline) sent() (was *verdict.Run, archive []byte, err error) {
	if was, err = b.read(); err != nil || was == nil {
		return nil, nil, err
	}
	if archive, err = readBounded(b.place(), maxArchiveSent); err != nil {
		return nil, nil, b.refused(err, "conformance diff "+b.place()+" recette")
	}
	return was, archive, nil
}

// maxArchiveSent is how large an archive a sandbox takes, in octets.
const maxArchiveSent = 96 << 20

// alike refuses one that is of another candidate, or of another profile.
func (b baseline) alike(was *verdict.Run, name, vendor, digest string) error {
	err := campaign.Alike(was, name, vendor, digest)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, campaign.ErrOtherProfile):
		return b.refused(err, "conformance run CANDIDAT --profile …")
	}
	return b.refused(err, "conformance diff "+b.place()+" recette")
}

// gate tells what changed since the baseline, and returns the exit status that regressions alone decide.
func gate(s *streams, run, baseline *verdict.Run, suite *campaign.Suite, failOn verdict.Severity) (int, error) {
	told := report.Compare(baseline, run)
	s.say("", "")
	if err := report.WriteComparison(s.out, told, "text", report.Options{Lang: s.lang, Texts: suite.Texts, Catalogue: suite.Catalogue}); err != nil {
		return exitHarness, err
	}
	alone, code := run.Exit(failOn), told.Gate(run, failOn)
	known := run.Counts.Fail - failing(told)
	s.say("", "")
	s.say("seuil de régression (%s) : sortie %d ; sans --baseline elle vaudrait %d ; échecs que la référence avait déjà : %d ; le niveau du rapport n'en change pas",
		"regression gate (%s): exit %d; without --baseline it would be %d; failures that the baseline had already: %d; the level of the report does not change by it", failOn, code, alone, known)
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
