package declared

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// piece is the document that the candidate file names for the requirement of the trial.
func piece(w *scenario.World) (candidate.Evidence, error) {
	found, ok := w.Run.Candidate.Evidence(candidate.Role(w.Role), w.Row.ID)
	if !ok {
		return found, w.Cannot(verdict.ReasonNoEvidence, w.Row.ID)
	}
	return found, nil
}

// evidenceDeclared keeps the document.
func evidenceDeclared(ctx context.Context) error {
	w := scenario.Of(ctx)
	document, err := piece(w)
	if err != nil {
		return err
	}
	name := filepath.Base(document.File)
	w.Keep(verdict.Exchange{
		Label: "piece", Marker: strings.Join(nonEmpty(name, dated(document.Date), document.Note), ", "),
		From: "candidate", Response: w.Evidence(document.Content, http.DetectContentType(document.Content)),
	})
	return nil
}

// evidenceAwaitsReview looks at the form of the document alone: a person judges what it says.
func evidenceAwaitsReview(ctx context.Context) error {
	w := scenario.Of(ctx)
	w.Checked()
	document, err := piece(w)
	if err != nil {
		return err
	}
	if why := malformed(document.File, document.Content); why != "" {
		return w.Cannot(verdict.ReasonMisdeclared, "evidence."+w.Row.ID+".file", why)
	}
	w.AwaitReview(filepath.Base(document.File))
	return nil
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
var texts = map[string]bool{".txt": true, ".csv": true, ".md": true, ".log": true, ".json": true, ".xml": true, ".html": true, ".yaml": true, ".yml": true}

// malformed tells why a document cannot be read as what its name says it is; empty when it can.
func malformed(name string, content []byte) string {
	switch ending := strings.ToLower(filepath.Ext(name)); {
	case len(bytes.TrimSpace(content)) == 0:
		return "vide"
	case ending == ".pdf" && (!bytes.HasPrefix(content, []byte("%PDF-")) || !bytes.Contains(content[max(0, len(content)-1024):], []byte("%%EOF"))):
		return "ce n'est pas un PDF entier"
	case texts[ending] && (!utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0):
		return "ce n'est pas un texte en UTF-8"
	}
	return ""
}
