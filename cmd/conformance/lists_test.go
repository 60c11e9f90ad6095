package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// listJSON reads what a command writes for machines, and wants status 0.
func listJSON(t *testing.T, into any, args ...string) {
	t.Helper()
	out, diagnostics, status := conformance(t, args...)
	if status != exitOK {
		t.Fatalf("%v: status %d\n%s", args, status, diagnostics)
	}
	decoder := json.NewDecoder(strings.NewReader(out))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
}

// coverageRow is a row as coverage --json writes it.
type coverageRow struct {
	Requirement, Role, Mode, Severity, Basis string
	Cases, Flaws, Missing                    []string
	Untested                                 map[string]struct{ FR, EN string }
}

func coverageRows(t *testing.T) []coverageRow {
	t.Helper()
	var table struct{ Coverage []coverageRow }
	listJSON(t, &table, "coverage", "--json")
	return table.Coverage
}

var moments = []string{"content", "form", "wire", "jwt", "conduct"}

// caseAddress is the form of a case's address.
var caseAddress = regexp.MustCompile(`^((fournisseur|client|operateur-[a-z]+)/[APSR]|(mss-[a-z]+|lps|fournisseur-identite|service-psc|api-psc)/-)/([A-Z]+-)?[A-Z]+-?[0-9]+-[PND][0-9]*(~[0-9A-Za-z.-]+)?$`)

func TestListFaults(t *testing.T) {
	var list struct{ Faults []listedFault }
	listJSON(t, &list, "list", "faults", "--json")
	if len(list.Faults) < 100 {
		t.Errorf("%d faults, want 100 at least", len(list.Faults))
	}
	excused := map[string]bool{}
	for _, row := range coverageRows(t) {
		excused[row.Requirement] = excused[row.Requirement] || len(row.Untested) > 0
	}
	seen := map[string]bool{}
	for _, f := range list.Faults {
		if f.Name == "" || f.Title == "" || f.Violates == "" || !slices.Contains(moments, f.Moment) || seen[f.Name] {
			t.Errorf("fault %+v: want a name of its own, a title, a requirement and a moment", f)
		}
		seen[f.Name] = true
		if len(f.Cases) == 0 && !excused[f.Violates] {
			t.Errorf("fault %s: no case plays it, and the catalogue gives no reason for %s", f.Name, f.Violates)
		}
		for _, address := range f.Cases {
			if !caseAddress.MatchString(address) {
				t.Errorf("fault %s: case %q is no address", f.Name, address)
			}
		}
	}
}

func TestListCases(t *testing.T) {
	var list struct{ Cases []listedCase }
	listJSON(t, &list, "list", "cases", "--json")
	seen := map[string]bool{}
	for _, c := range list.Cases {
		if !caseAddress.MatchString(c.Address) || !strings.Contains(c.Address, "/"+c.Requirement+"-") || seen[c.Address] {
			t.Errorf("case %+v: want an address of its own, of its requirement", c)
		}
		if c.Title == "" || c.Basis == "" || !slices.Contains([]string{"bloquante", "majeure", "mineure", "observation"}, c.Severity) {
			t.Errorf("case %s: want a title, a basis and a severity, got %+v", c.Address, c)
		}
		seen[c.Address] = true
	}
	for _, role := range []string{"fournisseur/A/", "fournisseur/P/", "client/A/"} {
		if !slices.ContainsFunc(list.Cases, func(c listedCase) bool { return strings.HasPrefix(c.Address, role) }) {
			t.Errorf("no case of %s", role)
		}
	}
}

func TestListFlaws(t *testing.T) {
	var list struct{ Flaws []listedFlaw }
	listJSON(t, &list, "list", "flaws", "--json")
	if len(list.Flaws) < 70 {
		t.Errorf("%d flaws, want 70 at least", len(list.Flaws))
	}
	known := map[string]bool{}
	for _, row := range coverageRows(t) {
		known[row.Role+"/"+row.Mode+"/"+row.Requirement] = true
	}
	for _, f := range list.Flaws {
		if f.Name == "" || f.Title == "" || len(f.Must) == 0 {
			t.Errorf("flaw %+v: want a name, a title and what must catch it", f)
		}
		for _, id := range slices.Concat(f.Must, f.May) {
			if !known[f.Role+"/"+f.Mode+"/"+id] {
				t.Errorf("flaw %s/%s/%s names %s, which the catalogue does not give to that role in that mode", f.Role, f.Mode, f.Name, id)
			}
		}
	}
}

func TestListRequirements(t *testing.T) {
	var list struct{ Requirements []map[string]any }
	listJSON(t, &list, "list", "requirements", "--json")
	if len(list.Requirements) < 60 {
		t.Errorf("%d requirements, want 60 at least", len(list.Requirements))
	}
	for _, r := range list.Requirements {
		for _, key := range []string{"id", "title", "severity", "basis", "source"} {
			if r[key] == nil || r[key] == "" {
				t.Errorf("requirement %v lacks %s", r["id"], key)
			}
		}
	}
}

// unplayable are the blocking requirements that no case of this version can try; each has its reason.
var unplayable = map[string]bool{"SMTP-20": true, "GOV-07": true}

func TestCoverageAccountsForAll(t *testing.T) {
	for _, row := range coverageRows(t) {
		if len(row.Missing) > 0 {
			t.Errorf("%s/%s %s: neither scenario nor reason for %v", row.Role, row.Mode, row.Requirement, row.Missing)
		}
		if row.Severity == "bloquante" && len(row.Cases) == 0 && (!unplayable[row.Requirement] || len(row.Untested) == 0) {
			t.Errorf("%s %s is blocking and has no case", row.Role, row.Requirement)
		}
		for id, why := range row.Untested {
			if len(why.FR) < 20 || len(why.EN) < 20 {
				t.Errorf("%s %s: %s is not tested, and no reader would accept %q / %q", row.Role, row.Requirement, id, why.FR, why.EN)
			}
		}
	}
}
