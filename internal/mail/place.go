package mail

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"syscall"
)

// DialFrom connects from a local address, or from any where that one cannot be taken or is empty, by dialers that dial makes
// careful.
func DialFrom(local string, dial func(net.Dialer) func(context.Context, string, string) (net.Conn, error)) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if local != "" {
			conn, err := dial(net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(local)}})(ctx, network, address)
			if !errors.Is(err, syscall.EADDRNOTAVAIL) {
				return conn, err
			}
		}
		return dial(net.Dialer{})(ctx, network, address)
	}
}

// Places gives local addresses, each once: a server that slows down whoever failed before, or counts the sessions of an
// address, then meets a newcomer each time. The zero value is ready.
type Places struct{ last atomic.Uint32 }

// maxPlaces is how many addresses there are before they come again.
const maxPlaces = 60000

// Next is a loopback address other than 127.0.0.1, which some servers take for secured, where the target is on loopback;
// empty otherwise.
func (p *Places) Next(target string) string {
	host, _, err := net.SplitHostPort(target)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || ip.To4() == nil || !ip.IsLoopback()) {
		return ""
	}
	n := p.last.Add(1) % maxPlaces
	return net.IPv4(127, 1, byte(1+n/250), byte(1+n%250)).String()
}
