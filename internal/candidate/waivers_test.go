package candidate_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// waivable is a candidate of two roles, and a plan that has more.
var waivable = candidate.Waivable{
	Scope: []string{"fournisseur/A", "client/A"},
	Catalogue: []verdict.Requirement{
		{ID: "V10", Roles: []string{"fournisseur"}, Modes: []string{"A", "P"}}, {ID: "V18", Roles: []string{"client"}, Modes: []string{"A"}},
		{ID: "L06", Roles: []string{"fournisseur"}, Modes: []string{"P"}},
	},
	Cases: []string{
		"fournisseur/A/V10-P", "fournisseur/A/V10-N1", "fournisseur/P/V10-N1", "client/A/V18-N1~issuer", "client/A/V18-N1~subject", "client/A/V18-N2~only",
		"fournisseur/P/L06-N1",
	},
}

var today = time.Date(2036, 3, 10, 23, 0, 0, 0, time.UTC)

// waiversFile writes waivers, each without who answers for it, and returns the file.
func waiversFile(t *testing.T, names ...string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("waivers:\n")
	for _, name := range names {
		if !strings.Contains(name, "expires") {
			name += ", expires: 2036-03-10"
		}
		b.WriteString("  - {" + name + ", reason: correctif livré, owner: Exemple SA}\n")
	}
	return filepath.Join(write(t, map[string]string{"w.yaml": b.String()}), "w.yaml")
}

func TestLoadWaivers(t *testing.T) {
	path := waiversFile(t, "case: fournisseur/A/V10-N1", `case: "*/*/V18-N2~*"`, "case: client/A/V18-N1~issuer", "requirement: V10, mode: P", "requirement: V10, role: fournisseur, mode: A")
	if _, err := candidate.LoadWaivers(path, waivable, today); err == nil {
		t.Fatal("a requirement of a mode that the candidate does not declare, and one that covers a case named before, are taken")
	}
	path = waiversFile(t, "case: fournisseur/A/V10-N1", `case: "*/*/V18-N2~*"`, "case: client/A/V18-N1~issuer")
	got, err := candidate.LoadWaivers(path, waivable, today)
	if err != nil {
		t.Fatal(err)
	}
	var cases []string
	for _, w := range got {
		cases = append(cases, w.Case)
		if w.Reason != "correctif livré" || w.Owner != "Exemple SA" || w.Expires != "2036-03-10" || w.State != "" {
			t.Errorf("read %+v", w)
		}
	}
	if want := []string{"fournisseur/A/V10-N1", "client/A/V18-N2~only", "client/A/V18-N1~issuer"}; !slices.Equal(cases, want) {
		t.Errorf("cases %v, want %v", cases, want)
	}
	if got, err := candidate.LoadWaivers(waiversFile(t, "requirement: V10, role: fournisseur"), waivable, today); err != nil || got[0].Subject() != "fournisseur/*/V10" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestBadWaivers(t *testing.T) {
	for name, c := range map[string]struct {
		waivers []string
		want    string
	}{
		"an unknown requirement":       {[]string{"requirement: V100"}, ":2:19: waivers[0].requirement : attendu une exigence du catalogue ; trouvé « V100 ». Vouliez-vous dire « V10 » ?"},
		"nothing like it":              {[]string{"requirement: tout"}, "conformance list requirements les énumère."},
		"an unknown case":              {[]string{"case: fournisseur/A/V10-N7"}, ":2:12: waivers[0].case : attendu l'adresse d'un cas, RÔLE/MODE/CAS[~VARIANTE] ; trouvé « fournisseur/A/V10-N7 ». Vouliez-vous dire"},
		"a case whose variants differ": {[]string{"case: client/A/V18-N1"}, "Choisissez la variante : client/A/V18-N1~issuer, client/A/V18-N1~subject."},
		"several cases":                {[]string{`case: "client/A/V18-N1~*"`}, "attendu un seul cas : 2 y répondent ; trouvé « client/A/V18-N1~* ». Écrivez une dérogation pour chacun : client/A/V18-N1~issuer, client/A/V18-N1~subject."},
		"a star within a name":         {[]string{`case: "fournisseur/A/V1*"`}, "attendu l'adresse d'un cas"},
		"a mode not declared":          {[]string{"case: fournisseur/P/V10-N1"}, "attendu un cas d'un rôle et d'un mode que le candidat déclare : fournisseur/A, client/A"},
		"a requirement not declared":   {[]string{"requirement: L06"}, "attendu une exigence d'un rôle et d'un mode que le candidat déclare"},
		"a requirement in another role": {[]string{"requirement: V10, role: client"},
			"waivers[0].requirement : attendu une exigence d'un rôle et d'un mode que le candidat déclare"},
		"both":                {[]string{"requirement: V10, case: fournisseur/A/V10-N1"}, "waivers[0] : attendu requirement ou case, l'un des deux"},
		"neither":             {[]string{"role: fournisseur"}, "waivers[0] : attendu requirement ou case, l'un des deux"},
		"a role with a case":  {[]string{"case: fournisseur/A/V10-N1, role: fournisseur"}, "attendu ni role ni mode avec case"},
		"expired":             {[]string{"requirement: V10, expires: 2036-03-09"}, "waivers[0].expires : attendu un jour à venir : la dérogation est expirée ; trouvé « 2036-03-09 »"},
		"no day":              {[]string{"requirement: V10, expires: 2036-02-30"}, "attendu un jour qui existe"},
		"an instant":          {[]string{"requirement: V10, expires: 2036-04-30T10:00:00Z"}, "attendu un jour qui existe"},
		"twice":               {[]string{"requirement: V10", "requirement: V10, role: fournisseur"}, ":3:19: waivers[1].requirement : attendu une seule dérogation pour un même échec"},
		"a case twice":        {[]string{"case: fournisseur/A/V10-N1", `case: "*/A/V10-N1"`}, "waivers[0] le couvre déjà"},
		"a case and its row":  {[]string{"requirement: V10", "case: fournisseur/A/V10-N1"}, "waivers[1].case : attendu une seule dérogation"},
		"a row and its case":  {[]string{"case: fournisseur/A/V10-N1", "requirement: V10"}, "waivers[1].requirement : attendu une seule dérogation"},
		"an unknown key":      {[]string{"requirement: V10, raison: x"}, "Vouliez-vous dire « reason » ?"},
		"a key twice":         {[]string{"requirement: V10, reason: x"}, "attendu une seule fois cette clé"},
		"nothing of them all": {nil, "waivers : attendu "},
	} {
		_, err := candidate.LoadWaivers(waiversFile(t, c.waivers...), waivable, today)
		var problems candidate.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) || strings.Contains(problems.In("en"), "attendu") {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
	for name, file := range map[string]string{
		"no owner": "waivers: [{requirement: V10, reason: x, expires: 2036-06-30}]\n", "no reason": "waivers: [{requirement: V10, owner: x, expires: 2036-06-30}]\n",
		"no end": "waivers: [{requirement: V10, owner: x, reason: x}]\n", "an empty reason": "waivers: [{requirement: V10, owner: x, reason: \"\", expires: 2036-06-30}]\n",
		"a list": "- {requirement: V10}\n", "no YAML": "waivers: [", "empty": "",
	} {
		path := filepath.Join(write(t, map[string]string{"w.yaml": file}), "w.yaml")
		var problems candidate.Problems
		if _, err := candidate.LoadWaivers(path, waivable, today); !errors.As(err, &problems) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := candidate.LoadWaivers(filepath.Join(t.TempDir(), "absent.yaml"), waivable, today); err == nil || !strings.Contains(err.Error(), "n'existe pas") {
		t.Errorf("no file: %v", err)
	}
}

// A run of certification accepts none, however good.
func TestCertificationWaives(t *testing.T) {
	on := waivable
	on.Certification = true
	_, err := candidate.LoadWaivers(waiversFile(t, "requirement: V10"), on, today)
	if err == nil || !strings.Contains(err.Error(), ":2:3: waivers : attendu aucune dérogation : l'exécution est de certification") {
		t.Error(err)
	}
	profile, err := candidate.LoadProfile(filepath.Join(write(t, map[string]string{"p.yaml": "purpose: certification\n"}), "p.yaml"))
	if err != nil || profile.Purpose != "certification" || profile.Overrides["purpose"] != "certification" {
		t.Errorf("%+v, %v", profile, err)
	}
}
