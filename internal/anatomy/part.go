package anatomy

import (
	"slices"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// Part is one element of a message or of its VI, and what the judges say of it.
type Part struct {
	// Of is what it is a part of: "envelope", "response", "protocol" or "vi". Name is its key.
	Of     string  `json:"of"`
	Name   string  `json:"name"`
	Values []Value `json:"values,omitempty"`
	// State is what was found; Requirements are those that its checks stand for.
	State        State             `json:"state"`
	Requirements []string          `json:"requirements,omitempty"`
	Findings     []verdict.Finding `json:"findings,omitempty"`

	rules []string
}

// Value is what a part says, by the name that it has in the message; the name is empty for its own text.
type Value struct {
	Name string `json:"name,omitempty"`
	Text string `json:"text"`
}

// State is what the judges say of a part.
type State string

// The states; a part that nobody could judge is never said to be in order.
const (
	Unjudged State = "unjudged" // something that the check needs is not known
	Fine     State = "fine"     // judged, and no departure was found
	Departed State = "departed" // a departure was found, now or when the message came
)

// kind is a part with the rules that are about it: by name, or by what their names begin with.
type kind struct {
	name  string
	rules string
}

// The parts of each kind of message, in the order in which they are shown.
var (
	envelopeKinds = []kind{
		{"http", "http-"},
		{"xml", "xml-"},
		{"envelope", "envelope- soap-"},
		{"header", "header-"},
		{"security", "security- vi-"},
		{"timestamp", "timestamp-"},
		{"token-reference", "token-reference-"},
		{"message-signature", "message-"},
	}
	responseKinds = []kind{
		{"transport", "response-method- response-in- response-parameter- response-base64- response-oversized"},
		{"xml", "xml-"},
		{"response", "response-absent response-malformed response-version- response-id- response-issueinstant- response-assertion-"},
		{"status", "response-status-"},
		{"destination", "response-destination-"},
		{"issuer", "response-issuer-"},
		{"inresponseto", "inresponseto-"},
		{"relaystate", "relaystate-"},
		{"message-signature", "response-signature- response-altered response-signer-"},
	}
	protocolKinds = []kind{
		{"transport", "protocol-method- protocol-parameter- protocol-base64- protocol-deflate- protocol-oversized protocol-unreadable"},
		{"protocol", "protocol-other protocol-malformed protocol-version- protocol-id- protocol-issueinstant-"},
		{"issuer", "protocol-issuer-"},
		{"destination", "protocol-destination-"},
		{"acs", "request-"},
		{"subject", "logout-nameid- logout-session-"},
		{"status", "logout-answer-"},
		{"validity", "logout-expired logout-replayed"},
		{"relaystate", "protocol-relaystate-"},
		{"message-signature", "protocol-"},
	}
	viKinds = []kind{
		{"form", "assertion-namespace- assertion-version- element- attribute-foreign attribute-missing text- instant- version-not-agreed"},
		{"id", "id-"},
		{"issueinstant", "issueinstant-"},
		{"issuer", "issuer- project-"},
		{"subject", "subject- nameid-"},
		{"confirmation", "confirmation- recipient-"},
		{"conditions", "conditions- window- drift- condition-"},
		{"audience", "audience-"},
		{"authn", "authncontext- authninstant- sessionindex-"},
		{"pagm", "pagm-"},
		{"attributes", "attribute-superfluous"},
		{"signature", "signature- digest- keyinfo-"},
		{"wrapping", "assertion-hidden assertion-sibling id-repeated"},
		{"signer", "certificate- signer-"},
		{"link", "tls-"},
	}
)

// about tells how well a rule fits a part: the length of the name, or of its beginning; 0 when it does not.
func (k kind) about(rule string) int {
	best := 0
	for _, r := range strings.Fields(k.rules) {
		if r == rule || strings.HasSuffix(r, "-") && strings.HasPrefix(rule, r) {
			best = max(best, len(r))
		}
	}
	return best
}

// belongs returns which of the kinds a rule is about; -1 for none.
func belongs(kinds []kind, rule string) int {
	at, best := -1, 0
	for i, k := range kinds {
		if n := k.about(rule); n > best {
			at, best = i, n
		}
	}
	return at
}

// known are the rules that the judges can report, by what they are reported of.
var known = map[string][]string{
	ofEnvelope: keys(soap.Rules), ofResponse: keys(sso.Rules), ofProtocol: append(keys(sso.Rules), sso.ProtocolRules...), ofVI: append(keys(saml.Rules), "sessionindex-absent"),
}

// What a part may be a part of.
const (
	ofEnvelope = "envelope"
	ofResponse = "response"
	ofProtocol = "protocol"
	ofVI       = "vi"
)

// kindsOf are the parts of each.
var kindsOf = map[string][]kind{ofEnvelope: envelopeKinds, ofResponse: responseKinds, ofProtocol: protocolKinds, ofVI: viKinds}

func keys(table map[string]string) []string {
	var all []string
	for rule := range table {
		all = append(all, rule)
	}
	slices.Sort(all)
	return all
}

// layout makes the parts of a message, not judged yet.
func layout(of string, values map[string][]Value) []Part {
	kinds := kindsOf[of]
	parts := make([]Part, len(kinds))
	for i, k := range kinds {
		parts[i] = Part{Of: of, Name: k.name, State: Unjudged}
		for _, v := range values[k.name] {
			if v.Text != "" && len(parts[i].Values) < maxFields {
				parts[i].Values = append(parts[i].Values, Value{short(v.Name), short(v.Text)})
			}
		}
	}
	for _, rule := range known[of] {
		if i := belongs(kinds, rule); i >= 0 {
			parts[i].rules = append(parts[i].rules, rule)
		}
	}
	return parts
}

// protocols are the requirements that the checks which all protocol messages share stand for, by the name of the message.
var protocols = map[string]string{"AuthnRequest": "S09", "LogoutRequest": "D02", "LogoutResponse": "D06"}

// stands names the requirements that the checks of each part stand for, in a mode and of a protocol message of that name.
func stands(parts []Part, mode interops.Mode, protocol string) {
	for i := range parts {
		var all []string
		for _, rule := range parts[i].rules {
			id := requirement(parts[i].Of, rule, mode)
			if strings.HasPrefix(rule, "protocol-") {
				id = protocols[protocol]
			}
			all = append(all, id)
		}
		slices.Sort(all)
		parts[i].Requirements = slices.DeleteFunc(slices.Compact(all), func(id string) bool { return id == "" })
	}
}

// requirement is that which a rule names, of who receives the message.
func requirement(of, rule string, mode interops.Mode) string {
	switch {
	case of == ofEnvelope:
		return soap.Rules[rule]
	case of == ofVI && mode == interops.ModeR:
		return rest.Requirement(rule, false)
	case of == ofVI && saml.Rules[rule] != "":
		return saml.Requirement(rule, mode, false)
	default:
		return sso.Requirement(rule, mode, false)
	}
}
