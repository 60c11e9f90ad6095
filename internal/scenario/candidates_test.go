package scenario_test

import (
	"testing"
	"fmt"
	"time"

	"etalon/internal/candidate"
)

func TestExplore(t *testing.T) {
	for _, name := range []string{"", "refuses-everything", "answers-500", "accepts-everything", "calls-backend-first", "locks-out-after-ten"} {
		t.Run(name, func(t *testing.T) {
			at := time.Now()
			var flaws []string
			if name != "" { flaws = []string{name} }
			run := trial{role: candidate.RoleProvider, flaws: flaws}.judge(t)
			fmt.Println("=====", name, time.Since(at), run.Counts, run.Level, run.Exit(1), run.Trouble)
			fmt.Println(failed(run))
			for _, a := range accusations(run) { fmt.Println("  ", a) }
			why := map[string]int{}
			for _, c := range run.Cases { if c.Verdict == 0 { why[fmt.Sprint(c.Why)]++ } }
			fmt.Println(why)
		})
	}
}
