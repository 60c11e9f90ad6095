package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// seed is a misconfiguration: a mock candidate that runs, and what is wrong about it.
type seed struct {
	name, scope string
	// field is the key that doctor must name, of the candidate file or of the convention.
	field string
	stub  func(*situation, *stand.StubOptions) // how the mock candidate is configured otherwise
	spoil func(*situation)                     // what is wrong in the files, or around them
	// only are the selectors of the run where the honest exchange goes through all the same; the whole role and mode when empty.
	only []string
}

// sighting is what became of a seed.
type sighting struct {
	status        int
	fields        []string
	said          string
	played, fails int
}

// TestDoctorNamesMisconfigurations has doctor look at each misconfiguration: it names the key to change, in both languages, and
// a run of the same accuses nobody. The honest twin of each role has nothing to correct.
func TestDoctorNamesMisconfigurations(t *testing.T) {
	suite, err := loadSuite()
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "misconfiguration\trole\tfield\tnamed\tfails in a run")
	named, wrong := 0, 0
	for _, d := range slices.Concat(seeds(), roleSeeds()) {
		t.Run(d.scope+" "+d.name, func(t *testing.T) {
			s := situate(t, d)
			o := s.examined(t, suite, d)
			if d.field == "" {
				if o.status != exitOK || len(o.fields) != 0 {
					t.Errorf("an honest candidate: status %d\n%s", o.status, o.said)
				}
				return
			}
			wrong++
			is := slices.Contains(o.fields, d.field) || strings.Contains(o.said, "client.id ou "+d.field)
			if is {
				named++
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%t\t%d\n", d.name, d.scope, d.field, is, o.fails)
			if !is || o.fails != 0 || o.status != exitFailed && o.status != exitUsage {
				t.Errorf("want %s, and no failure in a run: status %d, %d failures of %d cases, fields %q\n%s", d.field, o.status, o.fails, o.played, o.fields, o.said)
			}
		})
	}
	_ = w.Flush()
	t.Logf("\n%s%d of %d named", table.String(), named, wrong)
}

// TestDoctorDoesNotExcuseDefects has doctor look at what may be a defect: the key is named, it is said that it may be the
// candidate's own, and a run finds it under its requirement alone.
func TestDoctorDoesNotExcuseDefects(t *testing.T) {
	suite, err := loadSuite()
	if err != nil {
		t.Fatal(err)
	}
	for requirement, d := range judgedSeeds() {
		t.Run(requirement, func(t *testing.T) {
			o := situate(t, d).examined(t, suite, d)
			if o.fails == 0 || !strings.Contains(o.said, " "+requirement+" : ") || !slices.Contains(o.fields, d.field) {
				t.Errorf("want %s named, and %s found: %d failures\n%s", d.field, requirement, o.fails, o.said)
			}
			for _, says := range []string{"Ce peut aussi être un défaut du candidat", "This may also be a defect of the candidate"} {
				if !strings.Contains(o.said, says) {
					t.Errorf("it does not say %q:\n%s", says, o.said)
				}
			}
		})
	}
}

// examined has doctor look, in both languages and for programs, and plays what a run would.
func (s *situation) examined(t *testing.T, suite *campaign.Suite, d seed) (o sighting) {
	t.Helper()
	subject, err := candidate.Load(s.file)
	if err != nil { // nothing is looked at, and nothing plays
		o.status = streams{err: &bytes.Buffer{}}.fail(err, exitHarness)
		o.said, o.fields = err.Error(), s.report(t, func(c *doctorCommand, st *streams) error { return c.Run(t.Context(), st) }, d)
		return o
	}
	var diagnosis campaign.Diagnosis
	diagnosis, err = doctorCommand{}.diagnose(t.Context(), &streams{lang: "fr"}, suite, subject)
	if err != nil {
		t.Fatal(err)
	}
	for i, lang := range []string{"fr", "en"} {
		var out bytes.Buffer
		st := &streams{out: &out, err: &out, lang: lang}
		c := doctorCommand{Candidate: s.file}
		status := exitOK
		if err := c.says(st, suite, diagnosis); err != nil {
			status = st.fail(err, exitHarness)
		}
		if d.field != "" && !strings.Contains(out.String(), d.field) || i > 0 && status != o.status {
			t.Errorf("%s: %s is not named, or status %d\n%s", lang, d.field, status, out.String())
		}
		o.status, o.said = status, o.said+out.String()
	}
	o.fields = s.report(t, func(c *doctorCommand, st *streams) error { return c.says(st, suite, diagnosis) }, d)
	if slices.ContainsFunc(diagnosis.Symptoms, ownPort) {
		return o // a run ends as it begins: TestPortTakenEndsARun
	}
	run, err := (&runCommand{Candidate: s.file, Selector: append(d.only, d.scope)[:max(len(d.only), 1)], Out: filepath.Join(t.TempDir(), "run")}).judge(t.Context(), &streams{err: &bytes.Buffer{}, lang: "fr"}, suite, subject)
	if err != nil {
		t.Fatal(err)
	}
	o.played = len(run.Cases)
	for _, c := range run.Cases {
		if c.Verdict == verdict.Fail {
			o.fails++
			o.said += c.Address + " " + c.Reason + "\n"
		}
	}
	if exit := run.Exit(verdict.Majeure); d.field != "" && exit != exitUsage && exit != exitUndetermined && o.fails == 0 && len(d.only) == 0 {
		t.Errorf("run: exit status %d", exit)
	}
	return o
}

// report reads the keys that doctor names for programs.
func (s *situation) report(t *testing.T, tell func(*doctorCommand, *streams) error, d seed) (fields []string) {
	t.Helper()
	var out bytes.Buffer
	_ = tell(&doctorCommand{Candidate: s.file, JSON: true}, &streams{out: &out, err: &bytes.Buffer{}, lang: "fr"})
	var told struct {
		Sound    bool               `json:"sound"`
		Findings []campaign.Finding `json:"findings"`
	}
	if err := json.Unmarshal(out.Bytes(), &told); err != nil || told.Sound != (d.field == "") {
		t.Fatalf("--json: %v\n%s", err, out.String())
	}
	for _, f := range told.Findings {
		if f.Sign == "" || f.What.EN == "" || f.Field == "" {
			t.Errorf("--json: a finding without sign, words or key: %+v", f)
		}
		fields = append(fields, f.Field)
	}
	return fields
}

// keyring is a test PKI of the seeds, made once for each sample convention and saved.
type keyring struct {
	dir        string
	set        *pki.Set
	revocation int
}

var keyrings sync.Map

func keysOf(t *testing.T, mode interops.Mode) keyring {
	t.Helper()
	convention, name := stand.ConventionOf(mode)
	if k, made := keyrings.Load(name); made {
		return k.(keyring)
	}
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	set, err := stand.NewPKI(convention, fmt.Sprintf("http://127.0.0.1:%d", port), false)
	if err != nil {
		t.Fatal(err)
	}
	k := keyring{filepath.Join(tools, "pki-"+string(mode)), set, port}
	if err := set.Save(k.dir); err != nil {
		t.Fatal(err)
	}
	keyrings.Store(name, k)
	return k
}

// situation is a mock candidate that runs, with the files about it.
type situation struct {
	keyring
	t    *testing.T
	dir  string
	file string
}

// situate starts the mock candidate of a seed, and spoils what is wrong about it.
func situate(t *testing.T, d seed) *situation {
	t.Helper()
	role, mode := candidate.SplitScope(d.scope)
	convention, _ := stand.ConventionOf(mode)
	s := &situation{keyring: keysOf(t, mode), t: t, dir: t.TempDir()}
	o := stand.StubOptions{
		Role: role, Mode: mode, Dir: s.dir, PKI: s.set, PKIDir: s.keyring.dir, Convention: convention, Profile: candidate.DefaultProfile("current"),
		Seed: "doctor", Ports: candidate.Ports{Revocation: s.revocation},
	}
	if d.stub != nil {
		d.stub(s, &o)
	}
	stub, err := stand.StartStub(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stub.Close() })
	s.file = stub.Candidate
	if d.spoil != nil {
		d.spoil(s)
	}
	return s
}

func (s *situation) text() string {
	raw, err := os.ReadFile(s.file)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(raw)
}

func (s *situation) write(name, text string) {
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// replace changes a text of the candidate file, which must be there.
func (s *situation) replace(old, by string) {
	text := s.text()
	if !strings.Contains(text, old) {
		s.t.Fatalf("no %q in\n%s", old, text)
	}
	s.write("candidate.yaml", strings.ReplaceAll(text, old, by))
}
