package ops_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/sides/sidetest"
)

// Sixty secrets that a careless candidate tells, in headers, addresses, faults and the parts of a mail, in plain and encoded: none is
// in any export of the run, whatever its format, and a digest tells where each stood.
func TestCanaries(t *testing.T) {
	canaries := benchtest.Plant(t, 1)
	if len(canaries.All) < 60 {
		t.Fatalf("%d canaries", len(canaries.All))
	}
	stub := hostile(t, func(call int64) bool { return call != 3 }, canaries.ServeHTTP)
	dir := filepath.Join(t.TempDir(), "run")
	run := trial{role: candidate.RoleProvider, selector: []string{"fournisseur/A/V08-N1"}, jobs: 1, dir: dir}.run(t, stub)
	s := suiteOf(t)
	options := report.Options{Texts: s.texts, Catalogue: s.catalogue, Evidence: record.EvidenceOf(dir)}
	signer, err := campaign.LoadSigner("", "", bench.Wall())
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := report.WriteArchive(&archive, run, report.ArchiveOptions{Options: options, Signer: signer, Now: bench.Wall()}); err != nil {
		t.Fatal(err)
	}
	exports := sidetest.Exports(t, dir, run)
	exports["report.zip"] = archive.Bytes()
	leaks := benchtest.Hunt(t, exports, canaries)
	t.Logf("%d canaries, %d exports, %d leaks", len(canaries.All), len(exports), len(leaks))
	digests := 0
	for name, raw := range exports {
		if filepath.Dir(name) == "evidence" {
			digests = max(digests, bytes.Count(raw, []byte("redacted:hmac-sha256:")))
		}
	}
	if digests < 40 {
		t.Errorf("an answer with %d canaries shows %d digests", len(canaries.All), digests)
	}
}
