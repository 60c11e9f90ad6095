// Package mss holds the side of MSSanté: what the harness plays around an operator of secure mailboxes in each of its two
// interfaces, IMAP and submission. It starts the mock Pro Santé Connect that the operator trusts, makes tokens good and
// bad, opens mailboxes with them, proves each refusal by a second probe, and reads what Pro Santé Connect was asked.
//
// It speaks no protocol, which mail does, knows no token, which oidc does, and writes no report. It verifies no server
// certificate when it connects: that is judged by the cases that are about it.
package mss

import (
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
)

// Domain is MSSanté.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "mssante", Steps: Steps(), Side: func(r *scenario.Run, scope string) (scenario.Side, error) {
		return newSide(r, scope), nil
	}}
}

// newSide returns the harness's parts for an interface of an operator; nil for any other role.
func newSide(r *scenario.Run, scope string) scenario.Side {
	role, _ := candidate.SplitScope(scope)
	declared := r.Candidate.Interface(role)
	if declared == nil {
		return nil
	}
	return &Side{Base: side.Base{Role: role}, run: r, declared: r.Candidate.MSSante, address: declared.Address, waits: realWaits}
}
