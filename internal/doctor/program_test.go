package doctor_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/doctor"
)

// A port that is taken keeps the harness from being the operator of a mail program.
func TestMailProgram(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for ports, want := range map[string]string{"auto": "", "{imap: " + port + "}": "roles.lps.operator.ports.imap"} {
		file := filepath.Join(t.TempDir(), "candidate.yaml")
		text := `candidate: {name: L, vendor: V, version: "1"}
roles: {lps: {mailbox: anne@operateur.test.invalid, nil: DEV1, drive: {manual: true}, psc: {listen: auto}, operator: {ports: ` + ports + `}}}
`
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := candidate.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		world := shared.World(t)
		got := told(doctor.Patient{Candidate: c, PKI: world.Bench(t).PKI, Now: bench.Wall}.Examine(t.Context()))
		if !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("ports %s: %s", ports, got)
		}
	}
}
