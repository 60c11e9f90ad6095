package store_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"etalon/internal/store"
)

// many is how many exchanges a sandbox left on all day has kept.
const many = 10_000

// BenchmarkTenThousand asks a store of ten thousand exchanges what pages ask, and tells the memory of the program.
func BenchmarkTenThousand(b *testing.B) {
	s := opened(b, b.TempDir())
	for n := range many {
		added(b, s, call(n))
	}
	for name, f := range map[string]store.Filter{
		"list": {}, "role": {Role: "fournisseur"}, "requirement": {Requirement: "V10"}, "text of one": {Text: "marqueur-5000"}, "text of all": {Text: "passerelle audience"},
		"two days, text and outcome": {Text: "ete", Outcome: store.Refused, From: noon, Until: noon.Add(48 * time.Hour)},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Exchanges(b.Context(), f, 200); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("values", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Values(b.Context(), ""); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("add", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			added(b, s, call(many+n))
		}
	})
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("memory of the program: %d MiB\n", m.Sys>>20)
}
