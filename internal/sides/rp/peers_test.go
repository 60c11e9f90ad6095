package rp_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"

	"etalon/internal/bench/benchtest"
	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/sides/sidetest"
)

// peer is how mod_auth_openidc is set before a static page.
type peer struct {
	Dir, Issuer, Discovery, Parameters, Validate, Proof, Require string
	Port                                                         int
	Certificate                                                  bool
	Client                                                       candidate.PSCClient
	Modules                                                      []string
}

// openidcMisses are the requirements that mod_auth_openidc misses however well it is set. docs/peers.md gives the text on
// which each rests.
var openidcMisses = map[string]string{
	"PSC-06": "N2 : une barre oblique de trop à la fin de l'émetteur est admise (OIDC Core §3.1.3.7 veut l'égalité)",
	"PSC-11": "N : auth_time n'est pas comparé à max_age (OIDC Core §3.1.3.7 le recommande)",
	"PSC-12": "N2 : un retour sans iss est admis, bien que la découverte l'annonce (RFC 9207 §2.4)",
}

// openidcWrongs are its misconfigurations, with the requirements that each adds.
var openidcWrongs = map[string]struct {
	change func(*peer)
	adds   string
}{
	"sans PKCE":                     {func(p *peer) { p.Proof = "" }, "PSC-05"},
	"défi PKCE en clair":            {func(p *peer) { p.Proof = "plain" }, "PSC-05"},
	"certificat de PSC non vérifié": {func(p *peer) { p.Validate = "Off" }, "PSC-17"},
	"niveau non contrôlé":           {func(p *peer) { p.Require = "Require valid-user" }, "PSC-10"},
	"niveau non demandé":            {func(p *peer) { p.Parameters = "max_age=14400" }, "PSC-02"},
	"découverte de la norme":        {func(p *peer) { p.Discovery = oidc.PathDiscovery }, "PSC-01"},
	"secret, sans certificat":       {func(p *peer) { p.Certificate = false }, "PSC-15"},
}

// mod_auth_openidc is judged as it should be set, and with one wrong setting at a time.
func TestServicePeers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out: tests are to be short")
	}
	benchtest.Needs(t, "apache2", "/usr/lib/apache2/modules/mod_auth_openidc.so")
	t.Run("honnête", func(t *testing.T) {
		run := openidc(t, func(*peer) {}).judge(t)
		got, unclear := failed(run)
		if want := slices.Sorted(maps.Keys(openidcMisses)); !slices.Equal(got, want) || len(unclear) > 0 {
			t.Errorf("failed %v, want %v; without verdict %v", got, want, unclear)
			sidetest.Told(t, run)
		}
		if len(run.Trouble) > 0 || len(run.Cases) < 25 {
			t.Errorf("%d cases, %+v", len(run.Cases), run.Trouble)
		}
		tell(t, "mod_auth_openidc", "réglages recommandés", len(run.Cases), got)
	})
	for _, name := range slices.Sorted(maps.Keys(openidcWrongs)) {
		wrong := openidcWrongs[name]
		t.Run(name, func(t *testing.T) {
			x := openidc(t, wrong.change)
			x.selector = append(strings.Fields(wrong.adds), "PSC-07")
			run := x.judge(t)
			got, unclear := failed(run)
			if !slices.Equal(got, strings.Fields(wrong.adds)) || len(unclear) > 0 {
				t.Errorf("failed %v, want %s; without verdict %v", got, wrong.adds, unclear)
				sidetest.Told(t, run)
			}
			tell(t, "mod_auth_openidc", name, len(run.Cases), got)
		})
	}
}

// tell writes a line of the table of the peers.
func tell(t *testing.T, service, setting string, cases int, failed []string) {
	t.Helper()
	how := "passe"
	if len(failed) > 0 {
		how = "écarts"
	}
	t.Logf("TABLE | %s | service-psc | %s | %d | %s | %s |", service, setting, cases, how, strings.Join(failed, " "))
}

// openidc starts Apache with mod_auth_openidc before a page, and writes its candidate file.
func openidc(t *testing.T, change func(*peer)) rig {
	t.Helper()
	place := fmt.Sprintf("127.0.0.1:%d", peertest.Port(t))
	p := &peer{
		Dir: peertest.Dir(t), Port: peertest.Port(t), Issuer: "https://" + place + oidc.PathRealm, Discovery: oidc.PathWallet, Parameters: "acr_values=eidas1&max_age=14400",
		Validate: "On", Proof: oidc.ChallengeS256, Require: "Require claim acr~^eidas[123]$", Certificate: true, Client: candidate.SampleServiceClient(),
		Modules: []string{"mpm_event", "authn_core", "authz_core", "authz_user", "dir", "include", "socache_shmcb", "ssl", "auth_openidc"},
	}
	change(p)
	p.write(t)
	peertest.Start(t, peertest.Program{
		Dir: p.Dir, Name: "apache2", Args: []string{"-DFOREGROUND", "-f", filepath.Join(p.Dir, "httpd.conf")}, Logs: []string{"error.log"},
	}).Listening(t, fmt.Sprintf("127.0.0.1:%d", p.Port))
	base := fmt.Sprintf("https://127.0.0.1:%d", p.Port)
	file := filepath.Join(t.TempDir(), "candidate.yaml")
	err := candidate.StubCandidate{Name: "mod_auth_openidc", Version: "2.4", PSCService: &candidate.PSCService{
		Login: base + "/espace/", Protected: base + "/espace/", Success: "identifiant " + candidate.UserPlace, Redirects: []string{base + "/retour"}, TrustSpace: true,
		Logout: base + "/retour?logout=" + strings.ReplaceAll(base, ":", "%3A") + "/", Farewells: []string{base + "/"},
		PSC: candidate.PSC{Listen: place, Client: p.Client},
	}}.Write(file)
	if err != nil {
		t.Fatal(err)
	}
	return rig{file: file}
}

// write writes the files of Apache.
func (p *peer) write(t *testing.T) {
	t.Helper()
	set := sidetest.Of(t).Stand.Bench.PKI
	credential, err := set.Credential(candidate.VendorOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.ParseFiles(filepath.Join("testdata", "openidc.conf.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	var conf bytes.Buffer
	if err := tmpl.Execute(&conf, p); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"httpd.conf": conf.Bytes(), "roots.pem": set.RootsPEM(), "tls.pem": pki.CertificatesPEM(credential.Chain),
		"tls.key":          peertest.Key(t, credential),
		"pages/index.html": []byte("<p>Accueil</p>\n"), "pages/espace/index.html": []byte("<p>Espace, identifiant <!--#echo var=\"REMOTE_USER\" --></p>\n"),
	} {
		place := filepath.Join(p.Dir, name)
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(place, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
