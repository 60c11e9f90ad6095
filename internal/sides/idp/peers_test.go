package idp_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/sides/idp"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// realPeer is an identity provider that others wrote.
type realPeer struct {
	name  string
	needs []string
	// start starts it, with one wrong setting or none, and completes what is declared of it.
	start func(t *testing.T, at place) *candidate.IdentityProvider
	// misses are the requirements that it really misses, each with what explains it; docs/peers.md says more.
	misses map[string]string
	// cases are those that fail for that.
	cases string
	// wrongs are wrong settings, one at a time.
	wrongs map[string]wrongSetting
}

// wrongSetting is what is known of a wrong setting.
type wrongSetting struct {
	// cases are the cases that fail for it, and do not without it.
	cases string
	// changes are the settings themselves, where the name does not say them.
	changes map[string]any
}

// place is where a peer is started, and with what.
type place struct {
	dir     string
	set     *pki.Set
	wrong   string
	changes map[string]any
	// modules are those of Node, installed.
	modules func() (string, error)
}

// Identity providers that others wrote are judged by the whole plan of their role: what they are accused of is explained in
// docs/peers.md, no honest case stays without verdict, and a wrong setting is caught by the cases that aim at it.
func TestIdentityPeers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts Node and a portal in Perl")
	}
	modules := peertest.Node(t, filepath.Join("testdata", "oidc"), "provider.mjs", "wrong.mjs")
	for _, p := range realPeers() {
		t.Run(p.name, func(t *testing.T) {
			benchtest.Needs(t, p.needs...)
			t.Run("honest", func(t *testing.T) { p.honest(t, modules) })
			for _, setting := range slices.Sorted(maps.Keys(p.wrongs)) {
				if !longPeers() && !slices.Contains(quickSettings, setting) {
					continue
				}
				t.Run(setting, func(t *testing.T) { p.misconfigured(t, modules, setting) })
			}
		})
	}
}

// honest judges the peer as it should be by its whole plan.
func (p realPeer) honest(t *testing.T, modules func() (string, error)) {
	t.Parallel()
	run := p.judge(t, place{modules: modules})
	p.explained(t, run)
	wrong, doubtful := requirements(run)
	same(t, "failed", wrong, slices.Sorted(maps.Keys(p.misses)))
	same(t, "failed cases", p.caught(run, ""), strings.Fields(p.cases))
	same(t, "without verdict", doubtful, nil)
	p.row(t, "honnête", run.Level.Profile.String(), run)
	why := map[string]int{}
	for _, n := range run.NotRun {
		why[n.Why.Key]++
	}
	t.Logf("%s: %+v in %s, not played %v", p.name, run.Counts, run.Finished.Sub(run.Started).Round(time.Second), why)
}

// quickSettings are the wrong settings that are tried when time is short; the others are by PEERS_LONG, as all are by their
// whole plan.
var quickSettings = strings.Fields(`amr-missing amr-text asked-establishment auth-time-refreshed code-replayed logout-leaves-session
	max-age-unread none-announced redirect-by-prefix secret-unread session-of-a-day session-slides sub-is-email`)

// longPeers tells whether peers are judged by the whole plan with a wrong setting too.
func longPeers() bool { return os.Getenv("PEERS_LONG") != "" }

// concerns are the requirements by which a wrong setting is judged when time is short, an honest login first; nil for all.
func (s wrongSetting) concerns() []string {
	if longPeers() {
		return nil
	}
	rows := []string{"FI-05"}
	for id := range strings.FieldsSeq(s.cases) {
		id, _, _ = strings.Cut(id, "~")
		rows = append(rows, id[:strings.LastIndex(id, "-")])
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

// misconfigured judges the peer with one wrong setting.
func (p realPeer) misconfigured(t *testing.T, modules func() (string, error), setting string) {
	t.Parallel()
	s := p.wrongs[setting]
	run := p.judge(t, place{modules: modules, wrong: setting, changes: s.changes}, s.concerns()...)
	p.explained(t, run)
	_, doubtful := requirements(run)
	same(t, "failed", p.caught(run, p.cases), strings.Fields(s.cases))
	same(t, "without verdict", doubtful, nil)
	p.row(t, setting, "pris par "+s.cases, run)
}

// caught lists the cases that failed, but for some, sorted.
func (realPeer) caught(run *verdict.Run, but string) []string {
	var all []string
	for _, c := range run.Cases {
		if id := caseID(c.Address); c.Verdict == verdict.Fail && !slices.Contains(strings.Fields(but), id) {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}

// judge starts the peer and judges it by its candidate file.
func (p realPeer) judge(t *testing.T, at place, rows ...string) *verdict.Run {
	t.Helper()
	dir := t.TempDir()
	file := candidate.StubCandidate{Name: p.name, Version: "1", PKIDir: filepath.Join(dir, "pki"), Ports: candidate.Ports{Revocation: peertest.Port(t)}}
	at.dir, at.set = peertest.Dir(t), peerKeys(t, file)
	file.IdentityProvider = p.start(t, at)
	path := filepath.Join(dir, "candidate.yaml")
	if err := file.Write(path); err != nil {
		t.Fatal(err)
	}
	run := sidetest.Rig{File: path, Apart: true, Only: rows, Patience: 20 * time.Second, Domains: []scenario.Domain{idp.Domain()}}.Judge(t)
	if len(run.Trouble) > 0 {
		t.Fatalf("trouble %v", run.Trouble)
	}
	return run
}

// peerKeys makes the test PKI of a trial, with which a peer serves and by which the harness is known to it.
func peerKeys(t *testing.T, file candidate.StubCandidate) *pki.Set {
	t.Helper()
	set, err := stand.NewPKI(candidate.MSSConvention(), fmt.Sprintf("http://127.0.0.1:%d", file.Ports.Revocation), false)
	if err != nil {
		t.Fatal(err)
	}
	set.SetClock(bench.Wall)
	if err := set.Save(file.PKIDir); err != nil {
		t.Fatal(err)
	}
	return set
}

// caseID is the part of an address after the mode.
func caseID(address string) string { return address[strings.LastIndex(address, "/")+1:] }

// requirements lists those that failed, and those without verdict, sorted.
func requirements(run *verdict.Run) (failed, doubtful []string) {
	for _, c := range run.Cases {
		switch c.Verdict {
		case verdict.Fail:
			failed = append(failed, c.Requirement)
		case verdict.Inconclusive:
			doubtful = append(doubtful, c.Requirement)
		}
	}
	slices.Sort(failed)
	slices.Sort(doubtful)
	return slices.Compact(failed), slices.Compact(doubtful)
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// row prints the lines of the table of peers: the level, or the cases by which a wrong setting was caught, and every
// requirement that an honest peer misses with what explains it.
func (p realPeer) row(t *testing.T, setting, told string, run *verdict.Run) {
	t.Helper()
	wrong, _ := requirements(run)
	t.Logf("TABLE | %s | %s | %s | %d | %s | %s |", p.name, candidate.RoleIdentityProvider, setting, len(run.Cases), told, strings.Join(wrong, " "))
	if setting == "honnête" {
		for _, id := range wrong {
			t.Logf("TABLE |  |  |  |  | %s | %s |", id, p.misses[id])
		}
	}
}

// explained logs what a run saw, when the test fails.
func (p realPeer) explained(t *testing.T, run *verdict.Run) {
	t.Helper()
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		for _, c := range run.Cases {
			switch c.Verdict {
			case verdict.Fail:
				for _, f := range c.Findings {
					t.Logf("%s: %s (%s): want %v, got %v", caseID(c.Address), f.Rule, f.Requirement, f.Want, f.Got)
				}
			case verdict.Inconclusive:
				t.Logf("%s: without verdict: %v", caseID(c.Address), c.Reason)
			}
		}
	})
}

// peerDeclared is what is declared of every peer: the persons of two establishments that it identifies, and of one that Pro Santé
// Connect does not accept.
func peerDeclared() *candidate.IdentityProvider {
	person := func(login string) candidate.IDPerson {
		return candidate.IDPerson{ID: login, TOTP: peerCodes[login], Means: "code"}
	}
	weak := candidate.IDPerson{ID: "denis", Means: "motdepasse"}
	changing := person("elise")
	changing.Renamed = true
	return &candidate.IdentityProvider{
		Means: []candidate.IDMeans{{Name: "code", AMR: []string{"pwd", "otp", "mfa"}, Strong: true}, {Name: "motdepasse", AMR: []string{"pwd"}}},
		Establishments: []candidate.Establishment{
			{ID: "etab-1", Domains: []string{"etab-1.test.invalid"}, Persons: []candidate.IDPerson{person("anne"), person("bruno"), changing, weak}},
			{ID: "etab-2", Domains: []string{"etab-2.test.invalid"}, Persons: []candidate.IDPerson{person("claire")}},
			{ID: "etab-3", Unlisted: true, Domains: []string{"etab-3.test.invalid"}, Persons: []candidate.IDPerson{person("fanny")}},
		},
	}
}

// peerCodes are the secrets of who has codes, by login.
var peerCodes = map[string]string{
	"anne": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "bruno": "KRSXG5DCOJ2W43ZAKRSXG5DCOJ2W43ZA", "claire": "MNWGC2LSMUQHIZLTMNWGC2LSMUQHIZLT",
	"elise": "MVWGS43FEB2GK43UMVWGS43FEB2GK43U", "fanny": "MZQW43TZEB2GK43UMZQW43TZEB2GK43U",
}

// peerPerson is a person as a peer knows it.
type peerPerson struct {
	Login         string `json:"login"`
	Password      string `json:"password"`
	TOTP          string `json:"totp"`
	Establishment string `json:"establishment"`
	ID            string `json:"id"`
	FamilyName    string `json:"family_name"`
	GivenName     string `json:"given_name"`
	Email         string `json:"email"`
}

// peerPeople are the persons that are declared.
func peerPeople() []peerPerson {
	var all []peerPerson
	for _, e := range peerDeclared().Establishments {
		for _, who := range e.Persons {
			n := len(all) + 1
			all = append(all, peerPerson{
				Login: who.ID, Password: "essai-" + who.ID, TOTP: who.TOTP, Establishment: e.ID, ID: fmt.Sprintf("6f1c0a52-0000-4000-8000-%012d", n),
				FamilyName: fmt.Sprintf("TEST-%d", n), GivenName: strings.ToUpper(who.ID), Email: fmt.Sprintf("%s.test-%d@%s.test.invalid", who.ID, n, e.ID),
			})
		}
	}
	return all
}
