package stand

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"

	"etalon/internal/bench"
	"etalon/internal/verdict"
)

// Ports below those that systems give to outgoing connections, so that none takes one before it is listened on.
const (
	lowestPort  = 15_000
	highestPort = 32_000
)

// FreePort finds a port of this machine that nobody listens on.
func FreePort() (int, error) {
	ports, err := freePorts(1)
	if err != nil {
		return 0, err
	}
	return ports[0], nil
}

// leases are the ports that were handed out: one that nobody listens on yet is not handed out again, neither by this process
// nor by another of this machine.
var leases sync.Map // of port to net.PacketConn

// leaseHost is where a lease is bound, so that other processes see it, and that none is left behind by one that was killed.
// Nobody speaks UDP there; a system without this address leases within the process alone.
const leaseHost = "127.255.0.1"

// noLease is a lease that other processes do not see.
type noLease struct{ net.PacketConn }

func (noLease) Close() error { return nil }

// lease takes a port, and tells whether nobody else had it.
func lease(port int) bool {
	if _, ours := leases.LoadOrStore(port, noLease{}); ours {
		return false
	}
	held, err := net.ListenPacket("udp4", fmt.Sprintf("%s:%d", leaseHost, port))
	switch {
	case err == nil:
		leases.Store(port, held)
	case errors.Is(err, syscall.EADDRINUSE):
		leases.Delete(port)
		return false
	}
	return true
}

// release lets ports be handed out again.
func release(ports ...int) {
	for _, port := range ports {
		if held, ours := leases.LoadAndDelete(port); ours {
			_ = held.(net.PacketConn).Close()
		}
	}
}

// freePorts finds n distinct ones.
func freePorts(n int) (ports []int, err error) {
	for tries := 0; len(ports) < n; tries++ {
		var draw [2]byte
		if _, err := io.ReadFull(bench.Entropy(), draw[:]); err != nil {
			return nil, verdict.Tell("recherche d'un port libre : %s", "find a free port: %s", err)
		}
		port := lowestPort + int(binary.BigEndian.Uint16(draw[:]))%(highestPort-lowestPort)
		if !lease(port) {
			if tries > manyTries {
				release(ports...)
				return nil, errNoPort
			}
			continue
		}
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = l.Close()
			ports = append(ports, port)
			continue
		}
		if release(port); tries > manyTries {
			release(ports...)
			return nil, verdict.Tell("recherche d'un port libre : %s", "find a free port: %s", err)
		}
	}
	return ports, nil
}

// manyTries is after how many draws there is no free port.
const manyTries = 1000

var errNoPort = verdict.Tell("recherche d'un port libre : tous ceux essayés sont donnés", "find a free port: all that were tried are handed out")
