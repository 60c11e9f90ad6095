package operator

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// smtpSession is a submission session on a link.
type smtpSession struct {
	operator *Operator
	link     *link
	from     string
	to       []recipient
}

// recipient is one RCPT TO.
type recipient struct {
	address string
	notify  []smtp.DSNNotify
}

// Message is one message that was accepted for sending.
type Message struct {
	From string
	To   []string
	// Notify are the reports that were asked for on each recipient (RFC 3461 §4.1): "SUCCESS", "FAILURE", "DELAY", "NEVER".
	Notify [][]string
	Raw    []byte
}

// refusal is a permanent refusal of submission.
func refusal(code int, enhanced smtp.EnhancedCode, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

// AuthMechanisms are the mechanisms that are offered now.
func (s *smtpSession) AuthMechanisms() []string { return s.link.mechanisms() }

// Auth begins a login.
func (s *smtpSession) Auth(mechanism string) (sasl.Server, error) {
	server := s.link.sasl(mechanism)
	if server == nil {
		return nil, refusal(504, smtp.EnhancedCode{5, 5, 4}, "Unrecognized authentication mechanism")
	}
	return server, nil
}

// Mail begins a transaction, for the mailbox that is open and none other.
func (s *smtpSession) Mail(from string, options *smtp.MailOptions) error {
	p := &s.operator.policy
	b := s.link.box
	switch {
	case b == nil && !p.mail.noLogin:
		return refusal(530, smtp.EnhancedCode{5, 7, 0}, "Authentication required")
	case b != nil && from == "" && s.operator.config.NullSender:
	case b != nil && !p.mail.anySender && !strings.EqualFold(from, b.Address), p.mail.noOwnSender:
		return refusal(553, smtp.EnhancedCode{5, 7, 1}, "Sender address is not that of the mailbox")
	case options.Size > p.mailSize && !p.mail.ignoresSize:
		return refusal(552, smtp.EnhancedCode{5, 3, 4}, "Message size exceeds the limit")
	}
	s.from, s.link.mailing = from, true
	return nil
}

// Rcpt takes a recipient of the operator, or of a domain of the white list.
func (s *smtpSession) Rcpt(to string, options *smtp.RcptOptions) error {
	o := s.operator
	_, domain, ok := cutLast(to, "@")
	switch {
	case !ok || strings.ContainsFunc(to, control):
		return refusal(501, smtp.EnhancedCode{5, 1, 3}, "Bad recipient address")
	case strings.EqualFold(domain, o.config.Domain):
		if o.store.find(to) == nil && !o.policy.mail.swallows {
			return refusal(550, smtp.EnhancedCode{5, 1, 1}, "No such mailbox here")
		}
	case s.link.box == nil && !o.policy.mail.relays:
		return refusal(530, smtp.EnhancedCode{5, 7, 0}, "Authentication required")
	case !o.policy.mail.noWhiteList && !o.writesTo(domain):
		return refusal(550, smtp.EnhancedCode{5, 7, 1}, "The recipient's domain is not in the trust space")
	}
	s.to = append(s.to, recipient{to, options.Notify})
	return nil
}

// writesTo tells whether a domain of others is of the trust space.
func (o *Operator) writesTo(domain string) bool {
	return slices.ContainsFunc(o.config.WhiteList, func(d string) bool { return strings.EqualFold(d, domain) }) || o.config.Carries != nil && o.config.Carries(domain)
}

// Data takes the message, when it is whole, of its size, and from the mailbox that is open.
func (s *smtpSession) Data(r io.Reader) error {
	p := &s.operator.policy
	raw, err := io.ReadAll(io.LimitReader(r, max(p.mailSize, announcedSize)+1))
	if err != nil && !p.mail.keepsHalf {
		return err
	}
	if int64(len(raw)) > p.mailSize && !p.mail.ignoresSize && !p.mail.anyLength {
		return refusal(552, smtp.EnhancedCode{5, 3, 4}, "Message size exceeds the limit")
	}
	if p.mail.belowSize && int64(len(raw)) >= p.mailSize {
		return refusal(552, smtp.EnhancedCode{5, 3, 4}, "Message size reaches the limit")
	}
	if p.mail.refuses != nil && p.mail.refuses(raw) {
		return refusal(550, smtp.EnhancedCode{5, 7, 1}, "Message refused")
	}
	if err := s.checkFrom(raw); err != nil {
		return err
	}
	if p.mail.rewrite != nil {
		raw = p.mail.rewrite(raw)
	}
	if !s.operator.send(Message{From: s.from, Raw: raw}, s.to) {
		return refusal(452, smtp.EnhancedCode{4, 3, 1}, "Insufficient system storage")
	}
	return nil
}

// checkFrom wants one author, the mailbox that is open (MSSanté profile; RFC 5322 §3.6.2).
func (s *smtpSession) checkFrom(raw []byte) error {
	p := &s.operator.policy.mail
	authors, err := authors(raw)
	switch {
	case err != nil:
		return refusal(550, smtp.EnhancedCode{5, 6, 0}, "The header cannot be read")
	case len(authors) != 1 && !p.manyFrom:
		return refusal(550, smtp.EnhancedCode{5, 7, 1}, "One From address is wanted")
	case s.link.box == nil || p.anyFrom:
		return nil
	}
	for _, a := range authors[:min(1, len(authors))] {
		if !strings.EqualFold(a, s.link.box.Address) {
			return refusal(550, smtp.EnhancedCode{5, 7, 1}, "The From address is not that of the mailbox")
		}
	}
	return nil
}

// Reset ends the transaction.
func (s *smtpSession) Reset() {
	s.from, s.to, s.link.mailing = "", nil, false
}

// Logout ends the session.
func (s *smtpSession) Logout() error {
	if s.link.box != nil {
		s.operator.leave(s.link.box)
		s.link.box = nil
	}
	return nil
}

// send delivers a message to the mailboxes of the operator, tells of it, and reports to its sender what he asked for. A
// message to several mailboxes is in all of them or refused.
func (o *Operator) send(m Message, to []recipient) bool {
	for _, r := range to {
		m.To, m.Notify = append(m.To, r.address), append(m.Notify, r.asked())
		if b := o.store.find(r.address); b != nil && !o.store.deliver(b, m.Raw) {
			return false
		}
	}
	if o.config.Sent != nil {
		o.config.Sent(m)
	}
	sender := o.store.find(m.From)
	for _, r := range to {
		if sender == nil || o.policy.mail.noReport || !slices.Contains(r.notify, smtp.DSNNotifySuccess) {
			continue
		}
		o.store.deliver(sender, o.report(m, r.address))
	}
	return true
}

// asked are the words of NOTIFY.
func (r recipient) asked() []string {
	var words []string
	for _, n := range r.notify {
		words = append(words, string(n))
	}
	return words
}

// sizeLine announces the largest message.
func (o *Operator) sizeLine() []byte {
	if o.policy.mailSize <= 0 {
		return nil
	}
	return fmt.Appendf(nil, "250-SIZE %d\r\n", o.policy.mailSize)
}

// cutLast cuts at the last separator.
func cutLast(s, separator string) (before, after string, ok bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}

// errHeader says that a header cannot be read.
var errHeader = errors.New("read header: want fields and an empty line")
