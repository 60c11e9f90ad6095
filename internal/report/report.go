// Package report shows the record of a run, in each format and as the views of a signed archive, and compares two of them.
//
// It does not judge: verdicts, counts and levels are those of the record, and every format is a pure function of it.
package report

import (
	"crypto/x509"
	"encoding/json"
	"io"
	"strings"
	"time"

	"etalon/internal/record"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// Format is one way to show a record.
type Format struct {
	Name      string // as --format takes it
	MediaType string
	Write     func(io.Writer, *verdict.Run, Options) error
	// Sign signs what Write wrote, inside itself, for the archive; nil where the format knows no signature of its own. stamp is that of
	// ArchiveOptions, for a signature that can carry a time-stamp.
	Sign func(document []byte, signer seal.Signer, at time.Time, stamp func([]byte) ([]byte, error)) ([]byte, error)
}

// Options is what a format may need besides the record.
type Options struct {
	Lang    string // "en", or anything else for French
	TestKey bool   // the report is signed with a test key of the harness, and says so
	// Certificate is that of who signs the archive that the view goes into, and SignedAt when; nil and zero outside of one.
	Certificate *x509.Certificate
	SignedAt    time.Time
	Texts       Texts
	Catalogue   []verdict.Requirement
	// Features finds the scenarios of the record's cases; nil where they are not at hand.
	Features *Features
	// NotBefore and NotAfter bound the time for which the report is signed to hold; zero where nothing is signed. Timed tells that a
	// time authority was asked: what it attests is in timestamp.tsr, which no view can know, as it is made after them.
	NotBefore, NotAfter time.Time
	Timed               bool
	// Evidence returns the bytes of a digest of the record; nil where none is kept.
	Evidence func(digest string) ([]byte, error)
}

// Formats is the table of formats; a new one is a line here.
var Formats = []Format{
	{Name: "text", MediaType: "text/plain; charset=utf-8", Write: writeText},
	{Name: "json", MediaType: "application/json", Write: writeJSON},
	{Name: "junit", MediaType: "application/xml", Write: writeJUnit},
	{Name: "html", MediaType: "text/html; charset=utf-8", Write: writeHTML},
	{Name: "csv", MediaType: "text/csv; charset=utf-8", Write: writeCSV},
	{Name: "pdf", MediaType: "application/pdf", Write: writePDF, Sign: signPDF},
	{Name: "gitb", MediaType: "application/xml", Write: writeGITB, Sign: signGITB},
	{Name: "messages", MediaType: "application/x-ndjson", Write: writeMessages},
	{Name: "sarif", MediaType: "application/sarif+json", Write: writeSARIF},
	{Name: "badge", MediaType: "image/svg+xml", Write: writeBadge},
}

// Purpose is what a format is for, in a language.
func (f Format) Purpose(texts Texts, lang string) string { return texts.Word(lang, "format."+f.Name) }

// Find returns a format by name, or an error that lists those there are.
func Find(name string) (Format, error) {
	var names []string
	for _, f := range Formats {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, verdict.Tell("format « %s » : il y a %s", "find format %q: there are %s", name, strings.Join(names, ", "))
}

// writeJSON writes run.json: the record itself, its fields in the order of the schema.
func writeJSON(w io.Writer, run *verdict.Run, _ Options) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(record.Filled(run)); err != nil {
		return verdict.Tell("écriture de run.json : %s", "write run.json: %s", err)
	}
	return nil
}
