package scenario

import (
	"context"
	"errors"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/record"
	"etalon/internal/verdict"
)

// Judgement is one run from the candidate file to the concluded record.
type Judgement struct {
	Config
	Catalogue Catalogue
	Plan      []Trial // of the whole tree; read from it when nil
	Suite     verdict.Suite
	// Out is the folder of the record; nothing is written when it is empty.
	Out string
	// Order is what the run was asked for, kept to go on with it if it is stopped.
	Order record.Order
	// Moved tells that the candidate is that of the record, although its file is another: a mock candidate that was started
	// again, elsewhere.
	Moved bool
}

// Judge plays the run and returns its record, concluded. The record stays readable whatever happens: an error
// means that the run did not reach its end.
func (j Judgement) Judge(ctx context.Context) (*verdict.Run, error) {
	plan, header, err := j.ready()
	if err != nil {
		return nil, err
	}
	if header.Items, err = items(j.Tree, j.Candidate, j.Catalogue, header.Scope); err != nil {
		return nil, err
	}
	j.sayUnplayed(plan)
	if j.Out == "" {
		return j.finish(ctx, record.Unwritten(header, j.Catalogue), plan)
	}
	journal, err := record.Create(j.Out, header, j.Catalogue)
	if err != nil {
		return nil, err
	}
	if err := journal.Order(j.Order); err != nil {
		return nil, errors.Join(err, journal.Close())
	}
	return j.finish(ctx, journal, plan)
}

// ready reads the plan, and makes the header of the record.
func (j Judgement) ready() (plan []Trial, header *verdict.Run, err error) {
	if plan = j.Plan; plan == nil {
		if plan, err = LoadPlan(j.Tree, j.Catalogue); err != nil {
			return nil, nil, err
		}
	}
	if Selected(plan, j.judged(plan), j.Selection) == 0 {
		return nil, nil, ErrNothingSelected
	}
	excluded, err := exclusions(j.Candidate, j.Catalogue)
	if err == nil {
		err = mayWaive(j.Candidate, j.Waivers)
	}
	if err != nil {
		return nil, nil, err
	}
	return plan, j.header(plan, excluded), nil
}

// finish plays what the journal does not tell yet.
func (j Judgement) finish(ctx context.Context, journal *record.Journal, plan []Trial) (*verdict.Run, error) {
	j.Journal = journal
	if err := play(ctx, j.Config, plan); err != nil {
		return nil, errors.Join(err, journal.Close())
	}
	return journal.Finish(bench.Wall())
}

// header is what is known before the first case.
func (j Judgement) header(plan []Trial, excluded []verdict.Exclusion) *verdict.Run {
	c := j.Candidate
	return &verdict.Run{
		Schema: verdict.Schema, Suite: j.Suite,
		Candidate: verdict.Candidate{Name: c.Name, Vendor: c.Vendor, Version: c.Version, Config: c.Digest(), Excludes: excluded},
		Profile: verdict.Profile{
			Name: c.Profile.Name + " " + c.Profile.Version, Digest: c.Profile.Digest, Overrides: c.Profile.Overrides,
		},
		Scope: j.judged(plan), Partial: j.partial(plan), Seed: string(j.Bench.Seed), Place: "local", Started: bench.Wall(),
		Waivers: j.Waivers,
	}
}

// judged lists what the candidate declares and the plan plays: a mode of which it plays nothing enters no level.
func (j Judgement) judged(plan []Trial) []string {
	played := Scopes(plan)
	return slices.DeleteFunc(j.Candidate.Scope(), func(scope string) bool { return !slices.Contains(played, scope) })
}

// sayUnplayed tells what the candidate declares and nothing plays.
func (j Judgement) sayUnplayed(plan []Trial) {
	judged := j.judged(plan)
	for _, scope := range j.Candidate.Scope() {
		if !slices.Contains(judged, scope) {
			j.Progress.Say(j.said(verdict.Reason{Key: verdict.ReasonUnplayedScope, Args: []string{scope}}))
		}
	}
}

// partial tells whether the run plays less than the scope: a selection, or the long cases left out.
func (j Judgement) partial(plan []Trial) bool {
	return slices.ContainsFunc(plan, func(t Trial) bool {
		return slices.Contains(j.Candidate.Scope(), t.Scope()) && (!j.Selection.Chooses(t) || t.Long && !j.Long)
	})
}

// Quiet is a progress that says nothing.
type Quiet struct{}

// Start implements Progress.
func (Quiet) Start(string, int) {}

// Playing implements Progress.
func (Quiet) Playing(string) {}

// Judged implements Progress.
func (Quiet) Judged(verdict.Case) {}

// Say implements Progress.
func (Quiet) Say(verdict.Text) {}

// End implements Progress.
func (Quiet) End() {}
