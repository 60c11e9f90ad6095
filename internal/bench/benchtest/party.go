package benchtest

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/interops"
)

// Started starts a party with a configuration and ends it with the test, which fails when either does.
func Started[C any, T io.Closer](t testing.TB, start func(C) (T, error), config C) T {
	t.Helper()
	party, err := start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := party.Close(); err != nil {
			t.Error(err)
		}
	})
	return party
}

// TraceLog opens a log of traces that ends with the test, and tells where it is.
func TraceLog(t testing.TB) (log *bench.TraceLog, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "traces.jsonl")
	return Started(t, bench.OpenTraceLog, path), path
}

// Traces reads a log of traces back, whatever state its store is in.
func Traces(t testing.TB, path string) []interops.Trace {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []interops.Trace
	for line := range bytes.Lines(raw) {
		var record interops.Trace
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatal(err)
		}
		all = append(all, record)
	}
	return all
}
