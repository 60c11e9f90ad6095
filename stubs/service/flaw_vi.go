package service

import (
	"net"
	"net/http"
	"net/url"
	"slices"

	"etalon/internal/gateway"
	"etalon/internal/sso"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// contentFlaws neglect the form of the VI, its issuer and its subject (V01, V04 to V07, V16, V17).
func contentFlaws() []Flaw {
	all := shared(gateway.ContentFlaws())
	for i := range all {
		if all[i].Name == "repairs-empty-issuer" { // around as within
			before := all[i].Neglect
			all[i].Neglect = func(p *policy) {
				before(p)
				overlooksWhen(func(_ verdict.Finding, v *visit) bool { return has(v, "issuer-empty") || has(v, "issuer-absent") },
					"response-issuer-other", "response-issuer-absent")(p)
			}
		}
	}
	return append(all,
		neglecting("truncates-nameid", "V17", "P06",
			"coupe l'identifiant de l'usager au premier commentaire", "cuts the user identifier at the first comment",
			func(p *policy) {
				overlooks("text-comment")(p)
				rereads(p, func(v *visit) { gateway.CutAtComment(v.judged.Response, &v.judged.VI, v.judged.Findings) })
			}),
		neglecting("loses-accents", "V17", "P10",
			"perd les lettres accentuées de l'identifiant", "loses the accented letters of the identifier",
			func(p *policy) {
				rereads(p, func(v *visit) { v.judged.VI.NameID.Value = gateway.ASCII(v.judged.VI.NameID.Value) })
			}),
	)
}

// timeFlaws neglect the instants of the VI (V03, V08, V09, V12, L07).
func timeFlaws() []Flaw {
	return append(shared(gateway.TimeFlaws()),
		neglecting("doubles-skew", "L07", "V03 V07 V08 V12 P06",
			"compte deux fois la tolérance d'horloge", "grants the clock tolerance twice",
			func(p *policy) {
				rereads(p, func(v *visit) {
					x := v.expectation
					lax := *x.Profile
					lax.Time.SkewSeconds *= 2
					x.Profile = &lax
					v.judged = sso.Verify(v.incoming, x)
				})
			}),
	)
}

// audienceFlaws neglect the target of the VI and the level of authentication (V10, V11).
func audienceFlaws() []Flaw {
	return append(shared(gateway.AudienceFlaws()),
		neglecting("accepts-any-own-audience", "V10", "K01 P06",
			"accepte l'audience d'un autre de ses services", "takes the Audience of another of its services",
			overlooksWhen(func(f verdict.Finding, v *visit) bool { return gateway.OwnAudience(v.expectation.Expectation, f.Got) }, "audience-other")),
	)
}

// rightFlaws neglect the PAGM (V13, V14, K03).
func rightFlaws() []Flaw {
	return append(shared(gateway.RightFlaws()),
		neglecting("reads-first-pagm-only", "V14", "P10",
			"ne lit que le premier PAGM", "reads the first PAGM alone",
			func(p *policy) {
				rereads(p, func(v *visit) {
					if pagm := v.judged.VI.PAGM; len(pagm) > 1 {
						v.judged.VI.PAGM = pagm[:1]
					}
				})
			}),
	)
}

// signatureFlaws neglect the signature of the VI and of its signer (G01 to G06, T05).
func signatureFlaws() []Flaw {
	return slices.Concat(shared(gateway.SignatureFlaws()), []Flaw{
		neglecting("verifies-with-known-key", "G04", "P06",
			"vérifie avec la clé qu'il connaît du client, sans lire le certificat joint",
			"verifies with the key that it knows of the client, without reading the certificate enclosed",
			overlooksWhen(soundWithKnownKey, "keyinfo-absent", "keyinfo-certificate-other", "signature-value-wrong")),
		neglecting("verifies-response-signature-only", "G01", "G07 P01 P06",
			"se contente de la signature de la Response, sans celle du VI",
			"makes do with the signature of the Response, without that of the VI",
			overlooksWhen(sealedAround, "signature-absent")),
	}, shared(gateway.CertificateFlaws()))
}

// soundWithKnownKey tells whether the VI's signature is that of the client's key on file.
func soundWithKnownKey(_ verdict.Finding, v *visit) bool {
	known, err := v.service.config.Bench.PKI.Credential(v.judged.Client.Name + "/signature")
	if err != nil || v.judged.Document == nil {
		return false
	}
	signature := v.judged.Document.FindElement("/Response/Assertion/Signature")
	return signature != nil && !xmlsec.Verify(signature, xmlsec.CurrentPolicy, known.Leaf().PublicKey).Has(xmlsec.FaultSignature)
}

// sealedAround tells whether the Response has a signature of its own with which nothing is wrong.
func sealedAround(_ verdict.Finding, v *visit) bool {
	if v.judged.Document == nil || v.judged.Document.FindElement("/Response/Signature") == nil {
		return false
	}
	for _, rule := range []string{
		"response-altered", "response-signature-invalid", "response-signature-algorithm-other",
		"response-signature-reference-other", "response-signer-untrusted", "response-signer-other",
	} {
		if has(v, rule) {
			return false
		}
	}
	return true
}

// wrappingFlaws read the VI outside what was signed (G07, G08).
func wrappingFlaws() []Flaw {
	all := shared(gateway.WrappingFlaws())
	for i := range all {
		before := all[i].Neglect
		all[i].May = append(all[i].May, "P01")
		all[i].Neglect = func(p *policy) {
			before(p)
			overlooksWhen(wrapped, "response-malformed", "response-assertion-several")(p)
		}
	}
	return all
}

// wrapped tells whether the Response is one around which an attacker laid another assertion.
func wrapped(_ verdict.Finding, v *visit) bool {
	return has(v, "assertion-hidden") || has(v, "assertion-sibling")
}

// parserFlaws neglect the hardening of the XML parser (G09).
func parserFlaws() []Flaw {
	return []Flaw{
		neglecting("accepts-doctype", "G09", "P06",
			"accepte une déclaration de type de document", "takes a document type declaration",
			rewrites("xml-doctype", func(v *visit, raw []byte) []byte { return gateway.WithoutDoctype(raw, "[") })),
		neglecting("expands-entities", "G09", "P06",
			"développe les entités internes", "expands internal entities",
			rewrites("xml-doctype", func(v *visit, raw []byte) []byte { return gateway.WithoutDoctype(raw, "SYSTEM") })),
		neglecting("fetches-external-entities", "G09", "P06",
			"va chercher les entités externes", "fetches external entities",
			rewrites("xml-doctype", func(v *visit, raw []byte) []byte {
				targets := gateway.ExternalEntities(raw)
				if targets == nil {
					return nil
				}
				for _, target := range targets {
					v.fetch(target)
				}
				return gateway.WithoutDoctype(raw, "\x00")
			})),
	}
}

// rewrites makes the receiver read another Response than the one that came, where it has a finding of that rule and
// rewrite gives one.
func rewrites(rule string, rewrite func(*visit, []byte) []byte) func(*policy) {
	return func(p *policy) {
		rereads(p, func(v *visit) {
			if !has(v, rule) {
				return
			}
			if raw := rewrite(v, v.judged.Response); raw != nil {
				v.reread(sso.ResponseForm(raw, v.judged.RelayState))
			}
		})
	}
}

// reread judges a form in place of what came.
func (v *visit) reread(form url.Values) {
	in := v.incoming
	in.Raw, in.Form = nil, form
	v.blinded = true
	v.judged = sso.Verify(in, v.expectation)
}

// fetch calls an address of this machine and forgets the answer. No other address is ever called.
func (v *visit) fetch(target string) {
	u, err := url.Parse(target)
	if err != nil || !net.ParseIP(u.Hostname()).IsLoopback() {
		return
	}
	_, _ = v.service.backend.Call(v.request.Context(), http.MethodGet, target, http.Header{}, nil)
}
