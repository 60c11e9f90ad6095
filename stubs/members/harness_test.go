package members_test

import (
	"context"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/interops"
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

var theWorld = benchtest.Share(candidate.SphereConvention, 0)

// TestMain ends what the tests share, and finds what they left running.
func TestMain(m *testing.M) {
	benchtest.Main(m, theWorld.Close)
}

// rig is a set of members, and what they were told of.
type rig struct {
	*benchtest.World
	t       testing.TB
	bench   *bench.Bench
	members *members.Members
	seen    benchtest.Told[members.Exchange]
	alone   bool // the operator signs without its authorities' certificates
}

func newRig(t testing.TB, change ...func(*members.Config)) *rig {
	t.Helper()
	w := theWorld.World(t)
	r := &rig{World: w, t: t, bench: w.Bench(t)}
	r.bench.Clock.Follow()
	c := members.Config{
		Bench: r.bench, Revocation: w.Fetcher, Observe: r.seen.Tell,
		Operator: members.Operator{
			Organism: operator, SSO: "https://operateur.test/sso", SLO: "https://operateur.test/slo", SOAP: "https://operateur.test/slo",
			Keys: [][]*x509.Certificate{r.Credential(r.t, operator+"/signature").Chain},
		},
	}
	for _, f := range change {
		f(&c)
	}
	r.members = benchtest.Started(t, members.Start, c)
	return r
}

func (r *rig) last() members.Exchange {
	return r.seen.Last(func(members.Exchange) bool { return true })
}

// browser stops before the operator, which is nowhere.
func (r *rig) browser() *browser.Agent {
	a := browser.New(browser.Options{Roots: r.Set.Roots(), Patience: 10 * time.Second})
	a.Hold(func(q browser.Request) bool { return strings.HasPrefix(q.URL, "https://operateur.test/") })
	r.t.Cleanup(func() { _ = a.Close() })
	return a
}

// response is one of the operator for a service of a member.
func (r *rig) response(member, service, index string) []byte {
	r.t.Helper()
	var project interops.Project
	for _, p := range r.Convention.Opened() {
		if p.Client == operator && p.Provider == member {
			project = p
		}
	}
	offered, _ := project.Service(service)
	user := interops.User{ID: "agent-0001", Class: r.bench.Profile.Levels[2].Class, AuthnInstant: r.bench.Clock.Now()}
	if len(project.PAGM) > 0 {
		user.PAGM = []string{project.PAGM[0].Name}
	}
	vi := saml.VIFor(r.bench.Profile, r.Convention, project, offered, user, "_vi-"+index, r.bench.Clock.Now())
	vi.SessionIndex = index
	signer := r.Credential(r.t, operator+"/signature")
	if r.alone {
		signer.Chain = signer.Chain[:1]
	}
	draft := sso.Draft{
		VI: vi, ID: "_reponse-" + index, Destination: r.members.ACS(member), Signer: signer, Profile: r.bench.Profile,
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
	us, _ := r.Convention.Organism(operator)
	signer := r.Credential(r.t, operator+"/signature")
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

// bare is a bench whose convention organises no sphere.
func bare(t testing.TB) *bench.Bench {
	t.Helper()
	b := theWorld.World(t).Bench(t)
	b.Convention = candidate.DefaultConvention()
	b.Clock.Follow()
	return b
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
	us := r.Credential(r.t, attesting+"/signature")
	return sso.VerifyLogoutResponse(in, sso.LogoutExpectation{
		Destination: "https://operateur.test/slo", Requests: func(id string) sso.RequestState {
			if strings.HasPrefix(id, "_fin-") {
				return sso.RequestPending
			}
			return sso.RequestUnknown
		},
		Circle: sso.Circle{
			Convention: r.Convention, Profile: r.bench.Profile, Receiver: operator, Now: r.bench.Clock.Now(), Trust: r.Trust,
			Keys: func(string) [][]*x509.Certificate { return [][]*x509.Certificate{us.Chain} },
		},
	})
}
