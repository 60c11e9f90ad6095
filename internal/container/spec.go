// Package container starts a candidate that its vendor gives as a container image or as a Dockerfile, waits until it can be
// judged, says where it is reached, and removes it and the image that was built, even those that an earlier run, killed, left.
//
// It reads no candidate file, judges nothing, and installs no engine: without one its error says which it looked for.
package container

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Network is how a container and this machine reach each other.
type Network string

// Networks.
const (
	// Bridge gives the container an address of its own: its ports are published on 127.0.0.1 alone, and it reaches the ports
	// of the harness, and nothing else of the harness, under the name HostName.
	Bridge Network = "bridge"
	// Host gives it this machine's own network: 127.0.0.1 is the same on both sides, and nothing is published.
	Host Network = "host"
)

// HostName is this machine's name inside a container of the network Bridge.
const HostName = "host.docker.internal"

// HostPlace stands for this machine's name, as the container must call it, in its environment and its command.
const HostPlace = "${container:host}"

// Spec says which container to start. Paths of this machine are within Options.Folder.
type Spec struct {
	// Image is an image of the engine, pulled when it has it not; or Dockerfile is built, in Context (its own folder when
	// empty). One of the two.
	Image, Dockerfile, Context string
	// Command replaces the image's; Environment is added to its own. HostPlace is filled in both.
	Command     []string
	Environment map[string]string
	// Ports are the container's, of TCP, each with that of 127.0.0.1 where it is published: 0 for any free one, or with the
	// network Host.
	Ports   map[int]int
	Network Network // Bridge when empty
	Wait    Wait
	// Files are copied in before the start, from a file of this machine to an absolute path of the container; Export are
	// copied out when it is ready, from the container to this machine, of MaxExport bytes at most; Share are folders of this
	// machine, made where missing, that both sides read and write.
	Files, Export, Share map[string]string
	// Memory in bytes and Processes bound what it may take; DefaultMemory and DefaultProcesses when zero.
	Memory    int64
	Processes int64
}

// Wait says when the container can be judged: all that is asked. By default each of its ports answers.
type Wait struct {
	// Port must take connections; with HTTP, a path, it must answer that path with a status below 400.
	Port int
	HTTP string
	// Log is a text that it must write.
	Log string
	// Timeout is from the start; DefaultTimeout when zero.
	Timeout time.Duration
}

// What a container may take, unless its Spec says otherwise.
const (
	DefaultMemory    = 1 << 30
	DefaultProcesses = 512
	DefaultTimeout   = time.Minute
	// BuildTimeout bounds the building of an image, or its pull.
	BuildTimeout = 10 * time.Minute
	// MaxExport bounds each file that is copied out, in bytes.
	MaxExport = 4 << 20
)

// complete checks a Spec and fills what it leaves out. folder is absolute.
func (s Spec) complete(folder string) (Spec, error) {
	s.Network = cmp.Or(s.Network, Bridge)
	s.Memory, s.Processes = cmp.Or(s.Memory, DefaultMemory), cmp.Or(s.Processes, DefaultProcesses)
	s.Wait.Timeout = cmp.Or(s.Wait.Timeout, DefaultTimeout)
	var errs []error
	if (s.Image == "") == (s.Dockerfile == "") {
		errs = append(errs, errors.New("one of image and dockerfile: want one, and one only"))
	}
	if s.Network != Bridge && s.Network != Host {
		errs = append(errs, fmt.Errorf("network %q: want %s or %s", s.Network, Bridge, Host))
	}
	errs = append(errs, s.ports(), s.wait(), s.places(folder))
	if s.Dockerfile != "" {
		errs = append(errs, s.build(folder))
	}
	return s, errors.Join(errs...)
}

// ports wants ports that exist, and something to reach.
func (s *Spec) ports() error {
	if len(s.Ports) == 0 && s.Network == Bridge { // the library would publish whatever the image names, on every address
		return errors.New("ports: want at least one, by which the candidate is reached")
	}
	for inside, outside := range s.Ports {
		if min(inside, outside+1) < 1 || max(inside, outside) > 65535 {
			return fmt.Errorf("port %d published on %d: want ports from 1 to 65535", inside, outside)
		}
		if s.Network == Host && outside != 0 && outside != inside {
			return fmt.Errorf("port %d published on %d: with the network %s nothing is published; it is reached on %[1]d", inside, outside, Host)
		}
	}
	return nil
}

// wait wants a wait for one of the ports.
func (s *Spec) wait() error {
	if _, declared := s.Ports[s.Wait.Port]; s.Wait.Port != 0 && !declared {
		return fmt.Errorf("wait for port %d: it is not among the container's ports", s.Wait.Port)
	}
	if s.Wait.HTTP == "" {
		return nil
	}
	if !strings.HasPrefix(s.Wait.HTTP, "/") {
		return fmt.Errorf("wait for %q over HTTP: want a path from /", s.Wait.HTTP)
	}
	if s.Wait.Port == 0 {
		if len(s.Ports) != 1 {
			return fmt.Errorf("wait for %q over HTTP: of which port? want wait.port", s.Wait.HTTP)
		}
		for inside := range s.Ports {
			s.Wait.Port = inside
		}
	}
	return nil
}

// places makes the paths of this machine absolute, within the folder, and wants absolute paths of the container.
func (s *Spec) places(folder string) error {
	for _, m := range []struct {
		what   string
		places *map[string]string
		out    bool // from the container to this machine
	}{{"files", &s.Files, false}, {"export", &s.Export, true}, {"share", &s.Share, false}} {
		absolute := map[string]string{}
		for from, to := range *m.places {
			ours, theirs := from, to
			if m.out {
				ours, theirs = to, from
			}
			if !path.IsAbs(theirs) || strings.ContainsRune(theirs, 0) {
				return fmt.Errorf("%s %q: want an absolute path of the container", m.what, theirs)
			}
			ours, err := within(folder, ours)
			if err != nil {
				return fmt.Errorf("%s: %w", m.what, err)
			}
			if m.out {
				absolute[theirs] = ours
			} else {
				absolute[ours] = theirs
			}
		}
		*m.places = absolute
	}
	return nil
}

// build finds the Dockerfile and the folder that it is built in.
func (s *Spec) build(folder string) error {
	dockerfile, err := within(folder, s.Dockerfile)
	if err != nil {
		return fmt.Errorf("dockerfile: %w", err)
	}
	if info, err := os.Stat(dockerfile); err != nil || !info.Mode().IsRegular() {
		return fmt.Errorf("dockerfile %s: want a file that can be read", dockerfile)
	}
	if s.Context == "" {
		s.Context = filepath.Dir(dockerfile)
	} else if s.Context, err = within(folder, s.Context); err != nil {
		return fmt.Errorf("context: %w", err)
	}
	if s.Dockerfile, err = filepath.Rel(s.Context, dockerfile); err != nil || !filepath.IsLocal(s.Dockerfile) {
		return fmt.Errorf("dockerfile %s: want it within the context %s", dockerfile, s.Context)
	}
	s.Dockerfile = filepath.ToSlash(s.Dockerfile)
	return nil
}

// within makes a path absolute and wants it inside the folder, whatever links it goes through.
func within(folder, name string) (string, error) {
	full := name
	if !filepath.IsAbs(name) {
		full = filepath.Join(folder, name)
	}
	full = filepath.Clean(full)
	if strings.ContainsRune(name, 0) || !inside(folder, full) {
		return "", fmt.Errorf("%q: want a path inside the candidate file's folder", name)
	}
	real, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return "", err
	}
	for ancestor := full; ; ancestor = filepath.Dir(ancestor) {
		resolved, err := filepath.EvalSymlinks(ancestor)
		if _, dangling := os.Lstat(ancestor); errors.Is(err, os.ErrNotExist) && dangling != nil && ancestor != folder {
			continue // not made yet: its folder counts
		}
		if err != nil || !inside(real, resolved) {
			return "", fmt.Errorf("%q: a link leads outside the candidate file's folder", name)
		}
		return full, nil
	}
}

// inside tells whether a path is a folder or below it.
func inside(folder, full string) bool {
	relative, err := filepath.Rel(folder, full)
	return err == nil && filepath.IsLocal(relative)
}

// fill puts this machine's name in the place of HostPlace.
func (s Spec) fill(text string) string {
	name := HostName
	if s.Network == Host {
		name = "127.0.0.1"
	}
	return strings.ReplaceAll(text, HostPlace, name)
}

// portsInOrder lists the container's ports.
func (s Spec) portsInOrder() []int { return slices.Sorted(maps.Keys(s.Ports)) }
