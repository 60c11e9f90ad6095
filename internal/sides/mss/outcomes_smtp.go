package mss

import (
	"context"
	"fmt"
	"slices"
	"strings"

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

// leastSize is what SIZE must announce at least, whatever is declared (profile, message size).
const leastSize = 10 << 20

// announcesSize looks for SIZE in the answer to EHLO under TLS.
func announcesSize(_ context.Context, p *part) error {
	p.Checked()
	d := p.smtp.client
	n, ok := d.announcedSize()
	least := max(leastSize, p.side.declared.Size)
	switch want := fmt.Sprintf("250-SIZE %d", least); {
	case !ok:
		p.Finds(p.Own("size-not-announced", want, "SIZE "+d.offers["SIZE"], p.spoken(d)...))
	case n > 0 && n < least:
		p.Finds(p.Own("size-too-small", want, fmt.Sprintf("250-SIZE %d", n), p.spoken(d)...))
	}
	return nil
}

// said says in a line how a login ended.
func said(r *mail.Result) string {
	if r.Err != nil {
		return r.Err.Error()
	}
	return strings.TrimSpace(r.Status + " " + r.Text)
}

// tooLong tells that a command was refused for its length: RFC 4954 §4 has 500 for it, and some servers hang up.
func tooLong(r *mail.Result) bool { return r.Status == "500" || closed(r.Err) }

// inlineUnderstood wants the form on one line to be read. Where the line is refused for its length, which RFC 4954 §4
// allows, a short response is sent in the same form: it names no login, and must be refused as one.
func inlineUnderstood(ctx context.Context, p *part) error {
	p.Checked()
	r := p.smtp.login
	if r.Outcome == mail.Accepted {
		return nil
	}
	if r.Outcome == mail.Unanswered {
		return p.Cannot(verdict.ReasonTimeout, "AUTH XOAUTH2", p.side.run.Patience.String())
	}
	evidence := p.spoken(p.smtp.client)
	if tooLong(r) {
		d, err := p.guest(ctx)
		if err != nil {
			return err
		}
		short := d.Login(ctx, mail.XOAUTH2(p.own(), "court"))
		if short.Outcome == mail.RefusedByChallenge || short.Status == "535" || strings.HasPrefix(short.Status, "4") {
			p.remark("la ligne est refusée pour sa longueur, que la RFC 4954 §4 permet ; la même forme, courte, est lue")
			return nil
		}
		r, evidence = &short, append(evidence, p.spoken(d)...)
	}
	p.Finds(p.Own("inline-refused", "235", said(r), evidence...))
	return nil
}

// twoStepsAccepted wants an empty prompt, and then to be let in.
func twoStepsAccepted(_ context.Context, p *part) error {
	p.Checked()
	r := p.smtp.login
	switch {
	case r.Outcome == mail.Unanswered:
		return p.Cannot(verdict.ReasonTimeout, "AUTH XOAUTH2", p.side.run.Patience.String())
	case r.Outcome != mail.Accepted:
		p.Finds(p.Own("two-steps-refused", "334, 235", said(r), p.spoken(p.smtp.client)...))
	case r.Prompt == nil || *r.Prompt != "":
		p.Finds(p.Own("prompt-not-empty", `334 ""`, fmt.Sprintf("334 %q", prompt(r)), p.spoken(p.smtp.client)...))
	}
	return nil
}

func prompt(r *mail.Result) string {
	if r.Prompt == nil {
		return ""
	}
	return *r.Prompt
}

// longCommandTaken wants the command to be taken whole.
func longCommandTaken(_ context.Context, p *part) error {
	return p.letIn("long-command-refused", "235")
}

// longResponseTaken wants the response to be read whole.
func longResponseTaken(_ context.Context, p *part) error {
	return p.letIn("long-response-refused", "235")
}

// letIn wants the client to be logged in.
func (p *part) letIn(rule, want string) error {
	p.Checked()
	r := p.smtp.login
	if r.Outcome == mail.Unanswered {
		return p.Cannot(verdict.ReasonTimeout, "AUTH XOAUTH2", p.side.run.Patience.String())
	}
	if r.Outcome != mail.Accepted {
		p.Finds(p.Own(rule, want, said(r), p.spoken(p.smtp.client)...))
	}
	return nil
}

// overlongRefused wants a refusal or the end of the connection, not silence.
func overlongRefused(_ context.Context, p *part) error {
	p.Checked()
	r := p.smtp.login
	switch {
	case r.Outcome == mail.Accepted:
		p.Sees(p.Own("overlong-accepted", "500, 501, 535", said(r), p.spoken(p.smtp.client)...))
	case r.Outcome == mail.Unanswered:
		p.Finds(p.Own("overlong-unanswered", "500, 501, 535", said(r), p.spoken(p.smtp.client)...))
	}
	return nil
}

// failureTold wants the error challenge of XOAUTH2, and then 535. That the link is dropped behind the challenge is a
// refusal too, and noted.
func failureTold(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	const want = "334 {status, schemes, scope}, 535"
	switch r := a.result; {
	case a.entered(): // said by the step on the refusal
	case r.Challenge == nil && closed(r.Err):
		p.remark("la connexion est rompue sans un mot ; c'est un refus")
	case r.Challenge == nil:
		p.Finds(p.Own("failure-untold", want, a.told(), p.proof(a)...))
	case r.Failure == nil:
		p.Finds(p.Own("failure-unreadable", want, a.told(), p.proof(a)...))
	case closed(r.Err):
		p.remark("la connexion est rompue après le défi ; c'est un refus")
	case r.Status != "535":
		p.Finds(p.Own("failure-code-other", want, a.told(), p.proof(a)...))
	}
	return nil
}

// replies wants one of the codes, separated by commas.
func replies(_ context.Context, p *part, codes string) error {
	p.Checked()
	s := p.smtp.reply
	if s.err != nil && !closed(s.err) {
		return p.Cannot(verdict.ReasonTimeout, s.stage, p.side.run.Patience.String())
	}
	if s.err != nil && s.stage == stageEnd {
		p.remark("la connexion est rompue pendant le message ; c'est un refus, dont le code ne se lit pas")
		return nil
	}
	if s.stage != stageEnd && s.message != nil && s.err == nil && !s.reply.OK() {
		return p.Cannot(verdict.ReasonControlRefusedBefore, s.told()) // what is refused is not what is tried
	}
	if s.err != nil || !slices.Contains(strings.Split(codes, ", "), s.reply.Code) {
		p.Finds(p.Own("reply-other", codes, s.told(), p.spoken(s.talk)...))
	}
	return nil
}

// unsettled tells that no reply settled what became of a message.
func (p *part) unsettled(s *submitted) error {
	if s.err != nil && !closed(s.err) {
		return p.Cannot(verdict.ReasonTimeout, s.stage, p.side.run.Patience.String())
	}
	return nil
}

// messageTaken wants the message to be taken. A temporary refusal settles nothing.
func messageTaken(_ context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	switch {
	case s.taken():
		return nil
	case p.unsettled(s) != nil:
		return p.unsettled(s)
	case strings.HasPrefix(s.reply.Code, "4"):
		return p.Cannot(verdict.ReasonNoMessage, "250 : "+s.told())
	}
	p.Finds(p.Own("message-refused", "250", s.told(), p.spoken(s.talk)...))
	return nil
}

// messageNotTaken wants the message to be refused, at whatever stage.
func messageNotTaken(_ context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	if s.taken() {
		p.Sees(p.Own("message-taken", "5xx", s.told(), p.spoken(s.talk)...))
		return nil
	}
	return p.unsettled(s)
}

// authorNotForged wants the message to be refused, or to arrive with the author that it has.
func authorNotForged(ctx context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	if !s.taken() {
		return p.unsettled(s)
	}
	if p.smtp.inbox == nil {
		return p.Cannot(verdict.ReasonUnreadable, p.side.declared.Recipient)
	}
	got, came, err := p.arrived(ctx, marked(s.marker))
	if err != nil || !came {
		return err
	}
	if authors := got.authors(); len(authors) != 1 || !strings.EqualFold(authors[0], p.own()) {
		p.Sees(p.Own("author-forged", "From: "+p.own(), "From: "+strings.Join(authors, ", "), append(p.spoken(s.talk), p.Evidence(got.raw, messageMedia))...))
	}
	return nil
}

// messageMedia is the media type of a message.
const messageMedia = "message/rfc822"

// messageArrives wants the message as it was sent.
func messageArrives(ctx context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	if !s.taken() {
		return nil // said by the step on the message
	}
	got, came, err := p.arrived(ctx, marked(s.marker))
	if err != nil || !came {
		return err
	}
	if how := p.smtp.variant.departs(s, got); how != "" {
		p.Sees(p.Own("message-changed", "octet pour octet", how, append(p.spoken(s.talk), p.Evidence(got.raw, messageMedia))...))
	}
	return nil
}

// departs tells how an arrived message departs from what was sent.
func (v *variantOfMessage) departs(s *submitted, got received) string {
	sent, err := readLetter(s.message)
	if err != nil {
		return err.Error()
	}
	if v.kept != nil {
		return v.kept(sent, got)
	}
	if sent.body != got.body {
		return fmt.Sprintf("%q au lieu de %q", got.body, sent.body)
	}
	return ""
}

// reportReturns wants a delivery report about the recipient.
func reportReturns(ctx context.Context, p *part) error {
	p.Checked()
	s := p.smtp.sent
	if !s.taken() || !s.talk.offers.Has("DSN") {
		return nil // said by the steps before
	}
	if p.smtp.inbox == nil {
		p.remark("le retour de l'avis ne se lit pas : mss-imap n'est pas déclaré, ou aucun jeton n'ouvre la boîte")
		return nil
	}
	_, came, err := p.await(ctx, p.smtp.inbox, func(l received) bool { return l.report(s.recipient) })
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
	case !s.taken():
		return p.unsettled(s)
	case p.smtp.inbox == nil:
		return p.Cannot(verdict.ReasonUnreadable, p.own())
	}
	_, came, err := p.await(ctx, p.smtp.inbox, func(l received) bool { return l.report(s.recipient) })
	if err == nil && !came {
		p.Finds(p.Own("failure-of-delivery-untold", "550 5.1.1, multipart/report", s.told(), p.spoken(s.talk)...))
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
	if i := slices.IndexFunc(s.more, func(r mail.SMTPReply) bool { return r.Code == "354" }); i >= 0 {
		p.Sees(p.Own("message-smuggled", "une seule réponse au message", s.reply.String()+" ; "+s.more[i].String(), p.spoken(s.talk)...))
		return nil
	}
	if !s.taken() || p.smtp.inbox == nil {
		return nil
	}
	if _, came, err := p.arrived(ctx, marked(s.marker)); err != nil || !came {
		return err
	}
	if second := slices.IndexFunc(p.smtp.inbox.came, marked(smuggled(s.marker))); second >= 0 {
		p.Sees(p.Own("message-smuggled", "un message", "deux messages", append(p.spoken(s.talk), p.Evidence(p.smtp.inbox.came[second].raw, messageMedia))...))
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
	if s.err == nil && s.reply.OK() {
		p.Sees(p.Own("bare-line-feed-accepted", "501", s.told(), p.spoken(s.talk)...))
	}
	return nil
}
