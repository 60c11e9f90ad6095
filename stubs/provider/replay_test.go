package provider_test

import (
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/stubs/provider"
)

func TestPresented(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	end := now.Add(10 * time.Minute)
	vi := func(id string, once bool) interops.VI { return interops.VI{Issuer: "urn:a", ID: id, OneTimeUse: once} }
	s := provider.NewPresented(3)
	steps := []struct {
		name     string
		vi       interops.VI
		identity string
		at       time.Time
		reuse    bool
		rules    string
		full     bool
	}{
		{"first", vi("1", false), "A", now, true, "", false},
		{"reuse", vi("1", false), "A", now, true, "", false},
		{"reuse not agreed", vi("1", false), "A", now, false, "vi-replayed", false},
		{"other identity", vi("1", false), "B", now, true, "vi-replayed-other-identity", false},
		{"one time use", vi("2", true), "A", now, true, "", false},
		{"once more", vi("2", true), "A", now, true, "onetimeuse-replayed", false},
		{"at its very end", vi("2", true), "A", end, true, "onetimeuse-replayed", false},
		{"same identifier, other issuer", interops.VI{Issuer: "urn:b", ID: "1"}, "B", now, true, "", false},
		{"one too many", vi("4", false), "A", now, true, "", true},
		{"once the others are over", vi("4", false), "A", end.Add(time.Second), true, "", false},
	}
	for _, step := range steps {
		fs, err := provider.Take(s, step.vi, step.identity, end, step.at, step.reuse)
		rules := ""
		for _, f := range fs {
			rules += f.Rule
		}
		if rules != step.rules || (err != nil) != step.full {
			t.Errorf("%s: %q %v, want %q", step.name, rules, err, step.rules)
		}
	}
}
