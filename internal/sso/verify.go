package sso

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// judge holds what the checks of one Response share.
type judge struct {
	Expectation
	in   Incoming
	out  Judged
	root *etree.Element
}

// Verify judges a Response of mode P or S: how it came, the Response, its one VI, its own signature where there is
// one, and the return address. It returns every departure, except that an unreadable message has no others.
// Whatever signs the Response, the VI that is used is a child of it, alone in the message, and covered by its own
// signature (P01, G01, G07).
func Verify(in Incoming, x Expectation) Judged {
	j := &judge{Expectation: x, in: in}
	encoded, there := j.carried()
	j.relayState()
	if !there {
		return j.out
	}
	raw, departure := unbase64(encoded)
	if departure != "" {
		j.report("response-"+departure, "", strconv.Itoa(len(encoded))) // P04-N2, P04-N4
		return j.out
	}
	j.out.Response = raw
	doc, rule, detail := parse(raw)
	if rule != "" {
		j.report(rule, "", detail)
		return j.out
	}
	j.out.Document, j.root = doc, doc.Root()
	if !j.response() {
		j.bare()
		return j.out
	}
	j.vi()
	j.issuer()
	j.answer()
	j.signature()
	j.session()
	return j.out
}

// carried finds the encoded Response where the transport puts it, once and nowhere else (P04).
func (j *judge) carried() (string, bool) {
	if j.Transport == TransportHeader {
		name := cmp.Or(j.Header, HeaderResponse)
		return j.one(url.Values{ParameterResponse: j.in.Header.Values(name)}, name)
	}
	if len(j.in.Raw) > MaxBody {
		j.report("response-oversized", "≤ "+strconv.Itoa(MaxBody), strconv.Itoa(len(j.in.Raw))) // P04-N4
		return "", false
	}
	if j.in.Method != http.MethodPost {
		j.report("response-method-other", http.MethodPost, j.in.Method) // P04-N1
		if _, there := j.in.Query[ParameterResponse]; !there {
			return "", false
		}
		return j.one(j.in.Query, ParameterResponse)
	}
	if j.in.Query.Has(ParameterResponse) {
		j.report("response-in-query", "", ParameterResponse)
	}
	return j.one(j.in.form(), ParameterResponse)
}

// one returns the single value of the Response among the values of a transport.
func (j *judge) one(values url.Values, shown string) (string, bool) {
	v, departure := parameter(values, ParameterResponse)
	if departure != "" {
		j.report("response-"+departure, shown+" ×1", "×"+strconv.Itoa(len(values[ParameterResponse]))) // P04-N3
	}
	return v, departure == ""
}

// vi judges the one assertion of the Response: a child of it and alone in the message (P01).
func (j *judge) vi() {
	if j.out.Status != StatusSuccess && len(j.assertions()) == 0 {
		return // refused, as its status says
	}
	vis := j.assertions()
	switch {
	case len(vis) == 0 && xmlsec.Child(j.root, saml.Namespace20, "EncryptedAssertion") != nil:
		j.report("response-assertion-encrypted", "Assertion", "EncryptedAssertion")
		return
	case len(vis) == 0:
		j.report("response-assertion-absent", "Assertion", "") // P01-N2
		return
	case len(vis) > 1:
		j.report("response-assertion-several", "1", strconv.Itoa(len(vis))) // P01-N3
	}
	j.out.Judged = saml.Verify(j.root, vis, j.Expectation.Expectation)
	j.keep(j.out.Judged.Findings)
	if all := j.everyAssertion(); all > len(vis) {
		j.out.Verified, j.out.Element = false, nil
		if !j.reported("assertion-hidden") {
			j.report("assertion-hidden", "1", strconv.Itoa(all)) // G07
		}
	}
}

// bare judges the claims of an assertion that came without its Response, for traces: it opens nothing (P01-N1).
func (j *judge) bare() {
	if j.root.Tag != "Assertion" {
		return
	}
	j.out.Judged = saml.Verify(j.root, []*etree.Element{j.root}, j.Expectation.Expectation)
	j.keep(j.out.Judged.Findings)
	j.out.Verified, j.out.Element = false, nil
}

// keep takes over the findings of the VI. That there are several is a departure of the Response.
func (j *judge) keep(found []verdict.Finding) {
	for _, f := range found {
		if f.Rule != "vi-several" {
			j.out.Findings = append(j.out.Findings, f)
		}
	}
}

// assertions are the assertions that are children of the Response, whatever their version.
func (j *judge) assertions() []*etree.Element {
	return slices.DeleteFunc(j.root.ChildElements(), func(el *etree.Element) bool { return el.Tag != "Assertion" })
}

// everyAssertion counts the assertions of the whole message, encrypted ones included.
func (j *judge) everyAssertion() int {
	n := 0
	for _, el := range j.root.FindElements("//*") {
		if el.Tag == "Assertion" || el.Tag == "EncryptedAssertion" {
			n++
		}
	}
	return n
}

// session checks that an authentication operator gives the session by which it can be closed (S19).
func (j *judge) session() {
	if j.Emitted && j.Mode == interops.ModeS && len(j.assertions()) > 0 && j.out.VI.SessionIndex == "" {
		j.report("sessionindex-absent", "AuthnStatement/@SessionIndex", "") // S19-N1
	}
}

// report adds a finding under the requirement of the side and the mode that are judged.
func (j *judge) report(rule, want, got string) {
	j.out.Findings = append(j.out.Findings, verdict.Finding{
		Requirement: Requirement(rule, j.Mode, j.Emitted), Rule: rule, Want: saml.Shorten(want), Got: saml.Shorten(got),
	})
}

func (j *judge) reported(rule string) bool {
	return slices.ContainsFunc(j.out.Findings, func(f verdict.Finding) bool { return f.Rule == rule })
}
