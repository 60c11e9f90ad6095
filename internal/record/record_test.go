package record_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/record"
	"etalon/internal/report/reporttest"
	"etalon/internal/verdict"
)

func TestJournalIsReadBack(t *testing.T) {
	dir, j := reporttest.Journal(t)
	if err := reporttest.Play(j, "mixed"); err != nil {
		t.Fatal(err)
	}
	want, err := j.Finish(reporttest.At.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	got, err := record.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read back:\n%+v\nwant\n%+v", got, want)
	}
	if !got.Complete || got.Level.Profile != verdict.NonConformeBloquante || got.Counts.Fail != 2 {
		t.Errorf("complete %v, level %v, counts %+v", got.Complete, got.Level, got.Counts)
	}
	for name, err := range map[string]error{"case": j.Case(verdict.Case{}), "trouble": j.Trouble(verdict.Trouble{}), "not run": j.NotRun(verdict.NotRun{})} {
		if err == nil || !strings.Contains(err.Error(), "finished") {
			t.Errorf("%s after the end: %v", name, err)
		}
	}
}

// TestKilledRun cuts the record at every byte, as a kill or a power cut may: what was written whole is read,
// and no cut gives an error, a pass that was not, or a complete run.
func TestKilledRun(t *testing.T) {
	dir, j := reporttest.Journal(t)
	for i := range 3 {
		if err := j.Case(verdict.Case{Address: fmt.Sprintf("fournisseur/A/V10-N%d", i), Requirement: "V10", Verdict: verdict.Pass}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, record.File)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := bytes.IndexByte(whole, '\n') + 1; cut <= len(whole); cut++ {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		run, err := record.Load(dir)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if want := bytes.Count(whole[:cut], []byte{'\n'}) - 1; len(run.Cases) != want || run.Complete || run.Level != (verdict.Levels{}) || run.Exit(verdict.Majeure) != 3 {
			t.Fatalf("cut at %d: %d cases of %d, complete %v, level %v", cut, len(run.Cases), want, run.Complete, run.Level)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	dir, j := reporttest.Journal(t)
	played := reporttest.Play(j, "mixed")
	if _, err := j.Finish(reporttest.At); err != nil || played != nil {
		t.Fatal(err, played)
	}
	path := filepath.Join(dir, record.File)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(good, []byte{'\n'})
	spoil := func(n int, by string) []byte {
		out := bytes.Join(lines[:n], nil)
		return append(append(out, by...), bytes.Join(lines[n+1:], nil)...)
	}
	for _, c := range []struct {
		name, wrong string
		record      []byte
	}{
		{"corrupt middle", "line 3: read entry", spoil(2, "{\"case\":\n")},
		{"line that is not JSON", "line 2: read entry", spoil(1, "\x00\x00\x00\n")},
		{"unknown entry", "line 2: read entry", spoil(1, "{\"verdict\":{}}\n")},
		{"empty entry", "line 2: an empty entry", spoil(1, "{}\n")},
		{"unknown verdict", "line 2: read entry", spoil(1, "{\"case\":{\"verdict\":\"PASS\"}}\n")},
		{"two entries on a line", "line 2: read entry: more than one", spoil(1, "{\"not_run\":{}} {\"not_run\":{}}\n")},
		{"no header", "line 1: the header must come first", spoil(0, "")},
		{"two headers", "line 2: the header must come first", append(bytes.Clone(lines[0]), good...)},
		{"after the end", "an entry after the end", append(bytes.Clone(good), "{\"not_run\":{}}\n"...)},
		{"other schema", "line 1: schema", bytes.Replace(good, []byte("etalon/run/1"), []byte("etalon/run/9"), 1)},
		{"nothing", "before it had begun", nil},
		{"killed before the header", "before it had begun", lines[0][:40]},
	} {
		if err := os.WriteFile(path, c.record, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := record.Load(dir); err == nil || !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
	}
	if _, err := record.Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "conformance run") {
		t.Errorf("empty folder: %v", err)
	}
}

func TestCreateRefuses(t *testing.T) {
	dir, _ := reporttest.Journal(t)
	if _, err := record.Create(dir, reporttest.Header(), reporttest.Catalogue); err == nil || !strings.Contains(err.Error(), "give --out another folder") {
		t.Errorf("second run in a folder: %v", err)
	}
	if _, err := record.Create(filepath.Join(dir, record.File, "below"), reporttest.Header(), nil); err == nil || !strings.Contains(err.Error(), "--out") {
		t.Errorf("folder below a file: %v", err)
	}
}

func TestEvidenceIsKeptOnce(t *testing.T) {
	dir, j := reporttest.Journal(t)
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			if _, err := j.Evidence(fmt.Appendf(nil, "message %d", i%4), "text/xml"); err != nil {
				t.Error(err)
			}
			if err := j.Case(verdict.Case{Address: fmt.Sprintf("client/A/V18-N%d", i)}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	run, err := j.Finish(reporttest.At)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Evidence) != 4 || len(run.Cases) != 20 {
		t.Fatalf("%d pieces of evidence, %d cases; want 4, 20", len(run.Evidence), len(run.Cases))
	}
	read := record.EvidenceOf(dir)
	digest := run.Evidence[0].Digest
	if b, err := read(digest); err != nil || record.Digest(b) != digest {
		t.Errorf("read evidence: %q, %v", b, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "evidence", "*"))
	if err != nil || len(files) != 4 {
		t.Errorf("files %v, %v", files, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "evidence", "sha256-"+digest[7:]), []byte("else"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{digest, "sha256:" + strings.Repeat("0", 64), "sha256:../../x", ""} {
		if _, err := read(bad); err == nil {
			t.Errorf("read evidence %q: no error", bad)
		}
	}
}

// TestFullDisk: after a failed write nothing more is written, and what was stays readable.
func TestFullDisk(t *testing.T) {
	dir, j := reporttest.Journal(t)
	if err := j.Case(verdict.Case{Address: "client/A/V18-P"}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if err := j.Case(verdict.Case{Address: "client/A/V18-N1"}); err == nil {
		t.Error("a closed record takes a case")
	}
	run, err := record.Load(dir)
	if err != nil || len(run.Cases) != 1 {
		t.Errorf("%v, %v", run, err)
	}
}

func TestUnwritten(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	j := record.Unwritten(&verdict.Run{Scope: []string{"fournisseur/A"}}, nil)
	digest, err := j.Evidence([]byte("vu"), "text/plain")
	if err != nil || digest != record.Digest([]byte("vu")) {
		t.Fatalf("evidence = %q, %v", digest, err)
	}
	if err := j.Case(verdict.Case{Address: "fournisseur/A/V10-N1", Requirement: "V10", Verdict: verdict.Fail}); err != nil {
		t.Fatal(err)
	}
	run, err := j.Finish(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	if err != nil || !run.Complete || run.Counts.Fail != 1 || len(run.Evidence) != 1 {
		t.Errorf("run = %+v, %v", run, err)
	}
	if err := j.Case(verdict.Case{}); err == nil {
		t.Error("a finished record takes another case")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("written: %v, %v", left, err)
	}
}
