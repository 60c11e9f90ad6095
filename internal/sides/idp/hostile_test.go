package idp_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// front is a server before the mock provider, which passes everything on and alters what it is told to.
type front struct {
	document func(map[string]any)                                  // alters the discovery document
	handle   func(path string) http.Handler                        // takes requests over; nil passes them on
	answer   func(*http.Response)                                  // alters what passes
	sees     func(*http.Request)                                   // sees the requests, whose body it gives back
	alters   func(r *http.Request, body string) string             // alters the bodies of requests
	timeless bool                                                  // says no time
	seizes   func(http.ResponseWriter, *http.Request, string) bool // sees each request with its body; true when it answers
}

// before puts a front before the provider that a file declares.
func (f front) before(t testing.TB) func(*candidate.IdentityProvider) {
	return func(p *candidate.IdentityProvider) {
		t.Helper()
		behind, err := url.Parse(p.Issuer)
		if err != nil {
			t.Fatal(err)
		}
		behind.Path = ""
		credential, err := sidetest.Of(t).Stand.Bench.PKI.Credential(candidate.IdentityOrganism + "/tls")
		if err != nil {
			t.Fatal(err)
		}
		s := httptest.NewUnstartedServer(nil)
		s.TLS = &tls.Config{Certificates: []tls.Certificate{credential.TLS()}}
		s.StartTLS()
		t.Cleanup(s.Close)
		proxy := &httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) {
				r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = behind.Scheme, behind.Host, r.In.Host
			},
			Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: sidetest.Of(t).Stand.Bench.RootPool(), MinVersion: tls.VersionTLS12}, IdleConnTimeout: time.Second},
			ModifyResponse: func(r *http.Response) error {
				if strings.HasSuffix(r.Request.URL.Path, "openid-configuration") {
					f.rewrites(t, r, behind.String(), s.URL)
				}
				if f.answer != nil {
					f.answer(r)
				}
				return nil
			},
		}
		t.Cleanup(proxy.Transport.(*http.Transport).CloseIdleConnections)
		s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if f.handle != nil {
				if h := f.handle(r.URL.Path); h != nil {
					h.ServeHTTP(w, r)
					return
				}
			}
			if f.sees != nil {
				f.sees(r)
			}
			if f.seizes != nil {
				body, err := io.ReadAll(r.Body)
				if err != nil || f.seizes(w, r, string(body)) {
					return
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
			}
			if f.alters != nil {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					return
				}
				altered := f.alters(r, string(body))
				r.Body, r.ContentLength = io.NopCloser(strings.NewReader(altered)), int64(len(altered))
			}
			if f.timeless {
				w.Header()["Date"] = nil
			}
			proxy.ServeHTTP(w, r)
		})
		for i := range p.Establishments {
			p.Establishments[i].Discovery = strings.Replace(p.Establishments[i].Discovery, behind.String(), s.URL, 1)
		}
	}
}

// rewrites puts the front's address into the document, but for the issuer.
func (f front) rewrites(t testing.TB, r *http.Response, behind, front string) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	var said map[string]any
	if err := json.Unmarshal(bytes.ReplaceAll(raw, []byte(behind), []byte(front)), &said); err != nil {
		t.Error(err)
	}
	said["issuer"] = strings.Replace(said["issuer"].(string), front, behind, 1)
	if f.document != nil {
		f.document(said)
	}
	raw, err = json.Marshal(said)
	if err != nil {
		t.Error(err)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	r.Header.Set("Content-Length", strconv.Itoa(len(raw)))
}

// at takes over the requests whose path ends so.
func at(ending string, h http.HandlerFunc) func(string) http.Handler {
	return func(path string) http.Handler {
		if strings.HasSuffix(path, ending) {
			return h
		}
		return nil
	}
}

// megabytes writes that much.
func megabytes(w http.ResponseWriter, n int) {
	w.Header().Set("Content-Type", "application/json")
	block := bytes.Repeat([]byte(" "), 1<<20)
	for range n {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// A front that alters nothing changes nothing: what the others do is what is judged.
func TestFrontIsHonest(t *testing.T) {
	run := rig{selector: []string{"FI-01", "FI-03", "FI-05", "FI-23", "FI-47", "FI-48"}, declare: front{}.before(t)}.judge(t)
	if got := sidetest.Failed(run); len(got) > 0 || len(run.Cases) < 9 {
		t.Errorf("failed %v, %d cases", got, len(run.Cases))
		sidetest.Told(t, run)
	}
}

// What is hostile or out of measure is told as such: by a finding where it is the provider's doing, by the reason where
// nothing can be asked any more; and it ends in time.
func TestHostileProviders(t *testing.T) {
	selector := []string{"FI-01", "FI-03", "FI-05", "FI-12", "FI-47", "FI-48", "FI-53"}
	for _, c := range []struct {
		name  string
		front front
		fails string // case and rule
		why   string // of the case FI-12-P1, played or not
	}{
		{"discovery without end", front{handle: at("openid-configuration", func(w http.ResponseWriter, r *http.Request) {
			n, _ := strconv.Atoi(r.URL.Query().Get("n"))
			http.Redirect(w, r, fmt.Sprintf("%s?n=%d", r.URL.Path, n+1), http.StatusFound)
		})}, "FI-01-P1 id-document-redirects", verdict.ReasonIDUnusable},
		{"discovery of 3 MB", front{handle: at("openid-configuration", func(w http.ResponseWriter, _ *http.Request) { megabytes(w, 3) })}, "FI-01-P1 id-document-oversized", verdict.ReasonIDUnusable},
		{"discovery that is a page", front{handle: at("openid-configuration", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") })}, "FI-01-P1 id-document-malformed", verdict.ReasonIDUnusable},
		{"discovery that is gone", front{handle: at("openid-configuration", http.NotFound)}, "FI-01-P1 id-document-missing", verdict.ReasonIDUnusable},
		{"discovery that lies", front{document: func(d map[string]any) { d["userinfo_endpoint"] = d["userinfo_endpoint"].(string) + "/nulle-part" }}, "FI-01-P2 id-endpoint-missing", verdict.ReasonOK},
		{"discovery in clear", front{document: func(d map[string]any) {
			d["token_endpoint"] = strings.Replace(d["token_endpoint"].(string), "https", "http", 1)
		}}, "FI-01-P1 id-endpoint-insecure", verdict.ReasonIDUnusable},
		{"keys of 10 MB", front{handle: at("/cles", func(w http.ResponseWriter, _ *http.Request) { megabytes(w, 10) })}, "FI-03-P1 id-document-oversized", verdict.ReasonOK},
		{"secret keys", front{handle: at("/cles", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"keys":[{"kty":"EC","crv":"P-256","kid":"a","use":"sig","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}]}`)
		})}, "FI-03-P1 id-key-secret", verdict.ReasonOK},
		{"tokens of 1 MB", front{handle: at("/jeton", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"access_token":"a","token_type":"Bearer","id_token":"a.%s.c"}`, strings.Repeat("x", 900<<10))
		})}, "FI-05-P idtoken-oversized", verdict.ReasonIDNoToken},
		{"an answer without end", front{handle: at("/jeton", func(w http.ResponseWriter, _ *http.Request) { megabytes(w, 20) })}, "FI-05-P id-answer-oversized", verdict.ReasonIDNoToken},
		{"a login that goes round", front{handle: at("/autorisation", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) })}, "", verdict.ReasonRedirectLoop},
		{"a login without end", front{handle: at("/autorisation", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"?n="+r.URL.Query().Get("n")+"1", http.StatusFound)
		})}, "", verdict.ReasonTooManyRedirects},
		{"a login page of scripts", front{handle: at("/autorisation", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, `<html><div id="app"></div><script src="app.js"></script></html>`)
		})}, "", verdict.ReasonIDScripted},
		{"a login page of other fields", front{handle: at("/autorisation", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, `<html><form method="post"><input name="autre"><button>ok</button></form></html>`)
		})}, "", verdict.ReasonIDLost},
		{"a client that is refused", front{handle: at("/autorisation", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Query().Get("redirect_uri")+"?error=access_denied&state="+url.QueryEscape(r.URL.Query().Get("state")), http.StatusFound)
		})}, "FI-05-P id-flow-refused", verdict.ReasonIDRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run := rig{selector: selector, declare: c.front.before(t), patience: 5 * time.Second}.judge(t)
			if short, rule, some := strings.Cut(c.fails, " "); some {
				got := sidetest.CaseOf(t, run, short)
				if !slices.ContainsFunc(got.Findings, func(f verdict.Finding) bool { return f.Rule == rule }) {
					t.Errorf("%s: %s, %+v", short, got.Reason, got.Findings)
				}
			} else if got := sidetest.Failed(run); len(got) > 0 {
				t.Errorf("failed %v", got)
			}
			if got := whyOf(run, "FI-12-P1"); got != c.why {
				t.Errorf("FI-12-P1: %q, want %q", got, c.why)
			}
			if t.Failed() {
				sidetest.Told(t, run)
			}
		})
	}
}

// whyOf is the reason of a case, played or not.
func whyOf(run *verdict.Run, short string) string { return reasonOf(run, short).Key }

func reasonOf(run *verdict.Run, short string) verdict.Reason {
	for _, c := range run.Cases {
		if strings.HasSuffix(c.Address, "/"+short) {
			return c.Why
		}
	}
	for _, n := range run.NotRun {
		if strings.HasSuffix(n.Address, "/"+short) {
			return n.Why
		}
	}
	return verdict.Reason{}
}

// A provider whose clock is an hour ahead is told that it is, and accused of nothing else: what counts in seconds is judged
// by its own clock.
func TestClockThatIsOff(t *testing.T) {
	ahead := front{answer: func(r *http.Response) { r.Header.Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)) }}
	run := rig{selector: []string{"FI-02", "FI-05", "FI-23", "FI-24", "FI-37", "FI-47", "FI-48"}, declare: func(p *candidate.IdentityProvider) {
		set(t, p.Clock.HTTP, time.Now().Add(time.Hour))
		p.Clock = nil
		ahead.before(t)(p)
	}}.judge(t)
	if got := sidetest.Failed(run); !slices.Equal(got, []string{"FI-48"}) {
		t.Errorf("failed %v", got)
		sidetest.Told(t, run)
	}
	if got := sidetest.CaseOf(t, run, "FI-48-P2"); len(got.Findings) != 1 || got.Findings[0].Rule != "id-clock-off" {
		t.Errorf("FI-48-P2: %+v", got.Findings)
	}
	mute := rig{selector: []string{"FI-23"}, declare: front{timeless: true, answer: func(r *http.Response) { r.Header.Del("Date") }}.before(t)}.judge(t)
	if got := sidetest.CaseOf(t, mute, "FI-23-P1"); got.Verdict != verdict.Inconclusive || got.Why.Key != verdict.ReasonClockUnknown {
		t.Errorf("without Date: %s, %s", got.Verdict, got.Reason)
	}
}

// set tells the provider's clock an instant.
func set(t testing.TB, address string, instant time.Time) {
	t.Helper()
	answer, err := http.Post(address, "text/plain", strings.NewReader(instant.UTC().Format(time.RFC3339Nano)))
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode >= 300 {
		t.Fatalf("set clock: %s", answer.Status)
	}
}

// A page that asks for consent is agreed to, and the login goes through.
func TestConsentIsGiven(t *testing.T) {
	f := front{handle: func(path string) http.Handler {
		if !strings.HasSuffix(path, "/autorisation") {
			return nil
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && r.URL.Query().Get("accord") == "" {
				http.Error(w, "no", http.StatusForbidden)
				return
			}
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, `<form method="post" action="/consentement?%s"><input type="hidden" name="accord" value="1"><button>J'accepte</button></form>`, strings.ReplaceAll(r.URL.RawQuery, "&", "&amp;"))
		})
	}}
	consenting := f.handle
	f.handle = func(path string) http.Handler {
		if path == "/consentement" {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.PostFormValue("accord") != "1" {
					http.Error(w, "no", http.StatusForbidden)
					return
				}
				back := r.URL.Query().Get("redirect_uri") + "?error=server_error&state=" + url.QueryEscape(r.URL.Query().Get("state"))
				http.Redirect(w, r, back, http.StatusSeeOther)
			})
		}
		return consenting(path)
	}
	run := rig{selector: []string{"FI-05", "FI-12"}, declare: f.before(t)}.judge(t)
	if got := whyOf(run, "FI-12-P1"); got != verdict.ReasonIDRefused {
		t.Errorf("the way ended otherwise than by the callback: %q", got)
		sidetest.Told(t, run)
	}
}

// What a provider publishes is followed to no host of production, of the link or of the cloud: nothing is sent there, the reason
// names the host and what gave it, and nobody is accused.
func TestBarredAddressesAreNotFollowed(t *testing.T) {
	const link = "https://[fe80::1]/x"
	elsewhere := func(name string) front {
		return front{document: func(d map[string]any) { d[name] = link }}
	}
	sent := func(ending string) front {
		return front{handle: at(ending, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, link, http.StatusFound) })}
	}
	for _, c := range []struct {
		name, short, given string
		front              front
	}{
		{"authorization", "FI-12-P1", "authorization_endpoint", elsewhere("authorization_endpoint")},
		{"authorization, by TLS 1.0", "FI-04-N1", "authorization_endpoint", elsewhere("authorization_endpoint")},
		{"token", "FI-05-P", "token_endpoint", elsewhere("token_endpoint")},
		{"keys", "FI-03-P1", "jwks_uri", elsewhere("jwks_uri")},
		{"keys sent on", "FI-03-P1", "jwks_uri", sent("/cles")},
		{"identity", "FI-35-N1", "userinfo_endpoint", elsewhere("userinfo_endpoint")},
		{"announced", "FI-01-P2", "end_session_endpoint", elsewhere("end_session_endpoint")},
		{"login sent on", "FI-12-P1", "/autorisation", sent("/autorisation")},
		{"document sent on", "FI-12-P1", "openid-configuration", sent("openid-configuration")},
		{"logout", "FI-45-P", "end_session_endpoint", elsewhere("end_session_endpoint")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run := rig{selector: []string{"FI-01", "FI-03", "FI-04", "FI-05", "FI-12", "FI-35", "FI-45", "FI-47"}, declare: c.front.before(t), patience: 5 * time.Second}.judge(t)
			if got := sidetest.Failed(run); len(got) > 0 {
				t.Errorf("failed %v", got)
			}
			why := reasonOf(run, c.short)
			if why.Key != verdict.ReasonBarred || !strings.HasSuffix(why.Args[0], c.given) || why.Args[1] != "fe80::1" {
				t.Errorf("%s: %+v", c.short, why)
			}
			if t.Failed() {
				sidetest.Told(t, run)
			}
		})
	}
}
