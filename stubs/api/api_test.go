package api_test

import (
	"crypto"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/stubs/api"
	"etalon/stubs/psc"
)

var shared = benchtest.Share(candidate.MSSConvention, time.Second)

func TestMain(m *testing.M) { benchtest.Main(m, shared.Close) }

// keys are made once: RSA is slow to generate.
var keys = sync.OnceValues(func() ([]crypto.Signer, error) {
	var all []crypto.Signer
	for range 4 {
		k, err := psc.NewKey(jws.RS256)
		if err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, nil
})

// marker is what the resource holds.
const marker = "dossier-0042"

// rig is an API, the Pro Santé Connect that it asks, and a proxy.
type rig struct {
	*api.API
	t     *testing.T
	world *benchtest.World
	bench *bench.Bench
	psc   *psc.Stub
}

func start(t *testing.T, opaque bool, flaws ...string) *rig {
	t.Helper()
	w := shared.World(t)
	r := &rig{t: t, world: w, bench: w.Bench(t)}
	sample := candidate.SampleAPIClient()
	next := 0
	r.psc = benchtest.Started(t, psc.Start, psc.Config{
		Bench: r.bench, Revocation: w.Fetcher, Clients: []psc.Client{{ID: sample.ID, Secret: sample.Secret}},
		NewKey: func(string) (crypto.Signer, error) {
			all, err := keys()
			next++
			return all[(next-1)%len(all)], err
		},
	})
	r.API = benchtest.Started(t, api.Start, api.Config{
		Bench: r.bench, Name: candidate.APIOrganism, Provider: r.psc.Discovery(), Client: sample.ID, Secret: sample.Secret,
		HTTP: w.Link(t, ""), Revocation: w.Fetcher, Opaque: opaque, Content: `{"dossier":"` + marker + `"}`,
		Clients: []api.Client{{ID: "proxy", Subject: candidate.VendorSubject, Scopes: []string{"lecture"}}}, Flaws: flaws,
	})
	return r
}

// Certificates by what they are.
const (
	own     = candidate.VendorOrganism + "/tls"
	renewed = candidate.VendorOrganism + "/tls~renewed"
	another = candidate.UnlistedOrganism + "/tls"
	forged  = candidate.VendorOrganism + "/tls~self-signed"
	unknown = candidate.VendorOrganism + "/tls~unknown-ca"
	ended   = candidate.VendorOrganism + "/tls~expired"
)

func (r *rig) link(certificate string) *http.Client { return r.world.Link(r.t, certificate) }

// asked posts a form and reads an object.
func (r *rig) asked(certificate, path string, form url.Values) (int, map[string]any) {
	r.t.Helper()
	answer, err := r.link(certificate).PostForm(r.URL(path), form)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = answer.Body.Close() }()
	raw, _ := io.ReadAll(answer.Body)
	said, _ := jws.Object(raw)
	return answer.StatusCode, said
}

// form is that of an honest exchange, with some parameters changed.
func (r *rig) form(order psc.Order, change map[string]string) url.Values {
	r.t.Helper()
	minted, err := r.psc.Mint(order)
	if err != nil {
		r.t.Fatal(err)
	}
	form := url.Values{
		"grant_type": {oidc.GrantExchange}, "subject_token": {minted.Token}, "subject_token_type": {oidc.TokenTypeAccess}, "scope": {"lecture"},
	}
	for name, value := range change {
		if form.Set(name, value); value == "" {
			form.Del(name)
		}
	}
	return form
}

// exchange returns the token of an exchange, or "" where none is given.
func (r *rig) exchange(certificate string, order psc.Order, change map[string]string) (string, map[string]any) {
	r.t.Helper()
	_, said := r.asked(certificate, api.PathToken, r.form(order, change))
	token, _ := said["access_token"].(string)
	return token, said
}

// reads tells whether the resource is given.
func (r *rig) reads(certificate, address, token string) bool {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := r.link(certificate).Do(request)
	if err != nil {
		return false
	}
	defer func() { _ = answer.Body.Close() }()
	raw, _ := io.ReadAll(answer.Body)
	return strings.Contains(string(raw), marker)
}

// battery tries every requirement.
func (r *rig) battery() map[string][]string {
	r.t.Helper()
	var f benchtest.Failures
	none := func(requirement, how, certificate string, order psc.Order, change map[string]string) {
		token, _ := r.exchange(certificate, order, change)
		f.Unless(token == "", requirement, how)
	}
	token, said := r.exchange(own, psc.Order{}, nil)
	f.Unless(token != "" && said["issued_token_type"] == oidc.TokenTypeAccess && said["token_type"] == "Bearer" && said["expires_in"] != nil, "API-01", "the answer")
	none("API-02", "no certificate", "", psc.Order{}, nil)
	none("API-03", "another organism", another, psc.Order{}, nil)
	for _, certificate := range []string{forged, unknown, ended} {
		none("API-03", certificate, certificate, psc.Order{}, nil)
	}
	for _, fault := range []string{"psctoken-expired-1h", "psctoken-revoked"} {
		none("API-04", fault, own, psc.Order{Fault: fault}, nil)
	}
	for _, fault := range []string{"psctoken-issuer-foreign", "psctoken-key-rogue", "psctoken-algorithm-none", "psctoken-payload-altered"} {
		none("API-05", fault, own, psc.Order{Fault: fault}, nil)
	}
	none("API-06", "no scope", own, psc.Order{}, map[string]string{"scope": ""})
	none("API-07", "another scope", own, psc.Order{}, map[string]string{"scope": "ecriture"})
	none("API-08", "saml2", own, psc.Order{}, map[string]string{"subject_token_type": oidc.TokenTypeSAML2})
	r.token(&f, token)
	r.linkBattery(&f, token)
	return f.Failed()
}

// token looks at what a token says, and for how long.
func (r *rig) token(f *benchtest.Failures, token string) {
	_, said := r.asked(own, api.PathIntrospection, url.Values{"token": {token}})
	leaf := r.world.Credential(r.t, own).Leaf()
	form, _ := oidc.ReadPrint(said, leaf)
	f.Unless(form == oidc.PrintRFC || form == oidc.PrintExample, "API-09", string(form))
	f.Unless(form != oidc.PrintExample, "API-10", string(form))
	life := seconds(said["exp"]) - seconds(said["iat"])
	f.Unless(life >= 3600 && life <= 4*3600, "API-14", "life")
}

func seconds(v any) int64 {
	n, _ := v.(interface{ Int64() (int64, error) })
	if n == nil {
		return 0
	}
	i, _ := n.Int64()
	return i
}

// linkBattery calls the resource.
func (r *rig) linkBattery(f *benchtest.Failures, token string) {
	resource := r.URL(api.PathResource)
	f.Unless(r.reads(own, resource, token), "API-11", "its certificate")
	f.Unless(!r.reads(another, resource, token), "API-12", "another organism")
	f.Unless(!r.reads(renewed, resource, token), "API-12", "renewed")
	f.Unless(!r.reads("", resource, token), "API-13", "none")
	u, err := url.Parse(resource)
	if err != nil {
		r.t.Fatal(err)
	}
	hello, err := pki.ProbeHello(r.t.Context(), nil, u.Host, tls.VersionTLS11, pki.OldSuites)
	f.Unless(err == nil && hello.Answer != pki.AnswerHello, "API-16", hello.String())
	f.Unless(!r.reads("", r.PlainURL(api.PathResource), token), "API-17", "in clear")
	r.asked(own, api.PathRevocation, url.Values{"token": {token}})
	r.bench.Clock.Advance(31 * time.Minute)
	f.Unless(!r.reads(own, resource, token), "API-15", "revoked")
	r.bench.Clock.Advance(-31 * time.Minute)
}

func TestHonestAPI(t *testing.T) {
	for _, opaque := range []bool{true, false} {
		if failed := start(t, opaque).battery(); len(failed) > 0 {
			t.Errorf("opaque %t: %v", opaque, failed)
		}
	}
}

func TestEachNeglectShows(t *testing.T) {
	for _, f := range api.Flaws() {
		t.Run(f.Name, func(t *testing.T) { benchtest.SingleNeglect(t, start(t, true, f.Name).battery(), f.Must, f.May) })
	}
}

func TestFlawsAreNamed(t *testing.T) {
	if n := len(api.Flaws()); n < 15 {
		t.Errorf("%d flaws", n)
	}
	titles := map[string]bool{}
	for _, f := range api.Flaws() {
		if titles[f.Name] || titles[f.Title.FR] || titles[f.Title.EN] || len(f.Must) == 0 {
			t.Errorf("%s: named twice, or breaks nothing", f.Name)
		}
		titles[f.Name], titles[f.Title.FR], titles[f.Title.EN] = true, true, true
	}
}

func TestRefusals(t *testing.T) {
	r := start(t, false)
	for name, c := range map[string]struct {
		change      map[string]string
		certificate string
		order       psc.Order
		status      int
		code        string
	}{
		"another grant":  {map[string]string{"grant_type": oidc.GrantRefresh}, own, psc.Order{}, 400, oidc.UnsupportedGrant},
		"no certificate": {nil, "", psc.Order{}, 401, oidc.InvalidClient},
		"no scope":       {map[string]string{"scope": ""}, own, psc.Order{}, 400, oidc.InvalidScope},
		"another type":   {map[string]string{"subject_token_type": oidc.TokenTypeSAML2}, own, psc.Order{}, 400, oidc.InvalidRequest},
		"expired":        {nil, own, psc.Order{Fault: "psctoken-expired-1h"}, 400, oidc.InvalidGrant},
	} {
		if status, said := r.asked(c.certificate, api.PathToken, r.form(c.order, c.change)); status != c.status || said["error"] != c.code {
			t.Errorf("%s: %d %v", name, status, said)
		}
	}
	for _, path := range []string{api.PathToken, api.PathIntrospection, api.PathRevocation} {
		answer, err := r.link(own).Post(r.URL(path), "application/json", strings.NewReader("{}"))
		if err != nil || answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%s takes JSON: %v %v", path, answer, err)
		}
		if err == nil {
			_ = answer.Body.Close()
		}
		if status, _ := r.asked(another, path, url.Values{"token": {"x"}, "grant_type": {oidc.GrantExchange}}); status != http.StatusUnauthorized {
			t.Errorf("%s: another organism: %d", path, status)
		}
	}
	if _, said := r.asked(own, api.PathIntrospection, url.Values{"token": {"inconnu"}}); said["active"] != false {
		t.Errorf("an unknown token: %v", said)
	}
	if r.reads(own, r.URL(api.PathResource), "inconnu") {
		t.Error("an unknown token reads the resource")
	}
	if err := r.psc.Behave(oidc.Conduct{Down: true}); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"grant_type": {oidc.GrantExchange}, "subject_token": {"x"}, "subject_token_type": {oidc.TokenTypeAccess}, "scope": {"lecture"}}
	if status, _ := r.asked(own, api.PathToken, form); status != http.StatusBadGateway {
		t.Errorf("without Pro Santé Connect: %d", status)
	}
}

func TestStartRefuses(t *testing.T) {
	w := shared.World(t)
	honest := api.Config{Bench: w.Bench(t), Name: candidate.APIOrganism}
	for name, spoil := range map[string]func(*api.Config){
		"flaw":       func(c *api.Config) { c.Flaws = []string{"parfait"} },
		"credential": func(c *api.Config) { c.Name = "personne" },
		"client":     func(c *api.Config) { c.Clients = []api.Client{{ID: "x", Subject: "pas un nom"}} },
		"address":    func(c *api.Config) { c.Listen = "192.0.2.1:1" },
		"clear":      func(c *api.Config) { c.Plain = "192.0.2.1:1" },
	} {
		c := honest
		spoil(&c)
		if a, err := api.Start(c); err == nil {
			t.Errorf("%s: started", name)
			_ = a.Close()
		}
	}
}
