package idp_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/sides/idp"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// The honest provider passes everything that is played; its documents wait for a person.
func TestHonestProvider(t *testing.T) {
	run := rig{}.judge(t)
	for _, trouble := range run.Trouble {
		t.Errorf("trouble %+v", trouble)
	}
	played := 0
	for _, c := range run.Cases {
		if c.MS > 1500 {
			t.Logf("%s took %d ms", c.Address, c.MS)
		}
		want := verdict.Pass
		if strings.HasSuffix(c.Address, "-D") {
			want = verdict.Review // a document waits for a person
		}
		if c.Verdict != want {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
		played++
	}
	if played < 80 {
		t.Errorf("%d cases were played; not run: %+v", played, run.NotRun)
	}
	for _, n := range run.NotRun {
		t.Logf("%s: %s", n.Address, n.Reason)
	}
}

// A session declared shorter than it is is caught by waiting, where no clock can be set; with --long and a session of hours
// the same is waited for.
func TestSessionsWithoutClock(t *testing.T) {
	short := rig{selector: []string{"FI-40", "FI-41", "FI-42", "FI-43"}, declare: func(p *candidate.IdentityProvider) {
		p.Clock, p.Session = nil, interops.Duration{Duration: 2 * time.Second}
	}}.judge(t)
	if got := sidetest.Failed(short); !slices.Equal(got, []string{"FI-40", "FI-42"}) {
		t.Errorf("failed %v", got)
		sidetest.Told(t, short)
	}
	for _, c := range short.Cases {
		if !strings.HasSuffix(c.Address, "~session-courte") && !strings.HasSuffix(c.Address, "~attente") {
			t.Errorf("%s was played", c.Address)
		}
	}
	long := rig{selector: []string{"FI-40", "FI-42"}, long: true, hasty: true, declare: func(p *candidate.IdentityProvider) { p.Clock = nil }}.judge(t)
	if got := sidetest.CaseOf(t, long, "FI-40-N1~attente"); got.Verdict != verdict.Fail || got.Findings[0].Rule != "id-login-not-asked" {
		t.Errorf("FI-40: %s %+v", got.Reason, got.Findings)
	}
}

// What a candidate file does not declare is not played, with the reason.
func TestLittleIsDeclared(t *testing.T) {
	run := rig{declare: func(p *candidate.IdentityProvider) {
		p.SecondClient, p.CertificateClient, p.KeyClient, p.Indicators, p.Traces, p.Clock, p.Verbs = nil, nil, nil, nil, nil, nil, nil
		p.Establishments, p.Client.Auth = p.Establishments[:1], []string{candidate.AuthBasic}
		p.Establishments[0].Persons = p.Establishments[0].Persons[:1]
	}, selector: []string{"FI-08", "FI-16", "FI-19", "FI-20", "FI-21", "FI-22", "FI-26", "FI-28", "FI-29", "FI-30", "FI-31", "FI-32", "FI-33", "FI-36", "FI-51", "FI-54", "FI-55"}}.judge(t)
	played := map[string]bool{}
	for _, c := range run.Cases {
		played[c.Address] = true
		if c.Verdict != verdict.Pass && c.Verdict != verdict.Review {
			t.Errorf("%s: %s, %s", c.Address, c.Verdict, c.Reason)
		}
	}
	for _, short := range []string{"FI-08-N", "FI-16-P2", "FI-19-P1", "FI-19-P2", "FI-20-N3", "FI-21-N1", "FI-22-N", "FI-26-N", "FI-28-P2", "FI-29-N", "FI-30-N", "FI-31-P2", "FI-32-N", "FI-33-N", "FI-36-N1", "FI-36-N2", "FI-51-P", "FI-54-P", "FI-55-P"} {
		if played["fournisseur-identite/-/"+short] || whyOf(run, short) == "" {
			t.Errorf("%s: played %v, reason %q", short, played["fournisseur-identite/-/"+short], whyOf(run, short))
		}
	}
}

// The codes of authenticators are those of RFC 6238, appendix B, of which six digits are kept.
func TestTOTP(t *testing.T) {
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // 12345678901234567890
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		if got := idp.TOTP(secret, time.Unix(at, 0)); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
	if got := idp.TOTP("", time.Unix(59, 0)) + idp.TOTP("1", time.Unix(59, 0)); got != "" {
		t.Errorf("without a secret: %q", got)
	}
}
