package authentication_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/stubs/authentication"
)

func TestHonestOperatorFailsNothing(t *testing.T) {
	for requirement, how := range tried(t, slices.Concat(emission, behaviour)) {
		t.Errorf("%s: %s", requirement, strings.Join(how, ", "))
	}
	for requirement, how := range tried(t, []func(*battery){(*battery).comings}) {
		t.Errorf("%s: %s", requirement, strings.Join(how, ", "))
	}
}

// ofEmission tells the flaws that show in every VI alike.
func ofEmission(f authentication.Flaw) bool {
	return !slices.ContainsFunc(f.Must, func(id string) bool {
		return !slices.Contains([]string{"V02", "V18", "V19", "G10", "G11", "T05"}, id)
	})
}

// TestEachFlawIsASingleNeglect plays the battery to every flaw: it fails what it must, and nothing but what it may.
// A short run plays one flaw in four.
func TestEachFlawIsASingleNeglect(t *testing.T) {
	for i, f := range authentication.Flaws() {
		if testing.Short() && i%4 != 0 {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			trials := slices.Concat(emission, behaviour)
			switch {
			case slices.Contains(f.Must, "S15"), slices.Contains(f.Must, "K04"):
				trials = []func(*battery){(*battery).comings}
			case ofEmission(f):
				trials = emission
			}
			benchtest.SingleNeglect(t, tried(t, trials, f.Name), f.Must, f.May)
		})
	}
}

// An operator that takes nobody whom another has not identified is no neglect, for nothing goes through it: it is told all
// the same (C07).
func TestDemandingContextIsSeen(t *testing.T) {
	if failed := tried(t, []func(*battery){(*battery).coincidence}, authentication.DemandsContext); failed["C07"] == nil {
		t.Errorf("fails %v, want C07", failed)
	}
}

func TestFlawsAreWellFormed(t *testing.T) {
	names, covered := map[string]bool{}, map[string]bool{}
	for _, f := range slices.Concat(authentication.Flaws(), authentication.Behaviours()) {
		if names[f.Name] || f.Name == "" || f.Title.FR == "" || f.Title.EN == "" {
			t.Errorf("%q: repeated, or without a title", f.Name)
		}
		names[f.Name] = true
	}
	for _, f := range authentication.Flaws() {
		if len(f.Must) == 0 {
			t.Errorf("%s: must fail nothing", f.Name)
		}
		for _, id := range slices.Concat(f.Must, f.May) {
			if len(id) != 3 || !strings.ContainsAny(id[:1], "TVGLSCDXK") {
				t.Errorf("%s: requirement %q", f.Name, id)
			}
		}
		for _, must := range f.Must {
			covered[must] = true
		}
	}
	for _, id := range strings.Fields("V02 V18 V19 V20 G10 G11 L08 S01 S03 S05 S08 S09 S10 S12 S13 S15 S16 S18 S19 C01 C03 C04 C06 C08 D01 D02 D03 D04 D05 D06 X01 X03 X04 X05 X06 X08 X10 X11 K04") {
		if !covered[id] {
			t.Errorf("no flaw must fail %s", id)
		}
	}
	if n := len(authentication.Flaws()); n < 45 {
		t.Errorf("%d flaws", n)
	}
	_, err := authentication.Start(authentication.Config{Bench: theWorld.World(t).Bench(t), Organism: operator, Flaws: []string{"overstates-leve"}})
	if err == nil || !strings.Contains(err.Error(), "overstates-level") {
		t.Errorf("unknown flaw: %v", err)
	}
}
