package mss

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/mail"
	"etalon/internal/verdict"
)

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
			p.Remark("line-length", said(r), said(&short))
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
	return p.letIn("long-command-refused")
}

// longResponseTaken wants the response to be read whole.
func longResponseTaken(_ context.Context, p *part) error {
	return p.letIn("long-response-refused")
}

// letIn wants the client to be logged in.
func (p *part) letIn(rule string) error {
	p.Checked()
	r := p.smtp.login
	if r.Outcome == mail.Unanswered {
		return p.Cannot(verdict.ReasonTimeout, "AUTH XOAUTH2", p.side.run.Patience.String())
	}
	if r.Outcome != mail.Accepted {
		p.Finds(p.Own(rule, "235", said(r), p.spoken(p.smtp.client)...))
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
		p.Remark("dropped")
	case r.Challenge == nil:
		p.Finds(p.Own("failure-untold", want, a.told(), p.proof(a)...))
	case r.Failure == nil:
		p.Finds(p.Own("failure-unreadable", want, a.told(), p.proof(a)...))
	case closed(r.Err):
		p.Remark("dropped")
	case r.Status != "535":
		p.Finds(p.Own("failure-code-other", want, a.told(), p.proof(a)...))
	}
	return nil
}

// replies wants one of the codes, separated by commas.
func replies(_ context.Context, p *part, codes string) error {
	p.Checked()
	s := p.smtp.reply
	if s.Err != nil && !closed(s.Err) {
		return p.Cannot(verdict.ReasonTimeout, s.Stage, p.side.run.Patience.String())
	}
	if s.Err != nil && s.Stage == mail.StageEnd {
		p.Remark("dropped")
		return nil
	}
	if s.Stage != mail.StageEnd && s.Message != nil && s.Err == nil && !s.Reply.OK() {
		return p.Cannot(verdict.ReasonControlRefusedBefore, s.Told()) // what is refused is not what is tried
	}
	if s.Err != nil || !slices.Contains(strings.Split(codes, ", "), s.Reply.Code) {
		p.Finds(p.Own("reply-other", codes, s.Told(), p.spoken(s.talk)...))
	}
	return nil
}
