package soap_test

import (
	"strings"
	"testing"

	"etalon/internal/soap"
	"etalon/internal/xmlsec"
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
	if !strings.Contains(s, "urn:autre") || !strings.Contains(s, "Action") || strings.Contains(s, "Assertion") {
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

func digest(t *testing.T, raw []byte) string {
	t.Helper()
	d, err := soap.BodyDigest(raw)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func FuzzVerify(f *testing.F) {
	f.Add(build(f, draft(f)))
	f.Add(build(f, signedDraft(f)))
	old := draft(f)
	old.VI = vi11()
	f.Add(build(f, old))
	x := expect(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		j := soap.Verify(post(raw), x)
		if !j.Verified && j.Element != nil {
			t.Error("an element without verification")
		}
		for _, finding := range j.Findings {
			if finding.Requirement == "" {
				t.Errorf("finding without requirement: %+v", finding)
			}
		}
		soap.FaultFor(j.Findings)
		soap.ReadFault(500, "text/xml", raw)
		if _, err := xmlsec.Parse(raw, xmlsec.DefaultLimits); err == nil {
			if stripped, err := soap.Strip(raw); err == nil && len(stripped) == 0 {
				t.Error("stripped to nothing")
			}
		}
	})
}
