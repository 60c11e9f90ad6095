package ops_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/sides/ops"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// member is a run of the judge against the mock service operator of mode S.
func member(flaws ...string) trial {
	return trial{role: candidate.RoleService, mode: interops.ModeS, flaws: flaws}
}

// only selects requirements of the role.
func (x trial) only(requirements string) trial {
	for id := range strings.FieldsSeq(requirements) {
		x.selector = append(x.selector, "operateur-service/S/"+id)
	}
	return x
}

// begun is a run against a candidate that declares one flow alone.
func (x trial) begun(flow candidate.Flow) trial {
	x.change = func(c *scenario.Config, _ *stand.Stub) { c.Candidate.Service.S.Flow = flow }
	return x
}

// The honest service operator passes everything that it declares, whoever begins.
func TestHonestServiceOperator(t *testing.T) {
	for flow, least := range map[candidate.Flow]int{candidate.FlowBoth: 255, candidate.FlowSP: 250, candidate.FlowIdP: 225} {
		t.Run(string(flow), func(t *testing.T) {
			t.Parallel()
			x := member().begun(flow)
			if testing.Short() {
				x, least = x.only("S02 S04 S06 S07 C05 D01 D02 V10"), 25
			}
			run := x.judge(t)
			same(t, "accusations", accusations(run), nil)
			if run.Counts.Pass != len(run.Cases) || len(run.Cases) < least || len(run.Trouble) > 0 || run.Exit(verdict.Mineure) != 0 {
				t.Errorf("counts %+v of %d, trouble %v, exit %d", run.Counts, least, run.Trouble, run.Exit(verdict.Mineure))
			}
			for _, c := range run.Cases {
				if c.Verdict != verdict.Pass {
					t.Errorf("%s: %s, %v", c.Address, c.Verdict, c.Why)
				}
			}
		})
	}
}

// One neglect of each family of mode S fails its own requirement, and no other of those that are played beside it.
func TestNeglectsOfServiceOperators(t *testing.T) {
	beside := "S02 S06 S07 S11 S14 S16 S17 C05 D01 D02 D03 D06 D07 K04 X10 X11"
	for flaw, want := range map[string]string{
		"accepts-outside-operator": "S02", "accepts-unaccepted-member": "K04", "asks-login-again": "S06", "asks-identifier-again": "S06",
		"demands-login-everywhere": "S07", "accepts-used-request": "S11", "trusts-any-choice": "S14", "accepts-replaced-key": "S16",
		"opens-on-outage": "S17", "opens-with-context-token": "C05", "closes-everybody": "D01", "accepts-replayed-logout": "D02",
		"ignores-session-index": "D03", "accepts-unknown-logout-answer": "D06", "local-button-closes-nothing": "D07", "forgets-logout": "X10 X11",
	} {
		t.Run(flaw, func(t *testing.T) {
			if testing.Short() && !slices.Contains([]string{"asks-login-again", "opens-with-context-token", "local-button-closes-nothing"}, flaw) {
				t.Skip("one of each kind is enough")
			}
			t.Parallel()
			x := member(flaw).only(beside)
			if testing.Short() {
				x.selector = nil
				x = x.only(want)
			}
			same(t, "failed", failed(x.judge(t)), strings.Fields(want))
		})
	}
}

// A service operator that takes no honest VI, or is switched off, is not judged.
func TestServiceOperatorsThatTakeNothing(t *testing.T) {
	t.Run("refuses", func(t *testing.T) {
		t.Parallel()
		judgedOnce(t, member("refuses-everything").judge(t), verdict.ReasonRoleHonestRefused, false)
	})
	t.Run("off", func(t *testing.T) {
		t.Parallel()
		x := member()
		x.stop = true
		run := x.judge(t)
		judgedOnce(t, run, verdict.ReasonUnreachable, true)
		if field := run.Trouble[0].Reason.Args[0]; field != "roles.operateur-service.S.acs" {
			t.Errorf("field %s", field)
		}
	})
}

// A service operator that takes every VI and serves every page fails every blocking negative that sends a fault.
func TestServiceOperatorAcceptsEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole plan")
	}
	t.Parallel()
	run := member("accepts-everything").judge(t)
	for _, c := range blockingNegatives(t, run) {
		// V17-N2: as in mode A. xsw7: of two VIs it reads the signed one, which is sound.
		if c.Verdict != verdict.Fail && !strings.HasSuffix(c.Address, "/V17-N2") && !strings.HasSuffix(c.Address, "~xsw7") {
			t.Errorf("%s %s: %s (%v), want fail", c.Address, c.Fault, c.Verdict, c.Why)
		}
	}
	for _, c := range run.Cases {
		for _, f := range c.Findings {
			if row, known := suiteOf(t).catalogue.Of(f.Requirement); !known || !row.Concerns("operateur-service/S") {
				t.Errorf("%s: a finding of %s %s, which is no requirement of the role", c.Address, f.Requirement, f.Rule)
			}
		}
	}
}

// What the candidate file does not declare is not played, and said.
func TestUndeclaredPartsOfSpheres(t *testing.T) {
	x := member().only("S14 S16 D01 D06 D07")
	x.change = func(c *scenario.Config, _ *stand.Stub) {
		s := &c.Candidate.Service.S
		s.Discovery, s.SLO, s.SOAP, s.GlobalLogout, s.Logout = "", "", "", "", ""
		delete(c.Candidate.Service.Verbs, candidate.ReadMetadata)
	}
	run := x.judge(t)
	for _, c := range run.Cases {
		if !strings.Contains(c.Address, "/S14-N2~") { // return addresses of Responses need nothing
			t.Errorf("%s was played", c.Address)
		}
	}
	told := 0
	for _, n := range run.NotRun {
		if _, id, _ := strings.Cut(n.Address, "/S/"); slices.Contains([]string{"S16", "D01", "D06", "D07"}, id[:3]) {
			told++
			if !n.Declared || n.Reason == "" {
				t.Errorf("%s: declared %v, reason %q", n.Address, n.Declared, n.Reason)
			}
		}
	}
	if told != 13 {
		t.Errorf("%d cases told not to be run, want 13", told)
	}
}

// A service that announces no minimum level is told (K05), and nobody else is accused of it.
func TestServiceWithoutLevel(t *testing.T) {
	x := member().only("K05 V10")
	x.change = func(c *scenario.Config, _ *stand.Stub) {
		for i := range c.Bench.Convention.Sphere.Members {
			services := slices.Clone(c.Bench.Convention.Sphere.Members[i].Services)
			for j := range services {
				if services[j].Name == "informations" {
					services[j].MinimumLevel = ""
				}
			}
			c.Bench.Convention.Sphere.Members[i].Services = services
		}
	}
	same(t, "failed", failed(x.judge(t)), []string{"K05"})
}

// A choice of operator is told by the name or by the Issuer that the convention gives; one that is no organism, as it is.
func TestChoiceAddress(t *testing.T) {
	for _, c := range []struct{ address, operator, want string }{
		{"https://h.test/choix?o=${operateur}", "organisme-1", "https://h.test/choix?o=organisme-1"},
		{"https://h.test/choix?o=${emetteur}", "organisme-1", "https://h.test/choix?o=urn%3Ainterops%3A61111111100061%3Aidp%3Aorganisme-1-test%3A1"},
		{"https://h.test/choix?o=${emetteur}", "https://piege.invalid/sso", "https://h.test/choix?o=https%3A%2F%2Fpiege.invalid%2Fsso"},
		{"https://h.test/choix", "organisme-1", "https://h.test/choix"},
	} {
		if got := ops.ChoiceAddress(candidate.SphereConvention(), c.address, c.operator); got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.address, c.operator, got, c.want)
		}
	}
}

// Who leaves is one person through a scenario, and none of those whose sessions other scenarios open.
func TestLeaver(t *testing.T) {
	row, _ := suiteOf(t).catalogue.Of("D01")
	w, other := ops.NewWorld(row, suiteOf(t).texts), ops.NewWorld(row, suiteOf(t).texts)
	first, err := w.Leaver(strings.NewReader("\x00\x00"))
	if err != nil || first != 100 {
		t.Fatalf("%d %v, want 100", first, err)
	}
	if again, err := w.Leaver(strings.NewReader("")); err != nil || again != first {
		t.Errorf("then %d %v, want the same person", again, err)
	}
	if second, err := other.Leaver(strings.NewReader("\xff\xff")); err != nil || second == first || second < 100 || second > 9999 {
		t.Errorf("elsewhere %d %v, want another of four digits", second, err)
	}
	if _, err := ops.NewWorld(row, suiteOf(t).texts).Leaver(strings.NewReader("")); err == nil {
		t.Error("a person was chosen without a source")
	}
}

// The stub's candidate file names the sphere, and what the harness must listen on.
func TestServiceOperatorStubIsDeclared(t *testing.T) {
	s := suiteOf(t)
	set, convention := s.of(interops.ModeS)
	stub, err := stand.StartStub(stand.StubOptions{
		Role: candidate.RoleService, Mode: interops.ModeS, Dir: t.TempDir(), PKI: set, Convention: convention,
		Profile: candidate.DefaultProfile("current"), Seed: "declared",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stub.Close()
	c, err := candidate.Load(stub.Candidate)
	if err != nil {
		raw, _ := os.ReadFile(stub.Candidate)
		t.Fatalf("%v\n%s", err, raw)
	}
	if c.Convention.Sphere == nil || c.Listen.Ports.Authentication == 0 || c.Service == nil || c.Service.S.SecondNode == nil {
		t.Errorf("sphere %v, ports %+v, role %+v", c.Convention.Sphere, c.Listen.Ports, c.Service)
	}
}
