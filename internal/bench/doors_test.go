package bench_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/candidate"
)

// An address that was let go of is taken again, though programs are started meanwhile: each holds what this one listens on from its
// fork to its exec. One that another keeps is refused.
func TestListenAgainWhileProgramsStart(t *testing.T) {
	l, err := bench.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	if _, err := bench.Listen(at); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("an address that is taken: %v", err)
	}
	over := make(chan struct{})
	var starting sync.WaitGroup
	for range 4 {
		starting.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
					_ = exec.Command(os.Args[0], "-test.list=^$").Run()
				}
			}
		})
	}
	for range 300 {
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if l, err = bench.Listen(at); err != nil {
			t.Fatal(err)
		}
	}
	close(over)
	starting.Wait()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// Who listens by a bench lets go of the address, and of those who are connected, then answers there again.
func TestShutAndReopen(t *testing.T) {
	b, err := bench.New(candidate.DefaultConvention(), candidate.DefaultProfile("current"), nil, "doors")
	if err != nil {
		t.Fatal(err)
	}
	l, err := b.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	stop := bench.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") }))
	kept := &http.Client{Transport: &http.Transport{}} // keeps its link
	asks := func() error {
		answer, err := kept.Get("http://" + at)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		_, err = io.ReadAll(answer.Body)
		return err
	}
	for range 2 {
		if err := asks(); err != nil {
			t.Fatal(err)
		}
		b.Shut()
		b.Shut() // does no more
		if err := asks(); err == nil {
			t.Error("shut, it answers")
		}
		other, err := net.Listen("tcp", at)
		if err != nil {
			t.Fatalf("its address is held: %v", err)
		}
		if err := b.Reopen(); err == nil {
			t.Error("it comes back where another is")
		}
		if err := errors.Join(other.Close(), b.Reopen(), b.Reopen()); err != nil {
			t.Fatal(err)
		}
		if l.Addr().String() != at {
			t.Errorf("it came back at %s", l.Addr())
		}
	}
	b.Shut()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if err := b.Reopen(); err != nil {
		t.Error(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed, it takes somebody: %v", err)
	}
	if err := asks(); err == nil {
		t.Error("closed, it answers")
	}
}
