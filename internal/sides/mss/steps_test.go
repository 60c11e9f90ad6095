package mss_test

import (
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
	"etalon/internal/sides/mss"
	"etalon/internal/sides/sidetest"
)

// mailPlan is the part of the plan that this domain plays.
func mailPlan(t testing.TB) []scenario.Trial {
	t.Helper()
	plan, err := scenario.LoadPlan(features.FS, sidetest.Of(t).Catalogue)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(plan, func(t scenario.Trial) bool {
		return t.Role != string(candidate.RoleMSSIMAP) && t.Role != string(candidate.RoleMSSSMTP)
	})
}

// Every sentence of the interfaces for mail programs has one step, and every step a sentence.
func TestEverySentenceHasOneStep(t *testing.T) {
	own := mss.Steps()
	used := make([]bool, len(own))
	for _, trial := range mailPlan(t) {
		for _, sentence := range trial.Steps {
			n := 0
			for i, s := range own {
				if s.Sentence.MatchString(sentence) {
					used[i] = true
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s: %q matches %d steps", trial.Address, sentence, n)
			}
		}
	}
	for i, s := range own {
		if !used[i] {
			t.Errorf("step %s: no sentence uses it", s.Sentence)
		}
	}
}

func TestNeedsAreKnown(t *testing.T) {
	var all []string
	for _, trial := range mailPlan(t) {
		all = append(all, trial.Needs...)
	}
	if unknown := mss.Unknown(all); len(unknown) > 0 {
		t.Errorf("needs %q are in no table", unknown)
	}
	for _, n := range mss.Needs() {
		if !slices.Contains(all, n) {
			t.Errorf("need %s: no scenario has it", n)
		}
	}
	if unknown := mss.Unknown([]string{"besoin-invente"}); len(unknown) != 1 {
		t.Error("an invented need is taken for known")
	}
}

// Every variant that a step names is one of oidc, or of the side; and every one of these is named.
func TestVariantsExist(t *testing.T) {
	said := regexp.MustCompile(`avec un jeton, variante "([^"]*)"`)
	known := mss.Variants()
	for _, v := range oidc.Variants() {
		if !v.OfFlow() {
			known = append(known, v.Name)
		}
	}
	named := map[string]bool{}
	for _, trial := range mailPlan(t) {
		for _, sentence := range trial.Steps {
			if m := said.FindStringSubmatch(sentence); m != nil {
				named[m[1]] = true
				if !slices.Contains(known, m[1]) {
					t.Errorf("%s: variant %q", trial.Address, m[1])
				}
			}
		}
	}
	for _, v := range known {
		if !named[v] {
			t.Errorf("variant %s: no scenario names it", v)
		}
	}
}

func TestPlaces(t *testing.T) {
	seen := map[string]bool{}
	for n := 1; n <= 600; n++ {
		at := mss.Place("127.0.0.1:143", n)
		if ip := net.ParseIP(at); ip == nil || !ip.IsLoopback() || at == "127.0.0.1" || seen[at] {
			t.Fatalf("place %d: %q", n, at)
		}
		seen[at] = true
	}
	for _, target := range []string{"192.0.2.1:143", "mail.test.invalid:143", "[::1]:143", "nowhere"} {
		if at := mss.Place(target, 1); at != "" {
			t.Errorf("%s: from %q", target, at)
		}
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	b, err := bench.New(nil, nil, nil, "test")
	if err != nil {
		t.Fatal(err)
	}
	r := &scenario.Run{Config: scenario.Config{Bench: b}}
	good := "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.eyJpc3MiOiJodHRwczovL3BzYyJ9.c2lnbmF0dXJl"
	for secret, shown := range map[string]string{
		good:                              `"iss":"https://psc"`,
		good[:60]:                         "octets, sha256:",
		good + strings.Repeat("A", 20000): "octets, sha256:",
		"mot-de-passe":                    "",
	} {
		got := mss.Redacted(r, secret)
		if !strings.Contains(got, shown) || strings.Contains(got, "c2lnbmF0dXJl") || strings.Contains(got, "mot-de-passe") || len(got) > 1000 {
			t.Errorf("%.80s is shown as %.300q", secret, got)
		}
	}
}
