package candidate

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"strconv"

	"etalon/internal/interops"
)

// Candidate is one implementation under test, as its vendor declares it: the candidate file with
// everything that it names read, checked and completed. It does not change after Load.
type Candidate struct {
	// Path is the candidate file, absolute; commands run in its folder.
	Path                  string
	Name, Vendor, Version string
	Convention            *interops.Convention
	// ConventionText is the file of the convention, as it was read.
	ConventionText []byte
	Profile        *Profile
	PKI            PKI
	// Provider and Client are the roles declared for modes A, P and R; nil when not.
	Provider *Provider
	Client   *Client
	// Identification, Authentication and Service are those declared for mode S; nil when not.
	Identification *IdentificationOperator
	Authentication *AuthenticationOperator
	Service        *ServiceOperator
	// MSSante is what the roles of an MSSanté operator share, the next are those declared; nil when not.
	MSSante          *MSSante
	MSSIMAP, MSSSMTP *MSSInterface
	MSSOperator      *MSSOperator
	MSSOrganisation  *MSSOrganisation
	// The roles around Pro Santé Connect, one of which a file declares alone; nil when not.
	LPS              *LPS
	IdentityProvider *IdentityProvider
	PSCService       *PSCService
	PSCAPI           *PSCAPI
	Listen           Listen
	Container        *Container // nil when the candidate runs by itself
	// Targets are what a candidate made in a page may call; nil for a file of the disk, which may call what is not barred.
	Targets *Targets

	digest, conventionFile string
	names                  []Named
}

// PKI is the candidate file's part about certificates.
type PKI struct {
	// Dir is the folder of the lasting test PKI, absolute; "" when everything is made at start. Load
	// does not ask that it exist.
	Dir string `json:"dir"`
	// Trust is the file of the candidate's own authorities, Roots what it holds; empty when ours serve.
	Trust string              `json:"trust"`
	Roots []*x509.Certificate `json:"-"`
	// Client, Provider and Signature replace what the harness would present or sign with; nil when ours serve.
	Client    *Pair `json:"client"`
	Provider  *Pair `json:"provider"`
	Signature *Pair `json:"signature"`
}

// Pair is a certificate with its private key, given as PEM files.
type Pair struct {
	Certificate string          `json:"certificate"`
	Key         string          `json:"key"`
	TLS         tls.Certificate `json:"-"` // what the files hold
}

// Listen says where the harness listens.
type Listen struct {
	// Address is an IP address or a host name; 127.0.0.1 unless told otherwise.
	Address string `json:"address"`
	Ports   Ports  `json:"ports"`
}

// At returns the address to listen on for one of the ports.
func (l Listen) At(port int) string { return net.JoinHostPort(l.Address, strconv.Itoa(port)) }

// Digest returns the SHA-256 of the candidate file and of the configuration files that it names
// (convention, profile, certificates, bodies, keys of pseudonyms), as "sha256:" and hex. What the
// candidate writes (traces, logs) is not in it, nor are private keys.
func (c *Candidate) Digest() string { return c.digest }

// Access is what a candidate lets the harness see and do in one role.
type Access struct {
	// Organism is the one of the convention that the candidate stands for. Never empty after Load.
	Organism string  `json:"organism"`
	Traces   *Traces `json:"traces"` // nil when they cannot be read
	// SkewSeconds is the declared clock tolerance; never nil after Load (L07).
	SkewSeconds *int   `json:"skew_seconds"`
	Clock       *Clock `json:"clock"` // nil when the clock cannot be set
	// Logs are the files where no VI may be found (L08), absolute.
	Logs  []string        `json:"logs"`
	Verbs map[Verb]Driver `json:"verbs"`
	// Capabilities holds every capability after Load, declared or derived from the convention.
	Capabilities map[Capability]bool `json:"capabilities"`
	// Excludes are the requirements that the candidate does not claim, with the vendor's reason; they read sans
	// objet, and the report says so on its first page.
	Excludes map[string]string `json:"excludes"`
}

// Can tells whether the candidate has a capability.
func (a *Access) Can(c Capability) bool { return a.Capabilities[c] }

// Clock is how the harness sets the candidate's protocol clock; one of the two is set. HTTP is a URL
// to which the instant is posted as text/plain, RFC 3339 in UTC, and an empty body to give the wall
// clock back; Command gets the same text as its last argument.
type Clock struct {
	HTTP    string   `json:"http,omitzero"`
	Command []string `json:"command,omitzero"`
}

// Capability is something that not every candidate does; one declared but absent is a failure, one
// not declared is sans objet.
type Capability string

// The capabilities.
const (
	SAML11             Capability = "saml11"              // VI in SAML 1.1 (V15)
	MessageSignature   Capability = "message_signature"   // A10
	ApplicationContext Capability = "application_context" // calls without a user (A07)
	SOAP12             Capability = "soap12"
	SecondService      Capability = "second_service" // another service can be reached (V10-N2, L03)
	OneTimeUse         Capability = "one_time_use"   // V16-N2
	InteropsInfos      Capability = "interops_infos" // A15
)

// Capabilities lists every capability.
func Capabilities() []Capability {
	return []Capability{SAML11, MessageSignature, ApplicationContext, SOAP12, SecondService, OneTimeUse, InteropsInfos}
}

// Verb is a gesture that a candidate may be able to make when asked.
type Verb string

// The verbs. Those about a user get its id, those about a right the project and the PAGM too.
const (
	WithdrawRight Verb = "withdraw-right" // L04, X09
	GrantRight    Verb = "grant-right"    // undoes WithdrawRight
	Logout        Verb = "logout"         // L04-N2
	Restart       Verb = "restart"
	BreakTraces   Verb = "break-traces" // X06
	MendTraces    Verb = "mend-traces"
	BreakTokens   Verb = "break-tokens" // A14-N1
	MendTokens    Verb = "mend-tokens"
	ReadMetadata  Verb = "read-metadata" // S16: the operator's, at its published address
	// Of an MSSanté operator; the first two get an IdNat and the address of an organisational mailbox.
	WithdrawDelegate Verb = "withdraw-delegate" // BAL-05
	GrantDelegate    Verb = "grant-delegate"    // undoes WithdrawDelegate
	RefreshWhiteList Verb = "refresh-whitelist" // reads the white list now
	// Of a service that uses Pro Santé Connect; it gets an IdNat.
	Refresh Verb = "refresh" // PSC-18
)

// Verbs lists every verb of the roles of InterOPS.
func Verbs() []Verb {
	return []Verb{WithdrawRight, GrantRight, Logout, Restart, BreakTraces, MendTraces, BreakTokens, MendTokens, ReadMetadata}
}

// MSSVerbs lists every verb of the roles of MSSanté.
func MSSVerbs() []Verb { return []Verb{WithdrawDelegate, GrantDelegate, Restart, RefreshWhiteList} }

// PSCServiceVerbs lists every verb of a service that uses Pro Santé Connect.
func PSCServiceVerbs() []Verb { return []Verb{Restart, Refresh} }
