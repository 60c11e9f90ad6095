package client_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
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
	"etalon/internal/soap"
	"etalon/internal/xmlsec"
	"etalon/stubs/client"
	"etalon/stubs/provider"
)

const (
	clientName   = "organisme-client"
	providerName = "organisme-fournisseur"
	home         = "service-a"
	right        = "PAGM_CONSULTATION"
)

var theWorld = benchtest.Share(candidate.DefaultConvention, time.Millisecond)

// TestMain ends what the tests share, and finds what they left running.
func TestMain(m *testing.M) {
	benchtest.Main(m, theWorld.Close)
}

// rig is an application, a gateway under test and its partner.
type rig struct {
	*benchtest.World
	t           testing.TB
	bench       *bench.Bench
	gateway     *client.Gateway
	partner     *provider.Provider
	application *http.Client
	path        string // of the traces
	log         benchtest.Log
	infos       bool
	seen        benchtest.Told[provider.Exchange]

	mu      sync.Mutex
	logins  int
	markers int
}

// newRig starts a gateway with those flaws in front of a partner that takes everything, or, with strict, of an
// honest one; change may alter the gateway's configuration.
func newRig(t testing.TB, flaws []string, strict bool, change ...func(*client.Config)) *rig {
	t.Helper()
	w := theWorld.World(t)
	b := w.Bench(t)
	r := &rig{World: w, t: t, bench: b}
	r.application = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 30 * time.Second}
	t.Cleanup(r.application.CloseIdleConnections)
	partner := provider.Config{Bench: b, Organism: providerName, Observe: r.seen.Tell, Revocation: w.Fetcher}
	if strict {
		partner.Traces, _ = benchtest.TraceLog(t)
	} else {
		partner.Flaws = []string{provider.AcceptsEverything}
	}
	r.partner = benchtest.Started(t, provider.Start, partner)
	traces, path := benchtest.TraceLog(t)
	r.path = path
	config := client.Config{
		Bench: b, Organism: clientName, Traces: traces, Flaws: flaws, Providers: r.providers(), Revocation: w.Fetcher,
		Habilitations: rights(), Log: slog.New(slog.NewTextHandler(&r.log, nil)),
	}
	for _, f := range change {
		f(&config)
	}
	r.infos = config.InteropsInfos
	r.gateway = benchtest.Started(t, client.Start, config)
	return r
}

// rights are those of a hundred users of the project consultation.
func rights() []interops.Habilitation {
	var all []interops.Habilitation
	for i := range 100 {
		all = append(all, interops.Habilitation{User: userID(i), Project: "consultation", PAGM: []string{right, "PAGM_MISE_A_JOUR"}})
	}
	return all
}

func userID(i int) string { return fmt.Sprintf("agent-%04d", i) }

// providers are the addresses of all services of the partner that the client calls, and of one that is in no project.
func (r *rig) providers() map[string]string {
	all := map[string]string{"service-inconnu": r.partner.URL("service-inconnu")}
	for _, p := range r.Convention.Projects {
		for _, s := range p.Services {
			if p.Client == clientName {
				all[s.Name] = r.partner.URL(s.Name)
			}
		}
	}
	return all
}

// since returns the messages that reached the partner from the n-th on.
func (r *rig) since(n int) []provider.Exchange {
	var all []provider.Exchange
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

// demand is what an application asks of its gateway.
type demand struct {
	service string
	user    *interops.User
	body    string // the whole message
	header  http.Header
}

// outcome is what came of it.
type outcome struct {
	status int
	header http.Header
	body   []byte
	asked  string              // the message that was posted
	left   []provider.Exchange // what reached the partner
}

// envelope is an application's message.
func envelope(header, body string) string {
	if header != "" {
		header = "<soapenv:Header>" + header + "</soapenv:Header>"
	}
	return `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xs="http://www.w3.org/2001/XMLSchema">` + header + "<soapenv:Body>" + body + "</soapenv:Body></soapenv:Envelope>"
}

// business is a body that careless gateways damage.
func business(marker string) string {
	return `<m:consulter xmlns:m="urn:m" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><m:marqueur>` + marker +
		"</m:marqueur><m:texte xml:space=\"preserve\" xsi:type=\"xs:string\" m:a=\"x&#9;&#10;y\">  Été &lt;n° 1&gt;&#13;\n fin </m:texte><m:brut><![CDATA[<x>&]]></m:brut><n xmlns=\"urn:n\"><o xmlns=\"\"/></n></m:consulter>"
}

// call makes the application call its gateway.
func (r *rig) call(d demand) outcome {
	r.t.Helper()
	if d.service == "" {
		d.service = home
	}
	if d.body == "" {
		r.mu.Lock()
		r.markers++
		d.body = envelope("", business(fmt.Sprint("marqueur-", r.markers)))
		r.mu.Unlock()
	}
	request, err := http.NewRequest(http.MethodPost, r.gateway.URL(d.service), strings.NewReader(d.body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	if d.user != nil {
		name, value := r.identity(*d.user)
		request.Header[name] = []string{value}
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
	return outcome{response.StatusCode, response.Header, raw, d.body, r.since(before)}
}

// identity writes a user as the rig's gateway wants it.
func (r *rig) identity(u interops.User) (name, value string) {
	if !r.infos {
		raw, _ := json.Marshal(u)
		return client.IdentityHeader, string(raw)
	}
	var roles, id bytes.Buffer
	for _, p := range u.PAGM {
		fmt.Fprintf(&roles, "<Role>%s</Role>", p)
	}
	_ = xml.EscapeText(&id, []byte(u.ID))
	return client.InteropsInfosHeader, fmt.Sprintf("<InteropsInfos><LocalSubjectName>x</LocalSubjectName><SubjectId>%s</SubjectId><MethodAuthn>%s</MethodAuthn><AuthenticationDate>%s</AuthenticationDate><Roles>%s</Roles></InteropsInfos>",
		id.String(), u.Class, u.AuthnInstant.UTC().Format(time.RFC3339Nano), roles.String())
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
		request.Header.Set(emitter.ProjectHeader, "consultation")
		request.Header.Set(emitter.PAGMHeader, strings.Join(u.PAGM, " "))
	}
	response, err := r.application.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// records reads the gateway's traces.
func (r *rig) records() []interops.Trace {
	r.t.Helper()
	return benchtest.Traces(r.t, r.path)
}

// bodyOf is what stands in the Body of a message, by exclusive c14n of its element.
func bodyOf(t testing.TB, message []byte) string {
	t.Helper()
	doc, err := xmlsec.Parse(message, xmlsec.DefaultLimits)
	if err != nil {
		return err.Error()
	}
	for _, part := range doc.Root().ChildElements() {
		if content := part.ChildElements(); part.Tag == "Body" && len(content) == 1 {
			canonical, err := xmlsec.Canonicalize(content[0])
			if err != nil {
				t.Fatal(err)
			}
			return string(canonical)
		}
	}
	return ""
}

// emitted judges a message as the work of a client.
func emitted(x provider.Exchange) soap.Judged {
	expect := x.Expectation
	expect.Emitted = true
	return soap.Verify(x.Incoming, expect)
}
