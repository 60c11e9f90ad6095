package mail

import "context"

// The stages of a message that is handed to a server.
const (
	StageMail = "MAIL"
	StageRcpt = "RCPT"
	StageEnd  = "fin du message"
)

// Posting is a message to be handed to a server.
type Posting struct {
	Sender, Recipient  string // of the envelope
	MailWith, RcptWith []string
	Message            []byte // none: the transaction stops behind RCPT
	Data               []byte // sent in the place of the message, its end included
}

// Posted is a message that was handed to a server, as far as it came.
type Posted struct {
	Posting
	// Stage is what the reply answers; Err is why there is none.
	Stage string
	Reply SMTPReply
	Err   error
	// More are the replies behind the first one to the data, where something was put behind them.
	More []SMTPReply
}

// Taken tells that the server took the message upon itself.
func (p *Posted) Taken() bool { return p.Err == nil && p.Stage == StageEnd && p.Reply.OK() }

// Told says in a line what was answered, and to what.
func (p *Posted) Told() string {
	if p.Err != nil {
		return p.Stage + " : " + p.Err.Error()
	}
	return p.Stage + " : " + p.Reply.String()
}

// Post hands a message to the server: it goes as far as the server lets it.
func (c *SMTP) Post(ctx context.Context, o Posting) Posted {
	p := Posted{Posting: o}
	steps := []struct {
		stage string
		send  func() (SMTPReply, error)
	}{
		{StageMail, func() (SMTPReply, error) { return c.MailFrom(ctx, o.Sender, o.MailWith...) }},
		{StageRcpt, func() (SMTPReply, error) { return c.RcptTo(ctx, o.Recipient, o.RcptWith...) }},
		{StageEnd, func() (SMTPReply, error) {
			if o.Data != nil {
				return c.RawData(ctx, o.Data)
			}
			return c.Data(ctx, o.Message)
		}},
	}
	if o.Message == nil && o.Data == nil {
		steps = steps[:2]
	}
	for _, step := range steps {
		p.Stage = step.stage
		if p.Reply, p.Err = step.send(); p.Err != nil || !p.Reply.OK() {
			break
		}
	}
	return p
}

// maxReplies bounds the replies behind a message; a smuggled transaction has five.
const maxReplies = 12

// Behind takes leave, and reads every reply up to that of QUIT: those to what was put behind a message.
func (c *SMTP) Behind(ctx context.Context) []SMTPReply {
	r, err := c.Quit(ctx)
	var all []SMTPReply
	for range maxReplies {
		if err != nil || r.Code == "221" {
			break
		}
		all = append(all, r)
		r, err = c.Reply(ctx)
	}
	return all
}
