package emitter

import (
	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// SignatureFlaws neglect the signature of the VI and its key (G10, G11).
func SignatureFlaws() []Flaw {
	return []Flaw{
		neglecting("signs-with-sha1", "G10", "",
			"signe le VI avec SHA-1", "signs the VI with SHA-1",
			prepares(func(f *saml.Form) {
				f.Recipe.Method = xmlsec.MethodRSASHA1
				f.Recipe.References[0].DigestMethod = xmlsec.DigestSHA1
			})),
		neglecting("digests-with-sha1", "G10", "",
			"ne condense le VI qu'avec SHA-1", "digests the VI with SHA-1 alone",
			prepares(func(f *saml.Form) { f.Recipe.References[0].DigestMethod = xmlsec.DigestSHA1 })),
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
		neglecting("signs-whole-document", "G10", "",
			"désigne tout le document au lieu du VI dans la signature", "designates the whole document in place of the VI in the signature",
			prepares(func(f *saml.Form) { f.Recipe.References[0].URI = "" })),
		neglecting("signs-part-by-xpath", "G10", "",
			"restreint par un XPath ce que la signature couvre", "restricts by an XPath what the signature covers",
			prepares(func(f *saml.Form) {
				path := etree.NewElement("ds:XPath")
				path.SetText("not(ancestor-or-self::*[local-name()='AttributeStatement'])")
				partial := xmlsec.Transform{Algorithm: xmlsec.TransformXPath, Children: []*etree.Element{path}}
				reference := &f.Recipe.References[0]
				reference.Transforms = append([]xmlsec.Transform{partial}, reference.Transforms...)
			})),
		neglecting("leaves-vi-unsigned", "G10", "V18",
			"émet des VI sans signature", "emits VIs without signature",
			prepares(func(f *saml.Form) { f.Recipe = nil })),
		neglecting("omits-certificate", "G10", "",
			"ne joint pas le certificat à la signature", "leaves the certificate out of the signature",
			prepares(func(f *saml.Form) { f.Recipe.KeyInfo = xmlsec.KeyInfo{Form: xmlsec.KeyInfoNone} })),
		neglecting("indents-after-signing", "G10", "",
			"remet le VI en page après l'avoir signé", "lays the VI out anew after signing it",
			func(p *Policy) {
				p.Signed = func(f *saml.Form) error {
					f.VI.InsertChildAt(0, etree.NewText("\n  "))
					return nil
				}
			}),
		neglecting("signs-with-expired-certificate", "G11", "",
			"signe avec un certificat expiré", "signs with an expired certificate", signsAs("signature~expired")),
		neglecting("signs-with-weak-key", "T05", "G10",
			"signe avec une clé RSA de 1024 bits", "signs with an RSA key of 1024 bits", signsAs("signature~rsa-1024")),
	}
}

// prepares makes the party touch the message before it is signed.
func prepares(touch func(*saml.Form)) func(*Policy) {
	return func(p *Policy) {
		p.Form = func(f *saml.Form) error {
			touch(f)
			return nil
		}
	}
}

// signsAs makes the party sign with a credential that the convention does not admit.
func signsAs(use string) func(*Policy) {
	return func(p *Policy) { p.Signer = use }
}
