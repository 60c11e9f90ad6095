// Package interops is the social domain: organisms and the convention that binds them, the
// identification vector (VI) that one sends the other, habilitations, and the trace that both keep.
// It names things and compares them; it does no I/O, reads no clock and holds no cryptography.
package interops

// Mode is one of the exchange modes of the standard.
type Mode string

// The modes of the standard. R is experimental (interops-R 1.0).
const (
	ModeA Mode = "A" // application to application: a VI in a SOAP message
	ModeP Mode = "P" // portal to portal
	ModeS Mode = "S" // sphere of trust
	ModeR Mode = "R" // REST
)

// Organism is a social-protection body (OPS), party to a convention.
type Organism struct {
	// Name is the short, unique name by which projects refer to the organism.
	Name string `yaml:"name" json:"name"`
	// Label is the name that people read; Name when empty.
	Label string `yaml:"label,omitempty" json:"label,omitempty"`
	// Issuer is the exact value of the VI's Issuer when the organism is client (V04).
	Issuer string `yaml:"issuer" json:"issuer"`
	// Recipient is the exact value of the VI's Recipient when the organism is provider (V07).
	Recipient string `yaml:"recipient,omitempty" json:"recipient,omitempty"`
	// TLS lists the identities that may open the organism's links (T01, T06).
	TLS []Identity `yaml:"tls" json:"tls"`
	// Signature lists the identities that may sign the organism's VIs (G05, G06).
	Signature []Identity `yaml:"signature" json:"signature"`
	// Contacts are whom the organism designates (annex 1, table 5).
	Contacts []Contact `yaml:"contacts,omitempty" json:"contacts,omitempty"`
}

// Title returns the name to show to people.
func (o Organism) Title() string {
	if o.Label != "" {
		return o.Label
	}
	return o.Name
}

// Identity designates certificates by their subject, and from a date or until a date where keys rotate (G11).
type Identity struct {
	// Subject is an RFC 4514 distinguished name; "*" in an attribute value matches any run of characters.
	Subject string `yaml:"subject" json:"subject"`
	// Until is the cut-off date after which the identity is no longer accepted; zero when none.
	Until Date `yaml:"until,omitempty" json:"until,omitempty"`
	// From is the first instant at which the identity is accepted; zero when none.
	From Date `yaml:"from,omitempty" json:"from,omitempty"`
}
