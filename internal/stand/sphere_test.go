package stand_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/journey"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

func startSphere(t *testing.T, o stand.SphereOptions) *stand.Sphere {
	t.Helper()
	o.Dir, o.Seed = t.TempDir(), bench.Seed(t.Name())
	s, err := stand.StartSphere(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestSphereTellsItsJourney wants the steps of the first person in order, each at its organism, and the same from the
// traces.
func TestSphereTellsItsJourney(t *testing.T) {
	s := startSphere(t, stand.SphereOptions{Persons: 2})
	var heard []string
	if err := s.Travel(t.Context(), func(organism string, _ verdict.Text) { heard = append(heard, organism) }); err != nil {
		t.Fatal(err)
	}
	want := []string{"organisme-2", "organisme-1", "organisme-1", "organisme-3", "organisme-4", "organisme-3", "organisme-3"}
	if !slices.Equal(heard, want) {
		t.Errorf("heard of %v, want %v", heard, want)
	}
	told, err := s.Told(2)
	if err != nil || len(told.Journeys) != 2 || len(told.Parties) != 4 {
		t.Fatalf("told: %v, want two journeys of four organisms", err)
	}
	for _, j := range told.Journeys {
		if last := j.Steps[len(j.Steps)-1]; last.Kind != journey.Logout || len(last.Logouts) < 5 {
			t.Errorf("%s: %d logouts in the traces, want that of the operator and of four services", j.Person, len(last.Logouts))
		}
	}
	if _, err := s.Told(3); !errors.Is(err, stand.ErrJourneyLost) {
		t.Errorf("a person who never came: %v, want %v", err, stand.ErrJourneyLost)
	}
}

// TestSphereNamesWhatFails plays neglects of its parties: each is found, and named for what it is.
func TestSphereNamesWhatFails(t *testing.T) {
	for _, c := range []struct {
		name    string
		options stand.SphereOptions
		want    error
		names   string
	}{
		{"browsers mixed", stand.SphereOptions{Persons: 8, OperatorFlaws: []string{"mixes-browsers"}}, stand.ErrOtherPerson, "compte-assure"},
		{"operator stays", stand.SphereOptions{Persons: 1, OperatorFlaws: []string{"keeps-own-session"}}, stand.ErrSessionSurvives, "personne-0000"},
		{"services stay", stand.SphereOptions{Persons: 1, ServiceFlaws: []string{"survives-logout"}}, stand.ErrSessionSurvives, "personne-0000"},
		{"chain broken", stand.SphereOptions{Persons: 1, ServiceFlaws: []string{"breaks-trace-chain"}}, stand.ErrJourneyLost, "X05"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := startSphere(t, c.options)
			if _, err := s.Told(c.options.Persons); !errors.Is(err, journey.ErrEmpty) || !errors.Is(err, stand.ErrJourneyLost) {
				t.Errorf("before any journey: %v, want %v", err, journey.ErrEmpty)
			}
			err := s.Travel(t.Context(), nil)
			if err == nil {
				_, err = s.Told(c.options.Persons)
			}
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.names) {
				t.Errorf("got %v, want %v that names %s", err, c.want, c.names)
			}
		})
	}
}

func TestSphereRefusesWhatItCannotTell(t *testing.T) {
	for _, persons := range []int{0, -1, stand.MaxSpherePersons + 1} {
		if _, err := stand.StartSphere(stand.SphereOptions{Dir: t.TempDir(), Persons: persons}); err == nil {
			t.Errorf("%d persons: want an error", persons)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "organisme-3.jsonl"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := stand.StartSphere(stand.SphereOptions{Dir: dir, Persons: 1}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("traces of another execution: %v, want %v", err, fs.ErrExist)
	}
	if _, err := stand.StartSphere(stand.SphereOptions{Dir: t.TempDir(), Persons: 1, OperatorFlaws: []string{"none-such"}}); err == nil {
		t.Error("an unknown flaw: want an error")
	}
}
