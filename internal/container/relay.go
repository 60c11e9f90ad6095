package container

import (
	"io"
	"net"
	"net/netip"
	"strconv"
	"sync"

	"etalon/internal/verdict"
)

// callers is how many connections of a container to the harness may be open at once.
const callers = 256

// relay lets one container, and nobody else, reach ports of the harness, which listens on 127.0.0.1 alone: it listens on
// this machine's address on the network of the container, and carries what comes there.
type relay struct {
	listeners []net.Listener
	known     chan struct{} // closed when allowed is set
	allowed   netip.Addr
	slots     chan struct{}
	mu        sync.Mutex
	open      map[net.Conn]bool
	closed    bool
	busy      sync.WaitGroup
}

// openRelay listens on the gateway, an address of this machine, for each port.
func openRelay(gateway netip.Addr, ports []int) (*relay, error) {
	r := &relay{known: make(chan struct{}), slots: make(chan struct{}, callers), open: map[net.Conn]bool{}}
	for _, port := range ports {
		l, err := net.Listen("tcp", net.JoinHostPort(gateway.String(), strconv.Itoa(port)))
		if err != nil {
			r.close()
			return nil, verdict.Tell("le conteneur ne pourrait joindre le port %d du banc : %s", "let the container reach port %d of the harness: %s", port, err)
		}
		r.listeners = append(r.listeners, l)
		target := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		r.busy.Go(func() { r.accept(l, target) })
	}
	return r, nil
}

// allow tells the container's address; until then connections wait.
func (r *relay) allow(a netip.Addr) {
	r.allowed = a
	close(r.known)
}

func (r *relay) accept(l net.Listener, target string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return // closed
		}
		if !r.keep(c) {
			return
		}
		select {
		case r.slots <- struct{}{}:
			r.busy.Go(func() {
				defer func() { r.drop(c); <-r.slots }()
				r.carry(c, target)
			})
		default:
			r.drop(c)
		}
	}
}

// carry carries one connection, when it is the container's.
func (r *relay) carry(c net.Conn, target string) {
	<-r.known
	from, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil || from.Addr().Unmap() != r.allowed {
		return
	}
	to, err := net.Dial("tcp", target)
	if err != nil {
		return // nobody listens there yet, or any more
	}
	if !r.keep(to) {
		return
	}
	defer r.drop(to)
	var both sync.WaitGroup
	both.Go(func() { pour(to, c) })
	both.Go(func() { pour(c, to) })
	both.Wait()
}

// pour carries one way, and tells its end.
func pour(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// keep remembers a connection to be closed; false, and it is closed, once the relay is.
func (r *relay) keep(c net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		_ = c.Close()
		return false
	}
	r.open[c] = true
	return true
}

func (r *relay) drop(c net.Conn) {
	r.mu.Lock()
	delete(r.open, c)
	r.mu.Unlock()
	_ = c.Close()
}

// close ends the relay and what it carries.
func (r *relay) close() {
	r.mu.Lock()
	r.closed = true
	for c := range r.open {
		_ = c.Close()
	}
	r.mu.Unlock()
	for _, l := range r.listeners {
		_ = l.Close()
	}
	select {
	case <-r.known:
	default:
		close(r.known) // nobody is allowed
	}
	r.busy.Wait()
}
