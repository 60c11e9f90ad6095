package mss_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/sides/sidetest"
)

// What an operator tells over IMAP and SMTP, in its greetings, replies and messages, in plain and in the parts of a mail, is in nothing
// that a run leaves; the dialogues are there, with a digest where each secret stood.
func TestCanariesOfDialogues(t *testing.T) {
	canaries := benchtest.Plant(t, 1)
	credential, err := sidetest.Of(t).Stand.Bench.PKI.Credential(candidate.OperatorOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	operator := sidetest.StartCareless(t, credential, canaries)
	x := rig{hasty: true, imap: operator.IMAP, smtp: operator.SMTP, selector: only("BAL-01", "BAL-02", "BAL-11", "BAL-12", "IMAP-01", "IMAP-22", "IMAP-28", "IMAP-29", "IMAP-31", "SMTP-01", "SMTP-02", "SMTP-03", "SMTP-13", "SMTP-25", "SMTP-31", "TOK-04")}
	x.out = filepath.Join(t.TempDir(), "run")
	run := x.judge(t)
	exports := sidetest.Exports(t, x.out, run)
	digests, letters := 0, 0
	for name, raw := range exports {
		if filepath.Dir(name) == "evidence" {
			digests, letters = digests+bytes.Count(raw, []byte("redacted:hmac-sha256:")), letters+bytes.Count(raw, []byte("Content-Transfer-Encoding"))
		}
	}
	if digests < 500 || letters < len(canaries.All)/3 || len(run.Cases) == 0 {
		t.Errorf("%d digests and %d parts of a mail in the evidence of %d cases: the dialogues are not there", digests, letters, len(run.Cases))
	}
	leaks := benchtest.Hunt(t, exports, canaries)
	t.Logf("%d lines told, %d cases, %d exports, %d leaks", operator.Told(), len(run.Cases), len(exports), len(leaks))
}
