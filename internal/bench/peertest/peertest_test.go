package peertest_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
)

var theWorld = benchtest.Share(candidate.DefaultConvention, time.Second)

// server, where it is set, is where the test program listens in place of running tests.
const server = "PEERTEST_LISTEN"

func TestMain(m *testing.M) {
	if address := os.Getenv(server); address != "" {
		fmt.Println("listens as", os.Getuid()) // before it listens: who hears that it does may end it at once
		l, err := net.Listen("tcp", address)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		for {
			if _, err := l.Accept(); err != nil {
				os.Exit(1)
			}
		}
	}
	benchtest.Main(m, theWorld.Close)
}

// itself is the test program in a folder of its own, where a user without rights may run it.
func itself(t *testing.T, dir string) string {
	t.Helper()
	path := peertest.Copy(t, dir, os.Args[0])
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// watch is a test that keeps what it is told, and may be failed.
type watch struct {
	testing.TB
	mu     sync.Mutex
	said   []string
	failed bool
	ends   []func()
}

func (w *watch) Helper()          {}
func (w *watch) Failed() bool     { return w.failed }
func (w *watch) Cleanup(f func()) { w.ends = append(w.ends, f) }
func (w *watch) Logf(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, fmt.Sprintf(format, args...))
}

func (w *watch) Fatalf(format string, args ...any) {
	w.failed = true
	w.Logf(format, args...)
	runtime.Goexit()
}

func (w *watch) Fatal(args ...any) { w.Fatalf("%s", fmt.Sprint(args...)) }

// end plays the end of the test.
func (w *watch) end() string {
	for len(w.ends) > 0 {
		last := w.ends[len(w.ends)-1]
		w.ends = w.ends[:len(w.ends)-1]
		last()
	}
	return strings.Join(w.said, "\n")
}

// alone runs a part of a test that may be given up.
func alone(f func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f()
	}()
	<-ended
}

func TestServerEndsWithTheTest(t *testing.T) {
	for name, chief := range map[string]func(int) int{"its group": nil, "its chief": func(started int) int { return started }} {
		t.Run(name, func(t *testing.T) {
			w, dir := &watch{TB: t}, peertest.Dir(t)
			address := fmt.Sprintf("127.0.0.1:%d", peertest.Port(t))
			peertest.Write(t, dir, "more.log", "a line of its own")
			p := peertest.Start(w, peertest.Program{
				Dir: dir, Name: "env", Args: []string{server + "=" + address, itself(t, dir)}, Logs: []string{"more.log", "absent.log"}, Chief: chief,
			})
			p.Listening(t, address)
			p.Appears(t, filepath.Join(dir, "env.out"))
			pid := p.Chief()
			if (pid < 0) != (chief == nil) {
				t.Errorf("told by %d", pid)
			}
			if pid < 0 {
				pid = -pid
			}
			w.failed = true
			said := w.end()
			uid := os.Getuid()
			if id := peertest.Unprivileged(); id != nil {
				uid = int(id.Uid)
			}
			if !strings.Contains(said, fmt.Sprintf("env.out:\nlistens as %d", uid)) || !strings.Contains(said, "more.log:\na line of its own") {
				t.Errorf("a failure says %q", said)
			}
			if err := syscall.Kill(pid, 0); err != syscall.ESRCH {
				t.Errorf("after the end: %v", err)
			}
			if c, err := net.Dial("tcp", address); err == nil {
				_ = c.Close()
				t.Error("it listens after its end")
			}
		})
	}
}

func TestSilentWhenTheTestPasses(t *testing.T) {
	w, dir := &watch{TB: t}, peertest.Dir(t)
	address := fmt.Sprintf("127.0.0.1:%d", peertest.Port(t))
	peertest.Start(w, peertest.Program{Dir: dir, Name: "env", Args: []string{server + "=" + address, itself(t, dir)}}).Listening(t, address)
	if said := w.end(); said != "" {
		t.Errorf("a test that passes says %q", said)
	}
}

// A server that ends by itself is told at once, with what it said.
func TestServerThatEnds(t *testing.T) {
	w, dir := &watch{TB: t}, peertest.Dir(t)
	p := peertest.Start(w, peertest.Program{Dir: dir, Name: "sh", Args: []string{"-c", "echo settings are wrong; exit 3"}})
	alone(func() { p.Listening(w, fmt.Sprintf("127.0.0.1:%d", peertest.Port(t))) })
	if said := w.end(); !strings.Contains(said, "the program ended") || !strings.Contains(said, "settings are wrong") {
		t.Errorf("it says %q", said)
	}
}

func TestProgramThatCannotStart(t *testing.T) {
	w := &watch{TB: t}
	alone(func() { peertest.Start(w, peertest.Program{Dir: peertest.Dir(t), Name: "absent-program"}) })
	if said := w.end(); !w.failed || !strings.Contains(said, "absent-program") {
		t.Errorf("it says %q", said)
	}
}

func TestPair(t *testing.T) {
	set, dir := theWorld.World(t).Set, peertest.Dir(t)
	for whole, want := range map[bool]bool{true: true, false: false} {
		certificate, key := peertest.Pair(t, dir, set, "organisme-client/tls", whole)
		raw, err := os.ReadFile(certificate)
		if err != nil {
			t.Fatal(err)
		}
		if many := strings.Count(string(raw), "BEGIN CERTIFICATE") > 1; many != want {
			t.Errorf("whole %t: %s", whole, raw)
		}
		if raw, err = os.ReadFile(key); err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(raw)
		if block == nil {
			t.Fatalf("no key in %q", raw)
		}
		if _, err := x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
			t.Error(err)
		}
	}
	if lists := string(peertest.RevocationLists(t, set)); strings.Count(lists, "BEGIN X509 CRL") != 2 {
		t.Errorf("lists: %s", lists)
	}
}
