package campaign

import (
	"context"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// Mocks are the mock candidates of ours, everybody's: an honest one of each role and mode, and some of their flaws. They are
// started for a campaign and ended with it.
type Mocks struct{}

// mockPrefix begins the ID of each.
const mockPrefix = "essai-"

// shown are the flaws of mock candidates that are listed: what a first campaign should find. Any other may be asked for by
// its name.
var shown = map[string][]string{
	"fournisseur/A": {"skips-audience", "accepts-unsigned-vi"},
	"client/A":      {"omits-pagm"},
}

// mockID names a mock candidate: essai-ROLE-MODE-FLAW, without what it does not have.
func mockID(scope, flaw string) string {
	role, mode, _ := strings.Cut(scope, "/")
	id := mockPrefix + role
	if mode != string(candidate.NoMode) {
		id += "-" + strings.ToLower(mode)
	}
	if flaw != "" {
		id += "-" + flaw
	}
	return id
}

// mockOf is the mock candidate of a scope, with a flaw or honest.
func mockOf(scope, flaw string) Candidate {
	role, mode, _ := strings.Cut(scope, "/")
	c := Candidate{ID: mockID(scope, flaw), Name: "Souche " + role, Vendor: "Étalon (souche)", Version: "1", Scope: []string{scope}, Origin: Bundled}
	if mode != string(candidate.NoMode) {
		c.Name += ", mode " + mode
	}
	if flaw != "" {
		c.Name += ", " + flaw
	}
	return c
}

// List implements Roster.
func (Mocks) List(string) ([]Candidate, error) {
	var list []Candidate
	for _, scope := range stand.MockScopes("") {
		for _, flaw := range append([]string{""}, shown[scope]...) {
			list = append(list, mockOf(scope, flaw))
		}
	}
	return list, nil
}

// mock takes the ID of a mock candidate apart.
func mock(id string) (scope string, flaw stand.Flaw, known bool) {
	for _, scope := range stand.MockScopes("") {
		if id == mockID(scope, "") {
			return scope, stand.Flaw{}, true
		}
		flaws := stand.Flaws(scope)
		if i := slices.IndexFunc(flaws, func(f stand.Flaw) bool { return id == mockID(scope, f.Name) }); i >= 0 {
			return scope, flaws[i], true
		}
	}
	return "", stand.Flaw{}, false
}

// Find implements Roster.
func (Mocks) Find(_, id string) (Candidate, error) {
	scope, flaw, known := mock(id)
	if !known {
		return Candidate{}, verdict.Tell("candidat %.80q : %s", "find candidate %.80q: %s", id, ErrUnknown)
	}
	return mockOf(scope, flaw.Name), nil
}

// Open implements Roster: it starts the mock candidate.
func (Mocks) Open(_ context.Context, id, dir string) (*candidate.Candidate, func(), error) {
	scope, flaw, known := mock(id)
	if !known {
		return nil, nil, verdict.Tell("candidat %.80q : %s", "open candidate %.80q: %s", id, ErrUnknown)
	}
	role, mode := candidate.SplitScope(scope)
	o := stand.StubOptions{Role: role, Mode: interops.Mode(mode), Transport: flaw.Transport, Dir: dir, Seed: bench.NewSeed()}
	if flaw.Name != "" {
		o.Flaws = []string{flaw.Name}
	}
	stub, err := stand.StartAlone(o)
	if err != nil {
		return nil, nil, err
	}
	release := func() { _ = stub.Close() }
	opened, err := candidate.Load(stub.Candidate)
	if err != nil {
		release()
		return nil, nil, err
	}
	return opened, release, nil
}
