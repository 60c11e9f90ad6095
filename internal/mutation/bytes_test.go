package mutation_test

import (
	"cmp"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// changingBytes are the faults of messages that bear a VI, but for those that are conduct.
func changingBytes() []mutation.Mutation {
	return slices.DeleteFunc(mutation.Catalogue(), func(m mutation.Mutation) bool { return m.Moment() == "conduct" || m.Letter != "" })
}

// TestHonestMessagesVerifyClean is the control of TestFaults: on every stage the honest message has no finding.
func TestHonestMessagesVerifyClean(t *testing.T) {
	seen := map[[32]byte]bool{}
	for _, m := range changingBytes() {
		s := stageFor(t, m)
		raw := s.honestBytes(t)
		if digest := sha256.Sum256(raw); seen[digest] {
			continue
		} else {
			seen[digest] = true
		}
		findings, verified := s.verify(raw)
		for _, f := range findings {
			t.Errorf("stage of %s: honest message: %s %s, want %q, got %q", m.Name, f.Requirement, f.Rule, f.Want, f.Got)
		}
		if !verified {
			t.Errorf("stage of %s: honest message is not verified", m.Name)
		}
		if unmet := m.Unmet(s.honest); len(unmet) > 0 {
			t.Errorf("stage of %s does not meet its needs %v", m.Name, unmet)
		}
	}
}

// TestFaults is the generic test of the catalogue: the faulty bytes differ from the honest ones and from every
// other fault's, the verifier names the requirement that the fault violates, and the difference is a file that
// a person can read.
func TestFaults(t *testing.T) {
	by := map[[32]byte]string{}
	for _, m := range changingBytes() {
		t.Run(m.Name, func(t *testing.T) {
			s := stageFor(t, m)
			honest, faulty := s.honestBytes(t), s.mutatedBytes(t, m)
			by[sha256.Sum256(honest)] = "an honest message"
			if other, taken := by[sha256.Sum256(faulty)]; taken {
				t.Errorf("the bytes are those of %s", other)
			}
			by[sha256.Sum256(faulty)] = m.Name
			if again := stageFor(t, m).mutatedBytes(t, m); string(again) != string(faulty) {
				t.Error("two makings give different bytes")
			}
			findings, _ := s.verify(faulty)
			if !slices.ContainsFunc(findings, func(f verdict.Finding) bool { return f.Requirement == m.Violates }) {
				t.Errorf("the verifier names %v, want %s among them", named(findings), m.Violates)
			}
			if m.Moment() == "content" && slices.ContainsFunc(findings, ofSignature) {
				t.Errorf("a fault of content must stay well signed; the verifier names %v", named(findings))
			}
			golden(t, m.Name, page(m, findings, honest, faulty))
		})
	}
}

// TestFaultsOfSAML11 plays the faults on the other form of the VI, where it has a place for them.
func TestFaultsOfSAML11(t *testing.T) {
	for _, m := range changingBytes() {
		if !m.In(interops.ModeA) || slices.Contains(m.Needs, mutation.SAML20) || slices.Contains(m.Needs, mutation.Only20) {
			continue
		}
		s := stageFor(t, m)
		s.draft.VI.Version = saml.Version11
		s.expect.Profile.SAML.Versions = append(s.expect.Profile.SAML.Versions, saml.Version11)
		honest := s.honestBytes(t)
		if findings, _ := s.verify(honest); len(findings) > 0 {
			t.Errorf("stage of %s: honest SAML 1.1 message: the verifier names %v", m.Name, named(findings))
		}
		faulty := s.mutatedBytes(t, m)
		findings, _ := s.verify(faulty)
		if string(faulty) == string(honest) || !slices.ContainsFunc(findings, func(f verdict.Finding) bool { return f.Requirement == m.Violates }) {
			t.Errorf("%s in SAML 1.1: bytes changed: %v, the verifier names %v, want %s among them", m.Name, string(faulty) != string(honest), named(findings), m.Violates)
		}
	}
}

// firstNamed are the faults that a receiver of Responses refuses by another rule than a receiver of SOAP: the size is
// that of the form.
var firstNamed = map[string]string{"xml-attribute-10mb": "P04"}

// TestFaultsInResponses plays the faults of any VI in a Response.
func TestFaultsInResponses(t *testing.T) {
	played := 0
	for _, m := range changingBytes() {
		if !m.In(interops.ModeA) || !m.In(interops.ModeP) {
			continue
		}
		played++
		s := stageIn(t, m, interops.ModeP)
		honest, faulty := s.honestBytes(t), s.mutatedBytes(t, m)
		if findings, verified := s.verify(honest); len(findings) > 0 || !verified {
			t.Errorf("stage of %s: honest Response: the verifier names %v", m.Name, named(findings))
		}
		findings, _ := s.verify(faulty)
		want := cmp.Or(firstNamed[m.Name], m.Violates)
		if string(faulty) == string(honest) || !slices.ContainsFunc(findings, func(f verdict.Finding) bool { return f.Requirement == want }) {
			t.Errorf("%s in a Response: bytes changed: %v, the verifier names %v, want %s among them", m.Name, string(faulty) != string(honest), named(findings), want)
		}
		if m.Moment() == "content" && slices.ContainsFunc(findings, ofSignature) {
			t.Errorf("%s in a Response: a fault of content must stay well signed; the verifier names %v", m.Name, named(findings))
		}
	}
	if played < 70 {
		t.Errorf("%d faults played in a Response: some are lost", played)
	}
}

func ofSignature(f verdict.Finding) bool { return strings.HasPrefix(f.Requirement, "G") }

// named lists what the findings name, without repetition, in order.
func named(findings []verdict.Finding) []string {
	var all []string
	for _, f := range findings {
		if line := f.Requirement + " " + f.Rule; !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return all
}

// page is the text of a golden file.
func page(m mutation.Mutation, findings []verdict.Finding, honest, faulty []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s\n", m.Name, m.Moment(), m.Title.FR)
	fmt.Fprintf(&b, "violates %s; the verifier names:\n", m.Violates)
	for _, line := range named(findings) {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	b.WriteString("\n")
	b.WriteString(difference(lines(readable(honest)), lines(readable(faulty))))
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if string(want) != got {
		t.Errorf("%s differs (go test -update rewrites it):\n%s", file, difference(strings.Split(string(want), "\n"), strings.Split(got, "\n")))
	}
}

// TestGoldensHaveTheirFault finds files that no fault owns any more.
func TestGoldensHaveTheirFault(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".golden")
		if m, ok := mutation.ByName(name); !ok || m.Moment() == "conduct" {
			t.Errorf("%s belongs to no fault that changes bytes", file)
		}
	}
}
