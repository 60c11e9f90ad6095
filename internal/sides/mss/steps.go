package mss

import (
	"context"
	"slices"

	"etalon/internal/scenario"
)

// Steps is the whole table of sentences of MSSanté, in the order of its groups.
func Steps() []scenario.Step {
	return slices.Concat(
		commonSteps(), tlsSteps(), imapSteps(), smtpSteps(), tokenSteps(), introspectionSteps(), certificateSteps(), mailboxSteps(), sessionSteps(),
	)
}

// step makes a line of the table whose sentence holds no value.
func step(sentence string, do func(ctx context.Context, p *part) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context) error { return do(ctx, partOf(ctx)) })
}

// stepOf makes a line of the table whose sentence holds one value.
func stepOf[T string | int](sentence string, do func(ctx context.Context, p *part, value T) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context, value T) error { return do(ctx, partOf(ctx), value) })
}

// stepOfTwo makes a line of the table whose sentence holds two values.
func stepOfTwo[T, U string | int](sentence string, do func(ctx context.Context, p *part, one T, two U) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context, one T, two U) error { return do(ctx, partOf(ctx), one, two) })
}
