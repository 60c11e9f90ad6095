package operator

import (
	"crypto/x509"
	"errors"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// mechanisms are those that a link may be offered now.
func (l *link) mechanisms() []string {
	if l.secured == nil && !l.line.clearLogin {
		return nil
	}
	if l.operator.policy.passwords {
		return append(slices.Clone(l.operator.policy.mechanisms), "PLAIN")
	}
	return l.operator.policy.mechanisms
}

// sasl begins a login; nil for a mechanism that is not offered.
func (l *link) sasl(mechanism string) sasl.Server {
	if !slices.Contains(l.mechanisms(), mechanism) {
		return nil
	}
	return &login{link: l, mechanism: mechanism}
}

// login is one attempt to authenticate on a link.
type login struct {
	link      *link
	mechanism string
	asked     bool
	failed    error // told already by a challenge
}

// Next answers the client: with the empty challenge, with the error challenge of XOAUTH2, or with the outcome.
func (a *login) Next(response []byte) ([]byte, bool, error) {
	if a.failed != nil {
		return nil, false, a.link.refuse(a.failed)
	}
	if response == nil && !a.asked {
		a.asked = true
		return nil, false, nil // IMAP writes "+ " for it, SMTP "334 "
	}
	b, err := a.decide(response)
	if err == nil && !a.link.operator.enter(b) {
		err = errRefused
	}
	if err == nil {
		a.link.box = b
		a.link.operator.guard(a.link, false)
		return nil, true, nil
	}
	challenge := a.link.operator.policy.challenge
	if a.mechanism != "XOAUTH2" || challenge == "" || errors.Is(err, errLater) {
		return nil, false, a.link.refuse(err)
	}
	a.failed = err
	return []byte(challenge), false, nil
}

func (a *login) decide(response []byte) (*box, error) {
	o := a.link.operator
	switch a.mechanism {
	case "PLAIN":
		return o.byPassword(response)
	case "EXTERNAL":
		return o.byCertificate(string(response), a.link.chain())
	}
	if len(response) == 0 && o.policy.lenient.nothing {
		return o.store.order[0], nil
	}
	user, token, err := parseXOAUTH2(response, o.policy.lenient)
	if err != nil {
		return nil, errRefused
	}
	a.link.until = expiry(token)
	if a.link.refuses(token) {
		return nil, errRefused
	}
	var leaf *x509.Certificate
	if chain := a.link.chain(); len(chain) > 0 {
		leaf = chain[0]
	}
	if users := usersOf(response); o.policy.duplicated && len(users) == 2 {
		if _, err := o.byToken(users[0], token, leaf); err == nil && o.store.find(users[1]) != nil {
			return o.store.find(users[1]), nil
		}
	}
	return o.byToken(user, token, leaf)
}

// chain is the certificate of the client and what it sent with it.
func (l *link) chain() []*x509.Certificate {
	if l.secured == nil {
		return nil
	}
	return l.secured.PeerCertificates
}

// refuse says a refusal in the words of the protocol. A careless operator ends the connection with it.
func (l *link) refuse(err error) error {
	l.operator.guard(l, true)
	l.closes = l.operator.policy.oneShot
	later := errors.Is(err, errLater)
	if l.protocol == smtpLink {
		if later {
			return &smtp.SMTPError{Code: 454, EnhancedCode: smtp.EnhancedCode{4, 7, 0}, Message: "Temporary authentication failure"}
		}
		return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: said(err)}
	}
	code := imap.ResponseCodeAuthenticationFailed
	if later {
		code = imap.ResponseCodeUnavailable
	}
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: said(err)}
}

// said is what a client is told of a refusal: the same for all, but for who says too much.
func said(err error) string {
	if errors.Is(err, errAbsent) {
		return "No such mailbox"
	}
	return "Authentication failed"
}

// byPassword is how nobody gets in: a mailbox of the trust space has no password.
func (o *Operator) byPassword(response []byte) (*box, error) {
	if !o.policy.passwords {
		return nil, errRefused
	}
	fields := slices.Collect(splitNUL(response))
	if len(fields) != 3 {
		return nil, errRefused
	}
	if b := o.store.find(fields[1]); b != nil {
		return b, nil
	}
	return nil, errRefused
}

// enter counts one more session on a mailbox; false when there are too many.
func (o *Operator) enter(b *box) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.policy.maxSessions > 0 && o.clients[b.Address] >= o.policy.maxSessions {
		return false
	}
	o.clients[b.Address]++
	return true
}

// leave ends what enter began.
func (o *Operator) leave(b *box) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.clients[b.Address]--
}
