package candidate_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
)

const full = `candidate: {name: P, vendor: V, version: "1"}
profile: profile.yaml
pki: {dir: pki, trust: ca.pem, client: {certificate: ca.pem, key: ca.key}}
roles:
  fournisseur:
    A:
      endpoint: "https://127.0.0.1:8443/a"
      body: any.xml
      bodies: {mettreAJour: update.xml}
      soap_action: "urn:x"
      services:
        service-historique: {endpoint: "https://127.0.0.1:8443/h"}
        service-applicatif: {endpoint: "https://127.0.0.1:8443/p"}
    traces: {file: out/t.jsonl, map: {viId: /vi/id}, key_file: hmac.key}
    clock: {command: [./clock.sh]}
    logs: [/var/log/p.log]
    skew_seconds: 0
    capabilities: {one_time_use: false}
  client:
    A: {drive: {http: {url: "http://127.0.0.1:8081/app", identity: interops-infos, headers: {X-A: b}}}, project: signe, soap: "1.2"}
    traces: {http: "http://127.0.0.1:8081/traces"}
    verbs: {logout: {http: {url: "http://127.0.0.1:8081/out"}}, restart: {manual: true}}
listen: {address: "::1", ports: auto}
`

func fullFiles(t *testing.T) map[string]string {
	t.Helper()
	certificate, key := pairPEM(t)
	return map[string]string{
		"candidate.yaml": full, "profile.yaml": "time: {skewSeconds: 30}\n", "ca.pem": certificate, "ca.key": key,
		"any.xml": "<a>${marqueur}</a>", "update.xml": "<u>${marqueur}</u>", "hmac.key": " secret\n",
	}
}

// pairPEM makes a self-signed certificate and its key.
func pairPEM(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "TEST"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

func load(t *testing.T, dir string) *candidate.Candidate {
	t.Helper()
	c, err := candidate.Load(filepath.Join(dir, "candidate.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoadFullFile(t *testing.T) {
	dir := write(t, fullFiles(t))
	c := load(t, dir)
	p := c.Provider
	target, ok := p.A.At("service-historique")
	if !ok || target.Endpoint != "https://127.0.0.1:8443/h" {
		t.Errorf("historique: %+v", target)
	}
	if _, ok := p.A.At("service-b"); ok {
		t.Error("service-b can be reached, and was not declared")
	}
	if p.Organism != "organisme-fournisseur" || p.A.Project != "consultation" || p.A.Service != "service-a" || p.A.SOAP != "1.1" {
		t.Errorf("defaults: %s %+v", p.Organism, p.A.Choice)
	}
	if string(p.A.Template("mettreAJour")) != "<u>${marqueur}</u>" || string(p.A.Template("consulter")) != "<a>${marqueur}</a>" {
		t.Errorf("bodies: %s, %s", p.A.Template("mettreAJour"), p.A.Template("consulter"))
	}
	if p.Traces.File != filepath.Join(dir, "out/t.jsonl") || p.Traces.Format != candidate.FormatMap || p.Traces.Chain != candidate.ChainNone || string(p.Traces.Key) != "secret" {
		t.Errorf("traces: %+v", p.Traces)
	}
	if *p.SkewSeconds != 0 || *c.Client.SkewSeconds != 30 || p.Logs[0] != "/var/log/p.log" {
		t.Errorf("skew %d and %d, logs %v", *p.SkewSeconds, *c.Client.SkewSeconds, p.Logs)
	}
	if len(c.PKI.Roots) != 1 || c.PKI.Client.TLS.PrivateKey == nil || c.Listen.At(0) != "[::1]:0" {
		t.Errorf("PKI %+v, listen %s", c.PKI, c.Listen.At(0))
	}
	cl := c.Client
	if cl.Verbs[candidate.Logout].HTTP.Method != "POST" || cl.Verbs[candidate.Logout].HTTP.Identity != candidate.IdentityNone || !cl.Verbs[candidate.Restart].Manual {
		t.Errorf("verbs %+v", cl.Verbs)
	}
	if url, ok := cl.A.At("service-signe"); !ok || url != "http://127.0.0.1:8081/app" || cl.A.SOAP != "1.2" || *cl.Retries != 1 {
		t.Errorf("client %+v", cl.A)
	}
	if cl.Traces.Format != candidate.FormatEtalon || cl.Traces.Chain != candidate.ChainEtalon {
		t.Errorf("traces %+v", cl.Traces)
	}
}

func TestCapabilitiesFollowTheConvention(t *testing.T) {
	c := load(t, write(t, fullFiles(t)))
	can := func(a *candidate.Access) []candidate.Capability {
		return slices.DeleteFunc(candidate.Capabilities(), func(cap candidate.Capability) bool { return !a.Can(cap) })
	}
	if got, want := can(&c.Provider.Access), []candidate.Capability{candidate.SAML11, candidate.ApplicationContext, candidate.SecondService}; !slices.Equal(got, want) {
		t.Errorf("provider can %v, want %v", got, want)
	}
	want := []candidate.Capability{candidate.MessageSignature, candidate.ApplicationContext, candidate.SOAP12, candidate.OneTimeUse, candidate.InteropsInfos}
	if got := can(&c.Client.Access); !slices.Equal(got, want) {
		t.Errorf("client can %v, want %v", got, want)
	}
}

func TestUsers(t *testing.T) {
	c := load(t, write(t, map[string]string{"candidate.yaml": `candidate: {name: P, vendor: V, version: "1"}
roles:
  client:
    A: {drive: {command: [./call.sh]}}
`})).Client
	if n := len(c.Entitled("consultation", "PAGM_CONSULTATION", "PAGM_MISE_A_JOUR")); n != 50 {
		t.Errorf("%d entitled by default, want 50", n)
	}
	if len(c.Entitled("consultation", "PAGM_AUTRE_PROJET")) != 0 || len(c.Unauthenticated()) != 1 {
		t.Error("users hold what they were not granted, or nobody is unauthenticated")
	}
	if u := c.Unentitled("consultation"); len(u) != 1 || u[0].ID != "agent-sans-droit" {
		t.Errorf("unentitled: %v", u)
	}
	if _, ok := c.A.At("service-applicatif"); !ok {
		t.Error("a command cannot call another service of the organism")
	}
	own := load(t, write(t, map[string]string{"candidate.yaml": `candidate: {name: P, vendor: V, version: "1"}
roles:
  client:
    A: {drive: {manual: true}}
    users: [{id: "u%02d%%s", count: 12, rights: {consultation: [PAGM_CONSULTATION]}}]
`})).Client
	if len(own.Users) != 12 || own.Users[11].ID != "u12%%s" || own.Users[11].Count != 0 {
		t.Errorf("users: %+v", own.Users)
	}
}

func TestMismatchedPair(t *testing.T) {
	files := fullFiles(t)
	_, files["ca.key"] = pairPEM(t)
	_, err := candidate.Load(filepath.Join(write(t, files), "candidate.yaml"))
	var problems candidate.Problems
	if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Key != "pki.client.key" || problems[0].Line != 3 || !strings.Contains(problems.In("en"), "does not go with this certificate") {
		t.Errorf("problems: %v", err)
	}
	files["ca.key"] = "no key"
	_, err = candidate.Load(filepath.Join(write(t, files), "candidate.yaml"))
	if !errors.As(err, &problems) || !strings.Contains(problems.In("fr"), "clé est illisible") {
		t.Errorf("problems: %v", err)
	}
}

func TestDigestCoversConfiguration(t *testing.T) {
	files := fullFiles(t)
	files["candidate.yaml"] = "convention: convention.yaml\n" + files["candidate.yaml"]
	files["convention.yaml"] = string(candidate.ConventionText())
	first := load(t, write(t, files)).Digest()
	if again := load(t, write(t, files)).Digest(); again != first || !strings.HasPrefix(first, "sha256:") || len(first) != 71 {
		t.Errorf("digests %s and %s of the same files in two folders", first, again)
	}
	seen := map[string]string{first: "nothing"}
	for _, name := range []string{"candidate.yaml", "convention.yaml", "profile.yaml", "any.xml", "update.xml", "hmac.key"} {
		changed := maps.Clone(files)
		changed[name] = strings.Replace(files[name], "\n", "\n# autre\n", 1)
		if strings.HasSuffix(name, ".xml") {
			changed[name] += "\n"
		}
		d := load(t, write(t, changed)).Digest()
		if other, twice := seen[d]; twice {
			t.Errorf("changing %s gives the digest of changing %s", name, other)
		}
		seen[d] = name
	}
	certificate, key := pairPEM(t)
	files["ca.pem"], files["ca.key"] = certificate, key
	if load(t, write(t, files)).Digest() == first {
		t.Error("changing the certificates leaves the digest")
	}
}

func TestProfileOverrides(t *testing.T) {
	dir := write(t, map[string]string{"p.yaml": "base: legacy\ntime: {skewSeconds: 120, maxWindow: 2h}\nsoap: {versions: [\"1.2\"]}\nfault: {expected: {A01-N1: [\"soap:Client\"]}}\n"})
	p, err := candidate.LoadProfile(filepath.Join(dir, "p.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"time.maxWindow": "2h", "soap.versions": `["1.2"]`, "fault.expected.A01-N1": `["soap:Client"]`}
	if !maps.Equal(p.Overrides, want) {
		t.Errorf("overrides %v, want %v", p.Overrides, want)
	}
	if p.Base != "legacy" || p.Name != "legacy" || !p.Legacy() || p.Time.MaxWindow.Duration != 2*time.Hour || len(p.Fault.Expected) != 4 || p.Rank("login-code") != 2 {
		t.Errorf("profile %+v", p)
	}
	legacy, err := candidate.LoadProfile("legacy")
	if err != nil || len(legacy.Overrides) != 0 || legacy.Digest == p.Digest {
		t.Errorf("legacy %+v, %v", legacy, err)
	}
}

func TestStubCandidateLoads(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a \"quoted\" name.yaml")
	zero, no := 0, false
	s := candidate.StubCandidate{
		Name: "Souche # « x »", Version: "1.0", Profile: "legacy", PKIDir: filepath.Join(dir, "pki"),
		Provider: &candidate.StubRole{
			URL: "https://127.0.0.1:1/a?b=c&d", Services: map[string]string{"service-b": "https://127.0.0.1:1/b"}, Backend: candidate.BackendNone,
			Traces: "/tmp/t: {.jsonl", Clock: "http://127.0.0.1:2/clock", SkewSeconds: &zero, Capabilities: map[candidate.Capability]bool{candidate.OneTimeUse: false},
		},
		Client: &candidate.StubRole{
			URL: "http://127.0.0.1:3/a", Identity: candidate.IdentityInteropsInfos, Project: "consultation", Service: "service-b", Logs: []string{"/tmp/l"},
			Verbs: map[candidate.Verb]string{candidate.Logout: "http://127.0.0.1:3/out"},
			Users: []candidate.StubUser{{ID: "a", Rights: map[string][]string{"consultation": {"PAGM_CONSULTATION"}}}, {ID: "b", Authenticated: &no}},
		},
		Ports: candidate.Ports{Probe: 4},
	}
	for range 2 { // the second overwrites
		if err := s.Write(path); err != nil {
			t.Fatal(err)
		}
	}
	c, err := candidate.Load(path)
	if err != nil {
		raw, _ := os.ReadFile(path)
		t.Fatalf("%v\n%s", err, raw)
	}
	if c.Name != s.Name || c.Provider.A.Endpoint != s.Provider.URL || c.Provider.Traces.File != s.Provider.Traces || *c.Provider.SkewSeconds != 0 || c.Provider.Backend != candidate.BackendNone {
		t.Errorf("provider %+v", c.Provider)
	}
	if c.Client.A.Service != "service-b" || len(c.Client.Unauthenticated()) != 1 || c.Client.Verbs[candidate.Logout].HTTP.URL != s.Client.Verbs[candidate.Logout] || c.Listen.Ports != s.Ports {
		t.Errorf("client %+v, listen %+v", c.Client, c.Listen)
	}
	if c.Provider.Can(candidate.OneTimeUse) || !c.Client.Can(candidate.InteropsInfos) {
		t.Error("capabilities are not those written")
	}
	if err := s.Write(filepath.Join(dir, "absent", "c.yaml")); err == nil {
		t.Error("written into a folder that does not exist")
	}
}

func TestDefaultConventionServesTheCatalogue(t *testing.T) {
	c := candidate.DefaultConvention()
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	if org, ok := c.Organism("organisme-client"); !ok || len(org.TLS) != 2 || org.Issuer != "urn:interops:11111111100011:idp:client-test:1" {
		t.Errorf("L05-N1 needs two TLS identities: %+v", org)
	}
	forces := map[string]bool{}
	for _, p := range c.Projects {
		forces[p.Name] = p.InForce(now)
		if p.Client == "organisme-sans-projet" {
			t.Errorf("project %s of the organism that has none", p.Name)
		}
	}
	want := map[string]bool{
		"consultation": true, "applicatif": true, "historique": true, "signe": true, "autre": true, "retour": true,
		"termine": false, "futur": false, "tiers-termine": false, "tiers-futur": false,
		"extranet": true, "extranet-autre": true, "extranet-retour": true, "extranet-termine": false, "extranet-futur": false,
		"api": true, "api-autre": true, "api-termine": false, "api-futur": false,
	}
	if !maps.Equal(forces, want) {
		t.Errorf("in force: %v, want %v", forces, want)
	}
	main := c.Projects[0]
	service, _ := main.Service("service-a")
	if service.User != interops.UserRequired || candidate.DefaultProfile("current").Rank(service.MinimumLevel) != 1 {
		t.Errorf("service-a %+v", service)
	}
	c.Projects[0].Name = "changed"
	if candidate.DefaultConvention().Projects[0].Name != "consultation" {
		t.Error("two calls share one convention")
	}
}

func TestProductionDomains(t *testing.T) {
	table := candidate.ProductionDomains()
	for _, p := range table {
		if p.Reason == "" || p.Domain != strings.ToLower(p.Domain) {
			t.Errorf("row %+v", p)
		}
	}
	for url, refused := range map[string]bool{
		"https://mssante.fr/": true, "https://a.b.mssante.fr:8443/": true, "https://MSSANTE.FR./": true, "https://interops.fr/": true,
		"https://mssante.fr.example.test/": false, "https://notmssante.fr/": false, "https://passerelle.local/": false, "https://10.0.0.1/": false, "https://[fd00::1]:8443/": false,
	} {
		_, err := candidate.Load(filepath.Join(write(t, map[string]string{"candidate.yaml": strings.Replace(sound, "https://127.0.0.1:8443/a", url, 1)}), "candidate.yaml"))
		if (err != nil) != refused {
			t.Errorf("%s: %v", url, err)
		}
	}
}
