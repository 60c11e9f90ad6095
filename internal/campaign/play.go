package campaign

import (
	"context"
	"io/fs"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// Play is one run of the plan against a candidate that is there.
type Play struct {
	Suite     *Suite
	Tree      fs.FS
	Domains   []scenario.Domain
	Candidate *candidate.Candidate
	Selection scenario.Selection
	Long      bool
	Jobs      int // 0 for as many as each role allows
	// Seed is that of the messages; one is drawn when it is empty.
	Seed bench.Seed
	// Out is the folder of the record.
	Out      string
	Progress scenario.Progress
	// Ask asks a person for a gesture; nil refuses manual drivers.
	Ask func(ctx context.Context, sentence string) error
}

// Judge opens the stand, plays and returns the record, concluded; it stays readable whatever happens. An error means that the
// run did not begin, or did not reach its end.
func (p Play) Judge(ctx context.Context) (*verdict.Run, error) {
	seed := p.Seed
	if seed == "" {
		seed = bench.NewSeed()
	}
	opened, err := stand.For(p.Candidate, seed)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return p.judgement(opened).Judge(ctx)
}

// judgement is the run as the scenarios know it.
func (p Play) judgement(opened *stand.Stand) scenario.Judgement {
	return scenario.Judgement{
		Config: scenario.Config{
			Domains: p.Domains, Candidate: p.Candidate, Bench: opened.Bench, Tree: p.Tree, Texts: p.Suite.Texts, Selection: p.Selection,
			Long: p.Long, Jobs: p.Jobs, Progress: p.Progress, Ask: p.Ask,
		},
		Catalogue: p.Suite.Catalogue, Plan: p.Suite.Plan, Suite: p.Suite.Identity, Out: p.Out,
	}
}
