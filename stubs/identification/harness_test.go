package identification_test

import (
	"fmt"
	"html"
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
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/stubs/identification"
)

const (
	operatorName = "organisme-2" // identifies, and authenticates nobody
	first        = "organisme-1"
	second       = "organisme-4"
	removed      = "organisme-retire"
	newcomer     = "organisme-nouveau"
	card         = "Carte Sesam-Vitale"
	password     = "Identifiant (login)"
)

var theWorld = benchtest.Share(candidate.SphereConvention, time.Millisecond)

// TestMain ends what the tests share, and finds what they left running.
func TestMain(m *testing.M) {
	benchtest.Main(m, theWorld.Close, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// rig is an operator under test; tokens are judged where they would arrive, without going there.
type rig struct {
	*benchtest.World
	t        testing.TB
	bench    *bench.Bench
	operator *identification.Operator
	path     string // of the traces
	log      benchtest.Log
	seen     map[string]bool // tokens that came, by issuer and identifier
}

// newRig starts an operator with those flaws; change may alter its configuration.
func newRig(t testing.TB, flaws []string, change ...func(*identification.Config)) *rig {
	t.Helper()
	w := theWorld.World(t)
	b := w.Bench(t)
	traces, path := benchtest.TraceLog(t)
	r := &rig{World: w, t: t, bench: b, path: path, seen: map[string]bool{}}
	c := identification.Config{
		Bench: b, Organism: operatorName, Operators: map[string]string{}, Accounts: accounts(), Traces: traces, Flaws: flaws,
		Log: slog.New(slog.NewTextHandler(&r.log, nil)),
	}
	for _, name := range []string{first, second, removed, newcomer, "organisme-3", "organisme-exterieur"} {
		c.Operators[name] = "https://" + name + ".test/contexte"
	}
	for _, f := range change {
		f(&c)
	}
	r.operator = benchtest.Started(t, identification.Start, c)
	return r
}

func person(i int) string { return fmt.Sprintf("personne-%04d", i) }

// accounts are ten persons; those of an odd rank have no card.
func accounts() []identification.Account {
	var all []identification.Account
	for i := range 10 {
		a := identification.Account{ID: person(i), Secret: "secret-de-" + person(i)}
		if i%2 == 1 {
			a.Means = []string{password}
		}
		all = append(all, a)
	}
	return all
}

// browser is that of a person.
type browser struct {
	*http.Client
	r *rig
}

func (r *rig) browse() *browser {
	return &browser{r.Browser(r.t), r}
}

// page is what a browser was shown in the end.
type page struct {
	status    int
	url, body string
	header    http.Header
}

func (b *browser) ask(method, path, body string, header http.Header) page {
	b.r.t.Helper()
	p := benchtest.Ask(b.r.t, b.Client, method, b.r.operator.URL(path), body, header)
	return page{p.Status, p.URL, p.Body, p.Header}
}

func (b *browser) get(path string) page { return b.ask(http.MethodGet, path, "", nil) }

// identify fills the form of a person with her secret and a means.
func (b *browser) identify(id, means string) page {
	return b.ask(http.MethodPost, "/login", url.Values{"identifiant": {id}, "secret": {"secret-de-" + id}, "moyen": {means}}.Encode(), nil)
}

// person is the browser of who identified herself by a means.
func (r *rig) person(i int, means string) *browser {
	b := r.browse()
	b.identify(person(i), means)
	return b
}

// arrival is a token at the operator that takes it, judged as the work of an identification operator.
type arrival struct {
	Action, Relay string
	Judged        sso.JudgedContext
}

// token reads the form that a page posts by itself; false when it posts none.
func (p page) token(r *rig, operator string) (arrival, bool) {
	_, rest, ok := strings.Cut(p.body, `<form method="post" action="`)
	if !ok || !strings.Contains(p.body, `name="ContextToken"`) {
		return arrival{}, false
	}
	action, _, _ := strings.Cut(rest, `"`)
	form := url.Values{}
	for _, part := range strings.Split(p.body, `<input type="hidden" name="`)[1:] {
		name, rest, _ := strings.Cut(part, `" value="`)
		value, _, _ := strings.Cut(rest, `"`)
		form.Set(name, html.UnescapeString(value))
	}
	x := saml.ContextExpectation{
		Convention: r.Convention, Profile: r.bench.Profile, Operator: operator, Now: r.bench.Clock.Now(), Emitted: true,
		Trust: r.Trust,
		Seen: func(issuer, id string) bool {
			before := r.seen[issuer+"\x00"+id]
			r.seen[issuer+"\x00"+id] = true
			return before
		},
	}
	judged := sso.VerifyContext(sso.Incoming{Method: http.MethodPost, Raw: []byte(form.Encode())}, x)
	return arrival{html.UnescapeString(action), form.Get("RelayState"), judged}, true
}

// gesture asks the operator for a verb about a person.
func (r *rig) gesture(verb, user string) int {
	r.t.Helper()
	return benchtest.Ask(r.t, http.DefaultClient, http.MethodPost, r.operator.ManageURL(verb), "", http.Header{emitter.UserHeader: {user}}).Status
}

// records reads the operator's traces.
func (r *rig) records() []interops.Trace {
	r.t.Helper()
	return benchtest.Traces(r.t, r.path)
}
