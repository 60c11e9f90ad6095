package container_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"

	"etalon/internal/container"
)

func TestSpecRefused(t *testing.T) {
	t.Setenv("DOCKER_HOST", "unix:///nowhere/docker.sock") // a Spec that is let through ends there
	outside := t.TempDir()
	write(t, filepath.Join(outside, "Dockerfile"), []byte(scratch), 0o644)
	dir := t.TempDir()
	for _, name := range []string{"Dockerfile", "roots.pem"} {
		write(t, filepath.Join(dir, name), []byte(scratch), 0o644)
	}
	for link, target := range map[string]string{"link": outside, "dangling": filepath.Join(outside, "absent"), "fine": filepath.Join(dir, "build")} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "build"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "build", "Dockerfile"), []byte(scratch), 0o644)
	ports := map[int]int{8080: 0}
	for name, c := range map[string]struct {
		spec container.Spec
		want string
	}{
		"nothing":            {container.Spec{Ports: ports}, "one of image and dockerfile"},
		"both":               {container.Spec{Image: "i", Dockerfile: "Dockerfile", Ports: ports}, "one of image and dockerfile"},
		"no port":            {container.Spec{Image: "i"}, "want at least one"},
		"port 0":             {container.Spec{Image: "i", Ports: map[int]int{0: 0}}, "want ports from 1 to 65535"},
		"port too large":     {container.Spec{Image: "i", Ports: map[int]int{80: 70000}}, "want ports from 1 to 65535"},
		"network":            {container.Spec{Image: "i", Ports: ports, Network: "none"}, `network "none": want bridge or host`},
		"host, published":    {container.Spec{Image: "i", Ports: map[int]int{80: 81}, Network: container.Host}, "nothing is published"},
		"wait elsewhere":     {container.Spec{Image: "i", Ports: ports, Wait: container.Wait{Port: 81}}, "not among the container's ports"},
		"wait for no path":   {container.Spec{Image: "i", Ports: ports, Wait: container.Wait{HTTP: "health"}}, "want a path from /"},
		"wait for which":     {container.Spec{Image: "i", Ports: map[int]int{80: 0, 81: 0}, Wait: container.Wait{HTTP: "/"}}, "of which port"},
		"climbing":           {container.Spec{Dockerfile: "../Dockerfile", Ports: ports}, "want a path inside the candidate file's folder"},
		"absolute outside":   {container.Spec{Dockerfile: filepath.Join(outside, "Dockerfile"), Ports: ports}, "want a path inside"},
		"by a link":          {container.Spec{Dockerfile: "link/Dockerfile", Ports: ports}, "a link leads outside"},
		"context by a link":  {container.Spec{Dockerfile: "Dockerfile", Context: "link", Ports: ports}, "a link leads outside"},
		"context above":      {container.Spec{Dockerfile: "Dockerfile", Context: "..", Ports: ports}, "want a path inside"},
		"out of the context": {container.Spec{Dockerfile: "Dockerfile", Context: "build", Ports: ports}, "within the context"},
		"no dockerfile":      {container.Spec{Dockerfile: "absent", Ports: ports}, "want a file that can be read"},
		"folder":             {container.Spec{Dockerfile: "build", Ports: ports}, "want a file that can be read"},
		"file from outside":  {container.Spec{Image: "i", Ports: ports, Files: map[string]string{"../key.pem": "/key.pem"}}, "files: "},
		"file to nowhere":    {container.Spec{Image: "i", Ports: ports, Files: map[string]string{"roots.pem": "roots.pem"}}, "want an absolute path of the container"},
		"export outside":     {container.Spec{Image: "i", Ports: ports, Export: map[string]string{"/a": "/etc/a"}}, "export: "},
		"export by a link":   {container.Spec{Image: "i", Ports: ports, Export: map[string]string{"/a": "dangling"}}, "a link leads outside"},
		"share by a link":    {container.Spec{Image: "i", Ports: ports, Share: map[string]string{"link/a": "/a"}}, "a link leads outside"},
		"null":               {container.Spec{Dockerfile: "Dockerfile\x00", Ports: ports}, "want a path inside"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := container.Start(t.Context(), c.spec, container.Options{Folder: dir, Run: "refused"})
			contains(t, err, "start the candidate's container: ", c.want)
			if errors.Is(err, container.ErrNoEngine) {
				t.Error("it looked for an engine before it read the Spec")
			}
		})
	}
	for _, run := range []string{"", "Upper", "a_b", "-a", "a--b", "a/b"} {
		_, err := container.Start(t.Context(), container.Spec{Image: "i", Ports: ports}, container.Options{Folder: dir, Run: run})
		contains(t, err, "want lower-case letters")
	}
	for name, spec := range map[string]container.Spec{
		"beside":           {Dockerfile: "Dockerfile", Ports: ports},
		"absolute":         {Dockerfile: filepath.Join(dir, "build", "Dockerfile"), Ports: ports},
		"context above":    {Dockerfile: "build/Dockerfile", Context: ".", Ports: ports},
		"by a link here":   {Dockerfile: "fine/Dockerfile", Ports: ports},
		"client on host":   {Image: "i", Network: container.Host},
		"files to come":    {Image: "i", Ports: ports, Files: map[string]string{"pki/roots.pem": "/r"}, Export: map[string]string{"/a": "out/a"}, Share: map[string]string{"out": "/o"}},
		"one port, a path": {Image: "i", Ports: ports, Wait: container.Wait{HTTP: "/"}},
	} {
		if _, err := container.Start(t.Context(), spec, container.Options{Folder: dir, Run: "let-through"}); !errors.Is(err, container.ErrNoEngine) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoEngine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file.sock")
	write(t, file, nil, 0o600)
	deaf, err := net.Listen("unix", filepath.Join(t.TempDir(), "deaf.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	go func() {
		for {
			c, err := deaf.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("I am no engine\r\n"))
			_ = c.Close()
		}
	}()
	for host, want := range map[string]string{
		"unix:///nowhere/docker.sock":    "unix:///nowhere/docker.sock: nothing is there",
		"tcp://127.0.0.1:1":              "nobody listens",
		"tcp://198.51.100.7:2375":        "not on this machine",
		"ssh://198.51.100.7":             "not on this machine",
		"unix://" + file:                 "nobody listens",
		"unix://" + deaf.Addr().String(): deaf.Addr().String() + ": ",
		"nonsense":                       "nonsense: ",
	} {
		t.Setenv("DOCKER_HOST", host)
		_, err := container.Start(t.Context(), container.Spec{Image: "i", Ports: map[int]int{80: 0}}, container.Options{Folder: t.TempDir(), Run: "x"})
		contains(t, err, "no container engine answers (", want)
		if _, swept := container.Sweep(t.Context()); !errors.Is(err, container.ErrNoEngine) || !errors.Is(swept, container.ErrNoEngine) {
			t.Errorf("%s: %v, %v", host, err, swept)
		}
	}
}
