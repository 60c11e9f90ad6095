package scenario

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"github.com/cucumber/godog"
	messages "github.com/cucumber/messages/go/v21"
)

// Step binds one French sentence to what it does. An error of Do means that the harness could not do its
// work; what the candidate did wrong goes to the World as a finding.
type Step struct {
	Sentence *regexp.Regexp
	Do       any // func(context.Context, captured strings and ints…) error
}

// NewStep makes a line of the table; the pattern matches the whole sentence, and "§" stands for a quoted value.
func NewStep(pattern string, do any) Step {
	return Step{Sentence: regexp.MustCompile("^" + strings.ReplaceAll(pattern, "§", `"([^"]*)"`) + "$"), Do: do}
}

// Runner plays the scenarios of a features' tree. One implementation stands on godog; nothing else names it.
type Runner interface {
	// Play runs every scenario that hooks.Begin admits, at most jobs at a time.
	Play(ctx context.Context, features []string, hooks Hooks, jobs int) error
}

// Hooks follow each scenario.
type Hooks struct {
	// Begin returns the scenario's context, or false to leave it out. Addresses are those of its trials.
	Begin func(ctx context.Context, addresses []string) (context.Context, bool)
	// Doing tells that a step begins.
	Doing func(ctx context.Context, text string)
	// Step tells that a step ended, with what kept it from doing its work.
	Step func(ctx context.Context, text string, err error)
	// End tells that the scenario is over.
	End func(ctx context.Context)
}

// godogRunner plays scenarios with godog. Its statuses are never the verdict.
type godogRunner struct {
	tree  fs.FS
	steps []Step
}

// NewRunner returns the runner over a tree of features and a table of steps.
func NewRunner(tree fs.FS, steps []Step) Runner { return &godogRunner{tree: tree, steps: steps} }

// Play implements Runner.
func (r *godogRunner) Play(ctx context.Context, features []string, hooks Hooks, jobs int) error {
	contents := make([]godog.Feature, 0, len(features))
	for _, name := range features {
		raw, err := fs.ReadFile(r.tree, name)
		if err != nil {
			return fmt.Errorf("read feature: %w", err)
		}
		contents = append(contents, godog.Feature{Name: name, Contents: raw})
	}
	suite := godog.TestSuite{
		Name: "etalon",
		Options: &godog.Options{
			Format: "progress", Output: io.Discard, NoColors: true, Strict: true,
			Concurrency: max(jobs, 1), FeatureContents: contents, DefaultContext: ctx,
		},
		ScenarioInitializer: func(sc *godog.ScenarioContext) { r.initialize(sc, hooks) },
	}
	if suite.Run() == 2 {
		return fmt.Errorf("play features: godog refused its options or a feature")
	}
	return nil
}

// leftOut marks the context of a scenario that is not selected.
type leftOut struct{}

// initialize registers hooks and steps for one scenario.
func (r *godogRunner) initialize(sc *godog.ScenarioContext, hooks Hooks) {
	sc.Before(func(ctx context.Context, pickle *godog.Scenario) (context.Context, error) {
		next, ok := hooks.Begin(ctx, addressesOf(pickle))
		if !ok {
			return context.WithValue(ctx, leftOut{}, true), godog.ErrSkip
		}
		return next, nil
	})
	sc.StepContext().Before(func(ctx context.Context, step *godog.Step) (context.Context, error) {
		if ctx.Value(leftOut{}) == nil {
			hooks.Doing(ctx, step.Text)
		}
		return ctx, nil
	})
	sc.StepContext().After(func(ctx context.Context, step *godog.Step, status godog.StepResultStatus, err error) (context.Context, error) {
		if ctx.Value(leftOut{}) == nil {
			if err == nil && status == godog.StepUndefined {
				err = fmt.Errorf("no step is written for this sentence")
			}
			hooks.Step(ctx, step.Text, err)
		}
		return ctx, nil
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
		if ctx.Value(leftOut{}) == nil {
			hooks.End(ctx)
		}
		return ctx, nil
	})
	for _, s := range r.steps {
		sc.Step(s.Sentence, s.Do)
	}
}

// addressesOf identifies a scenario among all features: its tags tell roles and modes, its name the case.
func addressesOf(p *messages.Pickle) []string {
	m := caseName.FindStringSubmatch(p.Name)
	if m == nil {
		return nil
	}
	var all []string
	for _, scope := range scopesOf(p) {
		a := Address{Case: m[1], Variant: m[2]}
		a.Role, a.Mode, _ = strings.Cut(scope, "/")
		all = append(all, a.String())
	}
	return all
}
