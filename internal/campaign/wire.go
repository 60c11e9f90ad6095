package campaign

import (
	"bytes"
	"net/http"
	"net/textproto"
	"path"
	"regexp"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/record"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// wire tells of the exchanges of one campaign as the store keeps those of the sandbox.
type wire struct {
	campaign store.Campaign
	subject  *candidate.Candidate // nil where it is known no more
	evidence func(digest string) ([]byte, error)
	faults   map[string]string // of the cases, by address
	world    string            // in which the last part is or was played; empty where it is not known
}

// newWire tells of the exchanges of a campaign of which the record is in a folder.
func newWire(m *match, subject *candidate.Candidate, dir string) wire {
	w := wire{campaign: m.now(), subject: subject, evidence: record.EvidenceOf(dir), faults: map[string]string{}, world: lastWorld(dir)}
	for _, t := range m.trials {
		w.faults[t.Address.String()] = t.Fault
	}
	return w
}

// facing is the role that the harness plays before a candidate, where it is one of the norm's.
var facing = map[candidate.Role]candidate.Role{candidate.RoleProvider: candidate.RoleClient, candidate.RoleClient: candidate.RoleProvider}

// betweenGateways tells whether an exchange went between the candidate and the harness in the role of its partner: what an
// application sends its own gateway bears no VI, and is not judged.
func betweenGateways(e verdict.Exchange) bool {
	return e.TLS != nil && e.Label != "application" && e.Label != "browser"
}

// exchange is one as the store keeps it. at stands for its instant in a record that has none.
func (w wire) exchange(address string, e verdict.Exchange, at time.Time) store.Exchange {
	scope := path.Dir(address)
	role, mode := candidate.SplitScope(scope)
	kept := store.Exchange{
		At: at, MS: e.MS, Now: e.Now, Owner: w.campaign.Owner, Campaign: w.campaign.ID, Label: e.Label, Role: string(role), Mode: string(mode),
		Partner: w.partner(role, scope), From: "partner", Peer: w.campaign.Candidate, Status: e.Status, Error: e.Error, TLS: e.TLS, Outcome: outcomeOf(e),
		Request: w.message(e.Request), Response: w.message(e.Response), Twin: w.message(e.Twin),
	}
	if !e.At.IsZero() {
		kept.At = e.At
	}
	if betweenGateways(e) {
		kept.World, kept.PeerChain, kept.OurChain = w.world, w.chain(e.TLS.PeerChain), w.chain(e.TLS.OurChain)
	}
	if _, of := w.faults[address]; of { // else it is that with which the role opened
		kept.Address = address
	}
	if opposite, known := facing[role]; known {
		kept.Role = string(opposite)
	}
	if e.From == "candidate" {
		kept.From = "peer"
	}
	if e.TLS != nil && len(e.TLS.Peer) > 0 {
		kept.Peer = e.TLS.Peer[0]
	}
	kept.Protocol = protocolOf(scope, kept.Request, kept.Response)
	if kept.Request != nil {
		kept.Method, kept.Target = lineOf(kept.Request.Head)
	}
	if e.Twin != "" {
		kept.Fault = w.faults[address]
		if m, known := mutation.ByName(kept.Fault); known {
			kept.Violates = m.Violates
		}
	}
	return kept
}

// partner is the organism that the harness plays before the candidate in a role.
func (w wire) partner(role candidate.Role, scope string) string {
	if w.subject == nil || w.subject.Convention == nil {
		return ""
	}
	_, mode := candidate.SplitScope(scope)
	if mode == candidate.NoMode {
		return candidate.PSCOrganism
	}
	project, ok := w.subject.Convention.OpenedProject(w.subject.Choice(role, mode).Project)
	switch {
	case !ok:
		return ""
	case role == candidate.RoleProvider || role == candidate.RoleService:
		return project.Client
	}
	return project.Provider
}

// message is a piece of evidence as a message, the head of HTTP apart; nil where there is none.
func (w wire) message(digest string) *store.Message {
	if digest == "" {
		return nil
	}
	raw, err := w.evidence(digest)
	if err != nil {
		return &store.Message{Media: "text/plain", Digest: digest}
	}
	head, body, found := cutHead(raw)
	if !found {
		return &store.Message{Media: mediaOf(raw), Raw: raw}
	}
	return &store.Message{Media: contentType(head), Head: head, Raw: body, Size: len(body)}
}

// chain are the certificates of one side of a link; nil where they are not in the record.
func (w wire) chain(digest string) *store.Message {
	if digest == "" {
		return nil
	}
	raw, err := w.evidence(digest)
	if err != nil {
		return nil
	}
	return &store.Message{Media: pki.ChainMedia, Raw: raw}
}

// firstLine is that of a message of HTTP.
var firstLine = regexp.MustCompile(`^(?:[A-Z]+ \S+ HTTP/[0-9.]+|HTTP/[0-9.]+ [0-9]{3})`)

// cutHead takes a message of HTTP apart.
func cutHead(raw []byte) (head string, body []byte, found bool) {
	if !firstLine.Match(raw) {
		return "", nil, false
	}
	first, rest, found := bytes.Cut(raw, []byte("\r\n\r\n"))
	if !found {
		first, rest, found = bytes.Cut(raw, []byte("\n\n"))
	}
	if !found {
		first, rest = raw, nil
	}
	return strings.TrimSpace(strings.ReplaceAll(string(first), "\r\n", "\n")), rest, true
}

// contentType is the media type that a head tells.
func contentType(head string) string {
	for line := range strings.SplitSeq(head, "\n") {
		if name, value, found := strings.Cut(line, ":"); found && textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)) == "Content-Type" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// mediaOf is the type of what has no head.
func mediaOf(raw []byte) string {
	switch raw = bytes.TrimSpace(raw); {
	case bytes.HasPrefix(raw, []byte("{")), bytes.HasPrefix(raw, []byte("[")):
		return "application/json"
	case bytes.HasPrefix(raw, []byte("<")):
		return "text/xml"
	}
	return http.DetectContentType(raw)
}

// lineOf is the method and the target of a request.
func lineOf(head string) (method, target string) {
	line, _, _ := strings.Cut(head, "\n")
	if fields := strings.Fields(line); len(fields) > 1 && !strings.HasPrefix(line, "HTTP/") {
		return fields[0], fields[1]
	}
	return "", ""
}

// protocolOf is what was spoken.
func protocolOf(scope string, said ...*store.Message) string {
	for _, m := range said {
		switch {
		case m == nil:
		case strings.Contains(m.Media, "soap") || strings.Contains(m.Media, "text/xml") && strings.HasSuffix(scope, "/A"):
			return "SOAP"
		case m.Head != "":
			return "HTTP"
		}
	}
	switch scope {
	case "mss-imap/" + string(candidate.NoMode):
		return "IMAP"
	case "mss-smtp/" + string(candidate.NoMode), "mss-operateur/" + string(candidate.NoMode):
		return "SMTP"
	}
	return "HTTP"
}

// outcomeOf is what became of an exchange.
func outcomeOf(e verdict.Exchange) store.Outcome {
	switch {
	case e.Error != "":
		return store.Broken
	case e.Status >= http.StatusBadRequest:
		return store.Refused
	}
	return store.Accepted
}
