package authentication_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
)

// What a journey cannot do without: each message is signed once and verified once, and each host is met once.
const (
	// A context token, four VIs, one AuthnRequest; then three LogoutRequests and three LogoutResponses, whoever asks: the
	// operator to three organisms, or one of them to the operator and the operator to the two others.
	signedMessages = 1 + 4 + 1 + 3 + 3
	// The browser with the two operators and the three organisms that serve.
	handshakes = 5
)

// BenchmarkJourneys is whole journeys of persons through a sphere of one process, several at once: identified,
// authenticated, at four services, and out of all of them. It is told in journeys per second, and in CPU of all parties
// and browsers over what the signatures alone cost (made and verified), and over these and the handshakes.
func BenchmarkJourneys(b *testing.B) {
	const persons = 500
	s := newSphere(b, persons)
	sign, verify, handshake := costs(b, s.Bench.PKI)
	var next atomic.Int64
	begin := cpuTime(b)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			a := s.Browser()
			if err := s.Journey(b.Context(), a, int(next.Add(1)%persons), nil); err != nil {
				b.Error(err)
			}
			_ = a.Close()
		}
	})
	b.StopTimer()
	one := float64(cpuTime(b)-begin) / float64(b.N)
	signatures := float64(signedMessages * (sign + verify))
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "journeys/s")
	b.ReportMetric(one/signatures, "x-signatures")
	b.ReportMetric(one/(signatures+float64(handshakes*handshake)), "x-own-crypto")
}

// cpuTime is what this process has used of the processor: unlike a clock, the same on a busy machine.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// costs measures one signature, one verification and one handshake of a browser, of both sides.
func costs(b *testing.B, set *pki.Set) (sign, verify, handshake time.Duration) {
	b.Helper()
	seal, err := set.Credential(operator + "/signature")
	if err != nil {
		b.Fatal(err)
	}
	public, ok := seal.Leaf().PublicKey.(*rsa.PublicKey)
	if !ok {
		b.Fatal("the seal is no RSA key")
	}
	sum := sha256.Sum256([]byte("measure"))
	signature, err := seal.Key.Sign(bench.Entropy(), sum[:], crypto.SHA256)
	if err != nil {
		b.Fatal(err)
	}
	sign = each(b, 200, func() error {
		_, err := seal.Key.Sign(bench.Entropy(), sum[:], crypto.SHA256)
		return err
	})
	verify = each(b, 2000, func() error { return rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature) })
	return sign, verify, each(b, 200, greeting(b, set))
}

// greeting returns a function that makes one handshake as a browser does, on a new connection.
func greeting(b *testing.B, set *pki.Set) func() error {
	b.Helper()
	theirs, err := set.Credential(operator + "/tls")
	if err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			secure := tls.Server(c, pki.ServerConfig(theirs, bench.Wall, nil))
			_, _ = io.Copy(secure, secure)
			_ = secure.Close()
		}
	}()
	config := &tls.Config{RootCAs: set.Roots(), MinVersion: tls.VersionTLS12, ServerName: "organisme-1.test"}
	return func() error {
		c, err := tls.Dial("tcp", l.Addr().String(), config)
		if err != nil {
			return err
		}
		defer func() { _ = c.Close() }()
		if _, err := c.Write([]byte{1}); err != nil {
			return err
		}
		_, err = c.Read(make([]byte, 1))
		return err
	}
}

// each is the mean CPU time of some repetitions.
func each(b *testing.B, times int, do func() error) time.Duration {
	b.Helper()
	begin := cpuTime(b)
	for range times {
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	return (cpuTime(b) - begin) / time.Duration(times)
}
