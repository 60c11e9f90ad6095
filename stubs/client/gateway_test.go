package client_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/stubs/client"
)

func TestHonestCallPassesAnHonestPartner(t *testing.T) {
	r := newRig(t, nil, true)
	u := r.login(1)
	o := r.call(demand{user: u, header: http.Header{"X-Request-Id": {"demande-1"}, "Soapaction": {`"urn:consulter"`}}})
	if o.status != http.StatusOK || len(o.left) != 1 {
		t.Fatalf("%d %s, %d messages", o.status, o.body, len(o.left))
	}
	x := o.left[0]
	if fs := emitted(x).Findings; len(fs) > 0 {
		t.Errorf("findings %v", fs)
	}
	if bodyOf(t, x.Body) != bodyOf(t, []byte(o.asked)) {
		t.Errorf("the body changed: %s", x.Body)
	}
	if x.RequestID != "demande-1" || o.header.Get("X-Request-Id") != "demande-1" || x.Header.Get("SOAPAction") != `"urn:consulter"` {
		t.Errorf("request id %q, %q, action %q", x.RequestID, o.header.Get("X-Request-Id"), x.Header.Get("SOAPAction"))
	}
	if x.Header.Get(client.IdentityHeader) != "" {
		t.Error("the identity went to the partner")
	}
	var told []interops.Decision
	for _, record := range r.records() {
		told = append(told, record.Decision)
		if record.RequestID != "demande-1" || *record.VIID != x.Judged.VI.ID || *record.NameID != u.ID || record.TLSPeer == nil {
			t.Errorf("record %+v", record)
		}
	}
	if fmt.Sprint(told) != "[created sent]" {
		t.Errorf("traces %v", told)
	}
}

// Every open service of the convention: no user where none is wanted, SAML and SOAP versions, message signature.
func TestEveryServicePassesAnHonestPartner(t *testing.T) {
	r := newRig(t, nil, true, func(c *client.Config) {
		for _, p := range c.Bench.Convention.Projects {
			c.Habilitations = append(c.Habilitations, interops.Habilitation{User: userID(1), Project: p.Name, PAGM: []string{p.PAGM[0].Name}})
		}
	})
	soap12 := strings.Replace(envelope("", business("m")), soap.Namespace11, soap.Namespace12, 1)
	for service, d := range map[string]demand{
		"service-a": {user: r.login(1)}, "service-b": {user: r.login(1)}, "service-applicatif": {},
		"service-historique": {user: r.login(1)}, "service-signe": {user: r.login(1)},
		"service-signe en SOAP 1.2": {user: r.login(1), body: soap12, header: http.Header{"Content-Type": {"application/soap+xml"}}},
	} {
		t.Run(service, func(t *testing.T) {
			d.service, _, _ = strings.Cut(service, " ")
			if d.user != nil && d.service != "service-a" && d.service != "service-b" {
				d.user.PAGM = []string{"PAGM_" + strings.ToUpper(strings.TrimPrefix(d.service, "service-"))}
			}
			if o := r.call(d); o.status != http.StatusOK || len(o.left) != 1 || bodyOf(t, o.left[0].Body) != bodyOf(t, []byte(o.asked)) {
				t.Errorf("%d %s", o.status, o.body)
			}
		})
	}
}

func TestApplicationHeadersGoOn(t *testing.T) {
	r := newRig(t, nil, true)
	header := `<a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing" soapenv:mustUnderstand="1">urn:uuid:1</a:MessageID>` +
		`<w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><w:UsernameToken/></w:Security>`
	o := r.call(demand{user: r.login(1), body: envelope(header, business("m"))})
	if o.status != http.StatusOK || len(o.left) != 1 {
		t.Fatalf("%d %s", o.status, o.body)
	}
	message := string(o.left[0].Body)
	if !strings.Contains(message, "urn:uuid:1</a:MessageID>") || strings.Contains(message, "UsernameToken") {
		t.Errorf("message %s", message)
	}
}

func TestVIsAreKeptForTheirLife(t *testing.T) {
	r := newRig(t, nil, false)
	u := r.login(1)
	id := func(u *interops.User, service string) string {
		o := r.call(demand{user: u, service: service})
		if len(o.left) != 1 {
			t.Fatalf("%d %s", o.status, o.body)
		}
		return o.left[0].Judged.VI.ID
	}
	first := id(u, home)
	if id(u, home) != first {
		t.Error("a VI is not reused within its life")
	}
	weaker := *u
	weaker.Class = interops.ClassSmartcard
	wider := *u
	wider.PAGM = []string{right, "PAGM_MISE_A_JOUR"}
	for what, other := range map[string]string{
		"service": id(u, "service-b"), "login": id(r.login(1), home), "user": id(r.login(2), home),
		"class": id(&weaker, home), "rights": id(&wider, home),
	} {
		if other == first {
			t.Errorf("the VI serves another %s", what)
		}
	}
	r.bench.Clock.Advance(saml.Lifetime(interops.ModeA) - r.bench.Profile.Skew())
	second := id(u, home)
	if second == first {
		t.Error("the VI serves within the skew of its end")
	}
	if r.gesture("restart", nil); id(u, home) == second {
		t.Error("the VI survives a restart")
	}
}

func TestManyUsersAtOnce(t *testing.T) {
	r := newRig(t, nil, true)
	var wait sync.WaitGroup
	for i := range 40 {
		u := r.login(i % 20)
		wait.Go(func() {
			marker := "de-" + u.ID
			o := r.call(demand{user: u, body: envelope("", "<m:consulter xmlns:m='urn:m'>"+marker+"</m:consulter>")})
			if o.status != http.StatusOK || !strings.Contains(string(o.body), marker) {
				t.Errorf("%s: %d %s", u.ID, o.status, o.body)
			}
		})
		wait.Go(func() {
			r.gesture("withdraw-right", r.login(90))
			r.gesture("logout", r.login(91))
			r.gesture("restart", nil)
		})
	}
	wait.Wait()
	for _, x := range r.since(0) {
		if !strings.Contains(string(x.Body), "de-"+x.Judged.VI.NameID.Value+"<") {
			t.Errorf("VI of %s in the call of another", x.Judged.VI.NameID.Value)
		}
	}
}

func TestHostileApplication(t *testing.T) {
	r := newRig(t, nil, false)
	good := envelope("", business("m"))
	_, identity := r.identity(*r.login(1))
	raw := func(value ...string) http.Header { return http.Header{client.IdentityHeader: value} }
	json := func(change func(*interops.User)) http.Header {
		u := r.login(1)
		change(u)
		_, value := r.identity(*u)
		return raw(value)
	}
	for name, d := range map[string]demand{
		"huge":               {header: raw(identity), body: envelope("", "<a>"+strings.Repeat("x", 3<<20)+"</a>")},
		"deep":               {header: raw(identity), body: envelope("", strings.Repeat("<a>", 5000)+strings.Repeat("</a>", 5000))},
		"malformed":          {header: raw(identity), body: "<soapenv:Envelope"},
		"doctype":            {header: raw(identity), body: `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>` + good},
		"empty":              {header: raw(identity), body: " "},
		"no envelope":        {header: raw(identity), body: "<a/>"},
		"other envelope":     {header: raw(identity), body: strings.Replace(good, soap.Namespace11, "urn:autre", 1)},
		"two in the body":    {header: raw(identity), body: envelope("", "<a/><b/>")},
		"nothing in body":    {header: raw(identity), body: envelope("", "")},
		"attachment":         {header: http.Header{client.IdentityHeader: {identity}, "Content-Type": {`multipart/related; type="application/xop+xml"`}}, body: good},
		"identity twice":     {header: raw(identity, identity), body: good},
		"identity no JSON":   {header: raw("{"), body: good},
		"identity trailing":  {header: raw(identity + "{}"), body: good},
		"identity huge":      {header: raw(strings.Replace(identity, userID(1), strings.Repeat("a", 20<<10), 1)), body: good},
		"nobody":             {header: json(func(u *interops.User) { u.ID = " " }), body: good},
		"no login":           {header: json(func(u *interops.User) { u.AuthnInstant = time.Time{} }), body: good},
		"control characters": {header: json(func(u *interops.User) { u.ID = "a\x00b" }), body: good},
		"no right asked":     {header: json(func(u *interops.User) { u.PAGM = nil }), body: good},
		"right not held":     {header: json(func(u *interops.User) { u.PAGM = append(u.PAGM, "PAGM_AUTRE") }), body: good},
		"unknown service":    {header: raw(identity), body: good, service: "service-inconnu"},
		"user on applicatif": {header: raw(identity), body: good, service: "service-applicatif"},
		"escaping service":   {header: raw(identity), body: good, service: "../gestion/restart"},
	} {
		t.Run(name, func(t *testing.T) {
			o := r.call(d)
			if o.status < 400 || o.status >= 500 || len(o.left) > 0 {
				t.Errorf("%d %s, %d messages left", o.status, o.body, len(o.left))
			}
			for _, inside := range []string{"goroutine", ".go:", "parse xml", "invalid character", "passwd"} {
				if strings.Contains(string(o.body), inside) {
					t.Errorf("the answer shows %q: %s", inside, o.body)
				}
			}
		})
	}
	if n := len(r.records()); n > 0 {
		t.Errorf("%d traces of VIs that were not made", n)
	}
	if o := r.call(demand{user: r.login(1), header: http.Header{"X-Request-Id": {strings.Repeat("i", 4000)}}}); o.status != 200 || len(o.header.Get("X-Request-Id")) > 128 {
		t.Errorf("long request id: %d %q", o.status, o.header.Get("X-Request-Id"))
	}
}

func TestHostileInteropsInfos(t *testing.T) {
	r := newRig(t, nil, false, func(c *client.Config) { c.InteropsInfos = true })
	u := *r.login(1)
	_, good := r.identity(u)
	for name, value := range map[string]string{
		"trailing":       good + "<x/>",
		"two subjects":   strings.Replace(good, "<SubjectId>", "<SubjectId>autre</SubjectId><SubjectId>", 1),
		"no subject":     strings.Replace(good, "SubjectId", "Sujet", 2),
		"other root":     strings.ReplaceAll(good, "InteropsInfos>", "Infos>"),
		"a namespace":    strings.Replace(good, "<InteropsInfos>", `<InteropsInfos xmlns="urn:x">`, 1),
		"date":           strings.Replace(good, "<AuthenticationDate>", "<AuthenticationDate>hier", 1),
		"escape":         strings.Replace(good, userID(1), "agent%zz", 1),
		"escaped NUL":    strings.Replace(good, userID(1), "agent%00", 1),
		"entity":         `<!DOCTYPE a [<!ENTITY b "c">]>` + good,
		"not XML at all": "agent-0001",
	} {
		o := r.call(demand{header: http.Header{client.InteropsInfosHeader: {value}}})
		if o.status != http.StatusUnauthorized || len(o.left) > 0 {
			t.Errorf("%s: %d, %d messages left", name, o.status, len(o.left))
		}
	}
	if o := r.call(demand{header: http.Header{client.IdentityHeader: {`{"id":"agent-0001"}`}}}); len(o.left) > 0 {
		t.Error("the other header is believed")
	}
	accented := strings.Replace(good, userID(1), "%61gent-0001", 1)
	if o := r.call(demand{header: http.Header{client.InteropsInfosHeader: {accented}}}); len(o.left) != 1 || o.left[0].Judged.VI.NameID.Value != userID(1) {
		t.Errorf("percent encoding: %d", o.status)
	}
}

func TestManagement(t *testing.T) {
	r := newRig(t, nil, false)
	do := func(method, path, body string, change func(*http.Request)) (int, string) {
		t.Helper()
		request, err := http.NewRequest(method, r.gateway.ManageURL(path), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(request)
		}
		response, err := r.application.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		raw, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(raw)
	}
	for _, c := range []struct {
		method, path, body string
		change             func(*http.Request)
		want               int
	}{
		{"POST", "clock", "2031-05-06T07:08:09.5Z", nil, 204},
		{"POST", "clock", "demain", nil, 400},
		{"POST", "clock", strings.Repeat("2", 100), nil, 400},
		{"POST", "logout", "", nil, 204},
		{"POST", "explode", "", nil, 404},
		{"GET", "logout", "", nil, 405},
		{"POST", "restart", "", func(r *http.Request) { r.Header.Set("Origin", "http://page.test") }, 403},
		{"POST", "restart", "", func(r *http.Request) { r.Host = "rebond.test" }, 403},
	} {
		if got, body := do(c.method, c.path, c.body, c.change); got != c.want {
			t.Errorf("%s %s %q: %d %s, want %d", c.method, c.path, c.body, got, body, c.want)
		}
	}
	if _, at := do("GET", "clock", "", nil); !strings.HasPrefix(at, "2031-05-06T07:08:") {
		t.Errorf("clock %s", at)
	}
	if status, _ := do("POST", "clock", "", nil); status != 204 || r.bench.Clock.Now().Sub(r.Now).Abs() > time.Hour {
		t.Errorf("clock does not follow: %d %s", status, r.bench.Clock.Now())
	}
	untraced := newRig(t, nil, false, func(c *client.Config) { c.Traces = nil })
	if status := untraced.gesture("break-traces", nil); status != http.StatusConflict {
		t.Errorf("break no traces: %d", status)
	}
	if o := untraced.call(demand{user: untraced.login(1)}); o.status != 503 || len(o.left) > 0 {
		t.Errorf("without traces: %d, %d messages left", o.status, len(o.left))
	}
}

// G11: past the cut-off date of its only identity the key signs no more.
func TestRetiredKeySignsNoMore(t *testing.T) {
	r := newRig(t, nil, false)
	cut := *r.Convention
	cut.Organisms = append([]interops.Organism(nil), cut.Organisms...)
	id := cut.Organisms[0].Signature[0]
	id.Until = interops.Date{Time: r.Now.Add(time.Hour)}
	cut.Organisms[0].Signature = []interops.Identity{id}
	other := *r.bench
	other.Convention = &cut
	g := benchtest.Started(t, client.Start, client.Config{Bench: &other, Organism: clientName, Providers: r.providers(), Habilitations: rights()})
	r.gateway = g
	r.bench.Clock.Advance(2 * time.Hour)
	if o := r.call(demand{user: r.login(1)}); o.status != http.StatusServiceUnavailable || len(o.left) > 0 {
		t.Errorf("%d, %d messages left", o.status, len(o.left))
	}
}

func TestStartRefuses(t *testing.T) {
	b := theWorld.World(t).Bench(t)
	for name, c := range map[string]client.Config{
		"organism": {Bench: b, Organism: "inconnu"},
		"address":  {Bench: b, Organism: clientName, Providers: map[string]string{"a": "http://127.0.0.1/"}},
		"listen":   {Bench: b, Organism: clientName, Listen: "256.0.0.1:0"},
	} {
		if g, err := client.Start(c); err == nil {
			_ = g.Close()
			t.Errorf("%s: started", name)
		}
	}
}

func TestBehaviours(t *testing.T) {
	for _, c := range []struct {
		name         string
		status, left int
	}{
		{client.RefusesEverything, 403, 0}, {client.AnswersServerError, 500, 0}, {client.SendsNothing, 200, 0}, {client.SendsWithoutVI, 200, 1},
	} {
		r := newRig(t, []string{c.name}, false)
		o := r.call(demand{user: r.login(1)})
		if o.status != c.status || len(o.left) != c.left || c.left > 0 && soap.CarriesVI(o.left[0].Body) {
			t.Errorf("%s: %d, %d messages left", c.name, o.status, len(o.left))
		}
	}
	b := &battery{rig: newRig(t, []string{client.LocksOutAfterTen}, false)}
	for range 10 {
		b.arm("answer-fault-failed-check")
		b.call(demand{user: b.login(1)})
	}
	b.partner.Disarm()
	if o := b.call(demand{user: b.login(1)}); o.status != 403 || len(o.left) > 0 {
		t.Errorf("after ten refusals: %d, %d messages left", o.status, len(o.left))
	}
}
