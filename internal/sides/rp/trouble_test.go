package rp_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
	side "etalon/internal/sides/rp"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/rp"
)

// What keeps the role from being judged is told once, with the key of the file to look at.
func TestTroubleNamesTheKey(t *testing.T) {
	change := func(old, by string) func(string) string {
		return func(file string) string {
			if !strings.Contains(file, old) {
				t.Errorf("the file holds no %q", old)
			}
			return strings.ReplaceAll(file, old, by)
		}
	}
	for name, c := range map[string]struct {
		edit     func(string) string
		key, arg string
	}{
		"login elsewhere":     {change(rp.PathLogin, "/ailleurs"), verdict.ReasonMisdeclared, "roles.service-psc.login"},
		"login at home":       {change(rp.PathLogin+`"`, `/"`), verdict.ReasonMisdeclared, "roles.service-psc.login"},
		"protected is open":   {change(rp.PathProtected+`","success":"identifiant ${identifiant}"`, `/"`), verdict.ReasonMisdeclared, "roles.service-psc.protected"},
		"another sign":        {change("identifiant ${identifiant}", "bienvenue ${identifiant}"), verdict.ReasonRoleHonestRefused, "service-psc/-"},
		"another redirect":    {change(rp.PathCallback, "/autre-retour"), verdict.ReasonMisdeclared, "roles.service-psc.redirects"},
		"another client":      {change("tf-service", "tf-autre"), verdict.ReasonMisdeclared, "roles.service-psc.psc.client.id"},
		"another certificate": {change("lps.test.invalid", "autre.test.invalid"), verdict.ReasonPSCClient, "tf-service"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := rig{edit: c.edit, selector: []string{"PSC-01", "PSC-06"}}.judge(t)
			if len(run.Trouble) != 1 || run.Trouble[0].Reason.Key != c.key || !strings.HasPrefix(run.Trouble[0].Reason.Args[0], c.arg) {
				t.Errorf("trouble %+v", run.Trouble)
			}
			for _, played := range run.Cases {
				if played.Verdict != verdict.Inconclusive {
					t.Errorf("%s: %s", played.Address, played.Verdict)
				}
			}
		})
	}
}

// served starts the mock service as it is changed, and writes its file as it is declared.
func served(t *testing.T, change func(*rp.Config), declare func(*candidate.PSCService)) rig {
	t.Helper()
	s := sidetest.Of(t)
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bench.New(candidate.MSSConvention(), candidate.DefaultProfile("current"), s.Stand.Bench.PKI, bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	place, client := fmt.Sprintf("127.0.0.1:%d", port), candidate.SampleServiceClient()
	config := rp.Config{
		Bench: b, Credential: candidate.VendorOrganism + "/tls", Issuer: "https://" + place + oidc.PathRealm, ClientID: client.ID, Secret: client.Secret,
	}
	change(&config)
	service := benchtest.Started(t, rp.Start, config)
	declared := &candidate.PSCService{
		Login: service.URL(rp.PathLogin), Protected: service.URL(rp.PathProtected), Redirects: []string{service.URL(rp.PathCallback)},
		PSC: candidate.PSC{Listen: place, Client: client},
	}
	declare(declared)
	file := filepath.Join(t.TempDir(), "candidate.yaml")
	if err := (candidate.StubCandidate{Name: "Service d'essai", Version: "1", PSCService: declared}).Write(file); err != nil {
		t.Fatal(err)
	}
	return rig{file: file}
}

// A service of the Espace communautaire with a secret, sealed ID tokens and little else is judged on what it has.
func TestServiceThatDeclaresLittle(t *testing.T) {
	t.Parallel()
	run := served(t, func(c *rp.Config) { c.Sealed = true }, func(d *candidate.PSCService) { d.IDTokenAlgorithm = candidate.IDTokenBySecret }).judge(t)
	if len(run.Trouble) > 0 {
		t.Fatalf("%+v", run.Trouble)
	}
	for _, c := range run.Cases {
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
	var left []string
	for _, n := range run.NotRun {
		left = append(left, n.Address)
	}
	for _, c := range []string{"PSC-09-N4", "PSC-18-P", "PSC-18-P~attente", "PSC-19-N", "PSC-20-P", "PSC-23-P", "PSC-24-N1", "PSC-25-N2", "PSC-26-N"} {
		if !slices.Contains(left, "service-psc/-/"+c) {
			t.Errorf("%s is played", c)
		}
	}
}

// Neglects are seen of such a service too: the proof that it does not owe is not asked, the seal that it owes is.
func TestNeglectsOfAServiceWithASecret(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ flaw, fails string }{{"skips-signature", "PSC-09"}, {"puts-secret-in-address", "PSC-16"}, {"skips-answerer", "PSC-12"}} {
		x := served(t, func(config *rp.Config) { config.Sealed, config.Flaws = true, []string{c.flaw} },
			func(d *candidate.PSCService) { d.IDTokenAlgorithm = candidate.IDTokenBySecret })
		x.selector = []string{"PSC-09", "PSC-12", "PSC-15", "PSC-16"}
		run := x.judge(t)
		if got, unclear := failed(run); !slices.Equal(got, []string{c.fails}) || len(unclear) > 0 {
			t.Errorf("%s: failed %v, without verdict %v", c.flaw, got, unclear)
			sidetest.Told(t, run)
		}
	}
}

// Every need of the side is one of a scenario, and the other way round.
func TestNeedsAreUsed(t *testing.T) {
	plan, err := scenario.LoadPlan(features.FS, sidetest.Of(t).Catalogue)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, trial := range plan {
		if trial.Scope() == "service-psc/-" {
			for _, n := range trial.Needs {
				used[n] = true
			}
		}
	}
	for _, n := range side.Needs() {
		if !used[n] {
			t.Errorf("need %s: no scenario has it", n)
		}
		delete(used, n)
	}
	if len(used) > 0 {
		t.Errorf("needs that the side does not know: %v", used)
	}
}

// A login page that leads nowhere is told as what it is, and nobody is accused of it.
func TestHostileLoginPages(t *testing.T) {
	t.Parallel()
	pages := http.NewServeMux()
	pages.HandleFunc("/circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/circle", http.StatusFound) })
	pages.HandleFunc("/far/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"x", http.StatusFound) })
	pages.HandleFunc("/huge", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte("x"), 3<<20)) })
	pages.HandleFunc("/script", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<script src=app.js></script>")) })
	pages.HandleFunc("/espace", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "non", http.StatusForbidden) })
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	for page, want := range map[string]string{
		"/circle": verdict.ReasonRedirectLoop, "/far/": verdict.ReasonTooManyRedirects, "/huge": verdict.ReasonPageTooLarge, "/script": verdict.ReasonScripted,
	} {
		file := filepath.Join(t.TempDir(), "candidate.yaml")
		err := candidate.StubCandidate{Name: "Service hostile", Version: "1", PSCService: &candidate.PSCService{
			Login: server.URL + page, Protected: server.URL + "/espace", Redirects: []string{server.URL + "/retour"}, PSC: candidate.PSC{Listen: "auto"},
		}}.Write(file)
		if err != nil {
			t.Fatal(err)
		}
		run := rig{file: file, selector: []string{"PSC-02", "PSC-06"}}.judge(t)
		if len(run.Trouble) != 1 || run.Trouble[0].Reason.Key != want {
			t.Errorf("%s: trouble %+v, want %s", page, run.Trouble, want)
		}
		if got, _ := failed(run); len(got) > 0 {
			t.Errorf("%s: accused of %v", page, got)
		}
	}
}
