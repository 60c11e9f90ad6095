package mail_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"embed"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mail"
)

// longToken is as long as one of Pro Santé Connect.
var longToken = token + strings.Repeat("x", 1200)

//go:embed testdata/peers
var peerFiles embed.FS

// peers is what the configuration files of Dovecot and Postfix are filled with.
type peers struct {
	Dir, User, Group, Introspection       string
	Auth, IMAP, Submission, Postfix, Sink int
}

// needPeer skips a test whose peer is not installed, or that cannot give up its rights; under CI that is a failure.
func needPeer(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			lacks(t, fmt.Sprintf("%s is not installed: scripts/peers.sh installs it", name))
		}
	}
	if os.Getuid() != 0 {
		lacks(t, "Dovecot and Postfix are started by root, who gives up its rights")
	}
}

func lacks(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// freePort returns a port of this machine that nobody has.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// prepare writes the files of the peers, for an unprivileged user.
func prepare(t *testing.T) (peers, *user.User) {
	t.Helper()
	dir, err := os.MkdirTemp("", "mail") // short: the sockets are in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(nobody.Gid)
	if err != nil {
		t.Fatal(err)
	}
	introspection := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer := map[string]any{"active": false}
		if sent := r.FormValue("token"); sent == token || sent == longToken {
			answer = map[string]any{"active": true, "email": mailbox}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(introspection.Close)
	sink, _ := librarySMTP(t, true)
	_, port, _ := net.SplitHostPort(sink)
	relay, _ := strconv.Atoi(port)
	p := peers{
		Dir: dir, User: nobody.Username, Group: group.Name,
		Introspection: strings.Replace(introspection.URL, "http://", "http://client:secret@", 1),
		Auth:          freePort(t), IMAP: freePort(t), Submission: freePort(t), Postfix: freePort(t), Sink: relay,
	}
	entries, err := peerFiles.ReadDir("testdata/peers")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := peerFiles.ReadFile("testdata/peers/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := template.Must(template.New("").Parse(string(raw))).Execute(&out, p); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, e.Name()), out.Bytes())
	}
	server := credential(t, "operateur/tls")
	key, err := x509.MarshalPKCS8PrivateKey(server.Key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "server.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	write(t, filepath.Join(dir, "server.crt"), chainPEM(server.Chain))
	write(t, filepath.Join(dir, "authority.pem"), append(set.RootsPEM(), chainPEM(server.Chain[1:])...))
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	_ = os.Chmod(dir, 0o755)
	for _, sub := range []string{"", "run", "state", "mail"} {
		_ = os.Mkdir(filepath.Join(dir, sub), 0o755)
		if err := os.Chown(filepath.Join(dir, sub), uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	return p, nobody
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func chainPEM(chain []*x509.Certificate) []byte {
	var out []byte
	for _, c := range chain {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

// startDovecot starts Dovecot as an unprivileged user, and ends it by its process with the test.
func startDovecot(t *testing.T) peers {
	t.Helper()
	p, nobody := prepare(t)
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	command := exec.Command("dovecot", "-F", "-c", filepath.Join(p.Dir, "dovecot.conf"))
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	started(t, command, func() { _ = command.Process.Signal(syscall.SIGTERM) })
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(p.Dir, "dovecot.log"))
			t.Logf("dovecot says\n%s", log)
		}
	})
	listens(t, p.IMAP)
	listens(t, p.Submission)
	return p
}

// started runs a command until the test ends.
func started(t *testing.T, command *exec.Cmd, end func()) {
	t.Helper()
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		end()
		_ = command.Wait()
		if t.Failed() {
			t.Logf("%s says\n%s", command.Path, said.String())
		}
	})
}

// listens waits until something listens on a port.
func listens(t *testing.T, port int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		conn, err := net.Dial("tcp", at(port))
		if err == nil {
			_ = conn.Close()
			return
		}
		if bench.Pause(ctx) != nil {
			t.Fatalf("nothing listens on port %d: %v", port, err)
		}
	}
}

func at(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// patient is a target whose answers may take the time of a real server. It is called from another address than its own:
// Dovecot takes a connection from its own address for secure, and allows everything on it.
func patient(port int) mail.Target {
	elsewhere := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	return mail.Target{Address: at(port), Limits: mail.Limits{Wait: 20 * time.Second}, Dial: elsewhere.DialContext}
}

// startPostfix starts Postfix over Dovecot's authentication, and ends its master by its process with the test.
func startPostfix(t *testing.T, p peers) {
	t.Helper()
	dir := filepath.Join(p.Dir, "postfix")
	for _, sub := range []string{"", "spool", "data"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	postfix, err := user.Lookup("postfix")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(postfix.Uid)
	if err := os.Chown(filepath.Join(dir, "data"), uid, 0); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"main.cf", "master.cf"} {
		raw, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte(p.Dir+"/spool"), []byte(dir+"/spool")), []byte(p.Dir+"/data"), []byte(dir+"/data"))
		write(t, filepath.Join(dir, name), raw)
	}
	command := exec.Command("postfix", "-c", dir, "start-fg")
	started(t, command, func() {
		raw, err := os.ReadFile(filepath.Join(dir, "spool", "pid", "master.pid"))
		pid, badly := strconv.Atoi(strings.TrimSpace(string(raw)))
		if err != nil || badly != nil || pid <= 1 {
			_ = command.Process.Kill()
			return
		}
		_ = syscall.Kill(pid, syscall.SIGTERM)
	})
	listens(t, p.Postfix)
}
