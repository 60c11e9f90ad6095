package candidate_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
)

// portals is a convention with modes P and R, and without mode A.
const portals = `name: portails
organisms:
  - {name: client, issuer: "urn:c", recipient: "urn:rc", tls: [{subject: "CN=c"}], signature: [{subject: "CN=c"}]}
  - {name: fournisseur, issuer: "urn:f", recipient: "urn:rf", tls: [{subject: "CN=f"}], signature: [{subject: "CN=f"}]}
projects:
  - name: portail
    mode: P
    client: client
    provider: fournisseur
    pagm: [{name: LECTURE, operations: [dossiers]}, {name: GESTION, operations: [gestion]}]
    services: [{name: s, audience: "urn:t:s"}, {name: t, audience: "urn:t:t"}]
  - {name: rest, mode: R, client: client, provider: fournisseur, pagm: [{name: REST}], services: [{name: s, audience: "urn:t:s"}]}
`

const portalsFile = `candidate: {name: P, vendor: V, version: "1"}
convention: convention.yaml
roles:
  fournisseur:
    P:
      acs: "https://127.0.0.1:8443/acs"
      target: "https://127.0.0.1:8443/app?m=${marqueur}"
      resources: {gestion: "https://127.0.0.1:8443/gestion?m=${marqueur}"}
      identity: {header: X-Utilisateur}
      services: {t: {acs: "https://127.0.0.1:8443/t/acs", target: "https://127.0.0.1:8443/t?m=${marqueur}"}}
    R: {endpoint: "https://127.0.0.1:8443/api?m=${marqueur}", token: jwt-bearer}
  client:
    P:
      login: {url: "https://127.0.0.1:8081/login", form: {user: id, password: mdp, extra: {moyen: "${classe}"}}, success: {text: Bonjour}}
      link: "https://127.0.0.1:8081/sortie?m=${marqueur}"
      transport: browser-post
      session: 30m
    R: {drive: {http: {url: "http://127.0.0.1:8081/api"}}}
`

func TestModesOfPortals(t *testing.T) {
	c := load(t, write(t, map[string]string{"candidate.yaml": portalsFile, "convention.yaml": portals}))
	if got, want := c.Scope(), []string{"fournisseur/P", "fournisseur/R", "client/P", "client/R"}; !slices.Equal(got, want) {
		t.Errorf("scope %v, want %v", got, want)
	}
	p, r := c.Provider.P, c.Provider.R
	if c.Provider.A != nil || p.Project != "portail" || p.Service != "s" || p.Transport != candidate.ProxyPost || p.Header != candidate.TransportHeader {
		t.Errorf("P %+v", p)
	}
	if face, ok := p.At("t"); !ok || candidate.Marked(face.Target, "x1") != "https://127.0.0.1:8443/t?m=x1" {
		t.Errorf("service t: %+v", face)
	}
	if _, ok := p.At("u"); ok {
		t.Error("service u is reached, and was not declared")
	}
	if main, ok := r.At("s"); !ok || main.Endpoint == "" || r.Project != "rest" || r.Token != candidate.TokenJWT || r.Header != candidate.BearerHeader {
		t.Errorf("R %+v", r)
	}
	cl := c.Client
	if cl.P.Session.Duration != 30*time.Minute || cl.P.Transport != candidate.BrowserPost || cl.P.Browser != candidate.BrowserHTTP || cl.P.Login.Form.Extra["moyen"] != "${classe}" {
		t.Errorf("client P %+v", cl.P)
	}
	if link, ok := cl.P.At("s"); !ok || link != cl.P.Link {
		t.Errorf("link %q", link)
	}
	if url, ok := cl.R.At("s"); !ok || url != "http://127.0.0.1:8081/api" || cl.R.Drive.HTTP.Method != "GET" {
		t.Errorf("client R %+v", cl.R)
	}
	if len(cl.Entitled("portail", "LECTURE", "GESTION")) != 50 || len(cl.Entitled("rest", "REST")) != 50 {
		t.Error("the test persons hold no right in every mode")
	}
	if u := cl.Users[0]; u.Secret != "essai-agent-0001" {
		t.Errorf("secret %q", u.Secret)
	}
	if !c.Provider.Can(candidate.SecondService) || cl.Can(candidate.SecondService) || c.Provider.Can(candidate.SOAP12) {
		t.Error("capabilities are not those of the declared services")
	}
	if c.Access(candidate.RoleClient) != &cl.Access || c.Access(candidate.RoleService) != nil {
		t.Error("access of a role")
	}
}

// TestStubModesLoad writes every mode as a mock candidate does, and reads it back.
func TestStubModesLoad(t *testing.T) {
	dir := write(t, map[string]string{"convention.yaml": portals})
	path := filepath.Join(dir, "candidate.yaml")
	receiver := candidate.ProviderP{
		Face:  candidate.Face{ACS: "https://127.0.0.1:1/acs", Target: "https://127.0.0.1:1/a?m=${marqueur}", Resources: map[string]string{"gestion": "https://127.0.0.1:1/g?m=${marqueur}"}},
		Sight: candidate.Sight{Identity: &candidate.Shown{Text: "<b>${identifiant}</b>"}}, Carriage: candidate.Carriage{Transport: candidate.HeaderTransport, Header: "X-R"},
	}
	portal := candidate.ClientP{
		Headers: map[string]string{"X-User": "${identifiant}"}, Link: "https://127.0.0.1:2/s?m=${marqueur}", Session: interops.Duration{Duration: time.Hour},
	}
	s := candidate.StubCandidate{
		Name: "Souche", Version: "1", Convention: "convention.yaml",
		Provider: &candidate.StubRole{Modes: []candidate.Declared{receiver, candidate.ProviderR{Resource: candidate.Resource{Endpoint: "https://127.0.0.1:1/api?m=${marqueur}"}}}},
		Client:   &candidate.StubRole{Modes: []candidate.Declared{portal, candidate.ClientR{Drive: candidate.Driver{Command: []string{"./call"}}}}, Users: []candidate.StubUser{{ID: "a", Secret: "x", Rights: map[string][]string{"portail": {"LECTURE"}, "rest": {"REST"}}}}},
		Ports:    candidate.Ports{Service: 7},
	}
	if err := s.Write(path); err != nil {
		t.Fatal(err)
	}
	c, err := candidate.Load(path)
	if err != nil {
		raw, _ := os.ReadFile(path)
		t.Fatalf("%v\n%s", err, raw)
	}
	if got, want := c.Scope(), []string{"fournisseur/P", "fournisseur/R", "client/P", "client/R"}; !slices.Equal(got, want) {
		t.Errorf("scope %v, want %v", got, want)
	}
	if c.Provider.P.ACS != receiver.ACS || c.Provider.P.Identity.Text != "<b>${identifiant}</b>" || c.Provider.P.Header != "X-R" || c.Provider.P.Resources["gestion"] == "" {
		t.Errorf("P %+v", c.Provider.P)
	}
	if c.Client.P.Session.Duration != time.Hour || c.Client.P.Login != nil || c.Client.Users[0].Secret != "x" || c.Listen.Ports != s.Ports {
		t.Errorf("client %+v, %+v", c.Client.P, c.Listen)
	}
	if _, ok := c.Client.R.At("s"); !ok {
		t.Error("a command cannot call the main service")
	}
}

const operatorsFile = `candidate: {name: S, vendor: V, version: "1"}
convention: convention.yaml
roles:
  operateur-identification:
    S: {identification: "https://127.0.0.1:1/i?op=${operateur}", login: {url: "https://127.0.0.1:1/l", form: {user: id}, success: {cookie: c}}}
    organism: organisme-2
  operateur-authentification:
    S:
      sso: "https://127.0.0.1:2/sso"
      rebond: "https://127.0.0.1:2/rebond"
      login: {url: "https://127.0.0.1:2/l", form: {user: id, password: mdp}, success: {url: "https://127.0.0.1:2/accueil"}}
      services: {attestations: "https://127.0.0.1:2/rebond/attestations"}
  operateur-service:
    S: {acs: "https://127.0.0.1:3/acs", target: "https://127.0.0.1:3/p", flow: sp-initiated}
    organism: organisme-3
    backend: none
`

func TestModesOfSphere(t *testing.T) {
	sphere := string(candidate.SampleText("sphere.yaml"))
	c := load(t, write(t, map[string]string{"candidate.yaml": operatorsFile, "convention.yaml": sphere}))
	want := []string{"operateur-identification/S", "operateur-authentification/S", "operateur-service/S"}
	if got := c.Scope(); !slices.Equal(got, want) {
		t.Errorf("scope %v, want %v", got, want)
	}
	if i := c.Identification; i.S.Operator != "organisme-1" || len(i.Users) == 0 || i.S.Browser != candidate.BrowserHTTP {
		t.Errorf("identification %+v", i.S)
	}
	a := c.Authentication
	if a.Organism != "organisme-1" || a.S.Project != "sphere-essai/organisme-1/organisme-3" || a.S.Service != "carte-europeenne" || a.S.Flow != candidate.FlowBoth {
		t.Errorf("authentication %s %+v", a.Organism, a.S)
	}
	if url, ok := a.S.At("attestations"); !ok || url == a.S.Rebound {
		t.Errorf("rebound to attestations: %q", url)
	}
	s := c.Service
	if face, ok := s.S.At("carte-europeenne"); !ok || face.ACS != "https://127.0.0.1:3/acs" || s.S.Project != "sphere-essai/organisme-1/organisme-3" || s.S.Flow != candidate.FlowSP {
		t.Errorf("service %+v", s.S)
	}
	if c.Choice(candidate.RoleService, interops.ModeS).Service != "carte-europeenne" || c.Choice(candidate.RoleClient, interops.ModeA) != (candidate.Choice{}) {
		t.Error("choice of a role")
	}
	path := filepath.Join(write(t, map[string]string{"convention.yaml": sphere}), "stub.yaml")
	written := candidate.StubCandidate{
		Name: "Souche", Version: "1", Convention: "convention.yaml",
		Identification: &candidate.StubRole{Organism: "organisme-2", Modes: []candidate.Declared{c.Identification.S}},
		Authentication: &candidate.StubRole{Modes: []candidate.Declared{a.S}, Users: []candidate.StubUser{{ID: "p", Class: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"}}},
		Service:        &candidate.StubRole{Organism: "organisme-3", Modes: []candidate.Declared{s.S}, Backend: candidate.BackendNone},
	}
	if err := written.Write(path); err != nil {
		t.Fatal(err)
	}
	again, err := candidate.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.Scope(), want) || again.Authentication.S.Services["attestations"] == "" || again.Authentication.S.Login.Success != a.S.Login.Success {
		t.Errorf("read back %+v", again.Authentication.S)
	}
}

// TestWrittenSphereLoads writes the template of each operator, with the sphere as its convention.
func TestWrittenSphereLoads(t *testing.T) {
	for _, role := range []candidate.Role{candidate.RoleIdentification, candidate.RoleAuthentication, candidate.RoleService} {
		dir := t.TempDir()
		if err := candidate.Init(dir, candidate.InitOptions{Roles: []candidate.Role{role}}); err != nil {
			t.Fatal(err)
		}
		if got := load(t, dir).Scope(); !slices.Equal(got, []string{string(role) + "/S"}) {
			t.Errorf("%s: scope %v", role, got)
		}
	}
	if err := candidate.Init(t.TempDir(), candidate.InitOptions{Roles: []candidate.Role{candidate.RoleClient, candidate.RoleService}}); err == nil {
		t.Error("two conventions in one folder")
	}
}
