package campaign

import (
	"errors"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// RefusedWaivers is why the waivers of an order are refused, with line and key.
type RefusedWaivers struct{ candidate.Problems }

// Unwrap is ErrWaivers.
func (RefusedWaivers) Unwrap() error { return ErrWaivers }

// waived reads the waivers of an order against a candidate, as of now; none in an empty text. It returns RefusedWaivers.
func waived(suite *Suite, c Candidate, text string) ([]verdict.Waiver, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	waivers, err := candidate.ParseWaivers([]byte(text), scenario.Waivable(c.Scope, c.Certification, suite.Catalogue, suite.Plan), bench.Wall())
	var problems candidate.Problems
	if errors.As(err, &problems) {
		return nil, RefusedWaivers{problems}
	}
	return waivers, err
}
