package scenario_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// peerConvention is what the two organisms of a peer signed: the identifiers are those that the web profile of SAML
// gives, the consumer's address for a recipient and the service provider's name for an audience.
const peerConvention = `name: Convention d'un produit du commerce (essai)
documents:
  - {title: "Standard InterOPS, spécifications du VI", version: "2.0"}
  - {title: "Standard InterOPS, spécifications détaillées du mode P", version: "2.0"}
organisms:
  - name: organisme-client
    issuer: %[1]q
    recipient: "urn:interops:sp:11111111100011:test"
    tls:
      - subject: "CN=passerelle TLS organisme-client,OU=TEST,O=TEST organisme-client,C=FR"
    signature:
      - subject: "CN=cachet organisme-client,OU=TEST,O=TEST organisme-client,C=FR"
  - name: organisme-fournisseur
    issuer: "urn:interops:22222222200022:idp:fournisseur-test:1"
    recipient: %[2]q
    tls:
      - subject: "CN=passerelle TLS organisme-fournisseur,OU=TEST,O=TEST organisme-fournisseur,C=FR"
    signature:
      - subject: "CN=cachet organisme-fournisseur,OU=TEST,O=TEST organisme-fournisseur,C=FR"
  - name: organisme-tiers
    issuer: "urn:interops:33333333300033:idp:tiers-test:1"
    tls:
      - subject: "CN=passerelle TLS organisme-tiers,OU=TEST,O=TEST organisme-tiers,C=FR"
    signature:
      - subject: "CN=cachet organisme-tiers,OU=TEST,O=TEST organisme-tiers,C=FR"
projects:
  - name: extranet
    mode: P
    client: organisme-client
    provider: organisme-fournisseur
    start: 2026-01-01
    pagm:
      - {name: PAGM_CONSULTATION, operations: [dossiers]}
      - {name: PAGM_GESTION, operations: [gestion, "POST gestion"]}
    unknown_pagm: ignore
    services:
      - name: extranet
        audience: %[3]q
`

const (
	peerIssuer   = "urn:interops:11111111100011:idp:client-test:1"
	peerAudience = "http://extranet.fournisseur.test"
)

// startSAMLPeer starts a peer with settings of its own, and writes the candidate file that drives it.
func startSAMLPeer(t *testing.T, peer samlPeer, keys string, wrong peerFault) *stand.Stub {
	t.Helper()
	dir, port, probe := peerDir(t), freePort(t), freePort(t)
	var signers []string
	for _, name := range []string{"signature", "signature-ec"} {
		signer, err := suiteOf(t).pki().Credential("organisme-client/" + name)
		if err != nil {
			t.Fatal(err)
		}
		signers = append(signers, certificateText(signer.Leaf().Raw))
	}
	folder := filepath.Join(keys, "organisms", "organisme-fournisseur")
	base := fmt.Sprintf("https://127.0.0.1:%d", port)
	peer.start(t, peerPlace{
		Dir: dir, Port: port, Base: base, ACS: base + peer.acs, Backend: fmt.Sprintf("http://127.0.0.1:%d", probe),
		Certificate: copyTo(t, dir, filepath.Join(folder, "tls.pem")), Key: copyTo(t, dir, filepath.Join(folder, "tls.key")),
		Issuer: peerIssuer, Audience: peerAudience, Entry: "https://127.0.0.1:9/sso", Signers: signers,
		Resources:     []peerResource{{"dossiers", "PAGM_CONSULTATION", "GET HEAD"}, {"gestion", "PAGM_GESTION", "GET HEAD POST"}},
		Misconfigured: wrong.settings, Open: wrong.open,
	})
	own := t.TempDir()
	writeFile(t, own, "convention.yaml", fmt.Sprintf(peerConvention, peerIssuer, base+peer.acs, peerAudience))
	var file strings.Builder
	fmt.Fprintf(&file, `candidate: {name: %q, vendor: "logiciel libre", version: "1"}
convention: convention.yaml
roles:
  fournisseur:
    organism: organisme-fournisseur
    P:
      acs: %[2]q
      target: "%[3]s/app/dossiers?marqueur=${marqueur}"
      transport: browser-post
      resources:
        dossiers: "%[3]s/app/dossiers?marqueur=${marqueur}"
        gestion: "%[3]s/app/gestion?marqueur=${marqueur}"
      identity: {header: X-Interops-User}
    backend: probe
    skew_seconds: 120
    capabilities: {one_time_use: false}
    excludes:
`, peer.name, base+peer.acs, base)
	for _, id := range slices.Sorted(maps.Keys(peer.excludes)) {
		fmt.Fprintf(&file, "      %s: %q\n", id, peer.excludes[id])
	}
	fmt.Fprintf(&file, "listen: {address: 127.0.0.1, ports: {probe: %d}}\n", probe)
	writeFile(t, own, "candidate.yaml", file.String())
	return &stand.Stub{Candidate: filepath.Join(own, "candidate.yaml")}
}

// peerFault is one wrong setting of a peer, the requirements that it adds to those that the peer misses, and the cases
// that fail for it and did not before.
type peerFault struct {
	settings    map[string]string
	open        bool
	adds, cases string
}

// Receivers that others wrote are judged in mode P: what they are accused of is explained in docs/peers.md, and a
// single wrong setting adds what it should.
func TestSAMLPeers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts Apache, shibd and Node")
	}
	keys := filepath.Join(t.TempDir(), "pki")
	if err := suiteOf(t).pki().Save(keys); err != nil {
		t.Fatal(err)
	}
	for _, peer := range samlPeers() {
		t.Run(peer.name, func(t *testing.T) {
			t.Parallel()
			for _, need := range peer.needs {
				_, missing := exec.LookPath(need)
				if filepath.IsAbs(need) {
					_, missing = os.Stat(need)
				}
				if missing != nil {
					missingPeer(t, need+" is not on this machine: scripts/peers.sh installs it")
				}
			}
			var before []string
			t.Run("honest", func(t *testing.T) {
				run := trial{role: candidate.RoleProvider}.run(t, startSAMLPeer(t, peer, keys, peerFault{}))
				peer.judged(t, run)
				same(t, "failed", failed(run), slices.Sorted(maps.Keys(peer.misses)))
				before = failedCases(run)
				peer.row(t, "honnête", run)
			})
			for name, wrong := range peer.faults {
				t.Run(name, func(t *testing.T) {
					run := trial{role: candidate.RoleProvider, short: true}.run(t, startSAMLPeer(t, peer, keys, wrong))
					want := append(strings.Fields(wrong.adds), slices.Collect(maps.Keys(peer.misses))...)
					slices.Sort(want)
					same(t, "failed", failed(run), slices.Compact(want))
					for id := range strings.FieldsSeq(wrong.cases) {
						if !slices.Contains(failedCases(run), id) || slices.Contains(before, id) {
							t.Errorf("%s: not caught by this setting alone", id)
						}
					}
					peer.row(t, name, run)
					if t.Failed() {
						t.Log(strings.Join(accusations(run), "\n"))
					}
				})
			}
		})
	}
}

// failedCases lists the cases that failed, without their variants.
func failedCases(run *verdict.Run) []string {
	var all []string
	for _, c := range run.Cases {
		if c.Verdict == verdict.Fail {
			_, id, _ := strings.Cut(c.Address, "/P/")
			id, _, _ = strings.Cut(id, "~")
			all = append(all, id)
		}
	}
	return all
}

// judged checks that the honest peer was judged to the end, and that no honest form was accused beside those that it is
// known to refuse.
func (p samlPeer) judged(t *testing.T, run *verdict.Run) {
	t.Helper()
	if len(run.Trouble) > 0 {
		t.Fatalf("trouble %v", run.Trouble)
	}
	var refused []string
	for _, c := range run.Cases {
		_, id, _ := strings.Cut(c.Address, "/P/")
		if c.Verdict == verdict.Fail && strings.Contains(id, "-P") {
			refused = append(refused, id)
		}
		if c.Verdict == verdict.Inconclusive {
			t.Errorf("%s: inconclusive: %s", c.Address, c.Reason)
		}
	}
	same(t, "honest forms refused", refused, strings.Fields(p.refuses))
}

// row prints the lines of the table of peers: the verdict, and every finding with what explains it.
func (p samlPeer) row(t *testing.T, setting string, run *verdict.Run) {
	t.Helper()
	t.Logf("TABLE | %s | %s | %d | %s | %s |", p.name, setting, len(run.Cases), run.Level.Profile, strings.Join(failed(run), " "))
	for _, id := range failed(run) {
		why := p.misses[id]
		if why == "" {
			why = setting
		}
		t.Logf("TABLE |  |  |  | %s | %s |", id, why)
	}
}
