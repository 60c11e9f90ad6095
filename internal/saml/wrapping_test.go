package saml_test

import (
	"strings"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// bystander is an assertion that is no VI, laid in an envelope of one of these shapes.
func bystander(shape, id string) string {
	el := `<s:Assertion xmlns:s="` + saml.Namespace20 + `" ID="` + id + `"/>`
	return strings.Replace(shape, "…", el, 1)
}

func TestAssertionsElsewhere(t *testing.T) {
	const (
		header  = `<Header><Security>VI</Security><Extension>…</Extension></Header><Body/>`
		another = `<Header><Security>VI</Security><Security xmlns:p="urn:soap" p:actor="urn:autre">…</Security></Header><Body/>`
		next    = `<Header><Security>VI</Security><Security xmlns:p="urn:soap" p:role="http://x/role/next">…</Security></Header><Body/>`
		body    = `<Header><Security>VI</Security></Header><Body><m><n>…</n></m></Body>`
	)
	for _, c := range []struct {
		name, shape, id, rules string
	}{
		{"in another header", header, "_autre", "assertion-hidden"},
		{"in a security header for another actor", another, "_autre", ""},
		{"in one for the next, that is us", next, "_autre", "assertion-hidden"},
		{"in the business message", body, "_autre", ""},
		{"of the VI's identifier, for another actor", another, "_b6f0c1d2", "assertion-hidden id-repeated"},
		{"of the VI's identifier, in the business message", body, "_b6f0c1d2", "assertion-hidden id-repeated"},
	} {
		envelope, vi := around(t, message{}, bystander(c.shape, c.id))
		j := saml.Verify(envelope, []*etree.Element{vi}, expect(t))
		if got := strings.Join(rules(j.Findings), " "); got != c.rules || j.Verified != (c.rules == "") {
			t.Errorf("%s: verified %t, %s", c.name, j.Verified, got)
		}
	}
}

// The signature of a forged VI refers to the original in the business message.
func TestOriginalInTheBusinessMessageIsFound(t *testing.T) {
	envelope, vi := around(t, message{}, `<Header><Security>VI</Security></Header><Body/>`)
	original := vi.Copy()
	original.RemoveChild(original.FindElement("./Signature"))
	envelope.FindElement("Body").AddChild(original)
	vi.CreateAttr("ID", "_forge")
	vi.FindElement(".//NameID").SetText("attaquant")
	j := saml.Verify(envelope, []*etree.Element{vi}, expect(t))
	if got := strings.Join(rules(j.Findings), " "); got != "assertion-hidden" || j.Verified {
		t.Errorf("verified %t, %s", j.Verified, got)
	}
}

// around lays an honest VI in an envelope, and returns both after a trip through bytes.
func around(t *testing.T, m message, content string) (envelope, vi *etree.Element) {
	t.Helper()
	doc := etree.NewDocument()
	doc.SetRoot(m.tree(t).ChildElements()[0])
	raw, err := xmlsec.Serialize(doc)
	if err != nil {
		t.Fatal(err)
	}
	back, err := xmlsec.Parse([]byte("<Envelope>"+strings.Replace(content, "VI", string(raw), 1)+"</Envelope>"), xmlsec.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return back.Root(), back.FindElement("./Envelope/Header/Security/Assertion")
}
