package idp_test

import (
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// kept reads every file of a run.
func kept(t *testing.T, out string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		all.Write(raw)
		return err
	})
	if err != nil || all.Len() == 0 {
		t.Fatalf("%d bytes, %v", all.Len(), err)
	}
	return all.String()
}

var signed = regexp.MustCompile(`eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}`)

// A token that comes back by the browser is in no record whole, nor are the codes.
func TestWayIsKeptWithoutTokens(t *testing.T) {
	out := filepath.Join(t.TempDir(), "run")
	run := rig{flaws: []string{"puts-token-in-address"}, selector: []string{"FI-15", "EXI-FI-13"}, out: out}.judge(t)
	if len(sidetest.Failed(run)) == 0 {
		t.Error("no token came back by the browser")
		sidetest.Told(t, run)
	}
	all := kept(t, out)
	if found := signed.FindString(all); found != "" {
		t.Errorf("a token is kept: %s", found)
	}
	if codes := regexp.MustCompile(`[?&;]code=[^r&"\\ ]{8,}`).FindString(all); codes != "" {
		t.Errorf("a code is kept: %s", codes)
	}
}

// What a finding or a reason says of an answer holds no token, be the answer of the standard or not.
func TestWordsHoldNoToken(t *testing.T) {
	const secret = "jeton-qui-ouvre-0123456789-abcdefghij"
	for name, body := range map[string]string{
		"JSON": `{"token_type":"Bearer","access_token":"` + secret + `"}`, "page": "access_token " + secret,
		"error": `{"error":"invalid_grant","error_description":"code ` + secret + ` unknown"}`,
	} {
		f := front{handle: at("/jeton", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })}
		run := rig{selector: []string{"FI-05", "FI-16"}, declare: f.before(t)}.judge(t)
		words := ""
		for _, c := range run.Cases {
			words += strings.Join(c.Why.Args, " ")
			for _, f := range c.Findings {
				words += f.Got
			}
		}
		if !strings.Contains(words, "HTTP 200") || strings.Contains(words, secret) {
			t.Errorf("%s: %s", name, words)
		}
	}
}

// Who sends a stranger to a login page, or tells that nothing is there, keeps the indicators closed.
func TestClosedIndicators(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"login page": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>Connexion</html>") },
		"elsewhere":  func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/connexion", http.StatusFound) },
		"nothing":    http.NotFound,
	} {
		f := front{handle: func(path string) http.Handler {
			if path == "/fermes" {
				return answer
			}
			return nil
		}}
		run := rig{selector: []string{"FI-51"}, declare: func(p *candidate.IdentityProvider) {
			f.before(t)(p)
			p.Indicators.URL = strings.SplitAfter(p.Issuer, ".1:")[0] + strings.SplitN(strings.SplitAfter(p.Issuer, ".1:")[1], "/", 2)[0] + "/fermes"
		}}.judge(t)
		if got := sidetest.CaseOf(t, run, "FI-51-N"); got.Verdict != verdict.Pass {
			t.Errorf("%s: %s %s %+v", name, got.Verdict, got.Reason, got.Findings)
		}
	}
}
