package ops_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// peerPython runs the peer gateway of testdata/peer, which shares no line of code with the product.
const peerPython = "/usr/bin/python3"

// peerWrongs are the requirements that the peer gateway really misses; docs/peers.md gives the reason of each.
var peerWrongs = map[candidate.Role][]string{
	candidate.RoleProvider: {"T04"},
	candidate.RoleClient:   {"T04"},
}

// peerForms are the honest forms on which foreign stacks differ most; all are played, and none is refused.
var peerForms = map[candidate.Role][]string{
	candidate.RoleProvider: {
		"G02-P~prefixes", "G03-P~rsa-sha384", "G03-P~rsa-sha512", "G03-P~ecdsa-sha256", "V03-P~fractions", "V03-P~secondes",
		"V17-P", "V17-N2", "T03-P~tls12", "T03-P~tls13", "A05-N1", "A05-N1~texte", "A07-P", "A16-P", "L07-P~futur", "X05-P",
	},
	candidate.RoleClient: {"G10-P", "T03-P~tls12", "T03-P~tls13", "A05-N1", "A05-N1~texte", "A14-P", "L02-N2", "V02-P", "X05-P"},
}

// misconfigurations are single settings of the peer gateway that are wrong, and the requirements that each adds.
var misconfigurations = map[candidate.Role]map[string]struct {
	setting string
	value   any
	adds    string
}{
	candidate.RoleProvider: {
		"skew of a day":            {"skew", 86400, "A04 A09 F11 L07 V03 V07 V08 V12"},
		"audience by prefix":       {"audience_prefix", true, "V10"},
		"revocation off":           {"crl_off", true, "G05 T01 T08"},
		"signature not bound":      {"unbound", true, "G07"},
		"VI taken from anywhere":   {"vi_anywhere", true, "A01 A02 K02"},
		"clock off by ten minutes": {"clock_off", 600, ""}, // its answers and its traces agree: either clock may be wrong, and X04-N2 is inconclusive
		"traces off":               {"traces_off", true, "X02"},
		"PAGM unchecked":           {"pagm_unchecked", true, "A04 K03 V13 V14"},
	},
	candidate.RoleClient: {
		"host name unchecked":      {"hostname_off", true, "T02"},
		"revocation off":           {"crl_off", true, "T02"},
		"constant AuthnInstant":    {"constant_authn", true, "V20"},
		"one VI for all users":     {"shared_vi", true, "L02 V20"},
		"clock off by ten minutes": {"clock_off", 600, "X04"},
		"traces off":               {"traces_off", true, "X01"},
	},
}

// A foreign stack of XML, signature and TLS is judged by the whole plan: no honest form of it is accused, and what
// it is accused of is what it does wrong. A single wrong setting adds what it should.
func TestPeerGateway(t *testing.T) {
	if testing.Short() {
		t.Skip("plays the whole plan against a gateway in Python")
	}
	if out, err := exec.Command(peerPython, "-c", "import xmlsec, lxml").CombinedOutput(); err != nil {
		benchtest.LeaveOut(t, "no python3-xmlsec, scripts/peers.sh installs it: %v\n%s", err, out)
	}
	keys := filepath.Join(t.TempDir(), "pki")
	if err := suiteOf(t).pki().Save(keys); err != nil {
		t.Fatal(err)
	}
	for _, role := range []candidate.Role{candidate.RoleProvider, candidate.RoleClient} {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			run := trial{role: role}.run(t, startPeer(t, role, keys, map[string]any{}))
			peerJudged(t, run)
			for _, name := range peerForms[role] {
				if c := caseOf(t, run, name); c.Verdict != verdict.Pass {
					t.Errorf("%s: %s", c.Address, c.Verdict)
				}
			}
			same(t, "failed", failed(run), peerWrongs[role])
		})
		for name, m := range misconfigurations[role] {
			t.Run(string(role)+" "+name, func(t *testing.T) {
				t.Parallel()
				run := trial{role: role, short: true}.run(t, startPeer(t, role, keys, map[string]any{m.setting: m.value}))
				want := append(strings.Fields(m.adds), peerWrongs[role]...)
				slices.Sort(want)
				same(t, "failed", failed(run), slices.Compact(want))
				if t.Failed() {
					t.Log(strings.Join(accusations(run), "\n"))
				}
			})
		}
	}
}

// peerJudged checks that the honest peer was judged to the end, and that no honest form of its was accused.
func peerJudged(t *testing.T, run *verdict.Run) {
	t.Helper()
	if len(run.Trouble) > 0 {
		t.Fatalf("trouble %v", run.Trouble)
	}
	count := map[verdict.Verdict]int{}
	for _, c := range run.Cases {
		count[c.Verdict]++
		_, name, _ := strings.Cut(c.Address, "-")
		if c.Verdict == verdict.Fail && strings.HasPrefix(name, "P") {
			t.Errorf("%s: an honest form is accused: %v", c.Address, c.Findings)
		}
		if c.Verdict == verdict.Inconclusive {
			t.Errorf("%s: inconclusive: %s", c.Address, c.Reason)
		}
	}
	t.Logf("%d cases: %v, %d not played", len(run.Cases), count, len(run.NotRun))
	for _, accused := range accusations(run) {
		t.Log(accused)
	}
}

// startPeer starts the peer gateway of a role with settings of its own, and writes the candidate file that drives it.
func startPeer(t *testing.T, role candidate.Role, keys string, misconfigured map[string]any) *stand.Stub {
	t.Helper()
	dir, convention := t.TempDir(), candidate.DefaultConvention()
	stub := &stand.Stub{Candidate: filepath.Join(dir, "candidate.yaml")}
	port, management, harness := peertest.Port(t), peertest.Port(t), peertest.Port(t)
	gesture := func(name string) string { return fmt.Sprintf("http://127.0.0.1:%d/%s", management, name) }
	own := &candidate.StubRole{Traces: "traces.jsonl", Clock: gesture("clock"), Verbs: map[candidate.Verb]string{}}
	file := candidate.StubCandidate{Name: "Passerelle Python", Version: "1", Address: "127.0.0.1"}
	settings := map[string]any{
		"port": port, "management": management, "misconfigured": misconfigured, "convention": convention,
		"traces": filepath.Join(dir, "traces.jsonl"), "roots": filepath.Join(keys, "roots.pem"), "revocation": revocationLists(t),
	}
	verbs := []candidate.Verb{candidate.BreakTraces, candidate.MendTraces}
	var organism string
	if role == candidate.RoleProvider {
		organism = convention.Projects[0].Provider
		file.Ports.Probe, file.Provider, own.Backend = harness, own, candidate.BackendProbe
		settings["backend"] = fmt.Sprintf("http://127.0.0.1:%d/", harness)
		offer(own, fmt.Sprintf("https://127.0.0.1:%d/interops/", port), services(role, organism))
	} else {
		organism = convention.Projects[0].Client
		verbs = candidate.Verbs()
		verbs = slices.DeleteFunc(verbs, func(v candidate.Verb) bool { return v == candidate.Restart })
		file.Ports.Provider, file.Client, own.Identity = harness, own, candidate.IdentityJSON
		offer(own, fmt.Sprintf("http://127.0.0.1:%d/appel/", port), services(role, organism))
		settings["partners"] = addresses(fmt.Sprintf("https://127.0.0.1:%d/interops/", harness), services(role, organism))
		settings["users"] = candidate.TestUsers(convention.Projects[0])
		settings["seal"] = filepath.Join(keys, "organisms", organism, "signature.pem")
		settings["seal_key"] = filepath.Join(keys, "organisms", organism, "signature.key")
	}
	settings["organism"] = organism
	settings["certificate"] = filepath.Join(keys, "organisms", organism, "tls.pem")
	settings["key"] = filepath.Join(keys, "organisms", organism, "tls.key")
	for _, verb := range verbs {
		own.Verbs[verb] = gesture(string(verb))
	}
	if err := file.Write(stub.Candidate); err != nil {
		t.Fatal(err)
	}
	launch(t, role, dir, settings)
	return stub
}

// launch runs the peer's program until the end of the test, and waits until it listens.
func launch(t *testing.T, role candidate.Role, dir string, settings map[string]any) {
	t.Helper()
	raw, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "settings.json"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	script := map[candidate.Role]string{candidate.RoleProvider: "provider.py", candidate.RoleClient: "client.py"}[role]
	peer := exec.Command(peerPython, filepath.Join("testdata", "peer", script), filepath.Join(dir, "settings.json"))
	peer.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "TMPDIR="+dir)
	complaints, err := os.Create(filepath.Join(dir, "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	peer.Stderr = complaints
	out, err := peer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := peer.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = peer.Process.Kill()
		_ = peer.Wait()
		_ = complaints.Close()
		if said, _ := os.ReadFile(complaints.Name()); len(said) > 0 {
			t.Logf("%s: %s", script, said)
		}
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("%s said %q: %v", script, line, err)
	}
}

// services names those that the peer plays: in mode A, in SAML 2.0 and without a signature of the message.
func services(role candidate.Role, organism string) []string {
	var names []string
	for _, p := range candidate.DefaultConvention().Projects {
		own := map[candidate.Role]string{candidate.RoleProvider: p.Provider, candidate.RoleClient: p.Client}[role]
		if own != organism || p.Mode != interops.ModeA || p.MessageSignature || len(p.SAML) > 0 {
			continue
		}
		for _, s := range p.Services {
			if !slices.Contains(names, s.Name) {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

// addresses gives each service its own below base.
func addresses(base string, services []string) map[string]string {
	all := map[string]string{}
	for _, name := range services {
		all[name] = base + name
	}
	return all
}

// offer declares the services of a role; the first is its main one.
func offer(role *candidate.StubRole, base string, services []string) {
	role.Services = addresses(base, services)
	role.Service, role.URL = services[0], base+services[0]
	delete(role.Services, role.Service)
}

// revocationLists are the addresses of the lists of every authority that issued something.
func revocationLists(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, name := range []string{"organisme-client/tls", "organisme-client/signature", "organisme-client/tls~stale-crl"} {
		c, err := suiteOf(t).pki().Credential(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, certificate := range c.Chain {
			all = append(all, certificate.CRLDistributionPoints...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
