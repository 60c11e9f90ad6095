package mta

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/verdict"
)

// messageTaken wants the message to be taken, and to be in the mailbox where that can be read. A temporary refusal settles
// nothing.
func messageTaken(ctx context.Context, p *part) error {
	p.Checked()
	if p.in.Err != nil || p.in.temporary() { // once more: what failed once may be chance
		if err := p.again(ctx); err != nil {
			return err
		}
	}
	h := p.in
	if err := p.unsettled(h); err != nil {
		return err
	}
	if !h.Taken() {
		if h.temporary() {
			return p.Cannot(verdict.ReasonNoMessage, "250 : "+h.Told())
		}
		p.Finds(p.Own("message-refused", "250", h.Told(), p.spoken(h)...))
		return nil
	}
	if !p.side.readable() {
		p.Remark("unread-mailbox")
		return nil
	}
	if len(h.Message) > 1<<20 {
		return nil // what is so great is not read back: the reply decides
	}
	if _, came, err := p.await(ctx, h.letter.Marker, marked(h.letter.Marker)); err != nil {
		return err
	} else if !came {
		p.Finds(p.Own("message-lost", "message dans la boîte", h.Told()+", "+p.side.run.Patience.String(), p.spoken(h)...))
	}
	return nil
}

// messageKept wants the message to arrive as it was sent.
func messageKept(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if !h.Taken() {
		return nil // said by the step before
	}
	got, came, err := p.await(ctx, h.letter.Marker, marked(h.letter.Marker))
	if err != nil || !came {
		return err
	}
	sent, err := letter.Read(h.Message)
	if err != nil {
		return err
	}
	if how := h.kept(sent, got); how != "" {
		p.Sees(p.Own("message-changed", "inchangé", how, append(p.spoken(h), p.Evidence(got.Raw, messageMedia))...))
	}
	return nil
}

// messageNotTaken wants the message to be refused, at whatever stage, and not to be in the mailbox once a later one is. Who
// refuses it for now may take it later: that settles nothing.
func messageNotTaken(ctx context.Context, p *part) error {
	p.Checked()
	if p.in.refusedForNow() {
		if err := p.again(ctx); err != nil {
			return err
		}
	}
	h := p.in
	switch {
	case h.Taken() && h.size == declaredOnly:
		p.Remark("size-declared-taken", h.Told()) // it is an estimate, which a server need not act on (RFC 1870 §6.1)
		return nil
	case h.Taken():
		p.Finds(p.Own("message-taken", "5xx", h.Told(), p.spoken(h)...))
	case h.refusedForNow():
		p.Remark("temporary-refusal", h.Told())
		return p.Cannot(verdict.ReasonNoMessage, "5xx : "+h.Told())
	}
	ctx = context.WithoutCancel(ctx)
	p.Afterwards(func() {
		if !p.side.readable() {
			p.Remark("unread-mailbox")
			return
		}
		got, came, err := p.find(ctx, h.letter.Marker, marked(h.letter.Marker))
		if err == nil && came {
			p.Sees(p.Own("message-taken", "5xx", h.Told(), append(p.spoken(h), p.Evidence(got.Raw, messageMedia))...))
		}
	})
	if h.Taken() {
		return nil
	}
	return p.unsettled(h)
}

// nothingRelayed wants the recipient's own operator not to get the message from the candidate (MTA-10).
func nothingRelayed(_ context.Context, p *part) error {
	p.Checked()
	h := p.in
	p.Afterwards(func() {
		for _, v := range p.side.around.neighbours["second"].Visits(0) {
			if v.Names(h.Recipient) {
				p.seen = append(p.seen, observed{"second", v})
				p.Sees(p.Own("message-taken", "550 5.7.1", "RCPT TO:<"+h.Recipient+">", append(p.spoken(h), p.shown(v)...)...))
			}
		}
	})
	return nil
}

// traceAdded wants a Received field on top that was not sent, and that tells of TLS (MTA-31).
func traceAdded(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	got, came, err := p.await(ctx, h.letter.Marker, marked(h.letter.Marker))
	if err != nil || !came {
		return err
	}
	const sent = 20
	fields := got.Header["Received"]
	evidence := append(p.spoken(h), p.Evidence(got.Raw, messageMedia))
	if len(fields) <= sent {
		p.Sees(p.Own("trace-field-missing", "Received: … by", fmt.Sprintf("%d champs Received, %d envoyés", len(fields), sent), evidence...))
		return nil
	}
	own := strings.Join(fields[:len(fields)-sent], " ")
	if upper := strings.ToUpper(own); !strings.Contains(upper, "TLS") && !strings.Contains(upper, "SMTPS") {
		p.Sees(p.Own("trace-field-without-tls", "with ESMTPS", own, evidence...))
	}
	return nil
}

// oneMessageTaken wants nothing behind a false end to be obeyed: neither a reply to the second DATA, nor a second message
// (MTA-33).
func oneMessageTaken(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if err := p.unsettled(h); err != nil {
		return err
	}
	if i := slices.IndexFunc(h.More, func(r mail.SMTPReply) bool { return r.Code == "354" }); i >= 0 {
		p.Sees(p.Own("message-smuggled", "une seule réponse au message", h.Reply.String()+" ; "+h.More[i].String(), p.spoken(h)...))
	}
	second := letter.Smuggled(h.letter.Marker)
	ctx = context.WithoutCancel(ctx)
	p.Afterwards(func() {
		if !p.side.readable() {
			p.Remark("unread-mailbox")
			return
		}
		if got, came, err := p.late(ctx, second); err == nil && came {
			p.Sees(p.Own("message-smuggled", "un message", "deux messages", append(p.spoken(h), p.Evidence(got.Raw, messageMedia))...))
		}
	})
	return nil
}

// malwareKept wants the test file not to arrive (MTA-36). That it is neither refused nor told of is a remark.
func malwareKept(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if !h.Taken() {
		return p.unsettled(h)
	}
	ctx = context.WithoutCancel(ctx)
	p.Afterwards(func() {
		got, came, err := p.late(ctx, h.letter.Marker)
		if err != nil {
			return
		}
		if came && strings.Contains(string(contents(got)), letter.MalwareTest()) {
			p.Sees(p.Own("malware-delivered", "5xx", h.Told(), p.spoken(h)...))
			return
		}
		p.Remark("malware-put-aside", h.Told())
	})
	return nil
}

// contents are those of all the parts of a message.
func contents(r letter.Received) []byte {
	parts, err := letter.Parts(r.Raw)
	if err != nil {
		return r.Raw
	}
	var all []byte
	for _, part := range parts {
		all = append(all, part.Content...)
	}
	return all
}
