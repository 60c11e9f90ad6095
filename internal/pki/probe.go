package pki

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"syscall"
)

// Answer is how a server answered a ClientHello.
type Answer string

// The answers.
const (
	AnswerHello  Answer = "server-hello" // it accepted, with the version and the suite that it chose
	AnswerAlert  Answer = "alert"        // it refused, with an alert
	AnswerClosed Answer = "closed"       // it closed the connection without a word
)

// HelloResult is what a server did with a ClientHello (T03).
type HelloResult struct {
	Answer  Answer
	Version uint16 // of the ServerHello: 0x0300 SSL 3.0, 0x0301 TLS 1.0, …
	Suite   uint16 // of the ServerHello
	Alert   uint8  // its description (RFC 5246 §7.2)
	// Compression is the method of the ServerHello, 0 for none; Renegotiation tells whether it holds the extension of
	// RFC 5746, which answers the signal that every hello of ours holds.
	Compression   uint8
	Renegotiation bool
	// PrimeBits is the length of the prime of a finite-field Diffie-Hellman exchange, where the suite has one and
	// Hello.KeyExchange asked for it.
	PrimeBits int
}

// String says the result in one line.
func (r HelloResult) String() string {
	switch r.Answer {
	case AnswerHello:
		return fmt.Sprintf("server accepted with version %s, suite 0x%04x", VersionName(r.Version), r.Suite)
	case AnswerAlert:
		return fmt.Sprintf("alert %d", r.Alert)
	}
	return string(r.Answer)
}

// VersionName names a protocol version, SSL 3.0 included.
func VersionName(version uint16) string {
	names := map[uint16]string{0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
	if name, ok := names[version]; ok {
		return name
	}
	return fmt.Sprintf("0x%04x", version)
}

// SuiteFamily is a family of cipher suites by their numbers in the IANA registry.
type SuiteFamily struct {
	Name   string
	Suites []uint16
}

// WeakSuites are the families that the profile forbids (T03-N3). A suite may stand in one only.
var WeakSuites = []SuiteFamily{
	{"NULL", []uint16{0x0001, 0x0002, 0x003b, 0xc001, 0xc006, 0xc00b, 0xc010, 0xc015}},
	{"RC4", []uint16{0x0004, 0x0005, 0x0018, 0xc002, 0xc007, 0xc00c, 0xc011, 0xc016}},
	{"3DES", []uint16{0x000a, 0x000d, 0x0010, 0x0013, 0x0016, 0x001b, 0xc003, 0xc008, 0xc00d, 0xc012, 0xc017}},
	{"export", []uint16{0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014, 0x0017, 0x0019}},
}

// OldSuites are suites that any server of SSL 3.0, TLS 1.0 or TLS 1.1 accepts: with them a refusal is
// about the version alone.
var OldSuites = []uint16{0xc013, 0xc014, 0xc009, 0xc00a, 0x0033, 0x0039, 0x002f, 0x0035, 0x000a, 0x0005, 0x0004}

// SpeakOld lowers the least version of TLS that a peer of crypto/tls speaks, with suites of that time.
func SpeakOld(c *tls.Config, least uint16) {
	c.MinVersion = least
	c.CipherSuites = append(slices.Clone(c.CipherSuites), tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA)
}

// The numbers of RFC 5246 that the probe needs.
const (
	recordAlert       = 21
	recordHandshake   = 22
	handshakeHello    = 2
	alertWarning      = 1
	alertUnrecognized = 112 // unrecognized_name, a mere warning (RFC 6066 §3)
	maxRecord         = 1<<14 + 2048
	maxRecords        = 4
)

// Hello is a ClientHello made by hand.
type Hello struct {
	Version uint16 // the one version that it offers: 0x0300 SSL 3.0 to 0x0303 TLS 1.2
	Suites  []uint16
	// Deflate offers TLS compression beside none, which a server must not choose (CRIME).
	Deflate bool
	// KeyExchange reads on behind the ServerHello, for the group of a Diffie-Hellman exchange.
	KeyExchange bool
}

// Dial connects as a net.Dialer does.
type Dial = func(ctx context.Context, network, address string) (net.Conn, error)

// ProbeHello sends one ClientHello, made by hand, that offers one version (0x0300 SSL 3.0 to 0x0303
// TLS 1.2) and those suites, and tells how the server answers; the handshake goes no further. The
// connection lasts no longer than ctx. An error means that nothing can be said: no connection, silence
// until the deadline, or an answer that is not TLS. A net.Dialer connects when dial is nil.
func ProbeHello(ctx context.Context, dial Dial, addr string, version uint16, suites []uint16) (HelloResult, error) {
	h := Hello{Version: version, Suites: suites}
	if err := h.check(); err != nil {
		return HelloResult{}, fmt.Errorf("probe %s: %w", addr, err)
	}
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	conn, err := dial(ctx, "tcp", addr)
	if err != nil {
		return HelloResult{}, fmt.Errorf("probe %s: %w", addr, err)
	}
	result, err := h.Exchange(ctx, conn)
	if err != nil {
		return HelloResult{}, fmt.Errorf("probe %s: %w", addr, err)
	}
	return result, nil
}

func (h Hello) check() error {
	if h.Version < 0x0300 || h.Version > 0x0303 || len(h.Suites) == 0 {
		return errors.New("want a version from 0x0300 to 0x0303 and at least one suite")
	}
	return nil
}

// Exchange sends the hello on a connection that is ready for it, such as one after STARTTLS, and closes the
// connection, no later than ctx ends. Its errors are those of ProbeHello.
func (h Hello) Exchange(ctx context.Context, conn net.Conn) (HelloResult, error) {
	defer conn.Close()
	if err := h.check(); err != nil {
		return HelloResult{}, err
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	result, err := h.exchange(conn)
	if ctx.Err() != nil {
		return HelloResult{}, context.Cause(ctx)
	}
	return result, err
}

// exchange writes the hello and reads records up to one that decides.
func (h Hello) exchange(conn io.ReadWriter) (HelloResult, error) {
	if _, err := conn.Write(h.record()); err != nil {
		return closedOr(err)
	}
	for range maxRecords {
		kind, body, err := readRecord(conn)
		if err != nil {
			return closedOr(err)
		}
		switch {
		case kind == recordAlert && len(body) == 2 && body[0] == alertWarning && body[1] == alertUnrecognized:
		case kind == recordAlert && len(body) == 2:
			return HelloResult{Answer: AnswerAlert, Alert: body[1]}, nil
		case kind == recordHandshake:
			result, err := parseServerHello(body)
			if err == nil && h.KeyExchange {
				result.PrimeBits, err = readPrime(conn, body, result.Suite)
			}
			return result, err
		default:
			return HelloResult{}, errNotTLS
		}
	}
	return HelloResult{}, errNotTLS
}

var errNotTLS = errors.New("the answer is not TLS")

// closedOr tells a connection that was closed from one that failed.
func closedOr(err error) (HelloResult, error) {
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return HelloResult{Answer: AnswerClosed}, nil
	}
	return HelloResult{}, err
}

func readRecord(r io.Reader) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	length := int(binary.BigEndian.Uint16(head[3:]))
	if head[1] != 3 || length == 0 || length > maxRecord {
		return 0, nil, errNotTLS
	}
	body = make([]byte, length)
	_, err = io.ReadFull(r, body)
	return head[0], body, err
}

// helloRandom fills the random field: the handshake never ends, so nothing depends on it.
const helloRandom = "TEST Etalon probe: no secret here"

// record makes the record (RFC 5246 §7.4.1.2). SSL 3.0 gets no extensions (RFC 6101 §5.6.1.2); the
// renegotiation signal (RFC 5746) is a suite that no server chooses.
func (h Hello) record() []byte {
	body := binary.BigEndian.AppendUint16(nil, h.Version)
	body = append(body, helloRandom[:32]...)
	body = append(body, 0) // no session
	body = binary.BigEndian.AppendUint16(body, uint16(2*len(h.Suites)+2))
	for _, s := range h.Suites {
		body = binary.BigEndian.AppendUint16(body, s)
	}
	body = append(body, 0x00, 0xff) // renegotiation signal
	if h.Deflate {
		body = append(body, 2, 1, 0)
	} else {
		body = append(body, 1, 0)
	}
	if h.Version > 0x0300 {
		body = append(body, vector16(helloExtensions(h.Version))...)
	}
	handshake := append([]byte{1, 0, byte(len(body) >> 8), byte(len(body))}, body...)
	record := []byte{recordHandshake, 3, byte(min(h.Version, 0x0301))}
	return append(record, vector16(handshake)...)
}

// helloExtensions are the curves and, for TLS 1.2, the signature algorithms that servers ask for.
func helloExtensions(version uint16) []byte {
	curves := []byte{0x00, 0x1d, 0x00, 0x17, 0x00, 0x18, 0x00, 0x19}
	out := append([]byte{0, 10}, vector16(vector16(curves))...)
	out = append(out, 0, 11, 0, 2, 1, 0) // uncompressed points
	if version == 0x0303 {
		schemes := []byte{8, 4, 4, 1, 4, 3, 5, 1, 5, 3, 6, 1, 6, 3, 2, 1, 2, 3}
		out = append(out, 0, 13)
		out = append(out, vector16(vector16(schemes))...)
	}
	return out
}

// vector16 puts the length before the bytes, in two bytes.
func vector16(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
}
