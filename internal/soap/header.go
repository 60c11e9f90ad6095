package soap

import (
	"strconv"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// headers checks that every mandatory header block addressed to us is understood (A03).
func (j *judge) headers() {
	if j.header == nil {
		return
	}
	for _, block := range j.header.ChildElements() {
		space := block.NamespaceURI()
		if mandatory(block, j.out.SOAP) && forUs(block, j.out.SOAP) && !understood(space) && !assertion(block) {
			j.report("header-not-understood", "", "{"+space+"}"+block.Tag) // A03-N1
		}
	}
}

// candidates finds the VIs at their place, the Security header addressed to us (A01, A02). An assertion of
// an unknown namespace is one too: what is wrong with it is not its place (V01).
func (j *judge) candidates() []*etree.Element {
	blocks := securities(j.header, j.out.SOAP)
	if len(blocks) > 1 {
		j.report("security-several", "1", strconv.Itoa(len(blocks))) // A02-N2
	}
	var vis []*etree.Element
	for _, block := range blocks {
		if j.security == nil {
			j.security = block
		}
		for _, c := range block.ChildElements() {
			if assertion(c) {
				vis = append(vis, c)
			}
		}
	}
	if len(vis) == 0 {
		j.missing(len(blocks))
	}
	return vis
}

// securities returns the Security headers addressed to us.
func securities(header *etree.Element, version string) []*etree.Element {
	var found []*etree.Element
	for _, block := range xmlsec.Children(header, xmlsec.NamespaceWSSE, "Security") {
		if forUs(block, version) {
			found = append(found, block)
		}
	}
	return found
}

func assertion(el *etree.Element) bool { return el.Tag == "Assertion" }

// missing says where the VI is instead, or what is not there at all (A01).
func (j *judge) missing(securities int) {
	switch {
	case j.header != nil && holdsAssertion(j.header):
		j.report("vi-under-header", "Header/Security/Assertion", "Header") // A01-N4
	case j.out.Body != nil && holdsAssertion(j.out.Body):
		j.report("vi-in-body", "Header/Security/Assertion", "Body") // A01-N3
	case j.header == nil:
		j.report("header-absent", "Header", "") // A01-N1
	case securities == 0:
		j.report("security-absent", "Header/Security", "")
	default:
		j.report("security-empty", "Header/Security/Assertion", "") // A01-N2
	}
}

func holdsAssertion(el *etree.Element) bool {
	for _, c := range el.ChildElements() {
		space := c.NamespaceURI()
		if assertion(c) && (space == saml.Namespace20 || space == saml.Namespace11) || holdsAssertion(c) {
			return true
		}
	}
	return false
}

// timestamp checks the Timestamp, if there is one, with the skew at both ends (A09).
func (j *judge) timestamp() {
	found := xmlsec.Children(j.security, xmlsec.NamespaceWSU, "Timestamp")
	if len(found) == 0 {
		return
	}
	if len(found) > 1 {
		j.report("timestamp-several", "1", strconv.Itoa(len(found)))
	}
	skew := j.Profile.Skew()
	created, soonest := j.instant(found[0], "Created"), j.Now.Add(skew)
	if created.After(soonest) {
		j.report("timestamp-future", "≤ "+soonest.Format(interops.InstantLayout), created.Format(interops.InstantLayout)) // A09-N2
	}
	expires, latest := j.instant(found[0], "Expires"), j.Now.Add(-skew)
	if !expires.IsZero() && !expires.After(latest) {
		j.report("timestamp-expired", "> "+latest.Format(interops.InstantLayout), expires.Format(interops.InstantLayout)) // A09-N1
	}
}

// instant reads a bound of the Timestamp, zero when it is absent or, with a finding, not an instant.
func (j *judge) instant(timestamp *etree.Element, name string) time.Time {
	el := xmlsec.Child(timestamp, xmlsec.NamespaceWSU, name)
	if el == nil {
		return time.Time{}
	}
	at, ok := saml.ReadInstant(xmlsec.TrimmedText(el))
	if !ok {
		j.report("timestamp-malformed", interops.InstantLayout, name+"="+xmlsec.TrimmedText(el))
	}
	return at.UTC()
}

// tokenReferences checks that a reference beside the VI names it, in the form of its version (A11).
func (j *judge) tokenReferences() {
	if j.out.VI.ID == "" {
		return
	}
	for _, r := range xmlsec.Children(j.security, xmlsec.NamespaceWSSE, "SecurityTokenReference") {
		id := xmlsec.Child(r, xmlsec.NamespaceWSSE, "KeyIdentifier")
		if id == nil {
			continue
		}
		want := keyIdentifiers[j.out.VI.Version]
		if got := xmlsec.Value(id, "ValueType"); got != want {
			j.report("token-reference-valuetype", want, got) // A11-N2
		}
		if tt := xmlsec.QualifiedValue(r, namespaceWSSE11, "TokenType"); tt != "" && tt != tokenTypes[j.out.VI.Version] {
			j.report("token-reference-valuetype", tokenTypes[j.out.VI.Version], tt)
		}
		if got := xmlsec.TrimmedText(id); got != j.out.VI.ID {
			j.report("token-reference-other", j.out.VI.ID, got) // A11-N1
		}
	}
}
