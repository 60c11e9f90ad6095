package bench

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"

	"etalon/internal/verdict"
)

// lingering is how long an address that was let go of may still be taken: by a program that another one has just started, which
// holds what it listens on from its fork to its exec, or by one that is ending.
const lingering = time.Second

// Listen listens at an address of TCP, as WhenFree does.
func Listen(address string) (l net.Listener, err error) {
	err = WhenFree(func() error {
		l, err = net.Listen("tcp", address)
		return err
	})
	return l, err
}

// WhenFree has something listen, again and again for a second while its address is in use: it may be about to be free. The last
// error is given, syscall.EADDRINUSE where the address stayed taken.
func WhenFree(listen func() error) (err error) {
	Until(context.Background(), lingering, func() bool {
		err = listen()
		return !errors.Is(err, syscall.EADDRINUSE)
	})
	return err
}

// doors are where the parties of a bench listen, to be shut for a while and opened again at the same addresses.
type doors struct {
	mu  sync.Mutex
	all []*doorway
}

// Listen listens at an address of TCP. What it returns outlives Shut: it takes nobody until Reopen.
func (b *Bench) Listen(address string) (net.Listener, error) {
	l, err := Listen(address)
	if err != nil {
		return nil, err
	}
	return b.Hold(l), nil
}

// Hold makes a listener one that Shut and Reopen know.
func (b *Bench) Hold(l net.Listener) net.Listener {
	if b.doors == nil { // of one that New did not make
		return l
	}
	d := &doorway{of: b.doors, at: l.Addr(), listener: l, turned: make(chan struct{}), guests: map[*guest]bool{}}
	b.doors.mu.Lock()
	defer b.doors.mu.Unlock()
	b.doors.all = append(b.doors.all, d)
	return d
}

// Shut lets go of every address at which the parties listen, and of every link to them, for others to listen there.
func (b *Bench) Shut() {
	b.doors.mu.Lock()
	defer b.doors.mu.Unlock()
	for _, d := range b.doors.all {
		d.leave()
	}
}

// Reopen listens there again; the errors are those of the addresses that another has taken meanwhile, which stay shut.
func (b *Bench) Reopen() error {
	b.doors.mu.Lock()
	defer b.doors.mu.Unlock()
	var errs []error
	for _, d := range b.doors.all {
		errs = append(errs, d.back())
	}
	return errors.Join(errs...)
}

// doorway is one address.
type doorway struct {
	of *doors
	at net.Addr

	mu       sync.Mutex
	listener net.Listener  // nil while it is shut
	turned   chan struct{} // closed when that changes
	closed   bool
	guests   map[*guest]bool
}

// guest is a link to a party, until it ends.
type guest struct {
	*net.TCPConn
	door *doorway
}

// Close implements net.Conn.
func (g *guest) Close() error {
	g.door.mu.Lock()
	delete(g.door.guests, g)
	g.door.mu.Unlock()
	return g.TCPConn.Close()
}

// Addr implements net.Listener.
func (d *doorway) Addr() net.Addr { return d.at }

// Accept implements net.Listener. It waits while the door is shut.
func (d *doorway) Accept() (net.Conn, error) {
	for {
		d.mu.Lock()
		listener, turned, closed := d.listener, d.turned, d.closed
		d.mu.Unlock()
		if closed {
			return nil, net.ErrClosed
		}
		if listener == nil {
			<-turned
			continue
		}
		conn, err := listener.Accept()
		if err == nil {
			if conn = d.welcome(listener, conn); conn != nil {
				return conn, nil
			}
			continue
		}
		d.mu.Lock()
		shut := d.listener != listener
		d.mu.Unlock()
		if !shut {
			return nil, err
		}
	}
}

// welcome keeps a link in mind; nil where the door was shut meanwhile.
func (d *doorway) welcome(listener net.Listener, conn net.Conn) net.Conn {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return conn
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.listener != listener {
		_ = conn.Close()
		return nil
	}
	g := &guest{tcp, d}
	d.guests[g] = true
	return g
}

// Close implements net.Listener.
func (d *doorway) Close() error {
	d.of.mu.Lock()
	d.of.all = slices.DeleteFunc(d.of.all, func(other *doorway) bool { return other == d })
	d.of.mu.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return net.ErrClosed
	}
	d.closed = true
	listener := d.turn(nil)
	if listener == nil {
		return nil
	}
	return listener.Close()
}

// turn changes the listener, and returns the one before; d.mu is held.
func (d *doorway) turn(to net.Listener) (before net.Listener) {
	before, d.listener = d.listener, to
	close(d.turned)
	d.turned = make(chan struct{})
	return before
}

// leave shuts the door, and ends the links of those who came by it.
func (d *doorway) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || d.listener == nil {
		return
	}
	_ = d.turn(nil).Close()
	for g := range d.guests {
		_ = g.TCPConn.Close()
	}
	clear(d.guests)
}

// back opens the door again.
func (d *doorway) back() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || d.listener != nil {
		return nil
	}
	l, err := Listen(d.at.String())
	if err != nil {
		return verdict.Tell("reprise de l'écoute : %s", "listen again: %s", err)
	}
	d.turn(l)
	return nil
}
