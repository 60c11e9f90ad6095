package service_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/stubs/service"
)

func mustProfile() *interops.Profile { return candidate.DefaultProfile("current") }

// clean checks that a page of refusal is one, and shows nothing of a token nor of the machinery (P17).
func clean(t *testing.T, p page) {
	t.Helper()
	if !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") || !strings.Contains(p.body, "<h1>") || p.header.Get("Cache-Control") != "no-store" {
		t.Errorf("no page of refusal: %v %s", p.header, p.body)
	}
	for _, leak := range []string{"Assertion", "SignatureValue", "goroutine", ".go:", "NameID", "agent-z", "PHNhbWw", "urn:"} {
		if strings.Contains(p.body, leak) {
			t.Errorf("the page shows %q: %s", leak, p.body)
		}
	}
}

// P01 to P05: what comes another way than agreed opens nothing.
func TestTransport(t *testing.T) {
	r := newRig(t, nil)
	encoded := func(k token) string { return sso.Encode(r.build(k)) }
	cases := map[string]struct {
		change func(*request, string)
		status int
		rule   string
	}{
		"get": {func(q *request, v string) {
			q.method, q.form = "GET", nil
			q.target += "?SAMLResponse=" + url.QueryEscape(v)
		}, 405, "response-method-other"},
		"base64":        {func(q *request, v string) { q.form.Set("SAMLResponse", "%%%"+v) }, 400, "response-base64-invalid"},
		"twice":         {func(q *request, v string) { q.form.Add("SAMLResponse", v) }, 400, "response-parameter-repeated"},
		"1 MB":          {func(q *request, v string) { q.form.Set("ballast", strings.Repeat("A", 1<<20)) }, 413, "response-oversized"},
		"nothing":       {func(q *request, v string) { q.form = url.Values{} }, 400, "response-parameter-absent"},
		"external":      {relay("https://ailleurs.test/app/"), 403, "relaystate-other"},
		"protocol":      {relay("//ailleurs.test/app/"), 403, "relaystate-other"},
		"backslash":     {relay(`/\ailleurs.test/app/`), 403, "relaystate-other"},
		"tab":           {relay("/\t/ailleurs.test/app/"), 403, "relaystate-other"},
		"script":        {relay("javascript:alert(1)"), 403, "relaystate-script"},
		"long":          {relay("/app/" + strings.Repeat("x", 80)), 403, "relaystate-too-long"},
		"logout":        {relay("/session/logout"), 403, "relaystate-other"},
		"dots":          {relay("/app/../session/logout"), 403, "relaystate-other"},
		"user in front": {relay("https://127.0.0.1@ailleurs.test/app/"), 403, "relaystate-other"},
		"header":        {func(q *request, v string) { q.form = url.Values{}; q.header.Set("X-Interops-Response", v) }, 400, "response-parameter-absent"},
	}
	for name, c := range cases {
		k := r.token("t-" + strings.ReplaceAll(name, " ", "-"))
		q := r.entry(k, "")
		c.change(&q, encoded(k))
		got := r.play(q)
		x := r.seen.All()[len(r.seen.All())-1]
		if got.status != c.status || got.session() != nil || len(x.Judged.Findings) == 0 || x.Judged.Findings[0].Rule != c.rule {
			t.Errorf("%s: %d, %v", name, got.status, x.Judged.Findings)
		}
		clean(t, got)
		if trace, ok := r.trace(k.name); !ok || trace.Decision != interops.Rejected {
			t.Errorf("%s: no trace", name)
		}
	}
	for _, sound := range []string{"", "/app/", "/app/dossiers", "/app/dossiers?a=b", r.service.Target("", "dossiers")} {
		k := r.token("bon" + strings.Map(func(c rune) rune {
			if c == '/' || c == '?' || c == '=' || c == ':' {
				return '-'
			}
			return c
		}, sound))
		if got := r.enter(k, sound); got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/app/") {
			t.Errorf("%q: %d %s", sound, got.status, got.header.Get("Location"))
		}
	}
}

func relay(to string) func(*request, string) {
	return func(q *request, _ string) { q.form.Set("RelayState", to) }
}

// X06: what cannot be traced opens no session; a refusal is sound without a trace.
func TestTraceStoreDown(t *testing.T) {
	r := newRig(t, nil)
	r.traces.Break(true)
	if got := r.enter(r.token("sans-trace"), ""); got.status != http.StatusServiceUnavailable || got.session() != nil {
		t.Errorf("%d %v", got.status, got.cookies)
	}
	bad := r.token("mauvais")
	bad.vi.Audiences = nil
	if got := r.enter(bad, ""); got.status != http.StatusForbidden {
		t.Errorf("a refusal without trace: %d", got.status)
	}
	r.traces.Break(false)
	if got := r.enter(r.token("de-nouveau"), ""); got.status != http.StatusSeeOther {
		t.Errorf("once mended: %d", got.status)
	}
}

// T06-N2, A15: what a partner says of identities goes nowhere.
func TestSpoofedHeaders(t *testing.T) {
	r := newRig(t, nil)
	k := r.enter(r.token("en-tetes"), "").session()
	got := r.play(request{
		method: "GET", target: r.service.Target("", "dossiers") + "?marqueur=s1", cookies: []*http.Cookie{k, {Name: "metier", Value: "1"}},
		header: http.Header{"X-Interops-User": {"autre"}, "X-Interops-Pagm": {"PAGM_GESTION"}, "X-Forwarded-User": {"autre"}, "X-Metier": {"1"}},
	})
	call := r.backend.call("s1")
	if got.status != http.StatusOK || r.backend.user("s1") != "agent-zéphyr" || call.Header.Get("X-Interops-Pagm") != "PAGM_CONSULTATION" ||
		call.Header.Get("X-Forwarded-User") != "" || call.Header.Get("X-Metier") != "1" || call.Header.Get("Cookie") != "metier=1" {
		t.Errorf("%d %v", got.status, call.Header)
	}
	direct := r.play(request{method: "GET", target: r.service.Target("", "dossiers") + "?marqueur=s2", header: http.Header{"X-Interops-User": {"autre"}}})
	if direct.status != http.StatusForbidden || r.backend.call("s2") != nil {
		t.Errorf("headers in place of a session: %d", direct.status)
	}
}

func TestLogout(t *testing.T) {
	r := newRig(t, nil)
	k, other := r.enter(r.token("sortie"), "").session(), r.enter(r.token("reste").of("agent-b"), "").session()
	stranger := r.play(request{method: "GET", target: r.service.Logout(""), cookies: []*http.Cookie{k}, peer: "organisme-tiers/tls"})
	if stranger.status != http.StatusOK || !r.works("l0", k) {
		t.Error("another partner closes the session")
	}
	out := r.play(request{method: "GET", target: r.service.Logout(""), cookies: []*http.Cookie{k}})
	if out.status != http.StatusOK || len(out.cookies) != 1 || out.cookies[0].MaxAge != -1 || r.works("l1", k) || !r.works("l2", other) {
		t.Errorf("%d %v", out.status, out.cookies)
	}
}

// L08: neither the log nor a page shows a VI.
func TestLogHoldsNoVI(t *testing.T) {
	var log benchtest.Log
	r := newRig(t, nil, func(c *service.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	k := r.enter(r.token("journal"), "").session()
	r.works("j", k)
	for _, f := range faults(t, r.world) {
		r.play(f.last(r))
	}
	got := log.String()
	if !strings.Contains(got, "journal") || strings.Contains(got, "SignatureValue") || strings.Contains(got, k.Value) || strings.Contains(got, "PHN") {
		t.Error("the log says nothing of the visit, or too much")
	}
}

func TestApplicationFailures(t *testing.T) {
	r := newRig(t, nil, func(c *service.Config) { c.Backend = "http://127.0.0.1:1" })
	k := r.enter(r.token("absente"), "").session()
	got := r.get("dossiers", "a1", k)
	if got.status != http.StatusServiceUnavailable || strings.Contains(got.body, "127.0.0.1") {
		t.Errorf("%d %s", got.status, got.body)
	}
	alone := newRig(t, nil, func(c *service.Config) { c.Backend = "" })
	k = alone.enter(alone.token("seul").of("<b>agent</b>"), "").session()
	got = alone.get("dossiers", "<i>marque</i>", k)
	if got.status != http.StatusOK || !strings.Contains(got.body, "&lt;b&gt;agent") || strings.Contains(got.body, "<i>") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestStartRefuses(t *testing.T) {
	r := newRig(t, nil)
	for name, change := range map[string]func(*service.Config){
		"not in convention":    func(c *service.Config) { c.Organism = "inconnu" },
		"no project of mode P": func(c *service.Config) { c.Organism = "organisme-sans-projet" },
		"find credential":      func(c *service.Config) { c.Credential = "inconnu/tls" },
		"backend address":      func(c *service.Config) { c.Backend = "localhost" },
		"in use":               func(c *service.Config) { c.Listen = r.service.Addr() },
		"find role":            func(c *service.Config) { c.Role = "client" },
		"find flaw":            func(c *service.Config) { c.Flaws = []string{"skips-audiance"} },
		"memory of VIs":        func(c *service.Config) { c.Memory = "/dev/null/x" },
	} {
		c := service.Config{Bench: r.bench, Organism: providerName, Traces: r.traces}
		change(&c)
		s, err := service.Start(c)
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// over a real link: mutual TLS for proxies, none for browsers (T01, §7).
func TestLinks(t *testing.T) {
	for transport, c := range map[string]struct {
		peer string
		ok   bool
	}{
		"proxy-post": {clientName + "/tls", true}, "header": {"", false}, "browser-post": {"", true},
	} {
		r := newRig(t, nil, over(transport), func(c *service.Config) { c.Origin = "" })
		link := r.Link(t, c.peer)
		k := r.entry(r.token("lien"), "")
		res, err := link.PostForm(k.target, k.form)
		if (err == nil) != c.ok || err == nil && res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %v %v", transport, err, res)
		}
		if err == nil {
			_ = res.Body.Close()
		}
		x := r.seen.Await(1)[0]
		if c.ok && (x.ConnID == "" || x.TLS == nil || x.Read == 0 || x.Ours.Name != providerName+"/tls") || !c.ok && x.Err == nil {
			t.Errorf("%s: observed %+v", transport, x)
		}
	}
}
