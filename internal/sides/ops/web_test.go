package ops_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/sides/ops"
	"etalon/internal/sso"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// receiver is a run of the judge against the mock receiver of mode P.
func receiver(transport string, flaws ...string) trial {
	return trial{role: candidate.RoleProvider, mode: interops.ModeP, carried: transport, flaws: flaws}
}

// The honest receiver passes everything that it declares, over each transport.
func TestHonestReceiver(t *testing.T) {
	for transport, least := range map[string]int{sso.TransportProxyPost: 265, sso.TransportBrowserPost: 240, sso.TransportHeader: 235} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			x := receiver(transport)
			if testing.Short() {
				x.selector, least = strings.Fields("fournisseur/P/V10 fournisseur/P/P05 fournisseur/P/P06 fournisseur/P/L06"), 8
			}
			run := x.judge(t)
			same(t, "accusations", accusations(run), nil)
			if run.Counts.Pass != len(run.Cases) || len(run.Cases) < least || len(run.Trouble) > 0 || run.Exit(verdict.Mineure) != 0 {
				t.Errorf("counts %+v of %d, trouble %v, exit %d", run.Counts, least, run.Trouble, run.Exit(verdict.Mineure))
			}
			if want := (verdict.Levels{Standard: verdict.Conforme, Profile: verdict.Conforme}); !run.Partial && run.Level != want {
				t.Errorf("level %v, want %v", run.Level, want)
			}
		})
	}
}

// A receiver that takes no honest VI proves nothing, and one that is switched off is the user's to mend.
func TestReceiversThatTakeNothing(t *testing.T) {
	for _, name := range []string{"refuses-everything", "answers-500"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := receiver("", name).judge(t)
			judgedOnce(t, run, verdict.ReasonRoleHonestRefused, false)
		})
	}
	t.Run("off", func(t *testing.T) {
		t.Parallel()
		x := receiver("")
		x.stop = true
		run := x.judge(t)
		judgedOnce(t, run, verdict.ReasonUnreachable, true)
		if field := run.Trouble[0].Reason.Args[0]; field != "roles.fournisseur.P.acs" {
			t.Errorf("field %s", field)
		}
	})
}

// A receiver that takes every VI and serves every page fails every blocking negative.
func TestReceiverAcceptsEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole plan")
	}
	t.Parallel()
	run := receiver("", "accepts-everything").judge(t)
	for _, c := range blockingNegatives(t, run) {
		// V17-N2: as in mode A. XSW7: it reads the signed VI alone, which is as sound as to refuse.
		if c.Verdict != verdict.Fail && !strings.HasSuffix(c.Address, "/V17-N2") && !strings.HasSuffix(c.Address, "/G07-N1~xsw7") {
			t.Errorf("%s %s: %s (%v), want fail", c.Address, c.Fault, c.Verdict, c.Why)
		}
	}
	same(t, "failed", failed(run), strings.Fields(`G01 G02 G03 G04 G05 G06 G07 G08 G09 K01 K02 K03 L06 L07 L08 P01 P02 P03 P04 P05 P06
		P07 P08 P09 P10 T01 T03 T04 T05 T06 T07 T08 V01 V03 V04 V05 V06 V07 V08 V09 V10 V11 V12 V13 V14 V16 V17 X06`))
	if run.Level.Profile != verdict.NonConformeBloquante || run.Exit(verdict.Majeure) != 1 {
		t.Errorf("level %v, exit %d", run.Level, run.Exit(verdict.Majeure))
	}
}

// A session that a refused VI opened is told as such, beside the rule that the VI broke (P06).
func TestSessionOnRefusal(t *testing.T) {
	x := receiver("", "opens-session-before-verdict")
	x.selector = []string{"fournisseur/P/V10-N2"}
	run := x.judge(t)
	same(t, "failed", failed(run), []string{"P06", "V10"})
	if c := caseOf(t, run, "V10-N2"); !slices.ContainsFunc(c.Findings, func(f verdict.Finding) bool { return f.Rule == "session-on-refusal" }) {
		t.Errorf("findings %+v", c.Findings)
	}
}

func TestReturnAddress(t *testing.T) {
	long := "https://un-nom-de-machine-plutot-long-pour-un-essai.fournisseur.test:8443/application/dossiers"
	for page, want := range map[string]string{
		"https://h.test/app/d?marqueur=${marqueur}":       "https://h.test/app/d",
		"https://h.test/app/d?vue=1&marqueur=${marqueur}": "https://h.test/app/d?vue=1",
		long + "?marqueur=${marqueur}":                    "/application/dossiers",
		"https://h.test/" + strings.Repeat("a", 80):       "",
		"https://h.test/%zz":                              "",
	} {
		if got := ops.ReturnAddress(page); got != want {
			t.Errorf("%s: %q, want %q", page, got, want)
		}
	}
}

func TestAstray(t *testing.T) {
	const from, trap = "https://h.test/acs", "https://piege.invalid/"
	for address, want := range map[string]bool{
		"mailto:x@h.test": false, "/app/": false, "https://h.test/app/dossiers": false, "app": false, "": false,
		trap: true, "//piege.invalid/": true, `\\piege.invalid/`: true, "/\\piege.invalid/": true, "https://h.test@piege.invalid/x": true,
		"javascript:alert(1)": true, "JavaScript:alert(1)": true, "https://autre.test/": false,
	} {
		if got := ops.Astray(from, address, trap); got != want {
			t.Errorf("%s: astray %v, want %v", address, got, want)
		}
	}
	if !ops.Astray(from, "/app/dossiers?aaa", "https://h.test/app/dossiers?aaa") {
		t.Error("the trap itself, written as a path, is not seen")
	}
}

func TestLeadsAndVisible(t *testing.T) {
	hop := client.Hop{
		ResponseHeader: http.Header{"Location": {"/un"}, "Refresh": {"0; url=/deux"}},
		Response:       []byte(`<html><head><title>x</title><meta http-equiv="refresh" content="0;url=/trois?a=1&amp;b=2"></head><body><a href='/quatre'>suite</a><script>location.href="/cinq"</script>Accès <b>refusé</b></body></html>`),
	}
	same(t, "leads", ops.Leads(hop), []string{"/un", "/deux", "/trois?a=1&b=2", "/quatre", "/cinq"})
	if got := ops.Visible(hop.Response); got != "suite Accès refusé" {
		t.Errorf("visible %q", got)
	}
}
