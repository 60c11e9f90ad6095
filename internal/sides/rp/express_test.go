package rp_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/sides/sidetest"
)

// expressWrongs are the wrong settings of the service on openid-client, with the requirements that each adds.
var expressWrongs = map[string]string{
	"acr-unasked":               "PSC-02",
	"acr-unread":                "PSC-10",
	"age-unread":                "PSC-11",
	"answerer-unannounced":      "PSC-12",
	"any-browser":               "PSC-03",
	"any-server":                "PSC-17",
	"any-state":                 "PSC-03",
	"binding-missing":           "PSC-23",
	"certificate-missing":       "PSC-15",
	"challenge-missing":         "PSC-05",
	"challenge-plain":           "PSC-05",
	"decoupled-anybody":         "PSC-26",
	"discovery-of-the-standard": "PSC-01",
	"error-shown":               "PSC-13 PSC-14",
	"hour-of-tolerance":         "PSC-08",
	"logout-alone":              "PSC-20",
	"logout-without-hint":       "PSC-20",
	"nonce-missing":             "PSC-02 PSC-04",
	"nonce-unread":              "PSC-04",
	"refresh-token-kept":        "PSC-18",
	"refusal-unheard":           "PSC-19",
	"scope-openid":              "PSC-02 PSC-23",
	"signature-unread":          "PSC-09",
	"subject-unread":            "PSC-21",
	"token-decoded":             "PSC-04 PSC-06 PSC-07 PSC-08 PSC-09",
}

// witness is a requirement that no wrong setting touches, judged beside those that one adds.
const witness = "PSC-22"

// A service on express and openid-client is judged as it should be, and with one wrong setting at a time.
func TestServicePeersOnExpress(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out: tests are to be short")
	}
	benchtest.Needs(t, "node", "npm")
	modules := peertest.Node(t, filepath.Join("testdata", "service"), "service.mjs", "wrong.mjs")
	t.Run("honnête", func(t *testing.T) {
		run := express(t, modules, "").judge(t)
		got, unclear := failed(run)
		if len(got)+len(unclear)+len(run.Trouble) > 0 || len(run.Cases) < 40 {
			t.Errorf("failed %v, without verdict %v, %d cases, %+v", got, unclear, len(run.Cases), run.Trouble)
			sidetest.Told(t, run)
		}
		tell(t, "openid-client", "réglages recommandés", len(run.Cases), got)
	})
	for _, name := range slices.Sorted(maps.Keys(expressWrongs)) {
		t.Run(name, func(t *testing.T) {
			adds := strings.Fields(expressWrongs[name])
			x := express(t, modules, name)
			x.selector = append(slices.Clone(adds), witness)
			run := x.judge(t)
			got, unclear := failed(run)
			if !slices.Equal(got, adds) || len(unclear) > 0 {
				t.Errorf("failed %v, want %v; without verdict %v", got, adds, unclear)
				sidetest.Told(t, run)
			}
			tell(t, "openid-client", name, len(run.Cases), got)
		})
	}
}

// express starts the service with one wrong setting, or none, and writes its candidate file.
func express(t *testing.T, modules func() (string, error), wrong string) rig {
	t.Helper()
	installed, err := modules()
	if err != nil {
		t.Fatal(err)
	}
	port, desk, place := peertest.Port(t), peertest.Port(t), fmt.Sprintf("127.0.0.1:%d", peertest.Port(t))
	base, client, dir, set := fmt.Sprintf("https://127.0.0.1:%d", port), candidate.SampleServiceClient(), peertest.Dir(t), sidetest.Of(t).Stand.Bench.PKI
	certificate, key := peertest.Pair(t, dir, set, candidate.VendorOrganism+"/tls", true)
	raw, err := json.Marshal(map[string]any{
		"base": base, "port": port, "desk": desk, "issuer": "https://" + place + oidc.PathRealm, "wrong": wrong, "client": map[string]string{"id": client.ID, "secret": client.Secret},
		"tls": map[string]string{"roots": peertest.Write(t, dir, "roots.pem", set.RootsPEM()), "certificate": certificate, "key": key},
	})
	if err != nil {
		t.Fatal(err)
	}
	peertest.Start(t, peertest.Script(dir, filepath.Join(installed, "service.mjs"), peertest.Write(t, dir, "settings.json", raw))).Listening(t, fmt.Sprintf("127.0.0.1:%d", desk))
	file := filepath.Join(t.TempDir(), "candidate.yaml")
	err = candidate.StubCandidate{Name: "openid-client", Version: "6.8", PSCService: &candidate.PSCService{
		Login: base + "/connexion", Protected: base + "/espace", Success: "identifiant " + candidate.UserPlace, Redirects: []string{base + "/retour"}, TrustSpace: true,
		Logout: base + "/deconnexion", Farewells: []string{base + "/"}, Renews: true, Decoupled: &candidate.DecoupledLogin{URL: base + "/sans-carte", Field: "idnat"},
		PSC: candidate.PSC{Listen: place, Client: client},
		Reach: candidate.Reach{Verbs: map[candidate.Verb]candidate.Driver{
			candidate.Refresh: {HTTP: &candidate.HTTPCall{URL: fmt.Sprintf("http://127.0.0.1:%d/refresh", desk)}},
		}},
	}}.Write(file)
	if err != nil {
		t.Fatal(err)
	}
	return rig{file: file}
}
