package campaign

import (
	"context"
	"io/fs"

	"etalon/internal/anatomy"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/record"
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
	// Order is what is asked for; it stays in the record.
	Order record.Order
	// Waivers are the failures accepted beforehand; a run that goes on has those of its record.
	Waivers []verdict.Waiver
	// Seed is that of the messages; one is drawn when it is empty. A run that goes on has that of its record.
	Seed bench.Seed
	// Out is the folder of the record.
	Out      string
	Progress scenario.Progress
	// Ask asks a person for a gesture; nil refuses manual drivers.
	Ask func(ctx context.Context, sentence string) error
	// Moved is that of scenario.Judgement.
	Moved bool
	// World is told what the parties judge messages by, before the play; nil tells nobody. An error keeps the play from beginning.
	World func(anatomy.Knowledge) error
}

// Judge opens the stand, plays and returns the record, concluded; it stays readable whatever happens. An error means that the
// run did not begin, or did not reach its end.
func (p Play) Judge(ctx context.Context) (*verdict.Run, error) {
	seed := p.Seed
	if seed == "" {
		seed = bench.NewSeed()
	}
	ctx = candidate.Within(ctx, p.Candidate.Targets)
	return p.on(seed, func(j scenario.Judgement) (*verdict.Run, error) { return j.Judge(ctx) })
}

// Resume finishes the run of the folder as Judge would have. It returns report.ErrFinished, report.ErrPlaying, or
// scenario.ErrOther where the run was begun otherwise.
func (p Play) Resume(ctx context.Context) (*verdict.Run, error) {
	begun, err := record.Glance(p.Out)
	if err != nil {
		return nil, err
	}
	p.Order = begun.Order
	ctx = candidate.Within(ctx, p.Candidate.Targets)
	return p.on(scenario.SeedAfter(begun.Run), func(j scenario.Judgement) (*verdict.Run, error) { return j.Resume(ctx) })
}

// on opens the stand and does something with the run on it.
func (p Play) on(seed bench.Seed, do func(scenario.Judgement) (*verdict.Run, error)) (*verdict.Run, error) {
	selection, err := scenario.ParseSelection(p.Order.Selectors)
	if err != nil {
		return nil, err
	}
	opened, err := stand.For(p.Candidate, seed)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	if p.World != nil {
		if err := p.World(opened.Knowledge()); err != nil {
			return nil, err
		}
	}
	return do(scenario.Judgement{
		Config: scenario.Config{
			Domains: p.Domains, Candidate: p.Candidate, Bench: opened.Bench, Tree: p.Tree, Texts: p.Suite.Texts, Selection: selection,
			Waivers: p.Waivers, Long: p.Order.Long, Jobs: p.Order.Jobs, Progress: p.Progress, Ask: p.Ask,
		},
		Catalogue: p.Suite.Catalogue, Plan: p.Suite.Plan, Suite: p.Suite.Identity, Out: p.Out, Order: p.Order, Moved: p.Moved,
	})
}
