package resource

import (
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"slices"

	"etalon/internal/gateway"
	"etalon/internal/rest"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// contentFlaws neglect the form of the VI, its issuer and its subject (V01, V04 to V07, V16, V17).
func contentFlaws() []Flaw {
	return append(received(gateway.ContentFlaws()),
		neglecting("truncates-nameid", "V17", "",
			"coupe l'identifiant de l'usager au premier commentaire", "cuts the user identifier at the first comment",
			func(p *policy) {
				overlooks("text-comment")(p)
				rereads(p, func(c *call) { gateway.CutAtComment(c.judged.Raw, &c.judged.VI, c.judged.Findings) })
			}),
		neglecting("loses-accents", "V17", "",
			"perd les lettres accentuées de l'identifiant", "loses the accented letters of the identifier",
			func(p *policy) {
				rereads(p, func(c *call) { c.judged.VI.NameID.Value = gateway.ASCII(c.judged.VI.NameID.Value) })
			}),
	)
}

// timeFlaws neglect the instants of the VI (V03, V08, V09, V12, L07).
func timeFlaws() []Flaw {
	return append(received(gateway.TimeFlaws()),
		neglecting("doubles-skew", "L07", "V03 V07 V08 V12 R02",
			"compte deux fois la tolérance d'horloge", "grants the clock tolerance twice",
			func(p *policy) {
				rereads(p, func(c *call) {
					x := c.expectation
					lax := *x.Profile
					lax.Time.SkewSeconds *= 2
					x.Profile = &lax
					c.judged = rest.Verify(c.incoming, x)
				})
			}),
	)
}

// audienceFlaws neglect the target of the VI and the level of authentication (V10, V11).
func audienceFlaws() []Flaw {
	return append(received(gateway.AudienceFlaws()),
		neglecting("accepts-any-own-audience", "V10", "R02",
			"accepte l'audience d'un autre de ses services", "takes the Audience of another of its services",
			overlooksWhen(func(f verdict.Finding, c *call) bool { return gateway.OwnAudience(c.expectation.Expectation, f.Got) }, "audience-other")),
	)
}

// rightFlaws neglect the PAGM (R02).
func rightFlaws() []Flaw {
	return append(received(gateway.RightFlaws()),
		neglecting("reads-first-pagm-only", "R02", "R04",
			"ne lit que le premier PAGM", "reads the first PAGM alone",
			func(p *policy) {
				rereads(p, func(c *call) {
					if pagm := c.judged.VI.PAGM; len(pagm) > 1 {
						c.judged.VI.PAGM = pagm[:1]
					}
				})
			}),
	)
}

// signatureFlaws neglect the signature of the VI and its signer, and read the VI outside what was signed (G01 to G08, T05).
func signatureFlaws() []Flaw {
	sibling := func(f Flaw) bool { return f.Name == "resolves-repeated-id" } // a bare VI has none beside it
	wrapping := slices.DeleteFunc(received(gateway.WrappingFlaws()), sibling)
	return append(slices.Concat(received(gateway.SignatureFlaws(), gateway.CertificateFlaws()), wrapping),
		neglecting("resolves-repeated-id", "G08", "",
			"vérifie l'un de deux VI emboîtés de même identifiant, lit l'autre",
			"verifies one of two nested VIs of the same identifier, reads the other",
			overlooksWhen(func(_ verdict.Finding, c *call) bool { return has(c, "id-repeated") },
				"id-repeated", "assertion-hidden", "signature-digest-wrong", "signature-reference-other")),
		neglecting("verifies-with-known-key", "G04", "",
			"vérifie avec la clé qu'il connaît du client, sans lire le certificat joint",
			"verifies with the key that it knows of the client, without reading the certificate enclosed",
			overlooksWhen(soundWithKnownKey, "keyinfo-absent", "keyinfo-certificate-other", "signature-value-wrong")),
	)
}

// soundWithKnownKey tells whether the VI's signature is that of the client's key on file.
func soundWithKnownKey(_ verdict.Finding, c *call) bool {
	known, err := c.provider.config.Bench.PKI.Credential(c.judged.Client.Name + "/signature")
	if err != nil || c.judged.Document == nil {
		return false
	}
	signature := c.judged.Document.FindElement("/Assertion/Signature")
	return signature != nil && !xmlsec.Verify(signature, xmlsec.CurrentPolicy, known.Leaf().PublicKey).Has(xmlsec.FaultSignature)
}

// parserFlaws neglect the hardening of the XML parser (G09).
func parserFlaws() []Flaw {
	return []Flaw{
		neglecting("accepts-doctype", "G09", "",
			"accepte une déclaration de type de document", "takes a document type declaration",
			rewrites(func(_ *call, raw []byte) []byte { return gateway.WithoutDoctype(raw, "[") })),
		neglecting("expands-entities", "G09", "",
			"développe les entités internes", "expands internal entities",
			rewrites(func(_ *call, raw []byte) []byte { return gateway.WithoutDoctype(raw, "SYSTEM") })),
		neglecting("fetches-external-entities", "G09", "",
			"va chercher les entités externes", "fetches external entities",
			rewrites(func(c *call, raw []byte) []byte {
				targets := gateway.ExternalEntities(raw)
				if targets == nil {
					return nil
				}
				for _, target := range targets {
					c.fetch(target)
				}
				return gateway.WithoutDoctype(raw, "\x00")
			})),
	}
}

// rewrites makes the provider read another assertion than the one that came, where that declares a type of document and
// rewrite gives one.
func rewrites(rewrite func(*call, []byte) []byte) func(*policy) {
	return func(p *policy) {
		rereads(p, func(c *call) {
			if !has(c, "xml-doctype") {
				return
			}
			if raw := rewrite(c, c.judged.Raw); raw != nil {
				c.reread(base64.StdEncoding.EncodeToString(raw))
			}
		})
	}
}

// reread judges a token in place of the one that came, as if it stood where it must.
func (c *call) reread(token string) {
	in := c.incoming
	in.URL, in.Raw = nil, nil
	in.Header = http.Header{c.provider.config.Header: {rest.Value(c.provider.config.Token, c.provider.config.Header, token)}}
	c.judged = rest.Verify(in, c.expectation)
}

// fetch calls an address of this machine and forgets the answer. No other address is ever called.
func (c *call) fetch(target string) {
	u, err := url.Parse(target)
	if err != nil || !net.ParseIP(u.Hostname()).IsLoopback() {
		return
	}
	_, _ = c.provider.backend.Call(c.request.Context(), http.MethodGet, target, http.Header{}, nil)
}
