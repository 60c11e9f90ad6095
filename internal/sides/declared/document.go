package declared

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pdfsig"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// documents are those that the candidate file names for the requirement of the trial, the principal one first.
func documents(w *scenario.World) ([]candidate.Evidence, error) {
	found, ok := w.Run.Candidate.Evidence(candidate.Role(w.Role), w.Row.ID)
	if !ok {
		return nil, w.Cannot(verdict.ReasonNoEvidence, w.Row.ID)
	}
	return found.Documents(), nil
}

// principal is the first of them.
func principal(w *scenario.World) (candidate.Evidence, error) {
	all, err := documents(w)
	if err != nil {
		return candidate.Evidence{}, err
	}
	return all[0], nil
}

// again tells that a document must be handed over again, and why.
func again(w *scenario.World, d candidate.Evidence, key string, more ...string) error {
	return w.Cannot(key, append([]string{w.Row.ID, filepath.Base(d.File)}, more...)...)
}

// evidenceDeclared keeps the documents, whole.
func evidenceDeclared(ctx context.Context) error {
	w := scenario.Of(ctx)
	all, err := documents(w)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.Trouble != nil {
			continue // the next sentence says so
		}
		w.Keep(verdict.Exchange{
			Label: "piece", Marker: strings.Join(nonEmpty(filepath.Base(d.File), dated(d.Date), d.Note), ", "),
			From: "candidate", Response: w.Document(d.Content, http.DetectContentType(d.Content)),
		})
	}
	return nil
}

// evidenceAwaitsReview looks at the form of the documents alone: a person judges what they say.
func evidenceAwaitsReview(ctx context.Context) error {
	w := scenario.Of(ctx)
	w.Checked()
	all, err := documents(w)
	if err != nil {
		return err
	}
	var names []string
	for _, d := range all {
		if d.Trouble != nil {
			return again(w, d, verdict.ReasonDocumentMissing, cause(d.Trouble))
		}
		if why := malformed(d.File, d.Content); why != "" {
			return again(w, d, why)
		}
		if now := w.Run.Bench.Clock.Now(); d.Date.After(now) {
			return again(w, d, verdict.ReasonDocumentToCome, dated(d.Date))
		}
		names = append(names, filepath.Base(d.File))
	}
	w.AwaitReview(strings.Join(names, ", "))
	return nil
}

// cause says shortly why a file cannot be read, without the folder that it is in.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

func dated(day interops.Date) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

func nonEmpty(texts ...string) []string {
	var all []string
	for _, t := range texts {
		if t != "" {
			all = append(all, t)
		}
	}
	return all
}

// texts are the endings of files that hold nothing but text.
var texts = map[string]bool{
	".txt": true, ".csv": true, ".md": true, ".log": true, ".json": true, ".jsonl": true, ".ndjson": true,
	".xml": true, ".html": true, ".yaml": true, ".yml": true,
}

func ending(name string) string { return strings.ToLower(filepath.Ext(name)) }

// ailments are what keeps a PDF from being read, as reasons.
var ailments = map[pdfsig.Ailment]string{
	pdfsig.NotPDF: verdict.ReasonDocumentNotPDF, pdfsig.Truncated: verdict.ReasonDocumentTruncated, pdfsig.Encrypted: verdict.ReasonDocumentEncrypted,
}

// malformed tells why a document cannot be read as what its name, or its beginning, says it is; empty when it can.
func malformed(name string, content []byte) string {
	switch {
	case len(bytes.TrimSpace(content)) == 0:
		return verdict.ReasonDocumentEmpty
	case ending(name) == ".pdf", bytes.HasPrefix(content, []byte("%PDF-")):
		return ailments[pdfsig.Ails(content)]
	case texts[ending(name)] && (!utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0):
		return verdict.ReasonDocumentNotText
	}
	return ""
}
