// Package enginetest gives tests a container engine: the one that the machine runs, else one that it starts in a temporary
// folder, as root, and ends with the tests. It is for tests alone, and installs nothing: scripts/peers.sh does.
package enginetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/moby/moby/client"

	"etalon/internal/bench/benchtest"
)

// ours is the engine that was started, and what undoes it.
var ours struct {
	sync.Mutex
	asked  bool
	absent error
	end    []func() error
}

// Need wants an engine, under the name that DOCKER_HOST gives it from then on, for this process and those that it starts.
// Without one the test is left out, and fails in the continuous integration; the fast tests leave it out in any case.
func Need(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine")
	}
	ours.Lock()
	defer ours.Unlock()
	if !ours.asked {
		ours.asked, ours.absent = true, find()
	}
	if ours.absent == nil {
		return
	}
	benchtest.LeaveOut(t, "no container engine, scripts/peers.sh, as root, installs one: %v", ours.absent)
}

// End ends the engine that Need started. TestMain calls it once all tests are over.
func End() {
	ours.Lock()
	defer ours.Unlock()
	for i := len(ours.end) - 1; i >= 0; i-- {
		if err := ours.end[i](); err != nil {
			fmt.Fprintln(os.Stderr, "end the container engine:", err)
		}
	}
	ours.end = nil
}

// Bearing lists the containers and images that bear a label.
func Bearing(t testing.TB, label string) (containers, images []string) {
	t.Helper()
	c, err := client.New(client.FromEnv)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	filters := make(client.Filters).Add("label", label)
	running, err := c.ContainerList(context.Background(), client.ContainerListOptions{All: true, Filters: filters})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range running.Items {
		containers = append(containers, r.Names...)
	}
	built, err := c.ImageList(context.Background(), client.ImageListOptions{All: true, Filters: filters})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range built.Items {
		images = append(images, i.ID)
	}
	return containers, images
}

// find finds an engine that answers, or starts one: on layers, else on plain copies, which every file system allows.
func find() error {
	for _, address := range []string{os.Getenv(client.EnvOverrideHost), client.DefaultDockerHost} {
		if address != "" && answers(address) {
			return os.Setenv(client.EnvOverrideHost, address)
		}
	}
	if os.Getuid() != 0 {
		return errors.New("none runs, and only root can start one")
	}
	if !installed("dockerd") {
		return errors.New("dockerd is not installed")
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	unlock, err := alone()
	if err != nil {
		return err
	}
	ours.end = append(ours.end, unlock)
	var errs []error
	for _, options := range [][]string{nil, {"--storage-driver", "vfs"}} {
		err := start(root, options)
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// installed tells whether a program of the system's is there: an engine is started here, and never installed.
func installed(name string) bool {
	for _, path := range []string{name, "/usr/sbin/" + name, "/sbin/" + name} {
		if _, err := exec.LookPath(path); err == nil {
			return true
		}
	}
	return false
}

// start starts an engine in a folder of its own.
func start(root string, options []string) error {
	dir, err := os.MkdirTemp("", "etl-") // a short name: it holds a socket
	if err != nil {
		return err
	}
	had := hasBridge()
	stop, err := run(filepath.Join(root, "scripts", "engine.sh"), append([]string{dir}, options...))
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	ours.end = append(ours.end, func() error {
		err := stop()
		if !had && hasBridge() {
			err = errors.Join(err, exec.Command("ip", "link", "del", "docker0").Run())
		}
		release(filepath.Join(dir, "exec", "netns", "default"))
		return errors.Join(err, os.RemoveAll(dir))
	})
	address := "unix://" + filepath.Join(dir, "docker.sock")
	if !answers(address) {
		return fmt.Errorf("%s does not answer", address)
	}
	return os.Setenv(client.EnvOverrideHost, address)
}

// hasBridge tells whether the link that engines make on a machine is there.
func hasBridge() bool {
	_, err := os.Stat("/sys/class/net/docker0")
	return err == nil
}

func answers(address string) bool {
	c, err := client.New(client.WithHost(address))
	if err != nil {
		return false
	}
	defer c.Close()
	_, err = c.Ping(context.Background(), client.PingOptions{NegotiateAPIVersion: true})
	return err == nil
}

// moduleRoot is the folder of go.mod, above the package under test.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("find go.mod: not above the package under test")
		}
		dir = filepath.Dir(dir)
	}
}

// tail is the end of what an engine wrote.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
