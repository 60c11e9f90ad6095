package provider

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mutation"
	"etalon/internal/pki"
)

const (
	handshakeTimeout = 10 * time.Second
	maxHandshakes    = 256      // under way at once
	maxClear         = 64 << 10 // bytes read of a message that came without TLS
	tlsHandshakeByte = 0x16     // first byte of a TLS connection (RFC 8446 §5.1)
)

// link is one connection of a partner, with what was read of it below TLS.
type link struct {
	net.Conn
	door   *door
	id     string
	reader *bufio.Reader // holds what was peeked
	read   atomic.Int64
	ours   pki.Credential // what we presented on it
	// retired tells that the connection must not serve again; the door's mutex guards it.
	retired bool
	secure  *tls.Conn // above it, once the handshake is made
	gone    chan struct{}
	over    sync.Once
	// refusals counts those on the connection, for a provider that wears out.
	refusals refusals
}

// Read counts the bytes that come in.
func (l *link) Read(b []byte) (int, error) {
	n, err := l.reader.Read(b)
	l.read.Add(int64(n))
	return n, err
}

// Close ends the connection.
func (l *link) Close() error {
	l.door.forget(l)
	l.over.Do(func() { close(l.gone) })
	return l.Conn.Close()
}

// farewell tells the partner that nothing more will be answered, and leaves it to end the connection: a
// client that has seen it does not send its next call there.
func (l *link) farewell() {
	if l.secure != nil {
		_ = l.secure.CloseWrite()
	}
	if c, ok := l.Conn.(*net.TCPConn); ok {
		_ = c.CloseWrite()
	}
}

// linkOf returns the link below a TLS connection, or the link itself.
func linkOf(c net.Conn) *link {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	l, _ := c.(*link)
	return l
}

// door accepts connections, makes their handshake itself so that failed ones are seen too, and hands the
// good ones over to the HTTP server. It is a net.Listener.
type door struct {
	net.Listener
	provider *Provider
	ready    chan net.Conn
	closed   chan struct{}
	once     sync.Once
	slots    chan struct{}
	count    atomic.Int64
	working  sync.WaitGroup
	mu       sync.Mutex
	open     map[*link]bool // true while a handshake or an exchange is under way
}

func openDoor(l net.Listener, p *Provider) *door {
	d := &door{
		Listener: l, provider: p, ready: make(chan net.Conn), closed: make(chan struct{}),
		slots: make(chan struct{}, maxHandshakes), open: map[*link]bool{},
	}
	d.working.Go(d.accept)
	return d
}

// Accept returns the next connection whose handshake is done.
func (d *door) Accept() (net.Conn, error) {
	select {
	case c := <-d.ready:
		return c, nil
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

// Close stops listening; connections under way are ended.
func (d *door) Close() error {
	err := d.Listener.Close()
	d.once.Do(func() { close(d.closed) })
	d.mu.Lock()
	defer d.mu.Unlock()
	for l := range d.open {
		_ = l.Conn.Close()
	}
	return err
}

// shut closes and waits for the handshakes under way.
func (d *door) shut() {
	_ = d.Close()
	d.working.Wait()
}

func (d *door) accept() {
	for {
		c, err := d.Listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // a connection that ended before it was taken
		}
		l := &link{Conn: c, door: d, id: "conn-" + strconv.FormatInt(d.count.Add(1), 10), reader: bufio.NewReader(c), gone: make(chan struct{})}
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
func (d *door) welcome(l *link) {
	if !d.keep(l) {
		return
	}
	started := bench.Wall()
	_ = l.SetDeadline(started.Add(handshakeTimeout))
	first, err := l.reader.Peek(1)
	if err != nil {
		_ = l.Close()
		if !errors.Is(err, io.EOF) {
			d.provider.observe(Exchange{ConnID: l.id, Started: started, Err: fmt.Errorf("read connection: %w", err)})
		}
		return
	}
	conduct := d.provider.armed.connection()
	conn, spoken := net.Conn(l), first[0] == tlsHandshakeByte
	switch {
	case conduct.Plain, !spoken && !d.provider.policy.clearHTTP:
		d.clear(l, started)
		return
	case spoken:
		if conn, err = d.handshake(l, conduct, started); err != nil {
			return
		}
	}
	_ = l.SetDeadline(time.Time{})
	d.busy(l, false)
	select {
	case d.ready <- conn:
	case <-d.closed:
		_ = l.Close()
	}
}

// handshake speaks TLS as an honest provider does, or as the armed conduct wants.
func (d *door) handshake(l *link, conduct mutation.Conduct, started time.Time) (net.Conn, error) {
	config, ours, err := d.provider.tlsConfig(conduct)
	if err != nil {
		_ = l.Close()
		d.provider.observe(Exchange{ConnID: l.id, Started: started, Err: err})
		return nil, err
	}
	l.ours = ours
	c := tls.Server(l, config)
	if err := c.HandshakeContext(context.Background()); err != nil {
		state := c.ConnectionState()
		_ = c.Close()
		d.provider.config.Log.Info("liaison refusée", "conn", l.id, "cause", err.Error())
		d.provider.observe(Exchange{
			ConnID: l.id, TLS: &state, Ours: ours, Read: l.read.Load(), Started: started, Err: fmt.Errorf("open link: %w", err),
		})
		return nil, err
	}
	l.secure = c
	return c, nil
}

// clear refuses a message that comes without TLS; nothing of it is used, but it is told (T07).
func (d *door) clear(l *link, started time.Time) {
	defer func() { _ = l.Close() }()
	x := Exchange{ConnID: l.id, Clear: true, Started: started}
	r, err := http.ReadRequest(bufio.NewReader(io.LimitReader(l, maxClear)))
	if err != nil {
		x.Err = fmt.Errorf("read clear connection: %w", err)
	} else {
		x.Method, x.URL, x.Header = r.Method, r.URL.String(), r.Header
		x.Body, _ = io.ReadAll(r.Body)
		x.Status = http.StatusBadRequest
	}
	x.Read = l.read.Load()
	d.provider.observe(x)
	_, _ = io.WriteString(l, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	linger(l)
}

// lingering is how long a connection that is refused in clear is listened to after its answer.
const lingering = time.Second

// linger ends our half of a connection and reads what still comes, so that the answer is not lost: closing with bytes
// unread resets the connection, and the peer may never see what it was told.
func linger(l *link) {
	if tcp, ok := l.Conn.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	_ = l.SetDeadline(bench.Wall().Add(lingering))
	_, _ = io.Copy(io.Discard, io.LimitReader(l, maxClear))
}

// keep remembers a connection until it ends; false when the door is closed.
func (d *door) keep(l *link) bool {
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

// busy tells whether an exchange is under way on a connection. One that was retired meanwhile ends then.
func (d *door) busy(l *link, busy bool) {
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
func (d *door) forget(l *link) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.open, l)
}

// retirement is how long a partner has to end the connections that are retired.
const retirement = 2 * time.Second

// retire ends the idle connections now and the others after their exchange, and waits for it, so that the
// next exchange makes a handshake. A partner that does not follow is cut off.
func (d *door) retire() {
	d.mu.Lock()
	var leaving []*link
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
