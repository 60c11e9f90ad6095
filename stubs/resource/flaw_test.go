package resource_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/gateway"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/rest"
	"etalon/stubs/resource"
)

// trial is a faulty call, made once for all flaws.
type trial struct {
	mutation.Mutation
	service, method string
	header          http.Header
	query           url.Values
	body            string
	peer            string
}

// requirement is what a trial violates in mode R.
func (t trial) requirement() string {
	if r, ok := map[string]string{"V13": "R02", "V14": "R02", "K01": "R02", "K02": "R02"}[t.Violates]; ok {
		return r
	}
	return t.Violates
}

// trials are the faults that one call in that form can commit.
func (r *rig) trials(form string) []trial {
	r.t.Helper()
	project := r.project(home)
	service := project.Services[0]
	h := mutation.Honest{Now: r.bench.Clock.Now(), Profile: r.bench.Profile, Convention: r.bench.Convention, Project: project, Service: service, Link: r.Credential(r.t, clientName+"/tls").Leaf()}
	var all []trial
	for _, m := range mutation.Catalogue() {
		b := m.Behaviour(h)
		if !m.In(interops.ModeR) || !m.Tests(mutation.Provider) || !m.InToken(h, form) || len(m.Unmet(h)) > 0 ||
			b.Hello != nil || b.Replay != nil || b.Plain || b.MaxTLS != 0 || b.ClientCertificate != "" {
			continue
		}
		t := trial{Mutation: m, service: home, method: http.MethodGet, header: http.Header{}, query: url.Values{}, peer: clientName}
		who := clientName
		if b.Organism != "" {
			who, t.peer = b.Organism, b.Organism
		}
		if b.LinkOrganism != "" {
			t.peer = b.LinkOrganism
		}
		for name, values := range b.Header {
			t.header[http.CanonicalHeaderKey(name)] = values
		}
		token := r.token(request{marker: m.Name, service: home, organism: who, draft: func(d *rest.Draft) {
			d.Token, d.Hooks = form, m.TokenHooks(h)
			if b.Place == mutation.InBody { // it writes, and may
				d.VI.PAGM = []string{project.PAGM[1].Name}
			}
		}})
		t.service = map[string]string{"project-ended": "api-termine", "project-future": "api-futur"}[m.Name]
		if t.service == "" {
			t.service = home
		}
		value := rest.Value(form, rest.Header, token)
		switch {
		case b.VIInQuery:
			t.query.Set(rest.ParameterToken, token)
		case b.Place == mutation.Nowhere:
		case b.Place == mutation.Twice:
			t.header[rest.Header] = []string{value, value}
		case b.Place == mutation.InBody:
			t.method, t.body = http.MethodPost, url.Values{rest.ParameterToken: {token}}.Encode()
			t.header.Set("Content-Type", "application/x-www-form-urlencoded")
		default:
			t.header.Set(rest.Header, value)
		}
		all = append(all, t)
	}
	return all
}

// play makes a faulty call without a link, and tells whether the application was reached.
func (r *rig) play(t trial) (*httptest.ResponseRecorder, bool) {
	r.t.Helper()
	t.query.Set("marqueur", t.Name)
	q := httptest.NewRequest(t.method, "/api/"+t.service+"/dossiers?"+t.query.Encode(), strings.NewReader(t.body))
	for name, values := range t.header {
		q.Header[name] = values
	}
	q.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{r.Credential(r.t, t.peer+"/tls").Leaf()}}
	w := httptest.NewRecorder()
	r.provider.Handler().ServeHTTP(w, q)
	return w, len(r.backend.asked(t.Name)) > 0
}

// quiet are the flaws that no faulty call of that kind shows: each has a test of its own.
var quiet = func() map[string]bool {
	all := map[string]bool{}
	for _, name := range strings.Fields(`loses-accents reads-first-pagm-only ignores-onetimeuse logs-token ignores-verb ignores-resource
		opens-everything permits-shared-cache omits-cache-control shares-answers answers-200-with-error answers-html omits-error-code
		echoes-token notes-token-in-trace breaks-trace-chain continues-untraced answers-clear-http doubles-skew accepts-unlisted-link
		accepts-old-vi`) {
		all[name] = true
	}
	for _, f := range slices.Concat(gateway.LinkFlaws(), gateway.TraceFlaws()) {
		all[f.Name] = true
	}
	for _, f := range inquiry.Flaws() {
		all[f.Name] = true
	}
	return all
}()

// An honest provider lets no faulty call through, in either form.
func TestNoFaultReachesTheApplication(t *testing.T) {
	for _, form := range []string{rest.TokenSAML, rest.TokenJWT} {
		r := newRig(t, nil, bearing(form))
		trials := r.trials(form)
		for _, one := range trials {
			w, reached := r.play(one)
			if reached || w.Code != http.StatusUnauthorized && w.Code != http.StatusForbidden {
				t.Errorf("%s by %s: %d %s, reached %v", one.Name, form, w.Code, w.Body, reached)
			}
		}
		if len(trials) < 45 {
			t.Errorf("%d faults in %s: some are lost", len(trials), form)
		}
	}
}

// Each flaw lets through only what violates what it says.
func TestEachFlawIsASingleNeglect(t *testing.T) {
	made := map[string][]trial{}
	for _, form := range []string{rest.TokenSAML, rest.TokenJWT} {
		made[form] = newRig(t, nil, bearing(form)).trials(form)
	}
	for _, f := range resource.Flaws() {
		if quiet[f.Name] && testing.Short() {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			form := f.Token
			if form == "" {
				form = rest.TokenSAML
			}
			r := newRig(t, []string{f.Name}, bearing(form))
			if a := r.call(request{marker: "temoin"}); a.status != http.StatusOK {
				t.Fatalf("the honest call does not pass: %d %s", a.status, a.body)
			}
			failed := map[string]bool{}
			for _, one := range made[form] {
				if _, reached := r.play(one); !reached {
					continue
				}
				failed[one.requirement()], failed[one.SameAs] = true, true
				failed["R01"] = failed["R01"] || failed["L08"] // the address is a wrong place too
				same := one.SameAs != "" && slices.Contains(f.Must, one.SameAs)
				if id := one.requirement(); !slices.Contains(f.Must, id) && !slices.Contains(f.May, id) && !same {
					t.Errorf("%s (%s) reaches the application", one.Name, id)
				}
			}
			if quiet[f.Name] {
				return
			}
			if len(failed) == 0 {
				t.Error("nothing faulty reaches the application")
			}
			for _, must := range f.Must {
				if must != "L08" && !failed[must] {
					t.Errorf("must fail %s, and lets nothing through that violates it", must)
				}
			}
		})
	}
}

// The flaws that no faulty call shows, each by what it does.
func TestQuietFlaws(t *testing.T) {
	played := func(flaw, form string) *rig { return newRig(t, []string{flaw}, bearing(form)) }
	for flaw, wrong := range map[string]func(r *rig) bool{
		"loses-accents": func(r *rig) bool {
			r.call(request{marker: "a", draft: func(d *rest.Draft) { d.VI.NameID.Value = "été" }})
			return r.backend.asked("a")[0].Header.Get("X-Interops-User") == url.PathEscape("?t?")
		},
		"reads-first-pagm-only": func(r *rig) bool {
			both := func(d *rest.Draft) { d.VI.PAGM = []string{"PAGM_CONSULTATION", "PAGM_GESTION"} }
			return r.call(request{marker: "a", resource: "gestion", draft: both}).status == http.StatusForbidden
		},
		"ignores-onetimeuse": func(r *rig) bool {
			once := func(d *rest.Draft) { d.VI.ID, d.VI.OneTimeUse = "_unique", true }
			r.call(request{marker: "a", draft: once})
			return r.call(request{marker: "b", draft: once}).status == http.StatusOK
		},
		"logs-token": func(r *rig) bool {
			a := r.call(request{marker: "a"})
			return strings.Contains(r.log.String(), a.token)
		},
		"ignores-verb": func(r *rig) bool {
			return r.call(request{marker: "a", method: http.MethodPost}).status == http.StatusOK
		},
		"ignores-resource": func(r *rig) bool { return r.call(request{marker: "a", resource: "gestion"}).status == http.StatusOK },
		"opens-everything": func(r *rig) bool {
			return r.call(request{marker: "a", resource: "gestion", method: http.MethodDelete}).status == http.StatusOK
		},
		"permits-shared-cache": func(r *rig) bool {
			return strings.Contains(r.call(request{marker: "a"}).header.Get("Cache-Control"), "public")
		},
		"omits-cache-control": func(r *rig) bool { return r.call(request{marker: "a"}).header.Get("Cache-Control") == "" },
		"shares-answers": func(r *rig) bool {
			r.call(request{marker: "a"})
			a := r.call(request{marker: "a", organism: "organisme-tiers"})
			return a.status == http.StatusOK && len(r.backend.asked("a")) == 1
		},
		"answers-200-with-error": func(r *rig) bool { return r.call(refused("a")).status == http.StatusOK },
		"answers-html":           func(r *rig) bool { return strings.Contains(r.call(refused("a")).body, "<html") },
		"omits-error-code":       func(r *rig) bool { return r.call(refused("a")).body == "{}" },
		"echoes-token": func(r *rig) bool {
			a := r.call(refused("a"))
			return strings.Contains(a.body, a.token)
		},
		"notes-token-in-trace": func(r *rig) bool {
			r.call(request{marker: "a"})
			kept, _ := r.trace("a")
			return strings.Contains(kept.EventID, "Assertion")
		},
		"forgets-refused": func(r *rig) bool {
			r.call(refused("a"))
			_, kept := r.trace("a")
			return !kept
		},
		"accepts-anonymous-link": func(r *rig) bool {
			return r.call(request{marker: "a", bare: true}).err == nil
		},
		"doubles-skew": func(r *rig) bool {
			skew := r.bench.Profile.Skew()
			return r.call(request{marker: "a", draft: func(d *rest.Draft) { d.VI.NotBefore = d.Now.Add(skew + 5*time.Second) }}).status == http.StatusOK
		},
	} {
		if !wrong(played(flaw, rest.TokenSAML)) {
			t.Errorf("%s does what an honest provider does", flaw)
		}
		if wrong2 := newRig(t, nil); wrong(wrong2) {
			t.Errorf("an honest provider does as %s", flaw)
		}
	}
}

// refused is a call that is refused for its token.
func refused(marker string) request {
	return request{marker: marker, draft: func(d *rest.Draft) { d.VI.Audiences = [][]string{{"http://ailleurs.test"}} }}
}

// A provider whose traces cannot be written serves nothing, unless it neglects that (X06).
func TestUntraced(t *testing.T) {
	for flaw, want := range map[string]int{"": http.StatusServiceUnavailable, "continues-untraced": http.StatusOK} {
		var flaws []string
		if flaw != "" {
			flaws = []string{flaw}
		}
		r := newRig(t, flaws, func(c *resource.Config) { c.Traces = nil })
		if a := r.call(request{marker: "a"}); a.status != want || (len(r.backend.asked("a")) > 0) != (want == http.StatusOK) {
			t.Errorf("%q: %d %s", flaw, a.status, a.body)
		}
	}
}

func TestFlawsAreWellFormed(t *testing.T) {
	names := map[string]bool{}
	for _, f := range slices.Concat(resource.Flaws(), resource.Behaviours()) {
		if names[f.Name] || f.Name == "" || f.Title.FR == "" || f.Title.EN == "" {
			t.Errorf("%q: repeated, or without a title", f.Name)
		}
		names[f.Name] = true
	}
	for _, f := range resource.Flaws() {
		if len(f.Must) == 0 {
			t.Errorf("%s: must fail nothing", f.Name)
		}
		for _, id := range slices.Concat(f.Must, f.May) {
			if len(id) != 3 || !strings.ContainsAny(id[:1], "TVGLRX") || slices.Contains([]string{"V13", "V14", "V15", "L05", "R07"}, id) {
				t.Errorf("%s: requirement %q", f.Name, id)
			}
		}
		for _, must := range f.Must {
			if slices.Contains(f.May, must) {
				t.Errorf("%s: %s must and may", f.Name, must)
			}
		}
	}
	if n := len(resource.Flaws()); n < 120 {
		t.Errorf("%d flaws", n)
	}
}

// The behaviours are candidates that no single neglect describes.
func TestBehaviours(t *testing.T) {
	for name, want := range map[string][2]int{ // the answer to an honest call, and to a faulty one
		resource.RefusesEverything: {http.StatusUnauthorized, http.StatusUnauthorized}, resource.AcceptsEverything: {http.StatusOK, http.StatusOK},
		resource.AnswersServerError: {http.StatusInternalServerError, http.StatusInternalServerError}, resource.LocksOutAfterTen: {http.StatusOK, http.StatusUnauthorized},
	} {
		r := newRig(t, []string{name})
		good, bad := r.call(request{marker: "a"}), r.call(refused("b"))
		if good.status != want[0] || bad.status != want[1] {
			t.Errorf("%s: %d and %d, want %v", name, good.status, bad.status, want)
		}
	}
	r := newRig(t, []string{resource.LocksOutAfterTen})
	for range 10 {
		r.call(refused("x"))
	}
	if a := r.call(request{marker: "apres"}); a.status != http.StatusUnauthorized {
		t.Errorf("after ten refusals: %d", a.status)
	}
}

// An armed conduct changes the answer, and the call is judged and traced as ever.
func TestConducts(t *testing.T) {
	r := newRig(t, nil)
	for name, play := range map[string]struct {
		answer mutation.Answer
		right  func(answer) bool
	}{
		"fault": {mutation.Answer{Fault: fault("InvalidVI"), FaultText: "non"}, func(a answer) bool { return a.status == 401 && strings.Contains(a.body, "InvalidVI") }},
		"body":  {mutation.Answer{Status: 502, ContentType: "text/html", Body: []byte("<p>")}, func(a answer) bool { return a.status == 502 && a.body == "<p>" }},
		"redirect": {mutation.Answer{Status: 308, Redirect: true}, func(a answer) bool {
			return a.status == 308 && strings.HasPrefix(a.header.Get("Location"), "http://"+r.provider.Addr()+"/api/api/dossiers?marqueur=")
		}},
		"header": {mutation.Answer{Header: http.Header{"X-Piege": {"1"}}}, func(a answer) bool { return a.status == 200 && a.header.Get("X-Piege") == "1" }},
		"close":  {mutation.Answer{Close: true}, func(a answer) bool { return a.err != nil }},
		"delay":  {mutation.Answer{Delay: time.Millisecond}, func(a answer) bool { return a.status == 200 }},
	} {
		r.provider.Arm(1, mutation.Conduct{Answer: &play.answer})
		if a := r.call(request{marker: name}); !play.right(a) {
			t.Errorf("%s: %d %v %s %v", name, a.status, a.header, a.body, a.err)
		}
		if kept, ok := r.trace(name); !ok || kept.Decision != interops.Accepted {
			t.Errorf("%s: trace %+v", name, kept)
		}
		r.provider.Disarm()
		if a := r.call(request{marker: "apres-" + name}); a.status != http.StatusOK {
			t.Errorf("after %s: %d", name, a.status)
		}
	}
}

// What came is told, refused and broken calls too.
func TestExchangesAreObserved(t *testing.T) {
	r := newRig(t, nil, bearing(rest.TokenJWT))
	r.call(request{marker: "a"})
	x := r.seen.Last(func(x resource.Exchange) bool { return x.RequestID == "requete-a" })
	if x.Service != home || x.Resource != "dossiers" || x.Judged.VI.ID != "_vi-a" || x.Decision != interops.Accepted || x.TLS == nil || x.Ours.Name == "" || x.Read == 0 || x.Status != 200 {
		t.Errorf("%+v", x)
	}
	x.Expectation.Emitted = true
	if found := rest.Verify(x.Incoming, x.Expectation).Findings; len(found) > 0 {
		t.Errorf("as the work of a client: %v", found)
	}
	r.call(request{marker: "b", bare: true})
	broken := r.seen.Last(func(x resource.Exchange) bool { return x.Err != nil })
	if broken.Status != 0 || broken.RequestID != "" {
		t.Errorf("%+v", broken)
	}
}

// A provider without application tells what it was asked, and one whose application is away says so.
func TestApplications(t *testing.T) {
	r := newRig(t, nil, func(c *resource.Config) { c.Backend = "" })
	if a := r.call(request{marker: "a"}); a.status != 200 || !strings.Contains(a.body, `"utilisateur":"agent-0042"`) || !strings.Contains(a.body, `"marqueur":"a"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := r.call(request{marker: "b", method: http.MethodHead}); a.status != 200 || a.body != "" {
		t.Errorf("HEAD: %d %q", a.status, a.body)
	}
	away := newRig(t, nil, func(c *resource.Config) { c.Backend = "http://127.0.0.1:1" })
	if a := away.call(request{marker: "a"}); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "ServiceIndisponible") {
		t.Errorf("%d %s", a.status, a.body)
	}
	long := newRig(t, nil)
	may := func(d *rest.Draft) { d.VI.PAGM = []string{"PAGM_GESTION"} }
	if a := long.call(request{marker: "long", method: http.MethodPost, draft: may, body: strings.Repeat("a", rest.MaxBody+1)}); a.status != http.StatusRequestEntityTooLarge || len(long.backend.asked("long")) > 0 {
		t.Errorf("a long body: %d %s", a.status, a.body)
	}
	if a := long.call(request{marker: "ecrit", method: http.MethodPost, draft: may, body: "corps"}); a.status != 200 || !strings.Contains(a.body, "corps") {
		t.Errorf("a call that writes: %d %s", a.status, a.body)
	}
}

func fault(code string) xml.Name { return xml.Name{Space: "urn:test", Local: code} }
