package ops_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// samlPeers are the receivers that the harness is measured on. docs/peers.md gives the texts on which each miss rests.
func samlPeers() []samlPeer {
	return []samlPeer{
		{
			name: "mod_auth_mellon", acs: "/mellon/postResponse", needs: []string{"apache2", apacheModules + "/mod_auth_mellon.so"}, start: startMellon,
			addresses: map[string]string{
				"slo": "/mellon/logout", "soap_slo": "/mellon/logout", "global_logout": "/mellon/logout?ReturnTo=%s/app/informations",
				"logout": "/mellon/invalidate?ReturnTo=%s/app/informations", "discovery": "/mellon/login?ReturnTo=%s/app/dossiers&IdP=${emetteur}",
			},
			provider: mellonProvider(), service: mellonService(),
		},
		{
			name: "Shibboleth SP", acs: "/Shibboleth.sso/SAML2/POST", needs: []string{"apache2", "shibd", apacheModules + "/mod_shib.so"}, start: startShibboleth,
			addresses: map[string]string{
				"slo": "/Shibboleth.sso/SLO/Redirect", "soap_slo": "/Shibboleth.sso/SLO/SOAP", "global_logout": "/Shibboleth.sso/Logout",
				"logout": "/Shibboleth.sso/Quitter", "discovery": "/Shibboleth.sso/Login?target=%s/app/dossiers&entityID=${emetteur}",
			},
			provider: shibbolethProvider(), service: shibbolethService(),
		},
		{
			name: "node-saml", acs: "/acs", needs: []string{"node", "npm"}, start: startNodeSAML,
			addresses: map[string]string{
				"slo": "/slo", "global_logout": "/quitter?partout", "logout": "/quitter", "discovery": "/choix?retour=/app/dossiers&operateur=${emetteur}",
			},
			provider: nodeSAMLProvider(), service: nodeSAMLService(),
		},
	}
}

// peerFault is one wrong setting of a peer, the requirements that it adds to those that the peer misses, and the cases
// that fail for it and did not before.
type peerFault struct {
	settings map[string]string
	// open leaves the PAGM unread, levelless the authentication class; trusts are organisms trusted besides the operators.
	open, levelless bool
	trusts          string
	adds, cases     string
}

// Receivers that others wrote are judged in modes P and S: what they are accused of is explained in docs/peers.md, and
// a single wrong setting adds what it should.
func TestSAMLPeers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts Apache, shibd and Node")
	}
	modules, on := peertest.Node(t, filepath.Join("testdata", "saml", "node")), map[interops.Mode]ground{}
	for _, mode := range []interops.Mode{interops.ModeP, interops.ModeS} {
		keys := filepath.Join(t.TempDir(), "pki")
		set, _ := suiteOf(t).of(mode)
		if err := set.Save(keys); err != nil {
			t.Fatal(err)
		}
		on[mode] = ground{keys, modules}
	}
	for _, peer := range samlPeers() {
		t.Run(peer.name, func(t *testing.T) {
			t.Parallel()
			benchtest.Needs(t, peer.needs...)
			for _, mode := range []interops.Mode{interops.ModeP, interops.ModeS} {
				t.Run(string(mode), func(t *testing.T) { peer.measured(t, mode, on[mode]) })
			}
		})
	}
}

// ground is what the peers of one mode have in common: the folder of the test PKI, and the modules of Node.
type ground struct {
	keys    string
	modules func() (string, error)
}

// measured judges the peer in one mode, well set and then with one wrong setting at a time. In mode P that is the whole
// plan; in mode S, to save time, the requirements that the setting concerns alone: those that it adds, and those of the
// cases that aim at it.
func (p samlPeer) measured(t *testing.T, mode interops.Mode, on ground) {
	what, x, start := p.provider, trial{role: candidate.RoleProvider, mode: mode}, p.asProvider
	if mode == interops.ModeS {
		what, x, start = p.service, trial{role: candidate.RoleService, mode: mode}, p.asService
	}
	var before []string
	t.Run("honest", func(t *testing.T) {
		run := x.run(t, start(t, on, peerFault{}))
		what.judged(t, run)
		same(t, "failed", failed(run), slices.Sorted(maps.Keys(what.misses)))
		before = failedCases(run)
		p.row(t, x, "honnête", run.Level.Profile.String(), run, what)
		told(t, run)
	})
	for name, wrong := range what.faults {
		t.Run(name, func(t *testing.T) {
			narrow := x
			narrow.short = true
			if mode == interops.ModeS {
				for _, id := range wrong.concerns() {
					narrow.selector = append(narrow.selector, fmt.Sprintf("%s/%s/%s", x.role, x.mode, id))
				}
			}
			run := narrow.run(t, start(t, on, wrong))
			if len(run.Trouble) > 0 {
				t.Fatalf("trouble %v", run.Trouble)
			}
			want := strings.Fields(wrong.adds)
			for id := range what.misses {
				if mode == interops.ModeP || slices.Contains(wrong.concerns(), id) {
					want = append(want, id)
				}
			}
			slices.Sort(want)
			same(t, "failed", failed(run), slices.Compact(want))
			for id := range strings.FieldsSeq(wrong.cases) {
				if !caught(id, failedCases(run), before) {
					t.Errorf("%s: not caught by this setting alone", id)
				}
			}
			p.row(t, x, name, "pris par "+wrong.cases, run, what)
			told(t, run)
		})
	}
}

// told logs what a run saw, when the test failed: the accusations, and the cases without a verdict.
func told(t *testing.T, run *verdict.Run) {
	t.Helper()
	if !t.Failed() {
		return
	}
	t.Log(strings.Join(accusations(run), "\n"))
	for _, c := range run.Cases {
		if c.Verdict == verdict.Inconclusive {
			t.Logf("%s: %s", c.Address, c.Reason)
		}
	}
}

// concerns lists the requirements that a wrong setting concerns.
func (f peerFault) concerns() []string {
	all := strings.Fields(f.adds)
	for id := range strings.FieldsSeq(f.cases) {
		id, _, _ = strings.Cut(id, "-")
		all = append(all, id)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// caseID is the part of an address after the mode.
func caseID(address string) string { return address[strings.LastIndex(address, "/")+1:] }

// failedCases lists the cases that failed, with their variants.
func failedCases(run *verdict.Run) []string {
	var all []string
	for _, c := range run.Cases {
		if c.Verdict == verdict.Fail {
			all = append(all, caseID(c.Address))
		}
	}
	return all
}

// caught tells whether a case, in any of its variants, fails now and did not before.
func caught(id string, now, before []string) bool {
	return slices.ContainsFunc(now, func(c string) bool {
		return (c == id || strings.HasPrefix(c, id+"~")) && !slices.Contains(before, c)
	})
}

// judged checks that the honest peer was judged to the end, and that no honest form was accused beside those that it is
// known to refuse.
func (r samlRole) judged(t *testing.T, run *verdict.Run) {
	t.Helper()
	if len(run.Trouble) > 0 {
		t.Fatalf("trouble %v", run.Trouble)
	}
	var refused []string
	for _, c := range run.Cases {
		if id := caseID(c.Address); c.Verdict == verdict.Fail && strings.Contains(id, "-P") {
			refused = append(refused, id)
		}
		if c.Verdict == verdict.Inconclusive {
			t.Errorf("%s: inconclusive: %s", c.Address, c.Reason)
		}
	}
	same(t, "honest forms refused", refused, strings.Fields(r.refuses))
}

// row prints the lines of the table of peers: the verdict, or the cases by which a wrong setting was caught, and every
// finding with what explains it.
func (p samlPeer) row(t *testing.T, x trial, setting, verdict string, run *verdict.Run, what samlRole) {
	t.Helper()
	t.Logf("TABLE | %s | %s/%s | %s | %d | %s | %s |", p.name, x.role, x.mode, setting, len(run.Cases), verdict, strings.Join(failed(run), " "))
	for _, id := range failed(run) {
		why := what.misses[id]
		if why == "" {
			why = setting
		}
		t.Logf("TABLE |  |  |  |  | %s | %s |", id, why)
	}
}

// site is what every role of a peer is started with: its folder, its ports and what stands behind it.
func (p samlPeer) site(t *testing.T, on ground, organism string, wrong peerFault) (at peerPlace, probe int) {
	t.Helper()
	dir, port, probe := peertest.Dir(t), peertest.Port(t), peertest.Port(t)
	folder := filepath.Join(on.keys, "organisms", organism)
	base := fmt.Sprintf("https://127.0.0.1:%d", port)
	return peerPlace{
		Dir: dir, Port: port, Base: base, ACS: base + p.acs, Backend: fmt.Sprintf("http://127.0.0.1:%d", probe),
		Certificate: peertest.Copy(t, dir, filepath.Join(folder, "tls.pem")), Key: peertest.Copy(t, dir, filepath.Join(folder, "tls.key")),
		Seal: peertest.Copy(t, dir, filepath.Join(folder, "signature.pem")), SealKey: peertest.Copy(t, dir, filepath.Join(folder, "signature.key")),
		Resources:     []peerResource{{"dossiers", "PAGM_CONSULTATION", "GET HEAD"}, {"gestion", "PAGM_GESTION", "GET HEAD POST"}},
		Misconfigured: wrong.settings, Open: wrong.open, NodeModules: on.modules,
	}, probe
}

// signers are the certificates with which an organism signs, as metadata write them.
func signers(t *testing.T, set *pki.Set, organism string, names ...string) []string {
	t.Helper()
	var all []string
	for _, name := range names {
		signer, err := set.Credential(organism + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, certificateText(signer.Leaf().Raw))
	}
	return all
}

// excluded writes what a candidate file says of the requirements that are not claimed.
func (r samlRole) excluded() string {
	var text strings.Builder
	for _, id := range slices.Sorted(maps.Keys(r.excludes)) {
		fmt.Fprintf(&text, "      %s: %q\n", id, r.excludes[id])
	}
	return text.String()
}
