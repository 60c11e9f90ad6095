package container_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"etalon/internal/bench/benchtest"
	"etalon/internal/container"
	"etalon/internal/container/enginetest"
)

// serving is the stub that answers on 8080.
func serving() container.Spec {
	return container.Spec{Dockerfile: "Dockerfile", Command: []string{"serve", "8080"}, Ports: map[int]int{8080: 0}}
}

func TestBuiltReachedAndRemoved(t *testing.T) {
	dir := folder(t, scratch)
	write(t, filepath.Join(dir, "roots.pem"), []byte("an authority\n"), 0o600)
	spec := serving()
	spec.Environment = map[string]string{"BACK_END": "http://" + container.HostPlace + ":8545/", "SHARED": "/shared"}
	spec.Files = map[string]string{"roots.pem": "/etc/candidate/roots.pem"}
	spec.Export = map[string]string{"/made.pem": "out/made.pem"}
	spec.Share = map[string]string{"traces": "/shared"}
	spec.Wait = container.Wait{HTTP: "/health", Log: "listening on 8080"}
	var stages []container.Stage
	journal := filepath.Join(t.TempDir(), "container.log")
	r := started(t, spec, container.Options{Folder: dir, Journal: journal, Tell: func(s container.Stage) { stages = append(stages, s) }})

	if want := []container.Stage{container.Building, container.Starting, container.Waiting}; !slices.Equal(stages, want) {
		t.Errorf("stages %v, want %v", stages, want)
	}
	if got := ask(t, r, "/environment?name=BACK_END"); got != "http://"+container.HostName+":8545/" {
		t.Errorf("BACK_END is %q in the container", got)
	}
	if got := ask(t, r, "/file?name=/etc/candidate/roots.pem"); got != "an authority\n" {
		t.Errorf("the file copied in holds %q", got)
	}
	for name, want := range map[string]string{"out/made.pem": "made in the container\n", "traces/traces.jsonl": "{}\n"} {
		if raw, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(raw) != want {
			t.Errorf("%s: %q, %v", name, raw, err)
		}
	}
	if err := r.Err(); err != nil {
		t.Errorf("it runs, and: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, runOf(t))
	if raw, err := os.ReadFile(journal); err != nil || !strings.Contains(string(raw), "COPY stub /stub") || !strings.Contains(string(raw), "listening on 8080") {
		t.Errorf("the journal holds %q, %v", raw, err)
	}
}

func TestConfined(t *testing.T) {
	spec := serving()
	spec.Memory, spec.Processes = 64<<20, 50
	r := started(t, spec, container.Options{Folder: folder(t, scratch)})
	names, _ := enginetest.Bearing(t, container.LabelRun+"="+runOf(t))
	if len(names) != 1 {
		t.Fatalf("containers %v", names)
	}
	seen, err := engineOf(t).ContainerInspect(t.Context(), names[0], client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h := seen.Container.HostConfig
	if h.Memory != 64<<20 || h.PidsLimit == nil || *h.PidsLimit != 50 || !slices.Contains(h.SecurityOpt, "no-new-privileges") || h.Privileged {
		t.Errorf("memory %d, processes %v, security %v, privileged %v", h.Memory, h.PidsLimit, h.SecurityOpt, h.Privileged)
	}
	for port, published := range seen.Container.NetworkSettings.Ports {
		for _, p := range published {
			if p.HostIP.String() != "127.0.0.1" {
				t.Errorf("port %s is published on %s", port, p.HostIP)
			}
		}
	}
	labels := seen.Container.Config.Labels
	if _, err := time.Parse(time.RFC3339, labels[container.LabelStarted]); err != nil || labels[container.LabelOwner] == "" {
		t.Errorf("labels %v", labels)
	}
	if _, ok := r.Address(9999); ok {
		t.Error("a port that is not declared has an address")
	}
}

func TestCallsTheHarnessAndNobodyElse(t *testing.T) {
	harness := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "the harness") }))
	defer harness.Close()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "another program") }))
	defer other.Close()
	port, closed := portOf(harness), portOf(other)
	r := started(t, serving(), container.Options{Folder: folder(t, scratch), Harness: []int{port}})

	for range 3 {
		if got := ask(t, r, fmt.Sprintf("/call?url=http://%s:%d/", container.HostName, port)); got != "the harness" {
			t.Errorf("the container calls the harness: %q", got)
		}
	}
	if got := ask(t, r, fmt.Sprintf("/call?url=http://%s:%d/", container.HostName, closed)); !strings.Contains(got, "refused") {
		t.Errorf("the container calls a port that is not the harness's: %q", got)
	}
	gateway := strings.Fields(ask(t, r, "/file?name=/etc/hosts"))
	at := slices.Index(gateway, container.HostName)
	if at < 1 {
		t.Fatalf("the container knows no address of %s: %q", container.HostName, gateway)
	}
	c, err := net.Dial("tcp", net.JoinHostPort(gateway[at-1], strconv.Itoa(port)))
	if err != nil {
		benchtest.LeaveOut(t, "the gateway is not an address of this machine: %v", err)
	}
	defer c.Close()
	_, _ = io.WriteString(c, "GET / HTTP/1.0\r\n\r\n")
	if raw, _ := io.ReadAll(c); len(raw) > 0 {
		t.Errorf("a caller that is not the container gets %q", raw)
	}
}

func portOf(s *httptest.Server) int { return s.Listener.Addr().(*net.TCPAddr).Port }

func TestNetworkOfTheHost(t *testing.T) {
	harness := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "the harness") }))
	defer harness.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	spec := container.Spec{
		Dockerfile: "Dockerfile", Command: []string{"serve", strconv.Itoa(port)}, Ports: map[int]int{port: 0}, Network: container.Host,
		Environment: map[string]string{"BACK_END": container.HostPlace},
	}
	r := started(t, spec, container.Options{Folder: folder(t, scratch)})
	address, _ := r.Address(port)
	answer, err := http.Get(fmt.Sprintf("http://%s/call?url=http://127.0.0.1:%d/", address, portOf(harness)))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if raw, _ := io.ReadAll(answer.Body); string(raw) != "the harness" {
		t.Errorf("%q", raw)
	}
	if told, err := http.Get("http://" + address + "/environment?name=BACK_END"); err != nil {
		t.Error(err)
	} else if raw, _ := io.ReadAll(told.Body); string(raw) != "127.0.0.1" {
		t.Errorf("this machine is named %q", raw)
	}
}

func TestPublishedWhereAsked(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	spec := serving()
	spec.Ports[8080] = port
	r := started(t, spec, container.Options{Folder: folder(t, scratch)})
	if address, _ := r.Address(8080); address != fmt.Sprintf("127.0.0.1:%d", port) {
		t.Errorf("published on %s, want port %d", address, port)
	}
	taken, err := try(t, spec, container.Options{Folder: folder(t, scratch)})
	if err == nil {
		t.Fatalf("two containers at %v", taken)
	}
}

func TestWhatGoesWrong(t *testing.T) {
	soon := container.Wait{Timeout: 3 * time.Second}
	edit := func(change func(*container.Spec)) container.Spec {
		s := serving()
		change(&s)
		return s
	}
	for name, c := range map[string]struct {
		dockerfile string
		spec       container.Spec
		want       []string
	}{
		"dies at once": {scratch, edit(func(s *container.Spec) { s.Command = []string{"die", "3"} }),
			[]string{"the container ended", "exit status 3", "| reason 19 [31mred"}},
		"never listens": {scratch, edit(func(s *container.Spec) { s.Command, s.Wait = []string{"idle"}, soon }),
			[]string{"its port 8080 took no connection within 3s", "nobody listens in the container", "| idle for ever"}},
		"listens elsewhere": {scratch, edit(func(s *container.Spec) { s.Command, s.Wait = []string{"serve", "8081"}, soon }),
			[]string{"its port 8080 took no connection", "| listening on 8081"}},
		"sick": {scratch, edit(func(s *container.Spec) { s.Wait = soon; s.Wait.HTTP = "/sick" }),
			[]string{"its port 8080 did not answer /sick within 3s", "status 503"}},
		"never says it": {scratch, edit(func(s *container.Spec) { s.Wait = soon; s.Wait.Log = "ready" }),
			[]string{`it did not write "ready" within 3s`}},
		"takes too much memory": {scratch, edit(func(s *container.Spec) { s.Command, s.Memory = []string{"eat"}, 32<<20 }),
			[]string{"it took more than its 32 MiB of memory", "it wrote nothing"}},
		"no such program":      {"FROM scratch\nCOPY stub /stub\nENTRYPOINT [\"/absent\"]\n", serving(), []string{"/absent"}},
		"no such file to copy": {"FROM scratch\nCOPY absent /stub\n", serving(), []string{"build ", "Dockerfile: ", "absent", ": COPY absent /stub"}},
		"no such instruction":  {"FROM scratch\nCOPIE stub /stub\n", serving(), []string{"build ", "COPIE"}},
		"export absent":        {scratch, edit(func(s *container.Spec) { s.Export = map[string]string{"/absent": "absent"} }), []string{"export /absent of the container"}},
		"export too large": {scratch, edit(func(s *container.Spec) { s.Export = map[string]string{"/large.bin": "large"} }),
			[]string{"export /large.bin of the container: more than 4 MiB"}},
		"export a folder": {scratch, edit(func(s *container.Spec) { s.Export = map[string]string{"/etc": "etc"} }), []string{"want a regular file"}},
		"no such image": {scratch, container.Spec{Image: "localhost:1/etalon-absent:none", Ports: map[int]int{8080: 0}},
			[]string{"use image localhost:1/etalon-absent:none: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := try(t, c.spec, container.Options{Folder: folder(t, c.dockerfile)})
			contains(t, err, append(c.want, "start the candidate's container: ")...)
			if err != nil && strings.ContainsRune(err.Error(), '\x1b') {
				t.Errorf("the error colours the terminal: %q", err)
			}
		})
	}
}

func TestEndsWhileJudged(t *testing.T) {
	r := started(t, serving(), container.Options{Folder: folder(t, scratch)})
	address, _ := r.Address(8080)
	if answer, err := http.Get("http://" + address + "/end"); err == nil {
		_ = answer.Body.Close()
		t.Fatal("it answers")
	}
	err := ended(t, r)
	contains(t, err, "while it was judged (exit status 7)", "| told to end")
}

func TestImageThatIsThereStays(t *testing.T) {
	enginetest.Need(t)
	image := strangersImage(t, engineOf(t))
	r := started(t, container.Spec{Image: "stranger:1", Command: []string{"serve", "8080"}, Ports: map[int]int{8080: 0}}, container.Options{Folder: t.TempDir()})
	if got := ask(t, r, "/environment?name=PATH"); got == "" {
		t.Error("it has no path")
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if seen, err := engineOf(t).ImageInspect(t.Context(), "stranger:1"); err != nil || seen.ID != image {
		t.Errorf("the vendor's image %s: %v", image, err)
	}
}

// ended waits until a container has ended.
func ended(t *testing.T, r *container.Running) error {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for range look.C {
		if err := r.Err(); err != nil {
			return err
		}
		if t.Context().Err() != nil {
			return nil
		}
	}
	return nil
}

func TestInterrupted(t *testing.T) {
	spec := serving()
	spec.Command = []string{"idle"}
	dir := folder(t, scratch)
	for _, at := range []container.Stage{container.Building, container.Starting, container.Waiting} {
		t.Run(string(at), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			try(t, container.Spec{}, container.Options{Folder: dir}) // wants the engine
			_, err := container.Start(ctx, spec, container.Options{Folder: dir, Run: runOf(t), Tell: func(s container.Stage) {
				if s == at {
					cancel()
				}
			}})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		})
	}
}
