package stand

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/emitter"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/redact"
	"etalon/internal/store"
	"etalon/internal/verdict"
	"etalon/stubs/provider"
	"etalon/stubs/service"
)

// sees makes the observer of a provider of mode A.
func (p *Partners) sees(organism string) func(provider.Exchange) {
	if p.options.Observe == nil {
		return nil
	}
	return func(x provider.Exchange) {
		p.options.Observe(p.received("SOAP", interops.ModeA, organism, x.Exchange, x.Judged.Findings))
	}
}

// seesResponses makes the observer of a service of mode P.
func (p *Partners) seesResponses(organism string) func(service.Exchange) {
	if p.options.Observe == nil {
		return nil
	}
	return func(x service.Exchange) {
		findings := x.Findings
		if x.Carried {
			findings = append(findings, x.Judged.Findings...)
		}
		p.options.Observe(p.received("HTTP", interops.ModeP, organism, x.Exchange, findings))
	}
}

// unread makes the observer of requests that a partner could not read.
func (p *Partners) unread(protocol string, mode interops.Mode, organism string) func(gateway.Knock) {
	if p.options.Observe == nil {
		return nil
	}
	return func(k gateway.Knock) {
		x := k.Exchange()
		x.Ended()
		p.options.Observe(p.received(protocol, mode, organism, x, nil))
	}
}

// emits makes the observer of a client, or of a portal.
func (p *Partners) emits(protocol string, mode interops.Mode, organism string) func(emitter.Exchange) {
	if p.options.Observe == nil {
		return nil
	}
	return func(x emitter.Exchange) { p.options.Observe(p.sent(protocol, mode, organism, x)) }
}

// received is what came to a partner, as it is kept: credentials are redacted.
func (p *Partners) received(protocol string, mode interops.Mode, organism string, x gateway.Exchange, findings []verdict.Finding) store.Exchange {
	redact := p.stand.Bench.Redactor
	veil := veiled(redact, x.Header, x.URL, x.Body)
	kept := store.Exchange{
		At: x.Started, MS: milliseconds(x.Finished.Sub(x.Started)), Protocol: protocol, Role: string(candidate.RoleProvider), Mode: string(mode),
		Partner: organism, From: "peer", Peer: peer(pki.LinkFacts(x.TLS, x.Ours), ""), Method: veil.Text(x.Method), Target: veil.Text(x.URL), Status: x.Status,
		Outcome: outcome(x.Status, x.Decision, x.Err), Findings: found(veil, findings), Fault: x.Fault, Error: veil.Text(reason(x.Err)), TLS: pki.LinkFacts(x.TLS, x.Ours),
		Request: message(veil, redact, x.Method+" "+x.URL, x.Header, x.Body), Response: message(veil, redact, "", x.AnswerHeader, x.Answer),
	}
	if m, known := mutation.ByName(x.Fault); known {
		kept.Violates = m.Violates
	}
	p.dated(&kept, x.TLS, x.Ours)
	return kept
}

// dated notes when an exchange happened by the protocol clock, and the certificates of its link.
func (p *Partners) dated(kept *store.Exchange, state *tls.ConnectionState, ours pki.Credential) {
	kept.Now, kept.World = p.Clock().Now(), p.stand.Knowledge().World()
	chained(kept, state, ours)
}

// chained notes the certificates of a link; of one that broke before it stood, those that were to be presented.
func chained(kept *store.Exchange, state *tls.ConnectionState, ours pki.Credential) {
	chains := map[**store.Message][]*x509.Certificate{&kept.OurChain: ours.Chain}
	if state != nil {
		chains[&kept.PeerChain] = state.PeerCertificates
	}
	for to, chain := range chains {
		if len(chain) > 0 {
			*to = &store.Message{Media: pki.ChainMedia, Raw: pki.CertificatesPEM(chain[:min(len(chain), maxChain)])}
		}
	}
}

// maxChain bounds the certificates that are kept of one side.
const maxChain = 10

// sent is what a partner sent, as it is kept.
func (p *Partners) sent(protocol string, mode interops.Mode, organism string, x emitter.Exchange) store.Exchange {
	host := ""
	if u, err := url.Parse(x.URL); err == nil {
		host = u.Host
	}
	facts := pki.LinkFacts(x.TLS, x.Ours)
	redact := p.stand.Bench.Redactor
	veil := veiled(redact, x.Answer.Header, "", x.Answer.Body)
	kept := store.Exchange{
		At: x.Started, MS: milliseconds(x.Finished.Sub(x.Started)), Protocol: protocol, Role: string(candidate.RoleClient), Mode: string(mode),
		Partner: organism, From: "partner", Peer: peer(facts, host), Method: x.Method, Target: x.URL, Status: x.Answer.Status,
		Outcome: outcome(x.Answer.Status, "", x.Err), Error: veil.Text(reason(x.Err)), TLS: facts,
		Request: message(veil, redact, x.Method+" "+x.URL, x.Header, x.Body), Response: message(veil, redact, "", x.Answer.Header, x.Answer.Body),
	}
	p.dated(&kept, x.TLS, x.Ours)
	return kept
}

// veiled is a veil over what the other side wrote: what lets in is known by its form.
func veiled(r *redact.Redactor, header http.Header, address string, body []byte) *redact.Veil {
	veil := redact.NewVeil(r)
	veil.LearnHeader(header)
	veil.Learn(address)
	veil.Learn(string(body))
	return veil
}

// found are findings as they are kept.
func found(veil *redact.Veil, findings []verdict.Finding) []verdict.Finding {
	out := slices.Clone(findings)
	for i := range out {
		out[i].Want, out[i].Got = veil.Text(out[i].Want), veil.Text(out[i].Got)
	}
	return out
}

// message is one side of an exchange of HTTP, without secrets; nil when nothing was said.
func message(veil *redact.Veil, r *redact.Redactor, line string, header http.Header, body []byte) *store.Message {
	if line == "" && header == nil && body == nil || line == " " {
		return nil
	}
	var head strings.Builder
	if line != "" {
		head.WriteString(line + "\n")
	}
	_ = r.Header(header).Write(&head)
	said := strings.TrimSpace(strings.ReplaceAll(head.String(), "\r\n", "\n"))
	return &store.Message{Media: veil.Text(header.Get("Content-Type")), Head: veil.Text(said), Raw: veil.Bytes(body)}
}

// peer names the other side: by its certificate, else by its address.
func peer(facts *verdict.TLS, address string) string {
	if facts != nil && len(facts.Peer) > 0 {
		return facts.Peer[0]
	}
	return address
}

// outcome tells what became of an exchange.
func outcome(status int, decision interops.Decision, err error) store.Outcome {
	switch {
	case status == 0 || err != nil:
		return store.Broken
	case decision == interops.Rejected || decision == "" && status >= http.StatusBadRequest:
		return store.Refused
	}
	return store.Accepted
}

// reason is why nothing came, in words; empty when something did.
func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func milliseconds(d time.Duration) float64 { return max(float64(d.Microseconds())/1000, 0) }
