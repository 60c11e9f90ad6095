package mta_test

import (
	"testing"

	"etalon/internal/verdict"
)

// Honest operators that do otherwise than the usual mock are accused of nothing: links that serve for many messages and stay
// open, a list read in the background and loaded slowly, first messages that are refused for now.
func TestHonestOperatorsOfOtherHabits(t *testing.T) {
	for name, rows := range map[string][]string{
		"reuses-links":     {"MTA-17", "MTA-22", "MTA-23", "MTA-24", "MTA-25", "WL-03"},
		"loads-list-later": {"WL-01", "WL-02", "WL-03", "WL-06", "WL-12"},
		"holds-list-later": {"WL-01", "WL-02", "WL-03"},
		"defers-strangers": {"MTA-04", "MTA-06", "MTA-10", "MTA-27", "MTA-30", "WL-02"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := rig{flaws: []string{name}, selector: rows}.judge(t)
			passed := 0
			for _, c := range run.Cases {
				if c.Verdict == verdict.Pass {
					passed++
				}
				if c.Verdict != verdict.Pass && c.Verdict != verdict.NotApplicable {
					t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
				}
			}
			if len(run.Trouble) > 0 || passed < len(rows) {
				t.Errorf("%d passed, trouble %+v", passed, run.Trouble)
			}
		})
	}
}
