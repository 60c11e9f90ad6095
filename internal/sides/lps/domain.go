// Package lps holds the side of a professional's mail program: what the harness plays around it. It starts the mock Pro
// Santé Connect where the person signs in, and the operator of the mailbox, which behaves well or badly as a scenario wants;
// it has the program do what a person does, and reads what the program said and sent.
//
// It speaks no protocol and composes no message of the program's: missive judges those. Nothing that it is given leaves this
// machine.
package lps

import (
	"context"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
)

// Domain is that of mail programs.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "lps", Steps: Steps(), Side: func(r *scenario.Run, scope string) (scenario.Side, error) {
		role, _ := candidate.SplitScope(scope)
		if role != candidate.RoleLPS || r.Candidate.LPS == nil {
			return nil, nil
		}
		return &Side{run: r, declared: r.Candidate.LPS}, nil
	}}
}

type partKey struct{}

// partOf returns the scenario's part of the side.
func partOf(ctx context.Context) *part { return ctx.Value(partKey{}).(*part) }

// step makes a line of the table whose sentence holds no value.
func step(sentence string, do func(ctx context.Context, p *part) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context) error { return do(ctx, partOf(ctx)) })
}

// stepOf makes a line of the table whose sentence holds one value.
func stepOf[T string | int](sentence string, do func(ctx context.Context, p *part, value T) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context, value T) error { return do(ctx, partOf(ctx), value) })
}
