package mss_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// told says of each case that did not pass why, for a test that fails.
func told(t *testing.T, run *verdict.Run) {
	t.Helper()
	for _, c := range run.Cases {
		if c.Verdict == verdict.Pass {
			continue
		}
		t.Logf("%s: %s, %s", c.Address, c.Verdict, c.Reason)
		for _, f := range c.Findings {
			t.Logf("  %s %s: want %q, got %q", f.Requirement, f.Rule, f.Want, f.Got)
		}
	}
}

// failed are the requirements that some case failed, and doubtful those of which one is inconclusive.
func failed(run *verdict.Run) (failed, doubtful []string) {
	for _, c := range run.Cases {
		for _, f := range c.Findings {
			failed = append(failed, f.Requirement)
		}
		if c.Verdict == verdict.Inconclusive {
			doubtful = append(doubtful, c.Requirement)
		}
	}
	slices.Sort(failed)
	slices.Sort(doubtful)
	return slices.Compact(failed), slices.Compact(doubtful)
}

// notRun are the requirements with a case in scope that was not played for a reason.
func notRun(run *verdict.Run, key string) []string {
	var all []string
	for _, n := range run.NotRun {
		if n.Why.Key == key {
			all = append(all, verdict.RequirementOf(n.Address))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestHonestOperatorOfSubmissionAndMailboxes(t *testing.T) {
	t.Parallel()
	run := full(rig{selector: only(rows(t, "SMTP", "CLI", "BAL")...)}).judge(t)
	if bad, doubtful := failed(run); len(bad) > 0 || len(doubtful) > 0 || run.Counts.Pass < 100 {
		t.Errorf("failed %v, inconclusive %v, %+v, trouble %v", bad, doubtful, run.Counts, run.Trouble)
		told(t, run)
	}
}

// TestDeclaredSizeIsAnnounced declares more than the operator announces.
func TestDeclaredSizeIsAnnounced(t *testing.T) {
	t.Parallel()
	run := rig{selector: []string{"mss-smtp/-/SMTP-21"}, roles: []candidate.Role{candidate.RoleMSSSMTP}, declare: func(m *candidate.MSSante) { m.Size = 1 << 30 }}.judge(t)
	if bad, _ := failed(run); !slices.Equal(bad, []string{"SMTP-21"}) {
		t.Errorf("failed %v, %+v", bad, run.Counts)
	}
}

// Flaws that do not hide each other are judged together: what fails is what they neglect, and nothing else in the groups
// that are played whole.
func TestFlawsOfSubmissionAndMailboxes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ groups, flaws, fail string }{
		"dialogue": {"SMTP", "limits-command-line limits-response-line answers-454-to-bad-base64 refuses-without-challenge", "SMTP-04 SMTP-05 SMTP-07 SMTP-09"},
		"inline":   {"SMTP CLI", "refuses-inline-response", "SMTP-02 SMTP-04"},
		"senders":  {"", "skips-sender skips-from skips-white-list splits-commands-at-line-feed", "SMTP-16 SMTP-17 SMTP-19 SMTP-32"},
		"relay":    {"SMTP", "relays", "SMTP-13 SMTP-14 SMTP-19"},
		"messages": {"", "drops-mss-headers announces-small-size", "SMTP-21 SMTP-28"},
		"texts":    {"", "mangles-eight-bits skips-size ends-at-bare-line-feed", "SMTP-23 SMTP-24 SMTP-30 SMTP-31"},
		"dots":     {"", "leaves-dots-stuffed takes-two-authors", "SMTP-18 SMTP-33"},
		"late":     {"", "logs-in-in-transaction", "SMTP-12 SMTP-13"},
		"paths":    {"", "skips-certificate-expiry skips-revocation", "CLI-05 CLI-07 CLI-08"},
		"rights":   {"CLI", "skips-structure lets-certificate-open-all", "CLI-04 CLI-13 CLI-18 CLI-21"},
		"silence":  {"", "asks-no-certificate", "CLI-01 CLI-02"},
		"telling":  {"", "tells-absent-mailboxes reads-address-by-case", "BAL-06 BAL-08"},
		"swapping": {"CLI BAL", "opens-own-mailbox-instead", "BAL-02 BAL-04 BAL-06 BAL-07 BAL-10 BAL-14 CLI-18 CLI-19"},
		"mute":     {"SMTP BAL", "refuses-own-sender", "SMTP-15 SMTP-22 SMTP-23 SMTP-25 SMTP-27 SMTP-28 SMTP-29 SMTP-30 SMTP-33"},
		"terse":    {"SMTP", "refuses-two-steps-smtp", "SMTP-03 SMTP-05"},
		"one":      {"SMTP BAL", "hides-xoauth2 knows-one-mailbox", "BAL-15 SMTP-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			selected := append(rows(t, strings.Fields(c.groups)...), strings.Fields(c.fail)...)
			run := full(rig{flaws: strings.Fields(c.flaws), selector: only(selected...)}).judge(t)
			if got, _ := failed(run); !slices.Equal(got, strings.Fields(c.fail)) {
				t.Errorf("failed %v, want %s; trouble %v", got, c.fail, run.Trouble)
				told(t, run)
			}
		})
	}
}

// What cannot be read is said to be so, and the rest is judged by the replies.
func TestSubmissionWhoseMailCannotBeRead(t *testing.T) {
	t.Parallel()
	run := full(rig{roles: []candidate.Role{candidate.RoleMSSSMTP}, selector: only(rows(t, "SMTP")...)}).judge(t)
	if bad, doubtful := failed(run); len(bad) > 0 || len(doubtful) > 0 {
		t.Errorf("failed %v, inconclusive %v", bad, doubtful)
		told(t, run)
	}
	if got := notRun(run, verdict.ReasonUnreadable); !slices.Equal(got, []string{"SMTP-27", "SMTP-28", "SMTP-30", "SMTP-33"}) {
		t.Errorf("unreadable: %v", got)
	}
	forging := full(rig{roles: []candidate.Role{candidate.RoleMSSSMTP}, flaws: []string{"skips-from", "swallows-unknown-recipient"}, selector: only("SMTP-17", "SMTP-26")}).judge(t)
	if bad, doubtful := failed(forging); len(bad) > 0 || !slices.Equal(doubtful, []string{"SMTP-17", "SMTP-26"}) {
		t.Errorf("failed %v, inconclusive %v", bad, doubtful)
	}
}

func TestMeansThatAreDeclared(t *testing.T) {
	t.Parallel()
	none := full(rig{selector: only(rows(t, "CLI")...), declare: func(m *candidate.MSSante) {
		m.SecondMeans = candidate.MeansNone
		m.Mailboxes = slices.DeleteFunc(m.Mailboxes, func(b candidate.Mailbox) bool { return b.Address == program })
	}})
	run := none.judge(t)
	if got := notRun(run, verdict.ReasonNotDeclared); len(run.Cases) > 0 || len(got) != len(rows(t, "CLI")) {
		t.Errorf("%d cases, not declared %v", len(run.Cases), got)
		told(t, run)
	}
	own, err := sidetest.Of(t).Stand.Bench.PKI.Credential(candidate.VendorOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(own.Key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var chain []byte
	for _, c := range own.Chain {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	given := candidate.Pair{Certificate: write(t, dir, "appli.pem", chain), Key: write(t, dir, "appli.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))}
	run = full(rig{selector: only(rows(t, "CLI")...), declare: func(m *candidate.MSSante) {
		for i := range m.Mailboxes {
			if m.Mailboxes[i].Address == program {
				m.Mailboxes[i].Certificate = &given
			}
		}
	}}).judge(t)
	if bad, doubtful := failed(run); len(bad) > 0 || len(doubtful) > 0 || run.Counts.Pass != 2*6 {
		t.Errorf("failed %v, inconclusive %v, %+v", bad, doubtful, run.Counts)
		told(t, run)
	}
	if bound := notRun(run, verdict.ReasonPKIBound); len(bound) != 17 || !slices.Contains(bound, "CLI-07") {
		t.Errorf("bound: %v", bound)
	}
}

func write(t *testing.T, dir, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
