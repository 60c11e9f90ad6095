package authentication_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/browser"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/stubs/authentication"
)

func TestStartRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*authentication.Config)
		says   string
	}{
		"unknown organism":     {func(c *authentication.Config) { c.Organism = "organisme-9" }, "not in convention"},
		"no operator":          {func(c *authentication.Config) { c.Organism = serving }, "no authentication operator"},
		"account without name": {func(c *authentication.Config) { c.Accounts = []authentication.Account{{Secret: "x"}} }, "identifier and a secret"},
		"account in clear":     {func(c *authentication.Config) { c.Accounts = []authentication.Account{{ID: "a"}} }, "identifier and a secret"},
		"peer in clear": {func(c *authentication.Config) {
			c.Peers = []authentication.Peer{{Organism: serving, ACS: []string{"http://a.test/"}}}
		}, "want https"},
		"service in clear": {func(c *authentication.Config) {
			c.Peers = []authentication.Peer{{Organism: serving, Services: map[string]string{"s": "ftp://a.test/"}}}
		}, "want https"},
		"unknown credential": {func(c *authentication.Config) { c.Credential = operator + "/tls~rien" }, "no such name"},
		"no address":         {func(c *authentication.Config) { c.Listen = "nulle part" }, "listen"},
	} {
		t.Run(name, func(t *testing.T) {
			config := authentication.Config{Bench: theWorld.World(t).Bench(t), Organism: operator}
			c.change(&config)
			o, err := authentication.Start(config)
			if err == nil {
				_ = o.Close()
				t.Fatal("it starts")
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want it to say %q", err, c.says)
			}
		})
	}
}

// TestPages looks at what the operator's pages say and let happen, whatever is asked of them.
func TestPages(t *testing.T) {
	r := newRig(t, nil)
	p := r.person(1)
	page := p.fill(p.get(r.oa.URL("/login")), `"><script>alert(1)</script>`, "faux", "Moyen inconnu")
	if page.Status != http.StatusUnauthorized || page.Text("<script>alert") || !page.Shown() {
		t.Errorf("login refused: %d %s", page.Status, page.Body)
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
	} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if csp := page.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("policy of the page: %q", csp)
	}
	token := pageToken.FindSubmatch(p.get(r.oa.URL("/login")).Body)[1]
	form := url.Values{"demande": {string(token)}, "identifiant": {personID(2)}, "secret": {secretOf(personID(2))}, "moyen": {code}}
	if page := r.person(2).post("/login", form); page.Status != http.StatusBadRequest {
		t.Errorf("login page of another browser: %d", page.Status)
	}
	if page := p.post("/login", form); page.Status != http.StatusOK {
		t.Errorf("login: %d", page.Status)
	}
	if page := p.post("/login", form); page.Status != http.StatusBadRequest {
		t.Errorf("login page that has served: %d", page.Status)
	}
	if page := p.get(r.oa.URL("/")); !page.Text(personID(2)) || !page.Text("attestations") {
		t.Errorf("home: %s", page.Body)
	}
	late := r.person(3)
	page = late.get(r.oa.URL("/login"))
	r.bench.Clock.Advance(11 * time.Minute)
	if page := late.fill(page, late.id, secretOf(late.id), code); page.Status != http.StatusBadRequest {
		t.Errorf("login page that is too old: %d", page.Status)
	}
	for path, status := range map[string]int{
		"/rebond/organisme-9/service":                                                http.StatusNotFound,
		"/rebond/organisme-3/service":                                                http.StatusNotFound,
		"/rebond/organisme-2/informations":                                           http.StatusNotFound,
		"/rebond/organisme-3/carte-europeenne?RelayState=" + strings.Repeat("a", 81): http.StatusBadRequest,
		"/rebond/organisme-3":                                                        http.StatusNotFound,
		"/gestion/clock":                                                             http.StatusNotFound,
		"/deconnexion/":                                                              http.StatusNotFound,
		"/slo?SAMLResponse=%%":                                                       http.StatusForbidden,
	} {
		if page := p.get(r.oa.URL(path)); page.Status != status {
			t.Errorf("%s: %d, want %d", path, page.Status, status)
		}
	}
	if page := r.person(4).get(r.oa.URL("/deconnexion")); !page.Text("Aucune session") {
		t.Errorf("logout without session: %s", page.Body)
	}
}

func (p *person) post(path string, form url.Values) browser.Page {
	p.r.t.Helper()
	page, err := p.Post(context.Background(), p.r.oa.URL(path), form)
	if err != nil {
		p.r.t.Fatalf("post %s: %v", path, err)
	}
	return page
}

// TestHostileMessages sends what is no message: it is refused, and nothing else comes of it.
func TestHostileMessages(t *testing.T) {
	r := newRig(t, nil)
	p := r.person(1)
	p.login(vitale)
	deep := strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000)
	for _, xml := range []string{"", "x", "<a/>", deep, `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`, strings.Repeat("A", 1<<20)} {
		for _, path := range []string{"/sso", "/slo", "/contexte"} {
			for _, parameter := range []string{sso.ParameterRequest, sso.ParameterResponse, sso.ParameterContext} {
				if page := p.post(path, url.Values{parameter: {sso.Encode([]byte(xml))}}); page.Status != http.StatusForbidden {
					t.Errorf("%s %s: %d", path, parameter, page.Status)
				}
			}
		}
	}
	if a, _ := p.rebond(serving, "carte-europeenne"); a == nil {
		t.Error("the session does not outlive them")
	}
	if x := r.last(authentication.KindContextToken); len(x.Findings) == 0 || x.Status != http.StatusForbidden {
		t.Errorf("observed: %+v", x)
	}
}

// TestGestures makes the gestures of the operator's life.
func TestGestures(t *testing.T) {
	r := newRig(t, nil)
	p := r.person(59) // without right
	p.login(vitale)
	r.gesture("grant-right", http.Header{"X-Etalon-User": {p.id}, "X-Etalon-Project": {project(attesting)}, "X-Etalon-Pagm": {"PAGM_GESTION PAGM_INCONNU"}})
	a, _ := p.rebond(attesting, "attestations")
	if a == nil {
		t.Fatal("right granted: no VI")
	}
	if vi := r.judged(a, nil).VI; strings.Join(vi.PAGM, " ") != "PAGM_GESTION" {
		t.Errorf("PAGM %v: want those that are agreed", vi.PAGM)
	}
	r.gesture("withdraw-right", http.Header{"X-Etalon-User": {p.id}, "X-Etalon-Project": {project(attesting)}})
	if a, _ := p.rebond(attesting, "attestations"); a != nil {
		t.Error("right withdrawn: a VI leaves")
	}
	r.gesture("break-traces", nil)
	if a, page := p.rebond(serving, "carte-europeenne"); a != nil || page.Status != http.StatusServiceUnavailable {
		t.Errorf("without traces: %d", page.Status)
	}
	r.gesture("mend-traces", nil)
	if a, _ := p.rebond(serving, "carte-europeenne"); a == nil {
		t.Error("with traces again: no VI")
	}
	r.gesture("restart", nil)
	if a, page := p.rebond(serving, "carte-europeenne"); a != nil || !page.Shown() {
		t.Error("after a restart: no login is asked")
	}
}

func (r *rig) gesture(name string, header http.Header) {
	r.t.Helper()
	request, err := http.NewRequest(http.MethodPost, r.oa.ManageURL(name), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header = header
	response, err := r.Fetcher.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		r.t.Errorf("%s: %d", name, response.StatusCode)
	}
}

// TestRegister takes the addresses of a member from its metadata, in the place of those that were known.
func TestRegister(t *testing.T) {
	r := newRig(t, nil)
	b := &battery{rig: r, ids: map[string]bool{}}
	if err := r.oa.SetPeer(authentication.Peer{Organism: attesting}); err != nil {
		t.Fatal(err)
	}
	p := r.person(1)
	p.login(vitale)
	if a, page := p.rebond(attesting, "attestations"); a != nil || page.Status != http.StatusNotFound {
		t.Errorf("without address: %d", page.Status)
	}
	findings, err := r.oa.Register(b.published(attesting, nil))
	if err != nil || len(findings) > 0 {
		t.Fatalf("register: %v %v", findings, err)
	}
	if a, _ := p.rebond(attesting, "attestations"); a == nil {
		t.Error("with metadata: no VI")
	}
	findings, err = r.oa.Register([]byte("<a/>"))
	if err == nil || len(findings) == 0 {
		t.Errorf("no metadata: %v %v", findings, err)
	}
	_, err = r.oa.Register(b.published(attesting, func(m *sso.Metadata, _ *sso.Sending) { m.ACS[0].Location = "http://a.test/acs" }))
	if err == nil {
		t.Error("metadata with an address in clear are taken")
	}
}

// TestUnidentified is an operator that does not identify persons: it sends them where they are identified, and takes
// up what they came for when they come back (C01, §8.1).
func TestUnidentified(t *testing.T) {
	r := newRig(t, nil)
	traces, _ := benchtest.TraceLog(t)
	r.oa = benchtest.Started(t, authentication.Start, authentication.Config{
		Bench: r.bench, Organism: attesting, Traces: traces, Revocation: r.Fetcher, Accounts: accounts(),
		Peers:       []authentication.Peer{r.members[serving].peer(false)},
		Identifiers: map[string]string{other: "https://identification.test/identification"},
	})
	p := r.person(1)
	_, page := p.rebond(serving, "carte-europeenne")
	at := strings.Index(string(page.Body), "RelayState=")
	if page.Shown() || at < 0 || !page.Text("operator="+attesting) {
		t.Fatalf("not sent to be identified: %s", page.Body)
	}
	relay, _, _ := strings.Cut(string(page.Body)[at+len("RelayState="):], "&")
	us, _ := r.Convention.Organism(attesting)
	addressed := func(token *interops.ContextToken, _ *sso.ContextDraft) {
		token.Audience, token.Recipient = us.Issuer, us.Recipient
	}
	if page := r.person(1).identified(r.token(other, p.id, addressed), relay); page.Status != http.StatusForbidden {
		t.Errorf("in another browser: %d", page.Status)
	}
	page = p.identified(r.token(other, p.id, addressed), relay)
	if !page.Shown() {
		t.Fatalf("identified: %d %s", page.Status, page.Body)
	}
	before := r.members[serving].count()
	p.fill(page, p.id, secretOf(p.id), code)
	a := r.members[serving].since(before)
	if a == nil {
		t.Fatal("no VI for what the person came for")
	}
	j := r.judged(a, nil)
	if len(j.Findings) > 0 || j.VI.Issuer != us.Issuer || j.VI.AuthnContext != middle {
		t.Errorf("VI %+v: %v", j.VI, j.Findings)
	}
	if a, _ := p.rebond(serving, "suivi-dossier"); a == nil {
		t.Error("the next rebond asks for something")
	}
}

// TestFlows holds the operator to the flow of the profile.
func TestFlows(t *testing.T) {
	for flow, want := range map[string][2]bool{"both": {true, true}, "idp-initiated": {true, false}, "sp-initiated": {false, true}} {
		r := newRig(t, nil)
		r.bench.Profile.S.Flow = flow
		p := r.person(1)
		p.login(vitale)
		begun, _ := p.rebond(serving, "carte-europeenne")
		_, asked, _ := r.members[serving].asks(p, sso.BindingPOST, serving+"/signature", nil)
		if got := [2]bool{begun != nil, asked != nil}; got != want {
			t.Errorf("%s: begun here %v, asked for %v, want %v", flow, got[0], got[1], want)
		}
	}
}

// TestBackChannelIsForPartners refuses the wish of a member that another brings.
func TestBackChannelIsForPartners(t *testing.T) {
	r := newRig(t, nil)
	b := &battery{rig: r, ids: map[string]bool{}}
	p := r.person(1)
	index := b.visit(p, everywhere...)
	out := r.members[attesting].wish(b.about(p, index), sso.BindingSOAP, attesting+"/signature", nil)
	if answer := r.members[serving].calls(out); answer.SubStatus != sso.StatusRequestDenied {
		t.Errorf("brought by another member: %q", answer.SubStatus)
	}
	if a, _ := p.rebond(serving, "carte-europeenne"); a == nil {
		t.Error("the session is closed")
	}
	if answer := r.members[attesting].calls(out); answer.SubStatus != sso.StatusPartialLogout {
		t.Errorf("brought by its sender: %q", answer.SubStatus)
	}
}

func TestBehaviours(t *testing.T) {
	for _, name := range []string{authentication.RefusesEverything, authentication.AnswersServerError, authentication.SendsNothing} {
		r := newRig(t, []string{name})
		p := r.person(1)
		p.login(vitale)
		if a, _ := p.rebond(serving, "carte-europeenne"); a != nil {
			t.Errorf("%s: a VI leaves", name)
		}
	}
}
