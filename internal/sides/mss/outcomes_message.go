package mss

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/verdict"
)

// announcesDSN looks for the extension in the answer to EHLO of the session that sends.
func announcesDSN(_ context.Context, p *part) error {
	p.Checked()
	d := p.smtp.sent.talk
	if !d.offers.Has("DSN") {
		p.Finds(p.Own("dsn-not-announced", "250-DSN", strings.Join(keywords(d.offers), " "), p.spoken(d)...))
	}
	return nil
}

// keywords are those of the answer to EHLO.
func keywords(offers mail.Extensions) []string {
	var all []string
	for keyword := range offers {
		all = append(all, keyword)
	}
	slices.Sort(all)
	return all
}

// unsettled tells that no reply settled what became of a message.
func (p *part) unsettled(s *submitted) error {
	if s.Err != nil && !closed(s.Err) {
		return p.Cannot(verdict.ReasonTimeout, s.Stage, p.side.run.Patience.String())
	}
	return nil
}

// messageTaken wants the message to be taken. A temporary refusal settles nothing.
func messageTaken(_ context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	if err := p.unsettled(s); err != nil {
		return err
	}
	switch {
	case s.Taken():
		return nil
	case strings.HasPrefix(s.Reply.Code, "4"):
		return p.Cannot(verdict.ReasonNoMessage, "250 : "+s.Told())
	}
	p.Finds(p.Own("message-refused", "250", s.Told(), p.spoken(s.talk)...))
	return nil
}

// messageNotTaken wants the message to be refused, at whatever stage.
func messageNotTaken(_ context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	if s.Taken() {
		p.Sees(p.Own("message-taken", "5xx", s.Told(), p.spoken(s.talk)...))
		return nil
	}
	return p.unsettled(s)
}

// authorNotForged wants the message to be refused, or to arrive with the author that it has.
func authorNotForged(ctx context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	if !s.Taken() {
		return p.unsettled(s)
	}
	if p.smtp.inbox == nil {
		return p.Cannot(verdict.ReasonUnreadable, p.side.declared.Recipient)
	}
	got, came, err := p.arrived(ctx, marked(s.marker))
	if err != nil || !came {
		return err
	}
	if authors := got.Authors(); len(authors) != 1 || !strings.EqualFold(authors[0], p.own()) {
		p.Sees(p.Own("author-forged", "From: "+p.own(), "From: "+strings.Join(authors, ", "), append(p.spoken(s.talk), p.Evidence(got.Raw, messageMedia))...))
	}
	return nil
}

// messageMedia is the media type of a message.
const messageMedia = "message/rfc822"

// messageArrives wants the message as it was sent.
func messageArrives(ctx context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	if !s.Taken() {
		return nil // said by the step on the message
	}
	got, came, err := p.arrived(ctx, marked(s.marker))
	if err != nil || !came {
		return err
	}
	if how := p.smtp.variant.departs(s, got); how != "" {
		p.Sees(p.Own("message-changed", "octet pour octet", how, append(p.spoken(s.talk), p.Evidence(got.Raw, messageMedia))...))
	}
	return nil
}

// departs tells how an arrived message departs from what was sent.
func (v *variantOfMessage) departs(s *submitted, got letter.Received) string {
	sent, err := letter.Read(s.Message)
	if err != nil {
		return err.Error()
	}
	if v.kept != nil {
		return v.kept(sent, got)
	}
	if sent.Body != got.Body {
		return fmt.Sprintf("%q au lieu de %q", got.Body, sent.Body)
	}
	return ""
}

// reportReturns wants a delivery report about the recipient.
func reportReturns(ctx context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	if !s.Taken() || !s.talk.offers.Has("DSN") {
		return nil // said by the steps before
	}
	if p.smtp.inbox == nil {
		p.Remark("unread-arrival")
		return nil
	}
	_, came, err := p.await(ctx, p.smtp.inbox, func(l letter.Received) bool { return l.Report(s.Recipient) })
	if err == nil && !came {
		p.Finds(p.Own("report-missing", "multipart/report; report-type=delivery-status", p.side.run.Patience.String(), p.spoken(s.talk)...))
	}
	return err
}

// failureOfDeliveryTold wants an immediate refusal, or a report.
func failureOfDeliveryTold(ctx context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	switch {
	case !s.Taken():
		return p.unsettled(s)
	case p.smtp.inbox == nil:
		return p.Cannot(verdict.ReasonUnreadable, p.own())
	}
	_, came, err := p.await(ctx, p.smtp.inbox, func(l letter.Received) bool { return l.Report(s.Recipient) })
	if err == nil && !came {
		p.Finds(p.Own("failure-of-delivery-untold", "550 5.1.1, multipart/report", s.Told(), p.spoken(s.talk)...))
	}
	return err
}

// oneMessageTaken wants nothing behind a false end to be obeyed: neither a reply to the second DATA, nor a second message.
func oneMessageTaken(ctx context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	if err := p.unsettled(s); err != nil {
		return err
	}
	if i := slices.IndexFunc(s.More, func(r mail.SMTPReply) bool { return r.Code == "354" }); i >= 0 {
		p.Sees(p.Own("message-smuggled", "une seule réponse au message", s.Reply.String()+" ; "+s.More[i].String(), p.spoken(s.talk)...))
		return nil
	}
	if !s.Taken() || p.smtp.inbox == nil {
		return nil
	}
	if _, came, err := p.arrived(ctx, marked(s.marker)); err != nil || !came {
		return err
	}
	if second := slices.IndexFunc(p.smtp.inbox.came, marked(letter.Smuggled(s.marker))); second >= 0 {
		p.Sees(p.Own("message-smuggled", "un message", "deux messages", append(p.spoken(s.talk), p.Evidence(p.smtp.inbox.came[second].Raw, messageMedia))...))
	}
	return nil
}

// commandRefused wants a command with a bare line feed inside to be refused.
func commandRefused(_ context.Context, p *part) error {
	p.Checked()
	s := p.smtp.reply
	if err := p.unsettled(s); err != nil {
		return err
	}
	if s.Err == nil && s.Reply.OK() {
		p.Sees(p.Own("bare-line-feed-accepted", "501", s.Told(), p.spoken(s.talk)...))
	}
	return nil
}
