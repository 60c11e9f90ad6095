package pki_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/interops"
	"etalon/internal/pki"
)

// A certificate that is issued again is the same but for the change: it leads to the same root, and is revoked with the
// first.
func TestReissue(t *testing.T) {
	identities := []interops.Identity{{Subject: "CN=TEST serveur,O=TEST Etalon,C=FR"}}
	set, err := pki.New(pki.Options{Organisms: []interops.Organism{{Name: "org", TLS: identities}}, Now: now, Revocation: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	first, err := set.Credential("org/tls")
	if err != nil {
		t.Fatal(err)
	}
	again, err := set.Reissue("org/tls", pki.Change{Hosts: []string{"imap.test.invalid", "127.0.0.2"}, CRL: []string{"http://127.0.0.1:2/a.crl"}, OCSP: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	leaf := again.Leaf()
	switch {
	case leaf.SerialNumber.Cmp(first.Leaf().SerialNumber) != 0 || leaf.Subject.String() != first.Leaf().Subject.String():
		t.Error("another certificate")
	case leaf.VerifyHostname("imap.test.invalid") != nil || leaf.VerifyHostname("127.0.0.2") != nil || leaf.VerifyHostname("localhost") == nil:
		t.Errorf("names %v %v", leaf.DNSNames, leaf.IPAddresses)
	case !slices.Equal(leaf.CRLDistributionPoints, []string{"http://127.0.0.1:2/a.crl"}) || len(leaf.OCSPServer) != 0:
		t.Errorf("revocation %v %v", leaf.CRLDistributionPoints, leaf.OCSPServer)
	}
	trust := &pki.Trust{Roots: set.RootCertificates()}
	if trouble := trust.VerifyServer(again.Chain, "imap.test.invalid", now); len(trouble) > 0 {
		t.Error(trouble)
	}
	kept, err := set.Reissue("org/tls", pki.Change{})
	if err != nil || !slices.Equal(kept.Leaf().DNSNames, first.Leaf().DNSNames) || !slices.Equal(kept.Leaf().OCSPServer, first.Leaf().OCSPServer) {
		t.Errorf("without a change: %v, %v", kept.Leaf().DNSNames, err)
	}
	for _, name := range []string{"other/tls", "org/tls~self-signed"} {
		if _, err := set.Reissue(name, pki.Change{}); err == nil || !strings.Contains(err.Error(), "find") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
