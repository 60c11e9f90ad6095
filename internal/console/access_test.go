package console_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/console"
	"etalon/internal/door"
	"etalon/internal/interops"
	"etalon/internal/store"
)

// The tokens of those whom the console of the tests admits.
const (
	operatorToken = "etalon_operator"
	vendorToken   = "etalon_vendor"
	otherToken    = "etalon_other"
	auditorToken  = "etalon_auditor"
	pastToken     = "etalon_past"
)

// admitting is an access file that admits them.
func admitting() *candidate.Admission {
	a := &candidate.Admission{
		Hosts: []string{"bac.exemple.test", "2001:db8::1"}, Others: candidate.OthersOperators,
		Limits:   candidate.AdmissionLimits{Requests: 1000, Together: 40, Attempts: 3},
		Sessions: candidate.SessionLife{Idle: interops.Duration{Duration: time.Hour}, Life: interops.Duration{Duration: 12 * time.Hour}},
	}
	for _, one := range [][3]string{{"exploitant", "operator", operatorToken}, {"editeur-a", "vendor", vendorToken}, {"editeur-b", "vendor", otherToken}, {"auditeur", "auditor", auditorToken}, {"editeur-a", "vendor", pastToken}} {
		sum := sha256.Sum256([]byte(one[2]))
		expires := noon.AddDate(0, 1, 0)
		if one[2] == pastToken {
			expires = noon
		}
		a.People = append(a.People, candidate.Admitted{Name: one[0], Rank: one[1], SHA256: hex.EncodeToString(sum[:]), Expires: interops.Date{Time: expires}})
	}
	return a
}

// gated is a console over TLS that asks who people are, its clock, and what it told of those at its door.
type gated struct {
	rig
	later atomic.Int64 // nanoseconds after noon
	told  benchtest.Told[door.Entrance]
}

func closed(t testing.TB, change func(*candidate.Admission)) *gated {
	t.Helper()
	d := &gated{}
	a := admitting()
	if change != nil {
		change(a)
	}
	d.rig = startedWith(t, httptest.NewTLSServer, func(c *console.Config) {
		c.Access, c.Entrances = a, d.told.Tell
		c.Now = func() time.Time { return noon.Add(time.Duration(d.later.Load())) }
	})
	return d
}

// browser is one that keeps cookies and follows no redirect.
func (d *gated) browser(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Transport: d.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask makes a request, as change has it, and reads the answer.
func (d *gated) ask(t testing.TB, client *http.Client, method, path, body string, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), method, d.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		q.Header.Set("Content-Type", forms)
	}
	if change != nil {
		change(q)
	}
	a, err := client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	raw, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a, string(raw)
}

// with presents a token.
func with(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

// page asks as a browser does for a page.
func page(r *http.Request) { r.Header.Set("Accept", "text/html,*/*;q=0.8") }

// enter signs in with a token, and returns the answer.
func (d *gated) enter(t testing.TB, client *http.Client, token, back string) (*http.Response, string) {
	t.Helper()
	return d.ask(t, client, http.MethodPost, "/login", url.Values{"token": {token}, "back": {back}}.Encode(), nil)
}

// routes lists the routes of a console, each with an address that leads to it, and who may ask.
func routes(t testing.TB, c *console.Console, each func(method, path string, ranks []int)) {
	t.Helper()
	many := 0
	err := chi.Walk(console.Routes(c), func(method, route string, _ http.Handler, by ...func(http.Handler) http.Handler) error {
		var ranks []int
		for _, one := range by {
			if i := slices.IndexFunc(console.Ranks, func(rank func(http.Handler) http.Handler) bool {
				return reflect.ValueOf(rank).Pointer() == reflect.ValueOf(one).Pointer()
			}); i >= 0 {
				ranks = append(ranks, i)
			}
		}
		many++
		path := strings.NewReplacer("{lang}", "fr", "*", "console.js").Replace(route)
		for strings.Contains(path, "{") {
			before, rest, _ := strings.Cut(path, "{")
			_, after, _ := strings.Cut(rest, "}")
			path = before + "1" + after
		}
		each(method, path, ranks)
		return nil
	})
	if err != nil || many == 0 {
		t.Errorf("%d routes, %v", many, err)
	}
}

// What changes something says who may: everybody who is known reads, and nobody else does anything.
func TestEveryRouteSaysWhoMayAsk(t *testing.T) {
	d := closed(t, func(a *candidate.Admission) { a.Limits.Attempts, a.Limits.Requests = 1000, 1_000_000 })
	open := map[string]int{"GET /login": 200, "POST /login": 403, "GET /language/fr": 303, "GET /assets/console.js": 200, "GET /login/openid": 404, "GET /login/return": 404}
	client := d.browser(t)
	routes(t, d.console, func(method, path string, ranks []int) {
		if method != http.MethodGet && len(ranks) != 1 {
			t.Errorf("%s %s: %d ranks declared, want one: With(read), With(changed) or With(operated)", method, path, len(ranks))
			return
		}
		a, _ := d.ask(t, client, method, path, "", page)
		if status, public := open[method+" "+path]; public {
			if a.StatusCode != status {
				t.Errorf("%s %s, of a stranger: %d, want %d", method, path, a.StatusCode, status)
			}
			return
		}
		want := http.StatusUnauthorized
		if method == http.MethodGet && !strings.HasPrefix(path, "/api/") {
			want = http.StatusSeeOther
		}
		if a.StatusCode != want || want == http.StatusSeeOther && !strings.HasPrefix(a.Header.Get("Location"), "/login?back=%2F") {
			t.Errorf("%s %s, of a stranger: %d to %q, want %d", method, path, a.StatusCode, a.Header.Get("Location"), want)
		}
		if method == http.MethodGet {
			return
		}
		for token, least := range map[string]int{auditorToken: 1, vendorToken: 2, operatorToken: 3} { // the places of Ranks
			a, body := d.ask(t, client, method, path, "", with(token))
			if refused := a.StatusCode == http.StatusForbidden && strings.Contains(body, "not-allowed"); refused != (ranks[0] > least) {
				t.Errorf("%s %s, of %s: %d %s", method, path, token, a.StatusCode, body)
			}
		}
	})
}

// The management is read by all who are known, its authorities by everybody, and ordered by operators.
func TestManagementHasRanks(t *testing.T) {
	d := closed(t, nil)
	for _, c := range []struct {
		method, path, token string
		want                int
	}{
		{http.MethodGet, "/roots.pem", "", 200}, {http.MethodPost, "/roots.pem", "", 401},
		{http.MethodGet, "/clock", "", 401}, {http.MethodGet, "/clock", vendorToken, 200}, {http.MethodGet, "/clock", auditorToken, 200},
		{http.MethodPost, "/clock", vendorToken, 403}, {http.MethodPost, "/clock", auditorToken, 403}, {http.MethodPost, "/clock", operatorToken, 200},
		{http.MethodPost, "/faults", vendorToken, 403}, {http.MethodPost, "/faults", operatorToken, 200}, {http.MethodPost, "/traces/break", auditorToken, 403},
	} {
		a, body := d.ask(t, d.Client(), c.method, c.path, "", func(r *http.Request) {
			if c.token != "" {
				with(c.token)(r)
			}
		})
		if a.StatusCode != c.want || c.want == 200 && !strings.Contains(body, "management of "+c.path) {
			t.Errorf("%s %s with %q: %d %s, want %d", c.method, c.path, c.token, a.StatusCode, body, c.want)
		}
	}
}

func TestTokens(t *testing.T) {
	d := closed(t, nil)
	for _, c := range []struct {
		header string
		want   int
	}{
		{"Bearer " + operatorToken, 200}, {"bearer " + auditorToken, 200},
		{"Bearer " + pastToken, 401}, {"Bearer etalon_wrong", 401}, {"Basic " + operatorToken, 401},
		{"Bearer " + operatorToken, 429}, {"", 401},
	} {
		a, body := d.ask(t, d.Client(), http.MethodGet, "/api/values", "", func(r *http.Request) {
			if c.header != "" {
				r.Header.Set("Authorization", c.header)
			}
		})
		if a.StatusCode != c.want || c.want == 401 && (body != `{"error":"sign-in"}`+"\n" || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer")) || c.want == 429 && a.Header.Get("Retry-After") != "20" {
			t.Errorf("%q: %d %v %s, want %d", c.header, a.StatusCode, a.Header, body, c.want)
		}
	}
	d.later.Store(int64(20 * time.Second))
	if a, _ := d.ask(t, d.Client(), http.MethodGet, "/api/values", "", with(operatorToken)); a.StatusCode != http.StatusOK {
		t.Errorf("once it has waited: %d", a.StatusCode)
	}
	d.later.Store(int64(40 * 24 * time.Hour))
	if a, _ := d.ask(t, d.Client(), http.MethodGet, "/api/values", "", with(operatorToken)); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("once it is over: %d", a.StatusCode)
	}
	for _, e := range d.told.All() {
		if e.What != door.Refused || e.Address != "127.0.0.1" || strings.Contains(fmt.Sprint(e), "etalon_") {
			t.Errorf("told %+v", e)
		}
	}
}

// session is the cookie of a session in an answer; nil when there is none.
func session(a *http.Response) *http.Cookie {
	for _, cookie := range a.Cookies() {
		if cookie.Name == "__Host-etalon" {
			return cookie
		}
	}
	return nil
}

func TestSignIn(t *testing.T) {
	d := closed(t, nil)
	client := d.browser(t)
	a, body := d.enter(t, client, "etalon_wrong", "/exchanges")
	if a.StatusCode != http.StatusForbidden || session(a) != nil || !strings.Contains(body, "Ce jeton n&#39;ouvre rien") || strings.Contains(body, "etalon_wrong") {
		t.Errorf("a wrong token: %d %s", a.StatusCode, body)
	}
	expired, said := d.enter(t, client, pastToken, "/exchanges")
	if expired.StatusCode != a.StatusCode || said != body {
		t.Errorf("an expired token is told from a wrong one: %d %s", expired.StatusCode, said)
	}
	a, _ = d.enter(t, client, vendorToken, "/exchanges?q=a")
	cookie := session(a)
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/exchanges?q=a" || cookie == nil || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" || len(cookie.Value) != 43 {
		t.Fatalf("%d %v %+v", a.StatusCode, a.Header, cookie)
	}
	if a, body := d.ask(t, client, http.MethodGet, "/exchanges", "", page); a.StatusCode != http.StatusOK || !strings.Contains(body, "editeur-a · éditeur") {
		t.Errorf("signed in: %d %s", a.StatusCode, body)
	}
	if a, _ = d.enter(t, client, vendorToken, ""); session(a) == nil || session(a).Value == cookie.Value {
		t.Errorf("the session is not renewed: %v", a.Header)
	}
	was := func(r *http.Request) { r.Header.Set("Cookie", "__Host-etalon="+cookie.Value) }
	if a, _ := d.ask(t, d.Client(), http.MethodGet, "/api/values", "", was); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("the session before the second login: %d", a.StatusCode)
	}
	a, _ = d.ask(t, client, http.MethodPost, "/logout", "", nil)
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/login" || session(a).MaxAge >= 0 {
		t.Errorf("sign out: %d %v", a.StatusCode, a.Header)
	}
	if a, _ := d.ask(t, client, http.MethodGet, "/exchanges", "", page); a.StatusCode != http.StatusSeeOther {
		t.Errorf("signed out: %d", a.StatusCode)
	}
	var whats []string
	for _, e := range d.told.All() {
		whats = append(whats, e.What+" "+e.Person.Name)
	}
	if got := strings.Join(whats, ","); got != "refused ,refused ,signed-in editeur-a,signed-in editeur-a,signed-out editeur-a" {
		t.Errorf("told %s", got)
	}
	for back, want := range map[string]string{"https://attacker.test/": "/", "//attacker.test": "/", "/login?back=/": "/", "/logout": "/", "/faults": "/faults"} {
		if a, _ := d.enter(t, d.browser(t), vendorToken, back); a.Header.Get("Location") != want {
			t.Errorf("%q leads to %q, want %q", back, a.Header.Get("Location"), want)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	d := closed(t, func(a *candidate.Admission) { a.Limits.Attempts = 1000 })
	alive := func(client *http.Client) bool {
		t.Helper()
		a, _ := d.ask(t, client, http.MethodGet, "/api/values", "", nil)
		return a.StatusCode == http.StatusOK
	}
	at := func(after time.Duration) { d.later.Store(int64(after)) }
	idle, busy, short := d.browser(t), d.browser(t), d.browser(t)
	d.enter(t, idle, vendorToken, "")
	d.enter(t, busy, vendorToken, "")
	for after := time.Duration(0); after < 12*time.Hour; after += 59 * time.Minute {
		if at(after); !alive(busy) {
			t.Fatalf("used all the while, it ended after %s", after)
		}
	}
	if alive(idle) {
		t.Error("idle for hours, it lives")
	}
	if at(12 * time.Hour); alive(busy) {
		t.Error("it lives after its whole life")
	}
	at(noon.AddDate(0, 1, 0).Sub(noon) - time.Minute)
	if d.enter(t, short, vendorToken, ""); !alive(short) {
		t.Error("just before its token ends it is over")
	}
	if at(noon.AddDate(0, 1, 0).Sub(noon)); alive(short) {
		t.Error("it lives longer than the token that opened it")
	}
	at(0)
	var many []*http.Client
	for range 21 {
		client := d.browser(t)
		d.enter(t, client, otherToken, "")
		many = append(many, client)
		d.later.Add(int64(time.Second))
	}
	if alive(many[0]) || !alive(many[1]) || !alive(many[20]) {
		t.Error("of twenty-one sessions of one person the first, and it alone, should end")
	}
}

// What a browser follows ends with its session.
func TestStreamEndsWithTheSession(t *testing.T) {
	d := closed(t, nil)
	client := d.browser(t)
	d.enter(t, client, vendorToken, "")
	a, err := client.Get(d.URL + "/api/events")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	lines := bufio.NewScanner(a.Body)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "retry:") {
		t.Fatalf("%s: %q", a.Status, lines.Text())
	}
	d.ask(t, client, http.MethodPost, "/logout", "", nil)
	for lines.Scan() {
	}
	if err := lines.Err(); err != nil {
		t.Error(err)
	}
}

func TestNamesAndOrigins(t *testing.T) {
	d := closed(t, nil)
	client := d.browser(t)
	d.enter(t, client, operatorToken, "")
	for name, c := range map[string]struct {
		method, host string
		header       [2]string
		want         int
		strict       bool
	}{
		"its own name":       {http.MethodGet, "bac.exemple.test:8540", [2]string{}, 200, true},
		"in capitals":        {http.MethodGet, "BAC.exemple.test.", [2]string{}, 200, true},
		"its own address":    {http.MethodGet, "[2001:db8::1]:8540", [2]string{}, 200, true},
		"this machine":       {http.MethodGet, "localhost:8540", [2]string{}, 200, false},
		"another name":       {http.MethodGet, "attacker.test", [2]string{}, 403, false},
		"a name that begins": {http.MethodGet, "bac.exemple.test.attacker.test", [2]string{}, 403, false},
		"another site":       {http.MethodPost, "", [2]string{"Sec-Fetch-Site", "cross-site"}, 403, false},
		"a subdomain":        {http.MethodPost, "bac.exemple.test", [2]string{"Sec-Fetch-Site", "same-site"}, 403, true},
		"another origin":     {http.MethodPost, "", [2]string{"Origin", "https://attacker.test"}, 403, false},
		"its own page":       {http.MethodPost, "bac.exemple.test", [2]string{"Origin", "https://bac.exemple.test"}, 303, true},
	} {
		path, body := "/exchanges", ""
		if c.method == http.MethodPost {
			path, body = "/clock/set", "how=follow"
		}
		cookies := client.Jar.Cookies(&url.URL{Scheme: "https", Host: strings.TrimPrefix(d.URL, "https://"), Path: "/"})
		a, _ := d.ask(t, &http.Client{Transport: d.Client().Transport, CheckRedirect: client.CheckRedirect}, c.method, path, body, func(r *http.Request) {
			if c.host != "" {
				r.Host = c.host
			}
			if c.header[0] != "" {
				r.Header.Set(c.header[0], c.header[1])
			}
			for _, cookie := range cookies {
				r.AddCookie(cookie)
			}
		})
		if a.StatusCode != c.want || (a.Header.Get("Strict-Transport-Security") != "") != c.strict {
			t.Errorf("%s: %d %v, want %d", name, a.StatusCode, a.Header, c.want)
		}
	}
	plain := startedWith(t, httptest.NewServer, func(c *console.Config) { c.Access = admitting() })
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, plain.URL+"/login", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Host = "bac.exemple.test"
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	if _ = a.Body.Close(); a.StatusCode != http.StatusForbidden {
		t.Errorf("its own name without TLS: %d", a.StatusCode)
	}
}

func TestUseIsBounded(t *testing.T) {
	d := closed(t, func(a *candidate.Admission) { a.Limits.Requests, a.Limits.Together = 10, 2 })
	for n := range 12 {
		a, _ := d.ask(t, d.Client(), http.MethodGet, "/api/values", "", with(vendorToken))
		if want := map[bool]int{true: 200, false: 429}[n < 10]; a.StatusCode != want || want == 429 && a.Header.Get("Retry-After") != "6" {
			t.Errorf("request %d: %d %v, want %d", n, a.StatusCode, a.Header, want)
		}
	}
	for n := range 3 {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+"/api/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		with(otherToken)(q)
		a, err := d.Client().Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		if want := map[bool]int{true: 200, false: 429}[n < 2]; a.StatusCode != want {
			t.Errorf("stream %d: %d, want %d", n, a.StatusCode, want)
		}
	}
	strangers := 0
	for range 302 {
		if a, _ := d.ask(t, d.Client(), http.MethodGet, "/api/values", "", nil); a.StatusCode == http.StatusTooManyRequests {
			strangers++
		}
	}
	if strangers != 2 {
		t.Errorf("%d of 302 requests of strangers are too many, want 2", strangers)
	}
}

// A vendor sees what is its own and what is everybody's, by every way; an auditor and an operator see everything.
func TestEachSeesItsOwn(t *testing.T) {
	d := closed(t, nil)
	owned := func(owner string, n int) store.Exchange {
		x := call(n)
		x.Owner, x.Partner, x.Request.Raw = owner, "partenaire-"+owner, fmt.Appendf(nil, "<a>de-%s</a>", owner)
		id := d.add(t, x)
		kept, err := d.store.Exchange(t.Context(), "", id)
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	a, b, all, none := owned("editeur-a", 1), owned("editeur-b", 2), owned("", 3), owned(door.OfOperators, 4)
	for token, sees := range map[string][]store.Exchange{
		vendorToken: {a, all}, otherToken: {b, all}, auditorToken: {a, b, all, none}, operatorToken: {a, b, all, none},
	} {
		_, list := d.ask(t, d.Client(), http.MethodGet, "/api/exchanges", "", with(token))
		_, values := d.ask(t, d.Client(), http.MethodGet, "/api/values", "", with(token))
		_, pageOfAll := d.ask(t, d.Client(), http.MethodGet, "/exchanges", "", with(token))
		var told store.Page
		if err := json.Unmarshal([]byte(list), &told); err != nil || told.Total != len(sees) {
			t.Errorf("%s: %d exchanges, want %d, %v", token, told.Total, len(sees), err)
		}
		for _, x := range []store.Exchange{a, b, all, none} {
			may := slices.ContainsFunc(sees, func(s store.Exchange) bool { return s.ID == x.ID })
			want := map[bool]int{true: 200, false: 404}[may]
			for _, path := range []string{fmt.Sprintf("/api/exchanges/%d", x.ID), fmt.Sprintf("/exchanges/%d", x.ID), "/api/messages/" + x.Request.Digest} {
				if a, _ := d.ask(t, d.Client(), http.MethodGet, path, "", with(token)); a.StatusCode != want {
					t.Errorf("%s, %s of %q: %d, want %d", token, path, x.Owner, a.StatusCode, want)
				}
			}
			quoted := `"` + x.Partner + `"`
			if strings.Contains(values, quoted) != may || strings.Contains(pageOfAll, fmt.Sprintf(`id="x%d"`, x.ID)) != may {
				t.Errorf("%s: what is of %q is in the values or on the page: %v, want %v", token, x.Owner, !may, may)
			}
		}
		if got := d.followed(t, token, len(sees)); !slices.EqualFunc(sees, got, func(x store.Exchange, id int64) bool { return x.ID == id }) {
			t.Errorf("%s follows %v", token, got)
		}
	}
}

// followed are the first exchanges that the stream of events tells, and no more than there are before the next.
func (d *gated) followed(t *testing.T, token string, n int) []int64 {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	with(token)(q)
	a, err := d.Client().Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	var ids []int64
	for lines := bufio.NewScanner(a.Body); len(ids) < n && lines.Scan(); {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var x store.Exchange
			if err := json.Unmarshal([]byte(data), &x); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, x.ID)
		}
	}
	return ids
}

// A campaign is its vendor's: to another it is not there, whatever is asked of it; an auditor reads it and changes nothing.
func TestEachRunsItsOwn(t *testing.T) {
	d := closed(t, func(a *candidate.Admission) { a.Limits.Requests = 100_000 })
	order := url.Values{"candidate": {"essai-fournisseur-a"}}.Encode()
	a, body := d.ask(t, d.browser(t), http.MethodPost, "/campaigns", order, with(vendorToken))
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/campaigns/c-1") {
		t.Fatalf("start: %d %v %s", a.StatusCode, a.Header, body)
	}
	if a, _ := d.ask(t, d.browser(t), http.MethodPost, "/campaigns", order, with(auditorToken)); a.StatusCode != http.StatusForbidden {
		t.Errorf("an auditor starts one: %d", a.StatusCode)
	}
	seen := 0
	routes(t, d.console, func(method, path string, _ []int) {
		if !strings.Contains(path, "/campaigns/1") {
			return
		}
		seen++
		path = strings.Replace(path, "/campaigns/1", "/campaigns/c-1", 1)
		if strings.HasSuffix(path, "/compare") {
			path += "?with=c-1"
		}
		if a, body := d.ask(t, d.browser(t), method, path, "", with(otherToken)); a.StatusCode != http.StatusNotFound || strings.Contains(body, "Souche") {
			t.Errorf("%s %s of another vendor: %d %s", method, path, a.StatusCode, body)
		}
		if method == http.MethodPost {
			if a, body := d.ask(t, d.browser(t), method, path, "", with(auditorToken)); a.StatusCode != http.StatusForbidden || !strings.Contains(body, "not-allowed") {
				t.Errorf("%s %s of an auditor: %d %s", method, path, a.StatusCode, body)
			}
		}
	})
	if seen < 10 {
		t.Errorf("%d routes of one campaign: the test looks elsewhere", seen)
	}
	for token, sees := range map[string]bool{vendorToken: true, otherToken: false, auditorToken: true, operatorToken: true} {
		for _, path := range []string{"/campaigns", "/api/campaigns"} {
			if a, body := d.ask(t, d.browser(t), http.MethodGet, path, "", with(token)); a.StatusCode != http.StatusOK || strings.Contains(body, "c-1") != sees {
				t.Errorf("%s of %s: %d, sees it %v, want %v", path, token, a.StatusCode, !sees, sees)
			}
		}
		if a, _ := d.ask(t, d.browser(t), http.MethodGet, "/campaigns/c-1", "", with(token)); (a.StatusCode == http.StatusOK) != sees {
			t.Errorf("%s reads it: %d", token, a.StatusCode)
		}
		everything := token == auditorToken || token == operatorToken
		if a, body := d.ask(t, d.browser(t), http.MethodGet, "/campaigns/new", "", with(token)); a.StatusCode != http.StatusOK || strings.Contains(body, `value="recette"`) != everything {
			t.Errorf("%s sees the candidate of another: %d %v, want %v", token, a.StatusCode, !everything, everything)
		}
	}
}

// What is refused to a person is told on a page, in their language; to a program, as an object.
func TestRefusalsArePagesForPeople(t *testing.T) {
	d := closed(t, nil)
	client := d.browser(t)
	d.enter(t, client, auditorToken, "")
	for _, c := range []struct {
		method, path, lang string
		status             int
		says               string
	}{
		{http.MethodGet, "/exchanges/99", "fr", 404, "Il n&#39;y a rien ici pour vous"},
		{http.MethodGet, "/exchanges/99", "en", 404, "There is nothing here for you"},
		{http.MethodGet, "/exchanges?limit=" + url.QueryEscape("<b>"), "fr", 400, "L&#39;adresse de cette page ne peut être lue"},
		{http.MethodGet, "/échanges", "fr", 404, "Cette page n&#39;existe pas"},
		{http.MethodPost, "/clock/set", "fr", 403, "Votre rang ne le permet pas"},
		{http.MethodGet, "/language/de", "fr", 404, "Le bac à sable ne peut pas le faire"},
	} {
		a, body := d.ask(t, client, c.method, c.path, "", func(r *http.Request) {
			page(r)
			r.AddCookie(&http.Cookie{Name: "etalon-lang", Value: c.lang})
		})
		if a.StatusCode != c.status || !strings.Contains(body, c.says) || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || !strings.Contains(body, `<html lang="`+c.lang+`">`) {
			t.Errorf("%s %s in %s: %d %s", c.method, c.path, c.lang, a.StatusCode, body)
		}
		if c.path == "/échanges" {
			continue // a program asks the management
		}
		if a, body := d.ask(t, client, c.method, c.path, "", nil); a.StatusCode != c.status || a.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s of a program: %d %s", c.method, c.path, a.StatusCode, body)
		}
	}
}

// A page offers what who looks may do, and no more.
func TestPagesOfferWhatIsAllowed(t *testing.T) {
	d := closed(t, nil)
	for token, offers := range map[string][3]bool{operatorToken: {true, true, true}, vendorToken: {false, false, true}, auditorToken: {false, false, false}} {
		for i, c := range [][2]string{{"/faults", `action="/clock/set"`}, {"/faults", `action="/faults/arm"`}, {"/campaigns", `href="/campaigns/new"`}} {
			if a, body := d.ask(t, d.browser(t), http.MethodGet, c[0], "", with(token)); a.StatusCode != http.StatusOK || strings.Contains(body, c[1]) != offers[i] {
				t.Errorf("%s offers %s to %s: %v, want %v", c[0], c[1], token, !offers[i], offers[i])
			}
		}
	}
}
