package mailtest

import (
	"bytes"
	"context"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/bench/peertest"
)

// need leaves a test out where a program is missing, or where it cannot give up its rights.
func need(t testing.TB, names ...string) {
	t.Helper()
	benchtest.Needs(t, names...)
	if os.Getuid() != 0 {
		benchtest.LeaveOut(t, "Dovecot and Postfix are started by root, who gives up its rights")
	}
}

// folder makes the operator's folder; its name is short, for sockets are in it.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "mss")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	_, uid, gid := nobody(t)
	postfix, err := user.Lookup("postfix")
	if err != nil {
		t.Fatal(err)
	}
	sender, _ := strconv.Atoi(postfix.Uid)
	for name, owner := range map[string]int{"run": uid, "state": uid, "mail": uid, "keys": uid, "postfix": 0, "spool": 0, "data": sender} {
		path := filepath.Join(dir, name)
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(path, owner, gid); err != nil {
			t.Fatal(err)
		}
	}
	log := filepath.Join(dir, "dovecot.log")
	if err := os.WriteFile(log, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(log, uid, gid); err != nil {
		t.Fatal(err)
	}
	return dir
}

// startDovecot starts Dovecot as an unprivileged user, and ends it with the test.
func (o *Operator) startDovecot() {
	o.t.Helper()
	o.dovecot = peertest.Start(o.t, peertest.Program{
		Dir: o.Dir, Name: "dovecot", Args: []string{"-F", "-c", filepath.Join(o.Dir, "dovecot.conf")}, Logs: []string{"dovecot.log"},
		Chief: func(started int) int { return started },
	})
}

// Restart has Dovecot and Postfix begin anew, as doveadm reload and postfix reload do: what their processes remember is
// lost. To end Dovecot would wait for every connection.
func (o *Operator) Restart() {
	o.t.Helper()
	before := o.reloads()
	for _, pid := range []int{o.dovecot.Chief(), o.postfix.Chief()} {
		if err := syscall.Kill(pid, syscall.SIGHUP); err != nil {
			o.t.Error(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for o.reloads() == before {
		if err := bench.Pause(ctx); err != nil {
			o.t.Error("Dovecot does not begin anew")
			return
		}
	}
}

// reloads counts how often Dovecot read its settings again, as its log has it.
func (o *Operator) reloads() int {
	log, _ := os.ReadFile(filepath.Join(o.Dir, "dovecot.log"))
	return bytes.Count(log, []byte("SIGHUP received"))
}

// startPostfix starts Postfix in its folder, and ends its master with the test.
func startPostfix(t testing.TB, dir string) *peertest.Process {
	t.Helper()
	return peertest.Start(t, peertest.Program{
		Dir: dir, Name: "postfix", Args: []string{"-c", filepath.Join(dir, "postfix"), "start-fg"}, Root: true,
		Chief: func(started int) int { return postmaster(dir, started) },
	})
}

// postmaster is the process of Postfix that the others belong to: the script that was started is one of those too.
func postmaster(dir string, started int) int {
	raw, err := os.ReadFile(filepath.Join(dir, "spool", "pid", "master.pid"))
	pid, badly := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil || badly != nil || pid <= 1 {
		return started
	}
	return pid
}
