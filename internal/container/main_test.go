package container_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"etalon/internal/bench/benchtest"
	"etalon/internal/container"
	"etalon/internal/container/enginetest"
)

// held names the folder of a container that this process starts and holds until it is killed.
const held = "ETALON_TEST_HELD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(held); dir != "" {
		hold(dir)
	}
	benchtest.Main(m, enginetest.End)
}

// hold starts a container, says so, and waits to be killed.
func hold(dir string) {
	r, err := container.Start(context.Background(), container.Spec{Dockerfile: "Dockerfile", Command: []string{"serve", "8080"}, Ports: map[int]int{8080: 0}},
		container.Options{Folder: dir, Run: killedRun(dir), Started: time.Now()})
	if err != nil {
		fmt.Println("no", err)
		os.Exit(1)
	}
	address, _ := r.Address(8080)
	fmt.Println("holds", address)
	select {}
}

// killedRun is the run of a container that another process holds.
func killedRun(dir string) string {
	return "killed-" + strings.ToLower(filepath.Base(filepath.Dir(dir)))
}

// stub builds the program that runs in containers, static, once.
var stub = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "etalon-stub-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("go", "build", "-o", filepath.Join(dir, "stub"), "./testdata/stub")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the stub: %w\n%s", err, out)
	}
	return os.ReadFile(filepath.Join(dir, "stub"))
})

// scratch is an image made from nothing but the stub.
const scratch = "FROM scratch\nCOPY stub /stub\nENTRYPOINT [\"/stub\"]\n"

// folder makes a candidate's folder with a Dockerfile and the stub.
func folder(t *testing.T, dockerfile string) string {
	t.Helper()
	program, err := stub()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "stub"), program, 0o755)
	write(t, filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o644)
	return dir
}

func write(t *testing.T, name string, raw []byte, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(name, raw, mode); err != nil {
		t.Fatal(err)
	}
}

// runOf is a run's identity, told from those of other tests.
func runOf(t *testing.T) string {
	return fmt.Sprintf("%s-%d", strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name())), os.Getpid())
}

// try starts a container, which must not leave anything behind when the test ends.
func try(t *testing.T, s container.Spec, o container.Options) (*container.Running, error) {
	t.Helper()
	enginetest.Need(t)
	o.Run, o.Started = runOf(t), time.Now()
	t.Cleanup(func() { nothingLeft(t, o.Run) })
	r, err := container.Start(t.Context(), s, o)
	if err == nil {
		t.Cleanup(func() {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return r, err
}

// started is a container that starts.
func started(t *testing.T, s container.Spec, o container.Options) *container.Running {
	t.Helper()
	r, err := try(t, s, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// nothingLeft wants neither container nor image of a run.
func nothingLeft(t *testing.T, run string) {
	t.Helper()
	containers, images := enginetest.Bearing(t, container.LabelRun+"="+run)
	if len(containers) > 0 || len(images) > 0 {
		t.Errorf("run %s left containers %v and images %v", run, containers, images)
	}
}

// engineOf is a hand on the tests' engine.
func engineOf(t *testing.T) *client.Client {
	t.Helper()
	c, err := client.New(client.FromEnv)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// ask asks the stub.
func ask(t *testing.T, r *container.Running, path string) string {
	t.Helper()
	address, ok := r.Address(8080)
	if !ok {
		t.Fatal("port 8080 has no address")
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get("http://" + address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func contains(t *testing.T, err error, all ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range all {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}
