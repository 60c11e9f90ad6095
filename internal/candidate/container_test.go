package candidate_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
)

const contained = `candidate: {name: P, vendor: V, version: "1"}
container:
  dockerfile: Dockerfile
  context: .
  command: [serve, --psc, "https://${container:host}:8560"]
  env: {LISTEN: ":8443"}
  ports: [8443, "8444/tcp"]
  network: bridge
  wait: {port: 8443, http: /sante, log: ready, timeout: 2m}
  files: {roots.pem: /etc/roots.pem}
  export: {/etc/ca.pem: out/ca.pem}
  share: {traces: /var/traces}
  memory_mib: 64
  processes: 32
pki: {trust: out/ca.pem}
roles:
  fournisseur:
    A: {endpoint: "https://${container:8443}/a", services: {service-historique: {endpoint: "https://${container:8444}/h"}}}
    traces: {file: traces/t.jsonl}
`

func containedFiles() map[string]string {
	return map[string]string{"candidate.yaml": contained, "Dockerfile": "FROM scratch\n", "roots.pem": "x"}
}

func TestAhead(t *testing.T) {
	dir := write(t, containedFiles())
	ahead, err := candidate.Ahead(filepath.Join(dir, "candidate.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	got := ahead.Container
	want := &candidate.Container{
		Dockerfile: "Dockerfile", Context: ".", Command: []string{"serve", "--psc", "https://" + candidate.ContainerHost + ":8560"},
		Env: map[string]string{"LISTEN": ":8443"}, Ports: []candidate.ContainerPort{8443, 8444}, Network: "bridge",
		Wait:  candidate.ContainerWait{Port: 8443, HTTP: "/sante", Log: "ready"},
		Files: map[string]string{"roots.pem": "/etc/roots.pem"}, Export: map[string]string{"/etc/ca.pem": "out/ca.pem"}, Share: map[string]string{"traces": "/var/traces"},
		MemoryMiB: 64, Processes: 32, Folder: dir,
	}
	want.Wait.Timeout.Duration = 2 * time.Minute
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, want %+v", got, want)
	}
	if none, err := candidate.Ahead(filepath.Join(write(t, fullFiles(t)), "candidate.yaml")); err != nil || none.Container != nil || none.Provider == nil {
		t.Errorf("a file without container: %+v, %v", none, err)
	}
	files := containedFiles()
	files["candidate.yaml"] = strings.Replace(contained, "out/ca.pem}\nroles", "other.pem}\nroles", 1)
	var problems candidate.Problems
	if _, err := candidate.Ahead(filepath.Join(write(t, files), "candidate.yaml")); !errors.As(err, &problems) || len(problems) != 1 || problems[0].Key != "pki.trust" {
		t.Errorf("a missing file that does not come out of the container: %v", err)
	}
}

func TestLoadInAContainer(t *testing.T) {
	dir := write(t, containedFiles())
	path := filepath.Join(dir, "candidate.yaml")
	certificate, _ := pairPEM(t)
	if err := os.Mkdir(filepath.Join(dir, "out"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "out", "ca.pem"), []byte(certificate), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := candidate.LoadIn(path, map[int]string{8443: "127.0.0.1:32768", 8444: "127.0.0.1:32769"})
	if err != nil {
		t.Fatal(err)
	}
	other, _ := c.Provider.A.At("service-historique")
	if c.Provider.A.Endpoint != "https://127.0.0.1:32768/a" || other.Endpoint != "https://127.0.0.1:32769/h" || len(c.PKI.Roots) != 1 || c.Container == nil || !slices.Contains(c.Hosts(), candidate.ContainerHostName) {
		t.Errorf("%+v, %+v, %+v", c.Provider.A.Target, other, c.PKI)
	}
	var problems candidate.Problems
	if _, err := candidate.Load(path); !errors.As(err, &problems) || len(problems) != 2 || problems[0].Line != 18 || problems[0].Key != "roles.fournisseur.A.endpoint" {
		t.Errorf("not started: %v", err)
	}
	before := c.Digest()
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM other\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if c, err = candidate.LoadIn(path, map[int]string{8443: "127.0.0.1:32768", 8444: "127.0.0.1:32769"}); err != nil || c.Digest() == before {
		t.Errorf("another Dockerfile: %v, the same digest", err)
	}
}

func TestLoopbackPorts(t *testing.T) {
	c := &candidate.Candidate{Listen: candidate.Listen{Address: "127.0.0.1", Ports: candidate.Ports{Probe: 8545, Revocation: 8546}}}
	if got := c.LoopbackPorts(); !slices.Equal(got, []int{8545, 8546}) {
		t.Errorf("%v", got)
	}
	c.MSSante = &candidate.MSSante{PSC: candidate.PSC{Listen: "127.0.0.1:8560"}}
	if c.Listen.Address = "0.0.0.0"; !slices.Equal(c.LoopbackPorts(), []int{8560}) {
		t.Errorf("ports that are open to all: %v", c.LoopbackPorts())
	}
	c.MSSante.PSC.Listen, c.Listen.Address = "[::1]:8560", "localhost"
	if got := c.LoopbackPorts(); !slices.Equal(got, []int{8545, 8546}) {
		t.Errorf("%v", got)
	}
}
