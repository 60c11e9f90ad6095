package bench

import (
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds are what a caller may make a server of the harness wait for and hold. What is zero is the house's own.
type Bounds struct {
	// Read is how long a request may take to come, Write an answer to go, Idle the silence between two: 30 seconds, two
	// minutes and two minutes.
	Read, Write, Idle time.Duration
	// Header is the longest head of a request, in octets: 64 KiB.
	Header int
}

// The house's own.
const (
	readTimeout  = 30 * time.Second
	writeTimeout = 2 * time.Minute
	idleTimeout  = 2 * time.Minute
	maxHeader    = 64 << 10
)

// hasty is the longest that a server made from now on waits for a request; 0 for what its bounds say.
var hasty atomic.Int64

// Hasten has the servers made from now on wait no longer than that for a request, until undo: a test need not wait for theirs.
func Hasten(d time.Duration) (undo func()) {
	before := hasty.Swap(int64(d))
	return func() { hasty.Store(before) }
}

// Patience is how long to wait for what a caller is to send: so long, or less in a hurry.
func Patience(d time.Duration) time.Duration {
	if h := time.Duration(hasty.Load()); h > 0 && h < d {
		return h
	}
	return d
}

// NewServer makes a server that no caller keeps waiting, nor fills: all those of the harness are made here. The bodies are bounded by
// the handlers, who know how long they may be. What goes wrong on its connections is said to the log, as a detail.
func NewServer(h http.Handler, log *slog.Logger, b Bounds) *http.Server {
	or := func(d, usual time.Duration) time.Duration {
		if d > 0 {
			return d
		}
		return usual
	}
	read := Patience(or(b.Read, readTimeout))
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: read, ReadTimeout: read, WriteTimeout: or(b.Write, writeTimeout), IdleTimeout: or(b.Idle, idleTimeout),
		MaxHeaderBytes: b.Header, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	if s.MaxHeaderBytes == 0 {
		s.MaxHeaderBytes = maxHeader
	}
	return s
}

// inTime bounds how long the body of a request may take to come, and nothing that follows it: an answer may take as long as it
// wants, where ReadTimeout would end it.
func inTime(h http.Handler, within time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			link := http.NewResponseController(w)
			_ = link.SetReadDeadline(Wall().Add(within)) // every connection of these servers has one
			r.Body = &timed{ReadCloser: r.Body, ended: sync.OnceFunc(func() { _ = link.SetReadDeadline(time.Time{}) })}
		}
		h.ServeHTTP(w, r)
	})
}

// timed is a body that is to come in time.
type timed struct {
	io.ReadCloser
	ended func()
}

// Read implements io.Reader.
func (t *timed) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	if err == io.EOF {
		t.ended()
	}
	return n, err
}
