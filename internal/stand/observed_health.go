package stand

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"net/http"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/redact"
	"etalon/internal/store"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// RolePSC is the role of the Pro Santé Connect that a sandbox plays.
const RolePSC candidate.Role = "pro-sante-connect"

// SeesPSC makes the observer of a Pro Santé Connect; nil when nobody watches.
func SeesPSC(observe func(store.Exchange)) func(psc.Exchange) {
	if observe == nil {
		return nil
	}
	return func(x psc.Exchange) { observe(asked(x)) }
}

// asked is what was asked of Pro Santé Connect, as it is kept. It holds no secret since its maker.
func asked(x psc.Exchange) store.Exchange {
	facts := pki.LinkFacts(x.TLS, x.Ours)
	kept := store.Exchange{
		At: x.Started, Now: x.Entry.At, MS: milliseconds(x.Finished.Sub(x.Started)), Protocol: "HTTP", Role: string(RolePSC), Mode: string(candidate.NoMode),
		Partner: candidate.PSCOrganism, From: "peer", Peer: cmp.Or(x.Client, peer(facts, x.Entry.Peer)), Method: x.Method, Target: x.URL, Status: x.Status,
		Outcome: outcome(x.Status, "", x.Err), Error: reason(x.Err), TLS: facts, Fault: x.Fault, Violates: x.Violates,
		Request: head(x.Method+" "+x.URL, x.Header, x.Body), Response: head("", x.AnswerHeader, x.Answered),
	}
	chained(&kept, x.TLS, x.Ours)
	return kept
}

// head is one side of an exchange of HTTP without secrets; nil when nothing was said.
func head(line string, header http.Header, body []byte) *store.Message {
	if header == nil && body == nil {
		return nil
	}
	var b strings.Builder
	if line != "" {
		b.WriteString(line + "\n")
	}
	_ = header.Write(&b)
	return &store.Message{Media: header.Get("Content-Type"), Head: strings.TrimSpace(strings.ReplaceAll(b.String(), "\r\n", "\n")), Raw: body}
}

// SeesOperator makes the observer of an MSSanté operator, with what stands in place of secrets; nil when nobody watches.
func SeesOperator(r *redact.Redactor, observe func(store.Exchange)) func(operator.Part) {
	if observe == nil {
		return nil
	}
	return func(p operator.Part) { observe(spoken(redact.NewVeil(r), p)) }
}

// spoken is a part of a dialogue with an MSSanté operator, as it is kept: its commands stand as the method, its lines,
// those of both sides in their order, as the request. The number of its connection is its target. The operator told it without
// what it knows to let in; the veil takes out what shows by its form alone, over all the lines: a secret may stand in several.
func spoken(veil *redact.Veil, p operator.Part) store.Exchange {
	facts := pki.LinkFacts(p.TLS, p.Ours)
	role := candidate.RoleMSSIMAP
	if p.Protocol == operator.SMTP {
		role = candidate.RoleMSSSMTP
	}
	kept := store.Exchange{
		At: p.Started, Now: p.At, MS: milliseconds(p.Finished.Sub(p.Started)), Protocol: p.Protocol, Role: string(role), Mode: string(candidate.NoMode),
		Partner: candidate.OperatorOrganism, From: "peer", Peer: peer(facts, p.Peer), Method: commandsOf(p), Target: fmt.Sprintf("#%d.%d", p.Number, p.Place),
		Error: p.Handshake, TLS: facts, Fault: p.Fault, Violates: p.Violates,
	}
	chained(&kept, p.TLS, p.Ours)
	if kept.Outcome = store.Accepted; refused(p) {
		kept.Outcome = store.Refused
	}
	if p.Handshake != "" || p.Dropped {
		kept.Outcome = store.Broken
	}
	if len(p.Lines) > 0 {
		said := dialogue(p)
		veil.Learn(said)
		kept.Request, kept.Method = &store.Message{Media: "text/x-" + strings.ToLower(p.Protocol), Raw: veil.Bytes([]byte(said))}, veil.Text(kept.Method)
	}
	return kept
}

// maxCommands bounds what of a dialogue stands in its line of a list, in octets.
const maxCommands = 80

// commandsOf are the commands that a part of a dialogue holds, in order, without what follows them.
func commandsOf(p operator.Part) string {
	var all []string
	for _, line := range p.Lines {
		words := strings.Fields(line.Text)
		if p.Protocol == operator.IMAP && len(words) > 1 {
			words = words[1:]
		}
		if line.Client && len(words) > 0 && isCommand(words[0]) {
			all = append(all, strings.ToUpper(words[0]))
		}
	}
	said := strings.Join(all, " ")
	if len(said) > maxCommands {
		return said[:maxCommands] + "…"
	}
	return said
}

// isCommand tells whether a word may be a command of IMAP or SMTP: letters, and few.
func isCommand(word string) bool {
	letters := !strings.ContainsFunc(word, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') })
	return letters && len(word) <= len("UNAUTHENTICATE")
}

// refused tells whether the operator refused a command.
func refused(p operator.Part) bool {
	for _, line := range p.Lines {
		for said := range strings.Lines(line.Text) {
			words := append(strings.Fields(said), "", "")
			switch {
			case line.Client:
			case p.Protocol == operator.SMTP && (said[0] == '4' || said[0] == '5'),
				p.Protocol == operator.IMAP && words[0] != "*" && (words[1] == "NO" || words[1] == "BAD"):
				return true
			}
		}
	}
	return false
}

// dialogue is what both sides said, a line each: C of the client, S of the operator; where TLS began, its version.
func dialogue(p operator.Part) string {
	var b strings.Builder
	clear := p.Lines[0].Clear
	for _, line := range p.Lines {
		if clear && !line.Clear && p.TLS != nil {
			fmt.Fprintf(&b, "-- %s --\n", tls.VersionName(p.TLS.Version))
		}
		clear = line.Clear
		who := "S: "
		if line.Client {
			who = "C: "
		}
		for said := range strings.Lines(line.Text) {
			b.WriteString(who + strings.TrimRight(said, "\r\n") + "\n")
		}
	}
	return b.String()
}
