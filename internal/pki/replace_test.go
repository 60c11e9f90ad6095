package pki_test

import (
	"crypto/tls"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
)

func TestReplacePutsTheCandidatesOwnCertificate(t *testing.T) {
	identity := []interops.Identity{{Subject: "CN=essai,O=TEST organisme,C=FR"}}
	set := func() *pki.Set {
		s, err := pki.New(pki.Options{Now: time.Now(), Organisms: []interops.Organism{{Name: "essai", TLS: identity, Signature: identity}}})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	ours, theirs := set(), set()
	given, err := theirs.Credential("essai/signature")
	if err != nil {
		t.Fatal(err)
	}
	own, err := pki.FromTLS(given.TLS())
	if err != nil {
		t.Fatal(err)
	}
	if err := ours.Replace("essai/tls", own); err != nil {
		t.Fatal(err)
	}
	got, err := ours.Credential("essai/tls")
	if err != nil || got.Name != "essai/tls" || !got.Leaf().Equal(given.Leaf()) || len(got.Chain) != len(given.Chain) {
		t.Errorf("credential %q of %s, %v: want that of the file", got.Name, pki.Subject(got.Leaf()), err)
	}
	if err := ours.Replace("essai/inconnu", own); err == nil {
		t.Error("a name that the set does not have was replaced")
	}
	if _, err := pki.FromTLS(tls.Certificate{PrivateKey: "no key"}); err == nil {
		t.Error("a pair without a key that signs was read")
	}
	broken := given.TLS()
	broken.Certificate = [][]byte{{0x30, 0x00}}
	if _, err := pki.FromTLS(broken); err == nil {
		t.Error("a pair whose certificate is unreadable was read")
	}
}
