package peertest

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"etalon/internal/pki"
	"etalon/internal/stand"
)

// Unprivileged is whom servers run as when the test is root; nil when it is not.
func Unprivileged() *syscall.Credential {
	nobody, err := user.Lookup("nobody")
	if err != nil || os.Getuid() != 0 {
		return nil
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// Dir makes a folder that a server without rights may use, until the end of the test. Its name is short, for sockets may be
// in it.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pair")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	own(t, dir)
	return dir
}

// Folders makes folders in one of Dir.
func Folders(t testing.TB, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		own(t, path)
	}
}

// own gives a file to whom servers run as.
func own(t testing.TB, path string) {
	t.Helper()
	if id := Unprivileged(); id != nil {
		if err := os.Chown(path, int(id.Uid), int(id.Gid)); err != nil {
			t.Fatal(err)
		}
	}
}

// Write writes a file that a server without rights may read, and returns its path.
func Write[T string | []byte](t testing.TB, dir, name string, content T) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// Copy copies a file to where a server without rights may read it, and returns its path.
func Copy(t testing.TB, dir, from string) string {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	return Write(t, dir, filepath.Base(from), raw)
}

// Node copies files, and returns what installs the modules that their package-lock.json pins, once for all that want them,
// and tells the folder.
func Node(t testing.TB, from string, more ...string) func() (string, error) {
	t.Helper()
	dir := Dir(t)
	for _, name := range append([]string{"package.json", "package-lock.json"}, more...) {
		Copy(t, dir, filepath.Join(from, name))
	}
	return sync.OnceValues(func() (string, error) {
		install := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		install.Dir = dir
		if out, err := install.CombinedOutput(); err != nil {
			return "", fmt.Errorf("install modules of %s: %w: %s", from, err, out)
		}
		return dir, nil
	})
}

// Script is a program of Node: a file beside the modules that Node installed, with its arguments. It runs on the Node that its
// package-lock.json pins, where it does, for that of a distribution may be too old for them; on the machine's own otherwise.
func Script(dir, file string, args ...string) Program {
	p := Program{Dir: dir, Name: "node", Args: append([]string{file}, args...)}
	if pinned, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "node_modules", "node-linux-*", "bin", "node")); len(pinned) == 1 {
		p.Name = pinned[0]
	}
	return p
}

// Port is a port of this machine that nobody has, nor is given by chance until a server, which may be slow, listens.
func Port(t testing.TB) int {
	t.Helper()
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// Pair writes a credential of a test PKI: its certificate, with its chain or alone, and its key.
func Pair(t testing.TB, dir string, set *pki.Set, name string, whole bool) (certificate, key string) {
	t.Helper()
	c, err := set.Credential(name)
	if err != nil {
		t.Fatal(err)
	}
	if !whole {
		c.Chain = c.Chain[:1]
	}
	base := strings.NewReplacer("/", "-", "~", "-").Replace(name)
	return Write(t, dir, base+".pem", pki.CertificatesPEM(c.Chain)), Write(t, dir, base+".key", Key(t, c))
}

// Key is the key of a credential in PEM.
func Key(t testing.TB, c pki.Credential) []byte {
	t.Helper()
	raw, err := c.KeyPEM()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// RevocationLists are the lists that the authorities of client certificates publish, in PEM. The clock of the PKI is set.
func RevocationLists(t testing.TB, set *pki.Set) []byte {
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
