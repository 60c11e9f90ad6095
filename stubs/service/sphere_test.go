package service_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/stubs/service"
)

const (
	operatorName = "organisme-1"
	otherName    = "organisme-4"
	memberName   = "organisme-3" // the receiver
	plain        = "carte-europeenne"
	strict       = "suivi-dossier"
)

var theSphere = benchtest.Share(candidate.SphereConvention, time.Millisecond)

// sphereRig is a receiver in a sphere, with two operators around it.
type sphereRig struct {
	*rig
	operators map[string]service.Operator
	servers   map[string]*httptest.Server
}

func newSphere(t testing.TB, flaws []string, change ...func(*service.Config)) *sphereRig {
	t.Helper()
	w := &world{theSphere.World(t)}
	r := &sphereRig{operators: map[string]service.Operator{}, servers: map[string]*httptest.Server{}}
	for _, name := range []string{operatorName, otherName} {
		r.operators[name], r.servers[name] = w.operator(t, name)
	}
	r.rig = w.newRig(t, flaws, append([]func(*service.Config){func(c *service.Config) {
		c.Role, c.Organism = service.ServiceOperator, memberName
		c.Operators = []service.Operator{r.operators[operatorName], r.operators[otherName]}
	}}, change...)...)
	return r
}

// operator is a server that answers, with the addresses and keys of an organism.
func (w *world) operator(t testing.TB, name string) (service.Operator, *httptest.Server) {
	t.Helper()
	link, err := w.Set.Credential(name + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	key, err := w.Set.Credential(name + "/signature")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{link.TLS()}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return service.Operator{
		Organism: name, SSO: server.URL + "/sso", Logout: server.URL + "/slo", Keys: [][]*x509.Certificate{key.Chain},
	}, server
}

// vi is an honest VI of an operator for a service.
func (r *sphereRig) vi(name, operator, target string) token {
	issuer, _ := r.Convention.Organism(operator)
	to, _ := r.Convention.Organism(r.config.Organism)
	end := r.Now.Add(4 * time.Minute)
	return token{name: name, service: target, signer: operator, kept: strings.HasPrefix(name, "essai-"), vi: interops.VI{
		Version: "2.0", ID: "_" + name, IssueInstant: r.Now, Issuer: issuer.Issuer,
		NameID:       interops.NameID{Format: interops.FormatUnspecified, Value: "assuré-é"},
		Confirmation: interops.Confirmation{Method: interops.MethodBearer, Recipient: to.Recipient, NotOnOrAfter: end},
		NotBefore:    r.Now.Add(-time.Minute), NotOnOrAfter: end, Audiences: [][]string{{r.audience(target)}},
		AuthnInstant: r.Now.Add(-time.Minute), SessionIndex: "_session-" + name, AuthnContext: interops.ClassPPT,
	}}
}

// visit is a request of a browser.
func (r *sphereRig) visit(target string, cookies ...*http.Cookie) page {
	return r.play(request{method: http.MethodGet, target: target, cookies: cookies, peer: "-"})
}

// present brings a token, as a browser does.
func (r *sphereRig) present(k token, cookies ...*http.Cookie) page {
	q := r.entry(k, "", cookies...)
	q.peer = "-"
	return r.play(q)
}

// served tells whether a session serves a page of a service.
func (r *sphereRig) serves(target, marker string, cookies ...*http.Cookie) bool {
	got := r.visit(r.service.Target(target, "page")+"?marqueur="+url.QueryEscape(marker), cookies...)
	return got.status == http.StatusOK && r.backend.call(marker) != nil
}

// opens tells whether a token opens a session that serves a page.
func (r *sphereRig) opens(k token, cookies ...*http.Cookie) bool {
	in := r.present(k, cookies...)
	return in.session() != nil && r.serves(k.service, "ouvre-"+k.name, in.session())
}

// ask goes to a service without session, by an operator, and returns what is asked and the cookies.
func (r *sphereRig) ask(t testing.TB, target, operator string) (sso.JudgedRequest, []*http.Cookie) {
	t.Helper()
	back := strings.TrimPrefix(r.service.Target(target, "page"), gate)
	got := r.visit(r.service.Discovery(target) + "?" + url.Values{"operator": {operator}, "retour": {back + "?marqueur=retour"}}.Encode())
	to, err := url.Parse(got.header.Get("Location"))
	if err != nil || got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	key, err := r.Set.Credential(memberName + "/signature")
	if err != nil {
		t.Fatal(err)
	}
	return sso.VerifyRequest(sso.Incoming{Method: "GET", Query: to.Query(), RawQuery: to.RawQuery}, sso.RequestExpectation{
		Circle: sso.Circle{
			Convention: r.Convention.Settled(), Profile: r.bench.Profile, Receiver: operator, Now: r.bench.Clock.Now(),
			Trust: func(chain []*x509.Certificate, _ time.Time) []pki.PathError {
				return (&pki.Trust{Roots: r.Set.RootCertificates()}).Verify(chain, pki.UsageSignature, bench.Wall())
			},
			Keys: func(string) [][]*x509.Certificate { return [][]*x509.Certificate{key.Chain} },
		},
		Destination: r.operators[operator].SSO,
		Registered:  []sso.Registered{{Organism: memberName, Service: target, ACS: r.service.ACS(target)}},
	}), got.cookies
}

// answer makes a token that answers a request.
func (k token) answer(id string) token {
	k.kept, k.vi.Confirmation.InResponseTo = false, id
	k.change = func(d *sso.Draft) { d.InResponseTo = id }
	return k
}

// S06, S11, S14: a person chooses her operator, comes back with an answer, and goes where she wanted to.
func TestSphereJourney(t *testing.T) {
	for _, binding := range []sso.Binding{sso.BindingRedirect, sso.BindingPOST} {
		r := newSphere(t, nil, func(c *service.Config) { c.Binding = binding })
		first := r.visit(r.service.Target("", "page") + "?marqueur=debut")
		if at := first.header.Get("Location"); first.status != http.StatusSeeOther || !strings.HasPrefix(at, "/discovery?") {
			t.Fatalf("%d %s", first.status, at)
		}
		list := r.visit(gate + first.header.Get("Location"))
		if list.status != http.StatusOK || strings.Count(list.body, "<li>") != 2 || !strings.Contains(list.body, "operator="+otherName) {
			t.Fatalf("%d %s", list.status, list.body)
		}
		if binding == sso.BindingPOST {
			got := r.visit(r.service.Discovery("") + "?operator=" + operatorName)
			if got.status != http.StatusOK || !strings.Contains(got.body, "SAMLRequest") || !strings.Contains(got.header.Get("Content-Security-Policy"), "script-src") {
				t.Errorf("%d %v %s", got.status, got.header, got.body)
			}
			continue
		}
		asked, cookies := r.ask(t, plain, operatorName)
		if len(asked.Findings) > 0 || !asked.Verified || asked.Service.Name != plain || len(asked.Classes) != 3 || asked.ForceAuthn {
			t.Fatalf("request %+v", asked)
		}
		in := r.present(r.vi("retour", operatorName, plain).answer(asked.ID), cookies...)
		if in.status != http.StatusSeeOther || in.header.Get("Location") != "/app/page?marqueur=retour" {
			t.Fatalf("%d %v %s", in.status, in.header, in.body)
		}
		if !r.serves(plain, "suite", in.session()) || r.backend.user("suite") != "assuré-é" {
			t.Errorf("the session does not serve: %s", r.backend.user("suite"))
		}
		trace, _ := r.trace("retour")
		if trace.Role != "operateur-service" || trace.Mode != interops.ModeS || trace.Decision != interops.Accepted || !trace.Verified ||
			trace.SessionIndex == nil || *trace.Project != "sphere-essai/organisme-1/organisme-3" {
			t.Errorf("trace %+v", trace)
		}
		if !r.opens(r.vi("rebond", otherName, strict)) {
			t.Error("a rebond does not open")
		}
	}
}

// S07: each service has its minimum, and one without demands nothing.
func TestSphereLevels(t *testing.T) {
	r := newSphere(t, nil)
	for class, want := range map[string][2]bool{ // plain, strict
		interops.ClassUnspecified: {false, false}, interops.ClassPassword: {true, false}, interops.ClassPPT: {true, true}, interops.ClassSmartcard: {true, true}, "": {false, false},
	} {
		for i, target := range []string{plain, strict} {
			k := r.vi("niveau-"+target+"-"+class[max(0, len(class)-4):], operatorName, target)
			k.vi.AuthnContext = class
			if got := r.opens(k); got != want[i] {
				t.Errorf("%s with %q opens %v", target, class, got)
			}
		}
	}
	demanding := newSphere(t, words("demands-login-everywhere"), func(c *service.Config) { c.Organism = operatorName })
	if got := demanding.visit(demanding.service.Target("informations", "page")); got.status != http.StatusSeeOther {
		t.Errorf("the flawed receiver demands no login: %d", got.status)
	}
	open := newSphere(t, nil, func(c *service.Config) { c.Organism = operatorName })
	if got := open.visit(open.service.Target("informations", "page") + "?marqueur=libre"); got.status != http.StatusOK || open.backend.user("libre") != "" {
		t.Errorf("the open service answers %d to nobody", got.status)
	}
	if got := open.visit(open.service.Target("compte-assure", "page") + "?marqueur=ferme"); got.status != http.StatusSeeOther || open.backend.call("ferme") != nil {
		t.Errorf("the closed service answers %d", got.status)
	}
	k := open.vi("nul", otherName, "informations").of("assuré-é", "PAGM_COMPTE")
	k.vi.AuthnContext = interops.ClassUnspecified
	if in := open.present(k); in.session() == nil {
		t.Errorf("the lowest level opens nothing: %d %v", in.status, open.seen.All()[len(open.seen.All())-1].Judged.Findings)
	}
}

// S11: an answer belongs to a request, of this browser, once, in time.
func TestSphereAnswers(t *testing.T) {
	r := newSphere(t, nil)
	asked, cookies := r.ask(t, plain, operatorName)
	if r.opens(r.vi("ailleurs", operatorName, plain).answer(asked.ID)) {
		t.Error("another browser brings the answer")
	}
	if r.opens(r.vi("autre-service", operatorName, strict).answer(asked.ID), cookies...) {
		t.Error("another service takes the answer")
	}
	if !r.opens(r.vi("reponse", operatorName, plain).answer(asked.ID), cookies...) {
		t.Error("the answer opens nothing")
	}
	if r.opens(r.vi("deux-fois", operatorName, plain).answer(asked.ID), cookies...) {
		t.Error("a second answer opens")
	}
	late, cookies := r.ask(t, plain, operatorName)
	r.bench.Clock.Advance(11 * time.Minute)
	k := r.vi("tard", operatorName, plain).answer(late.ID)
	k.vi.IssueInstant, k.vi.NotOnOrAfter, k.vi.Confirmation.NotOnOrAfter = r.bench.Clock.Now(), r.bench.Clock.Now().Add(time.Minute), r.bench.Clock.Now().Add(time.Minute)
	before := k.change
	k.change = func(d *sso.Draft) { before(d); d.Now = r.bench.Clock.Now() }
	if got := r.present(k, cookies...); got.session() != nil {
		t.Error("a late answer opens")
	}
	if x := r.seen.All()[len(r.seen.All())-1]; len(x.Judged.Findings) != 1 || x.Judged.Findings[0].Rule != "inresponseto-expired" {
		t.Errorf("%v", x.Judged.Findings)
	}
}

// S14, P05: no choice and no address leads out of the sphere.
func TestSphereChoices(t *testing.T) {
	r := newSphere(t, nil)
	for name, query := range map[string]url.Values{
		"unknown":  {"operator": {"inconnu"}},
		"outside":  {"operator": {"organisme-exterieur"}},
		"no role":  {"operator": {"organisme-2"}},
		"gone":     {"operator": {"organisme-retire"}},
		"address":  {"operator": {"https://ailleurs.test/sso"}},
		"return":   {"operator": {operatorName}, "retour": {"https://ailleurs.test/"}},
		"double":   {"operator": {operatorName}, "retour": {"//ailleurs.test/app/"}},
		"script":   {"retour": {"javascript:alert(1)"}},
		"its path": {"operator": {operatorName}, "retour": {"/slo"}},
	} {
		if got := r.visit(r.service.Discovery("") + "?" + query.Encode()); got.status != http.StatusForbidden || strings.Contains(got.body, "ailleurs.test") {
			t.Errorf("%s: %d %s", name, got.status, got.header.Get("Location"))
		}
	}
	if err := r.service.SetOperator(service.Operator{Organism: "organisme-retire", SSO: r.operators[operatorName].SSO}); err != nil {
		t.Fatal(err)
	}
	if got := r.visit(r.service.Discovery("") + "?operator=organisme-retire"); got.status != http.StatusForbidden {
		t.Errorf("a member that left may be chosen: %d", got.status)
	}
	if err := r.service.SetOperator(service.Operator{Organism: operatorName, SSO: "http://ailleurs.test"}); err == nil {
		t.Error("an address in clear is taken")
	}
}

// S17: who cannot be reached is named, traced, and nobody is sent there.
func TestSphereOutage(t *testing.T) {
	r := newSphere(t, nil)
	r.servers[operatorName].Close()
	got := r.play(request{
		method: http.MethodGet, target: r.service.Discovery("") + "?operator=" + operatorName, peer: "-", header: http.Header{"X-Request-Id": {"panne"}},
	})
	trace, traced := r.trace("panne")
	if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "Organisme 1") || !traced || trace.Decision != interops.Rejected ||
		*trace.Issuer == "" || len(got.cookies) > 0 {
		t.Errorf("%d %s %+v", got.status, got.body, trace)
	}
	none := newSphere(t, nil, func(c *service.Config) { c.Operators = nil })
	if got := none.visit(none.service.Target("", "page")); got.status != http.StatusServiceUnavailable {
		t.Errorf("without operators: %d", got.status)
	}
	refusal := r.vi("refus", operatorName, plain)
	refusal.change = func(d *sso.Draft) { d.Status, d.SubStatus = sso.StatusResponder, sso.StatusNoAuthnContext }
	if got := r.present(refusal); got.status != http.StatusForbidden || !strings.Contains(got.body, "opérateur d") || got.header.Get("Location") != "" {
		t.Errorf("an operator's refusal: %d %s", got.status, got.body)
	}
}

// C05: a context token opens nothing, wherever it comes.
func TestContextTokenIsRefused(t *testing.T) {
	r := newSphere(t, nil)
	for name, q := range contextRequests(t, r) {
		if got := r.play(q); got.status < 400 || got.session() != nil {
			t.Errorf("%s: %d", name, got.status)
		}
		if trace, ok := r.trace("contexte-" + name); !ok || trace.Decision != interops.Rejected {
			t.Errorf("%s: no trace", name)
		}
	}
}

// contextRequests bring a context token for the receiver, in its own field and in that of a Response.
func contextRequests(t testing.TB, r *sphereRig) map[string]request {
	t.Helper()
	key, err := r.Set.Credential(operatorName + "/signature")
	if err != nil {
		t.Fatal(err)
	}
	issuer, _ := r.Convention.Organism(operatorName)
	to, _ := r.Convention.Organism(memberName)
	draft := sso.ContextDraft{Signer: &key, Token: interops.ContextToken{
		ID: "_contexte", IssueInstant: r.Now, Issuer: issuer.Issuer, NameID: interops.NameID{Format: interops.FormatUnspecified, Value: "assuré-é"},
		Recipient: to.Recipient, Audience: r.audience(plain), NotBefore: r.Now, NotOnOrAfter: r.Now.Add(time.Minute),
		Method: "Carte Sesam-Vitale", Level: "vitale-code", Instant: r.Now,
	}}
	raw, err := draft.Build()
	if err != nil {
		t.Fatal(err)
	}
	q := func(name string, form url.Values) request {
		return request{method: "POST", target: r.service.ACS(""), form: form, peer: "-", header: http.Header{"X-Request-Id": {"contexte-" + name}}}
	}
	return map[string]request{
		"field": q("field", sso.ContextForm(raw, "")), "response": q("response", url.Values{"SAMLResponse": {sso.Encode(raw)}}),
	}
}

func organism(w *world, name string) interops.Organism {
	o, _ := w.Convention.Organism(name)
	return o
}

// lifetime is that of the tests' own messages.
var lifetime = saml.Lifetime(interops.ModeS)
