package client_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/stubs/client"
	"etalon/stubs/service"
)

// visited is a link to an honest receiver of Responses.
type visited struct {
	*benchtest.World
	t         testing.TB
	bench     *bench.Bench
	transport string
	receiver  *service.Service
	link      *client.Link
}

func newVisited(t testing.TB, transport string) *visited {
	t.Helper()
	w := theWorld.World(t)
	b := w.Bench(t)
	b.Profile.P.Transport = transport
	v := &visited{World: w, t: t, bench: b, transport: transport}
	traces, _ := benchtest.TraceLog(t)
	v.receiver = benchtest.Started(t, service.Start, service.Config{Bench: b, Organism: providerName, Revocation: w.Fetcher, Traces: traces})
	var err error
	if v.link, err = client.NewLink(client.LinkConfig{Bench: b, Organism: clientName, Roots: w.Set.Roots(), Timeout: 5 * time.Second}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.link.Close)
	return v
}

// to makes an honest visit of a page, for a VI of that name.
func (v *visited) to(service, name string) client.Call {
	v.t.Helper()
	var project interops.Project
	for _, p := range v.Convention.Projects {
		if _, opens := p.Service(service); opens && p.Mode == interops.ModeP {
			project = p
		}
	}
	s, _ := project.Service(service)
	u := interops.User{ID: "agent-0001", Class: interops.ClassPassword, AuthnInstant: v.Now.Add(-time.Minute), PAGM: []string{project.PAGM[0].Name}}
	target := v.receiver.Target(service, "dossiers")
	return client.Call{
		Endpoint: v.parsed(v.receiver.ACS(service)), Project: project, Service: s, Now: v.Now, RequestID: name,
		VI: saml.VIFor(v.bench.Profile, v.Convention, project, s, u, "_"+name, v.Now),
		Visit: &client.Visit{
			Transport: v.transport, RelayState: target, Page: v.parsed(target + "?marqueur=" + name),
		},
	}
}

func (v *visited) parsed(address string) *url.URL {
	v.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		v.t.Fatal(err)
	}
	return u
}

func (v *visited) send(c client.Call) client.Exchange {
	v.t.Helper()
	x, err := v.link.Send(context.Background(), c)
	if err != nil {
		v.t.Fatalf("send: %v", err)
	}
	return x
}

const extranet = "extranet"

func TestVisitIsServed(t *testing.T) {
	for transport, hops := range map[string]int{sso.TransportProxyPost: 3, sso.TransportBrowserPost: 3, sso.TransportHeader: 1} {
		t.Run(transport, func(t *testing.T) {
			v := newVisited(t, transport)
			x := v.send(v.to(extranet, "honnete"))
			if !x.Served || x.Status != http.StatusOK || x.Refused() || len(x.Hops) != hops || len(x.Message) == 0 {
				t.Fatalf("served %v, HTTP %d %v, %d hops: want the page after %d", x.Served, x.Status, x.Err, len(x.Hops), hops)
			}
			if (x.Ours.Leaf() != nil) != (transport != sso.TransportBrowserPost) {
				t.Errorf("presented %v", x.Ours.Chain)
			}
			again := v.to(extranet, "seul")
			again.Visit.Alone = true
			if x := v.send(again); x.Served || x.Message != nil || len(x.Hops) != 1 {
				t.Errorf("a page asked for alone: served %v, %d hops", x.Served, len(x.Hops))
			}
		})
	}
}

// A visit in the browser of another goes on with its session; the page is known by its sign where there is one.
func TestVisitKeepsItsBrowser(t *testing.T) {
	v := newVisited(t, sso.TransportProxyPost)
	first := v.to(extranet, "premier")
	first.Visit.Browser = client.NewBrowser()
	v.send(first)
	for _, test := range []struct {
		success string
		want    bool
	}{{"", true}, {"agent-0001", true}, {"agent-9999", false}} {
		c := v.to(extranet, "suite")
		c.Visit.Browser, c.Visit.Alone, c.Visit.Success = first.Visit.Browser, true, test.success
		if x := v.send(c); x.Served != test.want {
			t.Errorf("sign %q: served %v, want %v: HTTP %d", test.success, x.Served, test.want, x.Status)
		}
	}
}

// TestVisitCommitsEveryFault takes each fault of a Response to an honest receiver, over each transport: nothing is
// served, and the honest visit after them all is.
func TestVisitCommitsEveryFault(t *testing.T) {
	for transport, least := range map[string]int{sso.TransportProxyPost: 120, sso.TransportBrowserPost: 90, sso.TransportHeader: 105} {
		t.Run(transport, func(t *testing.T) {
			v, sent := newVisited(t, transport), 0
			for _, m := range mutation.Catalogue() {
				c, ok := v.meeting(m, transport)
				if !ok {
					continue
				}
				sent++
				if x := v.commit(c, m); x.Served || x.Accepted {
					t.Errorf("%s: served, HTTP %d", m.Name, x.Status)
				}
			}
			if sent < least {
				t.Errorf("%d faults taken, want %d at least", sent, least)
			}
			if x := v.send(v.to(extranet, "dernier")); !x.Served {
				t.Errorf("the honest visit after all: %v %d %s", x.Err, x.Status, x.Response)
			}
		})
	}
}

// linkBound are the faults of a link that a browser does not open, or of a form that a header is not.
func linkBound(name, transport string) bool {
	link := strings.HasPrefix(name, "tls-client-") || strings.HasPrefix(name, "tls-identity-")
	form := strings.HasPrefix(name, "relaystate-") || name == "response-by-get" || name == "response-overlong"
	return link && transport == sso.TransportBrowserPost || form && transport == sso.TransportHeader || name == "response-from-foreign-page"
}

func (v *visited) meeting(m mutation.Mutation, transport string) (client.Call, bool) {
	c := v.to(extranet, m.Name)
	if strings.HasPrefix(m.Name, "project-") && m.Content != nil {
		other := v.to(map[string]string{"project-ended": "extranet-termine", "project-future": "extranet-futur"}[m.Name], m.Name)
		c.Endpoint, c.Visit = other.Endpoint, other.Visit
	}
	met := len(m.Unmet(mutation.Honest{
		Now: v.Now, Profile: v.bench.Profile, Convention: v.Convention, Project: c.Project, Service: c.Service,
	})) == 0
	return c, met && m.Tests(mutation.Provider) && m.In(interops.ModeP) && !linkBound(m.Name, transport)
}

func (v *visited) commit(c client.Call, m mutation.Mutation) client.Exchange {
	v.t.Helper()
	for _, n := range m.Needs {
		c.SignResponse = c.SignResponse || n == mutation.SignedResponse
	}
	replay := m.Behaviour(mutation.Honest{Now: v.Now, Profile: v.bench.Profile, Convention: v.Convention, Project: c.Project, Service: c.Service}).Replay
	if replay == nil {
		c.Mutation = &m
		return v.send(c)
	}
	c.VI.OneTimeUse = replay.OneTimeUse
	if first := v.send(c); !first.Served {
		v.t.Errorf("%s: the first presentation: HTTP %d", m.Name, first.Status)
	}
	c.Visit.Browser = nil
	return v.send(c)
}

// A refused Response is told by its refusal, and the page is asked for all the same.
func TestVisitAfterARefusal(t *testing.T) {
	v := newVisited(t, sso.TransportProxyPost)
	m, _ := mutation.ByName("vi-audience-other-service")
	c := v.to(extranet, "refuse")
	c.Mutation = &m
	x := v.send(c)
	if x.Served || !x.Refused() || x.Status < 400 || len(x.Hops) != 2 || x.Hops[1].URL != c.Visit.Page.String() {
		t.Errorf("served %v, refused %v, HTTP %d, %d hops", x.Served, x.Refused(), x.Status, len(x.Hops))
	}
	if honest, faulty := string(x.Twin), string(x.Hops[0].Request); honest == faulty || !strings.HasPrefix(honest, "RelayState=") {
		t.Errorf("twin %.40q of %.40q", honest, faulty)
	}
}

// Cookies that do not say SameSite=None stay behind when the form of another site is submitted.
func TestBrowserAbroad(t *testing.T) {
	b, at := client.NewBrowser(), &url.URL{Scheme: "https", Host: "service.test", Path: "/"}
	b.SetCookies(at, []*http.Cookie{
		{Name: "lax", Value: "1", SameSite: http.SameSiteLaxMode}, {Name: "tu", Value: "2"},
		{Name: "none", Value: "3", SameSite: http.SameSiteNoneMode, Secure: true},
	})
	names := func(all []*http.Cookie) (s string) {
		for _, k := range all {
			s += k.Name + " "
		}
		return s
	}
	if got := names(b.Cookies(at)); len(got) != len("lax tu none ") {
		t.Errorf("at home: %s", got)
	}
	if got := names(client.Abroad(b).Cookies(at)); got != "none " {
		t.Errorf("abroad: %s", got)
	}
}
