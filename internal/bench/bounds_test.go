package bench_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
)

// A request that does not come to its end is given up, whatever of it came; an answer that is slow to come is not, nor what is asked
// after a request that came in time.
func TestRequestsComeInTime(t *testing.T) {
	defer bench.Hasten(100 * time.Millisecond)()
	released := make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, "", http.StatusRequestTimeout)
			return
		}
		if r.URL.Path == "/slow" {
			<-released
		}
		if r.Context().Err() != nil {
			t.Errorf("%s: %v", r.URL, r.Context().Err())
		}
		_, _ = io.WriteString(w, "fait")
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop := bench.Serve(l, handler)
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := bench.NewServer(handler, slog.New(slog.DiscardHandler), bench.Bounds{Header: 1 << 10})
	go func() { _ = server.Serve(other) }()
	for _, address := range []string{l.Addr().String(), other.Addr().String()} {
		for name, said := range map[string]string{
			"nothing": "", "half a head": "GET / HTTP/1.1\r\nHost: x\r\nX", "half a body": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
			"half a chunk": "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nx", "endless head": "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 1<<20),
		} {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.SetDeadline(time.Now().Add(time.Minute))
			_, _ = io.WriteString(conn, said) // it may be refused before its end
			answer, err := io.ReadAll(conn)
			if late, is := err.(net.Error); is && late.Timeout() || strings.Contains(string(answer), "fait") {
				t.Errorf("%s: %q, %v", name, answer, err)
			}
			conn.Close()
		}
	}
	// An answer may take more time than a request: the next request has waited as long, and was given up.
	answers := make(chan error, 1)
	go func() {
		answer, err := http.Post("http://"+l.Addr().String()+"/slow", "text/plain", strings.NewReader("abc"))
		if err == nil {
			var raw []byte
			if raw, err = io.ReadAll(answer.Body); err == nil && string(raw) != "fait" {
				err = fmt.Errorf("%s: %q", answer.Status, raw)
			}
			answer.Body.Close()
		}
		answers <- err
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // three that are given up, one after the other
		_, _ = io.WriteString(conn, "G")
		_, _ = io.ReadAll(conn)
		conn.Close()
		if conn, err = net.Dial("tcp", l.Addr().String()); err != nil {
			t.Fatal(err)
		}
	}
	conn.Close()
	close(released)
	if err := <-answers; err != nil {
		t.Error(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}
