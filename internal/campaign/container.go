package campaign

import (
	"context"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/container"
)

// ContainerLog is the file of a run that keeps what the building and the container write.
const ContainerLog = "container.log"

// Containment says how the container of a candidate is started.
type Containment struct {
	// Dir is the run's folder, which gets ContainerLog.
	Dir string
	// Read reads the candidate file again, once the places of the container's ports are known; candidate.LoadIn when nil.
	Read func(path string, places map[int]string) (*candidate.Candidate, error)
	// Tell is told where the container is on its way. Ended is told, once, what it died of by itself, and what kept it from
	// being removed; nil when nothing. Both may be nil.
	Tell  func(container.Stage)
	Ended func(died, kept error)
}

// ContainerError tells that a container could not be started: its log says more.
type ContainerError struct{ error }

// Unwrap gives the cause; container.ErrNoEngine among others.
func (e ContainerError) Unwrap() error { return e.error }

// Contain starts the container of a candidate where it has one, and reads the candidate file again with the addresses and the
// files that it gives. release removes it. The error is a ContainerError, or that of reading.
func Contain(ctx context.Context, subject *candidate.Candidate, o Containment) (found *candidate.Candidate, release func(), err error) {
	if subject.Container == nil {
		return subject, func() {}, nil
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, nil, err
	}
	now := bench.Wall()
	run, err := runName(now)
	if err != nil {
		return nil, nil, err
	}
	running, err := container.Start(ctx, specOf(subject.Container), container.Options{
		Folder: subject.Container.Folder, Run: run, Started: now, Harness: subject.LoopbackPorts(), Journal: filepath.Join(o.Dir, ContainerLog), Tell: o.Tell,
	})
	if err != nil {
		return nil, nil, ContainerError{err}
	}
	release = func() {
		died := running.Err()
		if kept := running.Close(); o.Ended != nil {
			o.Ended(died, kept)
		}
	}
	places := map[int]string{}
	for _, port := range subject.Container.Ports {
		places[int(port)], _ = running.Address(int(port))
	}
	if o.Read == nil {
		o.Read = candidate.LoadIn
	}
	if found, err = o.Read(subject.Path, places); err != nil {
		release()
		return nil, nil, err
	}
	return found, release, nil
}

// runName names a run among all those that share an engine.
func runName(now time.Time) (string, error) {
	var own [4]byte
	if _, err := io.ReadFull(bench.Entropy(), own[:]); err != nil {
		return "", err
	}
	return now.UTC().Format("20060102-150405") + "-" + hex.EncodeToString(own[:]), nil
}

// specOf is what the candidate file asks for, as the engine is told.
func specOf(c *candidate.Container) container.Spec {
	spec := container.Spec{
		Image: c.Image, Dockerfile: c.Dockerfile, Context: c.Context, Command: c.Command, Environment: c.Env, Ports: map[int]int{},
		Network: container.Network(c.Network), Files: c.Files, Export: c.Export, Share: c.Share,
		Wait:   container.Wait{Port: c.Wait.Port, HTTP: c.Wait.HTTP, Log: c.Wait.Log, Timeout: c.Wait.Timeout.Duration},
		Memory: int64(c.MemoryMiB) << 20, Processes: int64(c.Processes),
	}
	for _, port := range c.Ports {
		spec.Ports[int(port)] = 0
	}
	return spec
}
