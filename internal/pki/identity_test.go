package pki_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
)

// named returns a certificate with that subject, in the order of the certificate (country first).
func named(t testing.TB, pairs ...string) *x509.Certificate {
	t.Helper()
	types := map[string]asn1.ObjectIdentifier{
		"C": {2, 5, 4, 6}, "O": {2, 5, 4, 10}, "OU": {2, 5, 4, 11}, "CN": {2, 5, 4, 3}, "OI": {2, 5, 4, 97},
		"E": {1, 2, 840, 113549, 1, 9, 1},
	}
	var sequence pkix.RDNSequence
	for i := 0; i < len(pairs); i += 2 {
		sequence = append(sequence, pkix.RelativeDistinguishedNameSET{{Type: types[pairs[i]], Value: pairs[i+1]}})
	}
	der, err := asn1.Marshal(sequence)
	if err != nil {
		t.Fatal(err)
	}
	return &x509.Certificate{RawSubject: der}
}

func TestMatches(t *testing.T) {
	cert := named(t, "C", "FR", "O", "Caisse, d'Été", "OU", "0002 123456789", "CN", "gw1.caf.test")
	for pattern, want := range map[string]bool{
		`CN=gw1.caf.test,OU=0002 123456789,O=Caisse\, d'Été,C=FR`:                true,
		`cn = GW1.caf.test , OU=0002  123456789, O="Caisse, d'été" ; C=fr`:       true,
		`CN=gw1.caf.test,OU=0002 123456789,O=Caisse\2c d'\C3\89t\C3\A9,C=FR`:     true,
		`2.5.4.3=gw1.caf.test,OID.2.5.4.11=0002 123456789,O=Caisse\, d'Été,C=FR`: true,
		`CN=#0c0c6777312e6361662e74657374,OU=*,O=*,C=FR`:                         true,
		`CN=*.caf.test,OU=0002 *,O=Caisse*,C=*`:                                  true,
		`CN=gw*.*.te*st,OU=*,O=*,C=FR`:                                           true,
		`CN=*,OU=*,O=*,C=*`:                                                      true,
		`CN=gw1.caf.test*gw1.caf.test,OU=*,O=*,C=FR`:                             false,
		`CN=\*.caf.test,OU=*,O=*,C=FR`:                                           false,
		`CN=gw2.caf.test,OU=*,O=*,C=FR`:                                          false,
		`CN=gw1.caf.tes,OU=*,O=*,C=FR`:                                           false,
		`CN=*,O=*,C=FR`:                                                          false,
		`C=FR,O=*,OU=*,CN=*`:                                                     false,
		`CN=*,OU=*,O=*,C=FR,DC=x`:                                                false,
		`OU=*,CN=*,O=*,C=FR`:                                                     false,
		``:                                                                       false,
		`*`:                                                                      false,
	} {
		if got := pki.Matches(interops.Identity{Subject: pattern}, cert, now); got != want {
			t.Errorf("%s: matched %t, want %t", pattern, got, want)
		}
	}
}

func TestMatchesIsNotFooledByValuesThatLookLikeNames(t *testing.T) {
	cert := named(t, "C", "FR", "CN", "gw.caf.test,O=CAF")
	if pki.Matches(interops.Identity{Subject: "CN=gw.caf.test,O=CAF,C=FR"}, cert, now) {
		t.Error("a comma inside a value separated attributes")
	}
	star := named(t, "C", "FR", "CN", "*")
	if pki.Matches(interops.Identity{Subject: "CN=gw.caf.test,C=FR"}, star, now) {
		t.Error("a star in the certificate acted as a wildcard")
	}
}

func TestMatchesKeepsToTheDates(t *testing.T) {
	cert := named(t, "CN", "x")
	id := interops.Identity{Subject: "CN=x", From: day(2026, 1, 1), Until: day(2026, 2, 1)}
	for at, want := range map[time.Time]bool{
		id.From.Add(-time.Second): false, id.From.Time: true, id.Until.Add(-time.Second): true, id.Until.Time: false,
	} {
		if got := pki.Listed([]interops.Identity{{Subject: "CN=y"}, id}, cert, at); got != want {
			t.Errorf("%s: listed %t, want %t", at, got, want)
		}
	}
}

func TestSubjectIsReadableAndReadBack(t *testing.T) {
	for want, cert := range map[string]*x509.Certificate{
		`CN=a\,b\+c\"d\\e\<f\>\;\=\*,C=FR`:                     named(t, "C", "FR", "CN", `a,b+c"d\e<f>;=*`),
		`CN=\ x\0ay\ ,O=\#1`:                                   named(t, "O", "#1", "CN", " x\ny "),
		`organizationIdentifier=NTRFR-1,emailAddress=a@b.test`: named(t, "E", "a@b.test", "OI", "NTRFR-1"),
	} {
		got := pki.Subject(cert)
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if !pki.Matches(interops.Identity{Subject: got}, cert, now) {
			t.Errorf("%s does not match its own certificate", got)
		}
	}
}

func TestCheckSubject(t *testing.T) {
	for _, bad := range []string{"", "CN", "=x", "CN=x,", "XX=y", `CN=x\`, `CN="x`, `CN=#zz`, `CN=#0101`, `CN=#02017f`, `CN=\ff`, "1=x"} {
		if pki.CheckSubject(bad) == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	if err := pki.CheckSubject("CN=*.caf.test+OU=x,O=CAF"); err != nil {
		t.Error(err)
	}
}

func FuzzCheckSubject(f *testing.F) {
	for _, seed := range []string{`CN=a\,b,O="x;y"+C=*`, `CN=#0c0141`, `1.2.3=\ff\\`} {
		f.Add(seed)
	}
	cert := named(f, "C", "FR", "CN", "x")
	f.Fuzz(func(t *testing.T, subject string) {
		if pki.CheckSubject(subject) != nil && pki.Matches(interops.Identity{Subject: subject}, cert, now) {
			t.Errorf("%q cannot be read and yet matches", subject)
		}
	})
}

func TestBearsTakesAStarForItself(t *testing.T) {
	leaf := credential(t, newSet(t), "cnav/tls").Leaf()
	for name, want := range map[string]bool{
		"CN=gw.cnav.test,O=CNAV TEST,C=FR":    true,
		"cn=GW.cnav.test, o=cnav  test, C=fr": true,
		"CN=*,O=CNAV TEST,C=FR":               false,
		"CN=*.cnav.test,O=CNAV TEST,C=FR":     false,
		"O=CNAV TEST,C=FR":                    false,
		"C=FR,O=CNAV TEST,CN=gw.cnav.test":    false,
		"":                                    false,
		"gw.cnav.test":                        false,
	} {
		if got := pki.Bears(leaf, name); got != want {
			t.Errorf("%q: %t, want %t", name, got, want)
		}
	}
}
