package operator

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
)

// handshake makes the TLS handshake of a link, over what its reader holds.
func (l *link) handshake() (*tls.Conn, error) {
	offered := l.peekHello()
	l.noted(func(v *Visit) { v.Suites = offered.suites })
	if answer := l.operator.policy.hello; answer != nil {
		if said := answer(offered); said != nil {
			_, err := l.wire.Write(said)
			return nil, errors.Join(err, io.EOF)
		}
	}
	secured := tls.Server(&replayed{l.Conn, l.in}, l.settings())
	if err := secured.Handshake(); err != nil {
		return nil, err
	}
	return secured, nil
}

// replayed is a connection that is read through a reader, which may hold octets already.
type replayed struct {
	net.Conn
	from io.Reader
}

// Read reads from the reader.
func (r *replayed) Read(p []byte) (int, error) { return r.from.Read(p) }

// offer is what a ClientHello offers.
type offer struct {
	version uint16
	suites  []uint16
	deflate bool
}

// only tells whether it offers nothing but suites of these, the signal of RFC 5746 left out.
func (o offer) only(suites []uint16) bool {
	return len(o.suites) > 0 && !slices.ContainsFunc(o.suites, func(s uint16) bool { return s != 0x00ff && !slices.Contains(suites, s) })
}

// peekHello reads the ClientHello without taking it from the reader.
func (l *link) peekHello() offer {
	head, err := l.in.Peek(5)
	if err != nil {
		return offer{}
	}
	record, err := l.in.Peek(5 + int(binary.BigEndian.Uint16(head[3:])))
	const versionAt, sessionAt = 5 + 4, 5 + 4 + 2 + 32
	if err != nil || len(record) <= sessionAt || record[0] != 22 {
		return offer{}
	}
	o := offer{version: binary.BigEndian.Uint16(record[versionAt:])}
	b := record[sessionAt:]
	if len(b) < 1+int(b[0])+2 {
		return o
	}
	b = b[1+int(b[0]):]
	n := int(binary.BigEndian.Uint16(b))
	if len(b) < 2+n+1 {
		return o
	}
	for i := 2; i+1 < 2+n; i += 2 {
		o.suites = append(o.suites, binary.BigEndian.Uint16(b[i:]))
	}
	methods := b[2+n:]
	o.deflate = slices.Contains(methods[1:min(len(methods), 1+int(methods[0]))], 1)
	return o
}

// takes answers a ClientHello with a ServerHello that chooses its first suite, a compression, and, where there is a
// prime of so many octets, a ServerKeyExchange. It goes no further: it is enough to be caught.
func takes(o offer, compression byte, prime int) []byte {
	hello := binary.BigEndian.AppendUint16(nil, o.version)
	hello = append(hello, make([]byte, 32+1)...)
	hello = binary.BigEndian.AppendUint16(hello, o.suites[0])
	hello = append(hello, compression)
	if o.version > 0x0300 {
		hello = append(hello, 0, 5, 0xff, 0x01, 0, 1, 0) // RFC 5746
	}
	said := handshakeRecord(o.version, 2, hello)
	if prime > 0 {
		group := binary.BigEndian.AppendUint16(nil, uint16(prime))
		group = append(append(group, 0xff), make([]byte, prime-1)...)
		group = append(group, 0, 1, 2, 0, 1, 4)
		said = append(said, handshakeRecord(o.version, 12, group)...)
	}
	return said
}

func handshakeRecord(version uint16, kind byte, body []byte) []byte {
	message := append([]byte{kind, 0, byte(len(body) >> 8), byte(len(body))}, body...)
	record := append([]byte{22}, binary.BigEndian.AppendUint16(nil, version)...)
	return append(binary.BigEndian.AppendUint16(record, uint16(len(message))), message...)
}
