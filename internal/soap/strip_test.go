package soap_test

import (
	"strings"
	"testing"

	"etalon/internal/saml"
	"etalon/internal/soap"
)

func TestStripForwardsTheSameBodyWithoutTheVI(t *testing.T) {
	plain := `<s:Envelope xmlns:s="` + soap.Namespace11 + `"><s:Body>` + business + `</s:Body></s:Envelope>`
	d := draft(t)
	sent := build(t, d)
	stripped, err := soap.Strip(sent)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(stripped); strings.Contains(s, "Assertion") || strings.Contains(s, "Header") {
		t.Errorf("left behind: %s", s)
	}
	want := digest(t, sent)
	if got := digest(t, stripped); got != want {
		t.Error("the Body changed on the way")
	}
	prefix := strings.NewReplacer("s:Envelope", "soap:Envelope", "s:Body", "soap:Body", "xmlns:s=", "xmlns:soap=").Replace(plain)
	if got := digest(t, []byte(prefix)); got != want {
		t.Error("the Body is not the application's")
	}
	if got := digest(t, []byte(strings.Replace(prefix, "<m:vide/>", "<m:plein/>", 1))); got == want {
		t.Error("another Body has the same digest")
	}
}

func TestStripKeepsWhatIsForOthers(t *testing.T) {
	d := draft(t)
	d.Hooks.Form = otherActor
	stripped, err := soap.Strip(build(t, d))
	if err != nil {
		t.Fatal(err)
	}
	s := string(stripped)
	if !strings.Contains(s, "urn:autre") || !strings.Contains(s, "Action") || strings.Contains(s, "agent-0042") {
		t.Errorf("got %s", s)
	}
}

func TestStripAndBodyDigestRefuseWhatIsNoEnvelope(t *testing.T) {
	for _, raw := range []string{"", "<a/>", "<Envelope/>", `<!DOCTYPE x><s:Envelope xmlns:s="` + soap.Namespace11 + `"/>`} {
		if _, err := soap.Strip([]byte(raw)); err == nil {
			t.Errorf("%q was stripped", raw)
		}
		if _, err := soap.BodyDigest([]byte(raw)); err == nil {
			t.Errorf("%q was digested", raw)
		}
	}
	if _, err := soap.BodyDigest([]byte(`<s:Envelope xmlns:s="` + soap.Namespace11 + `"/>`)); err == nil {
		t.Error("an envelope without Body was digested")
	}
}

func TestCarriesVI(t *testing.T) {
	sent := build(t, draft(t))
	stripped, err := soap.Strip(sent)
	if err != nil {
		t.Fatal(err)
	}
	for raw, want := range map[string]bool{
		string(sent): true, string(stripped): false, "": false, "<a/>": false,
		string(sent[:len(sent)-9]): true, "<a:Assertion xmlns:a='urn:x'/>": false,
		"<a:Assertion xmlns:a='" + saml.Namespace11 + "'/>": true,
	} {
		if got := soap.CarriesVI([]byte(raw)); got != want {
			t.Errorf("%.60q: %t", raw, got)
		}
	}
}

func digest(t *testing.T, raw []byte) string {
	t.Helper()
	d, err := soap.BodyDigest(raw)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
