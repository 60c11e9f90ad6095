package sso

import (
	"etalon/internal/xmlsec"
	"slices"
	"strings"
)

// LogoutExpectation is what a member knows before it reads a logout message.
type LogoutExpectation struct {
	Circle
	// Destination is the member's own address.
	Destination string
	// Person returns who holds a session, by SessionIndex: judges the target of a LogoutRequest (D03). Nil leaves
	// that to the caller.
	Person func(sessionIndex string) (nameID string, known bool)
	// Seen tells whether the identifier of a LogoutRequest was received before (D02-N4). Nil leaves that to the caller.
	Seen func(id string) bool
	// Requests tells whether a LogoutResponse answers one of the member's own requests that is still pending (D06).
	// Nil knows of none.
	Requests func(id string) RequestState
}

// JudgedLogout is what a LogoutRequest turned out to be.
type JudgedLogout struct {
	LogoutRequest
	Protocol
}

// VerifyLogoutRequest judges a LogoutRequest by Redirect, POST or SOAP (D02, D03). It returns every departure,
// except that an unreadable message has no others. One that has a finding must close nothing.
func VerifyLogoutRequest(in Incoming, x LogoutExpectation) JudgedLogout {
	m, readable := begin(in, x.Circle, kindLogout, x.Destination)
	out := JudgedLogout{Protocol: m.out}
	if !readable {
		return out
	}
	out.LogoutRequest = readLogoutRequest(m.root)
	skew := m.Profile.Skew()
	if raw := xmlsec.Value(m.root, "NotOnOrAfter"); raw != "" && !m.Now.Before(out.NotOnOrAfter.Add(skew)) {
		m.report("logout-expired", "> "+stamp(m.Now), raw) // D02-N3
	}
	if x.Seen != nil && x.Seen(out.ID) {
		m.report("logout-replayed", "", out.ID) // D02-N4
	}
	m.person(out.LogoutRequest, x)
	out.Findings = m.out.Findings
	return out
}

// person checks whose sessions are to be closed: those named, of that person alone (D03).
func (m *member) person(r LogoutRequest, x LogoutExpectation) {
	if r.NameID.Value == "" {
		m.report("logout-nameid-absent", "NameID", "")
		return
	}
	if len(r.SessionIndexes) == 0 {
		m.report("logout-session-absent", "SessionIndex", "")
		return
	}
	if x.Person == nil {
		return
	}
	for _, index := range r.SessionIndexes {
		switch holder, known := x.Person(index); {
		case !known:
			m.report("logout-session-unknown", "", index) // D03-N1
		case holder != r.NameID.Value:
			m.report("logout-nameid-other", holder, r.NameID.Value) // D03-N2
		}
	}
}

// JudgedLogoutResponse is what a LogoutResponse turned out to be.
type JudgedLogoutResponse struct {
	LogoutResponse
	Protocol
}

// VerifyLogoutResponse judges a LogoutResponse by Redirect, POST or SOAP (D06). A partial logout is no departure: see
// Partial (D04).
func VerifyLogoutResponse(in Incoming, x LogoutExpectation) JudgedLogoutResponse {
	m, readable := begin(in, x.Circle, kindAnswer, x.Destination)
	out := JudgedLogoutResponse{Protocol: m.out}
	if !readable {
		return out
	}
	out.LogoutResponse = readLogoutResponse(m.root)
	state := RequestUnknown
	if x.Requests != nil {
		state = x.Requests(out.InResponseTo)
	}
	if state != RequestPending {
		m.report("logout-answer-unknown", "InResponseTo", out.InResponseTo) // D06-N1
	}
	switch {
	case out.Status == "":
		m.report("logout-answer-no-status", StatusSuccess, "")
	case !slices.Contains([]string{StatusSuccess, StatusPartialLogout}, out.Status) && !out.Partial():
		m.report("logout-answer-failed", StatusSuccess, strings.TrimSpace(out.Status+" "+out.SubStatus))
	}
	out.Findings = m.out.Findings
	return out
}
