package record_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"etalon/internal/record"
	"etalon/internal/verdict"

	"etalon/internal/report/reporttest"
)

// A run that was killed goes on in the same record: what has a verdict keeps it, what was stopped does not count, and the line
// that was torn is gone, wherever it was cut.
func TestReopen(t *testing.T) {
	dir, j := reporttest.Journal(t)
	order := record.Order{Candidate: "/tmp/candidate.yaml", Selectors: []string{"fournisseur/A"}, Long: true, Jobs: 3}
	kept, err := j.Evidence([]byte("seen"), "text/plain")
	if err := errors.Join(err, j.Order(order),
		j.Case(verdict.Case{Address: "fournisseur/A/V10-P", Requirement: "V10", Verdict: verdict.Pass}),
		j.NotRun(verdict.NotRun{Address: "fournisseur/A/V10-N2"}),
		j.Trouble(verdict.Trouble{Scope: "client/A"}),
		j.Case(verdict.Case{Address: "fournisseur/A/V10-N1", Requirement: "V10", Why: verdict.Reason{Key: verdict.ReasonAborted}})); err != nil {
		t.Fatal(err)
	}
	if _, err := record.Reopen(dir, reporttest.At); !errors.Is(err, record.ErrPlaying) {
		t.Errorf("reopened while it is written: %v", err)
	}
	if _, had := j.TroubleOf("client/A"); had {
		t.Error("the trouble of this part is taken for that of an earlier one")
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, record.File)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	aborted := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for _, cut := range []int{aborted, aborted + 1, len(whole) - 1, len(whole)} {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if begun, err := record.Glance(dir); err != nil || begun.Order.Candidate != order.Candidate || !slices.Equal(begun.Order.Selectors, order.Selectors) {
			t.Fatalf("cut at %d: %+v, %v", cut, begun.Order, err)
		}
		finishReopened(t, dir, kept)
	}
	if _, err := record.Glance(dir); !errors.Is(err, record.ErrFinished) {
		t.Errorf("once finished: %v", err)
	}
	if _, err := record.Reopen(dir, reporttest.At); !errors.Is(err, record.ErrFinished) {
		t.Errorf("reopened once finished: %v", err)
	}
	if _, err := record.Reopen(t.TempDir(), reporttest.At); err == nil {
		t.Error("a folder without a record is reopened")
	}
	if err := os.WriteFile(path, whole[:3], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := record.Reopen(dir, reporttest.At); err == nil {
		t.Error("a record without its header is reopened")
	}
}

// finishReopened goes on with a record, finishes it, and wants it to be whole.
func finishReopened(t *testing.T, dir, kept string) {
	t.Helper()
	again, err := record.Reopen(dir, reporttest.At)
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{"fournisseur/A/V10-P": true, "fournisseur/A/V10-N2": true, "fournisseur/A/V10-N1": false} {
		if again.Has(address) != want {
			t.Errorf("%s: told %v", address, !want)
		}
	}
	if trouble, had := again.TroubleOf("client/A"); !had || trouble.Scope != "client/A" {
		t.Errorf("trouble %+v, %v", trouble, had)
	}
	same, err := again.Evidence([]byte("seen"), "text/plain")
	if err := errors.Join(err, again.Case(verdict.Case{Address: "fournisseur/A/V10-N1", Requirement: "V10", Verdict: verdict.Pass})); err != nil || same != kept {
		t.Fatalf("%s, %v", same, err)
	}
	finished, err := again.Finish(reporttest.At.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	read, err := record.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range []*verdict.Run{finished, read} {
		if !run.Complete || len(run.Cases) != 2 || run.Counts.Pass != 2 || len(run.Resumed) != 1 || !run.Resumed[0].Equal(reporttest.At) || len(run.Evidence) != 1 {
			t.Errorf("finished %+v", run)
		}
	}
}
