package pki

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/big"
	"slices"
)

// The handshake messages that a server sends (RFC 5246 §7.4).
const (
	handshakeKeyExchange = 12
	handshakeDone        = 14
	extensionRenegotiate = 0xff01 // RFC 5746 §3.2
	maxFlight            = 1 << 17
)

// dheSuites exchange keys by finite-field Diffie-Hellman with a signature or without one: their ServerKeyExchange
// begins with the prime.
var dheSuites = []uint16{
	0x0011, 0x0012, 0x0013, 0x0014, 0x0015, 0x0016, 0x0032, 0x0033, 0x0038, 0x0039, 0x0040, 0x0067, 0x006a, 0x006b,
	0x009e, 0x009f, 0x00a2, 0x00a3, 0xccaa, 0x0018, 0x001b, 0x0034, 0x003a, 0x006c, 0x006d, 0x00a6, 0x00a7,
}

// DHESuites are suites of finite-field Diffie-Hellman with a signature, for TLS 1.2.
var DHESuites = []uint16{0x009f, 0x009e, 0xccaa, 0x006b, 0x0067, 0x0039, 0x0033}

// AnonymousSuites authenticate nobody (RFC 5246 appendix A.5, RFC 4492).
var AnonymousSuites = []uint16{0x0018, 0x001b, 0x0034, 0x003a, 0x006c, 0x006d, 0x00a6, 0x00a7, 0xc015, 0xc016, 0xc017, 0xc018, 0xc019}

// StaticSuites exchange keys by RSA, without forward secrecy (RFC 5246 appendix A.5, RFC 5288).
var StaticSuites = []uint16{0x002f, 0x0035, 0x003c, 0x003d, 0x009c, 0x009d}

// parseServerHello reads version, suite and compression, and looks for the extension of RFC 5746 (RFC 5246 §7.4.1.3).
func parseServerHello(b []byte) (HelloResult, error) {
	const sessionAt = 4 + 2 + 32
	if len(b) <= sessionAt || b[0] != handshakeHello {
		return HelloResult{}, errNotTLS
	}
	suiteAt := sessionAt + 1 + int(b[sessionAt])
	if len(b) < suiteAt+2 {
		return HelloResult{}, errNotTLS
	}
	r := HelloResult{
		Answer: AnswerHello, Version: binary.BigEndian.Uint16(b[4:]), Suite: binary.BigEndian.Uint16(b[suiteAt:]),
	}
	end := min(len(b), 4+int(b[1])<<16+int(b[2])<<8+int(b[3]))
	if end > suiteAt+2 {
		r.Compression = b[suiteAt+2]
	}
	if end > suiteAt+5 {
		r.Renegotiation = hasExtension(b[suiteAt+5:end], extensionRenegotiate)
	}
	return r, nil
}

// hasExtension looks through the extensions of a hello.
func hasExtension(b []byte, wanted uint16) bool {
	for len(b) >= 4 {
		if binary.BigEndian.Uint16(b) == wanted {
			return true
		}
		length := 4 + int(binary.BigEndian.Uint16(b[2:]))
		if length > len(b) {
			return false
		}
		b = b[length:]
	}
	return false
}

// readPrime reads the server's flight on to its ServerKeyExchange, and returns the length of the prime in bits; 0 for
// a suite that has none, or a flight that ends without.
func readPrime(r io.Reader, flight []byte, suite uint16) (int, error) {
	if !slices.Contains(dheSuites, suite) {
		return 0, nil
	}
	flight = bytes.Clone(flight)
	for len(flight) < maxFlight {
		if len(flight) >= 4 {
			length := 4 + int(flight[1])<<16 + int(flight[2])<<8 + int(flight[3])
			if flight[0] == handshakeDone {
				return 0, nil
			}
			if len(flight) >= length {
				if flight[0] == handshakeKeyExchange {
					return primeBits(flight[4:length])
				}
				flight = flight[length:]
				continue
			}
		}
		kind, body, err := readRecord(r)
		if err != nil || kind != recordHandshake {
			return 0, err
		}
		flight = append(flight, body...)
	}
	return 0, errNotTLS
}

// primeBits reads the prime that a ServerKeyExchange begins with (RFC 5246 §7.4.3, ServerDHParams).
func primeBits(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, errNotTLS
	}
	length := int(binary.BigEndian.Uint16(b))
	if len(b) < 2+length {
		return 0, errNotTLS
	}
	return new(big.Int).SetBytes(b[2 : 2+length]).BitLen(), nil
}
