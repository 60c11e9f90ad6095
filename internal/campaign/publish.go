package campaign

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"etalon/internal/bench"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// ArchiveFile is the name of the signed archive in a run's folder, PageFile that of the report as a page.
const (
	ArchiveFile = "report.zip"
	PageFile    = "report.html"
)

// pages is the format that is signed in itself: its view is the one that the archive holds.
const pages = "pdf"

// views are the files beside the archive, by format.
var views = []struct{ format, file string }{
	{"html", PageFile}, {"json", "run.json"}, {"junit", "junit.xml"}, {"text", "report.txt"}, {pages, report.PDFMember},
}

// Views are the files beside the archive of a run, by format.
func Views() map[string]string {
	files := map[string]string{}
	for _, v := range views {
		files[v.format] = v.file
	}
	return files
}

// Validity is for how many days an attestation holds, unless told otherwise.
const Validity = 365

// Stamper has a time authority attest that bytes were there, and returns its reply, verified: timestamp.Client.Ask.
type Stamper func(ctx context.Context, document []byte) (reply []byte, err error)

// Within is the hook of Sealing, as long as a context lasts; nil for no authority.
func (s Stamper) Within(ctx context.Context) func([]byte) ([]byte, error) {
	if s == nil {
		return nil
	}
	return func(document []byte) ([]byte, error) { return s(ctx, document) }
}

// Sealing is how an archive is signed.
type Sealing struct {
	Signer   seal.Signer
	At       time.Time // when it is signed; the present instant where it is zero
	Validity int       // days for which the attestation holds
	// Stamp has a time authority attest the signature; nil asks none.
	Stamp func(envelope []byte) ([]byte, error)
}

// archive are the options of an archive that is signed now.
func (s Sealing) archive(o report.Options) report.ArchiveOptions {
	if s.At.IsZero() {
		s.At = bench.Wall()
	}
	return report.ArchiveOptions{Options: o, Signer: s.Signer, Validity: s.Validity, Stamp: s.Stamp, Now: s.At}
}

// Publish writes the archive of a run, signed, and the views that people open first, in its folder: all of them, or none where the
// archive cannot be made.
func Publish(dir string, run *verdict.Run, suite *Suite, sealing Sealing, lang string) error {
	archive := sealing.archive(suite.options(dir, lang))
	err := WriteFile(filepath.Join(dir, ArchiveFile), func(w io.Writer) error { return report.WriteArchive(w, run, archive) })
	if err != nil {
		return err
	}
	options := archive.Views()
	for _, v := range views {
		format, err := report.Find(v.format)
		if err != nil {
			return err
		}
		if v.format == pages {
			format.Write = func(w io.Writer, _ *verdict.Run, _ report.Options) error { return signedPages(w, dir) }
		}
		if err := WriteFile(filepath.Join(dir, v.file), func(w io.Writer) error { return format.Write(w, run, options) }); err != nil {
			return err
		}
	}
	return nil
}

// signedPages writes the signed document of the archive in a folder.
func signedPages(w io.Writer, dir string) error {
	archive, err := os.ReadFile(filepath.Join(dir, ArchiveFile))
	if err != nil {
		return err
	}
	signed, err := seal.MemberOf(archive, report.PDFMember)
	if err != nil {
		return err
	}
	_, err = w.Write(signed)
	return err
}

// options are what the views of a run's folder need.
func (s *Suite) options(dir, lang string) report.Options {
	return report.Options{Lang: lang, Texts: s.Texts, Catalogue: s.Catalogue, Features: s.Features, Evidence: record.EvidenceOf(dir)}
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
