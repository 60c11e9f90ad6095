package saml_test

import (
	"testing"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

func TestRequirementFollowsTheMode(t *testing.T) {
	for _, c := range []struct {
		rule                 string
		a, p, s              string // of the receiver
		client, portal, oper string // of who emitted
	}{
		{"signature-absent", "G01", "G01", "G01", "G10", "G10", "G10"},
		{"version-not-agreed", "V15", "V01", "V01", "V18", "V18", "V18"},
		{"nameid-user", "A07", "V05", "V05", "V19", "V19", "V19"},
		{"issuer-unknown", "V04", "V04", "V04", "V18", "V18", "V18"},
		{"issuer-without-project", "V04", "V04", "S02", "K01", "K01", "S05"},
		{"project-ended", "K01", "K01", "S02", "K01", "K01", "S05"},
		{"project-mode-other", "K02", "K02", "S02", "K01", "K01", "S05"},
		{"certificate-revocation-unknown", "T08", "T08", "G05", "G10", "G10", "G10"},
		{"pagm-unknown", "V13", "V13", "V13", "V18", "V18", "S18"},
		{"audience-other", "V10", "V10", "V10", "L03", "L03", "V18"},
		{"window-near-end", "L01", "L01", "L01", "L01", "L01", "V18"},
		{"no-such-rule", "", "", "", "", "", ""},
	} {
		for _, one := range []struct {
			mode    interops.Mode
			emitted bool
			want    string
		}{
			{interops.ModeA, false, c.a}, {interops.ModeP, false, c.p}, {interops.ModeS, false, c.s},
			{interops.ModeA, true, c.client}, {interops.ModeP, true, c.portal}, {interops.ModeS, true, c.oper},
		} {
			if got := saml.Requirement(c.rule, one.mode, one.emitted); got != one.want {
				t.Errorf("%s in mode %s, emitted %t: %q, want %q", c.rule, one.mode, one.emitted, got, one.want)
			}
		}
	}
}
