package doctor

import "etalon/internal/verdict"

// Sign is a kind of symptom, as programs may hold on to it.
type Sign string

// The signs.
const (
	BadFile          Sign = "file"
	PortTaken        Sign = "port-taken"
	NotHere          Sign = "not-here"
	PortRefused      Sign = "port-refused"
	NoHost           Sign = "no-host"
	OldPKI           Sign = "old-pki"
	OutOfDate        Sign = "out-of-date"
	OtherUse         Sign = "other-use"
	OtherOrganism    Sign = "other-organism"
	NotInForce       Sign = "not-in-force"
	NoCommand        Sign = "no-command"
	DriverFailed     Sign = "driver-failed"
	TracesUnread     Sign = "traces-unread"
	Barred           Sign = "barred"
	NoName           Sign = "no-name"
	PortClosed       Sign = "port-closed"
	Silent           Sign = "silent"
	PlainNotTLS      Sign = "plain-not-tls"
	TLSNotPlain      Sign = "tls-not-plain"
	OtherProtocol    Sign = "other-protocol"
	NoHandshake      Sign = "no-handshake"
	NoSTARTTLS       Sign = "no-starttls"
	OtherName        Sign = "other-name"
	UnknownAuthority Sign = "unknown-authority"
	IncompleteChain  Sign = "incomplete-chain"
	ClockOff         Sign = "clock-off"
	NoPath           Sign = "no-path"
	Unreached        Sign = "unreached"
	Misdeclared      Sign = "misdeclared"
	LinkRefused      Sign = "link-refused"
	OtherAudience    Sign = "other-audience"
	OtherIssuer      Sign = "other-issuer"
	OtherLevel       Sign = "other-level"
	OtherRights      Sign = "other-rights"
	OtherSeal        Sign = "other-seal"
	OtherEnvelope    Sign = "other-envelope"
	ProbeUnplugged   Sign = "probe-unplugged"
	CallsElsewhere   Sign = "calls-elsewhere"
	LoginRefused     Sign = "login-refused"
	PageOther        Sign = "page-other"
	NoDocument       Sign = "no-document"
	Unannounced      Sign = "unannounced"
	ClientUnknown    Sign = "client-unknown"
	PSCNotAsked      Sign = "psc-not-asked"
	PSCUntrusted     Sign = "psc-untrusted"
	ListUnread       Sign = "list-unread"
	HonestRefused    Sign = "honest-refused"
)

// Meaning is a sign in words: what it says, where the key is, and what to do.
type Meaning struct {
	Sign Sign
	What verdict.Text
	// Fields are the keys that it may name, of the candidate file unless they follow the word convention.
	Fields verdict.Text
	Do     verdict.Text
}

func meaning(s Sign, fr, en, keys, keysen, dofr, doen string) Meaning {
	return Meaning{s, verdict.Text{FR: fr, EN: en}, verdict.Text{FR: keys, EN: keysen}, verdict.Text{FR: dofr, EN: doen}}
}

// Signs are all signs, in the order in which a candidate is looked at.
func Signs() []Meaning { return meanings }
