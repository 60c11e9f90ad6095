package mss_test

import (
	"crypto/x509"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
)

// What keeps a role from being judged is said once, and precisely.
func TestTroubles(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() })
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nowhere := gone.Addr().String()
	_ = gone.Close()
	for name, c := range map[string]struct {
		rig           rig
		key           string
		configuration bool
		says          string
	}{
		"not pointed at the harness": {rig{issuer: "https://" + nowhere + oidc.PathRealm}, verdict.ReasonPSCNotAsked, true, "/auth/realms/esante-wallet"},
		"another secret":             {rig{secret: "autre"}, verdict.ReasonPSCClient, true, candidate.SampleClient},
		"no authority": {rig{configure: func(c *operator.Config) {
			c.Checker.(*operator.Both).Key.HTTP = &http.Client{Transport: &http.Transport{TLSClientConfig: clientRoots(x509.NewCertPool())}}
		}}, verdict.ReasonPSCCertificate, true, "remote error: tls: "},
		"another holder": {rig{declare: func(m *candidate.MSSante) {
			m.Mailboxes = m.Mailboxes[:1]
			m.Mailboxes[0].Holder = "899700000033"
		}}, verdict.ReasonRoleHonestRefused, false, "AUTHENTICATIONFAILED"},
		"taken port":     {rig{declare: func(m *candidate.MSSante) { m.PSC.Listen = busy.Addr().String() }}, verdict.ReasonMisdeclared, true, "mssante.psc"},
		"nobody's place": {rig{imap: nowhere}, verdict.ReasonUnreachable, true, "roles.mss-imap.address"},
		"nobody's recipient": {rig{roles: []candidate.Role{candidate.RoleMSSSMTP}, declare: func(m *candidate.MSSante) { m.Recipient = "personne@" + domain }},
			verdict.ReasonMisdeclared, true, "mssante.recipient"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.rig.selector = only("TOK-01", "TOK-08")
			if c.rig.roles == nil {
				c.rig.roles = []candidate.Role{candidate.RoleMSSIMAP}
			}
			run := c.rig.judge(t)
			if len(run.Trouble) != 1 || run.Trouble[0].Reason.Key != c.key || run.Trouble[0].Configuration != c.configuration ||
				!strings.Contains(strings.Join(run.Trouble[0].Reason.Args, " "), c.says) {
				t.Fatalf("trouble %+v, want %s about %q", run.Trouble, c.key, c.says)
			}
			for _, k := range run.Cases {
				if k.Verdict != verdict.Inconclusive || len(k.Findings) > 0 {
					t.Errorf("%s: %s %v", k.Address, k.Verdict, k.Findings)
				}
			}
		})
	}
}

// An operator that secures no link is accused by the rows that are about it; no other is played, for that reason.
func TestOperatorWithoutTLS(t *testing.T) {
	t.Parallel()
	run := rig{flaws: []string{"hides-starttls-imap"}, roles: []candidate.Role{candidate.RoleMSSIMAP}, selector: only("TLS-01", "TOK-01", "TOK-08")}.judge(t)
	if got, _ := failed(run); len(run.Trouble) > 0 || !slices.Equal(got, []string{"TLS-01"}) {
		t.Errorf("trouble %+v, fails %v", run.Trouble, got)
	}
	if got := notRun(run, verdict.ReasonNoSTARTTLS); !slices.Equal(got, []string{"TOK-01", "TOK-08"}) {
		t.Errorf("not played for want of STARTTLS: %v", got)
	}
}

// An operator that wants of every token what the norm does not is accused of that, and of nothing else.
func TestHabits(t *testing.T) {
	for flaw, want := range map[string]string{
		"demands-audience": "TOK-01 TOK-29", "demands-at-jwt": "TOK-01 TOK-30", "demands-sub-idnat": "TOK-01 TOK-39",
		"refuses-rpps": "TOK-01 TOK-28 TOK-29 TOK-30 TOK-31 TOK-39 TOK-44", "refuses-initial-response": "",
	} {
		t.Run(flaw, func(t *testing.T) {
			t.Parallel()
			run := rig{flaws: []string{flaw}, selector: only("TOK-01", "TOK-03", "TOK-28", "TOK-29", "TOK-30", "TOK-31", "TOK-39", "TOK-44")}.judge(t)
			got, _ := failed(run)
			slices.Sort(got)
			got = slices.Compact(got)
			if strings.Join(got, " ") != want || len(run.Trouble) > 0 {
				t.Errorf("fails %v, want %s; trouble %+v", got, want, run.Trouble)
			}
			for _, c := range run.Cases {
				if c.Verdict == verdict.Inconclusive {
					t.Errorf("%s: %s", c.Address, c.Reason)
				}
			}
		})
	}
}
