package client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/stubs/client"
)

// linked is a link to an honest provider.
type linked struct {
	*rig
	link *client.Link
}

func newLinked(t testing.TB) *linked {
	t.Helper()
	l := &linked{rig: newRig(t, nil, true)}
	var err error
	l.link, err = client.NewLink(client.LinkConfig{
		Bench: l.bench, Organism: clientName, Roots: l.Set.Roots(), Timeout: 5 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.link.Close)
	return l
}

// to makes an honest call to a service of a project.
func (l *linked) to(project, service, name string) client.Call {
	l.t.Helper()
	p, _ := l.Convention.Project(project)
	s, _ := p.Service(service)
	endpoint, err := url.Parse(l.partner.URL(service))
	if err != nil {
		l.t.Fatal(err)
	}
	u := interops.User{ID: "agent-0001", Class: interops.ClassPassword, AuthnInstant: l.Now.Add(-time.Minute), PAGM: []string{p.PAGM[0].Name}}
	if s.User == interops.UserForbidden {
		u.ID = ""
	}
	vi := saml.VIFor(l.bench.Profile, l.Convention, p, s, u, "_"+name, l.Now)
	if project == "historique" {
		vi.Version, vi.Confirmation.Method = "1.1", interops.MethodBearer
	}
	return client.Call{
		Endpoint: endpoint, Project: p, Service: s, VI: vi, Now: l.Now, RequestID: name, TokenReference: true,
		Body: []byte(`<m:consulter xmlns:m="urn:m">` + name + `</m:consulter>`),
	}
}

// send sends a call and fails the test when it could not be made.
func (l *linked) send(c client.Call) client.Exchange {
	l.t.Helper()
	x, err := l.link.Send(context.Background(), c)
	if err != nil {
		l.t.Fatalf("send: %v", err)
	}
	return x
}

// honestOf is what a mutation of the call departs from.
func (l *linked) honestOf(c client.Call) mutation.Honest {
	l.t.Helper()
	link, err := l.Set.Credential(clientName + "/tls")
	if err != nil {
		l.t.Fatal(err)
	}
	return mutation.Honest{
		Now: l.Now, Profile: l.bench.Profile, Convention: l.Convention, Project: c.Project, Service: c.Service, Link: link.Leaf(),
	}
}

// meeting returns an honest call where the mutation has a meaning.
func (l *linked) meeting(m mutation.Mutation) (client.Call, bool) {
	for _, at := range [][2]string{{"consultation", home}, {"applicatif", "service-applicatif"}, {"historique", "service-historique"}, {"signe", "service-signe"}} {
		c := l.to(at[0], at[1], m.Name)
		if len(m.Unmet(l.honestOf(c))) == 0 {
			return c, true
		}
	}
	return client.Call{}, false
}

func TestLinkSendsHonestCalls(t *testing.T) {
	l := newLinked(t)
	for i, at := range [][2]string{{"consultation", home}, {"applicatif", "service-applicatif"}, {"historique", "service-historique"}, {"signe", "service-signe"}} {
		x := l.send(l.to(at[0], at[1], fmt.Sprint("honnete-", i)))
		if x.Err != nil || x.Status != http.StatusOK || x.Twin != nil || x.TLS == nil || x.Ours.Leaf() == nil || x.Finished.Before(x.Started) {
			t.Errorf("%s: %v %d %s", at[0], x.Err, x.Status, x.Response)
		}
	}
	conns := map[string]bool{}
	for _, x := range l.since(0) {
		conns[x.ConnID] = true
	}
	if len(conns) != 1 {
		t.Errorf("%d connections", len(conns))
	}
}

// TestLinkCommitsEveryFault sends each fault of the catalogue to an honest provider: it is refused, it went as the
// conduct says, and the honest call after it passes.
func TestLinkCommitsEveryFault(t *testing.T) {
	l := newLinked(t)
	sent := 0
	for _, m := range mutation.Catalogue() {
		if !m.Tests(mutation.Provider) || !m.In(interops.ModeA) {
			continue
		}
		c, met := l.meeting(m)
		if !met {
			continue
		}
		sent++
		t.Run(m.Name, func(t *testing.T) { l.commit(t, m, c) })
	}
	if sent < 100 {
		t.Errorf("%d faults sent", sent)
	}
	if x := l.send(l.to("consultation", home, "dernier")); x.Status != http.StatusOK {
		t.Errorf("the honest call after all: %v %d", x.Err, x.Status)
	}
}

func (l *linked) commit(t *testing.T, m mutation.Mutation, c client.Call) {
	conduct := m.Behaviour(l.honestOf(c))
	if strings.HasPrefix(m.Name, "project-") && conduct.Organism == "" {
		c.Endpoint.Path = "/interops/service-" + map[string]string{"project-ended": "termine", "project-future": "futur"}[m.Name]
	}
	if conduct.Replay != nil {
		c.VI.OneTimeUse = conduct.Replay.OneTimeUse
		first := l.send(c)
		if first.Status != http.StatusOK {
			t.Fatalf("first message of a replay: %d %s", first.Status, first.Response)
		}
		c.Raw, c.Conduct = first.Request, &mutation.Conduct{ClientCertificate: conduct.Replay.ClientCertificate}
	} else {
		c.Mutation = &m
	}
	x := l.send(c)
	if x.Status == http.StatusOK || x.Accepted {
		t.Errorf("accepted: %d %s", x.Status, x.Response)
	}
	if conduct.Hello != nil {
		if x.Hello == "" && x.Err == nil {
			t.Error("no answer to the raw ClientHello")
		}
		return
	}
	if m.Conduct == nil && (len(x.Twin) == 0 || string(x.Twin) == string(x.Request)) {
		t.Error("the fault is not in the message")
	}
	l.wentAs(t, conduct, x)
}

// wentAs compares what went over the wire with the conduct.
func (l *linked) wentAs(t *testing.T, conduct mutation.Conduct, x client.Exchange) {
	if conduct.Plain != strings.HasPrefix(x.URL, "http://") {
		t.Errorf("address %s", x.URL)
	}
	if conduct.VIInQuery != strings.Contains(x.URL, "VI=") {
		t.Errorf("address %.80s", x.URL)
	}
	if conduct.Method != "" && x.Method != conduct.Method || conduct.ContentType != "" && x.RequestHeader.Get("Content-Type") != conduct.ContentType {
		t.Errorf("%s %s", x.Method, x.RequestHeader.Get("Content-Type"))
	}
	for name, values := range conduct.Header {
		if fmt.Sprint(x.RequestHeader[name]) != fmt.Sprint(values) {
			t.Errorf("header %s: %v", name, x.RequestHeader[name])
		}
	}
	organism := clientName
	for _, other := range []string{conduct.Organism, conduct.LinkOrganism} {
		if other != "" {
			organism = other
		}
	}
	want := organism + "/tls"
	switch {
	case conduct.Plain || conduct.ClientCertificate == mutation.Absent:
		want = ""
	case conduct.ClientCertificate != "":
		want = organism + "/" + conduct.ClientCertificate
	}
	if x.Ours.Name != want && conduct.Replay == nil {
		t.Errorf("credential %q, want %q", x.Ours.Name, want)
	}
	if conduct.SOAP == soap.V12 && !strings.Contains(string(x.Request), soap.Namespace12) {
		t.Error("the message is not in SOAP 1.2")
	}
}

func TestLinkTellsWhatItCannotDo(t *testing.T) {
	l := newLinked(t)
	c := l.to("consultation", home, "impossible")
	c.Body = []byte("<a")
	if _, err := l.link.Send(context.Background(), c); err == nil {
		t.Error("a body that is no XML is sent")
	}
	c = l.to("consultation", home, "sans-cle")
	c.Signer = "organisme-client/sans-cle"
	if _, err := l.link.Send(context.Background(), c); err == nil {
		t.Error("a key that is not there signs")
	}
	if _, err := client.NewLink(client.LinkConfig{Bench: l.bench, Organism: "inconnu", Roots: l.Set.Roots()}); err == nil {
		t.Error("an organism without key opens a link")
	}
	l.partner.Arm(-1, mutation.Conduct{ServerCertificate: "tls~unknown-ca"})
	if x := l.send(l.to("consultation", home, "mauvais-serveur")); x.Err == nil || x.Status != 0 {
		t.Errorf("a server of an unknown authority: %d", x.Status)
	}
}
