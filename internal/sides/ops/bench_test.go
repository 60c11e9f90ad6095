package ops_test

import (
	"testing"

	"etalon/internal/candidate"
)

// BenchmarkProviderPlan is the wall time of the whole plan against the honest provider.
func BenchmarkProviderPlan(b *testing.B) { benchmarkPlan(b, candidate.RoleProvider) }

// BenchmarkClientPlan is the wall time of the whole plan against the honest client.
func BenchmarkClientPlan(b *testing.B) { benchmarkPlan(b, candidate.RoleClient) }

func benchmarkPlan(b *testing.B, role candidate.Role) {
	suiteOf(b)
	cases := 0
	for b.Loop() {
		run := trial{role: role}.judge(b)
		cases = len(run.Cases)
		if run.Counts.Pass != cases {
			b.Fatalf("counts %+v", run.Counts)
		}
	}
	b.ReportMetric(float64(cases), "cases")
}
