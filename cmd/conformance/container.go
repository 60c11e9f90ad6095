package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"etalon/cmd/internal/cli"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/container"
	"etalon/internal/verdict"
)

// contain starts the candidate's container where it has one, and reads the candidate file again with the addresses and the
// files that it gives. release removes it.
func (c *runCommand) contain(ctx context.Context, s *streams, subject *candidate.Candidate) (found *candidate.Candidate, release func(), err error) {
	journal := filepath.Join(c.Out, campaign.ContainerLog)
	found, release, err = campaign.Contain(ctx, subject, campaign.Containment{
		Dir: c.Out, Tell: s.stage, Ended: func(died, kept error) { s.released(died, kept, journal) },
		Read: func(path string, places map[int]string) (*candidate.Candidate, error) {
			return c.load(func(path string) (*candidate.Candidate, error) { return candidate.LoadIn(path, places) })
		},
	})
	var unstarted campaign.ContainerError
	switch {
	case errors.Is(err, container.ErrNoEngine):
		_ = os.Remove(c.Out) // when it is empty, as it was made
		return nil, nil, hinted{err, words.Text("noengine", s.lang), exitUsage}
	case errors.As(err, &unstarted) && ctx.Err() == nil:
		return nil, nil, hinted{err, fmt.Sprintf(words.Text("containerlog", s.lang), journal), exitUsage}
	}
	return found, release, err
}

// stage tells where a container that starts is.
func (s *streams) stage(at container.Stage) {
	fmt.Fprintf(s.err, "%s…\n", campaign.Stages[at].In(s.lang))
}

// released tells how a container went: a candidate that ended by itself explains what could not be judged.
func (s *streams) released(died, kept error, journal string) {
	if died != nil {
		fmt.Fprintf(s.err, "conformance: error: %s\nconformance: hint: %s\n", verdict.InLanguage(died, s.lang), fmt.Sprintf(words.Text("containerlog", s.lang), journal))
	}
	if kept != nil {
		fmt.Fprintf(s.err, "conformance: error: %s\n", verdict.InLanguage(kept, s.lang))
		return
	}
	fmt.Fprintln(s.err, cli.In(s.lang, "conteneur : retiré", "container: removed"))
}
