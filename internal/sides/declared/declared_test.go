package declared_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"etalon/features"
	"etalon/internal/candidate"
	"etalon/internal/pdfsig"
	"etalon/internal/scenario"
	"etalon/internal/sides/declared"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

func TestMain(m *testing.M) { sidetest.Main(m) }

// organisation is the life-cycle of an operator, with documents good and bad.
const organisation = `candidate: {name: "Opérateur d'essai", vendor: Exemple, version: "1"}
mssante:
  host: localhost
  token_check: both
  mailboxes: [{address: alix.exemple@operateur.test.invalid, type: PER, holder: "899700000017"}]
  psc: {listen: auto}
  evidence:
    GOV-01: {file: declaration.txt, date: 2026-01-31}
    GOV-02: {file: procedure.pdf, date: 2026-01-31, note: version 2}
    GOV-03: {file: avis.pdf, date: 2026-01-31}
    GOV-04: {file: releve.csv, date: 2026-01-31}
roles: {mss-organisation: {}}
listen: {address: 127.0.0.1, ports: auto}
`

// A declared document waits for a person; one that is not what its name says is no document.
func TestDeclaredEvidence(t *testing.T) {
	run := judge(t, organisation, map[string]string{
		"declaration.txt": "Déclaration d'essai.\n", "procedure.pdf": string(pdfsig.Make("TEST procédure")), "avis.pdf": "bonjour", "releve.csv": "a;b\x00c",
	})
	want := map[string]verdict.Verdict{"GOV-01": verdict.Review, "GOV-02": verdict.Review, "GOV-03": verdict.Inconclusive, "GOV-04": verdict.Inconclusive}
	for _, c := range run.Cases {
		if c.Verdict != want[c.Requirement] {
			t.Errorf("%s: %s, %s", c.Address, c.Verdict, c.Reason)
		}
		if c.Requirement == "GOV-02" && (len(c.Exchanges) != 1 || c.Exchanges[0].Marker != "procedure.pdf, 2026-01-31, version 2" || c.Exchanges[0].Response == "") {
			t.Errorf("%s: %+v", c.Address, c.Exchanges)
		}
	}
	if len(run.Cases) != len(want) || run.Level.Profile != verdict.Undetermined {
		t.Errorf("%d cases, level %s", len(run.Cases), run.Level.Profile)
	}
	none := func(n verdict.NotRun) bool {
		return n.Address == "mss-organisation/-/GOV-06-D" && n.Why.Key == verdict.ReasonNoEvidence
	}
	if !slices.ContainsFunc(run.NotRun, none) {
		t.Errorf("not run: %+v", run.NotRun)
	}
}

// judge runs the whole plan on a candidate that only declares.
func judge(t *testing.T, file string, documents map[string]string) *verdict.Run {
	t.Helper()
	dir := t.TempDir()
	documents["candidate.yaml"] = file
	for name, content := range documents {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := candidate.Load(filepath.Join(dir, "candidate.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	suite := sidetest.Of(t)
	s, err := stand.For(c, "declared")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	run, err := scenario.Judgement{
		Config:    scenario.Config{Candidate: c, Bench: s.Bench, Tree: features.FS, Domains: []scenario.Domain{declared.Domain()}, Texts: suite.Texts, Progress: scenario.Quiet{}},
		Catalogue: suite.Catalogue, Out: filepath.Join(dir, "run"),
	}.Judge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestFormOfEvidence(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    bool
	}{
		"a.pdf": {string(pdfsig.Make("TEST")), true}, "plan.bin": {"%PDF-1.7\n", false}, "b.PDF": {"%PDF-1.7\n", false}, "c.pdf": {"PK\x03\x04", false},
		"d.txt": {"é", true}, "e.csv": {"\xe9", false}, "f.md": {"a\x00", false}, "g.docx": {"PK\x03\x04", true}, "h.png": {" \n", false},
	} {
		if why := declared.Malformed(name, []byte(c.content)); (why == "") != c.want {
			t.Errorf("%s: %q", name, why)
		}
	}
}
