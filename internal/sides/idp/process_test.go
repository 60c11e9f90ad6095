package idp_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/stand"
)

// needs leaves a test out where a program or a file is missing, but in continuous integration.
func needs(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		_, missing := exec.LookPath(name)
		if filepath.IsAbs(name) {
			_, missing = os.Stat(name)
		}
		switch {
		case missing == nil:
		case os.Getenv("CI") == "true":
			t.Fatalf("wanted: %s: scripts/peers.sh installs it", name)
		default:
			t.Skipf("left out: %s is not on this machine: scripts/peers.sh installs it", name)
		}
	}
}

// peerDir makes a short folder that an unprivileged program may use.
func peerDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "etalon-fi-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	ownedBy(t, dir)
	return dir
}

// ownedBy gives a file to whom the peers run as.
func ownedBy(t *testing.T, path string) {
	t.Helper()
	if id := unprivileged(); id != nil {
		if err := os.Chown(path, int(id.Uid), int(id.Gid)); err != nil {
			t.Fatal(err)
		}
	}
}

// unprivileged is whom peers run as when the test is root; nil when it is not.
func unprivileged() *syscall.Credential {
	nobody, err := user.Lookup("nobody")
	if err != nil || os.Getuid() != 0 {
		return nil
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// writeFile writes a file of a peer, which may run as another user, and returns its path.
func writeFile(t *testing.T, dir, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// process is a program of a peer that runs until the end of the test.
type process struct{ ended chan struct{} }

// daemon starts a program.
func daemon(t *testing.T, dir, name string, args ...string) process {
	t.Helper()
	said, err := os.Create(filepath.Join(dir, "said"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, said, said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: unprivileged()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := process{make(chan struct{})}
	go func() {
		defer close(p.ended)
		_ = cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		<-p.ended
		_ = said.Close()
		if raw, err := os.ReadFile(said.Name()); err == nil && t.Failed() {
			t.Logf("%s:\n%s", name, raw[max(0, len(raw)-20000):])
		}
	})
	return p
}

// listening waits until the program answers at a port of this machine.
func (p process) listening(t *testing.T, port int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			_ = c.Close()
			return
		}
		select {
		case <-p.ended:
			t.Fatal("the program of the peer ended")
		default:
		}
		if bench.Pause(ctx) != nil {
			t.Fatalf("nobody listens at %d: %v", port, err)
		}
	}
}

// freePort is a port of this machine that nobody has.
func freePort(t *testing.T) int {
	t.Helper()
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// writePair writes a certificate with its chain, and its key, for a peer.
func writePair(t *testing.T, dir string, set *pki.Set, name string) (chain, key string) {
	t.Helper()
	c, err := set.Credential(name)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		t.Fatal(err)
	}
	base := filepath.Base(filepath.Dir(name)) + "-" + filepath.Base(name)
	chain = writeFile(t, dir, base+".pem", pki.CertificatesPEM(c.Chain))
	return chain, writeFile(t, dir, base+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}

// revocationLists are the lists that the authorities of client certificates publish, in PEM.
func revocationLists(t *testing.T, set *pki.Set) []byte {
	t.Helper()
	var all []byte
	for _, name := range []string{"root", "tls"} {
		answer := httptest.NewRecorder()
		set.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/crl/"+name+".crl", nil))
		if answer.Code != http.StatusOK {
			t.Fatalf("revocation list of %s: %d", name, answer.Code)
		}
		all = append(all, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: answer.Body.Bytes()})...)
	}
	return all
}
