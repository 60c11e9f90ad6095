package candidate_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

const goodDecisions = `reviewer: {name: Camille Exemple, function: responsable sécurité}
decisions:
  - address: mss-organisation/-/GOV-01-D
    decision: accepted
    reason: datée et signée
    files: ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
    examined: 2026-01-31
  - address: mss-organisation/-/GOV-02
    decision: pending
`

// decisionsFile writes a file of decisions, changed.
func decisionsFile(t *testing.T, old, with string) (*candidate.Decisions, error) {
	t.Helper()
	if !strings.Contains(goodDecisions, old) {
		t.Fatalf("the file holds no %q", old)
	}
	path := filepath.Join(t.TempDir(), "decisions.yaml")
	if err := os.WriteFile(path, []byte(strings.Replace(goodDecisions, old, with, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return candidate.LoadDecisions(path, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
}

func TestLoadDecisions(t *testing.T) {
	d, err := decisionsFile(t, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if d.Reviewer.Function != "responsable sécurité" || len(d.Decisions) != 2 || d.Decisions[0].Examined.Day() != 31 || len(d.Decisions[0].Files) != 1 || d.Decisions[1].Decision != candidate.DecisionPending {
		t.Errorf("%+v", d)
	}
	err = d.Misfits(candidate.Misfit{Place: 1, Key: "address", Want: verdict.Text{FR: "un cas"}, Remedy: verdict.Text{FR: "Corrigez."}})
	if err == nil || !strings.Contains(err.Error(), "decisions.yaml:8:14: decisions[1].address : attendu un cas ; trouvé « mss-organisation/-/GOV-02 ». Corrigez.") {
		t.Errorf("misfit: %v", err)
	}
	if err := d.Misfits(); err != nil {
		t.Errorf("nothing wrong: %v", err)
	}
}

func TestLoadDecisionsRefuses(t *testing.T) {
	for _, c := range []struct{ old, with, wrong string }{
		{"name: Camille Exemple, ", "", ":1:11: reviewer.name : attendu cette clé"},
		{"name: Camille Exemple", `name: " "`, "reviewer.name : attendu un texte qui ne soit pas vide"},
		{"decision: accepted", "decision: oui", ":4:15: decisions[0].decision : attendu"},
		{"decision: accepted", "decision:", "decisions[0].decision"},
		{"    reason: datée et signée\n", "", "decisions[0].reason : attendu cette clé, qui est obligatoire"},
		{"sha256:e3", "sha256:E3", "decisions[0].files[0] : attendu sha256:"},
		{"GOV-02", "GOV-01-D", "decisions[1].address : attendu une adresse qui ne serve qu'une fois"},
		{"2026-01-31", "2026-02-02", "decisions[0].examined : attendu un jour passé"},
		{"2026-01-31", "2026-02-30", "decisions[0].examined : attendu un jour qui existe"},
		{"reason:", "raison:", "Vouliez-vous dire « reason »"},
		{"    examined", "    exam: &a x\n    examined", "decisions.yaml:7"},
	} {
		_, err := decisionsFile(t, c.old, c.with)
		var problems candidate.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s → %s: %v, want %s", c.old, c.with, err, c.wrong)
		}
	}
	if _, err := candidate.LoadDecisions(filepath.Join(t.TempDir(), "absent.yaml"), time.Time{}); err == nil || !strings.Contains(err.Error(), "absent.yaml") {
		t.Errorf("no file: %v", err)
	}
}
