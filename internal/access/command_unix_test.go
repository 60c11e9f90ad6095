//go:build unix

package access_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
)

// A command that does not end, or that never stops writing, is ended with its children and told, even where the run has no deadline.
func TestStuckCommand(t *testing.T) {
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, x := range map[string]struct {
		ctx      context.Context
		patience time.Duration
		then     string // after its child is there
		want     string
	}{
		"stuck":                {context.Background(), 200 * time.Millisecond, "echo pourquoi >&2; wait", "not ended after 600ms, and was ended: pourquoi"},
		"stuck, run is over":   {context.WithoutCancel(canceled), 200 * time.Millisecond, "wait", "not ended after 600ms"},
		"deaf to a polite end": {context.Background(), 200 * time.Millisecond, "trap '' TERM INT HUP; while :; do wait; done", "not ended after"},
		"floods":               {context.Background(), time.Minute, "exec cat /dev/zero", "wrote more than 16777216 octets"},
		"floods its errors":    {context.Background(), 200 * time.Millisecond, "exec cat /dev/zero >&2", "not ended after 600ms"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			alive, script := filepath.Join(dir, "alive"), filepath.Join(dir, "stuck")
			if err := syscall.Mkfifo(alive, 0o600); err != nil {
				t.Fatal(err)
			}
			text := "#!/bin/sh\nexec 3<>alive\nsleep 600 &\n" + x.then + "\n"
			if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
				t.Fatal(err)
			}
			d := access.NewDriver(candidate.Driver{Command: []string{script}}, access.DriverConfig{Candidate: filepath.Join(dir, "candidate.yaml"), Patience: x.patience})
			if answer, err := d.Do(x.ctx, access.Action{Verb: "call"}); err == nil || !strings.Contains(err.Error(), x.want) || len(answer.Body) > 0 {
				t.Errorf("%v, want %q", err, x.want)
			}
			f, err := os.OpenFile(alive, os.O_RDONLY|syscall.O_NONBLOCK, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if err := f.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Read(make([]byte, 1)); !errors.Is(err, io.EOF) { // the end comes when nobody has it open for writing
				t.Errorf("its child lives on: %v", err)
			}
		})
	}
}

// A command that the run gives up is ended at once, and the cause is the run's.
func TestCommandGivenUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	d := access.NewDriver(candidate.Driver{Command: []string{"sleep", "600"}}, access.DriverConfig{Patience: time.Minute})
	if _, err := d.Do(ctx, access.Action{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// What a command leaves running on purpose lives on; its output is not waited for without end.
func TestCommandThatLeavesAChild(t *testing.T) {
	d := access.NewDriver(candidate.Driver{Command: []string{"sh", "-c", "sleep 30 & echo fait"}}, access.DriverConfig{Patience: time.Minute})
	if _, err := d.Do(context.Background(), access.Action{}); err == nil || !strings.Contains(err.Error(), "keeps its output open") {
		t.Errorf("%v", err)
	}
	d = access.NewDriver(candidate.Driver{Command: []string{"sh", "-c", "sleep 30 >/dev/null 2>&1 & echo fait"}}, access.DriverConfig{Patience: time.Minute})
	if answer, err := d.Do(context.Background(), access.Action{}); err != nil || string(answer.Body) != "fait\n" {
		t.Errorf("%s, %v", answer.Body, err)
	}
}
