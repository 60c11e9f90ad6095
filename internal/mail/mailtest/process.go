package mailtest

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/stand"
)

// need leaves a test out where a program is missing, or where it cannot give up its rights; under CI that is a failure.
func need(t testing.TB, names ...string) {
	t.Helper()
	lacks := func(why string) {
		t.Helper()
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			lacks(fmt.Sprintf("%s is not installed: scripts/peers.sh installs it", name))
		}
	}
	if os.Getuid() != 0 {
		lacks("Dovecot and Postfix are started by root, who gives up its rights")
	}
}

// freePort is a port of this machine that nobody has, nor is given by chance until Postfix, which is slow, listens.
func freePort(t testing.TB) int {
	t.Helper()
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
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

// process is a program that runs.
type process struct {
	command *exec.Cmd
	ended   chan struct{}
	said    bytes.Buffer // until ended
}

// starts runs a command.
func starts(t testing.TB, command *exec.Cmd) *process {
	t.Helper()
	p := &process{command: command, ended: make(chan struct{})}
	command.Stdout, command.Stderr = &p.said, &p.said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = command.Wait()
	}()
	return p
}

// stop ends a process by its number, and waits for it.
func (p *process) stop(pid int) {
	_ = syscall.Kill(pid, syscall.SIGTERM)
	<-p.ended
}

// startDovecot starts Dovecot as an unprivileged user, and ends it with the test.
func (o *Operator) startDovecot() {
	o.t.Helper()
	o.dovecot = o.unprivileged()
	o.t.Cleanup(func() {
		o.dovecot.stop(o.dovecot.command.Process.Pid)
		if o.t.Failed() {
			log, _ := os.ReadFile(filepath.Join(o.Dir, "dovecot.log"))
			o.t.Logf("dovecot says\n%s%s", o.dovecot.said.String(), tail(log))
		}
	})
}

func (o *Operator) unprivileged() *process {
	o.t.Helper()
	_, uid, gid := nobody(o.t)
	command := exec.Command("dovecot", "-F", "-c", filepath.Join(o.Dir, "dovecot.conf"))
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return starts(o.t, command)
}

// tail is the end of a log.
func tail(log []byte) []byte { return log[max(0, len(log)-20_000):] }

// Restart has Dovecot and Postfix begin anew, as doveadm reload and postfix reload do: what their processes remember is
// lost. To end Dovecot would wait for every connection.
func (o *Operator) Restart() {
	o.t.Helper()
	before := o.reloads()
	for _, pid := range []int{o.dovecot.command.Process.Pid, o.postmaster()} {
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

// startPostfix starts Postfix, and ends its master with the test.
func (o *Operator) startPostfix() {
	o.t.Helper()
	o.postfix = starts(o.t, exec.Command("postfix", "-c", filepath.Join(o.Dir, "postfix"), "start-fg"))
	o.t.Cleanup(func() {
		o.postfix.stop(o.postmaster())
		if o.t.Failed() {
			o.t.Logf("postfix says\n%s", tail(o.postfix.said.Bytes()))
		}
	})
}

// postmaster is the process of Postfix that the others belong to: the script that started it is one of those too.
func (o *Operator) postmaster() int {
	raw, err := os.ReadFile(filepath.Join(o.Dir, "spool", "pid", "master.pid"))
	pid, badly := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil || badly != nil || pid <= 1 {
		return o.postfix.command.Process.Pid
	}
	return pid
}

// listens waits until something listens at an address.
func listens(t testing.TB, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		if bench.Pause(ctx) != nil {
			t.Fatalf("nothing listens at %s: %v", address, err)
		}
	}
}

// pems writes a certificate with its chain, and its key.
func pems(t testing.TB, c pki.Credential) (chain, key string) {
	t.Helper()
	raw, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		t.Fatal(err)
	}
	return string(Certificates(c.Chain...)), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}

// Certificates writes certificates in PEM.
func Certificates(all ...*x509.Certificate) []byte {
	var out []byte
	for _, c := range all {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}
