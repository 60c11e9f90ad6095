package portal_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/stubs/portal"
)

const (
	clientName   = "organisme-client"
	providerName = "organisme-fournisseur"
	project      = "extranet"
	right        = "PAGM_CONSULTATION"
)

var theWorld = benchtest.Share(candidate.DefaultConvention, time.Millisecond)

// TestMain ends what the tests share, and finds what they left running.
func TestMain(m *testing.M) {
	benchtest.Main(m, theWorld.Close, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// rig is a portal under test and its partner.
type rig struct {
	*benchtest.World
	t        testing.TB
	bench    *bench.Bench
	portal   *portal.Portal
	receiver *receiver
	path     string // of the traces
	log      benchtest.Log
}

// newRig starts a portal with those flaws and its partner, over a transport; change may alter its configuration.
func newRig(t testing.TB, transport string, flaws []string, change ...func(*portal.Config)) *rig {
	t.Helper()
	w := theWorld.World(t)
	b := w.Bench(t)
	b.Profile.P.Transport = transport
	r := &rig{World: w, t: t, bench: b}
	r.receiver = newReceiver(t, b, w.Fetcher)
	traces, path := benchtest.TraceLog(t)
	r.path = path
	config := portal.Config{
		Bench: b, Organism: clientName, Traces: traces, Flaws: flaws, Services: r.services(), Revocation: w.Fetcher,
		Accounts: accounts(), Habilitations: rights(), Log: slog.New(slog.NewTextHandler(&r.log, nil)),
	}
	for _, f := range change {
		f(&config)
	}
	r.portal = benchtest.Started(t, portal.Start, config)
	return r
}

// services are those of the client's projects of mode P, and one that is in none.
func (r *rig) services() map[string]portal.Destination {
	all := map[string]portal.Destination{}
	for _, s := range []string{"extranet", "extranet-annexe", "extranet-termine", "extranet-futur", "extranet-inconnu"} {
		all[s] = portal.Destination{
			ACS: r.receiver.url("/" + s + "/acs"), Target: r.receiver.url("/" + s + "/app/"), Logout: r.receiver.url("/" + s + "/fin"),
		}
	}
	return all
}

func agent(i int) string { return fmt.Sprintf("agent-%04d", i) }

// accounts are a hundred agents; those of an odd rank log in by card.
func accounts() []portal.Account {
	var all []portal.Account
	for i := range 100 {
		a := portal.Account{ID: agent(i), Secret: "secret-de-" + agent(i)}
		if i%2 == 1 {
			a.Class = interops.ClassSmartcard
		}
		all = append(all, a)
	}
	return append(all, portal.Account{ID: "agent-sans-droit", Secret: "secret-de-agent-sans-droit"})
}

func rights() []interops.Habilitation {
	var all []interops.Habilitation
	for i := range 100 {
		all = append(all, interops.Habilitation{User: agent(i), Project: project, PAGM: []string{right, "PAGM_INTERNE"}})
	}
	return all
}

// browser is that of an agent.
type browser struct {
	*http.Client
	r *rig
}

// page is what a browser was shown in the end, and what reached the partner meanwhile.
type page struct {
	status int
	url    string
	header http.Header
	body   string
	left   []arrival
}

// browse opens a browser that trusts the test authorities.
func (r *rig) browse() *browser {
	return &browser{r.Browser(r.t), r}
}

// ask makes a request and follows it to its end.
func (b *browser) ask(method, address, body string, header http.Header) page {
	b.r.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.r.portal.URL(address)
	}
	before := b.r.receiver.count()
	p := benchtest.Ask(b.r.t, b.Client, method, address, body, header)
	return page{p.Status, p.URL, p.Header, p.Body, b.r.receiver.since(before)}
}

func (b *browser) get(address string) page { return b.ask(http.MethodGet, address, "", nil) }

// login fills the login form.
func (b *browser) login(id string) page {
	form := url.Values{"identifiant": {id}, "secret": {"secret-de-" + id}}
	return b.ask(http.MethodPost, "/login", form.Encode(), nil)
}

// agent is the browser of an agent who is logged in.
func (r *rig) agent(i int) *browser {
	b := r.browse()
	b.login(agent(i))
	return b
}

// responses are the requests that carry a Response.
func responses(left []arrival) []arrival {
	var all []arrival
	for _, a := range left {
		if a.Carries {
			all = append(all, a)
		}
	}
	return all
}

// gesture asks the portal for a verb about a user.
func (r *rig) gesture(verb, user string, pagm ...string) int {
	r.t.Helper()
	return benchtest.Ask(r.t, http.DefaultClient, http.MethodPost, r.portal.ManageURL(verb), "", http.Header{
		emitter.UserHeader: {user}, emitter.ProjectHeader: {project}, emitter.PAGMHeader: {strings.Join(pagm, " ")},
	}).Status
}

// records reads the portal's traces.
func (r *rig) records() []interops.Trace {
	r.t.Helper()
	return benchtest.Traces(r.t, r.path)
}
