package interops_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"etalon/internal/interops"
)

func TestDateText(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"2026-01-31":                    "2026-01-31",
		"2026-01-31T00:00:00Z":          "2026-01-31",
		"2026-01-31T08:30:00Z":          "2026-01-31T08:30:00Z",
		"2026-01-31T08:30:00+02:00":     "2026-01-31T06:30:00Z",
		"2024-02-29":                    "2024-02-29",
		"2026-01-31T01:00:00.000+01:00": "2026-01-31",
	} {
		out, err := day(t, in).MarshalText()
		if err != nil || string(out) != want {
			t.Errorf("%q gives %q, want %q (%v)", in, out, want, err)
		}
	}
	for _, bad := range []string{"2026-02-30", "31/01/2026", "2026-1-31", "demain", "2026-01-31T08:30:00", " 2026-01-31"} {
		var d interops.Date
		if err := d.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q read as %v", bad, d)
		}
	}
	if !day(t, "").IsZero() || day(t, "2026-01-31").IsZero() {
		t.Error("IsZero does not tell whether a date was given")
	}
}

// TestDateRoundTrip goes through text, JSON and YAML, which must not fall back on time.Time's own forms.
func TestDateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := interops.Date{Time: time.Unix(rapid.Int64Range(-60_000_000_000, 200_000_000_000).Draw(t, "seconds"), 0).UTC()}
		for name, trip := range map[string]func(in, out *interops.Date) error{
			"text": func(in, out *interops.Date) error {
				raw, err := in.MarshalText()
				if err != nil {
					return err
				}
				return out.UnmarshalText(raw)
			},
			"json": func(in, out *interops.Date) error {
				raw, err := json.Marshal(in)
				if err != nil {
					return err
				}
				return json.Unmarshal(raw, out)
			},
			"yaml": func(in, out *interops.Date) error {
				raw, err := yaml.Marshal(in)
				if err != nil {
					return err
				}
				return yaml.Unmarshal(raw, out)
			},
		} {
			var back interops.Date
			if err := trip(&d, &back); err != nil || !back.Equal(d.Time) {
				t.Fatalf("%s: %v came back as %v (%v)", name, d, back, err)
			}
		}
	})
	raw, err := json.Marshal(interops.Project{Start: day(t, "2026-01-01")})
	var p interops.Project
	if err != nil || json.Unmarshal(raw, &p) != nil || !p.End.IsZero() || !p.Start.Equal(day(t, "2026-01-01").Time) {
		t.Errorf("project through JSON: %s, %+v, %v", raw, p, err)
	}
	var d interops.Date
	if err := json.Unmarshal([]byte("5"), &d); err == nil {
		t.Error("a number read as a date")
	}
}

func TestDurationText(t *testing.T) {
	var p struct{ D interops.Duration }
	if err := json.Unmarshal([]byte(`{"D":"4h"}`), &p); err != nil || p.D.Duration != 4*time.Hour {
		t.Errorf("4h read as %v (%v)", p.D, err)
	}
	raw, err := json.Marshal(p)
	if err != nil || string(raw) != `{"D":"4h0m0s"}` {
		t.Errorf("4h written as %s (%v)", raw, err)
	}
	for _, bad := range []string{"", "4", "4 h", "quatre"} {
		if err := p.D.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q read as %v", bad, p.D)
		}
	}
}

func TestProfileLadder(t *testing.T) {
	var p interops.Profile
	p.Levels = []interops.Level{{Name: "none", Class: "urn:none"}, {Name: "code", Class: "urn:code"}}
	p.Time.SkewSeconds = 90
	for name, rank := range map[string]int{"none": 0, "code": 1, "Code": -1, "": -1, "urn:code": -1} {
		if got := p.Rank(name); got != rank {
			t.Errorf("rank of %q: %d, want %d", name, got, rank)
		}
	}
	if p.RankOfClass("urn:code") != 1 || p.RankOfClass("code") != -1 {
		t.Error("rank of a class")
	}
	if p.Skew() != 90*time.Second || p.Legacy() {
		t.Errorf("skew %v, legacy %v", p.Skew(), p.Legacy())
	}
	p.Sig.Profile = "legacy"
	if !p.Legacy() {
		t.Error("legacy profile not told")
	}
}
