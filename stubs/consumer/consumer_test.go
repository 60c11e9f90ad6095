package consumer_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/rest"
	"etalon/stubs/consumer"
	"etalon/stubs/resource"
)

// forms are those of the token.
var forms = []string{rest.TokenSAML, rest.TokenJWT}

func TestCallLeavesWithAToken(t *testing.T) {
	for _, form := range forms {
		r := newRig(t, form, nil)
		for _, d := range []demand{
			{query: "page=2", user: r.login(1)},
			{method: http.MethodPost, user: r.login(2), body: `{"dossier":7}`, header: http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"req-7"}}},
			{method: http.MethodDelete, path: "/dossiers/7", user: r.login(3)},
		} {
			d.header = http.Header{"Content-Type": d.header["Content-Type"], "X-Request-Id": d.header["X-Request-Id"], "Authorization": {"Bearer a.b.c"}, "Cookie": {"a=b"}}
			o := r.call(d)
			if o.status != http.StatusOK || len(o.left) != 1 {
				t.Fatalf("%s %s: HTTP %d, %d calls: %s", form, d.method, o.status, len(o.left), o.body)
			}
			x := o.left[0]
			if j := emitted(x); len(j.Findings) > 0 || j.VI.NameID.Value != d.user.ID || !j.VI.AuthnInstant.Equal(d.user.AuthnInstant) || !j.Verified {
				t.Errorf("%s: %+v, %+v", form, j.VI, j.Findings)
			}
			method := d.method
			if method == "" {
				method = http.MethodGet
			}
			path := d.path
			if path == "" {
				path = "/dossiers"
			}
			if x.Method != method || !strings.HasPrefix(x.URL, "/api/api"+path) || strings.Contains(x.URL, "?") != (d.query != "") || string(x.Body) != d.body {
				t.Errorf("%s: %s %s %q", form, x.Method, x.URL, x.Body)
			}
			if x.Header.Get(emitter.IdentityHeader) != "" || x.Header.Get("Cookie") != "" || x.Header.Get("Content-Type") != strings.Join(d.header["Content-Type"], "") {
				t.Errorf("%s: headers %v", form, x.Header)
			}
			if wanted := strings.Join(d.header["X-Request-Id"], ""); wanted != "" && (x.RequestID != wanted || o.header.Get("X-Request-Id") != wanted) {
				t.Errorf("%s: request %q, answered %q", form, x.RequestID, o.header.Get("X-Request-Id"))
			}
		}
	}
}

func TestTokenInTheHeaderOfTheConvention(t *testing.T) {
	r := newRig(t, rest.TokenJWT, nil, func(c *consumer.Config, p *resource.Config) { c.Header, p.Header = "X-Interops-Vi", "X-Interops-Vi" })
	o := r.call(demand{user: r.login(1)})
	if len(o.left) != 1 || o.left[0].Header.Get("Authorization") != "" || strings.Contains(o.left[0].Header.Get("X-Interops-Vi"), " ") {
		t.Fatalf("%+v", o)
	}
	if j := emitted(o.left[0]); len(j.Findings) > 0 {
		t.Error(j.Findings)
	}
}

// TestTokenServesItsLoginAlone reuses a token for the same user and login, and for nothing else.
func TestTokenServesItsLoginAlone(t *testing.T) {
	r := newRig(t, rest.TokenSAML, nil)
	id := func(d demand) string {
		t.Helper()
		o := r.call(d)
		if len(o.left) != 1 {
			t.Fatalf("%d calls, HTTP %d", len(o.left), o.status)
		}
		return o.left[0].Judged.VI.ID
	}
	u := r.login(1)
	first := id(demand{user: u})
	if again := id(demand{user: u, path: "/gestion"}); again != first {
		t.Error("another token for the same login")
	}
	other := *u
	other.AuthnInstant = other.AuthnInstant.Add(time.Minute)
	rich := *u
	rich.PAGM = []string{right, "PAGM_GESTION"}
	seen := map[string]bool{first: true}
	for name, d := range map[string]demand{
		"user": {user: r.login(2)}, "login": {user: &other}, "rights": {user: &rich}, "service": {user: u, service: "api-annexe"},
	} {
		if got := id(d); seen[got] {
			t.Errorf("the same token for another %s", name)
		} else {
			seen[got] = true
		}
	}
	r.bench.Clock.Freeze(r.Now.Add(r.call(demand{user: u}).left[0].Judged.VI.NotOnOrAfter.Sub(r.Now) - time.Second))
	if got := id(demand{user: u}); seen[got] {
		t.Error("a token sent in its last second")
	}
	r.bench.Clock.Freeze(r.Now)
	r.gesture("restart", nil)
	if got := id(demand{user: u}); seen[got] {
		t.Error("a token outlives the restart")
	}
}

func TestWhatDoesNotLeave(t *testing.T) {
	r := newRig(t, rest.TokenSAML, nil)
	stranger, silent := r.login(1), r.login(2)
	stranger.ID, silent.AuthnInstant = "agent-sans-droit", time.Time{}
	token := r.call(demand{user: r.login(3)}).left[0].Judged.Token
	for name, c := range map[string]struct {
		demand
		status int
	}{
		"no user":            {demand{}, 401},
		"no login":           {demand{user: silent}, 401},
		"identity twice":     {demand{header: http.Header{emitter.IdentityHeader: {"{}", "{}"}}}, 401},
		"identity no JSON":   {demand{header: http.Header{emitter.IdentityHeader: {"agent"}}}, 401},
		"no right":           {demand{user: stranger}, 403},
		"ended project":      {demand{user: r.login(1), service: "api-termine"}, 404},
		"future project":     {demand{user: r.login(1), service: "api-futur"}, 404},
		"service of no one":  {demand{user: r.login(1), service: "api-inconnu"}, 404},
		"no such service":    {demand{user: r.login(1), service: "rien"}, 404},
		"a token of its own": {demand{user: r.login(1), query: rest.ParameterToken + "=" + strings.NewReplacer("+", "%2B").Replace(token)}, 400},
		"overlong":           {demand{user: r.login(1), method: http.MethodPost, body: strings.Repeat("a", 1<<20+1)}, 413},
	} {
		o := r.call(c.demand)
		var told rest.Refusal
		if err := json.Unmarshal(o.body, &told); err != nil || o.status != c.status || len(o.left) > 0 || told.Code == "" {
			t.Errorf("%s: HTTP %d, %d calls, %s", name, o.status, len(o.left), o.body)
		}
	}
}

// TestPartnersRefusalStaysHere tells the application nothing technical, and sends nothing again.
func TestPartnersRefusalStaysHere(t *testing.T) {
	for _, form := range forms {
		r := newRig(t, form, nil)
		u := r.login(1)
		before := r.call(demand{user: u}).left[0].Judged.VI.ID
		r.arm("answer-fault-invalid-vi")
		o := r.call(demand{user: u})
		if o.status != http.StatusBadGateway || len(o.left) != 1 || strings.Contains(string(o.body), "InvalidVI") {
			t.Errorf("%s: HTTP %d, %d calls, %s", form, o.status, len(o.left), o.body)
		}
		r.partner.Disarm()
		if o := r.call(demand{user: u}); len(o.left) != 1 || o.left[0].Judged.VI.ID == before {
			t.Errorf("%s: the refused token serves again", form)
		}
		if log := r.log.String(); strings.Contains(log, o.left[0].Judged.Token) || !strings.Contains(log, "InvalidVI") {
			t.Errorf("%s: log %s", form, log)
		}
		r.arm("answer-redirect")
		if o := r.call(demand{user: u}); o.status != http.StatusServiceUnavailable || len(o.left) != 1 {
			t.Errorf("%s, redirection: HTTP %d, %d calls", form, o.status, len(o.left))
		}
	}
}

// TestStrictPartnerServesWhatTheUserMay has an honest partner refuse a verb that the user's PAGM do not open.
func TestStrictPartnerServesWhatTheUserMay(t *testing.T) {
	for _, form := range forms {
		r := newRig(t, form, nil, func(_ *consumer.Config, p *resource.Config) {
			p.Flaws = nil
			p.Traces, _ = benchtest.TraceLog(t)
		})
		if o := r.call(demand{user: r.login(1)}); o.status != http.StatusOK || len(o.left) != 1 {
			t.Errorf("%s: HTTP %d %s", form, o.status, o.body)
		}
		o := r.call(demand{user: r.login(1), method: http.MethodPost, body: "{}"})
		if o.status != http.StatusForbidden || strings.Contains(string(o.body), "DroitsInsuffisants") {
			t.Errorf("%s: HTTP %d %s", form, o.status, o.body)
		}
	}
}

func TestGesturesOfTheGatewaysLife(t *testing.T) {
	r := newRig(t, rest.TokenJWT, nil)
	u := r.login(1)
	leaves := func(name string, u *interops.User, want int) {
		t.Helper()
		if o := r.call(demand{user: u}); (len(o.left) == 1) != (want == http.StatusOK) || o.status != want {
			t.Errorf("%s: HTTP %d, %d calls", name, o.status, len(o.left))
		}
	}
	for _, step := range []struct {
		gesture string
		user    *interops.User
		want    int
	}{
		{"withdraw-right", u, http.StatusForbidden}, {"grant-right", u, http.StatusOK},
		{"break-tokens", nil, http.StatusServiceUnavailable}, {"mend-tokens", nil, http.StatusOK},
		{"break-traces", nil, http.StatusServiceUnavailable}, {"mend-traces", nil, http.StatusOK},
		{"logout", u, http.StatusForbidden},
	} {
		if status := r.gesture(step.gesture, step.user); status != http.StatusNoContent {
			t.Errorf("%s: HTTP %d", step.gesture, status)
		}
		leaves(step.gesture, u, step.want)
	}
	leaves("a new login", r.login(1), http.StatusOK)
}

func TestStartRefuses(t *testing.T) {
	b := theWorld.World(t).Bench(t)
	for want, c := range map[string]consumer.Config{
		"organisme-inconnu": {Organism: "organisme-inconnu"},
		"form of token":     {Organism: clientName, Token: "jeton"},
		"want https":        {Organism: clientName, Resources: map[string]string{home: "http://localhost/"}},
		"no such name":      {Organism: clientName, Flaws: []string{"logs-tokens"}},
		"listen":            {Organism: clientName, Listen: "192.0.2.1:1"},
		"start consumer":    {Organism: clientName, Inquiries: "192.0.2.1:1"},
	} {
		c.Bench = b
		if g, err := consumer.Start(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v, %v", want, g, err)
		}
	}
}

func TestBehaviours(t *testing.T) {
	for _, b := range consumer.Behaviours() {
		r := newRig(t, rest.TokenSAML, []string{b.Name})
		o := r.call(demand{user: r.login(1)})
		sent := len(o.left) == 1 && o.left[0].Judged.Token == ""
		if sent != (b.Name == consumer.SendsWithoutToken) || len(b.Must)+len(b.May) > 0 || b.Title.FR == "" {
			t.Errorf("%s: HTTP %d, %d calls", b.Name, o.status, len(o.left))
		}
	}
}
