package gateway

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"etalon/internal/mutation"
	"etalon/internal/pki"
)

const (
	handshakeTimeout = 10 * time.Second
	maxHandshakes    = 256      // under way at once
	maxClear         = 64 << 10 // bytes read of a message that came without TLS
	tlsHandshakeByte = 0x16     // first byte of a TLS connection (RFC 8446 §5.1)
)

// Door accepts connections, makes their handshake itself so that failed ones are seen too, and hands the
// good ones over to the HTTP server. It is a net.Listener.
type Door struct {
	net.Listener
	config  DoorConfig
	armed   armed
	ready   chan net.Conn
	closed  chan struct{}
	once    sync.Once
	slots   chan struct{}
	count   atomic.Int64
	working sync.WaitGroup
	mu      sync.Mutex
	open    map[*Link]bool // true while a handshake or an exchange is under way
}

// DoorConfig says how a door opens.
type DoorConfig struct {
	// Settings gives the TLS settings of the next connection under a conduct, and the credential that it presents.
	Settings func(mutation.Conduct) (*tls.Config, pki.Credential, error)
	// ClearHTTP hands over connections without TLS too (a neglect of T07).
	ClearHTTP bool
	// Broken is told of each connection that brings no exchange.
	Broken func(Knock)
	// Wall is the wall clock, by which connections wait.
	Wall func() time.Time
	Log  *slog.Logger
}

// Knock is a connection that brought no exchange: its handshake failed, or it came without TLS.
type Knock struct {
	ConnID string
	// Clear tells that it came without TLS, with the message that follows, which is refused (T07).
	Clear       bool
	Method, URL string
	Header      http.Header
	Body        []byte
	Status      int
	TLS         *tls.ConnectionState
	Ours        pki.Credential // what we presented
	Fault       string         // the armed fault that we committed
	Read        int64          // bytes read, below TLS
	Started     time.Time      // wall clock
	Err         error          // why it failed
}

// OpenDoor accepts connections on a listener until Shut.
func OpenDoor(l net.Listener, c DoorConfig) *Door {
	d := &Door{
		Listener: l, config: c, ready: make(chan net.Conn), closed: make(chan struct{}),
		slots: make(chan struct{}, maxHandshakes), open: map[*Link]bool{},
	}
	d.working.Go(d.accept)
	return d
}

// Accept returns the next connection whose handshake is done.
func (d *Door) Accept() (net.Conn, error) {
	select {
	case c := <-d.ready:
		return c, nil
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

// Close stops listening; connections under way are ended.
func (d *Door) Close() error {
	err := d.Listener.Close()
	d.once.Do(func() { close(d.closed) })
	d.mu.Lock()
	defer d.mu.Unlock()
	for l := range d.open {
		_ = l.Conn.Close()
	}
	return err
}

// Shut closes and waits for the handshakes under way.
func (d *Door) Shut() {
	_ = d.Close()
	d.working.Wait()
}

func (d *Door) accept() {
	for {
		c, err := d.Listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // a connection that ended before it was taken
		}
		l := &Link{Conn: c, door: d, ID: "conn-" + strconv.FormatInt(d.count.Add(1), 10), reader: bufio.NewReader(c), gone: make(chan struct{})}
		select {
		case d.slots <- struct{}{}:
			d.working.Go(func() { d.welcome(l); <-d.slots })
		case <-d.closed:
			_ = c.Close()
			return
		}
	}
}

// welcome makes the handshake of one connection and hands it over, or tells why it failed.
func (d *Door) welcome(l *Link) {
	if !d.keep(l) {
		return
	}
	started := d.config.Wall()
	_ = l.SetDeadline(started.Add(handshakeTimeout))
	first, err := l.reader.Peek(1)
	if err != nil {
		_ = l.Close()
		if !errors.Is(err, io.EOF) {
			d.config.Broken(Knock{ConnID: l.ID, Started: started, Err: fmt.Errorf("read connection: %w", err)})
		}
		return
	}
	conduct := d.armed.connection()
	l.Fault = conduct.Fault
	conn, spoken := net.Conn(l), first[0] == tlsHandshakeByte
	switch {
	case conduct.Plain, !spoken && !d.config.ClearHTTP:
		d.clear(l, started)
		return
	case spoken:
		if conn, err = d.handshake(l, conduct, started); err != nil {
			return
		}
	}
	_ = l.SetDeadline(time.Time{})
	d.Busy(l, false)
	select {
	case d.ready <- conn:
	case <-d.closed:
		_ = l.Close()
	}
}

// handshake speaks TLS as an honest provider does, or as the armed conduct wants.
func (d *Door) handshake(l *Link, conduct mutation.Conduct, started time.Time) (net.Conn, error) {
	config, ours, err := d.config.Settings(conduct)
	if err != nil {
		_ = l.Close()
		d.config.Broken(Knock{ConnID: l.ID, Started: started, Err: err})
		return nil, err
	}
	l.Ours = ours
	c := tls.Server(l, config)
	if err := c.HandshakeContext(context.Background()); err != nil {
		state := c.ConnectionState()
		_ = c.Close()
		d.config.Log.Info("liaison refusée", "conn", l.ID, "cause", err.Error())
		d.config.Broken(Knock{
			ConnID: l.ID, TLS: &state, Ours: ours, Fault: l.Fault, Read: l.read.Load(), Started: started, Err: fmt.Errorf("open link: %w", err),
		})
		return nil, err
	}
	l.secure = c
	return c, nil
}

// clear refuses a message that comes without TLS; nothing of it is used, but it is told (T07).
func (d *Door) clear(l *Link, started time.Time) {
	defer func() { _ = l.Close() }()
	x := Knock{ConnID: l.ID, Clear: true, Started: started}
	r, err := http.ReadRequest(bufio.NewReader(io.LimitReader(l, maxClear)))
	if err != nil {
		x.Err = fmt.Errorf("read clear connection: %w", err)
	} else {
		x.Method, x.URL, x.Header = r.Method, r.URL.String(), r.Header
		x.Body, _ = io.ReadAll(r.Body)
		x.Status = http.StatusBadRequest
	}
	x.Read = l.read.Load()
	d.config.Broken(x)
	_, _ = io.WriteString(l, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	d.linger(l)
}

// lingering is how long a connection that is refused in clear is listened to after its answer.
const lingering = time.Second

// linger ends our half of a connection and reads what still comes, so that the answer is not lost: closing with bytes
// unread resets the connection, and the peer may never see what it was told.
func (d *Door) linger(l *Link) {
	if tcp, ok := l.Conn.(interface{ CloseWrite() error }); ok {
		_ = tcp.CloseWrite()
	}
	_ = l.SetDeadline(d.config.Wall().Add(lingering))
	_, _ = io.Copy(io.Discard, io.LimitReader(l, maxClear))
}

// keep remembers a connection until it ends; false when the door is closed.
func (d *Door) keep(l *Link) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.closed:
		_ = l.Conn.Close()
		return false
	default:
		d.open[l] = true
		return true
	}
}

// Busy tells whether an exchange is under way on a connection. One that was retired meanwhile ends then.
func (d *Door) Busy(l *Link, busy bool) {
	if l == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, there := d.open[l]; !there {
		return // it ended meanwhile
	}
	d.open[l] = busy
	if l.retired && !busy {
		l.farewell()
	}
}

// forget drops a connection that ended.
func (d *Door) forget(l *Link) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.open, l)
}

// retirement is how long a partner has to end the connections that are retired.
const retirement = 2 * time.Second

// retire ends the idle connections now and the others after their exchange, and waits for it, so that the
// next exchange makes a handshake. A partner that does not follow is cut off.
func (d *Door) retire() {
	d.mu.Lock()
	var leaving []*Link
	for l, busy := range d.open {
		l.retired = true
		leaving = append(leaving, l)
		if !busy {
			l.farewell()
		}
	}
	d.mu.Unlock()
	timer := time.NewTimer(retirement)
	defer timer.Stop()
	for _, l := range leaving {
		select {
		case <-l.gone:
		case <-timer.C:
			timer.Reset(0)
			_ = l.Conn.Close()
		}
	}
}
