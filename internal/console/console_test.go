package console_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/console"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/stand"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// rig is a console that serves a store.
type rig struct {
	*httptest.Server
	store   *store.Store
	acts    *actors
	desk    *desk
	console *console.Console
}

// actors are partners that remember what they were told.
type actors struct {
	clock bench.Clock
	armed []stand.Armed
	// called are the faults of the calls that were asked for.
	called []string
}

// Faults implements console.Partners.
func (a *actors) Faults() []stand.Armable {
	var all []stand.Armable
	for _, name := range []string{"tls-server-certificate-expired", "answer-fault-invalid-vi"} {
		m, _ := mutation.ByName(name)
		all = append(all, stand.Armable{Role: candidate.RoleProvider, Mode: interops.ModeA, Fault: stand.Fault{Name: m.Name, Violates: m.Violates, Title: m.Title}})
	}
	of, _ := mutation.ByName("vi-audience-other-service")
	return append(all, stand.Armable{Role: candidate.RoleClient, Mode: interops.ModeA, Fault: stand.Fault{Name: of.Name, Violates: of.Violates, Title: of.Title}})
}

// Armed implements console.Partners.
func (a *actors) Armed() []stand.Armed { return a.armed }

// Callables implements console.Partners.
func (a *actors) Callables() []stand.Callable {
	return []stand.Callable{{Mode: interops.ModeA, Target: "https://127.0.0.1:8443/interops/<b>service</b>"}}
}

// Call implements console.Partners.
func (a *actors) Call(_ context.Context, mode interops.Mode, fault string) (stand.Called, error) {
	switch {
	case mode != "" && mode != interops.ModeA:
		return stand.Called{}, stand.ErrNotPlayed
	case fault != "" && fault != "vi-format-absent":
		return stand.Called{}, stand.ErrNoSuchFault
	}
	a.called = append(a.called, fault)
	return stand.Called{Mode: interops.ModeA, Target: "https://127.0.0.1:8443/", Fault: fault, Status: 500}, nil
}

// Clock implements console.Partners.
func (a *actors) Clock() *bench.Clock { return &a.clock }

// Arm implements console.Partners.
func (a *actors) Arm(role candidate.Role, mode interops.Mode, fault string, times int) error {
	switch {
	case mode != interops.ModeA || role != "" && role != candidate.RoleProvider:
		return stand.ErrNotPlayed
	case fault == "":
		a.armed = nil
	case !slices.ContainsFunc(a.Faults(), func(f stand.Armable) bool { return f.Name == fault }):
		return stand.ErrNoSuchFault
	case times < 1 || times > stand.MaxTimes:
		return stand.ErrTimes
	default:
		a.armed = []stand.Armed{{Role: candidate.RoleProvider, Mode: mode, Fault: fault, Left: times}}
	}
	return nil
}

func started(t testing.TB) rig {
	t.Helper()
	return startedWith(t, httptest.NewServer, func(*console.Config) {})
}

// startedWith starts a console whose settings are changed.
func startedWith(t testing.TB, serve func(http.Handler) *httptest.Server, change func(*console.Config)) rig {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	acts, runs := &actors{}, &desk{store: s, runs: map[string]*played{}}
	config := console.Config{
		Store: s, Partners: acts, Campaigns: runs, Faces: []console.Face{{Role: "fournisseur", Mode: "A", URL: "https://127.0.0.1:8543/interops/service-a"}},
		Management: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "management of ", r.URL.Path) }),
	}
	config.Made, config.Clinic = workshop(t)
	change(&config)
	c, err := console.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := serve(documented(t, c.Handler()))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return rig{server, s, acts, runs, c}
}

// hostile is what a partner may send in every field.
const hostile = "</td><script>document.title='pwned'</script><img src=x onerror=alert(1)>\x1b[31m\u202e\x00\xff'\"`\r\nX: y"

// call is the exchange of a provider that refused an assertion.
func call(n int) store.Exchange {
	return store.Exchange{
		At: noon.Add(time.Duration(n) * time.Second), MS: 12.5, Protocol: "SOAP", Role: "fournisseur", Mode: "A", Partner: "organisme-fournisseur",
		From: "peer", Peer: "CN=passerelle.test.invalid", Method: "POST", Target: "/interops/service-a", Status: 500, Outcome: store.Refused,
		Findings: []verdict.Finding{{Requirement: "V10", Rule: "audience-other", Want: "urn:a", Got: "urn:b"}},
		Request:  &store.Message{Media: "text/xml", Head: "POST /interops/service-a HTTP/1.1\nSOAPAction: consulter", Raw: fmt.Appendf(nil, "<Envelope>marqueur-%04d</Envelope>", n)},
		Response: &store.Message{Media: "text/xml", Raw: []byte("<Fault>audience</Fault>")},
		TLS:      &verdict.TLS{Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", Peer: []string{"CN=passerelle.test.invalid"}},
	}
}

// attack is an exchange whose every field is hostile.
func attack() store.Exchange {
	x := call(0)
	x.Partner, x.Peer, x.Method, x.Target, x.Error, x.Fault = hostile, hostile, hostile, hostile, hostile, hostile
	x.Findings = []verdict.Finding{{Requirement: hostile, Rule: hostile, Want: hostile, Got: hostile}}
	x.Request = &store.Message{Media: hostile, Head: hostile, Raw: []byte(hostile)}
	x.TLS = &verdict.TLS{Version: hostile, Cipher: hostile, Peer: []string{hostile}, Ours: []string{hostile}}
	return x
}

func (r rig) add(t testing.TB, x store.Exchange) int64 {
	t.Helper()
	id, err := r.store.Add(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// get asks for an address, in a language.
func (r rig) get(t testing.TB, path, lang string) (status int, body string, header http.Header) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if lang != "" {
		q.AddCookie(&http.Cookie{Name: "etalon-lang", Value: lang})
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a, err := client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	raw, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(raw), a.Header
}

func TestPagesInBothLanguages(t *testing.T) {
	r := started(t)
	id := r.add(t, call(1))
	for path, want := range map[string][2][]string{
		"/exchanges":                     {{"Échanges", "refusé", "organisme-fournisseur", "V10", "https://127.0.0.1:8543/interops/service-a"}, {"Exchanges", "refused"}},
		fmt.Sprintf("/exchanges/%d", id): {{"Écarts", "audience-other", "marqueur-0001", "TLS 1.3", "--request &#39;POST&#39; --cacert &#34;$ROOTS&#34; --cert &#34;$CERT&#34; --key &#34;$KEY&#34; --url &#39;https://localhost/interops/service-a&#39;"}, {"Findings", "Wanted"}},
		"/exchanges?q=absent":            {{"Aucun échange"}, {"No exchange"}},
		"/faults":                        {{"Fautes et horloge", "tls-server-certificate-expired", "T02", "Les 3 fautes"}, {"Faults and clock", "The 3 faults"}},
		"/faults?q=T02+certificat":       {{"tls-server-certificate-expired"}, {"expired"}},
		"/faults?q=absent":               {{"Aucune faute"}, {"No fault has"}},
	} {
		for i, lang := range []string{"fr", "en"} {
			status, body, header := r.get(t, path, lang)
			if status != http.StatusOK || !strings.Contains(body, `<html lang="`+lang+`">`) || !strings.HasPrefix(header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("%s in %s: %d %v", path, lang, status, header)
			}
			for _, text := range want[i] {
				if !strings.Contains(body, text) {
					t.Errorf("%s in %s: no %q in %s", path, lang, text, body)
				}
			}
		}
	}
	if status, _, header := r.get(t, "/", ""); status != http.StatusSeeOther || header.Get("Location") != "/exchanges" {
		t.Errorf("the first page: %d %v", status, header)
	}
	if status, body, _ := r.get(t, "/roots.pem", ""); status != http.StatusOK || body != "management of /roots.pem" {
		t.Errorf("the management: %d %s", status, body)
	}
}

// Every sentence that the pages ask for is there, in both languages, and every one that is there is asked for.
func TestEverySentenceIsThereAndAsked(t *testing.T) {
	asked, said := map[string]bool{}, map[string]bool{}
	for _, place := range console.Places {
		asked[place] = true
	}
	var families []string
	code, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range code {
		for _, m := range regexp.MustCompile(`"([a-z]+[a-z.-]*)"`).FindAllStringSubmatch(read(t, name), -1) {
			said[m[1]] = true
		}
	}
	pages, err := filepath.Glob("pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages {
		text := read(t, name)
		for _, m := range regexp.MustCompile(`\.T "([^"]+)"`).FindAllStringSubmatch(text, -1) {
			asked[m[1]] = true
		}
		for _, m := range regexp.MustCompile(`printf "([a-z.-]+\.)%[sd]"`).FindAllStringSubmatch(text, -1) {
			families = append(families, m[1])
		}
	}
	texts, err := filepath.Glob("texts/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range texts {
		for _, line := range strings.Split(strings.TrimSpace(read(t, name)), "\n")[1:] {
			key, _, _ := strings.Cut(line, ",")
			if !asked[key] && !said[key] && !slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(key, f) }) {
				t.Errorf("%s: %s: no page asks for it", name, key)
			}
			delete(asked, key)
		}
	}
	for key := range asked {
		t.Errorf("%s: no sentence", key)
	}
}

// read is the text of a file of the package.
func read(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestHostileExchangesAreInert(t *testing.T) {
	r := started(t)
	id := r.add(t, attack())
	for _, path := range []string{"/exchanges", fmt.Sprintf("/exchanges/%d", id), "/exchanges?q=" + url.QueryEscape(hostile), "/exchanges?requirement=" + url.QueryEscape(hostile)} {
		status, body, _ := r.get(t, path, "")
		if status != http.StatusOK || strings.Contains(body, "<script>") || strings.Contains(body, "<img") || strings.ContainsAny(body, "\x1b\u202e\x00") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	status, body, header := r.get(t, fmt.Sprintf("/api/exchanges/%d", id), "")
	var x store.Exchange
	if err := json.Unmarshal([]byte(body), &x); status != http.StatusOK || err != nil || strings.ContainsAny(body, "<>\x1b") || header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %v %s", status, err, body)
	}
	status, body, header = r.get(t, "/api/messages/"+x.Request.Digest, "")
	if status != http.StatusOK || body != hostile || header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment") || !strings.Contains(header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d %q %v", status, body, header)
	}
}

func TestForeignCallersAreRefused(t *testing.T) {
	r := started(t)
	for name, c := range map[string]struct {
		method, host, origin, site string
		want                       int
	}{
		"our own":                   {http.MethodGet, "", "", "", http.StatusOK},
		"another name":              {http.MethodGet, "sandbox.attacker.test", "", "", http.StatusForbidden},
		"another name with a port":  {http.MethodGet, "attacker.test:80", "", "", http.StatusForbidden},
		"no name":                   {http.MethodGet, "127.0.0.1.attacker.test", "", "", http.StatusForbidden},
		"localhost":                 {http.MethodGet, "localhost:8540", "", "", http.StatusOK},
		"another site that changes": {http.MethodPost, "", "https://attacker.test", "", http.StatusForbidden},
		"by what the browser says":  {http.MethodPost, "", "", "cross-site", http.StatusForbidden},
		"our own page":              {http.MethodPost, "", "http://HOST", "same-origin", http.StatusOK},
	} {
		q, err := http.NewRequestWithContext(t.Context(), c.method, r.URL+"/clock", nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.host != "" {
			q.Host = c.host
		}
		if c.origin != "" {
			q.Header.Set("Origin", strings.Replace(c.origin, "HOST", q.URL.Host, 1))
		}
		if c.site != "" {
			q.Header.Set("Sec-Fetch-Site", c.site)
		}
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Body.Close()
		if a.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", name, a.StatusCode, c.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	r := started(t)
	for back, want := range map[string]string{
		"/exchanges?q=a%20b": "/exchanges?q=a%20b", "": "/", "https://attacker.test/": "/", "//attacker.test/": "/", `/\attacker.test`: "/", "javascript:alert(1)": "/", "/a\r\nSet-Cookie: x=y": "/",
	} {
		status, _, header := r.get(t, "/language/en?back="+url.QueryEscape(back), "")
		if status != http.StatusSeeOther || header.Get("Location") != want {
			t.Errorf("%q: %d %q, want %q", back, status, header.Get("Location"), want)
		}
		if cookie := header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "etalon-lang=en;") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") {
			t.Errorf("cookie %q", cookie)
		}
	}
	if status, _, _ := r.get(t, "/language/de", ""); status != http.StatusNotFound {
		t.Errorf("another language: %d", status)
	}
}

func TestAPIList(t *testing.T) {
	r := started(t)
	for n := range 5 {
		r.add(t, call(n))
	}
	for query, want := range map[string]struct {
		status int
		ids    []int64
		total  int
	}{
		"":                            {200, []int64{5, 4, 3, 2, 1}, 5},
		"?limit=2":                    {200, []int64{5, 4}, 5},
		"?limit=2&before=4":           {200, []int64{3, 2}, 5},
		"?after=3":                    {200, []int64{5, 4}, 5},
		"?q=marqueur-0002":            {200, []int64{3}, 1},
		"?requirement=v10&limit=1":    {200, []int64{5}, 5},
		"?role=client":                {200, nil, 0},
		"?from=2026-11-22T12:00:03Z":  {200, []int64{5, 4}, 2},
		"?until=2026-11-22T12:00:01Z": {200, []int64{1}, 1},
		"?limit=0":                    {400, nil, 0},
		"?limit=x":                    {400, nil, 0},
		"?after=-1":                   {400, nil, 0},
		"?from=yesterday":             {400, nil, 0},
	} {
		status, body, _ := r.get(t, "/api/exchanges"+query, "")
		var page store.Page
		if err := json.Unmarshal([]byte(body), &page); err != nil || status != want.status {
			t.Errorf("%q: %d %s", query, status, body)
			continue
		}
		var ids []int64
		for _, x := range page.Exchanges {
			ids = append(ids, x.ID)
		}
		if !slices.Equal(ids, want.ids) || page.Total != want.total {
			t.Errorf("%q: %v of %d, want %v of %d", query, ids, page.Total, want.ids, want.total)
		}
	}
	for path, word := range map[string]string{"/api/exchanges/99": "unknown", "/api/exchanges/x": "unknown", "/api/messages/x": "unknown", "/api/absent": "unknown-address"} {
		if status, body, _ := r.get(t, path, ""); status != http.StatusNotFound || !strings.Contains(body, `"error":"`+word+`"`) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, body, _ := r.get(t, "/api/values", ""); status != http.StatusOK || !strings.Contains(body, `"requirements":["V10"]`) {
		t.Errorf("values: %d %s", status, body)
	}
}

// Who follows is told of each exchange, the first that he has not seen first, and goes on where the link broke.
func TestFollowersMissNone(t *testing.T) {
	r := started(t)
	first := r.add(t, call(0))
	events := func(after int64, n int) []int64 {
		t.Helper()
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+"/api/events?role=fournisseur", nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Last-Event-ID", fmt.Sprint(after))
		a, err := http.DefaultClient.Do(q)
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
	if got := events(0, 1); !slices.Equal(got, []int64{first}) {
		t.Errorf("from the first: %v", got)
	}
	const many = 500
	done := make(chan error, 1)
	go func() {
		for n := range many {
			if _, err := r.store.Add(t.Context(), call(n)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	got := events(first, many)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for i, id := range got {
		if id != first+int64(i)+1 {
			t.Fatalf("event %d is exchange %d", i, id)
		}
	}
	if len(got) != many {
		t.Errorf("%d of %d", len(got), many)
	}
	if got := events(first+many-1, 1); !slices.Equal(got, []int64{first + many}) {
		t.Errorf("after a broken link: %v", got)
	}
}

// A verdict that comes later is told to those who follow what it chooses, once, and to those who ask for those before.
func TestLateVerdictsAreTold(t *testing.T) {
	r := started(t)
	for _, address := range []string{"fournisseur/A/V10-P", "fournisseur/A/V12-P"} {
		x := call(1)
		x.Campaign, x.Address = "c-1", address
		r.add(t, x)
	}
	follow := func(query string) (next func() (event, id string, x store.Exchange)) {
		t.Helper()
		a, err := http.Get(r.URL + "/api/events?" + query)
		if err != nil || a.StatusCode != http.StatusOK {
			t.Fatal(query, err)
		}
		t.Cleanup(func() { a.Body.Close() })
		lines := bufio.NewScanner(a.Body)
		return func() (event, id string, x store.Exchange) {
			for lines.Scan() {
				switch word, value, _ := strings.Cut(lines.Text(), ": "); word {
				case "event":
					event = value
				case "id":
					id = value
				case "data":
					if err := json.Unmarshal([]byte(value), &x); err != nil {
						t.Fatal(err)
					}
					return event, id, x
				}
			}
			t.Fatal("the stream ends")
			return
		}
	}
	all, failed := follow("after=0"), follow("verdict=fail")
	for range 2 {
		if event, id, x := all(); event != "exchange" || id == "" || x.Verdict != "" {
			t.Fatalf("%s %s %+v", event, id, x)
		}
	}
	for address, verdict := range map[string]string{"fournisseur/A/V10-P": "pass", "fournisseur/A/V12-P": "fail"} {
		if err := r.store.Judged(t.Context(), "c-1", address, verdict); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]string{}
	for range 2 {
		event, id, x := all()
		if got[x.Address] = x.Verdict; event != "judged" || id != "" {
			t.Errorf("%s %q %+v", event, id, x)
		}
	}
	if got["fournisseur/A/V10-P"] != "pass" || got["fournisseur/A/V12-P"] != "fail" {
		t.Errorf("told %v", got)
	}
	if _, _, x := failed(); x.Address != "fournisseur/A/V12-P" || x.Verdict != "fail" {
		t.Errorf("those that fail: %+v", x)
	}
	late := follow("after=2&judged=1")
	if event, _, x := late(); event != "judged" || x.Verdict == "" {
		t.Errorf("%s %+v", event, x)
	}
	if status, _, _ := r.get(t, "/api/events?judged=-1", "fr"); status != http.StatusBadRequest {
		t.Errorf("a number that is none: %d", status)
	}
}

// post gives an order, as a form or as JSON, and returns the answer of the page where it leads.
func (r rig) post(t testing.TB, path, media, body string) (int, string) {
	t.Helper()
	a, err := http.Post(r.URL+path, media, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	raw, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(raw)
}

// What pages and programs post.
const (
	forms   = "application/x-www-form-urlencoded"
	objects = "application/json"
)

func TestFaultsAreArmed(t *testing.T) {
	for _, c := range []struct {
		path, media, body string
		status            int
		says              string
		armed             []stand.Armed
	}{
		{"/faults/arm", forms, "mode=A&fault=answer-fault-invalid-vi&times=3", 200, "encore 3 échanges", []stand.Armed{{Role: "fournisseur", Mode: "A", Fault: "answer-fault-invalid-vi", Left: 3}}},
		{"/faults/arm", forms, "mode=A&fault=", 200, "les partenaires sont honnêtes", nil},
		{"/faults/arm", forms, "mode=P&fault=answer-fault-invalid-vi&times=3", 400, "Aucun partenaire ne joue ce rôle", nil},
		{"/faults/arm", forms, "role=client&mode=A&fault=answer-fault-invalid-vi&times=3", 400, "Aucun partenaire ne joue ce rôle", nil},
		{"/faults/arm", forms, "mode=A&fault=%3Cscript%3E&times=3", 400, "&lt;script&gt;", nil},
		{"/faults/arm", forms, "mode=A&fault=answer-fault-invalid-vi&times=0", 400, "de 1 à 1000", nil},
		{"/faults/arm", forms, "mode=A&fault=answer-fault-invalid-vi&times=many", 400, "many", nil},
		{"/faults/arm", forms, "q=" + strings.Repeat("x", 1<<20), 400, "bad-form", nil},
		{"/api/faults", objects, `{"fault": "answer-fault-invalid-vi", "mode": "A", "times": 2}`, 200, `"armed":[{"fault":"answer-fault-invalid-vi","role":"fournisseur","mode":"A","left":2}]`, []stand.Armed{{Role: "fournisseur", Mode: "A", Fault: "answer-fault-invalid-vi", Left: 2}}},
		{"/api/faults", objects, `{"fault": "other", "mode": "A"}`, 400, "faults.unknown", nil},
		{"/api/faults", objects, `{"fault": "other", "modus": "A"}`, 400, "bad-json", nil},
		{"/api/faults", objects, `{`, 400, "bad-json", nil},
	} {
		r := started(t)
		status, body := r.post(t, c.path, c.media, c.body)
		if status != c.status || !strings.Contains(body, c.says) || !slices.Equal(r.acts.armed, c.armed) {
			t.Errorf("%s %.80s: %d, armed %v\n%s", c.path, c.body, status, r.acts.armed, body)
		}
	}
}

func TestPartnersAreCalled(t *testing.T) {
	for _, c := range []struct {
		path, media, body string
		status            int
		says              string
		called            []string
	}{
		{"/faults/call", forms, "mode=A&fault=", 200, "Échanges", []string{""}},
		{"/faults/call", forms, "mode=A&fault=vi-format-absent&times=1", 200, "Échanges", []string{"vi-format-absent"}},
		{"/faults/call", forms, "mode=P&fault=", 400, "Aucun partenaire ne joue ce rôle", nil},
		{"/faults/call", forms, "mode=A&fault=%3Cscript%3E", 400, "&lt;script&gt;", nil},
		{"/api/calls", objects, `{"fault": "vi-format-absent"}`, 200, `{"mode":"A","target":"https://127.0.0.1:8443/","fault":"vi-format-absent","status":500}`, []string{"vi-format-absent"}},
		{"/api/calls", objects, `{"role": "client", "mode": "P"}`, 400, "faults.mode", nil},
		{"/api/calls", objects, `{"role": "fournisseur", "mode": "A"}`, 400, "faults.mode", nil},
		{"/api/calls", objects, `{"fault": "other"}`, 400, "faults.unknown", nil},
		{"/api/calls", objects, `{"target": "https://ailleurs.test/"}`, 400, "bad-json", nil},
	} {
		r := started(t)
		status, body := r.post(t, c.path, c.media, c.body)
		if status != c.status || !strings.Contains(body, c.says) || !slices.Equal(r.acts.called, c.called) {
			t.Errorf("%s %.80s: %d, called %q\n%s", c.path, c.body, status, r.acts.called, body)
		}
	}
	if status, body, _ := started(t).get(t, "/api/calls", ""); status != 200 || !strings.Contains(body, `"role":"client","mode":"A"`) {
		t.Errorf("%d %s", status, body)
	}
}

func TestClockIsSet(t *testing.T) {
	r := started(t)
	frozen := noon.Format(time.RFC3339)
	for _, c := range []struct {
		path, media, body string
		status            int
		says              string
	}{
		{"/clock/set", forms, "how=freeze&order=" + url.QueryEscape(frozen), 200, "2026-11-22 12:00:00.000 UTC"},
		{"/clock/set", forms, "how=set&order=%2B90s", 200, "2026-11-22 12:01:30.000 UTC"},
		{"/clock/set", forms, "how=set&order=", 400, "Ordre illisible"},
		{"/clock/set", forms, "how=set&order=%3Cb%3E", 400, "&lt;b&gt;"},
		{"/api/clock", objects, `{"order": "-90s"}`, 200, `{"now":"2026-11-22T12:00:00Z"}`},
		{"/api/clock", objects, `{"order": "tomorrow"}`, 400, "clock.unread"},
		{"/clock/set", forms, "how=follow", 200, "Il est"},
	} {
		if status, body := r.post(t, c.path, c.media, c.body); status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s: %d\n%s", c.path, c.body, status, body)
		}
	}
	if now := r.acts.clock.Now(); now.Sub(bench.Wall()).Abs() > time.Minute {
		t.Errorf("it does not follow real time: %s", now)
	}
	if status, body, _ := r.get(t, "/api/clock", ""); status != http.StatusOK || !strings.Contains(body, `"now":`) {
		t.Errorf("%d %s", status, body)
	}
	if status, body, _ := r.get(t, "/api/faults", ""); status != http.StatusOK || !strings.Contains(body, `"violates":"T02"`) || !strings.Contains(body, `"armed":[]`) {
		t.Errorf("%d %s", status, body)
	}
}
