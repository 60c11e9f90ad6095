package idp_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// A session that ends early is no session that is too long: the four hours count from the last login that was made.
func TestFourHoursCountFromTheLastLogin(t *testing.T) {
	run := rig{flaws: []string{"ends-session-early"}, selector: []string{"FI-40"}}.judge(t)
	if got := sidetest.CaseOf(t, run, "FI-40-N2"); got.Verdict != verdict.Pass {
		t.Errorf("FI-40-N2: %s, %s %+v", got.Verdict, got.Reason, got.Findings)
	}
}

// A refusal proves nothing of a channel on which the good exchange is refused too.
func TestChannelsAreBracketed(t *testing.T) {
	for _, c := range []struct {
		name    string
		flaws   []string
		declare func(*candidate.IdentityProvider)
		cases   []string
	}{
		{"certificate", []string{"refuses-certificates"}, nil, []string{"FI-20-N1", "FI-20-N2", "FI-20-N3", "FI-21-N1", "FI-21-N2"}},
		{"key", nil, func(p *candidate.IdentityProvider) { p.KeyClient.ID = p.CertificateClient.ID }, []string{"FI-20-N4", "FI-20-N5", "FI-21-N3"}},
		{"second client", nil, func(p *candidate.IdentityProvider) { p.SecondClient.Secret = "un-autre" }, []string{"FI-08-N"}},
		{"secret in the body", []string{"refuses-secret-post"}, nil, []string{"FI-17-N2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run := rig{flaws: c.flaws, selector: []string{"FI-08", "FI-17", "FI-20", "FI-21"}, declare: c.declare}.judge(t)
			for _, short := range c.cases {
				if got := sidetest.CaseOf(t, run, short); got.Verdict != verdict.Inconclusive || got.Why.Key != verdict.ReasonControlRefusedBefore {
					t.Errorf("%s: %s, %s", short, got.Verdict, got.Reason)
				}
			}
		})
	}
}

// failing is a front that fails where a request has a text in its address or its body.
func failing(text string) front {
	return front{seizes: func(w http.ResponseWriter, r *http.Request, body string) bool {
		if !strings.Contains(r.URL.String()+" "+body, text) {
			return false
		}
		w.WriteHeader(http.StatusInternalServerError)
		return true
	}}
}

// hung is a front that ends the link where a client gives no secret.
var hung = front{seizes: func(w http.ResponseWriter, r *http.Request, _ string) bool {
	if !strings.HasSuffix(r.URL.Path, "/jeton") || r.Header.Get("Authorization") != "" {
		return false
	}
	panic(http.ErrAbortHandler)
}}

// answering is a front that sends the browser back with an error, where a request has a text.
func answering(text, code string) front {
	return front{seizes: func(w http.ResponseWriter, r *http.Request, _ string) bool {
		q := r.URL.Query()
		if !strings.HasSuffix(r.URL.Path, "/autorisation") || !strings.Contains(r.URL.RawQuery, text) {
			return false
		}
		http.Redirect(w, r, q.Get("redirect_uri")+"?error="+code+"&state="+q.Get("state"), http.StatusFound)
		return true
	}}
}

// A failure is no refusal: what came of the trial must show that the provider turned it down.
func TestFailuresAreNoRefusals(t *testing.T) {
	var attempts atomic.Int32
	both := func(fronts front, more func(*candidate.IdentityProvider)) func(testing.TB) func(*candidate.IdentityProvider) {
		return func(t testing.TB) func(*candidate.IdentityProvider) {
			before := fronts.before(t)
			return func(p *candidate.IdentityProvider) {
				before(p)
				if more != nil {
					more(p)
				}
			}
		}
	}
	misspelt := func(p *candidate.IdentityProvider) {
		for i := range p.Establishments {
			for j := range p.Establishments[i].Persons {
				if who := &p.Establishments[i].Persons[j]; who.TOTP != "" {
					who.Secret += "-faux"
				}
			}
		}
	}
	forgotten := func(p *candidate.IdentityProvider) {
		for i := range p.Establishments {
			for j := range p.Establishments[i].Persons {
				if who := &p.Establishments[i].Persons[j]; who.ID == "chloe.test-trois@hopital-un.test.invalid" {
					who.Secret += "-faux"
				}
			}
		}
	}
	// blindly turns a person down by one page, whatever is typed.
	blindly := front{seizes: func(w http.ResponseWriter, r *http.Request, body string) bool {
		if !strings.Contains(body, "chloe") {
			return false
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!DOCTYPE html><p>Non, pour la %de fois.", attempts.Add(1))
		return true
	}}
	for _, c := range []struct {
		name    string
		declare func(testing.TB) func(*candidate.IdentityProvider)
		want    verdict.Verdict
		cases   string
	}{
		{"weak means of a wrong password", both(front{}, forgotten), verdict.Inconclusive, "FI-26-N FI-36-N1"},
		{"weak means turned down by a page of its own", both(front{}, nil), verdict.Pass, "FI-26-N FI-36-N1"},
		{"weak means turned down, for what nobody knows", both(blindly, nil), verdict.Inconclusive, "FI-26-N FI-36-N1"},
		{"weak means", both(failing("chloe"), nil), verdict.Inconclusive, "FI-26-N FI-36-N1"},
		{"wrong password in the file", both(front{}, misspelt), verdict.Inconclusive, "FI-36-N3"},
		{"other establishment", both(failing("domain_hint="), nil), verdict.Inconclusive, "FI-32-N"},
		{"unlisted", both(failing("farid"), nil), verdict.Inconclusive, "FI-33-N"},
		{"strength", both(failing("acr_values="), nil), verdict.Inconclusive, "FI-39-N1 FI-39-N2"},
		{"strength refused", both(answering("acr_values=", "invalid_request"), nil), verdict.Pass, "FI-39-N1 FI-39-N2"},
		{"strength overloaded", both(answering("acr_values=", "temporarily_unavailable"), nil), verdict.Inconclusive, "FI-39-N1 FI-39-N2"},
		{"login again", both(failing("prompt=login"), nil), verdict.Inconclusive, "FI-37-P"},
		{"age", both(answering("max_age=", "invalid_request"), nil), verdict.Inconclusive, "FI-43-P FI-44-N"},
		{"age refused", both(answering("max_age=", "login_required"), nil), verdict.Pass, "FI-43-P FI-44-N"},
		{"link", both(hung, nil), verdict.Inconclusive, "FI-18-N"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var rows []string
			for short := range strings.FieldsSeq(c.cases) {
				rows = append(rows, short[:5])
			}
			run := rig{selector: rows, declare: c.declare(t)}.judge(t)
			for short := range strings.FieldsSeq(c.cases) {
				if got := sidetest.CaseOf(t, run, short); got.Verdict != c.want {
					t.Errorf("%s: %s, %s %+v", short, got.Verdict, got.Reason, got.Findings)
				}
			}
		})
	}
}

// once is a front that takes each code of the moment once (RFC 6238 §5.2): one that served is spoilt on its way.
func once() front {
	var mu sync.Mutex
	served := map[string]bool{}
	return front{alters: func(r *http.Request, body string) string {
		form, err := url.ParseQuery(body)
		code := form.Get("code")
		if err != nil || code == "" || !strings.HasSuffix(r.URL.Path, "/connexion") {
			return body
		}
		mu.Lock()
		defer mu.Unlock()
		if served[code] {
			form.Set("code", "x")
		}
		served[code] = true
		return form.Encode()
	}}
}

// A provider that takes a code once is accused of nothing: whoever was turned down for a code that had served waits for the next.
func TestCodesThatServeOnce(t *testing.T) {
	t.Parallel()
	before := once().before(t)
	run := rig{selector: []string{"FI-12"}, declare: func(p *candidate.IdentityProvider) {
		before(p)
		for i := range p.Means {
			p.Means[i].Strong = true
		}
		persons := p.Establishments[0].Persons
		p.Establishments[0].Persons = slices.DeleteFunc(persons, func(who candidate.IDPerson) bool { return who.TOTP == "" })
	}}.judge(t)
	for _, short := range []string{"FI-12-P1", "FI-12-P2"} {
		if got := sidetest.CaseOf(t, run, short); got.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", short, got.Verdict, got.Reason, got.Findings)
		}
	}
}

// A token in any address of the way is seen, not in the last alone.
func TestTokensOnTheWay(t *testing.T) {
	for _, suffix := range []string{"&access_token=jeton-de-passage", "#id_token=jeton-de-passage"} {
		detour := front{seizes: func(w http.ResponseWriter, r *http.Request, _ string) bool {
			if !strings.HasSuffix(r.URL.Path, "/autorisation") || r.URL.Query().Has("detour") {
				return false
			}
			http.Redirect(w, r, r.URL.String()+"&detour=1"+suffix, http.StatusFound)
			return true
		}}
		run := rig{selector: []string{"EXI-FI-13"}, declare: detour.before(t)}.judge(t)
		if got := sidetest.CaseOf(t, run, "EXI-FI-13-N2"); got.Verdict != verdict.Fail {
			t.Errorf("%s: %s, %s", suffix, got.Verdict, got.Reason)
		}
	}
}

// A request that came after the life of the session says nothing about it; one that came before does.
func TestLateRequestsAreNotJudged(t *testing.T) {
	forgets := front{seizes: func(_ http.ResponseWriter, r *http.Request, _ string) bool {
		if strings.HasSuffix(r.URL.Path, "/autorisation") {
			r.Header.Del("Cookie")
		}
		return false
	}}
	for late, want := range map[time.Duration]verdict.Verdict{0: verdict.Fail, 1500 * time.Millisecond: verdict.Inconclusive} {
		before := forgets.before(t)
		run := rig{selector: []string{"FI-41"}, waits: func(ctx context.Context, d time.Duration) error { return bench.Sleep(ctx, d+late) }, declare: func(p *candidate.IdentityProvider) {
			before(p)
			p.Clock, p.Session = nil, interops.Duration{Duration: 2 * time.Second}
		}}.judge(t)
		if got := sidetest.CaseOf(t, run, "FI-41-P~session-courte"); got.Verdict != want {
			t.Errorf("late by %s: %s, %s", late, got.Verdict, got.Reason)
		}
	}
}

// A command that tells the traces is run a few times a second while a trace is waited for, and not without rest.
func TestTracesAreLookedAtByAndBy(t *testing.T) {
	t.Parallel()
	count := filepath.Join(t.TempDir(), "runs")
	run := rig{selector: []string{"FI-54"}, declare: func(p *candidate.IdentityProvider) {
		p.Traces.File, p.Traces.HTTP, p.Traces.Command = "", "", []string{"sh", "-c", "echo >> " + count}
	}}.judge(t)
	if got := sidetest.CaseOf(t, run, "FI-54-P"); got.Verdict != verdict.Fail {
		t.Errorf("%s, %s", got.Verdict, got.Reason)
	}
	runs, err := os.ReadFile(count)
	if most := int(5 * time.Second / (60 * time.Millisecond)); err != nil || len(runs) == 0 || len(runs) > most+1 {
		t.Errorf("run %d times in 5 s, %v", len(runs), err)
	}
}

// The hour of a trace may be that of any zone; what was not read whole is not judged.
func TestTracesOfManyShapes(t *testing.T) {
	stamp := regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z`)
	moved := func(by time.Duration) func([]byte) []byte {
		return func(raw []byte) []byte {
			return stamp.ReplaceAllFunc(raw, func(text []byte) []byte {
				at, err := time.Parse(time.RFC3339Nano, string(text))
				if err != nil {
					t.Error(err)
				}
				return []byte(at.Add(by).Format("2006-01-02 15:04:05"))
			})
		}
	}
	for _, c := range []struct {
		name  string
		alter func([]byte) []byte
		want  verdict.Verdict
	}{
		{"as they are", bytes.Clone, verdict.Pass},
		{"an hour of Paris", moved(2 * time.Hour), verdict.Pass},
		{"an hour of Kathmandu", moved(5*time.Hour + 45*time.Minute), verdict.Pass},
		{"an hour of no zone", moved(2*time.Hour + 7*time.Minute), verdict.Fail},
		{"too many", func(raw []byte) []byte { return append(bytes.Repeat([]byte("\n"), 9<<20), raw...) }, verdict.Inconclusive},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run := rig{selector: []string{"FI-54"}, declare: func(p *candidate.IdentityProvider) {
				file, address := p.Traces.File, p.Traces.HTTP
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					raw, err := os.ReadFile(file)
					if address != "" {
						var answer *http.Response
						if answer, err = http.Get(address); err == nil {
							raw, err = io.ReadAll(answer.Body)
							_ = answer.Body.Close()
						}
					}
					if err != nil {
						t.Error(err)
					}
					_, _ = w.Write(c.alter(raw))
				}))
				t.Cleanup(s.Close)
				p.Traces.File, p.Traces.HTTP = "", s.URL
			}}.judge(t)
			if got := sidetest.CaseOf(t, run, "FI-54-P"); got.Verdict != c.want {
				t.Errorf("%s, %s %+v", got.Verdict, got.Reason, got.Findings)
			}
		})
	}
}
