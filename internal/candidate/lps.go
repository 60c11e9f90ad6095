package candidate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"

	"etalon/internal/mssante"
)

// LPS is a professional's mail program.
type LPS struct {
	// Mailbox is the address that it opens, Holder the professional who has it.
	Mailbox string        `json:"mailbox"`
	Holder  mssante.IdNat `json:"holder,omitzero"` // set after Load
	// Author is the display name with which it writes; "" when any will do (LPS-40).
	Author string `json:"author,omitzero"`
	// NIL is the reference of the product, which X-MSS-NIL bears.
	NIL string `json:"nil"`
	// Drive is how the program is made to do what a person does; a gesture that is in Verbs has a way of its own.
	Drive Driver `json:"drive"`
	// Writes are the kinds of messages that it can write beside plain ones; all of them when the file says nothing.
	Writes []Writing `json:"writes,omitzero"`
	// DeliveryField is the field by which it asks for a report of delivery, where NOTIFY does not; "" for none (LPS-41).
	DeliveryField string `json:"delivery_field,omitzero"`
	// Finds are the ways in which it finds its servers by itself; none when the file says nothing.
	Finds []Finding `json:"finds,omitzero"`
	// Logs are the files that it writes, where no token may be found; absolute after Load.
	Logs []string `json:"logs,omitzero"`
	// Operator and PSC are where the harness plays an operator and Pro Santé Connect before it.
	Operator LPSOperator `json:"operator,omitzero"`
	PSC      LPSProvider `json:"psc,omitzero"`
	Reach
}

// Writing is a kind of message that a mail program can write.
type Writing string

// The kinds.
const (
	WritesDocuments Writing = "documents" // with an IHE_XDM archive
	WritesPatient   Writing = "patient"   // to the mailbox of a patient
	WritesReply     Writing = "reply"     // in answer to another
	WritesDelivery  Writing = "delivery"  // with a request for a report of delivery
)

// Writings lists every kind.
func Writings() []Writing {
	return []Writing{WritesDocuments, WritesPatient, WritesReply, WritesDelivery}
}

// Finding is a way to find the servers of a mailbox.
type Finding string

// The ways.
const (
	FindsSRV        Finding = "srv"
	FindsAutoconfig Finding = "autoconfig"
)

// LPSOperator is where the harness listens as the operator of the mailbox.
type LPSOperator struct {
	// Host is the name by which the program calls it; localhost unless told otherwise.
	Host string `json:"host,omitzero"`
	// Address is the IP address to listen on; 127.0.0.1 unless told otherwise.
	Address string `json:"address,omitzero"`
	// Ports are 8581 to 8585 unless told otherwise.
	Ports LPSPorts `json:"ports,omitzero"`
}

// LPSPorts are the ports of the operator before a mail program; 0 means any free one.
type LPSPorts struct {
	IMAP       int `json:"imap,omitzero"`
	SMTP       int `json:"smtp,omitzero"`
	Autoconfig int `json:"autoconfig,omitzero"`
	DNS        int `json:"dns,omitzero"`
	CRL        int `json:"crl,omitzero"`

	auto bool
}

// FixedLPSPorts are those that a mail program is configured with once.
var FixedLPSPorts = LPSPorts{IMAP: 8581, SMTP: 8582, Autoconfig: 8583, DNS: 8584, CRL: 8585}

// UnmarshalJSON reads the ports, or "auto" for free ones.
func (p *LPSPorts) UnmarshalJSON(raw []byte) error {
	if string(raw) == `"auto"` {
		*p = LPSPorts{auto: true}
		return nil
	}
	type each LPSPorts
	return strict(raw, (*each)(p))
}

// MarshalJSON writes the ports as a candidate file has them.
func (p LPSPorts) MarshalJSON() ([]byte, error) {
	type each LPSPorts
	if p == (LPSPorts{}) || p.auto {
		return []byte(`"auto"`), nil
	}
	return json.Marshal(each(p))
}

// At returns the address to listen on for one of the ports.
func (o LPSOperator) At(port int) string { return net.JoinHostPort(o.Address, fmt.Sprint(port)) }

// LPSProvider is Pro Santé Connect before a mail program.
type LPSProvider struct {
	PSC // the client is tf-lps unless told otherwise
	// Redirects are the addresses to which a code may be sent; those of loopback, at any port, unless told otherwise.
	Redirects []string `json:"redirects,omitzero"`
}

// SampleMailClient is a mail program as a client of Pro Santé Connect, in a candidate file that declares none.
func SampleMailClient() PSCClient {
	return PSCClient{ID: "tf-lps", Secret: "secret-test-lps", Subject: VendorSubject}
}

// sampleHolder is the first sample person of Pro Santé Connect.
const sampleHolder mssante.IdNat = "899700000017"

// readingField asks for a receipt of reading (RFC 8098 §2.1).
const readingField = "Disposition-Notification-To"

// lps checks and completes it.
func (l *loading) lps(p *LPS) {
	at := func(keys ...string) []string { return append([]string{"roles", string(RoleLPS)}, keys...) }
	p.Drive = p.Drive.complete("POST", IdentityNone)
	if p.Drive.HTTP != nil {
		l.notOurs(p.Drive.HTTP.URL, at("drive", "http", "url")...)
	}
	p.Holder = cmp.Or(p.Holder, sampleHolder)
	if !p.Holder.IsPerson() {
		l.report(trouble{say("l'IdNat d'un professionnel, qui ouvre la boîte", "the IdNat of a professional, who opens the mailbox"), idNatForms}, at("holder")...)
	}
	if strings.EqualFold(p.DeliveryField, readingField) {
		l.report(trouble{say("un champ qui demande un avis de remise", "a field that asks for a report of delivery"),
			say(readingField+" demande un accusé de lecture : laissez delivery_field de côté si le logiciel écrit NOTIFY.", readingField+" asks for a receipt of reading: leave delivery_field out if the program writes NOTIFY.")}, at("delivery_field")...)
	}
	if p.Writes == nil {
		p.Writes = Writings()
	}
	for i, log := range p.Logs {
		p.Logs[i], _ = l.resolve(log, at("logs", fmt.Sprint(i))...)
	}
	p.Operator.Host, p.Operator.Address = cmp.Or(p.Operator.Host, "localhost"), cmp.Or(p.Operator.Address, "127.0.0.1")
	if p.Operator.Ports == (LPSPorts{}) {
		p.Operator.Ports = FixedLPSPorts
	}
	p.PSC.Listen = cmp.Or(p.PSC.Listen, FixedPSC)
	if p.PSC.Listen == "auto" {
		p.PSC.Listen = "127.0.0.1:0"
	}
	if p.PSC.Client == (PSCClient{}) {
		p.PSC.Client = SampleMailClient()
	}
	if p.PSC.Client.Secret == "" && p.PSC.Client.Subject == "" {
		l.report(trouble{say("secret, ou subject (celui du certificat du logiciel)", "secret, or subject (that of the program's certificate)"),
			say("Ajoutez l'un des deux, tel que le logiciel le présente à Pro Santé Connect.", "Add one of the two, as the program presents it to Pro Santé Connect.")}, at("psc", "client")...)
	}
	l.lpsPorts(p, at)
}

// lpsPorts wants each port once.
func (l *loading) lpsPorts(p *LPS, at func(...string) []string) {
	once := l.once("port")
	_, provider, _ := net.SplitHostPort(p.PSC.Listen)
	if provider != "0" {
		once(provider, at("psc", "listen")...)
	}
	ports := p.Operator.Ports
	for _, named := range []namedPort{{"imap", ports.IMAP}, {"smtp", ports.SMTP}, {"autoconfig", ports.Autoconfig}, {"dns", ports.DNS}, {"crl", ports.CRL}} {
		if named.number != 0 {
			once(fmt.Sprint(named.number), at("operator", "ports", named.name)...)
		}
	}
}

// Domain is that of the mailbox, in lower case.
func (p *LPS) Domain() string {
	return strings.ToLower(p.Mailbox[strings.LastIndex(p.Mailbox, "@")+1:])
}

// Can tells whether the program writes a kind of message.
func (p *LPS) Can(w Writing) bool { return slices.Contains(p.Writes, w) }

// Found tells whether the program finds its servers in a way.
func (p *LPS) Found(w Finding) bool { return slices.Contains(p.Finds, w) }

// Gesture returns how the program is made to do something: by its own driver, or by the one of all gestures.
func (p *LPS) Gesture(verb Verb) (Driver, bool) {
	if d, own := p.Verbs[verb]; own {
		return d, true
	}
	return p.Drive, slices.Contains(baseGestures, verb)
}

// The gestures of a mail program.
const (
	ConnectMail Verb = "connect"
	SendMail    Verb = "send"
	FetchMail   Verb = "fetch"
	SendReceipt Verb = "receipt"
	Elsewhere   Verb = "elsewhere"
	ForgetCRL   Verb = "forget"
)

// baseGestures are those of every mail program; the others are declared.
var baseGestures = []Verb{ConnectMail, SendMail, FetchMail, Logout}

// LPSVerbs lists every gesture of a mail program.
func LPSVerbs() []Verb {
	return append(slices.Clone(baseGestures), SendReceipt, Elsewhere, ForgetCRL, Restart)
}

// FreeLPSPorts are any free ones.
func FreeLPSPorts() LPSPorts { return LPSPorts{auto: true} }
