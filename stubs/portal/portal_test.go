package portal_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/stubs/portal"
)

func TestAgentGoesOutToAPartner(t *testing.T) {
	for _, transport := range []string{sso.TransportProxyPost, sso.TransportHeader} {
		t.Run(transport, func(t *testing.T) {
			r := newRig(t, transport, nil)
			b := r.agent(1)
			p := b.get("/sortie/extranet?marqueur=m-1")
			carrying := responses(p.left)
			if p.status != http.StatusOK || p.body != "page de "+agent(1) || len(carrying) != 1 {
				t.Fatalf("%d %s, %d Responses", p.status, p.body, len(carrying))
			}
			x := carrying[0].Judged
			if len(x.Findings) > 0 || !x.Verified {
				t.Errorf("findings %v", x.Findings)
			}
			if fmt.Sprint(x.VI.PAGM) != "["+right+"]" || x.VI.AuthnContext != interops.ClassSmartcard || !x.VI.AuthnInstant.Equal(r.Now) {
				t.Errorf("VI %+v", x.VI)
			}
			if last := p.left[len(p.left)-1]; last.URL != "/extranet/app/?marqueur=m-1" {
				t.Errorf("page %s", last.URL)
			}
			var told []interops.Decision
			for _, record := range r.records() {
				told = append(told, record.Decision)
				if *record.VIID != x.VI.ID || record.RequestID != carrying[0].Header.Get("X-Request-Id") || record.Mode != interops.ModeP || record.Role != "client" {
					t.Errorf("record %+v", record)
				}
			}
			if fmt.Sprint(told) != "[created sent]" {
				t.Errorf("traces %v", told)
			}
			if p := b.get("/sortie/extranet?marqueur=m-2"); len(responses(p.left)) != 1 || responses(p.left)[0].Judged.VI.ID == x.VI.ID {
				t.Error("the VI serves twice")
			}
		})
	}
}

func TestBrowserCarriesTheResponse(t *testing.T) {
	r := newRig(t, sso.TransportBrowserPost, nil)
	b := r.agent(2)
	p := b.get("/sortie/extranet/dossiers?marqueur=m-1")
	form := fields(p.body)
	if p.status != http.StatusOK || len(p.left) > 0 || !strings.Contains(p.body, `action="`+r.receiver.url("/extranet/acs")+`"`) {
		t.Fatalf("%d %s", p.status, p.body)
	}
	if policy := p.header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'sha256-") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("policy %s", policy)
	}
	posted := b.ask(http.MethodPost, r.receiver.url("/extranet/acs"), form.Encode(), nil)
	carrying := responses(posted.left)
	if len(carrying) != 1 || len(carrying[0].Judged.Findings) > 0 || carrying[0].Judged.RelayState != r.receiver.url("/extranet/app/dossiers?marqueur=m-1") {
		t.Fatalf("%v", carrying)
	}
	if posted.body != "page de "+agent(2) {
		t.Errorf("page %s", posted.body)
	}
	if over := b.get("/logout"); over.url != r.receiver.url("/extranet/fin") {
		t.Errorf("logout ends at %s", over.url)
	}
	if again := b.get(r.receiver.url("/extranet/app/")); again.status != http.StatusForbidden {
		t.Errorf("after the logout: %d", again.status)
	}
}

// fields are the hidden fields of a form.
func fields(body string) url.Values {
	form := url.Values{}
	for _, part := range strings.Split(body, `<input type="hidden" name="`)[1:] {
		name, rest, _ := strings.Cut(part, `" value="`)
		value, _, _ := strings.Cut(rest, `"`)
		form.Set(name, strings.NewReplacer("&#43;", "+", "&amp;", "&").Replace(value))
	}
	return form
}

func TestPagesOfThePartner(t *testing.T) {
	r := newRig(t, sso.TransportProxyPost, nil)
	b := r.agent(3)
	first := b.get("/sortie/extranet/dossiers?a=1")
	if first.body != "page de "+agent(3) || len(responses(first.left)) != 1 || first.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", first.status, first.body)
	}
	second := b.ask(http.MethodPost, "/sortie/extranet/gestion", "nom=x", nil)
	if len(second.left) != 1 || second.left[0].Method != http.MethodPost || second.left[0].Body != "nom=x" || second.left[0].User != agent(3) {
		t.Errorf("form: %d %+v", second.status, second.left)
	}
	if got := second.left[0].Header.Get("Cookie"); !strings.Contains(got, "preference=vue") {
		t.Errorf("the partner's cookies are lost: %s", got)
	}
	if p := b.get("/sortie/extranet/ancienne"); p.url != r.portal.URL("/sortie/extranet/nouvelle?a=1") || p.status != 200 {
		t.Errorf("redirection: %d %s", p.status, p.url)
	}
	if p := b.get("/sortie/extranet/ailleurs"); p.status != http.StatusServiceUnavailable {
		t.Errorf("redirection elsewhere: %d %s", p.status, p.url)
	}
	for _, cookie := range b.Jar.Cookies(mustURL(t, r.portal.URL("/sortie/extranet/"))) {
		if cookie.Name != "portail" {
			t.Errorf("the browser holds %s", cookie.Name)
		}
	}
	r.bench.Clock.Advance(20 * time.Minute)
	if p := b.get("/sortie/extranet/dossiers"); len(responses(p.left)) != 0 || p.status != 200 {
		t.Errorf("within the session: %d, %d Responses", p.status, len(responses(p.left)))
	}
}

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// P12: nobody leaves without a home session that lives, and a right.
func TestOnlyEntitledAgentsLeave(t *testing.T) {
	r := newRig(t, sso.TransportProxyPost, nil)
	home := func(p page, what string) {
		t.Helper()
		if len(p.left) > 0 || !strings.Contains(p.url, "/login?retour=") {
			t.Errorf("%s: %s, %d requests left", what, p.url, len(p.left))
		}
	}
	b := r.browse()
	home(b.get("/sortie/extranet?marqueur=m"), "no session")
	if p := b.ask(http.MethodPost, "/login", "identifiant="+agent(1)+"&secret=faux", nil); p.status != http.StatusUnauthorized {
		t.Errorf("wrong secret: %d", p.status)
	}
	if p := b.ask(http.MethodPost, "/login", "identifiant=inconnu&secret=", nil); p.status != http.StatusUnauthorized {
		t.Errorf("unknown agent: %d", p.status)
	}
	home(b.get("/sortie/extranet"), "failed login")
	b.login(agent(1))
	r.bench.Clock.Advance(31 * time.Minute)
	home(b.get("/sortie/extranet"), "idle session")
	b.login(agent(1))
	for range 24 {
		r.bench.Clock.Advance(20 * time.Minute)
		if p := b.get("/"); strings.Contains(p.url, "/login") {
			t.Fatal("the session ends too early")
		} else if r.bench.Clock.Now().Sub(r.Now) > 8*time.Hour {
			break
		}
	}
	r.bench.Clock.Advance(20 * time.Minute)
	home(b.get("/sortie/extranet"), "old session")
	stranger := r.browse()
	stranger.login("agent-sans-droit")
	for _, address := range []string{"/sortie/extranet", "/sortie/extranet/dossiers"} {
		if p := stranger.get(address); p.status != http.StatusForbidden || len(p.left) > 0 {
			t.Errorf("no right: %d, %d requests left", p.status, len(p.left))
		}
	}
	for _, service := range []string{"extranet-termine", "extranet-futur", "extranet-inconnu", "autre"} {
		if p := r.agent(1).get("/sortie/" + service); p.status != http.StatusNotFound || len(p.left) > 0 {
			t.Errorf("%s: %d, %d requests left", service, p.status, len(p.left))
		}
	}
}

// P13: the agent's browser and the house stay out of what leaves.
func TestHomeSecretsStayHome(t *testing.T) {
	r := newRig(t, sso.TransportProxyPost, nil)
	b := r.agent(4)
	header := http.Header{
		"Authorization": {"Basic c2VjcmV0"}, "X-Forwarded-For": {"10.0.0.1"}, "X-Forwarded-Host": {"portail.interne"}, "Referer": {"https://portail.interne/"},
		"X-Interops-Response": {"PGE+"}, "X-Remote-User": {"autre"}, "Accept-Language": {"fr"}, "Forwarded": {"host=portail.interne"}, "Via": {"1.1 interne"},
	}
	for _, address := range []string{"/sortie/extranet", "/sortie/extranet/dossiers"} {
		for _, a := range b.ask(http.MethodGet, address, "", header).left {
			for name := range a.Header {
				switch name {
				case "User-Agent", "X-Request-Id", "Content-Type", "Content-Length", "Accept-Encoding", "Accept-Language", "Accept":
				case "Cookie":
					if strings.Contains(a.Header.Get(name), "portail") {
						t.Errorf("the home cookie leaves: %s", a.Header.Get(name))
					}
				default:
					t.Errorf("%s leaves", name)
				}
			}
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		address, body := "/sortie/extranet/dossiers?SAMLResponse=PGE%2B", ""
		if method == http.MethodPost {
			address, body = "/sortie/extranet/dossiers", "SAMLResponse=PGE%2B"
		}
		if p := b.ask(method, address, body, nil); p.status != http.StatusBadRequest || len(p.left) > 0 {
			t.Errorf("VI of the agent's own: %d, %d requests left", p.status, len(p.left))
		}
	}
}

// P14: another agent on the same browser has nothing of the first one's.
func TestUserChangePurges(t *testing.T) {
	r := newRig(t, sso.TransportProxyPost, nil)
	b := r.agent(5)
	b.get("/sortie/extranet")
	p := b.login(agent(6))
	if len(p.left) != 1 || p.left[0].URL != "/extranet/fin" || p.left[0].User != agent(5) {
		t.Errorf("the first agent's session is not ended: %d requests", len(p.left))
	}
	p = b.get("/sortie/extranet/dossiers")
	if p.body != "page de "+agent(6) || len(responses(p.left)) != 1 || responses(p.left)[0].Judged.VI.NameID.Value != agent(6) {
		t.Errorf("second agent: %s", p.body)
	}
}

// P15, L04: after a logout, or once the right is gone, nothing is served and the partner's session is over.
func TestLogoutAndWithdrawalEndTheOutwardSession(t *testing.T) {
	r := newRig(t, sso.TransportProxyPost, nil)
	for name, end := range map[string]func(*browser) page{
		"logout":  func(b *browser) page { return b.get("/logout") },
		"gesture": func(b *browser) page { return b.managed("logout") },
		"right":   func(b *browser) page { return b.managed("withdraw-right") },
		"restart": func(b *browser) page { return b.managed("restart") },
	} {
		b := r.agent(7)
		cookies := b.Jar.Cookies(mustURL(t, r.portal.URL("/")))
		b.get("/sortie/extranet")
		p := end(b)
		if len(p.left) != 1 || p.left[0].URL != "/extranet/fin" || p.left[0].User != agent(7) {
			t.Errorf("%s: %d requests, want the end of the session", name, len(p.left))
		}
		b.Jar.SetCookies(mustURL(t, r.portal.URL("/")), cookies)
		for _, address := range []string{"/sortie/extranet", "/sortie/extranet/dossiers"} {
			if p := b.get(address); len(p.left) > 0 || strings.Contains(p.body, "page de") {
				t.Errorf("%s: %s is served: %s", name, address, p.body)
			}
		}
		r.gesture("grant-right", agent(7), right)
		again := r.agent(7)
		if p := again.get("/sortie/extranet"); p.status != 200 || len(responses(p.left)) != 1 {
			t.Errorf("%s: new login: %d %s", name, p.status, p.body)
		}
		again.get("/logout")
	}
}

// managed makes a gesture about agent 7.
func (b *browser) managed(verb string) page {
	before := b.r.receiver.count()
	if status := b.r.gesture(verb, agent(7), right); status != http.StatusNoContent {
		b.r.t.Errorf("%s: %d", verb, status)
	}
	return page{left: b.r.receiver.since(before)}
}

// X06, X01-N2: without trace nothing leaves; what did not leave is told as discarded.
func TestTracesDecide(t *testing.T) {
	r := newRig(t, sso.TransportProxyPost, nil)
	b := r.agent(8)
	r.gesture("break-traces", "")
	if p := b.get("/sortie/extranet"); p.status != http.StatusServiceUnavailable || len(p.left) > 0 {
		t.Errorf("untraced: %d, %d requests left", p.status, len(p.left))
	}
	r.gesture("mend-traces", "")
	r.receiver.arm("tls-server-certificate-unknown-ca")
	if p := b.get("/sortie/extranet"); p.status != http.StatusServiceUnavailable || len(p.left) > 0 {
		t.Errorf("unknown authority: %d, %d requests left", p.status, len(p.left))
	}
	r.receiver.arm("")
	var told []interops.Decision
	for _, record := range r.records() {
		told = append(told, record.Decision)
	}
	if fmt.Sprint(told) != "[created sent discarded]" {
		t.Errorf("traces %v", told)
	}
	r.receiver.refuse()
	if p := b.get("/sortie/extranet"); p.status != http.StatusBadGateway || strings.Contains(p.body, "PD94") || len(responses(p.left)) != 1 {
		t.Errorf("refused: %d %s", p.status, p.body)
	}
}

func TestHostileBrowser(t *testing.T) {
	r := newRig(t, sso.TransportProxyPost, nil)
	b := r.agent(9)
	for what, p := range map[string]page{
		"parent":        b.get("/sortie/extranet/%2e%2e/acs"),
		"hidden slash":  b.get("/sortie/extranet/a%2fb"),
		"backslash":     b.get("/sortie/extranet/%5c..%5cacs"),
		"double escape": b.get("/sortie/extranet/%252e%252e/acs"),
		"other media":   b.ask(http.MethodPost, "/sortie/extranet/gestion", "{}", http.Header{"Content-Type": {"application/json"}}),
		"long form":     b.ask(http.MethodPost, "/sortie/extranet/gestion", "a="+strings.Repeat("x", 2<<20), nil),
		"bad query":     b.get("/sortie/extranet/dossiers?%zz"),
		"other verb":    b.ask(http.MethodPut, "/sortie/extranet/dossiers", "a=1", nil),
		"foreign login": b.ask(http.MethodPost, "/login", "identifiant="+agent(9)+"&secret=secret-de-"+agent(9), http.Header{"Origin": {"https://ailleurs.test"}}),
	} {
		if p.status < 400 || p.status >= 500 || len(p.left) > 0 {
			t.Errorf("%s: %d %s, %d requests left", what, p.status, p.body, len(p.left))
		}
	}
	for _, back := range []string{"https://ailleurs.test/", "//ailleurs.test/", "/sortie/\\ailleurs", "javascript:alert(1)", "/logout"} {
		form := url.Values{"identifiant": {agent(9)}, "secret": {"secret-de-" + agent(9)}, "retour": {back}}
		if p := b.ask(http.MethodPost, "/login", form.Encode(), nil); p.url != r.portal.URL("/") {
			t.Errorf("return to %s: %s", back, p.url)
		}
	}
	form := url.Values{"identifiant": {agent(9)}, "secret": {"secret-de-" + agent(9)}, "retour": {"/sortie/extranet?marqueur=m"}}
	if p := b.ask(http.MethodPost, "/login", form.Encode(), nil); p.url != r.portal.URL("/sortie/extranet/?marqueur=m") {
		t.Errorf("return after the login: %s", p.url)
	}
	if p := b.get("/"); !strings.Contains(p.body, `href="/sortie/extranet"`) || strings.Contains(p.body, "extranet-termine") {
		t.Errorf("home page %s", p.body)
	}
}

func TestStartRefuses(t *testing.T) {
	r := newRig(t, sso.TransportProxyPost, nil)
	good := r.services()
	for name, c := range map[string]portal.Config{
		"organism":   {Bench: r.bench, Organism: "inconnu"},
		"address":    {Bench: r.bench, Organism: clientName, Services: map[string]portal.Destination{"a": {ACS: "http://127.0.0.1/", Target: good["extranet"].Target}}},
		"no target":  {Bench: r.bench, Organism: clientName, Services: map[string]portal.Destination{"a": {ACS: good["extranet"].ACS}}},
		"logout":     {Bench: r.bench, Organism: clientName, Services: map[string]portal.Destination{"a": {ACS: good["extranet"].ACS, Target: good["extranet"].Target, Logout: "ftp://x"}}},
		"listen":     {Bench: r.bench, Organism: clientName, Listen: "256.0.0.1:0"},
		"desk":       {Bench: r.bench, Organism: clientName, Manage: "256.0.0.1:0"},
		"credential": {Bench: r.bench, Organism: clientName, Credential: "rien"},
		"flaw":       {Bench: r.bench, Organism: clientName, Flaws: []string{"rien"}},
	} {
		if p, err := portal.Start(c); err == nil {
			_ = p.Close()
			t.Errorf("%s: started", name)
		}
	}
	odd := *r.bench
	profile := *r.bench.Profile
	profile.P.Transport, odd.Profile = "pigeon", &profile
	if p, err := portal.Start(portal.Config{Bench: &odd, Organism: clientName}); err == nil {
		_ = p.Close()
		t.Error("unknown transport: started")
	}
}
