package remote

import (
	"context"
	"net/http"
	"net/url"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// Problem is one problem of a candidate file, as a sandbox tells it.
type Problem struct {
	Line   int          `json:"line"`
	Column int          `json:"column"`
	Key    string       `json:"key"`
	Got    string       `json:"got"`
	Want   verdict.Text `json:"want"`
	Remedy verdict.Text `json:"remedy"`
}

// Problems are those of a file, under the name that its author knows.
func Problems(file string, told []Problem) (all candidate.Problems) {
	for _, p := range told {
		all = append(all, candidate.Problem{File: file, Line: p.Line, Column: p.Column, Key: p.Key, Got: p.Got, Want: p.Want, Remedy: p.Remedy})
	}
	return all
}

// Candidate is one that was sent to a sandbox.
type Candidate struct {
	campaign.Candidate
	Revision string         `json:"revision"`
	Problems []Problem      `json:"problems"`
	ToLoad   []verdict.Text `json:"to_load"`
}

// sent is a candidate file as it is sent.
type sent struct {
	Revision string `json:"revision,omitempty"`
	YAML     string `json:"yaml"`
}

// candidateAt is the address of a candidate.
func candidateAt(id string) string { return "/api/candidates/" + url.PathEscape(id) }

// Send gives a sandbox a candidate file with the files that go with it, by their names, and returns what it makes of it. The
// candidate of the same product that an earlier call sent is changed; made tells that there was none. It returns a *Refusal.
func (s *Sandbox) Send(ctx context.Context, who Who, text []byte, files map[string][]byte) (c Candidate, made bool, err error) {
	id, err := s.same(ctx, who, text)
	if err != nil {
		return c, false, err
	}
	if id == "" {
		made, err = true, s.call(ctx, http.MethodPost, "/api/candidates", sent{YAML: string(text)}, &c)
	} else if err = s.call(ctx, http.MethodGet, candidateAt(id), nil, &c); err == nil {
		err = s.call(ctx, http.MethodPut, candidateAt(id), sent{c.Revision, string(text)}, &c)
	}
	for name, content := range files {
		if err == nil {
			err = s.call(ctx, http.MethodPut, candidateAt(c.ID)+"/files/"+url.PathEscape(name), upload{"application/octet-stream", content}, nil)
		}
	}
	if err != nil {
		return c, made, err
	}
	c = Candidate{Candidate: campaign.Candidate{ID: c.ID}}
	return c, made, s.call(ctx, http.MethodGet, candidateAt(c.ID), nil, &c)
}

// same is the ID of the candidate of one's own that was made of a file of the same product; empty where there is none.
func (s *Sandbox) same(ctx context.Context, who Who, text []byte) (string, error) {
	draft, err := candidate.DraftOf(text)
	if err != nil {
		return "", nil // what is wrong with it is told when it is sent
	}
	var told struct {
		Candidates []campaign.Candidate `json:"candidates"`
	}
	if err := s.call(ctx, http.MethodGet, "/api/candidates", nil, &told); err != nil {
		return "", err
	}
	for _, one := range told.Candidates {
		if one.Origin == campaign.OfPage && one.Owner == who.Owner() && one.Name == draft.Values["candidate.name"] && one.Vendor == draft.Values["candidate.vendor"] {
			return one.ID, nil
		}
	}
	return "", nil
}
