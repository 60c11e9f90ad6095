package pki_test

import (
	"slices"
	"testing"

	"etalon/internal/pki"
)

func TestCertificatesOfAStructure(t *testing.T) {
	set := newSet(t)
	honest := credential(t, set, "caf/tls").Leaf()
	for name, want := range map[string]struct {
		subject string
		units   []string
	}{
		"renamed":   {"CN=TEST autre programme,OU=TEST,O=TEST autre nom,C=FR", []string{"TEST"}},
		"comma":     {`CN=TEST virgule,OU=TEST autre structure,O=TEST Clinique\,OU\=TEST,C=FR`, []string{"TEST autre structure"}},
		"reordered": {"C=FR,O=CAF TEST,OU=TEST,CN=TEST.caf.test", []string{"TEST"}},
		"person":    {"CN=899700000017,SN=TEST-UN,GN=Anne,T=Medecin,C=FR", nil},
		"renewed":   {pki.Subject(honest), []string{"TEST"}},
	} {
		leaf := credential(t, set, "caf/tls~"+name).Leaf()
		if got := pki.Subject(leaf); got != want.subject || !slices.Equal(leaf.Subject.OrganizationalUnit, want.units) {
			t.Errorf("%s: %s, units %v", name, got, leaf.Subject.OrganizationalUnit)
		}
	}
	renewed := credential(t, set, "caf/tls~renewed").Leaf()
	if renewed.SerialNumber.Cmp(honest.SerialNumber) == 0 || !slices.Equal(renewed.RawIssuer, honest.RawIssuer) || slices.Equal(renewed.RawSubjectPublicKeyInfo, honest.RawSubjectPublicKeyInfo) {
		t.Error("a renewed certificate is the same one")
	}
	branch := credential(t, set, "caf/tls~other-branch")
	if !slices.Equal(branch.Leaf().RawIssuer, honest.RawIssuer) || branch.Leaf().CheckSignatureFrom(credential(t, set, "caf/tls").Chain[1]) == nil {
		t.Error("the other branch has other names, or our keys")
	}
	if branch.Leaf().CheckSignatureFrom(branch.Chain[1]) != nil {
		t.Error("the other branch does not hold together")
	}
}

func TestNoStructureNoSuchCertificates(t *testing.T) {
	for _, name := range newSet(t).Names() {
		if name == "cnav/tls~renamed" {
			t.Error("an organism without OU has certificates of a structure")
		}
	}
}
