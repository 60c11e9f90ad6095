package mta_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// byPrograms leaves an operator its interfaces for mail programs alone, to be read and made to send by.
func byPrograms(c *candidate.Candidate) { c.MSSOperator.Read, c.MSSOperator.Send = nil, nil }

// Without any gesture, mailboxes are read over IMAP and messages submitted, with tokens of Pro Santé Connect: what arrives is
// proved all the same, both ways.
func TestMailboxesAreReadOverIMAP(t *testing.T) {
	run := rig{declare: byPrograms, selector: []string{"MTA-06", "MTA-11", "MTA-17", "MTA-24", "MTA-25", "MTA-28", "MTA-30", "MTA-33", "MTA-35", "MTA-36", "SMTP-20"}}.judge(t)
	for _, c := range run.Cases {
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
		for _, e := range c.Exchanges {
			if e.Label == "remark-unread-mailbox" {
				t.Errorf("%s: the mailbox was not read", c.Address)
			}
		}
	}
	if len(run.Trouble) > 0 || len(run.Cases) < 11 {
		t.Errorf("%d cases, trouble %+v, not run %+v", len(run.Cases), run.Trouble, run.NotRun)
	}
}

// What is wrong in the mailbox, or on its way out, is found over these interfaces too.
func TestNeglectsAreCaughtOverIMAP(t *testing.T) {
	for flaw, row := range map[string]string{
		"recodes-attachments": "MTA-35", "takes-malware": "MTA-36", "bounces-without-code": "MTA-24", "keeps-mail-inside": "SMTP-20", "drops-mss-fields": "MTA-30",
	} {
		t.Run(flaw, func(t *testing.T) {
			t.Parallel()
			run := rig{flaws: []string{flaw}, declare: byPrograms, selector: []string{row, "MTA-01"}}.judge(t)
			sidetest.Caught(t, run, failed(run), []string{row}, nil)
		})
	}
}

// A message that submission took and that came nowhere is a departure where another way shows that mail goes out; where
// there is no other, it says nothing.
func TestSubmittedMailThatIsLost(t *testing.T) {
	lost := rig{flaws: []string{"loses-submitted-mail"}, selector: []string{"SMTP-20"}, patience: 2 * time.Second}
	if run := lost.judge(t); !slices.Equal(failed(run), []string{"SMTP-20"}) {
		t.Errorf("failed %v", failed(run))
		showRun(t, run)
	}
	lost.declare = byPrograms
	run := lost.judge(t)
	if c := sidetest.CaseOf(t, run, "SMTP-20-P"); c.Verdict != verdict.Inconclusive || len(c.Findings) > 0 {
		t.Errorf("without another way: %s, %+v", c.Verdict, c.Findings)
	}
}

// A mailbox that no token opens is not read over IMAP, and nothing is tried that wants it.
func TestMailboxThatNoTokenOpens(t *testing.T) {
	run := rig{selector: []string{"MTA-30", "SMTP-20", "MTA-17", "MTA-07"}, declare: func(c *candidate.Candidate) {
		byPrograms(c)
		for i := range c.MSSante.Mailboxes {
			c.MSSante.Mailboxes[i].Suspended = true
		}
	}}.judge(t)
	played := 0
	for _, c := range run.Cases {
		if c.Verdict == verdict.Pass {
			played++
		}
		if strings.Contains(c.Address, "SMTP-20") && c.Verdict != verdict.NotApplicable {
			t.Errorf("%s: %s", c.Address, c.Verdict)
		}
	}
	if len(run.Trouble) > 0 || played == 0 {
		t.Errorf("%d passed, trouble %+v", played, run.Trouble)
		showRun(t, run)
	}
}
