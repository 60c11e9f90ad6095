package scenario_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"etalon/features"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

func TestSelectors(t *testing.T) {
	addresses := map[string]scenario.Trial{}
	for _, a := range []scenario.Address{
		{Role: "fournisseur", Mode: "A", Case: "V10-P"}, {Role: "fournisseur", Mode: "A", Case: "V10-N1"},
		{Role: "fournisseur", Mode: "A", Case: "V10-N1", Variant: "saml11"}, {Role: "fournisseur", Mode: "P", Case: "V10-N1"},
		{Role: "client", Mode: "A", Case: "V18-N1", Variant: "issuer"}, {Role: "client", Mode: "A", Case: "V1-P"},
	} {
		addresses[a.String()] = scenario.Trial{Address: a, Tags: []string{"@" + a.Requirement(), "@role:" + a.Role, "@mode:" + a.Mode}}
	}
	for args, want := range map[string]string{
		"":                                 "all",
		"fournisseur":                      "fournisseur/A/V10-N1 fournisseur/A/V10-N1~saml11 fournisseur/A/V10-P fournisseur/P/V10-N1",
		"*":                                "all",
		"*/A/V10":                          "fournisseur/A/V10-N1 fournisseur/A/V10-N1~saml11 fournisseur/A/V10-P",
		"fournisseur/A/V10-N1":             "fournisseur/A/V10-N1 fournisseur/A/V10-N1~saml11",
		"fournisseur/A/V10-N1~saml11":      "fournisseur/A/V10-N1~saml11",
		"fournisseur/A/V10-N1~":            "fournisseur/A/V10-N1",
		"client/A/V18-N1~":                 "",
		"*/*/*~issuer":                     "client/A/V18-N1~issuer",
		"client/A/V1":                      "client/A/V1-P",
		"client fournisseur/P":             "client/A/V1-P client/A/V18-N1~issuer fournisseur/P/V10-N1",
		"@V10":                             "fournisseur/A/V10-N1 fournisseur/A/V10-N1~saml11 fournisseur/A/V10-P fournisseur/P/V10-N1",
		"@V10|fournisseur/P":               "fournisseur/P/V10-N1",
		"@V10 && ~@mode:A":                 "fournisseur/P/V10-N1",
		"@V1,@V18":                         "client/A/V1-P client/A/V18-N1~issuer",
		"~@role:fournisseur|~@V1":          "client/A/V18-N1~issuer",
		"@mode:A && @V10,@V1 && ~@V10":     "client/A/V1-P",
		"fournisseur/A/V99":                "",
		"@role:fournisseur&&@role:client":  "",
		"Fournisseur":                      "",
		"fournisseur/A/V10-N1~saml11~more": "",
	} {
		var list []string
		switch {
		case strings.HasPrefix(args, "@") || strings.HasPrefix(args, "~@"):
			list = strings.Split(args, "|")
		case args != "":
			list = strings.Fields(args)
		}
		s, err := scenario.ParseSelection(list)
		if err != nil {
			t.Errorf("%q: %v", args, err)
			continue
		}
		var got []string
		for a, trial := range addresses {
			if s.Chooses(trial) {
				got = append(got, a)
			}
		}
		slices.Sort(got)
		if want == "all" && len(got) == len(addresses) {
			continue
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q chooses %v, want %q", args, got, want)
		}
		if s.Everything() != (args == "") {
			t.Errorf("%q: everything is %t", args, s.Everything())
		}
	}
	for _, bad := range []string{"", "a/b/c/d", "a/b/c/"} {
		if _, err := scenario.ParseSelection([]string{bad}); err == nil {
			t.Errorf("selector %q is taken", bad)
		}
	}
}

const header = "id,modes,roles,basis,severity,title_fr,title_en,text_fr,text_en,source,cases,untested\n"

// tree is a features' tree of one catalogue and one feature.
func tree(catalogue, feature string) fstest.MapFS {
	return fstest.MapFS{
		"interops/requirements.csv": {Data: []byte(catalogue)}, "interops/A/fournisseur/x.feature": {Data: []byte(feature)},
	}
}

func TestCatalogueErrors(t *testing.T) {
	for name, x := range map[string]struct{ csv, want string }{
		"empty":             {"", "empty"},
		"open quote":        {header + `V10,A,fournisseur,"I`, "quote"},
		"missing column":    {header + "V10,A,fournisseur\n", "fields"},
		"unknown severity":  {header + "V10,A,fournisseur,I,grave,f,e,f,e,s,P,\n", "row 2"},
		"untested, no text": {header + "V10,A,fournisseur,I,majeure,f,e,f,e,s,P;N1,N1\n", "CASE=raison"},
		"repeated id":       {header + strings.Repeat("V10,A,fournisseur,I,majeure,f,e,f,e,s,P,\n", 2), "V10"},
	} {
		if _, err := scenario.LoadCatalogue(tree(x.csv, "")); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q in it", name, err, x.want)
		}
	}
	if _, err := scenario.LoadCatalogue(fstest.MapFS{}); err == nil {
		t.Error("no catalogue: no error")
	}
	got, err := scenario.LoadCatalogue(tree(header+"V10,A;P,fournisseur,\"I,N\",bloquante,f,e,f2,e2,s,P;N1[N],N2=raison / reason\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	row, ok := got.Of("V10")
	if !ok || row.Severity != verdict.Bloquante || row.BasisOf("N1") != "N" || row.BasisOf("P") != "I,N" || row.Untested["N2"].EN != "reason" {
		t.Errorf("got %+v", row)
	}
	if _, ok := got.Of("V1"); ok {
		t.Error("V1 is found")
	}
}

const feature = `# language: fr
@V10 @role:fournisseur @mode:A @bloquante
Fonctionnalité: x

  Scénario: V10-P, titre
    Quand l'organisme client envoie un VI honnête
`

func TestPlanErrors(t *testing.T) {
	catalogue, err := scenario.LoadCatalogue(tree(header+"V10,A,fournisseur,I,majeure,f,e,f,e,s,P,\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := scenario.LoadPlan(tree("", feature), catalogue)
	if err != nil || len(plan) != 1 || plan[0].String() != "fournisseur/A/V10-P" || plan[0].Name != "titre" {
		t.Fatalf("%v, %v", plan, err)
	}
	for name, text := range map[string]string{
		"no Gherkin":          "Feature without a colon",
		"no case id":          strings.Replace(feature, "V10-P, ", "", 1),
		"unknown requirement": strings.ReplaceAll(feature, "V10", "V99"),
		"tag of another":      strings.Replace(feature, "@V10", "@V11", 1),
		"no role":             strings.Replace(feature, "@role:fournisseur ", "", 1),
		"role of another":     strings.Replace(feature, "@role:fournisseur", "@role:client", 1),
		"no mode":             strings.Replace(feature, "@mode:A ", "", 1),
		"same address twice":  feature + "\n  Scénario: V10-P, autre\n    Quand x\n",
	} {
		if plan, err := scenario.LoadPlan(tree("", text), catalogue); err == nil {
			t.Errorf("%s: %v, want an error", name, plan)
		}
	}
}

// The plan that is shipped: addresses are unique by construction; here that nothing was lost on the way.
func TestThePlan(t *testing.T) {
	s := suiteOf(t)
	for scope, least := range map[string]int{"fournisseur/A": 250, "client/A": 140, "client/P": 125, "client/R": 110, "fournisseur/P": 250, "fournisseur/R": 260} {
		if n := scenario.Selected(s.plan, []string{scope}, scenario.Selection{}); n < least {
			t.Errorf("%s: %d trials, want %d at least", scope, n, least)
		}
	}
	if n := scenario.Selected(s.plan, scenario.Scopes(s.plan), scenario.Selection{}); n != len(s.plan) {
		t.Errorf("%d trials, %d in scope", len(s.plan), n)
	}
	for _, row := range scenario.Coverage(s.catalogue, s.plan) {
		if !row.Accounted() {
			t.Errorf("%s/%s/%s: missing %v", row.Role, row.Mode, row.Requirement, row.Missing)
		}
	}
	if _, err := features.FS.Open("interops/requirements.csv"); err != nil {
		t.Error(err)
	}
}

// A variant may rest on less than its case: SAML lets a Response alone be signed, our profile does not.
func TestVariantBasis(t *testing.T) {
	marks := map[string]verdict.Basis{}
	for _, trial := range suiteOf(t).plan {
		marks[trial.Address.String()] = trial.Basis()
	}
	if got := marks["fournisseur/P/G01-N1~reponse"]; got != "P" {
		t.Errorf("G01-N1~reponse rests on %q, want P", got)
	}
	if got := marks["fournisseur/P/G01-N1"]; got != "S,I" {
		t.Errorf("G01-N1 rests on %q, want S,I", got)
	}
}
