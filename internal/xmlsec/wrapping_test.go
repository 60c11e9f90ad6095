package xmlsec_test

import (
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// forge makes the assertion that an attacker wants read, with the identifier and the signature of the good one.
func forge(good *etree.Element) *etree.Element {
	evil := good.Copy()
	evil.FindElement("./Signature").Remove()
	evil.FindElement(".//AttributeValue").SetText("PAGM_EVIL")
	return evil
}

// TestCovers tries the wrapping shapes of G07: whatever the shape, a signature that is Valid covers the good element
// or nothing, and never the forged one.
func TestCovers(t *testing.T) {
	shapes := []struct {
		name string
		wrap func(security, good *etree.Element) (evil *etree.Element)
		want string
	}{
		{"forged before, same identifier", func(security, good *etree.Element) *etree.Element {
			evil := forge(good)
			security.InsertChildAt(0, evil)
			return evil
		}, "reference-ambiguous"},
		{"forged after, same identifier", func(security, good *etree.Element) *etree.Element {
			evil := forge(good)
			security.AddChild(evil)
			return evil
		}, "reference-ambiguous"},
		{"forged first, original under an extension", func(security, good *etree.Element) *etree.Element {
			evil := forge(good)
			evil.CreateAttr("ID", "_evil")
			security.InsertChildAt(0, evil)
			evil.CreateElement("saml2:Advice").AddChild(good)
			return evil
		}, ""},
		{"forged carries the signature, original beside", func(security, good *etree.Element) *etree.Element {
			evil := forge(good)
			evil.CreateAttr("ID", "_evil")
			security.InsertChildAt(0, evil)
			evil.InsertChildAt(2, good.FindElement("./Signature"))
			return evil
		}, ""},
		{"original in an Object of its own signature", func(security, good *etree.Element) *etree.Element {
			evil := forge(good)
			evil.CreateAttr("ID", "_evil")
			security.AddChild(evil)
			sig := good.FindElement("./Signature")
			evil.InsertChildAt(2, sig)
			sig.CreateElement("ds:Object").AddChild(good)
			return evil
		}, "object"},
		{"reference to another element", func(security, good *etree.Element) *etree.Element {
			evil := forge(good)
			evil.CreateAttr("ID", "_evil")
			security.AddChild(evil)
			evil.InsertChildAt(2, good.FindElement("./Signature").Copy())
			good.FindElement("./Signature").Remove()
			return evil
		}, ""},
	}
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			doc := signed(t, honest(t, "rsa"))
			good := doc.FindElement("//Assertion")
			evil := shape.wrap(good.Parent(), good)
			got := xmlsec.Verify(doc.FindElement("//Signature"), xmlsec.CurrentPolicy, nil)
			if kinds(got) != shape.want {
				t.Errorf("faults %v, want %q", got.Faults, shape.want)
			}
			if got.Covers(evil) {
				t.Error("covers the forged element")
			}
			if got.Covers(good) != (shape.want != "reference-ambiguous") {
				t.Errorf("covers the good element: %v", got.Covers(good))
			}
		})
	}
}

func TestCoversOneReferenceOnly(t *testing.T) {
	r := honest(t, "rsa")
	doc := signed(t, r)
	vi := doc.FindElement("//Assertion")
	if got := verify(doc, xmlsec.CurrentPolicy); !got.Valid() || !got.Covers(vi) || got.Covers(vi.Parent()) || got.Covers(nil) {
		t.Errorf("one reference: %+v", got)
	}
	r.References = append(r.References, r.References[0])
	doc = signed(t, r)
	if got := verify(doc, xmlsec.CurrentPolicy); !got.Valid() || got.Covers(doc.FindElement("//Assertion")) {
		t.Errorf("two references: %+v", got)
	}
}

// TestEnvelopedRemovesItselfOnly signs twice: each signature is inside the element, and covers the other or not.
func TestEnvelopedRemovesItselfOnly(t *testing.T) {
	doc := parse(t, envelope)
	vi := doc.FindElement("//Assertion")
	r := honest(t, "rsa")
	first, err := r.Sign(nil, vi, 2)
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.Sign(nil, vi, len(vi.Child))
	if err != nil {
		t.Fatal(err)
	}
	if got := xmlsec.Verify(second, xmlsec.CurrentPolicy, nil); !got.Valid() {
		t.Errorf("second signature: %v", got.Faults)
	}
	if got := kinds(xmlsec.Verify(first, xmlsec.CurrentPolicy, nil)); got != "digest" {
		t.Errorf("first signature, with the second added since: %q", got)
	}
}

func TestIDs(t *testing.T) {
	doc := parse(t, `<e xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:o="urn:oasis:names:tc:SAML:1.0:assertion" xmlns:ds="`+xmlsec.NamespaceDS+`" xmlns:u="`+xmlsec.NamespaceWSU+`"
 xmlns:x="urn:x" ID="no" Id="no" id="no" x:ID="no" x:Id="no">
 <a:Assertion ID="1" xml:id="1"/><p:Response ID="2"/><o:Assertion AssertionID="3"/><ds:Signature Id="4"/>
 <body u:Id="5"/><body xml:id="6"/><a:Advice a:ID="no" Id="no"/><x:Signature Id="no"/><a:Assertion ID="1"/>
 <w:Assertion xmlns:w="urn:oasis:names:tc:SAML:2.0:assertion" ID="7"/><a:x xmlns:a="urn:x" ID="no"/></e>`)
	got := xmlsec.IDs(doc.Root())
	want := map[string]int{"1": 2, "2": 1, "3": 1, "4": 1, "5": 1, "6": 1, "7": 1}
	if len(got) != len(want) {
		t.Errorf("%d identifiers, want %d: %v", len(got), len(want), got)
	}
	for id, n := range want {
		if len(got[id]) != n {
			t.Errorf("identifier %s: %d elements, want %d", id, len(got[id]), n)
		}
	}
	if inner := xmlsec.IDs(doc.FindElement("//Response")); len(inner) != 1 || len(inner["2"]) != 1 {
		t.Errorf("below one element: %v", inner)
	}
}
