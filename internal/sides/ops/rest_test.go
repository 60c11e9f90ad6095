package ops_test

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/record"
	"etalon/internal/rest"
	"etalon/internal/sides/ops"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// resources is a run of the judge against the mock provider of mode R.
func resources(token string, flaws ...string) trial {
	return trial{role: candidate.RoleProvider, mode: interops.ModeR, carried: token, flaws: flaws}
}

// The honest provider of mode R passes everything that it declares, whatever the form of its token, and is at no level.
func TestHonestResources(t *testing.T) {
	for token, least := range map[string]int{rest.TokenSAML: 220, rest.TokenJWT: 175} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			x := resources(token)
			if testing.Short() {
				x.selector, least = strings.Fields("fournisseur/R/R01 fournisseur/R/R03 fournisseur/R/R04 fournisseur/R/R05 fournisseur/R/R06 fournisseur/R/V07 fournisseur/R/X03"), 20
			}
			run := x.judge(t)
			same(t, "accusations", accusations(run), nil)
			if run.Counts.Pass != len(run.Cases) || len(run.Cases) < least || len(run.Trouble) > 0 || run.Level != (verdict.Levels{}) {
				t.Errorf("counts %+v of %d, trouble %v, level %v", run.Counts, least, run.Trouble, run.Level)
			}
			jwt := token == rest.TokenJWT
			for address, want := range map[string]bool{"R03-N1": !jwt, "V07-N1": jwt, "V07-P": false, "X03-N1~recipient": jwt, "X03-N1~issuer": false, "R01-N4": false} {
				left := slices.ContainsFunc(run.NotRun, func(n verdict.NotRun) bool { return n.Address == "fournisseur/R/"+address && n.Declared })
				if left != want {
					t.Errorf("%s is left out: %v, want %v", address, left, want)
				}
			}
		})
	}
}

// A provider of mode R that takes no honest token proves nothing, and one that is switched off is the user's to mend.
func TestResourcesThatTakeNothing(t *testing.T) {
	for _, name := range []string{"refuses-everything", "answers-500"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			judgedOnce(t, resources("", name).judge(t), verdict.ReasonRoleHonestRefused, false)
		})
	}
	t.Run("off", func(t *testing.T) {
		t.Parallel()
		x := resources("")
		x.stop = true
		run := x.judge(t)
		judgedOnce(t, run, verdict.ReasonUnreachable, true)
		if field := run.Trouble[0].Reason.Args[0]; field != "roles.fournisseur.R.endpoint" {
			t.Errorf("field %s", field)
		}
	})
}

// A provider of mode R that takes every token fails every blocking negative, and enters no level for it.
func TestResourcesAcceptEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole plan")
	}
	t.Parallel()
	run := resources(rest.TokenJWT, "accepts-everything").judge(t)
	for _, c := range blockingNegatives(t, run) {
		if c.Verdict != verdict.Fail {
			t.Errorf("%s %s: %s (%v), want fail", c.Address, c.Fault, c.Verdict, c.Why)
		}
	}
	if run.Level != (verdict.Levels{}) {
		t.Errorf("level %v", run.Level)
	}
}

// What another requirement owns is not laid to the charge of R06 or R01.
func TestResourcesAreAccusedOfTheirOwn(t *testing.T) {
	for flaw, want := range map[string][]string{
		"skips-project-of-issuer": nil,     // the application was asked again: no cache
		"shares-answers":          {"R06"}, // and here it was not
		"answers-200-with-error":  {"R05"}, // refused all the same
		"takes-token-from-body":   {"R01"},
		"ignores-verb":            {"R04"},
	} {
		t.Run(flaw, func(t *testing.T) {
			t.Parallel()
			x := resources("", flaw)
			x.selector = strings.Fields("fournisseur/R/R01 fournisseur/R/R04 fournisseur/R/R05 fournisseur/R/R06")
			same(t, "failed", failed(x.judge(t)), want)
		})
	}
}

// TestRefusalsOfResources looks at answers that no mock gives.
func TestRefusalsOfResources(t *testing.T) {
	json := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	for name, c := range map[string]struct {
		aspect string
		x      client.Exchange
		want   string
	}{
		"401":             {"statut", client.Exchange{Status: 401}, ""},
		"403":             {"statut", client.Exchange{Status: 403}, ""},
		"200":             {"statut", client.Exchange{Status: 200}, "refusal-status-other"},
		"500":             {"statut", client.Exchange{Status: 500}, "refusal-status-other"},
		"code":            {"json", client.Exchange{ResponseHeader: json, Response: []byte(`{"code":"InvalidVI","message":"non"}`)}, ""},
		"problem":         {"json", client.Exchange{ResponseHeader: http.Header{"Content-Type": {"application/problem+json"}}, Response: []byte(`{"code":"X"}`)}, ""},
		"no code":         {"json", client.Exchange{ResponseHeader: json, Response: []byte(`{"message":"non"}`)}, "refusal-without-code"},
		"empty code":      {"json", client.Exchange{ResponseHeader: json, Response: []byte(`{"code":" "}`)}, "refusal-without-code"},
		"number for code": {"json", client.Exchange{ResponseHeader: json, Response: []byte(`{"code":7}`)}, "refusal-without-code"},
		"list":            {"json", client.Exchange{ResponseHeader: json, Response: []byte(`[]`)}, "refusal-not-json"},
		"cut":             {"json", client.Exchange{ResponseHeader: json, Response: []byte(`{"code":`)}, "refusal-not-json"},
		"page":            {"json", client.Exchange{ResponseHeader: http.Header{"Content-Type": {"text/html"}}, Response: []byte(`{"code":"X"}`)}, "refusal-not-json"},
		"no type":         {"json", client.Exchange{Response: []byte(`{"code":"X"}`)}, "refusal-not-json"},
		"discreet":        {"discretion", client.Exchange{Token: "a.b." + strings.Repeat("s", 90), Response: []byte(`{"code":"X"}`)}, ""},
		"token":           {"discretion", client.Exchange{Token: "a.b." + strings.Repeat("s", 90), Response: []byte(`{"token":"a.b.` + strings.Repeat("s", 90) + `"}`)}, "refusal-indiscreet"},
		"trace":           {"discretion", client.Exchange{Response: []byte(`{"code":"X","trace":"java.lang.NullPointerException"}`)}, "refusal-indiscreet"},
	} {
		if got := ops.Refusal(c.aspect, c.x); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// The evidence of a fault is the token, whole, and its twin without the fault: the harness made both.
func TestTokensAreKeptAsEvidence(t *testing.T) {
	x := resources(rest.TokenJWT)
	x.selector, x.dir = []string{"fournisseur/R/V10-N1"}, filepath.Join(t.TempDir(), "run")
	run := x.judge(t)
	kept := caseOf(t, run, "V10-N1").Exchanges
	i := slices.IndexFunc(kept, func(e verdict.Exchange) bool { return e.Twin != "" })
	if i < 0 {
		t.Fatalf("no twin among %+v", kept)
	}
	var tokens []string
	for _, digest := range []string{kept[i].Request, kept[i].Twin} {
		read, err := record.EvidenceOf(x.dir)(digest)
		if err != nil {
			t.Fatal(err)
		}
		raw := string(read)
		_, after, found := strings.Cut(raw, "Authorization: Bearer ")
		token, _, _ := strings.Cut(after, "\r\n")
		if !found || strings.Count(token, ".") != 2 || strings.Contains(raw, "redacted") {
			t.Errorf("evidence %s", raw)
		}
		tokens = append(tokens, token)
	}
	if tokens[0] == tokens[1] {
		t.Error("the twin is the fault")
	}
}
