package bench

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Times of the harness's own servers, on the wall clock.
const (
	headerTimeout = 10 * time.Second
	stopTimeout   = 5 * time.Second
	silentTimeout = 20 * time.Millisecond // of a connection that asked for nothing yet, when the server stops
)

// Serve answers on a listener until stop is called. When stop returns the address is free again, even if serving had
// not begun; exchanges that are under way get a moment to end, connections over which nobody spoke do not. Nobody is told of
// handshakes of TLS that fail, for they are tried on purpose; of anything else that goes wrong, as net/http does. A request
// comes in time or is given up; an answer takes the time that it takes.
func Serve(l net.Listener, h http.Handler) (stop func() error) {
	var silent silence
	server := NewServer(inTime(h, Patience(readTimeout)), slog.Default(), Bounds{Read: headerTimeout})
	server.ReadTimeout, server.WriteTimeout = 0, 0 // a stream lasts as long as somebody follows it
	server.ConnState, server.ErrorLog = silent.note, log.New(unshaken{log.Default().Writer()}, "", log.LstdFlags)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l) // always http.ErrServerClosed, or the listener's end
	}()
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		silent.end(Wall().Add(silentTimeout))
		err := server.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
		<-ended
		return err
	}
}

// unshaken writes what a server has to tell, but of failed handshakes.
type unshaken struct{ io.Writer }

// Write implements io.Writer.
func (u unshaken) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("TLS handshake error")) {
		return len(line), nil
	}
	return u.Writer.Write(line)
}

// silence knows the connections of a server over which nothing was asked yet: a client that keeps spare ones open would
// have Shutdown wait for each. The zero value is ready.
type silence struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
}

// note is a ConnState.
func (s *silence) note(conn net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state != http.StateNew {
		delete(s.conns, conn)
		return
	}
	if s.conns == nil {
		s.conns = map[net.Conn]bool{}
	}
	s.conns[conn] = true
}

// end has the silent ones end at an instant; a request that comes before lifts that.
func (s *silence) end(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		_ = conn.SetReadDeadline(at)
	}
}
