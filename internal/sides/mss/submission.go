package mss

import (
	"context"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/verdict"
)

// The labels of conversations about messages and mailboxes.
const (
	labelSending = "sending"
	labelGuest   = "guest"
	labelReading = "reading"
	labelBeside  = "beside"
)

// submitted is a message that was handed to submission, as far as it came.
type submitted struct {
	mail.Posted
	marker string
	talk   smtpTalk
}

// post hands a message to submission: it goes as far as the server lets it.
func (d smtpTalk) post(ctx context.Context, o mail.Posting) *submitted {
	return &submitted{Posted: d.Post(ctx, o), talk: d}
}

// mailer opens a session of submission for the mailbox of the controls, with a fresh good token.
func (p *part) mailer(ctx context.Context) (smtpTalk, error) {
	d, err := p.enters(ctx, verdict.ReasonControlRefusedBefore, p.usual(), opening{label: labelSending, role: candidate.RoleMSSSMTP})
	if err != nil {
		return smtpTalk{}, err
	}
	return d.(smtpTalk), nil
}

// guest opens a session of submission without login.
func (p *part) guest(ctx context.Context) (smtpTalk, error) {
	talking, err := p.dial(ctx, labelGuest, candidate.RoleMSSSMTP, mail.Limits{Wait: p.side.run.Patience}, noCredential)
	if err != nil {
		return smtpTalk{}, p.unconnected(err)
	}
	return talking.(smtpTalk), nil
}

// own is the address of the mailbox that sends.
func (p *part) own() string { return p.side.habit.box.Address }

// domain is that of the mailbox that sends.
func (p *part) domain() string {
	_, domain, _ := strings.Cut(p.own(), "@")
	return domain
}

// another is the address of a mailbox of the same domain that the sender has no right on: a declared one, or one that
// nobody has.
func (p *part) another(marker string) string {
	for _, box := range p.side.declared.Mailboxes {
		if !box.OpensTo(p.side.habit.person) && box.Type != mssante.Application && strings.HasSuffix(strings.ToLower(box.Address), "@"+strings.ToLower(p.domain())) {
			return box.Address
		}
	}
	return "autre-" + marker + "@" + p.domain()
}

// The recipients outside the trust space. A message is only ever sent to the second, whose domain nobody can have (RFC
// 2606 §2); the first exists and takes no mail, so that no resolver speaks for the operator.
const outside = "etalon@example.org"

func nowhere(marker string) string { return "etalon@" + marker + ".invalid" }

// postOutside hands a message to a recipient outside the trust space. Where RCPT is accepted, the message itself goes to
// nowhere, so that none can leave: it was taken if that is taken, or if nowhere was refused for a reason of its own.
func (d smtpTalk) postOutside(ctx context.Context, sender, marker string, message []byte) *submitted {
	first := d.post(ctx, mail.Posting{Sender: sender, Recipient: outside})
	if first.Err != nil || !first.Reply.OK() {
		return first
	}
	if r, err := d.Command(ctx, "RSET"); err != nil || !r.OK() {
		return first
	}
	second := d.post(ctx, mail.Posting{Sender: sender, Recipient: nowhere(marker), Message: message})
	if second.Stage == mail.StageEnd || second.Err != nil {
		return second
	}
	first.Stage = mail.StageEnd // nothing but the name of nowhere was in the way
	return first
}
