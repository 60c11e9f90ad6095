package console_test

import (
	"runtime"
	"testing"
	"time"
)

// What is promised of ten thousand exchanges: how long a page takes, and the memory of the program.
const (
	many      = 10_000
	patience  = 200 * time.Millisecond
	maxMemory = 150 << 20
)

// BenchmarkTenThousand asks a console of ten thousand exchanges for its pages and calls, and fails beyond what is promised.
func BenchmarkTenThousand(b *testing.B) {
	r := started(b)
	for n := range many {
		r.add(b, call(n))
	}
	for _, c := range []struct{ name, path string }{
		{"list", "/exchanges"}, {"list in JSON", "/api/exchanges"}, {"older", "/exchanges?before=5000"}, {"filter", "/exchanges?role=fournisseur&outcome=refused"},
		{"requirement", "/exchanges?requirement=V10"}, {"none", "/exchanges?fault=absent"}, {"one", "/exchanges/5000"},
		{"search for one", "/exchanges?q=marqueur-5000"}, {"search for all", "/exchanges?q=envelope+audience"}, {"words of filters", "/api/values"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if status, body, _ := r.get(b, c.path, ""); status != 200 {
					b.Fatal(status, body)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms-page")
			if c.name == "words of filters" {
				b.ReportMetric(float64(memory()>>20), "MiB")
			}
			if each := b.Elapsed() / time.Duration(b.N); each > patience {
				b.Errorf("%s took %v, want %v at most", c.path, each, patience)
			}
		})
	}
	if memory() > maxMemory {
		b.Errorf("the program takes %d MiB, want %d at most", memory()>>20, maxMemory>>20)
	}
}

// memory is what the program has taken of the machine's, in octets.
func memory() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys
}
