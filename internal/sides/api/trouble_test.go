package api_test

import (
	"crypto/tls"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	stub "etalon/stubs/api"
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
		"token elsewhere":    {change(stub.PathToken, "/ailleurs"), verdict.ReasonMisdeclared, "roles.api-psc.token"},
		"resource elsewhere": {change(stub.PathResource, "/ailleurs"), verdict.ReasonMisdeclared, "roles.api-psc.resource"},
		"contains":           {change("dossier-0042", "introuvable"), verdict.ReasonMisdeclared, "roles.api-psc.contains"},
		"client of PSC":      {change(`"listen"`, `"client":{"id":"autre","secret":"x"},"listen"`), verdict.ReasonMisdeclared, "roles.api-psc.psc.client"},
		"scope":              {change("dossier.lecture", "autre"), verdict.ReasonRoleHonestRefused, "api-psc/-"},
	} {
		t.Run(name, func(t *testing.T) {
			run := rig{edit: c.edit}.judge(t)
			if len(run.Trouble) != 1 || run.Trouble[0].Reason.Key != c.key || run.Trouble[0].Reason.Args[0] != c.arg {
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

func TestNobodyThere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "candidate.yaml")
	text := `candidate: {name: A, vendor: V, version: "1"}
roles: {api-psc: {token: "https://127.0.0.1:1/token", resource: "https://127.0.0.1:1/r", scope: s, psc: {listen: auto}}}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run := rig{}.run(t, file)
	if len(run.Trouble) != 1 || run.Trouble[0].Reason.Key != verdict.ReasonUnreachable {
		t.Errorf("trouble %+v", run.Trouble)
	}
}

// declaredAPI starts an API whose tokens are JWT, and declares it with the least.
func declaredAPI(t *testing.T, change func(*candidate.PSCAPI)) string {
	t.Helper()
	s := sidetest.Of(t)
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	place := fmt.Sprintf("127.0.0.1:%d", port)
	b, err := bench.New(candidate.MSSConvention(), candidate.DefaultProfile("current"), s.Stand.Bench.PKI, bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	sample := candidate.SampleAPIClient()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: b.RootPool(), MinVersion: tls.VersionTLS12}, DisableKeepAlives: true}
	a := benchtest.Started(t, stub.Start, stub.Config{
		Bench: b, Name: candidate.APIOrganism, Provider: oidc.NewDiscovery("https://" + place), Client: sample.ID, Secret: sample.Secret,
		HTTP: &http.Client{Timeout: time.Second, Transport: transport}, Content: `{"dossier":1}`,
		Clients: []stub.Client{{ID: "p", Subject: candidate.VendorSubject, Scopes: []string{"s"}}},
	})
	declared := &candidate.PSCAPI{Token: a.URL(stub.PathToken), Resource: a.URL(stub.PathResource), Scope: "s", PSC: candidate.PSC{Listen: place}}
	if change != nil {
		change(declared)
	}
	file := filepath.Join(t.TempDir(), "candidate.yaml")
	if err := (candidate.StubCandidate{Name: "API", Version: "1", PSCAPI: declared}).Write(file); err != nil {
		t.Fatal(err)
	}
	return file
}

// An API with JWT, declared with the least, is judged by them and by the status of its answers.
func TestJWTDeclaredWithTheLeast(t *testing.T) {
	run := rig{}.run(t, declaredAPI(t, func(a *candidate.PSCAPI) {
		a.Client, a.SubjectType, a.Parameters = "p", candidate.SubjectJWT, map[string]string{"subject_issuer": "psc"}
	}))
	for _, c := range run.Cases {
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
	if len(run.Trouble) > 0 || len(run.Cases) != 25 {
		t.Errorf("%d cases, trouble %+v", len(run.Cases), run.Trouble)
	}
	if !slices.ContainsFunc(run.NotRun, func(n verdict.NotRun) bool { return strings.HasPrefix(n.Address, "api-psc/-/API-15-P") && n.Declared }) {
		t.Errorf("API-15 does not apply to a JWT: %+v", run.NotRun)
	}
}

// A form that is not declared as it is leaves the print unread, and accuses nobody.
func TestMisdeclaredFormAccusesNobody(t *testing.T) {
	run := rig{selector: []string{"API-09", "API-10"}, edit: func(file string) string {
		return strings.ReplaceAll(file, `"token_form":"opaque"`, `"token_form":"jwt"`)
	}}.judge(t)
	for _, c := range run.Cases {
		if c.Verdict != verdict.Inconclusive || c.Why.Key != verdict.ReasonMisdeclared || len(c.Findings) > 0 {
			t.Errorf("%s: %s %+v", c.Address, c.Verdict, c.Why)
		}
	}
	if len(run.Cases) != 2 {
		t.Errorf("%d cases", len(run.Cases))
	}
}

// The print of the published example is named as such wherever it is seen, and is no missing binding.
func TestExampleIsNamedAsSuch(t *testing.T) {
	run := rig{flaws: []string{"copies-the-example"}, selector: []string{"API-09", "API-10"}}.judge(t)
	for _, c := range run.Cases {
		want := map[string]verdict.Verdict{"API-09": verdict.Pass, "API-10": verdict.Fail}[c.Requirement]
		if c.Verdict != want || len(c.Findings) != 1 || c.Findings[0].Rule != "print-as-example" || len(c.Findings[0].Got) != 88 {
			t.Errorf("%s: %s %+v", c.Address, c.Verdict, c.Findings)
		}
	}
}

// No token of the candidate is in the record whole.
func TestTokensAreNotKept(t *testing.T) {
	out := filepath.Join(t.TempDir(), "run")
	rig{selector: []string{"API-11"}, out: out}.judge(t)
	read, answers := 0, 0
	err := filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		read++
		if strings.Contains(string(raw), "access_token") {
			answers++
		}
		if strings.Contains(string(raw), `"access_token":"api-`) || strings.Contains(string(raw), "Bearer api-") {
			t.Errorf("a token stands in %s", path)
		}
		return err
	})
	if err != nil || read < 5 || answers == 0 {
		t.Errorf("%d files, %d answers, %v", read, answers, err)
	}
}
