package ops_test

import (
	"fmt"
	"maps"
	"net/url"
	"os"
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

// startSAMLOperator starts an operator with settings of its own, and writes the candidate file that drives it.
func startSAMLOperator(t *testing.T, o samlOperator, installed string, wrong map[string]any) *stand.Stub {
	t.Helper()
	port, harness, own := peertest.Port(t), peertest.Port(t), t.TempDir()
	at := operatorPlace{dir: peertest.Dir(t), installed: installed, base: fmt.Sprintf("https://localhost:%d", port), port: port, wrong: wrong}
	text, err := os.ReadFile(filepath.Join("testdata", "samlify", "sphere.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	face := fmt.Sprintf("https://127.0.0.1:%d/", harness)
	peertest.Write(t, own, "convention.yaml", strings.ReplaceAll(string(text), "https://services.test/", face))
	convention, err := candidate.LoadConvention(filepath.Join(own, "convention.yaml"), candidate.DefaultProfile("current"))
	if err != nil {
		t.Fatal(err)
	}
	set := suiteOf(t).sphere.Bench.PKI
	rights, file := map[string][]string{}, operatorFile{samlOperator: o, Base: at.base, Log: filepath.Join(at.dir, o.log), Harness: harness}
	for _, p := range convention.Opened() {
		if p.Client != operatorOrganism || !p.End.IsZero() {
			continue
		}
		s := operatorService{
			Name: p.Services[0].Name, EntityID: p.Services[0].Audience, ACS: face + url.PathEscape(p.Provider) + "/acs", SLO: face + url.PathEscape(p.Provider) + "/slo",
			Rights: len(p.PAGM) > 0,
		}
		s.Certificate, _ = peertest.Pair(t, at.dir, set, p.Provider+"/signature", false)
		at.services = append(at.services, s)
		file.Services = append(file.Services, s.Name)
		if s.Rights {
			file.Project, file.Service, file.PAGM = p.Name, s.Name, p.PAGM[0].Name
			rights[s.EntityID] = []string{file.PAGM}
		}
	}
	at.people = map[string]operatorPerson{
		"agent-fort": {Secret: "essai-agent-fort", Rights: rights}, "agent-sans-droit": {Secret: "essai-agent-sans-droit"},
	}
	for i := range 50 {
		id := fmt.Sprintf("agent-%04d", i+1)
		at.people[id] = operatorPerson{Secret: "essai-" + id, Rights: rights}
	}
	o.start(t, at)
	peertest.Write(t, own, "candidate.yaml", file.text())
	return &stand.Stub{Candidate: filepath.Join(own, "candidate.yaml")}
}

// operatorFile is what the candidate file says of an operator.
type operatorFile struct {
	samlOperator
	Base, Log              string
	Project, Service, PAGM string // of the main service
	Services               []string
	Harness                int
}

// text writes the candidate file.
func (f operatorFile) text() string {
	rebond := func(service string) string { return strings.ReplaceAll(f.Base+f.passage, "NAME", service) }
	rights := fmt.Sprintf("{%q: [%s]}", f.Project, f.PAGM)
	var b strings.Builder
	fmt.Fprintf(&b, `candidate: {name: %q, vendor: "logiciel libre", version: "1"}
convention: convention.yaml
roles:
  operateur-authentification:
    organism: %s
    S:
      project: %q
      service: %q
      rebond: %q
      services:
`, f.name, operatorOrganism, f.Project, f.Service, rebond(f.Service))
	for _, s := range f.Services {
		if s != f.Service {
			fmt.Fprintf(&b, "        %s: %q\n", s, rebond(s))
		}
	}
	b.WriteString(strings.ReplaceAll(f.declares, "BASE", f.Base))
	fmt.Fprintf(&b, "    users:\n      - {id: \"agent-%%04d\", count: 50, class: %[1]q, rights: %[2]s}\n      - {id: agent-sans-droit, class: %[1]q}\n", byCode, rights)
	if f.card {
		fmt.Fprintf(&b, "      - {id: agent-fort, class: %q, rights: %s}\n", byCard, rights)
	}
	fmt.Fprintf(&b, "    logs: [%q]\n    excludes:\n", f.Log)
	for _, id := range slices.Sorted(maps.Keys(f.excludes)) {
		fmt.Fprintf(&b, "      %s: %q\n", id, f.excludes[id])
	}
	fmt.Fprintf(&b, "listen: {address: 127.0.0.1, ports: {service: %d}}\n", f.Harness)
	return b.String()
}

// Identity providers that others wrote are judged as authentication operators of a sphere: what they are accused of is
// explained in docs/peers.md, and a single wrong setting adds what it should.
func TestSAMLOperators(t *testing.T) {
	if testing.Short() {
		t.Skip("starts Node and a portal in Perl")
	}
	for _, o := range samlOperators() {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			benchtest.Needs(t, o.needs...)
			installed := ""
			if o.install != nil {
				installed = o.install(t)
			}
			t.Run("honest", func(t *testing.T) {
				run := o.judge(t, installed, operatorFault{plays: o.plays})
				same(t, "failed", failed(run), slices.Sorted(maps.Keys(o.misses)))
				same(t, "failed cases", o.failedCases(run), strings.Fields(o.cases))
				o.row(t, "honnête", run)
			})
			t.Run("misconfigured", func(t *testing.T) {
				for name, wrong := range o.faults {
					t.Run(name, func(t *testing.T) {
						t.Parallel()
						o.caught(t, installed, name, wrong)
					})
				}
			})
		})
	}
}

// judge plays the plan against the operator: the whole of it, or what its wrong setting concerns. No case may stay
// without verdict.
func (o samlOperator) judge(t *testing.T, installed string, wrong operatorFault) *verdict.Run {
	t.Helper()
	x := trial{role: candidate.RoleAuthentication, mode: interops.ModeS, short: wrong.plays != ""}
	for id := range strings.FieldsSeq(wrong.plays) {
		x.selector = append(x.selector, string(x.role)+"/S/"+id)
	}
	run := x.run(t, startSAMLOperator(t, o, installed, wrong.settings))
	if len(run.Trouble) > 0 {
		t.Fatalf("trouble %v", run.Trouble)
	}
	for _, c := range run.Cases {
		if c.Verdict == verdict.Inconclusive {
			t.Errorf("%s: inconclusive: %s", c.Address, c.Reason)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(strings.Join(accusations(run), "\n"))
		}
	})
	return run
}

// caught plays the plan against the operator with one wrong setting.
func (o samlOperator) caught(t *testing.T, installed, name string, wrong operatorFault) {
	t.Helper()
	run := o.judge(t, installed, wrong)
	want := strings.Fields(wrong.adds)
	for id := range strings.FieldsSeq(wrong.plays) {
		if _, missed := o.misses[id]; missed {
			want = append(want, id)
		}
	}
	slices.Sort(want)
	same(t, "failed", failed(run), slices.Compact(want))
	for id := range strings.FieldsSeq(wrong.cases) {
		if !slices.Contains(o.failedCases(run), id) || slices.Contains(strings.Fields(o.cases), id) {
			t.Errorf("%s: not caught by this setting alone", id)
		}
	}
	o.row(t, name, run)
}

// failedCases lists the cases that failed, with their variants, sorted.
func (o samlOperator) failedCases(run *verdict.Run) []string {
	var all []string
	for _, c := range run.Cases {
		if c.Verdict == verdict.Fail {
			_, id, _ := strings.Cut(c.Address, "/S/")
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}

// row prints the lines of the table of peers: the verdict, and every finding with what explains it.
func (o samlOperator) row(t *testing.T, setting string, run *verdict.Run) {
	t.Helper()
	t.Logf("TABLE | %s | operateur-authentification/S | %s | %d | %s | %s |", o.name, setting, len(run.Cases), run.Level.Profile, strings.Join(failed(run), " "))
	for _, id := range failed(run) {
		why := o.misses[id]
		if why == "" {
			why = setting
		}
		t.Logf("TABLE |  |  |  |  | %s | %s |", id, why)
	}
}
