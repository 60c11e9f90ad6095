package soap_test

import (
	"slices"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/soap"
)

// forged is a copy of the signed VI with another user, under another identifier, without signature.
func forged(f *saml.Form) *etree.Element {
	el := f.VI.Copy()
	el.RemoveChild(el.FindElement("./Signature"))
	el.CreateAttr("ID", "_forge")
	el.FindElement(".//NameID").SetText("attaquant")
	return el
}

// wrappings are ways to keep a signed original in the message while a forged VI is read (G07, G08).
var wrappings = map[string]func(*saml.Form){
	"forged first, original in an Advice": func(f *saml.Form) {
		evil := forged(f)
		f.Holder.InsertChildAt(f.VI.Index(), evil)
		conditions := evil.FindElement("./Conditions")
		advice := etree.NewElement("saml2:Advice")
		evil.InsertChildAt(conditions.Index()+1, advice)
		advice.AddChild(f.VI)
	},
	"forged with the original's signature, original in a header": func(f *saml.Form) {
		evil := forged(f)
		evil.InsertChildAt(1, f.VI.FindElement("./Signature").Copy())
		f.Holder.AddChild(evil)
		f.Header.CreateElement("Ancien").AddChild(f.VI)
	},
	"original in the Object of its own signature": func(f *saml.Form) {
		evil := forged(f)
		evil.CreateAttr("ID", f.VI.SelectAttrValue("ID", ""))
		signature := f.VI.FindElement("./Signature")
		f.Holder.AddChild(evil)
		evil.InsertChildAt(1, signature)
		signature.CreateElement("ds:Object").AddChild(f.VI)
	},
	"original in the Object of a second signature": func(f *saml.Form) {
		evil := forged(f)
		signature := f.VI.FindElement("./Signature").Copy()
		f.Holder.AddChild(evil)
		evil.InsertChildAt(1, signature)
		second := f.Holder.CreateElement("ds:Signature")
		second.CreateAttr("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#")
		second.CreateElement("ds:Object").AddChild(f.VI)
	},
	"forged sibling of the same identifier": func(f *saml.Form) {
		evil := forged(f)
		evil.CreateAttr("ID", f.VI.SelectAttrValue("ID", ""))
		f.Holder.InsertChildAt(f.VI.Index(), evil)
	},
	"original in the body": func(f *saml.Form) {
		evil := forged(f)
		evil.InsertChildAt(1, f.VI.FindElement("./Signature").Copy())
		f.Holder.AddChild(evil)
		f.Body.AddChild(f.VI)
	},
	"original in a second security header": func(f *saml.Form) {
		evil := forged(f)
		second := f.Holder.Copy()
		f.Header.AddChild(second)
		f.Holder.InsertChildAt(f.VI.Index(), evil)
		f.Holder.RemoveChild(f.VI)
	},
}

func TestEveryWrappingIsRefused(t *testing.T) {
	for name, wrap := range wrappings {
		t.Run(name, func(t *testing.T) {
			d := draft(t)
			d.TokenReference = false
			d.Hooks.Signed = func(f *saml.Form) error { wrap(f); return nil }
			j := soap.Verify(post(build(t, d)), expect(t))
			if j.Verified || j.Element != nil {
				t.Fatalf("verified, as %q", j.VI.NameID.Value)
			}
			var named []string
			for _, f := range j.Findings {
				named = append(named, f.Requirement)
			}
			if !slices.Contains(named, "G07") {
				t.Errorf("G07 is not named: %+v", j.Findings)
			}
			if code := soap.FaultFor(j.Findings).Code.Local; code != "FailedCheck" && code != "InvalidSecurity" {
				t.Errorf("refused by %q", code)
			}
		})
	}
}
