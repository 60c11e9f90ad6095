package pki_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/pki"
)

func TestProbeTellsOldServersFromSoundOnes(t *testing.T) {
	set := newSet(t)
	sound := pki.ServerConfig(credential(t, set, "cnav/tls"), clock, pki.AcceptAny)
	old := sound.Clone()
	old.MinVersion, old.CipherSuites = tls.VersionTLS10, []uint16{
		tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_RSA_WITH_RC4_128_SHA,
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	}
	lowered := sound.Clone()
	pki.SpeakOld(lowered, tls.VersionTLS11)
	soundAddr, _ := serve(t, sound)
	loweredAddr, _ := serve(t, lowered)
	oldAddr, _ := serve(t, old)
	accepted := func(version, suite uint16) pki.HelloResult {
		return pki.HelloResult{Answer: pki.AnswerHello, Version: version, Suite: suite, Renegotiation: true}
	}
	refused := func(alert uint8) pki.HelloResult { return pki.HelloResult{Answer: pki.AnswerAlert, Alert: alert} }
	for _, c := range []struct {
		name, addr string
		version    uint16
		suites     []uint16
		want       pki.HelloResult
	}{
		{"SSL 3.0, sound", soundAddr, 0x0300, pki.OldSuites, refused(70)},
		{"TLS 1.0, sound", soundAddr, 0x0301, pki.OldSuites, refused(70)},
		{"TLS 1.1, sound", soundAddr, 0x0302, pki.OldSuites, refused(70)},
		{"TLS 1.2, sound", soundAddr, 0x0303, []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}, accepted(0x0303, 0xc02f)},
		{"TLS 1.0, old", oldAddr, 0x0301, pki.OldSuites, accepted(0x0301, 0xc013)},
		{"TLS 1.1, old", oldAddr, 0x0302, pki.OldSuites, accepted(0x0302, 0xc013)},
		{"TLS 1.0, lowered to TLS 1.1", loweredAddr, 0x0301, pki.OldSuites, refused(70)},
		{"TLS 1.1, lowered to TLS 1.1", loweredAddr, 0x0302, pki.OldSuites, accepted(0x0302, 0xc013)},
		{"TLS 1.2, lowered to TLS 1.1", loweredAddr, 0x0303, []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}, accepted(0x0303, 0xc02f)},
		{"NULL, sound", soundAddr, 0x0303, pki.WeakSuites[0].Suites, refused(40)},
		{"RC4, sound", soundAddr, 0x0303, pki.WeakSuites[1].Suites, refused(40)},
		{"3DES, sound", soundAddr, 0x0303, pki.WeakSuites[2].Suites, refused(40)},
		{"export, sound", soundAddr, 0x0303, pki.WeakSuites[3].Suites, refused(40)},
		{"RC4, old", oldAddr, 0x0303, pki.WeakSuites[1].Suites, accepted(0x0303, 0x0005)},
		{"3DES, old", oldAddr, 0x0303, pki.WeakSuites[2].Suites, accepted(0x0303, 0x000a)},
	} {
		got, err := pki.ProbeHello(t.Context(), nil, c.addr, c.version, c.suites)
		if err != nil || got != c.want {
			t.Errorf("%s: got %s (%v), want %s", c.name, got, err, c.want)
		}
	}
}

// answer accepts connections, reads the hello and writes the bytes; silent holds the connection open.
func answer(t *testing.T, bytes string, silent bool) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.Read(make([]byte, 4096))
		conn.Write([]byte(bytes))
		if silent {
			conn.Read(make([]byte, 1))
		}
	}()
	return listener.Addr().String()
}

func TestProbeReadsOddAnswers(t *testing.T) {
	hello := "\x16\x03\x00\x00\x2b\x02\x00\x00\x27\x03\x00" + string(make([]byte, 32)) + "\x01\x07\x00\x05\x00"
	for _, c := range []struct {
		name, bytes string
		want        pki.Answer
	}{
		{"closed", "", pki.AnswerClosed},
		{"alert", "\x15\x03\x01\x00\x02\x02\x46", pki.AnswerAlert},
		{"warning, then hello", "\x15\x03\x01\x00\x02\x01\x70" + hello, pki.AnswerHello},
		{"cut record", "\x15\x03\x01\x00\x02\x02", ""},
		{"HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", ""},
		{"cut hello", "\x16\x03\x01\x00\x04\x02\x00\x00\x00", ""},
		{"session id past the end", "\x16\x03\x01\x00\x28\x02\x00\x00\x24\x03\x01" + string(make([]byte, 32)) + "\xff\x00", ""},
		{"warnings without end", "\x15\x03\x01\x00\x02\x01\x70\x15\x03\x01\x00\x02\x01\x70\x15\x03\x01\x00\x02\x01\x70\x15\x03\x01\x00\x02\x01\x70", ""},
	} {
		got, err := pki.ProbeHello(t.Context(), nil, answer(t, c.bytes, false), 0x0301, pki.OldSuites)
		if got.Answer != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s: got %s (%v), want %q", c.name, got, err, c.want)
		}
	}
}

// flight is a ServerHello with a suite and a compression, and the messages that follow it, in records of 50 octets.
func flight(suite uint16, compression byte, extensions string, messages ...string) string {
	hello := "\x03\x03" + string(make([]byte, 33)) + string([]byte{byte(suite >> 8), byte(suite), compression}) + extensions
	var records strings.Builder
	for i, m := range append([]string{"\x02" + length(3, hello)}, messages...) {
		for part := m; part != ""; {
			n := min(len(part), 50)
			if i == 0 {
				n = len(part)
			}
			records.WriteString("\x16\x03\x03" + length(2, part[:n]))
			part = part[n:]
		}
	}
	return records.String()
}

// length puts the length of s before it, in n octets.
func length(n int, s string) string {
	var head []byte
	for i := range n {
		head = append(head, byte(len(s)>>(8*(n-1-i))))
	}
	return string(head) + s
}

func TestHelloReadsCompressionRenegotiationAndGroup(t *testing.T) {
	certificate := "\x0b" + length(3, string(make([]byte, 300)))
	prime := func(octets int) string {
		return "\x0c" + length(3, length(2, "\x80"+string(make([]byte, octets-1)))+length(2, "\x02")+length(2, "y"))
	}
	renegotiation := length(2, "\x00\x17\x00\x00\xff\x01\x00\x01\x00")
	for name, c := range map[string]struct {
		bytes         string
		prime         int
		compression   uint8
		renegotiation bool
		trouble       bool
	}{
		"1024 bits":           {bytes: flight(0x009e, 0, "", certificate, prime(128)), prime: 1024},
		"2048 bits":           {bytes: flight(0x0033, 0, renegotiation, certificate, prime(256)), prime: 2048, renegotiation: true},
		"no such exchange":    {bytes: flight(0xc02f, 0, "", certificate)},
		"compression":         {bytes: flight(0xc02f, 1, "", certificate), compression: 1},
		"ends without":        {bytes: flight(0x009e, 0, "", certificate, "\x0e\x00\x00\x00")},
		"prime past the end":  {bytes: flight(0x009e, 0, "", "\x0c"+length(3, "\xff\xff\x00")), trouble: true},
		"cut":                 {bytes: flight(0x009e, 0, "", certificate, prime(128)[:40]), trouble: true},
		"extension cut":       {bytes: flight(0xc02f, 0, length(2, "\x00\x17\xff\xff")), renegotiation: false},
		"prime of no length":  {bytes: flight(0x009e, 0, "", "\x0c"+length(3, "\x01")), trouble: true},
		"an alert in between": {bytes: flight(0x009e, 0, "") + "\x15\x03\x03\x00\x02\x02\x28"},
	} {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			_, _ = server.Read(make([]byte, 4096))
			_, _ = server.Write([]byte(c.bytes))
		}()
		h := pki.Hello{Version: 0x0303, Suites: pki.DHESuites, Deflate: true, KeyExchange: true}
		got, err := h.Exchange(t.Context(), client)
		if (err != nil) != c.trouble || got.PrimeBits != c.prime || got.Compression != c.compression || got.Renegotiation != c.renegotiation {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestFamiliesOfSuitesAreApart(t *testing.T) {
	for _, s := range pki.StaticSuites {
		if slices.Contains(pki.DHESuites, s) || slices.Contains(pki.AnonymousSuites, s) {
			t.Errorf("suite 0x%04x is in two families", s)
		}
	}
	for _, s := range pki.DHESuites {
		if slices.Contains(pki.AnonymousSuites, s) {
			t.Errorf("suite 0x%04x is in two families", s)
		}
	}
}

func TestProbeSilenceIsNoAnswer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	got, err := pki.ProbeHello(ctx, nil, answer(t, "", true), 0x0301, pki.OldSuites)
	if !errors.Is(err, context.DeadlineExceeded) || got != (pki.HelloResult{}) {
		t.Errorf("got %v, %v; want the deadline", got, err)
	}
	if _, err := pki.ProbeHello(t.Context(), nil, "127.0.0.1:1", 0x0301, pki.OldSuites); err == nil {
		t.Error("a closed port gave a result")
	}
	if _, err := pki.ProbeHello(t.Context(), nil, "127.0.0.1:1", 0x0304, pki.OldSuites); err == nil {
		t.Error("TLS 1.3 was taken")
	}
}
