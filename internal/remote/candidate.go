package remote

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"etalon/internal/campaign"
	"etalon/internal/verdict"
)

// Problem is one problem of a candidate file, as a sandbox tells it.
type Problem struct {
	Line   int          `json:"line"`
	Key    string       `json:"key"`
	Got    string       `json:"got"`
	Want   verdict.Text `json:"want"`
	Remedy verdict.Text `json:"remedy"`
}

// In is the problem in one line.
func (p Problem) In(lang string) string {
	line := p.Key
	if p.Line > 0 {
		line = strconv.Itoa(p.Line) + ": " + line
	}
	for _, text := range []string{p.Want.In(lang), p.Got, p.Remedy.In(lang)} {
		if text != "" {
			line += ": " + text
		}
	}
	return line
}

// Candidate is one that a sandbox knows; of one that was sent to it, its file too.
type Candidate struct {
	campaign.Candidate
	// File names the version of its file that is kept.
	File     string         `json:"-"`
	YAML     string         `json:"yaml"`
	Problems []Problem      `json:"problems"`
	ToLoad   []verdict.Text `json:"to_load"`
}

// Candidates are those that a sandbox knows.
func (s *Sandbox) Candidates(ctx context.Context) ([]campaign.Candidate, error) {
	var told struct {
		Candidates []campaign.Candidate `json:"candidates"`
	}
	return told.Candidates, s.call(ctx, http.MethodGet, "/api/candidates", nil, &told)
}

// candidateAt is the address of a candidate.
func candidateAt(id string) string { return "/api/candidates/" + url.PathEscape(id) }
