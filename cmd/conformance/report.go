package main

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"etalon/internal/campaign"
	"etalon/internal/report"
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
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	run, evidence, err := openRun(c.Place)
	if err != nil {
		return hinted{err, "conformance report reports/runs/<exécution>", exitUsage}
	}
	options := report.Options{Lang: s.lang, Texts: suite.Texts, Catalogue: suite.Catalogue, Evidence: evidence}
	if c.Output == "" {
		return format.Write(s.out, run, options)
	}
	return campaign.WriteFile(c.Output, func(w io.Writer) error { return format.Write(w, run, options) })
}

// openRun reads the record of a run's folder, or of its archive.
func openRun(place string) (*verdict.Run, func(string) ([]byte, error), error) {
	info, err := os.Stat(place)
	if err != nil {
		return nil, nil, err
	}
	if _, absent := os.Stat(filepath.Join(place, report.RecordFile)); info.IsDir() && absent != nil { // what a campaign of a sandbox leaves
		if archive := filepath.Join(place, campaign.ArchiveFile); exists(archive) {
			return openRun(archive)
		}
	}
	if info.IsDir() {
		run, err := report.Load(place)
		return run, report.EvidenceOf(place), err
	}
	raw, err := readBounded(place, maxArchive)
	if err != nil {
		return nil, nil, err
	}
	v, err := report.Verify(raw, report.VerifyOptions{Now: time.Now()})
	if err != nil {
		return nil, nil, err
	}
	return v.Run, v.Evidence, nil
}

// exists tells whether there is a file.
func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
