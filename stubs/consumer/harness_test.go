package consumer_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/rest"
	"etalon/stubs/consumer"
	"etalon/stubs/resource"
)

const (
	clientName   = "organisme-client"
	providerName = "organisme-fournisseur"
	home         = "api"
	right        = "PAGM_CONSULTATION"
)

var theWorld = benchtest.Share(candidate.DefaultConvention, time.Second) // a JWT tells whole seconds

// TestMain ends what the tests share, and finds what they left running.
func TestMain(m *testing.M) {
	benchtest.Main(m, theWorld.Close)
}

// rig is an application, a gateway under test and its partner.
type rig struct {
	*benchtest.World
	t           testing.TB
	bench       *bench.Bench
	gateway     *consumer.Gateway
	partner     *resource.Provider
	application *http.Client
	path        string // of the traces
	log         benchtest.Log
	seen        benchtest.Told[resource.Exchange]

	mu     sync.Mutex
	logins int
}

// newRig starts a gateway with those flaws and that form of token in front of a partner that takes everything; change
// may alter both configurations.
func newRig(t testing.TB, form string, flaws []string, change ...func(*consumer.Config, *resource.Config)) *rig {
	t.Helper()
	w := theWorld.World(t)
	b := w.Bench(t)
	r := &rig{World: w, t: t, bench: b}
	r.application = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 30 * time.Second}
	t.Cleanup(r.application.CloseIdleConnections)
	partner := resource.Config{
		Bench: b, Organism: providerName, Token: form, Observe: r.seen.Tell, Revocation: w.Fetcher,
		Flaws: []string{resource.AcceptsEverything},
	}
	traces, path := benchtest.TraceLog(t)
	r.path = path
	config := consumer.Config{
		Bench: b, Organism: clientName, Token: form, Traces: traces, Flaws: flaws, Revocation: w.Fetcher,
		Habilitations: rights(), Log: slog.New(slog.NewTextHandler(&r.log, nil)),
	}
	for _, f := range change {
		f(&config, &partner)
	}
	r.partner = benchtest.Started(t, resource.Start, partner)
	config.Resources = map[string]string{"api-inconnu": r.partner.URL("api-inconnu", "")}
	for _, p := range r.Convention.Projects {
		for _, s := range p.Services {
			if p.Client == clientName && p.Mode == interops.ModeR {
				config.Resources[s.Name] = r.partner.URL(s.Name, "")
			}
		}
	}
	r.gateway = benchtest.Started(t, consumer.Start, config)
	return r
}

// rights are those of a hundred users of the project api.
func rights() []interops.Habilitation {
	var all []interops.Habilitation
	for i := range 100 {
		all = append(all, interops.Habilitation{User: userID(i), Project: "api", PAGM: []string{right, "PAGM_GESTION"}})
	}
	return all
}

func userID(i int) string { return fmt.Sprintf("agent-%04d", i) }

// since returns the calls that reached the partner from the n-th exchange on.
func (r *rig) since(n int) []resource.Exchange {
	var all []resource.Exchange
	for _, x := range r.seen.All()[n:] {
		if x.Method != "" {
			all = append(all, x)
		}
	}
	return all
}

func (r *rig) count() int { return len(r.seen.All()) }

// login is a fresh session of a user.
func (r *rig) login(i int) *interops.User {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.logins++
	return &interops.User{
		ID: userID(i), Class: interops.ClassPassword, PAGM: []string{right},
		AuthnInstant: r.Now.Add(-time.Hour + time.Duration(r.logins)*time.Second),
	}
}

// demand is what an application asks of its gateway: GET of the resource dossiers, unless told otherwise.
type demand struct {
	method, service, path, query string
	user                         *interops.User
	body                         string
	header                       http.Header
}

// outcome is what came of it.
type outcome struct {
	status int
	header http.Header
	body   []byte
	left   []resource.Exchange // what reached the partner
}

// call makes the application call its gateway.
func (r *rig) call(d demand) outcome {
	r.t.Helper()
	if d.service == "" {
		d.service = home
	}
	if d.path == "" {
		d.path = "/dossiers"
	}
	address := r.gateway.URL(d.service) + d.path
	if d.query != "" {
		address += "?" + d.query
	}
	request, err := http.NewRequest(d.method, address, strings.NewReader(d.body))
	if err != nil {
		r.t.Fatal(err)
	}
	if d.user != nil {
		raw, _ := json.Marshal(d.user)
		request.Header.Set(emitter.IdentityHeader, string(raw))
	}
	for name, values := range d.header {
		request.Header[name] = values
	}
	before := r.count()
	response, err := r.application.Do(request)
	if err != nil {
		r.t.Fatalf("call gateway: %v", err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return outcome{response.StatusCode, response.Header, raw, r.since(before)}
}

// gesture asks the gateway for a verb about a user.
func (r *rig) gesture(verb string, u *interops.User) int {
	r.t.Helper()
	request, err := http.NewRequest(http.MethodPost, r.gateway.ManageURL(verb), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	if u != nil {
		request.Header.Set(emitter.UserHeader, u.ID)
		request.Header.Set(emitter.ProjectHeader, "api")
		request.Header.Set(emitter.PAGMHeader, strings.Join(u.PAGM, " "))
	}
	response, err := r.application.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// arm makes the partner commit a fault of the catalogue.
func (r *rig) arm(name string) {
	r.t.Helper()
	m, ok := mutation.ByName(name)
	if !ok {
		r.t.Fatalf("no fault %s", name)
	}
	project, _ := r.Convention.Project("api")
	r.partner.Arm(-1, m.Behaviour(mutation.Honest{
		Now: r.Now, Profile: r.bench.Profile, Convention: r.Convention, Project: project, Service: project.Services[0],
	}))
}

// records reads the gateway's traces.
func (r *rig) records() []interops.Trace {
	r.t.Helper()
	return benchtest.Traces(r.t, r.path)
}

// emitted judges a call as the work of a client.
func emitted(x resource.Exchange) rest.Judged {
	expect := x.Expectation
	expect.Emitted = true
	return rest.Verify(x.Incoming, expect)
}
