package stand

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"

	"etalon/internal/bench"
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

// given remembers the ports that were handed out: one that nobody listens on yet is not handed out again.
var given sync.Map

// release lets ports be handed out again.
func release(ports ...int) {
	for _, port := range ports {
		given.Delete(port)
	}
}

// freePorts finds n distinct ones.
func freePorts(n int) (ports []int, err error) {
	for tries := 0; len(ports) < n; tries++ {
		var draw [2]byte
		if _, err := io.ReadFull(bench.Entropy(), draw[:]); err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		port := lowestPort + int(binary.BigEndian.Uint16(draw[:]))%(highestPort-lowestPort)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			if _, again := given.LoadOrStore(port, true); again && tries < 100 {
				_ = l.Close()
				continue
			}
		}
		switch {
		case err == nil:
			defer l.Close() // not before the last is found: none is found twice
			ports = append(ports, port)
		case tries > 100:
			return nil, fmt.Errorf("find a free port: %w", err)
		}
	}
	return ports, nil
}
