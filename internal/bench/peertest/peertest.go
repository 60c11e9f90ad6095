// Package peertest runs servers that others wrote, for the tests that judge them: it starts one without rights, waits until it
// listens, ends it with the test by its id, and has a failure tell what it said. It knows no product: what one is set to is
// with its tests, which alone import it. Only the start of LemonLDAP::NG is here, for two domains judge it.
package peertest

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"etalon/internal/bench"
)

// patience is how long a server may take to be ready; some are slow on a busy machine.
const patience = time.Minute

// logTail is how much of a log a failure tells.
const logTail = 60_000

// Program is a server to start.
type Program struct {
	// Dir is where it runs; what it says is kept there, in a file named after it with .out.
	Dir  string
	Name string
	Args []string
	// Logs are files below Dir that a failure tells too.
	Logs []string
	// Root tells that it gives up the rights of the test by itself.
	Root bool
	// Chief finds, by the process that was started, the one that ends all the others when it is asked to end: they are waited
	// for. Nil when the group of the process is to be ended.
	Chief func(started int) int
}

// Process is a server that runs.
type Process struct {
	program Program
	command *exec.Cmd
	said    *os.File
	ended   chan struct{}
}

// Start starts a program, and ends it with the test.
func Start(t testing.TB, program Program) *Process {
	t.Helper()
	said, err := os.Create(filepath.Join(program.Dir, filepath.Base(program.Name)+".out"))
	if err != nil {
		t.Fatal(err)
	}
	p := &Process{program, exec.Command(program.Name, program.Args...), said, make(chan struct{})}
	var out io.Writer = said
	if program.Chief != nil {
		out = struct{ io.Writer }{said} // through a pipe, which its last process ends
	}
	p.command.Dir, p.command.Stdout, p.command.Stderr = program.Dir, out, out
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: program.Chief == nil}
	if !program.Root {
		p.command.SysProcAttr.Credential = Unprivileged()
	}
	if err := p.command.Start(); err != nil {
		_ = said.Close()
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.command.Wait()
	}()
	t.Cleanup(func() { p.end(t) })
	return p
}

// Chief is the process by which all of them are told of something.
func (p *Process) Chief() int {
	if p.program.Chief != nil {
		return p.program.Chief(p.command.Process.Pid)
	}
	return -p.command.Process.Pid
}

// end ends the server, and tells what it said where the test failed.
func (p *Process) end(t testing.TB) {
	select {
	case <-p.ended: // its id may be another's
	default:
		_ = syscall.Kill(p.Chief(), syscall.SIGTERM)
	}
	<-p.ended
	_ = p.said.Close()
	if !t.Failed() {
		return
	}
	for _, log := range append([]string{filepath.Base(p.said.Name())}, p.program.Logs...) {
		if raw, err := os.ReadFile(filepath.Join(p.program.Dir, log)); err == nil {
			t.Logf("%s:\n%s", log, raw[max(0, len(raw)-logTail):])
		}
	}
}

// Listening waits until the server answers at an address.
func (p *Process) Listening(t testing.TB, address string) {
	t.Helper()
	p.await(t, address, func() error {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err
	})
}

// Appears waits until a socket of the server is there, at which nobody knocks.
func (p *Process) Appears(t testing.TB, socket string) {
	t.Helper()
	p.await(t, socket, func() error {
		_, err := os.Stat(socket)
		return err
	})
}

// errEnded says that a server is no more.
var errEnded = errors.New("the program ended")

func (p *Process) await(t testing.TB, where string, ready func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		err := ready()
		if err == nil {
			return
		}
		select {
		case <-p.ended:
			err = errEnded
		default:
			if bench.Pause(ctx) == nil {
				continue
			}
		}
		t.Fatalf("%s is not at %s: %v", p.program.Name, where, err)
	}
}
