package campaign

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"etalon/internal/bench"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// ArchiveFile is the name of the signed archive in a run's folder, PageFile that of the report as a page.
const (
	ArchiveFile = "report.zip"
	PageFile    = "report.html"
)

// views are the files beside the archive, by format.
var views = []struct{ format, file string }{
	{"html", PageFile}, {"json", "run.json"}, {"junit", "junit.xml"}, {"text", "report.txt"},
}

// Views are the files beside the archive of a run, by format.
func Views() map[string]string {
	files := map[string]string{}
	for _, v := range views {
		files[v.format] = v.file
	}
	return files
}

// Publish writes the archive of a run, signed, and the views that people open first, in its folder.
func Publish(dir string, run *verdict.Run, suite *Suite, signer report.Signer, lang string) error {
	options := suite.options(dir, lang, signer.Test)
	err := WriteFile(filepath.Join(dir, ArchiveFile), func(w io.Writer) error {
		return report.WriteArchive(w, run, report.ArchiveOptions{Options: options, Signer: signer, Now: bench.Wall()})
	})
	if err != nil {
		return err
	}
	for _, v := range views {
		format, err := report.Find(v.format)
		if err != nil {
			return err
		}
		if err := WriteFile(filepath.Join(dir, v.file), func(w io.Writer) error { return format.Write(w, run, options) }); err != nil {
			return err
		}
	}
	return nil
}

// options are what the views of a run's folder need.
func (s *Suite) options(dir, lang string, testKey bool) report.Options {
	return report.Options{Lang: lang, Texts: s.Texts, Catalogue: s.Catalogue, Evidence: report.EvidenceOf(dir), TestKey: testKey}
}

// WriteFile writes a file whole, or not at all.
func WriteFile(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".etalon-*")
	if err != nil {
		return err
	}
	err = errors.Join(write(file), file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}
