package mta

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"etalon/internal/bench"
)

// Limits of what a partner may make a server read and wait.
const (
	maxLine       = 4096
	maxCommands   = 1000
	maxRecipients = 100
	maxSessions   = 200
	patience      = 30 * time.Second
	// maxMessage is read at most, whatever is announced; the rest is thrown away.
	maxMessage = 80 << 20
)

// office is who decides what a server answers; nil is a yes where a reply is asked for.
type office interface {
	// offers are the keywords of the answer to EHLO, STARTTLS left out; security is how a session is secured, nil when it
	// cannot be.
	offers() []string
	security() *tls.Config
	// bare tells that a bare line feed ends a line of a message.
	bare() bool
	mail(s *session) *reply
	rcpt(s *session, to recipient) *reply
	data(s *session, raw []byte, whole bool) reply
	// noted is told of what happens in a session, which may go on.
	noted(s *session)
}

// server serves sessions of SMTP to an office.
type server struct {
	office office
	host   string // how it names itself
	port   net.Listener

	serving sync.WaitGroup
	mu      sync.Mutex
	open    map[net.Conn]bool
	count   int
	closed  bool
}

// serve listens on an address, host:port.
func serve(address, host string, o office) (*server, error) {
	port, err := bench.Listen(address)
	if err != nil {
		return nil, fmt.Errorf("serve SMTP: %w", err)
	}
	s := &server{office: o, host: host, port: port, open: map[net.Conn]bool{}}
	s.serving.Go(s.accept)
	return s, nil
}

func (v *server) accept() {
	for {
		conn, err := v.port.Accept()
		if err != nil {
			return
		}
		if number := v.enters(conn); number > 0 {
			v.serving.Go(func() { v.session(conn, number) })
			continue
		}
		_ = conn.Close()
	}
}

// enters counts a session in, and numbers it; zero when there are too many.
func (v *server) enters(conn net.Conn) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed || len(v.open) >= maxSessions {
		return 0
	}
	v.open[conn] = true
	v.count++
	return v.count
}

// session serves one connection to its end.
func (v *server) session(conn net.Conn, number int) {
	s := &session{server: v, conn: conn, wire: conn, in: bufio.NewReaderSize(conn, maxLine), number: number, began: bench.Wall()}
	defer func() {
		_ = conn.Close()
		v.mu.Lock()
		delete(v.open, conn)
		v.mu.Unlock()
		s.ended = true
		v.office.noted(s)
	}()
	v.office.noted(s)
	s.serve()
}

// Close ends all sessions. The address is free again when it returns.
func (v *server) Close() error {
	err := v.port.Close()
	v.mu.Lock()
	v.closed = true
	for conn := range v.open {
		_ = conn.Close()
	}
	v.mu.Unlock()
	v.serving.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// reply is what a server answers.
type reply struct {
	code           int
	enhanced, text string
}

// String writes it, as on the wire without its end.
func (r reply) String() string {
	if r.enhanced == "" {
		return fmt.Sprintf("%d %s", r.code, r.text)
	}
	return fmt.Sprintf("%d %s %s", r.code, r.enhanced, r.text)
}

// ok tells a positive reply.
func (r *reply) ok() bool { return r == nil || r.code < 300 }

var errTooLong = errors.New("a line is longer than the limit")

// line reads one line up to its LF, of a limit; what is longer is thrown away and reported.
func line(in *bufio.Reader, limit int) ([]byte, error) {
	var whole []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(whole)+len(part) > limit; !long {
			whole = append(whole, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if long {
			return nil, errTooLong
		}
		return whole, nil
	}
}

// broken tells that a connection is of no more use.
func broken(err error) bool { return err != nil && !errors.Is(err, errTooLong) }

var _ io.Closer = (*server)(nil)
