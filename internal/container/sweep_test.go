package container_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	moby "github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"etalon/internal/bench/benchtest"
	"etalon/internal/container"
	"etalon/internal/container/enginetest"
)

// holder is another process that holds a container.
func holder(t *testing.T, dir string) (kill func(), address string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), held+"="+dir)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	killed := false
	kill = func() {
		if killed {
			return
		}
		killed = true
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	t.Cleanup(kill)
	line, _ := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "holds ")
	if !ok {
		t.Fatalf("the other process says %q", line)
	}
	return kill, address
}

// TestANumberTakenAgainIsAnotherProcess: the process that held a container is gone though its number is in use, by this one.
func TestANumberTakenAgainIsAnotherProcess(t *testing.T) {
	enginetest.Need(t)
	c := engineOf(t)
	image := strangersImage(t, c)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	space, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		benchtest.LeaveOut(t, "this system does not tell when a process began: %v", err)
	}
	run := runOf(t)
	_, err = c.ContainerCreate(t.Context(), client.ContainerCreateOptions{
		Name: "etalon-" + run, Config: &moby.Config{Image: image, Cmd: []string{"idle"}, Labels: map[string]string{
			container.LabelRun: run, container.LabelOwner: fmt.Sprintf("%s %s %d an-earlier-boot 1", host, space, os.Getpid()),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if left, err := container.Sweep(t.Context()); err != nil || left.Containers != 1 {
		t.Errorf("swept %+v, %v", left, err)
	}
	nothingLeft(t, run)
}

func TestWhatAKilledRunLeftIsSwept(t *testing.T) {
	enginetest.Need(t)
	dir := folder(t, scratch)
	kill, address := holder(t, dir)
	run := killedRun(dir)
	label := container.LabelRun + "=" + run
	stranger := strangers(t)
	if left, err := container.Sweep(t.Context()); err != nil || left != (container.Left{}) {
		t.Fatalf("its process lives, and swept %+v, %v", left, err)
	}
	answer, err := http.Get("http://" + address + "/health")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	kill()
	if containers, images := enginetest.Bearing(t, label); len(containers) != 1 || len(images) == 0 {
		t.Fatalf("a killed run leaves containers %v and images %v", containers, images)
	}

	// The next start sweeps, and takes nothing but its own name.
	r := started(t, serving(), container.Options{Folder: folder(t, scratch)})
	nothingLeft(t, run)
	if left, err := container.Sweep(t.Context()); err != nil || left != (container.Left{}) {
		t.Errorf("nothing was left, and swept %+v, %v", left, err)
	}
	if err := r.Err(); err != nil {
		t.Errorf("the container of the run that goes on is gone: %v", err)
	}
	if containers, images := enginetest.Bearing(t, "stranger"); !slices.Equal(containers, stranger) || len(images) != 1 {
		t.Errorf("of other people's containers %v there remain %v, and of the image %v", stranger, containers, images)
	}
}

// strangers makes containers that are not ours, though some look so: they bear no owner, another machine's, or one's label
// under a name that is not ours.
func strangers(t *testing.T) []string {
	t.Helper()
	c := engineOf(t)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	space, _ := os.Readlink("/proc/self/ns/pid")
	image := strangersImage(t, c)
	var names []string
	for name, labels := range map[string]map[string]string{
		"stranger-plain":       {},
		"etalon-another":       {container.LabelRun: "another", container.LabelOwner: "elsewhere " + space + " 999999 - -"},
		"etalon-other-space":   {container.LabelRun: "other-space", container.LabelOwner: host + " pid:[1] 999999 - -"},
		"etalon-unowned":       {container.LabelRun: "unowned"},
		"etalon-malformed":     {container.LabelRun: "malformed", container.LabelOwner: host + " " + space + " minus-one"},
		"stranger-of-our-make": {container.LabelRun: "killed-before", container.LabelOwner: host + " " + space + " 999999 - -"},
	} {
		labels["stranger"] = "yes"
		created, err := c.ContainerCreate(t.Context(), client.ContainerCreateOptions{
			Name: name, Config: &moby.Config{Image: image, Cmd: []string{"idle"}, Labels: labels},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if _, err := engineOf(t).ContainerRemove(context.Background(), created.ID, client.ContainerRemoveOptions{Force: true}); err != nil {
				t.Error(err)
			}
		})
		names = append(names, "/"+name)
	}
	containers, _ := enginetest.Bearing(t, "stranger")
	if len(containers) != len(names) {
		t.Fatalf("made %v of %v", containers, names)
	}
	return containers
}

// strangersImage is an image that somebody made of ours: it bears its labels.
func strangersImage(t *testing.T, c *client.Client) string {
	t.Helper()
	run := runOf(t) + "-committed"
	r, err := container.Start(t.Context(), serving(), container.Options{Folder: folder(t, scratch), Run: run})
	if err != nil {
		t.Fatal(err)
	}
	containers, _ := enginetest.Bearing(t, container.LabelRun+"="+run)
	kept, err := c.ContainerCommit(t.Context(), containers[0], client.ContainerCommitOptions{Reference: "stranger:1", Config: &moby.Config{Entrypoint: []string{"/stub"}, Labels: map[string]string{"stranger": "yes"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := engineOf(t).ImageRemove(context.Background(), "stranger:1", client.ImageRemoveOptions{}); err != nil {
			t.Error(err)
		}
	})
	return kept.ID
}
