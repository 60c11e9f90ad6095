package mss

import (
	"context"
	"slices"

	"etalon/internal/scenario"
	"etalon/internal/sides/side"
)

// Steps is the whole table of sentences of MSSanté, in the order of its groups.
func Steps() []scenario.Step {
	return slices.Concat(
		commonSteps(), tlsSteps(), imapSteps(), smtpSteps(), tokenSteps(), introspectionSteps(), certificateSteps(), mailboxSteps(), sessionSteps(),
	)
}

// step makes a line of the table whose sentence holds no value, stepOf one whose sentence holds a word.
var step, stepOf = side.Step[*part], side.StepOf[*part, string]

// stepOfTwo makes a line of the table whose sentence holds two values.
func stepOfTwo[T, U string | int](sentence string, do func(ctx context.Context, p *part, one T, two U) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context, one T, two U) error { return do(ctx, side.Part[*part](ctx), one, two) })
}
