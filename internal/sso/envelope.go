package sso

import (
	"crypto/x509"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// response checks the Response around the VI (P01, P02); false when the message is none.
func (j *judge) response() bool {
	if !xmlsec.Is(j.root, NamespaceProtocol, "Response") {
		j.report("response-absent", "Response", j.root.NamespaceURI()+" "+j.root.Tag) // P01-N1
		return false
	}
	j.out.ID, j.out.InResponseTo = xmlsec.Value(j.root, "ID"), xmlsec.Value(j.root, "InResponseTo")
	j.out.Destination = xmlsec.Value(j.root, "Destination")
	for _, d := range head(j.root, j.Now, j.Profile) {
		j.report("response-"+d.name, d.want, d.got)
	}
	if order := order(j.root, responseContent); order != "" {
		j.report("response-malformed", "Issuer Signature Extensions Status Assertion", order)
	}
	j.status()
	switch {
	case j.out.Destination == "":
		j.report("response-destination-absent", j.ACS, "") // P02-N2
	case j.out.Destination != j.ACS:
		j.report("response-destination-other", j.ACS, j.out.Destination) // P02-N1
	}
	return true
}

// status reads the two status codes; anything but a plain success opens nothing (P01-N4).
func (j *judge) status() {
	code := xmlsec.Child(xmlsec.Child(j.root, NamespaceProtocol, "Status"), NamespaceProtocol, "StatusCode")
	j.out.Status = xmlsec.Value(code, "Value")
	j.out.SubStatus = xmlsec.Value(xmlsec.Child(code, NamespaceProtocol, "StatusCode"), "Value")
	switch {
	case j.out.Status == "":
		j.report("response-status-absent", StatusSuccess, "")
	case j.out.Status != StatusSuccess:
		j.report("response-status-other", StatusSuccess, strings.TrimSpace(j.out.Status+" "+j.out.SubStatus))
	}
}

// issuer checks that the Response speaks for the organism of its VI (P02-N3).
func (j *judge) issuer() {
	if len(j.assertions()) == 0 {
		return
	}
	el := xmlsec.Child(j.root, saml.Namespace20, "Issuer")
	switch got := xmlsec.TrimmedText(el); {
	case el == nil:
		j.report("response-issuer-absent", j.out.VI.Issuer, "")
	case got != j.out.VI.Issuer:
		j.report("response-issuer-other", j.out.VI.Issuer, got) // P02-N3
	}
}

// answer checks what the Response and its VI say that they answer: nothing in mode P (P03), in mode S nothing or a
// request that is pending (S11).
func (j *judge) answer() {
	named, confirmed := j.out.InResponseTo, j.out.VI.Confirmation.InResponseTo
	if j.Mode != interops.ModeS && (named != "" || confirmed != "") {
		j.report("inresponseto-unsolicited", "", named+confirmed) // P03-N1
		return
	}
	if named == "" && confirmed == "" {
		j.unanswered()
		return
	}
	switch j.state(named) {
	case RequestUnknown:
		j.report("inresponseto-unknown", j.wanted(), named) // S11-N1
	case RequestUsed:
		j.report("inresponseto-used", "", named) // S11-N2
	case RequestExpired:
		j.report("inresponseto-expired", "", named) // S11-N3
	}
	// The VI alone is signed for sure: only there is the tie to the request out of an attacker's reach.
	if confirmed != named && len(j.assertions()) > 0 {
		j.report("inresponseto-unconfirmed", named, confirmed)
	}
}

// unanswered checks a Response that answers nothing.
func (j *judge) unanswered() {
	if j.Request != nil || j.Mode == interops.ModeS && j.Profile.S.Flow == "sp-initiated" {
		j.report("inresponseto-absent", j.wanted(), "")
	}
}

func (j *judge) state(id string) RequestState {
	switch {
	case j.Request != nil && id == j.Request.ID && id != "":
		return RequestPending
	case j.Request == nil && j.Requests != nil:
		return j.Requests(id)
	}
	return RequestUnknown
}

func (j *judge) wanted() string {
	if j.Request == nil {
		return "InResponseTo"
	}
	return j.Request.ID
}

// signature checks the Response's own signature where there is one. It adds nothing to the VI's (G01).
func (j *judge) signature() {
	x := letter{root: j.root, profile: j.Profile}
	if len(xmlsec.Children(j.root, xmlsec.NamespaceDS, "Signature")) == 0 {
		return
	}
	for _, d := range x.sealed() {
		j.report("response-"+d.name, d.want, d.got)
	}
	x.complete([][]*x509.Certificate{j.out.Chain})
	for _, d := range x.signer(j.out.Client, j.Now, j.Trust) {
		j.report("response-"+d.name, d.want, d.got)
	}
}

// relayState checks the return address that came beside the Response (P05).
func (j *judge) relayState() {
	if j.Transport == TransportHeader {
		return
	}
	values := j.in.form()
	if j.in.Method != "POST" {
		values = j.in.Query
	}
	given := values[ParameterRelayState]
	if len(given) > 1 {
		j.report("response-parameter-repeated", ParameterRelayState+" ×1", "×"+strconv.Itoa(len(given)))
	}
	if len(given) == 0 || given[0] == "" {
		return
	}
	j.out.RelayState = given[0]
	switch target := given[0]; {
	case len(target) > MaxRelayState:
		j.report("relaystate-too-long", "≤ "+strconv.Itoa(MaxRelayState), strconv.Itoa(len(target))) // P05-N3
	case scripted(target):
		j.report("relaystate-script", "https", target) // P05-N2
	case j.RelayState != nil && !j.RelayState(target):
		j.report("relaystate-other", "", target) // P05-N1
	}
}

// scripted tells whether a browser would run the address instead of going there. Control characters and spaces
// count for nothing in a scheme, as browsers overlook them.
func scripted(target string) bool {
	bare := strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, strings.ToLower(target))
	u, err := url.Parse(bare)
	if err != nil {
		return strings.Contains(bare, "script:") || strings.HasPrefix(bare, "data:")
	}
	return slices.Contains([]string{"javascript", "vbscript", "data", "blob", "file"}, u.Scheme)
}

// departure is one thing wrong with a message, by a rule name that lacks the kind of message before it.
type departure struct{ name, want, got string }

// head checks the attributes that all protocol messages share (SAML core §3.2.1).
func head(root interface {
	SelectAttrValue(key, dflt string) string
}, now time.Time, p *interops.Profile) []departure {
	var all []departure
	if v := root.SelectAttrValue("Version", ""); v != saml.Version20 {
		all = append(all, departure{"version-other", saml.Version20, v})
	}
	if root.SelectAttrValue("ID", "") == "" {
		all = append(all, departure{"id-absent", "ID", ""})
	}
	raw := root.SelectAttrValue("IssueInstant", "")
	at, ok := saml.ReadInstant(raw)
	skew := p.Skew()
	switch {
	case !ok:
		all = append(all, departure{"issueinstant-malformed", interops.InstantLayout, raw})
	case at.After(now.Add(skew)):
		all = append(all, departure{"issueinstant-future", "≤ " + stamp(now.Add(skew)), raw})
	case at.Before(now.Add(-MaxAge - skew)):
		all = append(all, departure{"issueinstant-too-old", "≥ " + stamp(now.Add(-MaxAge-skew)), raw})
	}
	return all
}
