package enginetest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// alone waits until no other test process runs an engine: two would share one link and its addresses.
func alone() (unlock func() error, err error) {
	lock, err := os.OpenFile(filepath.Join(os.TempDir(), "etalon-engine.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock.Close, nil
}

// run starts the engine, waits until it listens, and returns what ends it. It ends with this process in any case.
func run(program string, args []string) (stop func() error, err error) {
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "DOCKER_HOST=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	written, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	started, ready, ended := make(chan error, 1), make(chan bool, 1), make(chan error, 1)
	go func() {
		// The system ends the child with the thread that started it: this one is kept until then.
		runtime.LockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		var all strings.Builder
		for lines := bufio.NewScanner(written); lines.Scan(); {
			all.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), "API listen on") {
				ready <- true
			}
		}
		if err := cmd.Wait(); err != nil {
			ended <- fmt.Errorf("%w\n%s", err, tail(all.String()))
		} else {
			ended <- nil
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	stop = func() error { return errors.Join(cmd.Process.Signal(syscall.SIGTERM), <-ended) }
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	select {
	case err := <-ended:
		return nil, fmt.Errorf("start an engine: it ended: %w", err)
	case <-late.C:
		return nil, errors.Join(errors.New("start an engine: it does not listen after a minute"), stop())
	case <-ready:
		return stop, nil
	}
}

// release unmounts what an engine that gave a container the network of this machine leaves mounted.
func release(place string) { _ = syscall.Unmount(place, 0) }
