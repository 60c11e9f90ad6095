package main

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"etalon/internal/campaign"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// reportCommand shows a finished run, or the record of one that was killed, in another format.
type reportCommand struct {
	Place  string `arg:"" name:"run" help:"${runplace}"`
	Format string `default:"text" help:"${format}"`
	Output string `short:"o" placeholder:"FICHIER" help:"${output}"`
}

// Run writes the view.
func (c *reportCommand) Run(s *streams) error {
	format, err := report.Find(c.Format)
	if err != nil {
		return hinted{err, "conformance list formats", exitUsage}
	}
	sealed, err := archiveOf(c.Place)
	if err != nil && format.Name == "pdf" { // the other formats have the record, whose archive this may be
		return hinted{err, "conformance verify " + c.Place, exitUsage}
	}
	if format.Name == "pdf" && sealed != nil {
		if signed := sealed.Member(report.PDFMember); signed != nil {
			return c.write(s, func(w io.Writer) error { _, err := w.Write(signed); return err })
		}
	}
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	run, evidence, err := openRun(c.Place)
	if err != nil {
		return hinted{err, "conformance report reports/runs/<exécution>", exitUsage}
	}
	options := report.Options{Lang: s.lang, Texts: suite.Texts, Catalogue: suite.Catalogue, Features: suite.Features, Evidence: evidence}
	if sealed != nil && sealed.Run.Finished.Equal(run.Finished) {
		options = options.SealedBy(sealed)
	}
	return c.write(s, func(w io.Writer) error { return format.Write(w, run, options) })
}

// write writes a view where it is wanted.
func (c *reportCommand) write(s *streams, view func(io.Writer) error) error {
	if c.Output == "" {
		return view(s.out)
	}
	return campaign.WriteFile(c.Output, view)
}

// archiveOf is the archive of a run's folder, or an archive: nil where there is none.
func archiveOf(place string) (*seal.Verified, error) {
	info, err := os.Stat(place)
	switch {
	case err == nil && info.IsDir():
		place = filepath.Join(place, campaign.ArchiveFile)
	case err != nil:
		return nil, nil // told where the record is asked for
	}
	if !exists(place) {
		return nil, nil
	}
	return openArchive(place)
}

// openRun reads the record of a run's folder, or of its archive.
func openRun(place string) (*verdict.Run, func(string) ([]byte, error), error) {
	info, err := os.Stat(place)
	if err != nil {
		return nil, nil, err
	}
	if _, absent := os.Stat(filepath.Join(place, record.File)); info.IsDir() && absent != nil { // what a campaign of a sandbox leaves
		if archive := filepath.Join(place, campaign.ArchiveFile); exists(archive) {
			return openRun(archive)
		}
	}
	if info.IsDir() {
		run, err := record.Load(place)
		return run, record.EvidenceOf(place), err
	}
	v, err := openArchive(place)
	if err != nil {
		return nil, nil, err
	}
	return v.Run, v.Evidence, nil
}

// openArchive reads an archive, which is sound.
func openArchive(place string) (*seal.Verified, error) {
	raw, err := readBounded(place, maxArchive)
	if err != nil {
		return nil, err
	}
	return seal.Verify(raw, seal.VerifyOptions{Now: time.Now()})
}

// exists tells whether there is a file.
func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
