package saml_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// ofClient are the requirements that bind a client, among those that a VI can depart from.
var ofClient = []string{"A14", "G10", "G11", "K01", "L01", "L03", "T05", "V02", "V18", "V19", "V20"}

func TestEveryRuleNamesARequirementOfTheClientWhenEmitted(t *testing.T) {
	for rule := range saml.Rules {
		if got := saml.EmitterRequirement(rule); !slices.Contains(ofClient, got) {
			t.Errorf("%s: %q binds no client", rule, got)
		}
	}
	if got := saml.EmitterRequirement("no-such-rule"); got != "" {
		t.Errorf("unknown rule: %q", got)
	}
}

func TestEmittedVIIsJudgedAsTheClientsWork(t *testing.T) {
	for _, c := range []struct {
		name, want string
		message
	}{
		{"issuer missing", "V18 issuer-absent", message{content: func(v *interops.VI) { v.Issuer = "" }}},
		{"audience missing", "V18 audience-absent", message{content: func(v *interops.VI) { v.Audiences = nil }}},
		{"end missing", "V18 window-end-absent", message{content: func(v *interops.VI) { v.NotOnOrAfter = time.Time{} }}},
		{"class missing", "V18 authncontext-absent", message{content: func(v *interops.VI) { v.AuthnContext = "" }}},
		{"PAGM missing", "V18 pagm-absent", message{content: func(v *interops.VI) { v.PAGM = nil }}},
		{"bare UUID", "V02 id-not-ncname", message{content: func(v *interops.VI) { v.ID = "0b6f" }}},
		{"other service", "L03 audience-other", message{content: func(v *interops.VI) { v.Audiences[0][0] = "http://x.test" }}},
		{"already expired", "L01 window-expired", message{content: func(v *interops.VI) { v.NotOnOrAfter = now }}},
		{"less than the skew left", "L01 window-near-end", message{content: func(v *interops.VI) { v.NotOnOrAfter = now.Add(120 * time.Second) }}},
		{"expired certificate", "G11 certificate-expired", message{signer: "msa/signature~expired"}},
		{"retired key", "G11 signer-retired", message{signer: "msa/signature~retired"}},
		{"private CA", "G10 certificate-untrusted", message{signer: "msa/signature~other-ca"}},
		{"unsigned", "G10 signature-absent", message{unsigned: true}},
	} {
		c.expect = emitted
		var got []string
		for _, f := range c.judge(t).Findings {
			got = append(got, f.Requirement+" "+f.Rule)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: got %v, want %s", c.name, got, c.want)
		}
	}
}
