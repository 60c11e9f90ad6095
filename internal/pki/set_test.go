package pki_test

import (
	"crypto/rand"
	"crypto/rsa"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
)

// variants says, for every credential, how it is used, what Verify finds and whether it is listed.
var variants = []struct {
	name   string
	usage  pki.Usage
	want   []pki.PathKind
	listed bool
}{
	{"tls", pki.UsageServer, nil, true},
	{"tls", pki.UsageClient, nil, true},
	{"tls-2", pki.UsageClient, nil, true},
	{"tls~expired", pki.UsageClient, []pki.PathKind{pki.PathExpired}, true},
	{"tls~not-yet-valid", pki.UsageClient, []pki.PathKind{pki.PathNotYetValid}, true},
	{"tls~revoked", pki.UsageClient, []pki.PathKind{pki.PathRevoked}, true},
	{"tls~unknown-ca", pki.UsageClient, []pki.PathKind{pki.PathUnknownAuthority}, true},
	{"tls~self-signed", pki.UsageServer, []pki.PathKind{pki.PathSelfSigned}, true},
	{"tls~unlisted", pki.UsageClient, nil, false},
	{"tls~server-auth-only", pki.UsageClient, []pki.PathKind{pki.PathUsage}, true},
	{"tls~server-auth-only", pki.UsageServer, nil, true},
	{"tls~client-auth-only", pki.UsageServer, []pki.PathKind{pki.PathUsage}, true},
	{"tls~client-auth-only", pki.UsageClient, nil, true},
	{"tls~ca", pki.UsageClient, []pki.PathKind{pki.PathCA}, true},
	{"tls~rsa-1024", pki.UsageClient, []pki.PathKind{pki.PathWeakKey}, true},
	{"tls~sha1", pki.UsageClient, []pki.PathKind{pki.PathWeakDigest}, true},
	{"tls~wrong-host", pki.UsageServer, []pki.PathKind{pki.PathName}, true},
	{"tls~stale-crl", pki.UsageClient, []pki.PathKind{pki.PathRevocationStale}, true},
	{"tls~ocsp-unreachable", pki.UsageClient, []pki.PathKind{pki.PathRevocationUnreachable}, true},
	{"tls~signature-only", pki.UsageClient, []pki.PathKind{pki.PathUsage}, true},
	{"tls~mismatch", pki.UsageClient, nil, true},
	{"tls~other-branch", pki.UsageClient, []pki.PathKind{pki.PathUnknownAuthority}, true},
	{"tls~person", pki.UsageClient, nil, false},
	{"tls~renamed", pki.UsageClient, nil, false},
	{"tls~comma", pki.UsageClient, nil, false},
	{"tls~reordered", pki.UsageClient, nil, false},
	{"tls~renewed", pki.UsageClient, nil, true},
	{"signature", pki.UsageSignature, nil, true},
	{"signature-ec", pki.UsageSignature, nil, true},
	{"signature~expired", pki.UsageSignature, []pki.PathKind{pki.PathExpired}, true},
	{"signature~not-yet-valid", pki.UsageSignature, []pki.PathKind{pki.PathNotYetValid}, true},
	{"signature~revoked", pki.UsageSignature, []pki.PathKind{pki.PathRevoked}, true},
	{"signature~other-ca", pki.UsageSignature, []pki.PathKind{pki.PathUnknownAuthority}, true},
	{"signature~self-signed", pki.UsageSignature, []pki.PathKind{pki.PathSelfSigned}, true},
	{"signature~outside", pki.UsageSignature, nil, false},
	{"signature~rsa-1024", pki.UsageSignature, []pki.PathKind{pki.PathWeakKey}, true},
	{"signature~sha1", pki.UsageSignature, []pki.PathKind{pki.PathWeakDigest}, true},
	{"signature~mismatch", pki.UsageSignature, nil, true},
	{"signature~retired", pki.UsageSignature, nil, false},
}

func TestEveryVariantIsRefusedForItsOwnReasonOnly(t *testing.T) {
	set := newSet(t)
	judge := trust(set)
	tested := map[string]bool{}
	for _, v := range variants {
		tested["caf/"+v.name] = true
		c := credential(t, set, "caf/"+v.name)
		var got []pki.PathError
		if v.usage == pki.UsageServer {
			got = judge.VerifyServer(c.Chain, "localhost", now)
		} else {
			got = judge.Verify(c.Chain, v.usage, now)
		}
		if !slices.Equal(kinds(got), v.want) {
			t.Errorf("%s: got %v, want %v", v.name, got, v.want)
		}
		kind, _, _ := strings.Cut(strings.ReplaceAll(v.name, "-", "~"), "~")
		if listed := pki.Listed(identities("caf", kind), c.Leaf(), now); listed != v.listed {
			t.Errorf("%s: listed %t, want %t (%s)", v.name, listed, v.listed, pki.Subject(c.Leaf()))
		}
	}
	for _, name := range set.Names() {
		if strings.HasPrefix(name, "caf/") && !tested[name] {
			t.Errorf("%s is in the Set and in no row of this test", name)
		}
	}
}

func TestKeysBelongToCertificatesButForMismatch(t *testing.T) {
	set := newSet(t)
	owner := map[string]string{}
	for _, name := range set.Names() {
		c := credential(t, set, name)
		err := pki.CheckPair(c.Key, c.Leaf(), c.Leaf().NotBefore)
		if mismatch := strings.HasSuffix(name, "~mismatch"); mismatch != (err != nil) {
			t.Errorf("%s: CheckPair says %v", name, err)
		}
		if strings.Contains(name, "~") && !strings.HasSuffix(name, "~retired") {
			continue
		}
		id := c.Leaf().SerialNumber.String()
		if k, ok := c.Key.(*rsa.PrivateKey); ok {
			id = k.N.String()
		}
		if other, twice := owner[id]; twice {
			t.Errorf("%s and %s have the same key", name, other)
		}
		owner[id] = name
	}
}

func TestRetiredKeyIsListedUntilItsCutOff(t *testing.T) {
	c := credential(t, newSet(t), "caf/signature~retired")
	old := identities("caf", "signature")[0]
	if got := pki.Subject(c.Leaf()); got != old.Subject {
		t.Fatalf("subject %q, want that of the identity with a cut-off, %q", got, old.Subject)
	}
	if !pki.Matches(old, c.Leaf(), old.Until.Add(-time.Second)) {
		t.Error("not matched a second before the cut-off")
	}
	if pki.Matches(old, c.Leaf(), old.Until.Time) {
		t.Error("still matched at the cut-off")
	}
}

func TestWildcardsSayTest(t *testing.T) {
	c := credential(t, newSet(t), "caf/tls")
	if got, want := pki.Subject(c.Leaf()), "CN=TEST.caf.test,OU=TEST,O=CAF TEST,C=FR"; got != want {
		t.Errorf("subject %q, want %q", got, want)
	}
}

func TestUnknownNameListsTheNearest(t *testing.T) {
	_, err := newSet(t).Credential("caf/tls~expird")
	if err == nil || !strings.Contains(err.Error(), "caf/tls~expired") {
		t.Errorf("got %v, want an error that offers caf/tls~expired", err)
	}
}

func TestNewRefusesWhatItCannotMake(t *testing.T) {
	good := pki.Options{Now: now, Organisms: organisms}
	for name, c := range map[string]struct {
		change func(*pki.Options)
		want   string
	}{
		"no instant":     {func(o *pki.Options) { o.Now = time.Time{} }, "no instant"},
		"a path as name": {func(o *pki.Options) { o.Organisms = []interops.Organism{{Name: "../caf"}} }, "leading dot"},
		"not a subject": {func(o *pki.Options) {
			o.Organisms = []interops.Organism{{Name: "x", TLS: []interops.Identity{{Subject: "caf"}}}}
		}, "want TYPE=value"},
		"the same name":      {func(o *pki.Options) { o.Organisms = append(organisms[:1:1], organisms[0]) }, "same name"},
		"no URL":             {func(o *pki.Options) { o.Revocation = "127.0.0.1:80" }, "http://host:port"},
		"fresh without rand": {func(o *pki.Options) { o.Fresh = true }, "Options.Rand"},
	} {
		o := good
		c.change(&o)
		if _, err := pki.New(o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}

func TestSameOptionsGiveTheSameCertificates(t *testing.T) {
	o := pki.Options{Now: now, Organisms: organisms}
	a, _ := pki.New(o)
	b, _ := pki.New(o)
	for _, name := range []string{"caf/tls", "cnav/signature~expired"} {
		if !credential(t, a, name).Leaf().Equal(credential(t, b, name).Leaf()) {
			t.Errorf("%s differs between two Sets of the same options", name)
		}
	}
}

func TestFreshKeysAreNotTheEmbeddedOnes(t *testing.T) {
	o := pki.Options{Now: now, Organisms: organisms[1:]}
	fixed, err := pki.New(o)
	if err != nil {
		t.Fatal(err)
	}
	o.Fresh, o.Rand = true, rand.Reader
	fresh, err := pki.New(o)
	if err != nil {
		t.Fatal(err)
	}
	a, b := credential(t, fixed, "cnav/tls"), credential(t, fresh, "cnav/tls")
	if a.Key.(*rsa.PrivateKey).Equal(b.Key) || a.Leaf().SerialNumber.Cmp(b.Leaf().SerialNumber) == 0 {
		t.Error("a fresh Set has an embedded key or its serial number")
	}
	if got := (&pki.Trust{Roots: fresh.RootCertificates()}).Verify(b.Chain, pki.UsageClient, now); len(got) > 0 {
		t.Errorf("the fresh credential is refused: %v", got)
	}
}

func TestSetServesSeveralGoroutines(t *testing.T) {
	set := newSet(t)
	judge := trust(set)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			c, err := set.Credential("caf/tls")
			if err != nil {
				t.Error(err)
				return
			}
			if got := judge.Verify(c.Chain, pki.UsageClient, now); len(got) > 0 {
				t.Error(got)
			}
		})
	}
	group.Wait()
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		set, err := pki.New(pki.Options{Now: now, Organisms: organisms, Revocation: "http://127.0.0.1:1"})
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range []string{"caf/tls", "caf/signature", "cnav/tls", "cnav/signature"} {
			credential(b, set, name)
		}
		set.RootsPEM()
	}
}

// What ails a certificate by itself is told without a path, and nothing else is.
func TestACertificateAlone(t *testing.T) {
	set := newSet(t)
	own := []pki.PathKind{pki.PathExpired, pki.PathNotYetValid, pki.PathWeakKey, pki.PathWeakDigest}
	for _, v := range variants {
		want := slices.DeleteFunc(slices.Clone(v.want), func(k pki.PathKind) bool { return !slices.Contains(own, k) })
		got := new(pki.Trust).CheckAlone(credential(t, set, "caf/"+v.name).Leaf(), now)
		if !slices.Equal(kinds(got), want) {
			t.Errorf("%s: got %v, want %v", v.name, got, want)
		}
	}
}
