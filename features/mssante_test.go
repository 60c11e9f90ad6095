package features_test

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/oidc"
)

// parts reads every part of a table of a domain, as one map for each line.
func parts(t *testing.T, domain, name string) []map[string]string {
	t.Helper()
	var all []map[string]string
	err := fs.WalkDir(features.FS, domain, func(at string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == name {
			all = append(all, tableAt(t, at)...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// mailGroups are the groups of requirements of an operator's interfaces, with how many each has; some folders
// may not be there yet.
var mailGroups = map[string]int{
	"TLS": 27, "IMAP": 31, "SMTP": 33, "TOK": 44, "INTR": 16, "CLI": 22, "BAL": 15, "SESS": 8, "GOV": 8,
}

var mailID = regexp.MustCompile(`^([A-Z]+)-(\d\d)$`)

func TestMailCatalogueIsWellFormed(t *testing.T) {
	rows := rowsOf(t, parts(t, "mssante", "requirements.csv"))
	held := map[string]int{}
	for id, r := range rows {
		m := mailID.FindStringSubmatch(id)
		if m == nil {
			t.Errorf("%s is no id of the catalogue", id)
			continue
		}
		held[m[1]]++
		if r.cell["modes"] != "-" || len(r.roles) == 0 || slices.ContainsFunc(r.roles, func(role string) bool { return role != "mss-imap" && role != "mss-smtp" }) {
			t.Errorf("%s: modes %q, roles %q", id, r.cell["modes"], r.roles)
		}
		if !marks.MatchString(r.cell["basis"]) || len(r.cases) == 0 {
			t.Errorf("%s: basis %q, cases %q", id, r.cell["basis"], r.cases)
		}
		for _, column := range []string{"title_fr", "title_en", "text_fr", "text_en", "source"} {
			if strings.TrimSpace(r.cell[column]) == "" {
				t.Errorf("%s: %s is empty", id, column)
			}
		}
	}
	for name, n := range held {
		if want, known := mailGroups[name]; !known || n > want {
			t.Errorf("group %s has %d requirements, want %d", name, n, want)
		}
		for i := range n {
			if _, ok := rows[fmt.Sprintf("%s-%02d", name, i+1)]; !ok {
				t.Errorf("%s-%02d is missing", name, i+1)
			}
		}
	}
}

func TestMailScenariosAgreeWithTheCatalogue(t *testing.T) {
	rows := rowsOf(t, parts(t, "mssante", "requirements.csv"))
	played := map[string]bool{}
	for _, s := range scenariosOf(t, "mssante") {
		r, ok := rows[s.requirement]
		if !ok || !slices.Contains(r.cases, s.short) || !slices.Contains(r.roles, s.role) {
			t.Errorf("%s (%s) is no case of the catalogue", s.address(), s.file)
			continue
		}
		if played[s.address()] {
			t.Errorf("%s stands twice", s.address())
		}
		played[s.address()], played[s.role+" "+s.requirement+"-"+s.short] = true, true
		for _, tag := range []string{"@" + s.requirement, "@" + r.severity.String()} {
			if !slices.Contains(s.tags, tag) {
				t.Errorf("%s: tag %s is missing", s.address(), tag)
			}
		}
		if !strings.HasPrefix(path.Base(s.file), s.requirement+"-") {
			t.Errorf("%s stands in %s: want a file named after its requirement", s.address(), s.file)
		}
	}
	for id, r := range rows {
		for _, role := range r.roles {
			for _, short := range r.cases {
				if _, excused := r.reason(role, "-", short); !excused && !played[role+" "+id+"-"+short] {
					t.Errorf("%s %s-%s: no scenario and no reason", role, id, short)
				}
			}
		}
	}
}

// A login with a faulty token stands between two honest ones (rule 2).
func TestMailNegativesAreBracketed(t *testing.T) {
	for _, s := range scenariosOf(t, "mssante") {
		if !slices.ContainsFunc(s.steps, func(step string) bool { return faults(step) != nil }) {
			continue
		}
		if s.steps[0] != "le professionnel ouvre sa boîte avec un jeton valable" || s.steps[len(s.steps)-1] != "le témoin passe" {
			t.Errorf("%s: a refusal proves nothing without both controls: %q", s.address(), s.steps)
		}
	}
}

// The named faults are those of oidc, and every one of a requirement that is played is used.
func TestMailFaultsExistAndAreUsed(t *testing.T) {
	used, tried := map[string]bool{}, map[string]bool{}
	for _, s := range scenariosOf(t, "mssante") {
		tried[s.requirement] = true
		for _, step := range s.steps {
			for _, name := range faults(step) {
				used[name] = true
				if _, ok := oidc.FaultByName(name); !ok {
					t.Errorf("%s: fault %q is not in the catalogue of faults", s.address(), name)
				}
			}
		}
	}
	for _, f := range oidc.Faults() {
		if tried[f.Violates] && !used[f.Name] && f.Name != "psc-keys-unavailable" { // a sentence of its own
			t.Errorf("fault %s of %s: no scenario commits it", f.Name, f.Violates)
		}
	}
}

func TestMailNeedsAreExplainedAndUsed(t *testing.T) {
	used, known := map[string]bool{}, map[string]bool{}
	for _, s := range scenariosOf(t, "mssante") {
		for _, tag := range s.tags {
			if need, ok := strings.CutPrefix(tag, "@besoin:"); ok {
				used[need] = true
			}
		}
	}
	for _, line := range parts(t, "mssante", "needs.csv") {
		if known[line["need"]] || line["reason_fr"] == "" || line["reason_en"] == "" {
			t.Errorf("need %q: want one line, with a reason in both languages", line["need"])
		}
		known[line["need"]] = true
		if !used[line["need"]] {
			t.Errorf("need %q: no scenario has it", line["need"])
		}
	}
	for need := range used {
		if !known[need] {
			t.Errorf("tag @besoin:%s has no line in needs.csv", need)
		}
	}
}

func TestMailRulesAreWellFormed(t *testing.T) {
	rows := rowsOf(t, parts(t, "mssante", "requirements.csv"))
	seen := map[string]bool{}
	for _, line := range parts(t, "mssante", "rules.csv") {
		key := line["rule"] + " " + line["requirement"]
		if _, ok := rows[line["requirement"]]; seen[key] || !ok && line["requirement"] != "*" {
			t.Errorf("rule %s: want one line, of a requirement or of all (*)", key)
		}
		seen[key] = true
		for column, text := range line {
			if strings.TrimSpace(text) == "" {
				t.Errorf("rule %s: %s is empty", key, column)
			}
		}
	}
}
