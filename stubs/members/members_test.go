package members_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/stubs/members"
)

// operator is the authentication operator around whom the members stand; serving and attesting are two of them.
const (
	operator  = "organisme-1"
	serving   = "organisme-3"
	attesting = "organisme-4"
)

// world is what the tests share: a test PKI, its revocation server, and an operator that only listens.
type world struct {
	set        *pki.Set
	convention *interops.Convention
	revocation *httptest.Server
	fetcher    *http.Client
}

var theWorld = sync.OnceValues(func() (*world, error) {
	w := &world{convention: candidate.SphereConvention(), fetcher: &http.Client{Transport: &http.Transport{}}}
	var handler http.Handler
	w.revocation = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) }))
	var err error
	w.set, err = pki.New(pki.Options{Organisms: w.convention.Organisms, Now: bench.Wall(), Rand: bench.Entropy(), Revocation: w.revocation.URL})
	if err == nil {
		handler = w.set.Handler()
	}
	return w, err
})

// TestMain ends what the tests share, and finds what they left running.
func TestMain(m *testing.M) {
	status := m.Run()
	if w, err := theWorld(); err == nil {
		w.fetcher.CloseIdleConnections()
		w.revocation.Close()
	}
	if err := goleak.Find(); err != nil && status == 0 {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

// rig is a set of members, and what they were told of.
type rig struct {
	*world
	t       testing.TB
	bench   *bench.Bench
	members *members.Members

	mu   sync.Mutex
	seen []members.Exchange
}

func newRig(t testing.TB, change ...func(*members.Config)) *rig {
	t.Helper()
	w, err := theWorld()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{world: w, t: t}
	if r.bench, err = bench.New(w.convention, candidate.DefaultProfile("current"), w.set, bench.Seed(t.Name())); err != nil {
		t.Fatal(err)
	}
	c := members.Config{
		Bench: r.bench, Revocation: w.fetcher, Observe: func(x members.Exchange) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.seen = append(r.seen, x)
		},
		Operator: members.Operator{
			Organism: operator, SSO: "https://operateur.test/sso", SLO: "https://operateur.test/slo", SOAP: "https://operateur.test/slo",
			Keys: [][]*x509.Certificate{r.credential(operator + "/signature").Chain},
		},
	}
	for _, f := range change {
		f(&c)
	}
	if r.members, err = members.Start(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.members.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *rig) credential(name string) pki.Credential {
	r.t.Helper()
	c, err := r.set.Credential(name)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) last() members.Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen) == 0 {
		return members.Exchange{}
	}
	return r.seen[len(r.seen)-1]
}

// browser stops before the operator, which is nowhere.
func (r *rig) browser() *browser.Agent {
	a := browser.New(browser.Options{Roots: r.set.Roots(), Patience: 10 * time.Second})
	a.Hold(func(q browser.Request) bool { return strings.HasPrefix(q.URL, "https://operateur.test/") })
	r.t.Cleanup(func() { _ = a.Close() })
	return a
}

// response is one of the operator for a service of a member.
func (r *rig) response(member, service, index string) []byte {
	r.t.Helper()
	var project interops.Project
	for _, p := range r.convention.Opened() {
		if p.Client == operator && p.Provider == member {
			project = p
		}
	}
	offered, _ := project.Service(service)
	user := interops.User{ID: "agent-0001", Class: r.bench.Profile.Levels[2].Class, AuthnInstant: r.bench.Clock.Now()}
	if len(project.PAGM) > 0 {
		user.PAGM = []string{project.PAGM[0].Name}
	}
	vi := saml.VIFor(r.bench.Profile, r.convention, project, offered, user, "_vi-"+index, r.bench.Clock.Now())
	vi.SessionIndex = index
	draft := sso.Draft{
		VI: vi, ID: "_reponse-" + index, Destination: r.members.ACS(member), Signer: r.credential(operator + "/signature"), Profile: r.bench.Profile,
		Now: r.bench.Clock.Now(), Rand: bench.Entropy(),
	}
	raw, err := draft.Build()
	if err != nil {
		r.t.Fatal(err)
	}
	return raw
}

// order is a LogoutRequest of the operator to a member.
func (r *rig) order(member, index string, binding sso.Binding) sso.Outgoing {
	r.t.Helper()
	us, _ := r.convention.Organism(operator)
	signer := r.credential(operator + "/signature")
	now := r.bench.Clock.Now()
	out, err := sso.LogoutRequest{
		ID: "_fin-" + index, Issuer: us.Issuer, Destination: r.members.SLO(member), NameID: interops.NameID{Value: "agent-0001", Format: interops.FormatUnspecified},
		SessionIndexes: []string{index}, IssueInstant: now, NotOnOrAfter: now.Add(time.Minute),
	}.Send(sso.Sending{Binding: binding, Signer: &signer, Rand: bench.Entropy(), Now: now})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func TestMembersAreTheOtherServiceOperators(t *testing.T) {
	r := newRig(t)
	if got, want := r.members.Names(), []string{serving, attesting, "organisme-retire", "organisme-nouveau"}; !slices.Equal(got, want) {
		t.Errorf("members %v, want %v", got, want)
	}
	_, err := members.Start(members.Config{Bench: bare(t), Operator: members.Operator{Organism: "organisme-client"}})
	if err == nil || !strings.Contains(err.Error(), "no service operator") {
		t.Errorf("members of a convention without sphere: %v", err)
	}
}

// bare is a bench whose convention organises no sphere.
func bare(t testing.TB) *bench.Bench {
	t.Helper()
	w, err := theWorld()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bench.New(candidate.DefaultConvention(), candidate.DefaultProfile("current"), w.set, "bare")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestResponsesAreJudgedAndOpenSessions(t *testing.T) {
	r := newRig(t)
	page, err := r.browser().Post(context.Background(), r.members.ACS(attesting), sso.ResponseForm(r.response(attesting, "attestations", "_s1"), "marque"))
	if err != nil || page.Status != http.StatusOK || !page.Text("Bienvenue") {
		t.Fatalf("honest Response: %d %v", page.Status, err)
	}
	x := r.last()
	if x.Kind != members.KindResponse || x.Organism != attesting || x.Response.VI.NameID.Value != "agent-0001" || len(x.Response.Findings) > 0 {
		t.Errorf("seen %s at %s: %v", x.Kind, x.Organism, x.Response.Findings)
	}
	// One that is meant for another member is taken as well, and what is wrong with it is told.
	if _, err := r.browser().Post(context.Background(), r.members.ACS(serving), sso.ResponseForm(r.response(attesting, "attestations", "_s2"), "")); err != nil {
		t.Fatal(err)
	}
	if x = r.last(); len(x.Response.Findings) == 0 {
		t.Error("a Response for another member has no finding")
	}
}

func TestServicesAskBySignedRequests(t *testing.T) {
	r := newRig(t)
	page, err := r.browser().Get(context.Background(), r.members.AskURL(serving, "carte-europeenne")+"?marqueur=marque")
	if err != nil || page.Held == nil {
		t.Fatalf("ask: %+v, %v", page, err)
	}
	signer := r.credential(serving + "/signature")
	verify := func(out sso.Outgoing) sso.JudgedRequest {
		return sso.VerifyRequest(sso.Incoming{Method: http.MethodPost, Form: out.Form(), Header: http.Header{}}, sso.RequestExpectation{
			Destination: "https://operateur.test/sso", Registered: []sso.Registered{{Organism: serving, Service: "carte-europeenne", ACS: r.members.ACS(serving)}},
			Circle: sso.Circle{
				Convention: r.convention, Profile: r.bench.Profile, Receiver: operator, Now: r.bench.Clock.Now(), Trust: r.trust,
				Keys: func(string) [][]*x509.Certificate { return [][]*x509.Certificate{signer.Chain} },
			},
		})
	}
	out, err := r.members.Ask(serving, "carte-europeenne", members.Wish{Force: true, RelayState: "marque"})
	if err != nil {
		t.Fatal(err)
	}
	if j := verify(out); len(j.Findings) > 0 || !j.ForceAuthn || j.IsPassive {
		t.Errorf("request: %v, force %v, passive %v", j.Findings, j.ForceAuthn, j.IsPassive)
	}
	if out, err = r.members.Ask(serving, "carte-europeenne", members.Wish{Passive: true, Hooks: saml.Hooks{Form: func(f *saml.Form) error { f.Message = nil; return nil }}}); err != nil {
		t.Fatal(err)
	}
	if j := verify(out); len(j.Findings) == 0 || !j.IsPassive {
		t.Errorf("unsigned request: %v", j.Findings)
	}
	if _, err := r.members.Ask("organisme-inconnu", "x", members.Wish{}); err == nil {
		t.Error("a member without keys asks")
	}
}

func (r *rig) trust(chain []*x509.Certificate, _ time.Time) []pki.PathError {
	t := pki.Trust{Roots: r.bench.Roots(), Revocation: &pki.Checker{HTTP: r.fetcher}}
	return t.Verify(chain, pki.UsageSignature, bench.Wall())
}

// confirmed carries a LogoutRequest to a member by the browser and reads the answer that it is sent back with.
func (r *rig) confirmed(out sso.Outgoing) sso.JudgedLogoutResponse {
	r.t.Helper()
	a := r.browser()
	var page browser.Page
	var err error
	if out.Binding == sso.BindingRedirect {
		page, err = a.Get(context.Background(), out.URL())
	} else {
		page, err = a.Post(context.Background(), out.Destination, out.Form())
	}
	if err != nil || page.Held == nil {
		r.t.Fatalf("logout by browser: %d, %v", page.Status, err)
	}
	in := sso.Incoming{Method: page.Held.Method, Form: page.Held.Form, Header: http.Header{}}
	if _, query, redirected := strings.Cut(page.Held.URL, "?"); redirected {
		in.RawQuery = query
		request, _ := http.NewRequest(http.MethodGet, page.Held.URL, http.NoBody)
		in.Query = request.URL.Query()
	}
	us := r.credential(attesting + "/signature")
	return sso.VerifyLogoutResponse(in, sso.LogoutExpectation{
		Destination: "https://operateur.test/slo", Requests: func(id string) sso.RequestState {
			if strings.HasPrefix(id, "_fin-") {
				return sso.RequestPending
			}
			return sso.RequestUnknown
		},
		Circle: sso.Circle{
			Convention: r.convention, Profile: r.bench.Profile, Receiver: operator, Now: r.bench.Clock.Now(), Trust: r.trust,
			Keys: func(string) [][]*x509.Certificate { return [][]*x509.Certificate{us.Chain} },
		},
	})
}

func TestLogoutsAreAnsweredAsTold(t *testing.T) {
	r := newRig(t)
	for _, binding := range []sso.Binding{sso.BindingRedirect, sso.BindingPOST} {
		if _, err := r.browser().Post(context.Background(), r.members.ACS(attesting), sso.ResponseForm(r.response(attesting, "attestations", "_s1"), "")); err != nil {
			t.Fatal(err)
		}
		answer := r.confirmed(r.order(attesting, "_s1", binding))
		if len(answer.Findings) > 0 || answer.Status != sso.StatusSuccess {
			t.Errorf("%s: sound answer: %v %s", binding, answer.Findings, answer.Status)
		}
		r.mu.Lock()
		heard := slices.ContainsFunc(r.seen, func(x members.Exchange) bool {
			return x.Kind == members.KindLogoutRequest && len(x.Logout.Findings) == 0
		})
		r.mu.Unlock()
		if !heard {
			t.Errorf("%s: the LogoutRequest is not told, or has findings", binding)
		}
		again := r.confirmed(r.order(attesting, "_s1", binding))
		if again.Status != sso.StatusSuccess {
			t.Errorf("%s: a session that is over: %s", binding, again.Status)
		}
	}
	r.members.Behave(attesting, members.Manner{Down: true})
	if answer := r.confirmed(r.order(attesting, "_s1", sso.BindingPOST)); answer.Status == sso.StatusSuccess {
		t.Errorf("down: %s", answer.Status)
	}
	r.members.Behave(attesting, members.Manner{Astray: true})
	if answer := r.confirmed(r.order(attesting, "_s1", sso.BindingPOST)); len(answer.Findings) == 0 {
		t.Error("astray: the answer is to the request that came")
	}
	r.members.Recover()
	if answer := r.confirmed(r.order(attesting, "_s1", sso.BindingPOST)); len(answer.Findings) > 0 {
		t.Errorf("recovered: %v", answer.Findings)
	}
}

// The back channel of a member that is down answers nothing of use; that of a sound one confirms.
func TestBackChannel(t *testing.T) {
	r := newRig(t)
	post := func() (int, string) {
		out := r.order(attesting, "_s1", sso.BindingSOAP)
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: pki.ClientConfig(r.credential(operator+"/tls"), bench.Wall, func([]*x509.Certificate) error { return nil })}}
		defer client.CloseIdleConnections()
		response, err := client.Post(r.members.SLO(attesting), "text/xml; charset=utf-8", strings.NewReader(string(out.Envelope())))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body := make([]byte, 1<<14)
		n, _ := response.Body.Read(body)
		return response.StatusCode, string(body[:n])
	}
	if status, body := post(); status != http.StatusOK || !strings.Contains(body, "LogoutResponse") {
		t.Errorf("sound: %d %s", status, body)
	}
	r.members.Behave(attesting, members.Manner{Down: true})
	if status, body := post(); status != http.StatusServiceUnavailable || strings.Contains(body, "LogoutResponse") {
		t.Errorf("down: %d %s", status, body)
	}
}

func TestMembersLeaveByTheirOwnRequests(t *testing.T) {
	r := newRig(t)
	session := members.Session{Organism: attesting, VI: interops.VI{NameID: interops.NameID{Value: "agent-0001"}, SessionIndex: "_s9"}}
	out, err := r.members.Leave(session, members.Wish{})
	if err != nil {
		t.Fatal(err)
	}
	us := r.credential(attesting + "/signature")
	judged := sso.VerifyLogoutRequest(sso.Incoming{Method: http.MethodPost, Form: out.Form(), Header: http.Header{}}, sso.LogoutExpectation{
		Destination: "https://operateur.test/slo", Person: func(index string) (string, bool) { return "agent-0001", index == "_s9" },
		Circle: sso.Circle{
			Convention: r.convention, Profile: r.bench.Profile, Receiver: operator, Now: r.bench.Clock.Now(), Trust: r.trust,
			Keys: func(string) [][]*x509.Certificate { return [][]*x509.Certificate{us.Chain} },
		},
	})
	if len(judged.Findings) > 0 {
		t.Errorf("LogoutRequest: %v", judged.Findings)
	}
	called := r.members.Call(context.Background(), attesting, out) // nobody listens there
	if called.Err == nil || called.Status != 0 {
		t.Errorf("call to nobody: %+v", called)
	}
	if _, err := r.members.Leave(members.Session{Organism: "organisme-inconnu"}, members.Wish{}); err == nil {
		t.Error("an organism without keys leaves")
	}
}

func TestMetadataAreSound(t *testing.T) {
	r := newRig(t)
	page, err := r.browser().Get(context.Background(), r.members.URL(attesting, "/metadata"))
	if err != nil || page.Status != http.StatusOK {
		t.Fatalf("metadata: %d, %v", page.Status, err)
	}
	judged := sso.VerifyMetadata(page.Body, attesting, sso.Circle{
		Convention: r.convention, Profile: r.bench.Profile, Now: r.bench.Clock.Now(), Trust: r.trust,
	})
	if !judged.Trusted || len(judged.ACS) != 1 || judged.ACS[0].Location != r.members.ACS(attesting) {
		t.Errorf("metadata: %v, ACS %v", judged.Findings, judged.ACS)
	}
}
