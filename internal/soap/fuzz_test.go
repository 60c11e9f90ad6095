package soap_test

import (
	"testing"

	"etalon/internal/soap"
	"etalon/internal/xmlsec"
)

// FuzzVerify feeds what a partner may send to every reader of messages.
func FuzzVerify(f *testing.F) {
	f.Add(build(f, draft(f)))
	f.Add(build(f, signedDraft(f)))
	old := draft(f)
	old.VI = vi11()
	f.Add(build(f, old))
	x := expect(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		j := soap.Verify(post(raw), x)
		if !j.Verified && (j.Element != nil || len(j.Findings) == 0) {
			t.Errorf("not verified, yet element %v, findings %v", j.Element, j.Findings)
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
