package provider

import (
	"encoding/base64"
	"slices"

	"github.com/beevik/etree"

	"etalon/internal/soap"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// headerFlaws neglect the place of the VI and the headers (A01 to A03, A08).
func headerFlaws() []Flaw {
	return []Flaw{
		blind("accepts-calls-without-vi", "A01", "A04 F01",
			"laisse passer un appel sans VI", "lets a call without VI pass", "header-absent", "security-absent", "security-empty"),
		neglecting("takes-vi-from-body", "A01", "A04 F01",
			"prend le VI dans le Body", "takes the VI from the Body", takesFrom("vi-in-body", "Body")),
		neglecting("takes-vi-under-header", "A01", "A04 F01",
			"prend le VI directement sous l'en-tête SOAP", "takes the VI directly under the SOAP header", takesFrom("vi-under-header", "Header")),
		blind("takes-first-of-two-vi", "A02", "A04",
			"prend le premier de deux VI", "takes the first of two VIs", "vi-several"),
		blind("accepts-two-security-headers", "A02", "A04",
			"accepte deux en-têtes Security", "takes two Security headers", "security-several"),
		blind("ignores-mustunderstand", "A03", "A04",
			"ignore un en-tête obligatoire qu'il ne connaît pas", "ignores a mandatory header that it does not know", "header-not-understood"),
		blind("accepts-get", "A08", "A04",
			"accepte un appel par GET", "takes a call by GET", "http-method-other"),
		blind("ignores-content-type", "A08", "A04",
			"ne lit pas le type du message", "does not read the media type", "http-content-type-other"),
		blind("accepts-soap12", "A08", "A04",
			"accepte SOAP 1.2 sans accord", "takes SOAP 1.2 without agreement", "soap-version-other"),
	}
}

// messageFlaws neglect the Timestamp, the message signature and the token reference (A09 to A11).
func messageFlaws() []Flaw {
	return []Flaw{
		blind("accepts-expired-timestamp", "A09", "A04",
			"accepte un horodatage expiré", "takes an expired Timestamp", "timestamp-expired"),
		blind("accepts-future-timestamp", "A09", "A04",
			"accepte un horodatage à venir", "takes a Timestamp of the future", "timestamp-future"),
		blind("skips-body-digest", "A10", "A04 A05",
			"ne recalcule pas le condensat du Body", "does not compute the digest of the Body", "message-altered"),
		blind("follows-body-reference", "A10", "A04 A05",
			"vérifie le Body que la signature désigne, transmet l'autre", "verifies the Body that the signature designates, forwards the other",
			"message-reference-other"),
		blind("accepts-unsigned-body", "A10", "A04",
			"accepte un Body que la signature du message ne couvre pas", "takes a Body that the message signature does not cover",
			"message-body-unsigned", "message-signature-absent"),
		blind("ignores-token-reference", "A11", "A04",
			"ne rapproche pas la référence de jeton du VI", "does not match the token reference with the VI", "token-reference-other"),
		blind("ignores-token-reference-type", "A11", "A04",
			"ne lit pas le type de la référence de jeton", "does not read the type of the token reference", "token-reference-valuetype"),
	}
}

// rewrites makes the provider read another message than the one that came, where rewrite gives one.
func rewrites(rewrite func(*call) []byte) func(*policy) {
	return func(p *policy) {
		rereads(p, func(c *call) {
			if raw := rewrite(c); raw != nil {
				c.raw, c.incoming.Raw, c.blinded = raw, raw, true
				c.judged = soap.Verify(c.incoming, c.expectation)
			}
		})
	}
}

// has tells whether the message has a finding of that rule.
func has(c *call, rule string) bool {
	return slices.ContainsFunc(c.judged.Findings, func(f verdict.Finding) bool { return f.Rule == rule })
}

// takesFrom makes the provider look for the VI elsewhere than in Security.
func takesFrom(rule, parent string) func(*policy) {
	return rewrites(func(c *call) []byte {
		vi := place(c.judged.Document, parent, "Assertion")
		if !has(c, rule) || vi == nil {
			return nil
		}
		return withVI(c.raw, vi)
	})
}

// withVI puts a VI in the Security header of a message, and takes it away where it was.
func withVI(raw []byte, vi *etree.Element) []byte {
	assertion, err := xmlsec.Canonicalize(vi)
	if err != nil {
		return nil
	}
	moved, err := xmlsec.Parse(assertion, xmlsec.DefaultLimits)
	if err != nil {
		return nil
	}
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		return nil
	}
	for _, part := range []string{"Body", "Header"} {
		if old := place(doc, part, "Assertion"); old != nil {
			old.Parent().RemoveChild(old)
		}
	}
	securityOf(doc).AddChild(moved.Root())
	out, err := xmlsec.Serialize(doc)
	if err != nil {
		return nil
	}
	return out
}

// securityOf returns the Security header of an envelope, made where there is none.
func securityOf(doc *etree.Document) *etree.Element {
	envelope, header := doc.Root(), place(doc, "Header")
	if header == nil {
		header = etree.NewElement("Header")
		header.Space = envelope.Space
		envelope.InsertChildAt(0, header)
	}
	security := place(doc, "Header", "Security")
	if security == nil {
		security = header.CreateElement("wsse:Security")
		security.CreateAttr("xmlns:wsse", xmlsec.NamespaceWSSE)
	}
	return security
}

// takesFromQuery makes the provider read the VI of the address as if it were in the message.
func takesFromQuery(p *policy) {
	overlooks("http-vi-in-query")(p)
	rewrites(func(c *call) []byte {
		for _, values := range c.incoming.Query {
			raw, err := base64.RawURLEncoding.DecodeString(values[0])
			if err != nil {
				continue
			}
			if doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits); err == nil {
				return withVI(c.raw, doc.Root())
			}
		}
		return nil
	})(p)
}
