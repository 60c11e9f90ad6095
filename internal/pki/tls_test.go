package pki_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/pki"
)

// serve accepts TLS connections until the test ends, greets each and reports how its handshake ended.
func serve(t *testing.T, config *tls.Config) (addr string, results chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	results = make(chan error, 100)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				server := tls.Server(conn, config)
				err := server.Handshake()
				if err == nil {
					io.WriteString(server, "bonjour")
					server.Close()
				}
				results <- err
			}()
		}
	}()
	return listener.Addr().String(), results
}

// call opens a connection and reads the greeting; the server's judgement comes back as serverErr.
func call(t *testing.T, addr string, results chan error, config *tls.Config) (clientErr, serverErr error) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client := tls.Client(conn, config)
	clientErr = client.Handshake()
	if clientErr == nil {
		_, clientErr = io.ReadAll(client)
	}
	conn.Close()
	return clientErr, <-results
}

func TestServerJudgesClients(t *testing.T) {
	set := newSet(t)
	judge := trust(set)
	config := pki.ServerConfig(credential(t, set, "cnav/tls"), clock, judge.Decide(pki.UsageClient, clock))
	addr, results := serve(t, config)
	for _, c := range []struct {
		name string
		want pki.PathKind
	}{
		{"tls", ""}, {"tls~expired", pki.PathExpired}, {"tls~not-yet-valid", pki.PathNotYetValid},
		{"tls~revoked", pki.PathRevoked}, {"tls~unknown-ca", pki.PathUnknownAuthority}, {"tls~ca", pki.PathCA},
		{"tls~server-auth-only", pki.PathUsage}, {"tls~rsa-1024", pki.PathWeakKey}, {"tls~sha1", pki.PathWeakDigest},
		{"tls~stale-crl", pki.PathRevocationStale}, {"tls~ocsp-unreachable", pki.PathRevocationUnreachable},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			client := pki.ClientConfig(credential(t, set, "caf/"+c.name), clock, judge.DecideServer("localhost", clock))
			client.MaxVersion = version
			clientErr, serverErr := call(t, addr, results, client)
			var got pki.PathError
			if errors.As(serverErr, &got); got.Kind != c.want || (clientErr == nil) != (c.want == "") {
				t.Errorf("%s, %s: server %v, client %v, want %q", c.name, pki.VersionName(version), serverErr, clientErr, c.want)
			}
		}
	}
	if clientErr, serverErr := call(t, addr, results, pki.ClientConfig(pki.Credential{}, clock, pki.AcceptAny)); clientErr == nil || serverErr == nil {
		t.Error("a client without certificate was let in")
	}
}

func TestClientJudgesServers(t *testing.T) {
	set := newSet(t)
	judge := trust(set)
	for name, want := range map[string]pki.PathKind{
		"tls": "", "tls~self-signed": pki.PathSelfSigned, "tls~wrong-host": pki.PathName, "tls~expired": pki.PathExpired,
		"tls~revoked": pki.PathRevoked, "tls~unknown-ca": pki.PathUnknownAuthority, "tls~client-auth-only": pki.PathUsage,
	} {
		addr, results := serve(t, pki.ServerConfig(credential(t, set, "cnav/"+name), clock, pki.AcceptAny))
		err, _ := call(t, addr, results, pki.ClientConfig(credential(t, set, "caf/tls"), clock, judge.DecideServer("127.0.0.1", clock)))
		var got pki.PathError
		if errors.As(err, &got); got.Kind != want || (err == nil) != (want == "") {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
}

func TestClientWithoutJudgeRefusesEveryServer(t *testing.T) {
	set := newSet(t)
	addr, results := serve(t, pki.ServerConfig(credential(t, set, "cnav/tls"), clock, nil))
	if err, _ := call(t, addr, results, pki.ClientConfig(pki.Credential{}, clock, nil)); err == nil {
		t.Error("the server was accepted")
	}
}

// A server that names the authorities it accepts must still be shown the bad certificate.
func TestBadCertificateIsShownWhateverTheServerAsksFor(t *testing.T) {
	set := newSet(t)
	var shown []*x509.Certificate
	config := pki.ServerConfig(credential(t, set, "cnav/tls"), clock, func(chain []*x509.Certificate) error {
		shown = chain
		return nil
	})
	config.ClientCAs = set.Roots()
	addr, results := serve(t, config)
	bad := credential(t, set, "caf/tls~unknown-ca")
	if err, _ := call(t, addr, results, pki.ClientConfig(bad, clock, pki.AcceptAny)); err != nil {
		t.Fatal(err)
	}
	if len(shown) != 1 || !shown[0].Equal(bad.Leaf()) {
		t.Errorf("the server saw %d certificates, want the bad one", len(shown))
	}
}

func TestOpensslClientMeetsTheFloor(t *testing.T) {
	benchtest.Needs(t, "openssl")
	set := newSet(t)
	dir := save(t, set)
	addr, _ := serve(t, pki.ServerConfig(credential(t, set, "cnav/tls"), clock, trust(set).Decide(pki.UsageClient, clock)))
	try := func(args ...string) string {
		base := []string{"s_client", "-connect", addr, "-CAfile", dir + "/roots.pem", "-cert", dir + "/organisms/caf/tls.pem",
			"-cert_chain", dir + "/organisms/caf/tls.pem", "-key", dir + "/organisms/caf/tls.key", "-attime", "1795255200", "-verify_return_error", "-ign_eof"}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		out, _ := exec.CommandContext(ctx, "openssl", append(base, args...)...).CombinedOutput()
		return string(out)
	}
	for _, version := range []string{"-tls1_2", "-tls1_3"} {
		if out := try(version); !strings.Contains(out, "bonjour") {
			t.Errorf("%s: openssl says %s", version, out)
		}
	}
	for _, old := range [][]string{{"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}, {"-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"}} {
		if out := try(old...); strings.Contains(out, "bonjour") {
			t.Errorf("%v was accepted", old)
		}
	}
}

func TestVerifyRefusesHostileChains(t *testing.T) {
	set := newSet(t)
	judge := &pki.Trust{Roots: set.RootCertificates()}
	honest := credential(t, set, "caf/tls")
	leaf, ca := honest.Chain[0], honest.Chain[1]
	other := credential(t, set, "cnav/tls").Leaf()
	for name, c := range map[string]struct {
		chain []*x509.Certificate
		want  []pki.PathKind
	}{
		"none":                         {nil, []pki.PathKind{pki.PathMalformed}},
		"without its authority":        {leafOnly(honest), []pki.PathKind{pki.PathUnknownAuthority}},
		"superfluous and out of order": {[]*x509.Certificate{leaf, other, judge.Roots[0], ca, ca}, nil},
		"a leaf as authority":          {[]*x509.Certificate{leaf, other}, []pki.PathKind{pki.PathUnknownAuthority}},
		"endless":                      {slices.Repeat([]*x509.Certificate{leaf}, 11), []pki.PathKind{pki.PathMalformed}},
		"the issuing authority":        {[]*x509.Certificate{ca}, []pki.PathKind{pki.PathCA, pki.PathUsage}},
	} {
		if got := judge.Verify(c.chain, pki.UsageClient, now); !slices.Equal(kinds(got), append([]pki.PathKind{}, c.want...)) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	if got := judge.Verify(honest.Chain, pki.UsageClient, now.AddDate(20, 0, 0)); !slices.Equal(kinds(got), []pki.PathKind{pki.PathExpired, pki.PathExpired, pki.PathExpired}) {
		t.Errorf("in twenty years: got %v, want leaf, authority and root expired", got)
	}
	if got := (&pki.Trust{Roots: judge.Roots, MinRSA: 3072}).Verify(honest.Chain, pki.UsageClient, now); len(got) != 3 || got[0].Kind != pki.PathWeakKey {
		t.Errorf("with a floor of 3072 bits: got %v", got)
	}
}
