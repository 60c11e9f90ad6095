package mta_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
	stub "etalon/stubs/mta"
)

// ofMail tells a requirement on mail between operators, apart from those on the white list.
func ofMail(id string) bool { return strings.HasPrefix(id, "MTA-") }

// The honest operator passes everything.
func TestHonestOperator(t *testing.T) {
	run := rig{selector: ofMailRows()}.judge(t)
	played := 0
	for _, c := range run.Cases {
		if !ofMail(c.Requirement) {
			continue
		}
		played++
		if c.MS > 700 {
			t.Logf("%s took %d ms", c.Address, c.MS)
		}
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
	for _, n := range run.NotRun {
		if ofMail(strings.TrimPrefix(n.Address, "mss-operateur/-/")) && !strings.Contains(n.Address, "~lente") {
			t.Errorf("%s is not played: %s", n.Address, n.Reason)
		}
	}
	if len(run.Trouble) > 0 || played < 40 {
		t.Errorf("%d cases, trouble %+v", played, run.Trouble)
	}
}

// Some neglects of each kind are caught in the requirements that they breach, and in no other. The self-test plays them
// all.
func TestNeglectsAreCaught(t *testing.T) {
	names := strings.Fields("takes-mail-in-clear-25 pins-certificate skips-sender-domain takes-unlisted-domain relays-25 skips-client-revocation skips-server-name sends-in-clear skips-recipient-domain sends-twice " +
		"ends-at-bare-line-feed-25 recodes-attachments")
	if testing.Short() {
		names = names[:2]
	}
	for _, f := range stub.Flaws() {
		if !slices.Contains(names, f.Name) && !everyFlaw || !slices.ContainsFunc(f.Must, ofMail) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			asked := []string{"MTA-08", "MTA-25"} // and two that it does not touch
			asked = append(asked, slices.Concat(f.Must, f.May)...)
			run := rig{flaws: []string{f.Name}, selector: asked}.judge(t)
			sidetest.Caught(t, run, failed(run), f.Must, f.May)
		})
	}
}

// everyFlaw plays all of them, as the self-test does.
const everyFlaw = false
