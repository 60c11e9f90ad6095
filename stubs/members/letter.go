package members

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// Wish is what a member asks of the operator beside the plain message: the zero Wish is an ordinary AuthnRequest, or
// LogoutRequest, by POST.
type Wish struct {
	Binding    sso.Binding
	RelayState string
	// Force and Passive are those of an AuthnRequest (S10).
	Force, Passive bool
	// Hooks alter the message.
	Hooks saml.Hooks
}

// Ask makes an AuthnRequest of a member for a service, to the operator (S09). It fails for a member without keys.
func (m *Members) Ask(organism, service string, w Wish) (sso.Outgoing, error) {
	id, err := m.newID()
	if err != nil {
		return sso.Outgoing{}, err
	}
	member, _ := m.sphere().Member(organism)
	request := sso.AuthnRequest{
		ID: id, Destination: m.config.Operator.SSO, ACS: m.ACS(organism), IssueInstant: m.config.Bench.Clock.Now(), ForceAuthn: w.Force, IsPassive: w.Passive,
	}
	for _, s := range member.Services {
		if s.Name == service {
			request.Issuer = s.Audience
		}
	}
	m.mu.Lock()
	m.asked[id] = sso.RequestPending
	m.mu.Unlock()
	sending, err := m.sending(organism, w)
	if err != nil {
		return sso.Outgoing{}, err
	}
	return request.Send(sending)
}

// Leave makes a LogoutRequest of a member about one of its sessions (D02, D03).
func (m *Members) Leave(s Session, w Wish) (sso.Outgoing, error) {
	id, err := m.newID()
	if err != nil {
		return sso.Outgoing{}, err
	}
	now := m.config.Bench.Clock.Now()
	request := sso.LogoutRequest{
		ID: id, Issuer: m.entity(s.Organism, s.VI), Destination: m.config.Operator.SLO, NameID: s.VI.NameID, IssueInstant: now,
		NotOnOrAfter: now.Add(saml.Lifetime(interops.ModeS)), Reason: sso.ReasonUser,
	}
	if s.VI.SessionIndex != "" {
		request.SessionIndexes = []string{s.VI.SessionIndex}
	}
	if w.Binding == sso.BindingSOAP {
		request.Destination = m.config.Operator.SOAP
	}
	m.mu.Lock()
	m.left[id] = true
	m.mu.Unlock()
	sending, err := m.sending(s.Organism, w)
	if err != nil {
		return sso.Outgoing{}, err
	}
	return request.Send(sending)
}

// confirmation is a member's answer to a LogoutRequest of the operator about a session, in the name that it has there.
func (m *Members) confirmation(s Session, answer sso.LogoutResponse, binding sso.Binding, relay string) (sso.Outgoing, error) {
	id, err := m.newID()
	if err != nil {
		return sso.Outgoing{}, err
	}
	answer.ID, answer.Issuer, answer.IssueInstant = id, m.entity(s.Organism, s.VI), m.config.Bench.Clock.Now()
	answer.Destination = m.config.Operator.SLO
	if binding == sso.BindingSOAP {
		answer.Destination = ""
	}
	sending, err := m.sending(s.Organism, Wish{Binding: binding, RelayState: relay})
	if err != nil {
		return sso.Outgoing{}, err
	}
	return answer.Send(sending)
}

func (m *Members) sending(organism string, w Wish) (sso.Sending, error) {
	signer, err := m.config.Bench.PKI.Credential(organism + "/signature")
	return sso.Sending{
		Binding: cmp.Or(w.Binding, sso.BindingPOST), RelayState: w.RelayState, Signer: &signer, Credential: m.config.Bench.PKI.Credential,
		Rand: bench.Entropy(), Now: m.config.Bench.Clock.Now(), Hooks: w.Hooks,
	}, err
}

// entity is the name of a member in the messages about a session: that under which its service asked for the person and
// was addressed (SAML profiles §4.1.4.2 and §4.4.4.1: the unique identifier of the service provider), or else that of
// its metadata.
func (m *Members) entity(organism string, vi interops.VI) string {
	member, _ := m.sphere().Member(organism)
	for _, s := range member.Services {
		if len(member.Services) == 1 || slices.Contains(slices.Concat(vi.Audiences...), s.Audience) {
			return s.Audience
		}
	}
	return m.recipient(organism)
}

// recipient is the name by which a member goes in its metadata.
func (m *Members) recipient(organism string) string {
	o, _ := m.config.Bench.Convention.Organism(organism)
	return cmp.Or(o.Recipient, o.Issuer)
}

// Called is what came of a call on the back channel.
type Called struct {
	Request []byte
	Status  int
	Header  http.Header
	Body    []byte
	Answer  sso.JudgedLogoutResponse // zero when nothing was answered
	Err     error                    // why nothing was
}

// Call takes a LogoutRequest of a member to the operator by the back channel (D04).
func (m *Members) Call(ctx context.Context, organism string, out sso.Outgoing) Called {
	c := Called{Request: out.Envelope()}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.config.Operator.SOAP, bytes.NewReader(c.Request))
	if err != nil {
		c.Err = fmt.Errorf("call operator: %w", err)
		return c
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"http://www.oasis-open.org/committees/security"`)
	response, err := m.backs[organism].Do(request)
	if err != nil {
		c.Err = fmt.Errorf("call operator: %w", err)
		return c
	}
	defer func() { _ = response.Body.Close() }()
	c.Status, c.Header = response.StatusCode, response.Header
	if c.Body, c.Err = io.ReadAll(io.LimitReader(response.Body, maxAnswer)); c.Err != nil {
		return c
	}
	c.Answer = sso.VerifyLogoutResponse(sso.Incoming{Method: http.MethodPost, Header: c.Header, Raw: c.Body}, sso.LogoutExpectation{
		Circle: m.circle(organism), Destination: m.SLO(organism), Requests: m.ownRequest,
	})
	return c
}

// metadataLife is how long the metadata of a member are valid.
const metadataLife = 7 * 24 * time.Hour

// Metadata makes the signed metadata of a member, with the addresses at which it is found here (S15, S16), as its notice
// wants them.
func (m *Members) Metadata(organism string) ([]byte, error) {
	sending, err := m.sending(organism, Wish{})
	if err != nil {
		return nil, err
	}
	id, err := m.newID()
	if err != nil {
		return nil, err
	}
	slo := m.SLO(organism)
	described := sso.Metadata{
		ID: id, EntityID: m.recipient(organism), ValidUntil: m.config.Bench.Clock.Now().Add(metadataLife), SP: true,
		ACS: []sso.Endpoint{{Binding: sso.BindingPOST, Location: m.ACS(organism)}},
		SLO: []sso.Endpoint{
			{Binding: sso.BindingRedirect, Location: slo}, {Binding: sso.BindingPOST, Location: slo}, {Binding: sso.BindingSOAP, Location: slo},
		},
		Keys: [][]*x509.Certificate{sending.Signer.Chain},
	}
	return m.noticed(organism, described, sending)
}

// noticed makes metadata as the member's notice wants them.
func (m *Members) noticed(organism string, described sso.Metadata, sending sso.Sending) ([]byte, error) {
	m.mu.Lock()
	n := m.notices[organism]
	m.mu.Unlock()
	if n.Move {
		described.ACS[0].Location = m.Moved(organism)
	}
	switch {
	case n.Unsigned:
		sending.Signer = nil
	case n.Expired:
		described.ValidUntil = m.config.Bench.Clock.Now().Add(-metadataLife)
	case n.Foreign != "":
		foreign, err := m.config.Bench.PKI.Credential(n.Foreign)
		if err != nil {
			return nil, err
		}
		sending.Signer, described.Keys = &foreign, [][]*x509.Certificate{foreign.Chain}
	}
	return described.Build(sending)
}
