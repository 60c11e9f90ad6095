package mta

import (
	"context"
	"slices"

	"etalon/internal/scenario"
)

// Steps is the whole table of sentences of the operators among themselves, in the order of its groups.
func Steps() []scenario.Step {
	return slices.Concat(controlSteps(), incomingSteps(), outgoingSteps(), listSteps())
}

// step makes a line of the table whose sentence holds no value.
func step(sentence string, do func(ctx context.Context, p *part) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context) error { return do(ctx, partOf(ctx)) })
}

// stepOf makes a line of the table whose sentence holds one value.
func stepOf(sentence string, do func(ctx context.Context, p *part, value string) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context, value string) error { return do(ctx, partOf(ctx), value) })
}
