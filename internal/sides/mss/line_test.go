package mss_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
)

// ofLine tells whether a requirement is one of transport, of IMAP or of sessions.
func ofLine(id string) bool {
	return strings.HasPrefix(id, "TLS-") || strings.HasPrefix(id, "IMAP-") || strings.HasPrefix(id, "SESS-")
}

// passed wants the cases to have been played, and to have passed.
func passed(t *testing.T, run *verdict.Run, addresses ...string) {
	t.Helper()
	played := map[string]bool{}
	for _, c := range run.Cases {
		played[c.Address] = true
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
	for _, a := range addresses {
		if !played[a] {
			t.Errorf("%s was not played: %+v", a, run.NotRun)
		}
	}
	for _, trouble := range run.Trouble {
		t.Errorf("trouble %+v", trouble)
	}
}

// guarded is an operator that slows repeated attempts down.
func guarded(c *operator.Config) { c.Guard = 100 * time.Millisecond }

// What lasts long passes too, with waits that are cut short.
func TestLongCasesOfSessions(t *testing.T) {
	t.Parallel()
	run := rig{
		selector: only("IMAP-09", "IMAP-25", "SESS-02"), long: true, noClock: true, hasty: true, configure: guarded,
	}.judge(t)
	passed(t, run, "mss-imap/-/IMAP-09-N", "mss-imap/-/IMAP-25-N", "mss-imap/-/SESS-02-P", "mss-smtp/-/SESS-02-P")
}

// An operator that does not cut a session as it declares is found out; the mock one cuts none.
func TestSessionWithoutEnd(t *testing.T) {
	t.Parallel()
	run := rig{
		selector: only("SESS-03"), long: true, hasty: true,
		declare: func(m *candidate.MSSante) { m.SessionLimit = interops.Duration{Duration: 10 * time.Millisecond} },
	}.judge(t)
	if len(run.Cases) != 2 {
		t.Fatalf("%+v, %+v", run.Cases, run.NotRun)
	}
	for _, c := range run.Cases {
		if c.Verdict != verdict.Fail || c.Findings[0].Rule != "session-endless" {
			t.Errorf("%s: %s %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
}

// Where a lasting session, a password or a longer life than the harness waits for is declared, the trials do not apply.
func TestDeclarationsThatMakeTrialsNotApply(t *testing.T) {
	t.Parallel()
	run := rig{
		selector: only("IMAP-22", "SESS-01", "SESS-03", "TLS-25", "TLS-26", "IMAP-26"), long: true,
		declare: func(m *candidate.MSSante) { m.Passwords, m.CutAtExpiry = true, true },
	}.judge(t)
	passed(t, run, "mss-imap/-/IMAP-26-P")
	for _, n := range run.NotRun {
		if n.Why.Key != verdict.ReasonNotSelected && (!n.Declared || n.Why.Key != verdict.ReasonNotDeclared) {
			t.Errorf("%s: %+v", n.Address, n)
		}
	}
	if len(run.Cases) != 1 {
		t.Errorf("%d cases were played", len(run.Cases))
	}
}

// Each neglect of transport, of IMAP and of sessions fails what it must, and nothing else.
func TestEachFlawOfTheLineIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("judges each flaw")
	}
	for _, f := range operator.Flaws() {
		if !slices.ContainsFunc(f.Must, ofLine) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			var ours []string
			for _, row := range append(slices.Clone(f.Must), f.May...) {
				if ofLine(row) {
					ours = append(ours, row)
				}
			}
			run := rig{selector: only(ours...), flaws: []string{f.Name}, long: slices.Contains(f.Must, "IMAP-25"), hasty: true, configure: guarded}.judge(t)
			var failures benchtest.Failures
			for _, c := range run.Cases {
				for _, finding := range c.Findings {
					failures.Fails(finding.Requirement, c.Address+" "+finding.Rule)
				}
			}
			var must []string
			for _, row := range f.Must {
				if ofLine(row) {
					must = append(must, row)
				}
			}
			benchtest.SingleNeglect(t, failures.Failed(), must, f.May)
		})
	}
}

// A port with implicit TLS is closed, sound, or holds to no version.
func TestImplicitPort(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	shut := closed.Addr().String()
	_ = closed.Close()
	weak := answering(t, func(conn net.Conn) {
		head := make([]byte, 5)
		_, _ = conn.Read(head)
		hello := append([]byte{3, head[2]}, make([]byte, 32)...)
		hello = append(hello, 0, 0x00, 0x2f, 0)
		message := append([]byte{2, 0, 0, byte(len(hello))}, hello...)
		_, _ = conn.Write(append([]byte{22, 3, head[2], 0, byte(len(message))}, message...))
	})
	for address, want := range map[string]verdict.Verdict{shut: verdict.Pass, weak: verdict.Fail} {
		run := rig{selector: only("TLS-26"), roles: []candidate.Role{candidate.RoleMSSIMAP}, implicit: address}.judge(t)
		if len(run.Cases) != 1 || run.Cases[0].Verdict != want {
			t.Errorf("%s: want %s, got %+v", address, want, run.Cases)
		}
	}
}

// answering serves each connection once.
func answering(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

// The description in XML names the interface, another, or is none.
func TestDiscoveryByDescription(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page func(imap string) string
		want verdict.Verdict
		rule string
	}{
		"named": {func(port string) string {
			return `<clientConfig version="1.1"><emailProvider id="x"><incomingServer type="imap"><hostname>localhost</hostname><port>` + port + `</port></incomingServer></emailProvider></clientConfig>`
		}, verdict.Pass, ""},
		"elsewhere": {func(string) string {
			return `<clientConfig><emailProvider><incomingServer type="imap"><hostname>ailleurs.test.invalid</hostname><port>143</port></incomingServer></emailProvider></clientConfig>`
		}, verdict.Fail, "discovery-other"},
		"none": {func(string) string { return `<html/>` }, verdict.Fail, "discovery-missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var page string
			at := secured(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, page) }))
			run := rig{
				selector: only("TLS-25"), roles: []candidate.Role{candidate.RoleMSSIMAP},
				declare: func(m *candidate.MSSante) { m.Discovery = &candidate.Discovery{Autoconfig: at} },
				started: func(o *operator.Operator) { _, port, _ := net.SplitHostPort(o.IMAPAddress()); page = c.page(port) },
			}.judge(t)
			if len(run.Cases) != 1 || run.Cases[0].Verdict != c.want || c.rule != "" && run.Cases[0].Findings[0].Rule != c.rule {
				t.Errorf("want %s, got %+v, %+v", c.want, run.Cases, run.NotRun)
			}
		})
	}
}

// The SRV records name the interface, another, or are not there.
func TestDiscoveryByRecords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		target string
		want   verdict.Verdict
		rule   string
	}{
		"named": {"LOCALHOST.", verdict.Pass, ""}, "elsewhere": {"ailleurs.test.invalid.", verdict.Fail, "discovery-other"},
		"none": {"", verdict.Fail, "discovery-missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var port uint16
			at := records(t, func(question string) (string, uint16) {
				if question != "_submission._tcp."+domain+"." {
					return "", 0
				}
				return c.target, port
			})
			run := rig{
				selector: only("TLS-25"), roles: []candidate.Role{candidate.RoleMSSSMTP},
				declare: func(m *candidate.MSSante) { m.Discovery = &candidate.Discovery{DNS: at} },
				started: func(o *operator.Operator) {
					_, p, _ := net.SplitHostPort(o.SMTPAddress())
					n, _ := strconv.ParseUint(p, 10, 16)
					port = uint16(n)
				},
			}.judge(t)
			if len(run.Cases) != 1 || run.Cases[0].Verdict != c.want || c.rule != "" && run.Cases[0].Findings[0].Rule != c.rule {
				t.Errorf("want %s, got %+v, %+v", c.want, run.Cases, run.NotRun)
			}
		})
	}
}

// records is a DNS server with one SRV record for each question, or none.
func records(t *testing.T, answer func(question string) (target string, port uint16)) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		asked := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(asked)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(asked[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			target, port := answer(m.Questions[0].Name.String())
			if target == "" {
				m.RCode = dnsmessage.RCodeNameError
			} else {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: dnsmessage.TypeSRV, Class: dnsmessage.ClassINET, TTL: 1},
					Body:   &dnsmessage.SRVResource{Target: dnsmessage.MustNewName(target), Port: port},
				}}
			}
			if said, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(said, from)
			}
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return conn.LocalAddr().String()
}

// Every rule that the sources name is explained.
func TestRulesAreExplained(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var explained string
	tables, err := filepath.Glob("../../../features/mssante/*/rules.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tables {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		explained += "\n" + string(raw)
	}
	named := regexp.MustCompile(`(?:Own\(|rule, want := |rule, want = )"([a-z0-9-]+)"`)
	found := 0
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(raw), -1) {
			found++
			if !strings.Contains(explained, "\n"+m[1]+",") {
				t.Errorf("%s: rule %s: no rules.csv explains it", name, m[1])
			}
		}
	}
	if found < 50 {
		t.Errorf("%d rules: the test reads the wrong text", found)
	}
}
