package mss

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
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

// The stages of a message that is handed to submission.
const (
	stageMail = "MAIL"
	stageRcpt = "RCPT"
	stageData = "DATA"
	stageEnd  = "fin du message"
)

// posting is a message to be handed to submission.
type posting struct {
	sender, recipient  string // of the envelope
	mailWith, rcptWith []string
	message            []byte // none: the transaction stops behind RCPT
	data               []byte // sent in the place of the message, its end included
}

// submitted is a message that was handed to submission, as far as it came.
type submitted struct {
	posting
	marker string
	talk   smtpTalk
	// stage is what the reply answers; err is why there is none.
	stage string
	reply mail.SMTPReply
	err   error
	// more are the replies behind the first one to the data, where something was put behind them.
	more []mail.SMTPReply
}

// taken tells that the server took the message upon itself.
func (s *submitted) taken() bool { return s.err == nil && s.stage == stageEnd && s.reply.OK() }

// told says in a line what was answered, and to what.
func (s *submitted) told() string {
	if s.err != nil {
		return s.stage + " : " + s.err.Error()
	}
	return s.stage + " : " + s.reply.String()
}

// post hands a message to submission: it goes as far as the server lets it.
func (d smtpTalk) post(ctx context.Context, o posting) *submitted {
	s := &submitted{posting: o, talk: d}
	steps := []struct {
		stage string
		send  func() (mail.SMTPReply, error)
	}{
		{stageMail, func() (mail.SMTPReply, error) { return d.MailFrom(ctx, o.sender, o.mailWith...) }},
		{stageRcpt, func() (mail.SMTPReply, error) { return d.RcptTo(ctx, o.recipient, o.rcptWith...) }},
		{stageEnd, func() (mail.SMTPReply, error) {
			if o.data != nil {
				return d.RawData(ctx, o.data)
			}
			return d.Data(ctx, o.message)
		}},
	}
	if o.message == nil && o.data == nil {
		steps = steps[:2]
	}
	for _, step := range steps {
		s.stage = step.stage
		if s.reply, s.err = step.send(); s.err != nil || !s.reply.OK() {
			break
		}
	}
	return s
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

// markerHead begins every marker.
const markerHead = "tf"

// marker draws the mark of one message.
func (p *part) marker() (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(p.Source, b[:]); err != nil {
		return "", fmt.Errorf("draw marker: %w", err)
	}
	return markerHead + hex.EncodeToString(b[:]), nil
}

// The recipients outside the trust space. A message is only ever sent to the second, whose domain nobody can have (RFC
// 2606 §2); the first exists and takes no mail, so that no resolver speaks for the operator.
const outside = "etalon@example.org"

func nowhere(marker string) string { return "etalon@" + marker + ".invalid" }

// postOutside hands a message to a recipient outside the trust space. Where RCPT is accepted, the message itself goes to
// nowhere, so that none can leave: it was taken if that is taken, or if nowhere was refused for a reason of its own.
func (d smtpTalk) postOutside(ctx context.Context, sender, marker string, message []byte) *submitted {
	first := d.post(ctx, posting{sender: sender, recipient: outside})
	if first.err != nil || !first.reply.OK() {
		return first
	}
	if r, err := d.Command(ctx, "RSET"); err != nil || !r.OK() {
		return first
	}
	second := d.post(ctx, posting{sender: sender, recipient: nowhere(marker), message: message})
	if second.stage == stageEnd || second.err != nil {
		return second
	}
	first.stage = stageEnd // nothing but the name of nowhere was in the way
	return first
}
