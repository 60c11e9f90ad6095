package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/container"
	"etalon/internal/container/enginetest"
	"etalon/internal/interops"
	"etalon/internal/stand"
)

// built builds one of the programs of the tests' candidates, static, once.
func built(name string) (string, error) {
	program := filepath.Join(tools, name)
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	cmd := exec.Command("go", "build", "-o", program, "./testdata/"+name)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return program, err
}

// dockerfile is all that the vendor gives, with the program.
const dockerfile = `FROM scratch
COPY gateway /gateway
COPY pki /pki
ENTRYPOINT ["/gateway"]
`

// contained writes the folder of a candidate that is given as a Dockerfile, and returns its candidate file.
func contained(t *testing.T, flaws string) string {
	t.Helper()
	program, err := built("gateway")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Link(program, filepath.Join(dir, "gateway")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o644); err != nil {
		t.Fatal(err)
	}
	ports := candidate.Ports{Probe: freePort(t), Revocation: freePort(t)}
	convention := candidate.DefaultConvention()
	set, err := stand.NewPKI(convention, fmt.Sprintf("http://127.0.0.1:%d", ports.Revocation), false)
	if err == nil {
		err = set.Save(filepath.Join(dir, "pki"))
	}
	if err != nil {
		t.Fatal(err)
	}
	project := providing(convention)
	role := &candidate.StubRole{
		Organism: project.Provider, Project: project.Name, Service: project.Services[0].Name,
		URL: "https://" + candidate.ContainerPlace(8443) + "/interops/" + project.Services[0].Name, Services: map[string]string{},
		Backend: candidate.BackendProbe, Traces: "traces/traces.jsonl", Exchange: "https://" + candidate.ContainerPlace(8444) + "/traces",
		Capabilities: map[candidate.Capability]bool{candidate.OneTimeUse: true},
	}
	for _, other := range convention.Projects {
		for _, service := range other.Services {
			if other.Provider == project.Provider && other.Mode == interops.ModeA && service.Name != role.Service {
				role.Services[service.Name] = "https://" + candidate.ContainerPlace(8443) + "/interops/" + service.Name
			}
		}
	}
	file := filepath.Join(dir, "candidate.yaml")
	if err := (candidate.StubCandidate{Name: "Passerelle en conteneur", Version: "1", Provider: role, Ports: ports, PKIDir: "pki"}).Write(file); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block := fmt.Sprintf(`container:
  dockerfile: Dockerfile
  ports: [8443, 8444]
  env: {HARNESS: "${container:host}", APPLICATION: "%d", ORGANISM: %q, FLAWS: %q}
  share: {traces: /traces}
  wait: {log: "gateway: ready"}
`, ports.Probe, project.Provider, flaws)
	if err := os.WriteFile(file, append(raw, block...), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func providing(c *interops.Convention) interops.Project {
	for _, p := range c.Projects {
		if p.Mode == interops.ModeA {
			return p
		}
	}
	return interops.Project{}
}

func freePort(t *testing.T) int {
	t.Helper()
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// ours lists the containers and images of ours that the engine holds.
func ours(t *testing.T) []string {
	t.Helper()
	containers, images := enginetest.Bearing(t, container.LabelRun)
	return append(containers, images...)
}

func TestCandidateGivenAsADockerfile(t *testing.T) {
	enginetest.Need(t)
	for name, c := range map[string]struct {
		flaws     string
		selectors []string
		status    int
		says      []string
	}{
		"honest, the whole plan": {"", []string{"fournisseur/A", "--long"}, exitOK, []string{"Niveau au standard      CONFORME", "Niveau au profil de test CONFORME"}},
		"flawed":                 {"skips-audience", []string{"fournisseur/A/V10"}, exitFailed, []string{"fournisseur/A/V10-N1"}},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "run")
			stdout, stderr, status := conformance(t, append([]string{"run", contained(t, c.flaws), "--out", out}, c.selectors...)...)
			if status != c.status {
				t.Errorf("status %d, want %d\n%s\n%s", status, c.status, stdout, stderr)
			}
			says(t, stdout, c.says...)
			says(t, stderr, "conteneur : construction de l'image…", "conteneur : démarrage…", "conteneur : retiré")
			log, err := os.ReadFile(filepath.Join(out, campaign.ContainerLog))
			if err != nil {
				t.Error(err)
			}
			says(t, string(log), "COPY gateway /gateway", "gateway: ready")
			noneLeft(t)
		})
	}
}

func TestDoctorSeesAContainer(t *testing.T) {
	enginetest.Need(t)
	stdout, stderr, status := conformance(t, "doctor", contained(t, ""))
	if status != exitOK {
		t.Errorf("status %d\n%s\n%s", status, stdout, stderr)
	}
	says(t, stdout, "rien à corriger")
	says(t, stderr, "conteneur : démarrage…", "conteneur : retiré")
	noneLeft(t)
}

func TestContainerThatCannotBeJudged(t *testing.T) {
	enginetest.Need(t)
	for name, c := range map[string]struct {
		from, to string
		want     []string
	}{
		"dies at once":    {"COPY pki /pki\n", "", []string{"le conteneur s'est arrêté", "code de sortie 1", "| gateway: "}},
		"cannot be built": {"COPY pki /pki", "COPY absent /pki", []string{"build ", "| Step", "absent"}},
	} {
		t.Run(name, func(t *testing.T) {
			file, out := contained(t, ""), filepath.Join(t.TempDir(), "run")
			changed := strings.Replace(dockerfile, c.from, c.to, 1)
			if err := os.WriteFile(filepath.Join(filepath.Dir(file), "Dockerfile"), []byte(changed), 0o644); err != nil {
				t.Fatal(err)
			}
			_, stderr, status := conformance(t, "run", file, "--out", out)
			if status != exitUsage {
				t.Errorf("status %d, want %d", status, exitUsage)
			}
			says(t, stderr, append(c.want, "conformance: hint: ", filepath.Join(out, campaign.ContainerLog))...)
			noneLeft(t)
		})
	}
}

func TestInterruptedRunRemovesItsContainer(t *testing.T) {
	enginetest.Need(t)
	cmd := exec.Command("conformance", "run", contained(t, ""), "--out", filepath.Join(t.TempDir(), "run"))
	progress, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	for lines := bufio.NewScanner(progress); lines.Scan(); {
		told.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), "fournisseur/A") {
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Error(err)
			}
			_, _ = io.Copy(&told, progress)
			break
		}
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitHarness {
		t.Errorf("status %d, want %d\n%s", code, exitHarness, told.String())
	}
	noneLeft(t)
}

func says(t *testing.T, text string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// noneLeft wants nothing of ours on the engine.
func noneLeft(t *testing.T) {
	t.Helper()
	if left := ours(t); len(left) > 0 {
		t.Errorf("left on the engine: %v", left)
	}
}
