package interops

import "time"

// Direction of a traced VI.
type Direction string

// The two directions.
const (
	Emission  Direction = "emission"
	Reception Direction = "reception"
)

// Decision is what was done with a traced VI.
type Decision string

// The decisions of the record (X03).
const (
	Accepted  Decision = "accept"
	Rejected  Decision = "reject"
	Created   Decision = "created"
	Sent      Decision = "sent"
	Discarded Decision = "discarded" // made and never sent
	LoggedOut Decision = "logout"
	Rebounded Decision = "rebond"
	Suspected Decision = "suspect" // a partner declared the behaviour behind it suspect (X13)
)

// Trace is the record that each party keeps of every VI it creates, sends or receives (X01 to X05).
// Instants are UTC with milliseconds and Z. A pointer field is null where the VI was unreadable;
// eventId, timestamp, organisation, role, direction, decision, faultCode and requestId never are.
type Trace struct {
	EventID      string    `json:"eventId"`
	Timestamp    string    `json:"timestamp"`
	Organisation string    `json:"organisation"` // Organism.Name
	Role         string    `json:"role"`         // client, fournisseur, or operateur-identification, -authentification, -service
	Mode         Mode      `json:"mode"`
	Project      *string   `json:"project"`
	Convention   *string   `json:"convention"`
	Direction    Direction `json:"direction"`
	VIID         *string   `json:"viId"`
	Issuer       *string   `json:"issuer"`
	Recipient    *string   `json:"recipient"`
	Audience     *string   `json:"audience"`
	// NameID is in clear, or "hmac-sha256:…" with the key declared.
	NameID       *string  `json:"nameId"`
	NameIDFormat *string  `json:"nameIdFormat"`
	AuthnContext *string  `json:"authnContext"`
	AuthnInstant *string  `json:"authnInstant"`
	NotBefore    *string  `json:"notBefore"`
	NotOnOrAfter *string  `json:"notOnOrAfter"`
	PAGM         []string `json:"pagm"` // empty, never null
	// SessionIndex is that of the VI where it bears one: it ties the hops and the logout of one session (X10, D03).
	SessionIndex *string `json:"sessionIndex,omitempty"`
	// SignerCertificate names the certificate by issuer and serial.
	SignerCertificate *SignerCertificate `json:"signerCertificate"`
	TLSPeer           *string            `json:"tlsPeer"` // subject
	Decision          Decision           `json:"decision"`
	FaultCode         string             `json:"faultCode"` // "" when none
	RequestID         string             `json:"requestId"` // the X-Request-Id header
	// Verified is false where the values above are only claims of a refused VI.
	Verified bool `json:"verified"`
	// PreviousHash is the hex SHA-256 of the previous record's canonical JSON (RFC 8785); 64 zeros first (X05).
	PreviousHash string `json:"previousHash"`
}

// SignerCertificate names a certificate.
type SignerCertificate struct {
	Issuer string `json:"issuer"`
	Serial string `json:"serial"` // decimal
}

// InstantLayout is the layout of every instant of a trace and of every message that is made.
const InstantLayout = "2006-01-02T15:04:05.000Z"

// Claim puts what a VI says into the record: of a refused VI, values that are only claims.
func (t *Trace) Claim(vi VI) {
	t.VIID, t.Issuer, t.Recipient = TraceText(vi.ID), TraceText(vi.Issuer), TraceText(vi.Confirmation.Recipient)
	t.NameID, t.NameIDFormat = TraceText(vi.NameID.Value), TraceText(vi.NameID.Format)
	t.AuthnContext, t.AuthnInstant = TraceText(vi.AuthnContext), traceInstant(vi.AuthnInstant)
	t.NotBefore, t.NotOnOrAfter = traceInstant(vi.NotBefore), traceInstant(vi.NotOnOrAfter)
	t.PAGM, t.SessionIndex = vi.PAGM, TraceText(vi.SessionIndex)
	for _, audiences := range vi.Audiences {
		if len(audiences) > 0 {
			t.Audience = TraceText(audiences[0])
			return
		}
	}
}

// TraceText returns a value as a record holds it: null when it is empty.
func TraceText(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// traceInstant returns an instant as a record holds it: null when it is absent.
func traceInstant(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	return TraceText(at.UTC().Format(InstantLayout))
}
