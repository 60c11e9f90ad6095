package soap

import (
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// judge holds what the checks of one message share.
type judge struct {
	saml.Expectation
	in  Incoming
	out Judged

	envelope, header, security *etree.Element
}

// Verify judges a message of mode A: how it came, its envelope and header, its VI, and its own signature
// where one is agreed. It returns every departure, except that an unreadable message has no others.
func Verify(in Incoming, x saml.Expectation) Judged {
	j := &judge{Expectation: x, in: in}
	j.exchange()
	if !j.read() {
		return j.out
	}
	j.headers()
	vis := j.candidates()
	if len(vis) > 0 {
		j.out.Judged = saml.Verify(j.envelope, vis, x)
		j.out.Findings = append(j.out.Findings, j.out.Judged.Findings...)
	}
	j.version()
	j.timestamp()
	j.tokenReferences()
	j.message()
	return j.out
}

// exchange checks method and media type (A08), and that no VI stands in the address (L08).
func (j *judge) exchange() {
	if j.in.Method != http.MethodPost {
		j.report("http-method-other", http.MethodPost, j.in.Method) // A08-N1
	}
	for _, values := range j.in.Query {
		if slices.ContainsFunc(values, holdsVI) {
			j.report("http-vi-in-query", "", "VI") // L08-N1
		}
	}
}

// holdsVI tells whether a value is an assertion, plain or in base64.
func holdsVI(v string) bool {
	if strings.Contains(v, "Assertion") {
		return true
	}
	plain := strings.NewReplacer("-", "+", "_", "/", " ", "+", "=", "").Replace(v)
	raw, err := base64.RawStdEncoding.DecodeString(plain)
	return err == nil && strings.Contains(string(raw), "Assertion")
}

// parseRules names the refusals of the parser.
var parseRules = map[xmlsec.ParseKind]string{
	xmlsec.ParseOversized: "xml-oversized",    // G09-N4
	xmlsec.ParseTooDeep:   "xml-too-deep",     // G09
	xmlsec.ParseDTD:       "xml-doctype",      // G09-N1 to N3
	xmlsec.ParseEncoding:  "xml-utf8-invalid", // V17-N1
	xmlsec.ParseMalformed: "xml-malformed",    // V01-N1
}

// read parses the message and finds the parts of its envelope; false when there is nothing to judge.
func (j *judge) read() bool {
	if len(j.in.Raw) == 0 && j.in.Method != http.MethodPost {
		return false
	}
	doc, err := xmlsec.Parse(j.in.Raw, xmlsec.DefaultLimits)
	if err != nil {
		refused := &xmlsec.ParseError{Kind: xmlsec.ParseMalformed, Detail: err.Error()}
		errors.As(err, &refused)
		j.report(parseRules[refused.Kind], "", refused.Detail)
		return false
	}
	j.out.Document, j.envelope = doc, doc.Root()
	space := j.envelope.NamespaceURI()
	j.out.SOAP = versionOf(space)
	if j.envelope.Tag != "Envelope" {
		j.report("envelope-absent", "Envelope", j.envelope.Tag)
		return false
	}
	if j.out.SOAP == "" {
		j.report("soap-version-other", Namespace11, space)
		return false
	}
	j.parts(space)
	return true
}

// parts finds Header and Body, one of each in that order and nothing else.
func (j *judge) parts(space string) {
	var names []string
	for _, c := range j.envelope.ChildElements() {
		name := c.Tag
		if c.NamespaceURI() != space {
			name = "{" + c.NamespaceURI() + "}" + name
		}
		names = append(names, name)
	}
	if got := strings.Join(names, " "); got != "Header Body" && got != "Body" {
		j.report("envelope-malformed", "Header Body", got)
	}
	j.header = xmlsec.Child(j.envelope, space, "Header")
	j.out.Body = xmlsec.Child(j.envelope, space, "Body")
	if j.out.Body != nil {
		if business := j.out.Body.ChildElements(); len(business) > 0 {
			j.out.Operation = business[0].Tag
		}
	}
}

// version checks that the SOAP version is agreed and goes with the media type (A08).
func (j *judge) version() {
	agreed := j.out.Project.SOAP
	if len(agreed) == 0 {
		agreed = j.Profile.SOAP.Versions
	}
	if !slices.Contains(agreed, j.out.SOAP) {
		j.report("soap-version-other", strings.Join(agreed, " "), j.out.SOAP) // A08-N3
	}
	want := mediaTypeOf[j.out.SOAP]
	if got, _, err := mime.ParseMediaType(j.in.ContentType); err != nil || got != want {
		j.report("http-content-type-other", want, j.in.ContentType) // A08-N2
	}
}

// report adds a finding under the requirement of the side that is judged.
func (j *judge) report(rule, want, got string) {
	requirement := Rules[rule]
	if client, ok := emitterRequirements[requirement]; ok && j.Emitted {
		requirement = client
	}
	j.out.Findings = append(j.out.Findings, verdict.Finding{
		Requirement: requirement, Rule: rule, Want: saml.Shorten(want), Got: saml.Shorten(got),
	})
}
