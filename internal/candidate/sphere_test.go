package candidate_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// TestSphereSample plays the questions that mode S asks of the sample sphere.
func TestSphereSample(t *testing.T) {
	path := filepath.Join(write(t, map[string]string{"s.yaml": string(candidate.SampleText("sphere.yaml"))}), "s.yaml")
	c, err := candidate.LoadConvention(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	for organism, want := range map[string]bool{
		"organisme-1": true, "organisme-2": true, "organisme-3": true, "organisme-4": true,
		"organisme-retire": false, "organisme-nouveau": false, "organisme-exterieur": false,
	} {
		if got := c.Sphere.InForce(organism, now); got != want {
			t.Errorf("%s in force: %v, want %v", organism, got, want)
		}
		if _, known := c.Organism(organism); !known {
			t.Errorf("%s: unknown organism", organism)
		}
	}
	if m, _ := c.Sphere.Member("organisme-nouveau"); !slices.Equal(c.Sphere.Unaccepting(m), []string{"organisme-2", "organisme-4"}) {
		t.Errorf("missing acceptances %v", c.Sphere.Unaccepting(m))
	}
	var opened []string
	levels := map[string]bool{}
	for _, p := range c.Opened() {
		if p.Mode != interops.ModeS || !p.InForce(now) {
			continue
		}
		opened = append(opened, p.Client+" > "+p.Provider)
		for _, s := range p.Services {
			levels[s.MinimumLevel] = true
		}
	}
	want := []string{"organisme-1 > organisme-1", "organisme-1 > organisme-3", "organisme-1 > organisme-4",
		"organisme-4 > organisme-1", "organisme-4 > organisme-3", "organisme-4 > organisme-4"}
	if !slices.Equal(opened, want) {
		t.Errorf("in force %v, want %v", opened, want)
	}
	if len(levels) != len(candidate.DefaultProfile("current").Levels) {
		t.Errorf("minimum levels %v: some of the ladder are not played", levels)
	}
}

// TestSphereSampleNeedsNoNewKey wants the sphere's honest credentials from the embedded keys: a start does not wait.
func TestSphereSampleNeedsNoNewKey(t *testing.T) {
	c := candidate.SphereConvention()
	set, err := pki.New(pki.Options{Organisms: c.Organisms, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range set.Names() {
		if _, err := set.Credential(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
