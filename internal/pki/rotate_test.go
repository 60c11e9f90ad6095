package pki_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
)

// failing is a source of randomness that has none.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// rotating is a set of one organism, whose revocation data a server tells.
func rotating(t *testing.T) *pki.Set {
	t.Helper()
	var set *pki.Set
	server := httptest.NewUnstartedServer(nil)
	set, err := pki.New(pki.Options{
		Organisms: []interops.Organism{{Name: "org", TLS: []interops.Identity{{Subject: "CN=org TLS,O=TEST"}}, Signature: []interops.Identity{{Subject: "CN=org sceau,O=TEST"}}}},
		Now:       time.Now(), Rand: rand.Reader, Revocation: "http://" + server.Listener.Addr().String(),
	})
	if err != nil {
		t.Fatal(err)
	}
	set.SetClock(time.Now)
	server.Config.Handler = set.Handler()
	server.Start()
	t.Cleanup(server.Close)
	return set
}

func troubles(set *pki.Set, c pki.Credential) (kinds []pki.PathKind) {
	trust := pki.Trust{Roots: set.RootCertificates(), Revocation: &pki.Checker{}}
	for _, e := range trust.Verify(c.Chain, pki.UsageClient, time.Now()) {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

func TestRotate(t *testing.T) {
	for _, revoke := range []bool{false, true} {
		set := rotating(t)
		before, err := set.Credential("org/tls")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := set.CRL("tls"); err != nil { // kept, and to be forgotten
			t.Fatal(err)
		}
		now := time.Now()
		after, err := set.Rotate("org/tls", pki.Rotation{Now: now, Rand: rand.Reader, Revoke: revoke})
		if err != nil {
			t.Fatal(err)
		}
		switch leaf := after.Leaf(); {
		case pki.Subject(leaf) != pki.Subject(before.Leaf()) || leaf.VerifyHostname("localhost") != nil:
			t.Errorf("subject %s, names %v", pki.Subject(leaf), leaf.DNSNames)
		case leaf.SerialNumber.Cmp(before.Leaf().SerialNumber) == 0:
			t.Error("the number is the same")
		case pki.CheckPair(after.Key, leaf, now) != nil || pki.CheckPair(before.Key, leaf, now) == nil:
			t.Error("the key is not a new one")
		}
		if got, err := set.Credential("org/tls"); err != nil || !got.Leaf().Equal(after.Leaf()) {
			t.Errorf("the set gives %v %v", got.Leaf().SerialNumber, err)
		}
		if kinds := troubles(set, after); len(kinds) > 0 {
			t.Errorf("the new one: %v", kinds)
		}
		former, err := set.Credential("org/tls~former-1")
		if err != nil || !former.Leaf().Equal(before.Leaf()) {
			t.Fatalf("the former one is not kept: %v", err)
		}
		kinds := troubles(set, former)
		if revoked := len(kinds) == 1 && kinds[0] == pki.PathRevoked; revoked != revoke || !revoke && len(kinds) > 0 {
			t.Errorf("revoke %v: the former one: %v", revoke, kinds)
		}
		if set.Revoked("org/tls~former-1").IsZero() == revoke || !set.Revoked("org/tls").IsZero() || !set.Revoked("absent").IsZero() {
			t.Error("the set tells otherwise who is revoked")
		}
	}
}

// listed reads what an authority publishes.
func listed(t *testing.T, set *pki.Set, authority string) *x509.RevocationList {
	t.Helper()
	der, err := set.CRL(authority)
	if err != nil {
		t.Fatal(err)
	}
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestListsAreNumberedUpwards(t *testing.T) {
	set := rotating(t)
	first := listed(t, set, "signature")
	for range 3 {
		if _, err := set.Rotate("org/signature-ec", pki.Rotation{Now: time.Now(), Rand: rand.Reader, Revoke: true}); err != nil {
			t.Fatal(err)
		}
		next := listed(t, set, "signature")
		if next.Number.Cmp(first.Number) <= 0 || len(next.RevokedCertificateEntries) != len(first.RevokedCertificateEntries)+1 {
			t.Errorf("list %v of %d behind list %v of %d", next.Number, len(next.RevokedCertificateEntries), first.Number, len(first.RevokedCertificateEntries))
		}
		first = next
	}
}

func TestRotateRefuses(t *testing.T) {
	set := rotating(t)
	r := pki.Rotation{Now: time.Now(), Rand: rand.Reader}
	for _, name := range []string{"absent/tls", "org/tls~expired"} {
		if _, err := set.Rotate(name, r); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := set.Rotate("org/tls", pki.Rotation{Now: time.Now(), Rand: failing{}}); err == nil {
		t.Error("without randomness")
	}
	other, err := rotating(t).Credential("org/tls")
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Replace("org/signature", other); err != nil {
		t.Fatal(err)
	}
	if _, err := set.Rotate("org/signature", r); !errors.Is(err, pki.ErrForeignCertificate) {
		t.Errorf("a certificate of another authority: %v", err)
	}
	if _, err := set.CRL("absent"); err == nil {
		t.Error("a list of an unknown authority")
	}
}

// TestRotationLasts holds that a set of a directory keeps its rotations there.
func TestRotationLasts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pki")
	if err := rotating(t).Save(dir); err != nil {
		t.Fatal(err)
	}
	load := func() *pki.Set {
		set, err := pki.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		set.SetClock(time.Now)
		return set
	}
	set := load()
	var last pki.Credential
	var err error
	for range 2 {
		if last, err = set.Rotate("org/tls", pki.Rotation{Now: time.Now(), Rand: rand.Reader, Revoke: true}); err != nil {
			t.Fatal(err)
		}
	}
	again := load()
	got, err := again.Credential("org/tls")
	if err != nil || !bytes.Equal(got.Leaf().Raw, last.Leaf().Raw) || pki.CheckPair(got.Key, got.Leaf(), time.Now()) != nil {
		t.Errorf("loaded again: %v", err)
	}
	for _, name := range []string{"org/tls~former-1", "org/tls~former-2"} {
		if c, err := again.Credential(name); err != nil || again.Revoked(name).IsZero() || c.Leaf().Equal(last.Leaf()) {
			t.Errorf("%s: %v, revoked %v", name, err, again.Revoked(name))
		}
	}
	if of, former := pki.Former("org/tls~former-2"); of != "org/tls" || !former {
		t.Error(of, former)
	}
	if _, former := pki.Former("org/tls~expired"); former {
		t.Error("a bad certificate taken for a former one")
	}
	if files, err := filepath.Glob(filepath.Join(dir, "organisms", "org", "tls~renewed-*.p12")); err != nil || len(files) != 2 {
		t.Errorf("files for Java gateways: %v %v", files, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "INDEX"), []byte("# damaged\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := set.Rotate("org/tls", pki.Rotation{Now: time.Now(), Rand: rand.Reader}); err == nil {
		t.Error("rotated a damaged set")
	}
	if kept, err := set.Credential("org/tls"); err != nil || !kept.Leaf().Equal(last.Leaf()) {
		t.Errorf("a rotation that could not be kept took place: %v", err)
	}
}

// TestFollowing holds that a server shows the certificate of the moment, also to who would resume a session.
func TestFollowing(t *testing.T) {
	set := rotating(t)
	settings := pki.ServerConfig(pki.Credential{}, time.Now, nil)
	pki.Following(settings, func() (pki.Credential, error) { return set.Credential("org/tls") })
	listener, err := tls.Listen("tcp", "127.0.0.1:0", settings)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.Copy(c, io.LimitReader(c, 1))
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close() })
	dialer := &tls.Config{RootCAs: set.Roots(), ServerName: "localhost", ClientSessionCache: tls.NewLRUClientSessionCache(4), MinVersion: tls.VersionTLS12}
	shown := func() *x509.Certificate {
		c, err := tls.DialWithDialer(&net.Dialer{}, "tcp", listener.Addr().String(), dialer)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		return c.ConnectionState().PeerCertificates[0]
	}
	before := shown()
	fresh, err := set.Rotate("org/tls", pki.Rotation{Now: time.Now(), Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	if after := shown(); !after.Equal(fresh.Leaf()) || after.Equal(before) {
		t.Errorf("shown %v, want %v", after.SerialNumber, fresh.Leaf().SerialNumber)
	}
}
