package features_test

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/verdict"
)

// row is one line of the catalogue as this test reads it, on its own: the runner's reader is judged elsewhere.
type row struct {
	cell     map[string]string
	id       string
	roles    []string
	severity verdict.Severity
	cases    []string          // "P", "N1", …
	untested map[string]string // "N1", "client/N1" or "client/P/N1" to the reason in both languages
}

// table reads a CSV file of InterOPS, as one map for each line.
func table(t *testing.T, name string) []map[string]string { return tableAt(t, "interops/"+name) }

// tableAt reads a CSV file of the content, as one map for each line.
func tableAt(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := features.FS.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		cells := map[string]string{}
		for i, head := range lines[0] {
			cells[head] = line[i]
		}
		out = append(out, cells)
	}
	return out
}

// catalogue reads requirements.csv of InterOPS.
func catalogue(t *testing.T) map[string]row {
	t.Helper()
	return rowsOf(t, table(t, "requirements.csv"))
}

// rowsOf reads lines of a catalogue.
func rowsOf(t *testing.T, lines []map[string]string) map[string]row {
	t.Helper()
	rows := map[string]row{}
	for _, cells := range lines {
		r := row{cell: cells, id: cells["id"], roles: split(cells["roles"]), untested: map[string]string{}}
		if err := r.severity.UnmarshalText([]byte(cells["severity"])); err != nil {
			t.Errorf("%s: %v", r.id, err)
		}
		for _, entry := range split(cells["cases"]) {
			id, _, _ := strings.Cut(entry, "[")
			r.cases = append(r.cases, id)
		}
		for _, entry := range split(cells["untested"]) {
			id, reason, ok := strings.Cut(entry, "=")
			if !ok {
				t.Errorf("%s: untested %q: want CASE=raison / reason", r.id, entry)
			}
			r.untested[id] = reason
		}
		if _, twice := rows[r.id]; twice {
			t.Errorf("%s stands twice", r.id)
		}
		rows[r.id] = r
	}
	return rows
}

func split(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, ";")
}

// reason returns why a case is not played for a role in a mode.
func (r row) reason(role, mode, id string) (reason string, ok bool) {
	for _, entry := range []string{role + "/" + mode + "/" + id, role + "/" + id, id} {
		if reason, ok = r.untested[entry]; ok {
			return reason, true
		}
	}
	return "", false
}

var (
	rowID    = regexp.MustCompile(`^[TVGLAFPSCDRXK]\d\d$`)
	caseCell = regexp.MustCompile(`^(P|N[1-9])(\[([SXINP](,[SXINP])*)\])?$`)
	marks    = regexp.MustCompile(`^[SXINP](,[SXINP])*$`)
)

// knownRoles are the roles that a row may concern; those of operators have rows of mode S alone.
var knownRoles = []string{"client", "fournisseur", "operateur-identification", "operateur-authentification", "operateur-service"}

func TestCatalogueIsWellFormed(t *testing.T) {
	rows := catalogue(t)
	for id, r := range rows {
		if !rowID.MatchString(id) {
			t.Errorf("%s is no id of the catalogue", id)
		}
		if r.cell["modes"] == "" {
			t.Errorf("%s: no mode", id)
		}
		for _, mode := range split(r.cell["modes"]) {
			if !slices.Contains([]string{"A", "P", "S", "R"}, mode) {
				t.Errorf("%s: modes %q", id, r.cell["modes"])
			}
		}
		for _, role := range r.roles {
			if !slices.Contains(knownRoles, role) {
				t.Errorf("%s: role %q is not tested by this version", id, role)
			}
		}
		if len(r.roles) == 0 || !marks.MatchString(r.cell["basis"]) {
			t.Errorf("%s: roles %q, basis %q", id, r.cell["roles"], r.cell["basis"])
		}
		for _, column := range []string{"title_fr", "title_en", "text_fr", "text_en", "source"} {
			if strings.TrimSpace(r.cell[column]) == "" {
				t.Errorf("%s: %s is empty", id, column)
			}
		}
		if r.cell["title_fr"] == r.cell["title_en"] {
			t.Errorf("%s: one title for both languages", id)
		}
	}
}

// The chapters are those of the requirements of modes A and P, with the rows of mode S that bind a service operator.
func TestCatalogueIsWhole(t *testing.T) {
	rows := catalogue(t)
	want := map[string][]int{
		"T": seq(8), "V": seq(20), "G": seq(11), "L": seq(8), "A": seq(16), "F": seq(11), "P": seq(17),
		"S": seq(19), "C": seq(8), "D": seq(7), "R": seq(7), "X": seq(14), "K": seq(7),
	}
	total := 0
	for chapter, numbers := range want {
		for _, n := range numbers {
			total++
			if _, ok := rows[fmt.Sprintf("%s%02d", chapter, n)]; !ok {
				t.Errorf("%s%02d is missing", chapter, n)
			}
		}
	}
	if len(rows) != total {
		t.Errorf("got %d rows, want %d", len(rows), total)
	}
}

func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

// negativeOnly are the requirements that no honest exchange illustrates.
var negativeOnly = map[string]bool{"P11": true, "C05": true}

// positiveOnly are those of which nothing faulty can be made.
var positiveOnly = map[string]bool{"C07": true}

func TestCasesAreNumberedAndRestOnMarks(t *testing.T) {
	for id, r := range catalogue(t) {
		for i, entry := range split(r.cell["cases"]) {
			m := caseCell.FindStringSubmatch(entry)
			if negativeOnly[id] {
				i++
			}
			want := "P"
			if i > 0 {
				want = fmt.Sprintf("N%d", i)
			}
			if m == nil || m[1] != want {
				t.Errorf("%s: case %q: want %s, with its marks in brackets or none", id, entry, want)
				continue
			}
			for _, mark := range strings.Split(m[3], ",") {
				if i == 0 && mark != "" {
					t.Errorf("%s: the positive case rests on the row's own marks, not on %q", id, m[3])
				}
			}
		}
		if len(r.cases) < 2 && !negativeOnly[id] && !positiveOnly[id] {
			t.Errorf("%s: cases %q: want a positive and a negative at least", id, r.cell["cases"])
		}
	}
}

func TestReasonsSpeakBothLanguages(t *testing.T) {
	for id, r := range catalogue(t) {
		for entry, reason := range r.untested {
			parts := strings.Split(entry, "/")
			role, mode, short := "", "", parts[len(parts)-1]
			if len(parts) > 1 {
				role = parts[0]
			}
			if len(parts) > 2 {
				mode = parts[1]
			}
			if role != "" && !slices.Contains(r.roles, role) || mode != "" && !slices.Contains(split(r.cell["modes"]), mode) || !slices.Contains(r.cases, short) {
				t.Errorf("%s: untested names %q, which is no case of the row", id, entry)
			}
			if fr, en, ok := strings.Cut(reason, " / "); !ok || fr == "" || en == "" {
				t.Errorf("%s: untested %s: want raison / reason", id, entry)
			}
		}
	}
}

func TestNeedsAreExplainedAndUsed(t *testing.T) {
	used := map[string]bool{}
	for _, s := range scenarios(t) {
		for _, tag := range s.tags {
			if need, ok := strings.CutPrefix(tag, "@besoin:"); ok {
				used[need] = true
			}
		}
	}
	known := map[string]bool{}
	for _, line := range table(t, "needs.csv") {
		need := line["need"]
		if known[need] || line["reason_fr"] == "" || line["reason_en"] == "" {
			t.Errorf("need %q: want one line, with a reason in both languages", need)
		}
		known[need] = true
		if !used[need] {
			t.Errorf("need %q: no scenario has it", need)
		}
	}
	for need := range used {
		if !known[need] {
			t.Errorf("tag @besoin:%s has no line in needs.csv", need)
		}
	}
}
