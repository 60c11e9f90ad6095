package sso_test

import (
	"strings"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// forged is a copy of the VI that names another person, without signature.
func forged(vi *etree.Element, id string) *etree.Element {
	evil := vi.Copy()
	if s := evil.FindElement("Signature"); s != nil {
		evil.RemoveChild(s)
	}
	evil.CreateAttr("ID", id)
	evil.FindElement("Subject/NameID").SetText("pirate")
	return evil
}

// take removes an element from where it stands.
func take(el *etree.Element) *etree.Element {
	el.Parent().RemoveChild(el)
	return el
}

// extend gives a Response an Extensions element, where the schema wants it.
func extend(root *etree.Element) *etree.Element {
	extensions := etree.NewElement("saml2p:Extensions")
	root.InsertChildAt(root.FindElement("Status").Index(), extensions)
	return extensions
}

func TestSignatureWrappingIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		wrap      func(*saml.Form)
		want      []string
		asMessage bool
	}{
		"1: forged Response around, original Response in its signature": {asMessage: true, want: []string{"G07 assertion-hidden", "G08 id-repeated"}, wrap: func(f *saml.Form) {
			original := f.Root.Copy()
			original.RemoveChild(original.FindElement("Signature"))
			f.Root.FindElement("Assertion/Subject/NameID").SetText("pirate")
			f.Root.FindElement("Signature").AddChild(original)
		}},
		"2: original Response beside its signature": {asMessage: true, want: []string{"G07 assertion-hidden"}, wrap: func(f *saml.Form) {
			original := f.Root.Copy()
			original.RemoveChild(original.FindElement("Signature"))
			f.Root.FindElement("Assertion/Subject/NameID").SetText("pirate")
			f.Root.CreateAttr("ID", "_autre")
			f.Root.InsertChildAt(1, original)
		}},
		"3: forged VI before the original": {want: []string{"P01 response-assertion-several", "G07 assertion-sibling"}, wrap: func(f *saml.Form) {
			f.Root.InsertChildAt(f.VI.Index(), forged(f.VI, "_pirate"))
		}},
		"3b: forged VI after the original": {want: []string{"P01 response-assertion-several"}, wrap: func(f *saml.Form) {
			f.Root.AddChild(forged(f.VI, "_pirate"))
		}},
		"4: forged VI around the original": {want: []string{"G07 assertion-hidden"}, wrap: func(f *saml.Form) {
			evil := forged(f.VI, "_pirate")
			f.Root.AddChild(evil)
			evil.AddChild(take(f.VI))
		}},
		"5: signature in the forged VI, original last": {want: []string{"P01 response-assertion-several"}, wrap: func(f *saml.Form) {
			evil := forged(f.VI, "_pirate")
			evil.InsertChildAt(1, take(f.VI.FindElement("Signature")))
			f.Root.InsertChildAt(f.VI.Index(), evil)
		}},
		"6: original in the signature of the forged VI": {want: []string{"G07 assertion-hidden"}, wrap: func(f *saml.Form) {
			evil := forged(f.VI, "_pirate")
			signature := take(f.VI.FindElement("Signature"))
			evil.InsertChildAt(1, signature)
			f.Root.AddChild(evil)
			signature.AddChild(take(f.VI))
		}},
		"7: original in Extensions, with its signature": {want: []string{"G07 assertion-hidden"}, wrap: func(f *saml.Form) {
			evil := forged(f.VI, "_pirate")
			f.Root.AddChild(evil)
			extend(f.Root).AddChild(take(f.VI))
		}},
		"7b: forged VI in Extensions under the same identifier": {want: []string{"G07 assertion-hidden", "G08 id-repeated"}, wrap: func(f *saml.Form) {
			extend(f.Root).AddChild(forged(f.VI, f.VI.SelectAttrValue("ID", "")))
		}},
		"8: original in an Object of the forged VI's signature": {want: []string{"G07 assertion-hidden", "G07 signature-object"}, wrap: func(f *saml.Form) {
			evil := forged(f.VI, "_pirate")
			signature := take(f.VI.FindElement("Signature"))
			evil.InsertChildAt(1, signature)
			f.Root.AddChild(evil)
			signature.CreateElement("ds:Object").AddChild(take(f.VI))
		}},
		"in a part that a SOAP receiver would leave alone": {want: []string{"G07 assertion-hidden"}, wrap: func(f *saml.Form) {
			body := extend(f.Root).CreateElement("x:Body")
			body.CreateAttr("xmlns:x", "urn:x")
			body.CreateAttr("x:role", "urn:autrui")
			body.AddChild(forged(f.VI, "_pirate"))
		}},
		"forged VI of another namespace": {want: []string{"P01 response-malformed", "P01 response-assertion-several"}, wrap: func(f *saml.Form) {
			evil := forged(f.VI, "_pirate")
			evil.CreateAttr("xmlns:saml2", "urn:autre")
			f.Root.InsertChildAt(f.VI.Index(), evil)
		}},
		"encrypted VI beside": {want: []string{"G07 assertion-hidden"}, wrap: func(f *saml.Form) {
			f.Root.CreateElement("saml2:EncryptedAssertion").CreateAttr("xmlns:saml2", saml.Namespace20)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := draft(t)
			if c.asMessage {
				d = signedDraft(t)
			}
			d.Hooks.Signed = func(f *saml.Form) error {
				c.wrap(f)
				return nil
			}
			j := sso.Verify(post(build(t, d)), expect(t, interops.ModeP))
			got := rules(j.Findings)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("got %s, want %s", got, want)
				}
			}
			if j.Verified || j.Element != nil {
				t.Errorf("verified: %+v", j.VI)
			}
		})
	}
}

// The original VI is untouched and verified, yet its Response is not what was signed.
func TestResponseAlteredAfterItsSignature(t *testing.T) {
	for want, change := range map[string]func(*saml.Form){
		"G01 response-altered":           func(f *saml.Form) { f.Root.CreateAttr("Consent", "urn:x") },
		"G01 response-signature-invalid": func(f *saml.Form) { f.Root.FindElement("Signature/SignatureValue").SetText("AAAA") },
	} {
		d := signedDraft(t)
		d.Hooks.Signed = func(f *saml.Form) error {
			change(f)
			return nil
		}
		if got := rules(sso.Verify(post(build(t, d)), expect(t, interops.ModeP)).Findings); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
