package authentication_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/stubs/authentication"
)

const (
	operator  = "organisme-1" // identifies, authenticates, serves
	other     = "organisme-2" // identifies
	serving   = "organisme-3" // serves; told of logouts through the browser
	attesting = "organisme-4" // serves, with PAGM; told by its back channel

	question = "Question secrète"
	code     = "Code confidentiel"
	vitale   = "Carte Vitale et code confidentiel"
)

var theWorld = benchtest.Share(candidate.SphereConvention, time.Second)

// TestMain ends what the tests share, and finds what they left running.
func TestMain(m *testing.M) {
	benchtest.Main(m, theWorld.Close)
}

// rig is an operator under test, with the members that it sends persons to.
type rig struct {
	*benchtest.World
	t       testing.TB
	bench   *bench.Bench
	oa      *authentication.Operator
	members map[string]*member
	traces  *bench.TraceLog
	path    string
	log     benchtest.Log
	seen    benchtest.Told[authentication.Exchange]

	mu  sync.Mutex
	ids int
}

// newRig starts an operator with those flaws, and its members; change may alter its configuration.
func newRig(t testing.TB, flaws []string, change ...func(*authentication.Config)) *rig {
	t.Helper()
	w := theWorld.World(t)
	r := &rig{World: w, t: t, bench: w.Bench(t), members: map[string]*member{}}
	r.traces, r.path = benchtest.TraceLog(t)
	c := authentication.Config{
		Bench: r.bench, Organism: operator, Traces: r.traces, Flaws: flaws, Revocation: w.Fetcher, Accounts: accounts(),
		Habilitations: rights(), Log: slog.New(slog.NewTextHandler(&r.log, nil)), Observe: r.seen.Tell, Patience: 2 * time.Second,
	}
	for _, f := range change {
		f(&c)
	}
	r.oa = benchtest.Started(t, authentication.Start, c)
	for _, name := range []string{operator, serving, attesting, "organisme-retire", "organisme-nouveau"} {
		r.members[name] = newMember(r, name)
		if err := r.oa.SetPeer(r.members[name].peer(name != serving)); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func personID(i int) string { return fmt.Sprintf("personne-%04d", i) }

func secretOf(person string) string { return "secret de " + person }

// accounts are sixty persons.
func accounts() []authentication.Account {
	var all []authentication.Account
	for i := range 60 {
		all = append(all, authentication.Account{ID: personID(i), Secret: secretOf(personID(i))})
	}
	return all
}

// rights are those of all persons: one PAGM at each service that knows some, but for the last person.
func rights() []interops.Habilitation {
	var all []interops.Habilitation
	for i := range 59 {
		all = append(all,
			interops.Habilitation{User: personID(i), Project: project(operator), PAGM: []string{"PAGM_COMPTE"}},
			interops.Habilitation{User: personID(i), Project: project(attesting), PAGM: []string{"PAGM_ATTESTATION"}})
	}
	return all
}

func project(provider string) string { return "sphere-essai/" + operator + "/" + provider }

// last returns what the operator was last told of that kind.
func (r *rig) last(kind string) authentication.Exchange {
	return r.seen.Last(func(x authentication.Exchange) bool { return x.Kind == kind })
}

// id draws an identifier of a message of the tests.
func (r *rig) id() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids++
	return fmt.Sprintf("_essai-%d", r.ids)
}

func (r *rig) credential(name string) *pki.Credential {
	r.t.Helper()
	c := r.Credential(r.t, name)
	return &c
}

// person is a person with a browser.
type person struct {
	*browser.Agent
	r  *rig
	id string
}

func (r *rig) person(i int) *person {
	a := browser.New(browser.Options{Roots: r.Set.Roots(), Patience: 10 * time.Second})
	r.t.Cleanup(func() { _ = a.Close() })
	return &person{Agent: a, r: r, id: personID(i)}
}

// get goes to an address.
func (p *person) get(address string) browser.Page {
	p.r.t.Helper()
	page, err := p.Get(context.Background(), address)
	if err != nil && !strings.Contains(err.Error(), "refused") {
		p.r.t.Fatalf("get %s: %v", address, err)
	}
	return page
}

var pageToken = regexp.MustCompile(`name="demande" value="([^"]+)"`)

// fill fills in the login page at hand.
func (p *person) fill(page browser.Page, id, secret, means string) browser.Page {
	p.r.t.Helper()
	found := pageToken.FindSubmatch(page.Body)
	if found == nil {
		return page // no login page: what should follow it does not
	}
	next, err := p.Post(context.Background(), p.r.oa.URL("/login"), map[string][]string{
		"demande": {string(found[1])}, "identifiant": {id}, "secret": {secret}, "moyen": {means},
	})
	if err != nil {
		p.r.t.Fatalf("log in: %v", err)
	}
	return next
}

// login logs the person in by a means, from the login page.
func (p *person) login(means string) browser.Page {
	p.r.t.Helper()
	return p.fill(p.get(p.r.oa.URL("/login")), p.id, secretOf(p.id), means)
}

// rebond goes to a service and returns what reached it; the page tells the rest.
func (p *person) rebond(organism, service string) (*arrival, browser.Page) {
	p.r.t.Helper()
	m := p.r.members[organism]
	before := m.count()
	page := p.get(p.r.oa.RebondURL(organism, service))
	return m.since(before), page
}

// records reads the operator's traces.
func (r *rig) records() []*journey.Record {
	r.t.Helper()
	raw, err := os.ReadFile(r.path)
	if err != nil {
		r.t.Fatal(err)
	}
	if len(raw) == 0 {
		return nil
	}
	export, err := journey.Read("traces.jsonl", bytes.NewReader(raw), journey.ReadOptions{})
	if err != nil {
		r.t.Fatal(err)
	}
	return export.Records
}

// judged judges a Response as the work of an operator.
func (r *rig) judged(a *arrival, request *sso.AuthnRequest) sso.Judged {
	return sso.Verify(a.in, sso.Expectation{
		Expectation: saml.Expectation{
			Convention: r.Convention.Settled(), Profile: r.bench.Profile, Mode: interops.ModeS, Provider: a.member.name, Now: a.at,
			Trust: r.Trust, Emitted: true,
		},
		ACS: a.member.url("/acs"), Request: request,
	})
}

// carry brings a message to the operator, as a browser does.
func (p *person) carry(out sso.Outgoing) browser.Page {
	p.r.t.Helper()
	var page browser.Page
	var err error
	if out.Binding == sso.BindingRedirect {
		page, err = p.Get(context.Background(), out.URL())
	} else {
		page, err = p.Post(context.Background(), out.Destination, out.Form())
	}
	if err != nil {
		p.r.t.Fatalf("carry %s: %v", out.Parameter, err)
	}
	return page
}

// token is a context token of an organism about a person, for the operator; change may alter it and how it is signed.
func (r *rig) token(from, person string, change func(*interops.ContextToken, *sso.ContextDraft)) []byte {
	r.t.Helper()
	issuer, _ := r.Convention.Organism(from)
	us, _ := r.Convention.Organism(operator)
	now := r.bench.Clock.Now()
	draft := &sso.ContextDraft{Signer: r.credential(from + "/signature"), Token: interops.ContextToken{
		ID: r.id(), IssueInstant: now, Issuer: issuer.Issuer, NameID: interops.NameID{Format: interops.FormatUnspecified, Value: person},
		Recipient: us.Recipient, Audience: us.Issuer, NotBefore: now.Add(-time.Minute), NotOnOrAfter: now.Add(3 * time.Minute),
		Method: "Identifiant (login)", Level: "login-code", Instant: now,
	}}
	if change != nil {
		change(&draft.Token, draft)
	}
	raw, err := draft.Build()
	if err != nil {
		r.t.Fatal(err)
	}
	return raw
}

// identified brings a context token to the operator.
func (p *person) identified(token []byte, relay string) browser.Page {
	p.r.t.Helper()
	page, err := p.Post(context.Background(), p.r.oa.URL("/contexte"), sso.ContextForm(token, relay))
	if err != nil {
		p.r.t.Fatalf("bring context token: %v", err)
	}
	return page
}
