package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"etalon/cmd/internal/cli"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/container"
)

// containerLog is the file of a run that keeps what the building and the container write.
const containerLog = "container.log"

// contain starts the candidate's container where it has one, and reads the candidate file again with the addresses and the
// files that it gives. release removes it.
func (c *runCommand) contain(ctx context.Context, s *streams, subject *candidate.Candidate) (found *candidate.Candidate, release func(), err error) {
	if subject.Container == nil {
		return subject, func() {}, nil
	}
	if err := os.MkdirAll(c.Out, 0o700); err != nil {
		return nil, nil, err
	}
	now := time.Now()
	run, err := runName(now)
	if err != nil {
		return nil, nil, err
	}
	journal := filepath.Join(c.Out, containerLog)
	running, err := container.Start(ctx, specOf(subject.Container), container.Options{
		Folder: subject.Container.Folder, Run: run, Started: now, Harness: subject.LoopbackPorts(), Journal: journal, Tell: s.stage,
	})
	switch {
	case errors.Is(err, container.ErrNoEngine):
		_ = os.Remove(c.Out) // when it is empty, as it was made
		return nil, nil, hinted{err, words.Text("noengine", s.lang), exitUsage}
	case err != nil && ctx.Err() != nil:
		return nil, nil, err
	case err != nil:
		return nil, nil, hinted{err, fmt.Sprintf(words.Text("containerlog", s.lang), journal), exitUsage}
	}
	release = func() { s.released(running, journal) }
	places := map[int]string{}
	for _, port := range subject.Container.Ports {
		places[int(port)], _ = running.Address(int(port))
	}
	found, err = c.load(func(path string) (*candidate.Candidate, error) { return candidate.LoadIn(path, places) })
	if err != nil {
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

// stages tell what is being done to a container.
var stages = map[container.Stage][2]string{
	container.Building: {"construction de l'image", "the image is built"},
	container.Pulling:  {"téléchargement de l'image", "the image is pulled"},
	container.Starting: {"démarrage", "it starts"},
	container.Waiting:  {"attente qu'il soit prêt", "it is not ready yet"},
}

// stage tells where a container that starts is.
func (s *streams) stage(at container.Stage) {
	fmt.Fprintf(s.err, "%s…\n", cli.In(s.lang, "conteneur : "+stages[at][0], "container: "+stages[at][1]))
}

// released removes the container, and tells how it went: a candidate that ended by itself explains what could not be judged.
func (s *streams) released(running *container.Running, journal string) {
	if err := running.Err(); err != nil {
		fmt.Fprintf(s.err, "conformance: error: %s\nconformance: hint: %s\n", err, fmt.Sprintf(words.Text("containerlog", s.lang), journal))
	}
	if err := running.Close(); err != nil {
		fmt.Fprintf(s.err, "conformance: error: %s\n", err)
		return
	}
	fmt.Fprintln(s.err, cli.In(s.lang, "conteneur : retiré", "container: removed"))
}
