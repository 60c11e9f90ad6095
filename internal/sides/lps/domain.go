// Package lps holds the side of a professional's mail program: what the harness plays around it. It starts the mock Pro
// Santé Connect where the person signs in, and the operator of the mailbox, which behaves well or badly as a scenario wants;
// it has the program do what a person does, and reads what the program said and sent.
//
// It speaks no protocol and composes no message of the program's: missive judges those. Nothing that it is given leaves this
// machine.
package lps

import (
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
)

// Domain is that of mail programs.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "lps", Steps: Steps(), Side: func(r *scenario.Run, scope string) (scenario.Side, error) {
		role, _ := candidate.SplitScope(scope)
		if role != candidate.RoleLPS || r.Candidate.LPS == nil {
			return nil, nil
		}
		return &Side{Base: side.Base{Role: role}, run: r, declared: r.Candidate.LPS}, nil
	}}
}

// step makes a line of the table whose sentence holds no value, stepOf one whose sentence holds a word.
var step, stepOf = side.Step[*part], side.StepOf[*part, string]
