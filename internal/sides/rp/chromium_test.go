package rp_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/verdict"
	"etalon/stubs/rp"
)

// scripted is a service whose pages are shells that scripts fill in, which keeps its session in the store of the page, and
// whose errors are told with 200.
func scripted(t *testing.T, by candidate.Browser, flaws ...string) rig {
	t.Helper()
	return served(t, func(c *rp.Config) { c.Scripted, c.Flaws = true, flaws }, func(d *candidate.PSCService) {
		d.Browser, d.Success = by, "identifiant "+candidate.UserPlace
		home := strings.TrimSuffix(d.Login, rp.PathLogin) + rp.PathHome
		d.Logout, d.Farewells = strings.TrimSuffix(d.Login, rp.PathLogin)+rp.PathLogout, []string{home}
		d.Decoupled = &candidate.DecoupledLogin{URL: strings.TrimSuffix(d.Login, rp.PathLogin) + rp.PathDecoupled, Field: rp.FieldPerson}
	})
}

// A service of scripts alone is judged by a real browser: the honest one passes, and neglects are seen, those too that a page
// of scripts could hide.
func TestServiceOfScripts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out: tests are to be short")
	}
	benchtest.Needs(t, "chromium")
	t.Run("honest", func(t *testing.T) {
		x := scripted(t, candidate.BrowserChromium)
		x.selector = []string{"PSC-02", "PSC-03", "PSC-14", "PSC-20", "PSC-22"}
		run := x.judge(t)
		if len(run.Trouble) > 0 || len(run.Cases) < 8 {
			t.Errorf("%d cases, trouble %+v", len(run.Cases), run.Trouble)
		}
		for _, c := range run.Cases {
			if c.Verdict != verdict.Pass {
				t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
			}
		}
	})
	for flaw, fails := range map[string]string{"skips-state": "PSC-03", "says-nothing-on-denial": "PSC-14", "keeps-session-at-logout": "PSC-20"} {
		t.Run(flaw, func(t *testing.T) {
			x := scripted(t, candidate.BrowserChromium, flaw)
			x.selector = []string{fails, "PSC-22"}
			run := x.judge(t)
			if got, unclear := failed(run); !slices.Equal(got, []string{fails}) || len(unclear) > 0 {
				t.Errorf("failed %v, want %s; without verdict %v, %+v", got, fails, unclear, run.Trouble)
			}
		})
	}
}

// Without it, the file is told what to say, and nobody is accused.
func TestServiceOfScriptsWantsABrowser(t *testing.T) {
	t.Parallel()
	x := scripted(t, candidate.BrowserHTTP)
	x.selector = []string{"PSC-02", "PSC-22"}
	run := x.judge(t)
	if got, _ := failed(run); len(got) > 0 || len(run.Trouble) != 1 || run.Trouble[0].Reason.Key != verdict.ReasonScripted ||
		!slices.Contains(run.Trouble[0].Reason.Args, "roles.service-psc.browser") {
		t.Errorf("failed %v, trouble %+v", got, run.Trouble)
	}
}
