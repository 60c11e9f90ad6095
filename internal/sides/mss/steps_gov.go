package mss

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// declarationSteps are the sentences of what an operator declares.
func declarationSteps() []scenario.Step {
	return []scenario.Step{
		step(`l'opérateur déclare une pièce pour cette exigence`, evidenceDeclared),
		step(`la pièce se lit et attend une relecture`, evidenceAwaitsReview),
	}
}

// evidenceDeclared keeps the document that the candidate file names for the requirement of the trial.
func evidenceDeclared(_ context.Context, p *part) error {
	piece, ok := p.side.declared.Evidence[p.Row.ID]
	if !ok {
		return p.Cannot(verdict.ReasonNoEvidence, p.Row.ID)
	}
	name := filepath.Base(piece.File)
	p.Keep(verdict.Exchange{
		Label: "piece", Marker: strings.Join(nonEmpty(name, dated(piece.Date), piece.Note), ", "),
		From: "candidate", Response: p.Evidence(piece.Content, http.DetectContentType(piece.Content)),
	})
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

// evidenceAwaitsReview looks at the form of the document alone: a person judges what it says.
func evidenceAwaitsReview(_ context.Context, p *part) error {
	p.Checked()
	piece, ok := p.side.declared.Evidence[p.Row.ID]
	if !ok {
		return p.Cannot(verdict.ReasonNoEvidence, p.Row.ID)
	}
	if why := malformed(piece.File, piece.Content); why != "" {
		return p.Cannot(verdict.ReasonMisdeclared, "mssante.evidence."+p.Row.ID+".file", why)
	}
	p.AwaitReview(filepath.Base(piece.File))
	return nil
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
