package authentication

import (
	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// signatureFlaws neglect the signature of the VI and its key (G10, G11).
func signatureFlaws() []Flaw {
	return []Flaw{
		neglecting("signs-with-sha1", "G10", "",
			"signe le VI avec SHA-1", "signs the VI with SHA-1",
			prepares(func(f *saml.Form) {
				f.Recipe.Method = xmlsec.MethodRSASHA1
				f.Recipe.References[0].DigestMethod = xmlsec.DigestSHA1
			})),
		neglecting("signs-under-undeclared-authority", "G10", "",
			"signe sous une autorité que la convention ne déclare pas", "signs under an authority that the convention does not declare",
			signsAs("signature~other-ca")),
		neglecting("signs-with-self-signed-certificate", "G10", "",
			"signe avec un certificat autosigné", "signs with a self-signed certificate", signsAs("signature~self-signed")),
		neglecting("signs-with-unlisted-key", "G10", "",
			"signe avec une clé que la convention n'inscrit pas", "signs with a key that the convention does not list",
			signsAs("signature~outside")),
		neglecting("signs-with-revoked-certificate", "G10", "",
			"signe avec un certificat révoqué", "signs with a revoked certificate", signsAs("signature~revoked")),
		neglecting("signs-response-alone", "G10", "V18",
			"signe la réponse et laisse le VI sans signature", "signs the Response and leaves the VI unsigned",
			prepares(func(f *saml.Form) { f.Message, f.Recipe = f.Recipe, nil; redirectReference(f) })),
		neglecting("signs-part-by-xpath", "G10", "",
			"restreint par un XPath ce que la signature couvre", "restricts by an XPath what the signature covers",
			prepares(func(f *saml.Form) {
				path := etree.NewElement("ds:XPath")
				path.SetText("not(ancestor-or-self::*[local-name()='AttributeStatement'])")
				partial := xmlsec.Transform{Algorithm: xmlsec.TransformXPath, Children: []*etree.Element{path}}
				reference := &f.Recipe.References[0]
				reference.Transforms = append([]xmlsec.Transform{partial}, reference.Transforms...)
			})),
		neglecting("omits-certificate", "G10", "",
			"ne joint pas le certificat à la signature", "leaves the certificate out of the signature",
			prepares(func(f *saml.Form) { f.Recipe.KeyInfo = xmlsec.KeyInfo{Form: xmlsec.KeyInfoNone} })),
		neglecting("indents-after-signing", "G10", "",
			"remet le VI en page après l'avoir signé", "lays the VI out anew after signing it",
			func(p *policy) {
				p.signed = func(f *saml.Form) error {
					if f.VI != nil {
						f.VI.InsertChildAt(0, etree.NewText("\n  "))
					}
					return nil
				}
			}),
		neglecting("signs-with-expired-certificate", "G11", "",
			"signe avec un certificat expiré", "signs with an expired certificate", signsAs("signature~expired")),
		neglecting("signs-with-retired-key", "G11", "G10",
			"signe avec la clé d'avant la date de bascule", "signs with the key from before the cut-off date", signsAs("signature~retired")),
	}
}

// redirectReference makes the signature that was the VI's designate the Response.
func redirectReference(f *saml.Form) {
	f.Message.References[0].URI = "#" + f.Root.SelectAttrValue("ID", "")
}

// prepares makes the operator touch a Response before it is signed.
func prepares(touch func(*saml.Form)) func(*policy) {
	return func(p *policy) {
		p.form = func(f *saml.Form) error {
			if f.VI != nil {
				touch(f)
			}
			return nil
		}
	}
}

// signsAs makes the operator sign with a credential that the convention does not admit.
func signsAs(use string) func(*policy) {
	return func(p *policy) { p.signer = use }
}
