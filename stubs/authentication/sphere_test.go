package authentication_test

import (
	"testing"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/stand"
)

// newSphere starts the sample sphere for that many persons.
func newSphere(t testing.TB, persons int) *stand.Sphere {
	t.Helper()
	return benchtest.Started(t, stand.StartSphere, stand.SphereOptions{Dir: t.TempDir(), Persons: persons, Seed: bench.Seed(t.Name())})
}

// TestSphere is one person after the other in a whole sphere: each leaves from another place.
func TestSphere(t *testing.T) {
	const persons = 5
	s := newSphere(t, persons)
	for i := range persons {
		a := s.Browser()
		t.Cleanup(func() { _ = a.Close() })
		if err := s.Journey(t.Context(), a, i, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.LoggedOut(t.Context(), a, i); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Told(persons); err != nil {
		t.Error(err)
	}
}

// TestSphereUnderLoad is many persons at once: none takes another's place anywhere, and each journey can be told from
// the traces of the members.
func TestSphereUnderLoad(t *testing.T) {
	persons := 200
	if testing.Short() {
		persons = 24
	}
	s := newSphere(t, persons)
	if err := s.Travel(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if _, err := s.Told(persons); err != nil {
		t.Error(err)
	}
}
