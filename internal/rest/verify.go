package rest

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/jws"
	"etalon/internal/saml"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// judge holds what the checks of one call share.
type judge struct {
	Expectation
	in  Incoming
	out Judged
}

// Verify judges a call of mode R: where its token stands, the form of it, and the VI that it is or claims. It returns
// every departure, except that a token that is not there, or cannot be read, has no others.
func Verify(in Incoming, x Expectation) Judged {
	j := &judge{Expectation: x, in: in}
	token, there := j.carried()
	if !there {
		return j.out
	}
	j.out.Token = token
	if j.Token == TokenJWT {
		j.jwt(token)
	} else {
		j.assertion(token)
	}
	return j.out
}

// assertion judges a token that is the signed assertion.
func (j *judge) assertion(token string) {
	raw, err := base64.StdEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) == 0 {
		j.report("token-base64-invalid", "", strconv.Itoa(len(token)))
		return
	}
	j.out.Raw = raw
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		refused := &xmlsec.ParseError{Kind: xmlsec.ParseMalformed, Detail: err.Error()}
		errors.As(err, &refused)
		j.report(parseRules[refused.Kind], "", refused.Detail)
		return
	}
	j.out.Document = doc
	root := doc.Root()
	if root.Tag != "Assertion" {
		j.report("token-not-assertion", "Assertion", root.Tag)
		return
	}
	j.take(saml.Verify(root, []*etree.Element{root}, j.Expectation.Expectation))
}

// parseRules names the refusals of the parser.
var parseRules = map[xmlsec.ParseKind]string{
	xmlsec.ParseOversized: "xml-oversized",
	xmlsec.ParseTooDeep:   "xml-too-deep",
	xmlsec.ParseDTD:       "xml-doctype",
	xmlsec.ParseEncoding:  "xml-utf8-invalid",
	xmlsec.ParseMalformed: "xml-malformed",
}

// jwt judges a token that is a JWT: its form, its key, its signature, and its claims as those of a VI.
func (j *judge) jwt(token string) {
	t, err := jws.Parse(token)
	if err != nil {
		var m *jws.Malformed
		if errors.As(err, &m) {
			j.report("jwt-malformed", m.Want, m.Got)
		}
		return
	}
	j.out.Raw = t.Payload
	header := t.Header
	before := len(j.out.Findings)
	algorithm, _ := header["alg"].(string)
	switch {
	case strings.EqualFold(algorithm, "none"):
		j.report("jwt-algorithm-none", Algorithm, algorithm) // R03-N1
	case algorithm != Algorithm:
		j.report("jwt-algorithm-other", Algorithm, algorithm) // R03-N2
	}
	if critical, there := header["crit"]; there { // RFC 7515 §4.1.11: what is not understood must not be accepted
		shown, _ := json.Marshal(critical)
		j.report("jwt-critical-unknown", "", string(shown))
	}
	chain := j.chain(header)
	if len(chain) > 0 {
		// How a client names its key is its own affair where the certificate comes along; who receives must know the name.
		if kid, there := header["kid"]; there && !j.Emitted && kid != Thumbprint(chain[0]) {
			shown, _ := kid.(string)
			j.report("jwt-kid-unknown", Thumbprint(chain[0]), shown) // R03-N3
		}
		if algorithm == Algorithm && !t.SignedBy(Algorithm, chain[0].PublicKey) {
			j.report("jwt-signature-wrong", "", "")
		}
	}
	r := &reader{claims: t.Claims}
	vi := r.vi()
	for _, name := range r.malformed {
		j.report("jwt-claim-malformed", name, "")
	}
	if vi.ID == "" {
		j.report("id-absent", "jti", "")
	}
	sound := len(chain) > 0 && len(j.out.Findings) == before
	j.take(saml.VerifyClaims(saml.Claims{VI: vi, Chain: chain, Sound: sound}, j.Expectation.Expectation))
}

// chain reads the certificates of the header; without any there is no key to check with.
func (j *judge) chain(header map[string]any) []*x509.Certificate {
	list, _ := header["x5c"].([]any)
	if len(list) == 0 {
		j.report("jwt-key-absent", "x5c", "")
		return nil
	}
	var all []*x509.Certificate
	for _, item := range list {
		text, _ := item.(string)
		der, err := base64.StdEncoding.DecodeString(text)
		if err == nil {
			var c *x509.Certificate
			if c, err = x509.ParseCertificate(der); err == nil {
				all = append(all, c)
			}
		}
		if err != nil {
			j.report("jwt-key-unreadable", "x5c", err.Error())
			return nil
		}
	}
	return all
}

// take takes over the judgement of the VI.
func (j *judge) take(judged saml.Judged) {
	j.out.Judged = judged
	j.out.Findings = append(j.out.Findings, judged.Findings...)
	j.out.Judged.Findings = nil
}

// report adds a finding under the requirement of the side that is judged, and returns false.
func (j *judge) report(rule, want, got string) bool {
	j.out.Findings = append(j.out.Findings, verdict.Finding{
		Requirement: Requirement(rule, j.Emitted), Rule: rule, Want: saml.Shorten(want), Got: saml.Shorten(got),
	})
	return false
}
