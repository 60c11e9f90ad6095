package features_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/verdict"
)

// domain is what the content of one domain is held to.
type domain struct {
	name     string
	rowID    *regexp.Regexp
	caseCell *regexp.Regexp
	modes    []string
	roles    []string
}

// domains are all of them. A row of MSSanté, or around Pro Santé Connect, is mostly one trial, so that its only case bears
// no number.
var domains = []domain{
	{
		"interops", regexp.MustCompile(`^[TVGLAFPSCDRXK]\d\d$`), regexp.MustCompile(`^(P|N[1-9])(\[([SXINP](,[SXINP])*)\])?$`),
		[]string{"A", "P", "S", "R"},
		[]string{"client", "fournisseur", "operateur-identification", "operateur-authentification", "operateur-service"},
	},
	{
		"mssante", regexp.MustCompile(`^(TLS|IMAP|SMTP|TOK|INTR|CLI|BAL|SESS|GOV|MTA|WL|LPS)-\d\d$`), regexp.MustCompile(`^(D|[PN][1-9]?)(\[([SXINP](,[SXINP])*)\])?$`),
		[]string{"-"}, []string{"mss-imap", "mss-smtp", "mss-operateur", "mss-organisation", "lps"},
	},
	{
		"psc", regexp.MustCompile(`^((EXI-|RECO-)?FI|PSC|API)-\d\d$`), regexp.MustCompile(`^(D|[PN][1-9]?)(\[([SXINP](,[SXINP])*)\])?$`),
		[]string{"-"}, []string{"fournisseur-identite", "service-psc", "api-psc"},
	},
}

// row is one line of the catalogue as this test reads it, on its own: the runner's reader is judged elsewhere.
type row struct {
	domain   domain
	cell     map[string]string
	id       string
	roles    []string
	severity verdict.Severity
	cases    []string          // "P", "N1", …
	untested map[string]string // "N1", "client/N1" or "client/P/N1" to the reason in both languages
}

// table reads the CSV files of that name in a domain, as one map for each line; none where the domain has not begun.
func table(t *testing.T, d domain, name string) []map[string]string {
	t.Helper()
	var out []map[string]string
	begun := false
	err := fs.WalkDir(features.FS, d.name, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != name {
			return err
		}
		begun = true
		raw, err := features.FS.ReadFile(file)
		if err != nil {
			return err
		}
		lines, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
		if err != nil || len(lines) == 0 {
			return fmt.Errorf("%s: no header, or %w", file, err)
		}
		for _, line := range lines[1:] {
			cells := map[string]string{}
			for i, head := range lines[0] {
				cells[head] = line[i]
			}
			out = append(out, cells)
		}
		return nil
	})
	if err != nil || begun && len(out) == 0 {
		t.Fatalf("%s of %s: %d lines, %v", name, d.name, len(out), err)
	}
	return out
}

// catalogue reads requirements.csv.
func catalogue(t *testing.T) map[string]row {
	t.Helper()
	rows := map[string]row{}
	for _, d := range domains {
		for _, cells := range table(t, d, "requirements.csv") {
			r := readRow(t, d, cells)
			if _, twice := rows[r.id]; twice {
				t.Errorf("%s stands twice", r.id)
			}
			rows[r.id] = r
		}
	}
	return rows
}

func readRow(t *testing.T, d domain, cells map[string]string) row {
	t.Helper()
	r := row{domain: d, cell: cells, id: cells["id"], roles: split(cells["roles"]), untested: map[string]string{}}
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
	return r
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

var marks = regexp.MustCompile(`^[SXINP](,[SXINP])*$`)

func TestCatalogueIsWellFormed(t *testing.T) {
	rows := catalogue(t)
	for id, r := range rows {
		if !r.domain.rowID.MatchString(id) {
			t.Errorf("%s is no id of the catalogue", id)
		}
		if r.cell["modes"] == "" {
			t.Errorf("%s: no mode", id)
		}
		for _, mode := range split(r.cell["modes"]) {
			if !slices.Contains(r.domain.modes, mode) {
				t.Errorf("%s: modes %q", id, r.cell["modes"])
			}
		}
		for _, role := range r.roles {
			if !slices.Contains(r.domain.roles, role) {
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

// Each chapter of InterOPS and each group of MSSanté has all of its rows.
func TestCatalogueIsWhole(t *testing.T) {
	rows := catalogue(t)
	want := map[string][]int{
		"T": seq(8), "V": seq(20), "G": seq(11), "L": seq(8), "A": seq(16), "F": seq(11), "P": seq(17),
		"S": seq(19), "C": seq(8), "D": seq(7), "R": seq(7), "X": seq(14), "K": seq(7),
		"TLS-": seq(27), "IMAP-": seq(31), "SMTP-": seq(33), "TOK-": seq(44), "INTR-": seq(16), "CLI-": seq(22), "BAL-": seq(15),
		"SESS-": seq(8), "GOV-": seq(8), "MTA-": seq(36), "WL-": seq(14), "LPS-": seq(51),
		"FI-": seq(55), "PSC-": seq(26), "API-": seq(17),
	}
	folders := map[string]string{"FI-": "psc/fi", "PSC-": "psc/fs", "API-": "psc/api"}
	total := 0
	for chapter, numbers := range want {
		folder := cmp.Or(folders[chapter], "mssante/"+strings.ToLower(strings.TrimSuffix(chapter, "-")))
		if _, err := fs.Stat(features.FS, folder+"/requirements.csv"); strings.HasSuffix(chapter, "-") && err != nil {
			continue // not begun
		}
		for _, n := range numbers {
			total++
			if _, ok := rows[fmt.Sprintf("%s%02d", chapter, n)]; !ok {
				t.Errorf("%s%02d is missing", chapter, n)
			}
		}
	}
	maps.DeleteFunc(rows, func(id string, _ row) bool { return strings.Contains(id, "-FI-") }) // the items of identity providers have a test of their own
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
		if r.domain.name != "interops" {
			continue
		}
		for i, entry := range split(r.cell["cases"]) {
			m := r.domain.caseCell.FindStringSubmatch(entry)
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

// A row without mode has one case, P, N or D; or several of a kind, numbered from 1.
func TestCasesOfMSSanteAreNumbered(t *testing.T) {
	for id, r := range catalogue(t) {
		if r.domain.name == "interops" {
			continue
		}
		if len(r.cases) == 0 {
			t.Errorf("%s: no case", id)
		}
		count := map[byte]int{}
		for _, short := range r.cases {
			count[short[0]]++
		}
		next := map[byte]int{}
		for i, short := range r.cases {
			kind := short[0]
			next[kind]++
			want := string(kind)
			if count[kind] > 1 {
				want += fmt.Sprint(next[kind])
			}
			if short != want || !r.domain.caseCell.MatchString(split(r.cell["cases"])[i]) {
				t.Errorf("%s: case %q: want %s, with its marks in brackets or none", id, split(r.cell["cases"])[i], want)
			}
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
	for _, d := range domains {
		used := map[string]bool{}
		for _, s := range scenarios(t) {
			for _, tag := range s.tags {
				if need, ok := strings.CutPrefix(tag, "@besoin:"); ok && s.in(d) {
					used[need] = true
				}
			}
		}
		known := map[string]bool{}
		for _, line := range table(t, d, "needs.csv") {
			need := line["need"]
			if known[need] || line["reason_fr"] == "" || line["reason_en"] == "" {
				t.Errorf("need %q: want one line, with a reason in both languages", need)
			}
			known[need] = true
			if !used[need] {
				t.Errorf("need %q: no scenario of %s has it", need, d.name)
			}
		}
		for need := range used {
			if !known[need] {
				t.Errorf("tag @besoin:%s has no line in needs.csv of %s", need, d.name)
			}
		}
	}
}
