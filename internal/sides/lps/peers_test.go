package lps_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// realPeer is a mail program that nobody here wrote the words of, honest or with one wrong setting.
type realPeer struct {
	name string
	// drive starts it with a wrong setting, or none, in a folder where roots.pem is.
	drive func(t *testing.T, dir, wrong string) candidate.Driver
	// misses are the requirements that it really misses, each with what explains it; docs/peers.md says more.
	misses map[string]string
	// wrongs are wrong settings, with the requirements by which each is caught.
	wrongs map[string]string
}

// unchecked is what both miss: no program of this kind looks for revocation unless it is told to.
const unchecked = "revocation is not looked for"

func peers() []realPeer {
	return []realPeer{
		{
			name: "go-imap, go-smtp", drive: libraries,
			misses: map[string]string{"LPS-07": unchecked, "LPS-22": "go-imap writes = to the error challenge, which is no answer to one"},
			wrongs: map[string]string{
				"certificate": "LPS-06 LPS-10 LPS-11 LPS-16", "clear": "LPS-04", "renewal": "LPS-23 LPS-25", "reference": "LPS-30", "html": "LPS-38", "person": "LPS-26",
			},
		},
		{
			name: "curl", drive: curled,
			misses: map[string]string{"LPS-07": unchecked},
			wrongs: map[string]string{"certificate": "LPS-06 LPS-10 LPS-11 LPS-16", "clear": "LPS-04", "renewal": "LPS-23", "reference": "LPS-30"},
		},
	}
}

// curled drives curl.
func curled(t *testing.T, dir, wrong string) candidate.Driver {
	python := "/usr/bin/python3" // that of the system: others may be scripts around it
	benchtest.Needs(t, "curl", python)
	script, err := filepath.Abs("testdata/curl/messagerie.py")
	if err != nil {
		t.Fatal(err)
	}
	return candidate.Driver{Command: []string{"env", "MESSAGERIE_WRONG=" + wrong, python, script}}
}

// libraries drives the client libraries.
func libraries(t *testing.T, dir, wrong string) candidate.Driver {
	roots, err := os.ReadFile(filepath.Join(dir, "roots.pem"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(newLibraryProgram(roots, wrong))
	t.Cleanup(server.Close)
	return candidate.Driver{HTTP: &candidate.HTTPCall{URL: server.URL}}
}

// file writes the candidate file of a program.
func (p realPeer) file(t *testing.T, wrong string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "roots.pem"), sidetest.Of(t).Stand.Bench.PKI.RootsPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	file := candidate.StubCandidate{Name: p.name, Version: "1", LPS: &candidate.LPS{
		Mailbox: stand.LPSMailbox, NIL: stand.LPSReference, Author: stand.LPSAuthor, Drive: p.drive(t, dir, wrong),
		Writes: []candidate.Writing{candidate.WritesReply}, Operator: candidate.LPSOperator{Ports: candidate.FreeLPSPorts()},
		PSC: candidate.LPSProvider{PSC: candidate.PSC{Listen: "auto"}},
	}}
	path := filepath.Join(dir, "candidate.yaml")
	if err := file.Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// Real mail programs are judged, well set and with one wrong setting at a time.
func TestMailProgramPeers(t *testing.T) {
	for _, p := range peers() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			run := judge(t, p.file(t, ""))
			got := sidetest.Failed(run)
			for _, id := range got {
				if _, known := p.misses[id]; !known {
					t.Errorf("%s is failed, unexplained", id)
				}
			}
			for id := range p.misses {
				if !slices.Contains(got, id) {
					t.Errorf("%s is not failed", id)
				}
			}
			for _, c := range run.Cases {
				if c.Requirement == "LPS-08" { // it never reads a list: nothing is shown of keeping one
					if c.Verdict != verdict.Inconclusive || c.Why.Key != verdict.ReasonNoMessage {
						t.Errorf("%s: %s, %s", c.Address, c.Verdict, c.Reason)
					}
					continue
				}
				if c.Verdict != verdict.Pass && c.Verdict != verdict.Fail {
					t.Errorf("%s: %s, %s", c.Address, c.Verdict, c.Reason)
				}
			}
			p.row(t, "honnête", len(run.Cases), got)
			for _, id := range got {
				t.Logf("TABLE |  |  |  |  | %s | %s |", id, p.misses[id])
			}
			if t.Failed() {
				sidetest.Told(t, run)
				return
			}
			if !testing.Short() {
				p.wrongly(t)
			}
		})
	}
}

// wrongly judges each wrong setting on the requirements that must catch it, beside one that passes.
func (p realPeer) wrongly(t *testing.T) {
	for wrong, by := range p.wrongs {
		t.Run(wrong, func(t *testing.T) {
			t.Parallel()
			must := strings.Fields(by)
			run := judge(t, p.file(t, wrong), append(slices.Clone(must), "LPS-01", "LPS-39")...)
			got := sidetest.Failed(run)
			p.row(t, wrong, len(run.Cases), got)
			if !slices.Equal(got, must) {
				t.Errorf("failed %v, want %v", got, must)
				sidetest.Told(t, run)
			}
		})
	}
}

// row prints a line of the table of make peers-mail.
func (p realPeer) row(t *testing.T, setting string, cases int, missed []string) {
	t.Helper()
	word := "réussi"
	if len(missed) > 0 {
		word = "écarts"
	}
	t.Logf("TABLE | %s | lps | %s | %d | %s | %s |", p.name, setting, cases, word, strings.Join(missed, " "))
}
