package candidate

import (
	"slices"

	"etalon/internal/interops"
	"etalon/internal/mssante"
)

// MSSante is what the roles of an MSSanté operator share, as the operator declares it.
type MSSante struct {
	// Host is the name published for the interfaces: sent as SNI, and looked for in the certificate.
	Host string `json:"host"`
	// TokenCheck is how tokens are checked: a row that asks for another way is not applicable.
	TokenCheck mssante.TokenCheck `json:"token_check"`
	// SecondMeans is how a certificate opens a mailbox; set after Load.
	SecondMeans SecondMeans `json:"second_means,omitzero"`
	// Mailboxes are those of the test; one at least can be opened.
	Mailboxes []Mailbox `json:"mailboxes"`
	// Recipient is where submission may send; the first open mailbox unless told otherwise, personal if any.
	Recipient string `json:"recipient,omitzero"`
	Choices
	Discovery *Discovery `json:"discovery,omitzero"` // nil when no discovery data is declared (TLS-25)
	PSC       PSC        `json:"psc,omitzero"`
	Reach                // which its roles share
}

// Choices are what the rules leave to an operator; all are set after Load.
type Choices struct {
	// Size is the greatest message, in octets (SMTP-21); AuthLine the longest line of a login by SMTP (SMTP-05).
	Size     int `json:"size,omitzero"`
	AuthLine int `json:"auth_line,omitzero"`
	// Sessions is how many may be open at once on one mailbox (SESS-04).
	Sessions int `json:"sessions,omitzero"`
	// CRLGrace is how long a revocation list serves after its nextUpdate (CLI-08).
	CRLGrace interops.Duration `json:"crl_grace,omitzero"`
	// SessionLimit is after how long a session is cut, however busy (SESS-03); CutAtExpiry cuts it with its token (SESS-01).
	SessionLimit interops.Duration `json:"session_limit,omitzero"`
	CutAtExpiry  bool              `json:"cut_at_expiry,omitzero"`
	// Lockout is how long bad logins may keep the next good one waiting (IMAP-25).
	Lockout interops.Duration `json:"lockout,omitzero"`
	// Passwords tells that another means of login, by password, is declared (IMAP-22, MSS 6).
	Passwords bool `json:"passwords,omitzero"`
	// ApplicationTokens tells that a token may open an application's mailbox, by a declared delegation (CLI-19).
	ApplicationTokens bool `json:"application_tokens,omitzero"`
}

// The choices of an operator that declares none.
const (
	DefaultMessageSize = 10 << 20
	DefaultAuthLine    = 12288
	DefaultSessions    = 10
)

// SecondMeans is how a certificate opens a mailbox.
type SecondMeans string

// The ways; external unless told otherwise.
const (
	MeansExternal    SecondMeans = "external"    // SASL EXTERNAL
	MeansCertificate SecondMeans = "certificate" // the mailbox is bound to the certificate, without a SASL exchange
	MeansNone        SecondMeans = "none"        // no certificate opens any
)

// Mailbox is a mailbox of the operator, made for the test.
type Mailbox struct {
	mssante.Mailbox
	// Suspended tells that it is about to be removed, and opens to nobody (BAL-10).
	Suspended bool `json:"suspended,omitzero"`
	// Certificate opens a mailbox of type APP; nil when one that the harness makes does, whose OU is the holder.
	Certificate *Pair `json:"certificate,omitzero"`
	// TestIdentity is an IdNat ANS… by which the operator also knows the holder of a personal mailbox (BAL-13); "" when none.
	TestIdentity mssante.IdNat `json:"test_identity,omitzero"`
}

// Opener is who opens the mailbox by a token, unless it is suspended; "" when nobody does.
func (b Mailbox) Opener() mssante.IdNat {
	switch {
	case b.Type == mssante.Personal:
		return b.Holder
	case b.Type == mssante.Organisational && len(b.Delegates) > 0:
		return b.Delegates[0]
	}
	return ""
}

// Open lists the mailboxes of a type that are not suspended, in the file's order.
func (m *MSSante) Open(kind mssante.MailboxType) []Mailbox {
	return m.boxes(func(b Mailbox) bool { return b.Type == kind && !b.Suspended })
}

// Suspended lists the mailboxes that are declared suspended.
func (m *MSSante) Suspended() []Mailbox {
	return m.boxes(func(b Mailbox) bool { return b.Suspended })
}

func (m *MSSante) boxes(are func(Mailbox) bool) []Mailbox {
	return slices.DeleteFunc(slices.Clone(m.Mailboxes), func(b Mailbox) bool { return !are(b) })
}

// MSSInterface is one interface of an operator: mss-imap or mss-smtp.
type MSSInterface struct {
	// Address is host:port; TLS begins there by STARTTLS.
	Address string `json:"address"`
	// Implicit is where TLS begins at once (993, 465), host:port; "" when not declared (TLS-26).
	Implicit string `json:"implicit,omitzero"`
}

// Discovery is where the operator publishes how its interfaces are found; one of the two at least.
type Discovery struct {
	DNS        string `json:"dns,omitzero"`        // host:port of a DNS server that has the SRV records
	Autoconfig string `json:"autoconfig,omitzero"` // https URL of the Mozilla-style description
}

// PSC is where the harness plays Pro Santé Connect before the operator.
type PSC struct {
	// Listen is an IP address and a port; port 0 is any free one. 127.0.0.1:8560 unless told otherwise.
	Listen string `json:"listen,omitzero"`
	// Host is the name by which the operator calls it, without port; the address of Listen when empty.
	Host string `json:"host,omitzero"`
	// Client is how the operator proves who it is when it introspects; the sample one unless told otherwise.
	Client PSCClient `json:"client,omitzero"`
}

// FixedPSC is where Pro Santé Connect listens unless told otherwise: an operator is configured once.
const FixedPSC = "127.0.0.1:8560"

// PSCClient is the operator as a client of Pro Santé Connect: a name, and a secret or the subject of a certificate.
type PSCClient struct {
	ID      string `json:"id"`
	Secret  string `json:"secret,omitzero"`
	Subject string `json:"subject,omitzero"`
}
