package saml_test

import (
	"slices"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

func TestHonestVIVerifiesClean(t *testing.T) {
	for name, m := range map[string]message{
		"2.0 RSA":            {},
		"2.0 ECDSA":          {signer: "msa/signature-ec"},
		"1.1 RSA":            {saml11: true},
		"1.1 ECDSA":          {saml11: true, signer: "msa/signature-ec"},
		"endpoint's service": {expect: func(x *saml.Expectation) { x.Audience = audience }},
		"as emitted":         {expect: func(x *saml.Expectation) { x.Emitted = true }},
		"application context": {content: func(vi *interops.VI) {
			vi.NameID.Value, vi.Audiences[0][0], vi.AuthnInstant = "NON_RENSEIGNE", plainService, now.Add(-100*time.Hour)
			vi.AuthnContext = interops.ClassUnspecified
		}},
		"two PAGM":         {content: func(vi *interops.VI) { vi.PAGM = append(vi.PAGM, "PAGM_TOUT") }},
		"stronger class":   {content: func(vi *interops.VI) { vi.AuthnContext = interops.ClassPPT }},
		"two restrictions": {content: func(vi *interops.VI) { vi.Audiences = append(vi.Audiences, []string{"http://x.test", audience}) }},
	} {
		t.Run(name, func(t *testing.T) {
			j := m.judge(t)
			if len(j.Findings) > 0 || !j.Verified || j.Element == nil {
				t.Fatalf("verified %t, findings %+v", j.Verified, j.Findings)
			}
			if j.Client.Name != "msa" || j.Project.Name != "consultation" || j.Service.Name == "" || j.Signer == nil {
				t.Errorf("client %q, project %q, service %q", j.Client.Name, j.Project.Name, j.Service.Name)
			}
		})
	}
}

func TestOpensFollowsThePAGM(t *testing.T) {
	one := message{}.judge(t)
	all := message{content: func(vi *interops.VI) { vi.PAGM = []string{"PAGM_TOUT"} }}.judge(t)
	none := message{content: func(vi *interops.VI) { vi.PAGM = []string{"PAGM_AUTRE"} }}.judge(t)
	for _, c := range []struct {
		name      string
		j         saml.Judged
		operation string
		want      bool
	}{
		{"agreed operation", one, "Consulter", true}, {"other operation", one, "Modifier", false},
		{"PAGM without list", all, "Modifier", true}, {"PAGM of another project", none, "Consulter", false},
	} {
		if got := c.j.Opens(c.operation); got != c.want {
			t.Errorf("%s: opens %t, want %t", c.name, got, c.want)
		}
	}
}

func TestDecodeReadsWhatEncodeWrote(t *testing.T) {
	full := honest()
	full.Confirmation.NotBefore = now
	full.OneTimeUse = true
	full.PAGM = []string{"A", "B"}
	full.Audiences = [][]string{{"http://a.test", "http://b.test"}, {"http://c.test"}}
	full.Attributes = []interops.Attribute{{Name: "mail", Values: []string{"a@b.test"}}}
	old := honest11()
	old.OneTimeUse = true
	old.Attributes = []interops.Attribute{{Name: "mail", Namespace: "urn:x", Values: []string{"a@b.test"}}}
	for name, want := range map[string]interops.VI{
		"2.0": honest(), "1.1": honest11(), "2.0 full": full, "1.1 full": old,
		"2.0 empty": {Version: "2.0"}, "1.1 empty": {Version: "1.1"},
	} {
		el, err := saml.Encode(want, profile())
		if err != nil {
			t.Fatal(err)
		}
		if got := saml.Decode(el, profile()); !same(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
	}
	if _, err := saml.Encode(interops.VI{Version: "3.0"}, profile()); err == nil {
		t.Error("version 3.0 was encoded")
	}
}

func same(a, b interops.VI) bool {
	attribute := func(a, b interops.Attribute) bool {
		return a.Name == b.Name && a.Namespace == b.Namespace && slices.Equal(a.Values, b.Values)
	}
	if !slices.EqualFunc(a.Audiences, b.Audiences, slices.Equal) || !slices.Equal(a.PAGM, b.PAGM) ||
		!slices.EqualFunc(a.Attributes, b.Attributes, attribute) {
		return false
	}
	return a.Version == b.Version && a.ID == b.ID && a.IssueInstant.Equal(b.IssueInstant) && a.Issuer == b.Issuer &&
		a.NameID == b.NameID && a.Confirmation == b.Confirmation && a.NotBefore.Equal(b.NotBefore) &&
		a.NotOnOrAfter.Equal(b.NotOnOrAfter) && a.OneTimeUse == b.OneTimeUse && a.AuthnInstant.Equal(b.AuthnInstant) &&
		a.SessionIndex == b.SessionIndex && a.AuthnContext == b.AuthnContext
}
