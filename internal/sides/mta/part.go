package mta

import (
	"context"
	"crypto/tls"
	"strconv"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/mta"
)

// The labels of conversations, as the catalogue of texts has them.
const (
	labelBefore   = "honest"
	labelAfter    = "closing"
	labelTrial    = "faulty"
	labelVariant  = "varied"
	labelObserved = "observed"
)

const (
	transcriptMedia = "text/plain; charset=utf-8"
	messageMedia    = "message/rfc822"
)

// part is a scenario's part of the side: what was handed over, what was sent, and the conversations.
type part struct {
	*scenario.World
	side  *Side
	talks []talk
	clear mail.Extensions // what is offered in clear
	hello *pki.HelloResult
	in    *handed // the message that outcomes are about
	out   *sent
	seen  []observed
	wl    listing
	moved bool // the clocks were moved
}

// talk is a connection to be kept as evidence.
type talk struct {
	label string
	talk  *mail.SMTP
	err   error
}

// observed is a visit to a neighbour to be kept as evidence.
type observed struct {
	name  string
	visit mta.Visit
}

// dials connects to the candidate, from an address of its own; the conversation is kept.
func (p *part) dials(ctx context.Context, label string) (*mail.SMTP, error) {
	s := p.side
	c, err := mail.DialSMTP(ctx, mail.Target{
		Address: s.declared.Address, Limits: mail.Limits{Wait: s.run.Patience}, Dial: mail.DialFrom(s.places.Next(s.declared.Address), candidate.Guarded),
	})
	if c != nil {
		p.talks = append(p.talks, talk{label, c, err})
	}
	return c, err
}

// peer is who writes to the candidate: the credential that it shows, "" for none.
type peer string

// honestPeer is the neighbour that does all as it should.
const honestPeer peer = candidate.NeighbourOrganism + "/tls"

// linkOf is how a peer secures a link: it takes any server, for the cases about certificates judge them. It fails where its
// certificate cannot be made: who cannot show it does not send in clear instead.
func (s *Side) linkOf(who peer) (*tls.Config, error) {
	var credential pki.Credential
	if who != "" {
		var err error
		if credential, err = s.run.Bench.PKI.Credential(string(who)); err != nil {
			return nil, err
		}
	}
	c := pki.ClientConfig(credential, bench.Wall, pki.AcceptAny)
	c.ServerName = s.shared.Host
	return c, nil
}

// secures makes the handshake, and introduces the peer again. In TLS 1.3 a certificate is refused after the handshake.
func (p *part) secures(ctx context.Context, c *mail.SMTP, link *tls.Config) (mail.Extensions, error) {
	if _, err := c.StartTLS(ctx, link); err != nil {
		return nil, err
	}
	offers, _, err := c.Hello(ctx)
	return offers, err
}

// announced is the size that a server announces; zero for none.
func announced(offers mail.Extensions) int {
	n, err := strconv.Atoi(strings.TrimSpace(offers["SIZE"]))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// handed is a message that was handed to the candidate, as far as it came.
type handed struct {
	mail.Posted
	letter letter.Letter
	talk   *mail.SMTP
	// label and link are how it was handed over.
	label string
	link  *tls.Config
	// size tells that the case is about the size of the message.
	size sizing
	// kept tells how a message that arrived departs from what was sent; empty when it does not.
	kept func(sent, got letter.Received) string
}

// The stages before a message.
const (
	stageHello = "EHLO"
	stageTLS   = "STARTTLS"
)

// handOver connects as a peer and hands a message over. The error tells that there was no connection.
func (p *part) handOver(ctx context.Context, label string, link *tls.Config, h handed) (*handed, error) {
	c, err := p.dials(ctx, label)
	if err != nil {
		return nil, p.Cannot(verdict.ReasonUnreachable, "roles.mss-operateur.address", p.side.declared.Address, err.Error())
	}
	h.talk, h.label, h.link = c, label, link
	h.Stage = stageHello
	if _, h.Reply, h.Err = c.Hello(ctx); h.Err != nil || !h.Reply.OK() {
		return &h, nil
	}
	if link != nil {
		h.Stage = stageTLS
		if _, h.Err = p.secures(ctx, c, link); h.Err != nil {
			return &h, nil
		}
	}
	data := h.Data != nil
	h.Posted = c.Post(ctx, h.Posting)
	if data && h.Err == nil {
		h.More = c.Behind(ctx)
	}
	return &h, nil
}

// handOverAs hands a message over as a peer, under its certificate.
func (p *part) handOverAs(ctx context.Context, label string, who peer, h handed) (*handed, error) {
	link, err := p.side.linkOf(who)
	if err != nil {
		return nil, p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	return p.handOver(ctx, label, link, h)
}

// again hands the message of the scenario over once more, on another connection.
func (p *part) again(ctx context.Context) (err error) {
	h := *p.in
	h.Posted = mail.Posted{Posting: h.Posting}
	p.in, err = p.handOver(ctx, h.label, h.link, h)
	return err
}

// temporary tells that a message was refused for now.
func (h *handed) temporary() bool { return h.Err == nil && strings.HasPrefix(h.Reply.Code, "4") }

// spoken keeps what was said on the connection of a message.
func (p *part) spoken(h *handed) []string {
	return []string{p.Evidence(h.talk.Transcript().Bytes(), transcriptMedia)}
}

// finish keeps every conversation of the scenario, and ends the connections.
func (p *part) finish() {
	for _, t := range p.talks {
		e := verdict.Exchange{Label: t.label, From: "harness", Request: p.Evidence(t.talk.Transcript().Bytes(), transcriptMedia)}
		if state, secured := t.talk.TLS(); secured {
			e.TLS = p.Link(&state, pki.Credential{})
		}
		if t.err != nil {
			e.Error = scenario.Brief(t.err.Error())
		}
		_ = t.talk.Close()
		p.Keep(e)
	}
	for _, o := range p.seen {
		p.Keep(verdict.Exchange{Label: labelObserved, From: "candidate", Marker: o.name, Request: p.Evidence(o.visit.Said, transcriptMedia), TLS: p.Link(o.visit.TLS, pki.Credential{}), Error: scenario.Brief(o.visit.Failed)})
	}
	p.talks, p.seen = nil, nil
}

// closeAll ends the connections of the gate; what was said there is in no case.
func (p *part) closeAll() {
	for _, t := range p.talks {
		_ = t.talk.Close()
	}
}
