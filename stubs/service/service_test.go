package service_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/sso"
)

// P01, P02, P06, P10, P16, X02: an honest Response opens a session, which serves pages and leaves a complete trace.
func TestHonestVisit(t *testing.T) {
	for _, transport := range []string{"proxy-post", "browser-post"} {
		t.Run(transport, func(t *testing.T) {
			r := newRig(t, nil, over(transport))
			in := r.enter(r.token("bonjour"), "/app/dossiers?marqueur=m1")
			if in.status != http.StatusSeeOther || in.header.Get("Location") != "/app/dossiers?marqueur=m1" {
				t.Fatalf("%d %v %s", in.status, in.header, in.body)
			}
			k := in.session()
			if k == nil || !k.Secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || len(k.Value) < 32 {
				t.Fatalf("cookie %v", in.cookies)
			}
			out := r.get("dossiers", "m1", k)
			if out.status != http.StatusOK || out.header.Get("Cache-Control") != "no-store" || out.header.Get("Etag") != "" ||
				!strings.Contains(out.body, "page pour") {
				t.Errorf("%d %v %s", out.status, out.header, out.body)
			}
			if got := r.backend.user("m1"); got != "agent-zéphyr" {
				t.Errorf("user %q", got)
			}
			call := r.backend.call("m1")
			if call.URL.Path != "/app/dossiers" || call.Header.Get("X-Interops-Pagm") != "PAGM_CONSULTATION" ||
				strings.Contains(call.Header.Get("Cookie"), k.Value) || call.Header.Get("X-Interops-Issuer") == "" {
				t.Errorf("the application gets %v %v", call.URL, call.Header)
			}
			if out.header.Get("Date") != r.Now.Format(http.TimeFormat) {
				t.Errorf("Date %q does not follow the protocol clock", out.header.Get("Date"))
			}
			checkTrace(t, r, "bonjour")
			x := r.seen.All()[0]
			if !x.Carried || x.Decision != interops.Accepted || x.User != "agent-zéphyr" || len(x.Judged.Findings) > 0 || x.Service != home {
				t.Errorf("observed %+v", x)
			}
		})
	}
}

// checkTrace checks that every field of the record is there (X03).
func checkTrace(t *testing.T, r *rig, request string) {
	t.Helper()
	got, ok := r.trace(request)
	if !ok {
		t.Fatal("no trace")
	}
	fields := map[string]*string{
		"project": got.Project, "convention": got.Convention, "viId": got.VIID, "issuer": got.Issuer, "audience": got.Audience,
		"nameId": got.NameID, "nameIdFormat": got.NameIDFormat, "authnContext": got.AuthnContext, "authnInstant": got.AuthnInstant,
		"notBefore": got.NotBefore, "notOnOrAfter": got.NotOnOrAfter, "recipient": got.Recipient,
	}
	for name, value := range fields {
		if value == nil || *value == "" {
			t.Errorf("trace without %s", name)
		}
	}
	if got.Role != "fournisseur" || got.Mode != interops.ModeP || *got.Project != home || got.Decision != interops.Accepted ||
		!got.Verified || got.SignerCertificate == nil || got.EventID == "" || got.Timestamp != r.Now.Format(interops.InstantLayout) {
		t.Errorf("trace %+v", got)
	}
}

// §7: in the transport "header" a Response comes with a page, at each page or at the first.
func TestHeaderTransport(t *testing.T) {
	r := newRig(t, nil, over("header"))
	page := func(k token, name, marker string, cookies ...*http.Cookie) page {
		return r.play(request{
			method: http.MethodGet, target: r.service.Target("", "dossiers") + "?marqueur=" + marker, cookies: cookies,
			header: http.Header{name: {sso.Encode(r.build(k))}, "X-Request-Id": {k.name}},
		})
	}
	in := page(r.token("en-tete"), "X-Interops-Response", "h1")
	if in.status != http.StatusOK || in.session() == nil || r.backend.user("h1") != "agent-zéphyr" {
		t.Fatalf("%d %s", in.status, in.body)
	}
	if r.backend.call("h1").Header.Get("X-Interops-Response") != "" {
		t.Error("the application gets the Response")
	}
	checkTrace(t, r, "en-tete")
	if !r.works("h2", in.session()) {
		t.Error("the cookie alone serves no page")
	}
	if again := page(r.token("en-tete"), "X-Interops-Response", "h3"); again.status != http.StatusForbidden || r.backend.call("h3") != nil {
		t.Errorf("the same Response once more: %d", again.status)
	}
	other := page(r.token("en-tete-2").of("agent-b"), "X-Interops-Response", "h4", in.session())
	if r.backend.user("h4") != "agent-b" || other.session() == nil || r.works("h5", in.session()) {
		t.Errorf("another person: %d, %s", other.status, r.backend.user("h4"))
	}
	if posted := r.enter(r.token("poste"), ""); posted.status < 400 || posted.session() != nil {
		t.Errorf("a Response by POST: %d", posted.status)
	}
}

// P07: nothing is served without a session, with a false one, or with that of another partner.
func TestNoAccessWithoutSession(t *testing.T) {
	r := newRig(t, nil)
	k := r.enter(r.token("acces"), "").session()
	for name, q := range map[string]request{
		"direct":         {},
		"forged":         {cookies: []*http.Cookie{{Name: "session", Value: "AAAA"}}},
		"empty":          {cookies: []*http.Cookie{{Name: "session", Value: ""}}},
		"other identity": {cookies: []*http.Cookie{k}, peer: clientName + "/tls-2"},
		"other organism": {cookies: []*http.Cookie{k}, peer: "organisme-tiers/tls"},
	} {
		q.method, q.target = http.MethodGet, r.service.Target("", "dossiers")+"?marqueur="+url.QueryEscape(name)
		if got := r.play(q); got.status != http.StatusForbidden || r.backend.call(name) != nil {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if got := r.play(request{method: http.MethodGet, target: r.service.Target("extranet-annexe", "dossiers") + "?marqueur=annexe", cookies: []*http.Cookie{k}}); got.status != http.StatusForbidden {
		t.Errorf("session of another service: %d", got.status)
	}
	if !r.works("encore", k) {
		t.Error("the session does not live on")
	}
}

// P08: a session ends with its VI's word, when idle, and after a working day.
func TestSessionEnds(t *testing.T) {
	type step struct {
		after time.Duration
		alive bool
	}
	for name, c := range map[string]struct {
		end   time.Duration // SessionNotOnOrAfter
		steps []step
	}{
		"idle":      {0, []step{{29 * time.Minute, true}, {29 * time.Minute, true}, {30 * time.Minute, false}, {-time.Minute, false}}},
		"the VI's":  {10 * time.Minute, []step{{9 * time.Minute, true}, {time.Minute, false}}},
		"long VI's": {24 * time.Hour, []step{{30 * time.Minute, false}}},
	} {
		r := newRig(t, nil)
		k := r.token("fin")
		if c.end > 0 {
			k.vi.SessionNotOnOrAfter = r.Now.Add(c.end)
		}
		cookie := r.enter(k, "").session()
		for i, s := range c.steps {
			r.bench.Clock.Advance(s.after)
			if r.works(name+string(rune('0'+i)), cookie) != s.alive {
				t.Errorf("%s, step %d: alive %v", name, i, !s.alive)
			}
		}
	}
	r := newRig(t, nil)
	cookie := r.enter(r.token("journee"), "").session()
	for i := range 24 {
		r.bench.Clock.Advance(20 * time.Minute)
		if alive := r.works("j"+string(rune('a'+i)), cookie); alive != (i < 23) {
			t.Errorf("after %d × 20 min: alive %v", i+1, alive)
		}
	}
}

// P09: profiles open resources and verbs, and no detour leads around them.
func TestProfilesLimitResources(t *testing.T) {
	r := newRig(t, nil)
	reader := r.enter(r.token("lecteur"), "").session()
	manager := r.enter(r.token("gestionnaire").of("agent-g", "PAGM_GESTION"), "").session()
	both := r.enter(r.token("double").of("agent-d", "PAGM_GESTION", "PAGM_CONSULTATION"), "").session()
	for _, c := range []struct {
		cookie       *http.Cookie
		method, path string
		status       int
	}{
		{reader, "GET", "dossiers", 200}, {reader, "HEAD", "dossiers", 200}, {reader, "GET", "dossiers/42", 200},
		{reader, "POST", "dossiers", 403}, {reader, "DELETE", "dossiers", 403}, {reader, "GET", "gestion", 403},
		{reader, "GET", "Dossiers", 403}, {reader, "GET", "", 200}, {reader, "POST", "", 403},
		{reader, "GET", "dossiers/../gestion", 404}, {reader, "GET", "dossiers/%2e%2e/gestion", 404},
		{reader, "GET", "dossiers%2f..%2fgestion", 404}, {reader, "GET", "dossiers/./x", 404}, {reader, "GET", "dossiers;/../gestion", 404},
		{reader, "GET", "dossiers//gestion", 404}, {reader, "GET", "dossiers/%252e%252e/gestion", 404}, {reader, "GET", `dossiers\..\gestion`, 404},
		{manager, "GET", "gestion", 200}, {manager, "POST", "gestion", 200}, {manager, "PUT", "gestion", 403}, {manager, "GET", "dossiers", 403},
		{both, "GET", "dossiers", 200}, {both, "POST", "gestion", 200},
	} {
		m := strings.ToLower(c.method) + c.path
		got := r.play(request{
			method: c.method, target: r.service.Target("", c.path) + "?marqueur=" + url.QueryEscape(m), cookies: []*http.Cookie{c.cookie},
			header: http.Header{"X-Http-Method-Override": {"POST"}}, raw: "corps",
		})
		if got.status != c.status || (r.backend.call(m) != nil) != (c.status == 200) {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, got.status, c.status)
		}
		if call := r.backend.call(m); call != nil && (call.Method != c.method || call.Header.Get("X-Http-Method-Override") != "") {
			t.Errorf("%s %s becomes %s", c.method, c.path, call.Method)
		}
		r.backend.mu.Lock()
		delete(r.backend.calls, m)
		r.backend.mu.Unlock()
	}
}

// P10, P06: a second VI replaces identity and rights, under a new identifier; the old session is over.
func TestSecondIdentity(t *testing.T) {
	r := newRig(t, nil)
	first := r.enter(r.token("premier"), "").session()
	second := r.enter(r.token("second").of("agent-b", "PAGM_GESTION"), "", first).session()
	if second == nil || second.Value == first.Value {
		t.Fatal("the identifier is kept")
	}
	if got := r.get("gestion", "g1", second); got.status != http.StatusOK || r.backend.user("g1") != "agent-b" {
		t.Errorf("%d %s", got.status, r.backend.user("g1"))
	}
	if got := r.get("dossiers", "g2", second); got.status != http.StatusForbidden {
		t.Errorf("rights of the first remain: %d", got.status)
	}
	if r.works("g3", first) {
		t.Error("the first session lives on")
	}
	fixed := &http.Cookie{Name: "session", Value: "choisi-par-un-autre"}
	if got := r.enter(r.token("fixe"), "", fixed).session(); got == nil || got.Value == fixed.Value || r.works("g4", fixed) {
		t.Error("an identifier that came in is kept")
	}
}

// P11: a Response posted in a browser that holds the session of somebody else asks first.
func TestLoginIsConfirmed(t *testing.T) {
	r := newRig(t, nil, over("browser-post"))
	in := r.enter(r.token("victime"), "")
	victim := in.session()
	var crossSite []*http.Cookie // what a browser sends along when another site posts: no SameSite=Lax
	for _, k := range in.cookies {
		if k.SameSite == http.SameSiteNoneMode {
			crossSite = append(crossSite, k)
		}
	}
	for name, cookies := range map[string][]*http.Cookie{"with-session": {victim}, "cross-site": crossSite} {
		asked := r.enter(r.token("attaque-"+name).of("attaquant"), "/app/dossiers", cookies...)
		if asked.status != http.StatusOK || asked.session() != nil || !strings.Contains(asked.body, "attaquant") || !strings.Contains(asked.body, "agent-zéphyr") {
			t.Fatalf("%s: %d %s", name, asked.status, asked.body)
		}
		if asked.header.Get("X-Frame-Options") != "DENY" {
			t.Error("the question can be framed")
		}
		if !r.works(name, victim) || r.backend.user(name) != "agent-zéphyr" {
			t.Errorf("%s: the victim's session is %s's", name, r.backend.user(name))
		}
	}
	if got := r.enter(r.token("soi-meme"), "", victim); got.status != http.StatusSeeOther {
		t.Errorf("the same person is asked: %d", got.status)
	}
}

func TestConfirmation(t *testing.T) {
	r := newRig(t, nil, over("browser-post"))
	open := func(name, user string) *http.Cookie { return r.enter(r.token(name).of(user), "").session() }
	ask := func(name string, held *http.Cookie) url.Values {
		body := r.enter(r.token(name).of("agent-b", "PAGM_GESTION"), "/app/gestion", held).body
		_, rest, _ := strings.Cut(body, `name="confirmation" value="`)
		secret, _, _ := strings.Cut(rest, `"`)
		return url.Values{"confirmation": {secret}}
	}
	answer := func(form url.Values, held *http.Cookie, change func(*request)) page {
		q := request{method: http.MethodPost, target: r.service.ACS("") + "/confirmation", form: form, header: http.Header{}}
		if held != nil {
			q.cookies = []*http.Cookie{held}
		}
		if change != nil {
			change(&q)
		}
		return r.play(q)
	}
	held := open("a", "agent-a")
	form := ask("b", held)
	got := answer(form, held, nil)
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/app/gestion" || r.works("c1", held) {
		t.Fatalf("confirmed: %d %s", got.status, got.body)
	}
	if r.get("gestion", "c2", got.session()); r.backend.user("c2") != "agent-b" {
		t.Errorf("user %s", r.backend.user("c2"))
	}
	if again := answer(form, held, nil); again.status != http.StatusForbidden {
		t.Errorf("confirmed twice: %d", again.status)
	}
	held = open("d", "agent-a")
	for name, c := range map[string]struct {
		held   *http.Cookie
		change func(*request)
	}{
		"no session":     {nil, nil},
		"other browser":  {open("e", "agent-e"), nil},
		"other site":     {held, func(q *request) { q.header.Set("Origin", "https://ailleurs.test") }},
		"cross-site":     {held, func(q *request) { q.header.Set("Sec-Fetch-Site", "cross-site") }},
		"unknown secret": {held, func(q *request) { q.form = url.Values{"confirmation": {"x"}} }},
		"too late":       {held, func(*request) { r.bench.Clock.Advance(5 * time.Minute) }},
	} {
		form := ask("f-"+strings.ReplaceAll(name, " ", "-"), held)
		if got := answer(form, c.held, c.change); got.status != http.StatusForbidden || got.session() != nil {
			t.Errorf("%s: %d", name, got.status)
		}
		r.bench.Clock.Freeze(r.Now)
		if !r.works("g"+name[:2], held) {
			t.Errorf("%s: the session that was there is over", name)
		}
	}
}

// L06: a VI serves once, on every node and after a restart.
func TestSingleUse(t *testing.T) {
	shared := t.TempDir()
	for name, memory := range map[string]string{"folder": shared, "process": ""} {
		r := newRig(t, nil)
		r.config.Memory = memory
		node := r.start(r.config)
		k := r.token("unique-" + name)
		q := r.entry(k, "")
		if got := r.playAt(node, q); got.status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", name, got.status, got.body)
		}
		if got := r.playAt(node, q); got.status != http.StatusForbidden || got.session() != nil {
			t.Errorf("%s, twice: %d", name, got.status)
		}
		node.Restart()
		if got := r.playAt(node, q); got.status != http.StatusForbidden {
			t.Errorf("%s, after a restart: %d", name, got.status)
		}
		if memory == "" {
			continue
		}
		second := r.start(r.config)
		if got := r.playAt(second, q); got.status != http.StatusForbidden {
			t.Errorf("%s, on a second node: %d", name, got.status)
		}
		last := r.records()[len(r.records())-1]
		if last.Decision != interops.Rejected || last.Verified {
			t.Errorf("trace %+v", last)
		}
	}
}
