package mta

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/pki"
)

// maxQueued bounds the messages that wait.
const maxQueued = 1000

// enqueue puts a message in the way of its recipient.
func (o *Operator) enqueue(m Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.queued >= maxQueued {
		return errBusy
	}
	select {
	case <-o.ended:
		return errBusy
	default:
	}
	o.queued++
	o.sending.Go(func() {
		o.carry(m)
		o.mu.Lock()
		defer o.mu.Unlock()
		o.queued--
	})
	return nil
}

// refusal is why a message was not handed over, and whether trying again may help.
type refusal struct {
	reply   string // of the other server, or our own reason with its code
	lasting bool
}

// carry tries to hand a message over until it is taken, refused for good, or too old.
func (o *Operator) carry(m Message) {
	p := o.policy.out
	if o.local(mssante.DomainOf(m.To)) {
		if o.has(m.To) {
			o.deliver(m.To, m.Raw)
		}
		return
	}
	var begun time.Time // when the first attempt was over: a second one is made in any case
	wait, lifetime := orElse(o.config.Retry, defaultRetry), orElse(o.config.Lifetime, defaultLifetime)
	for {
		refused := o.hand(m)
		if begun.IsZero() {
			begun = bench.Wall()
		}
		switch {
		case refused == nil && p.twice:
			p.twice = false
			continue
		case refused == nil:
			return
		case refused.lasting, p.noRetry, bench.Wall().Sub(begun) > lifetime:
			o.bounce(m, *refused)
			return
		}
		if !o.waits(wait) {
			return
		}
	}
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// sendTimeout bounds one attempt to hand a message over.
const sendTimeout = 30 * time.Second

// hand tries once.
func (o *Operator) hand(m Message) *refusal {
	ctx, cancel := o.life(sendTimeout)
	defer cancel()
	domain := mssante.DomainOf(m.To)
	entries := o.entries(domain)
	if len(entries) == 0 {
		return &refusal{"550 5.7.1 domain " + domain + " is not in the white list", true}
	}
	hosts, err := o.exchangers(ctx, domain)
	if err != nil {
		return &refusal{"450 4.4.3 " + err.Error(), false}
	}
	var last *refusal
	for _, host := range hosts {
		if last = o.handTo(ctx, join(host, o.config.Port), m, entries); last == nil || last.lasting {
			return last
		}
	}
	return last
}

var errNoExchanger = errors.New("no exchanger is known")

// exchangers finds the servers that take mail for a domain, the preferred first (RFC 5321 §5.1).
func (o *Operator) exchangers(ctx context.Context, domain string) ([]string, error) {
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, o.config.Resolver)
	}}
	records, err := resolver.LookupMX(ctx, domain+".")
	if err != nil {
		return nil, fmt.Errorf("look up MX of %s: %w", domain, err)
	}
	var all []string
	for _, r := range records {
		ips, err := resolver.LookupIP(ctx, "ip4", r.Host)
		if err != nil {
			continue
		}
		for _, ip := range ips {
			all = append(all, ip.String())
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("look up MX of %s: %w", domain, errNoExchanger)
	}
	return all, nil
}

// handTo hands a message to one server, on a link that was kept or on a new one.
func (o *Operator) handTo(ctx context.Context, address string, m Message, entries []mssante.ListedDomain) *refusal {
	l, kept := o.idle(address)
	if !kept {
		var err error
		if l, err = o.connects(ctx, address, entries); err != nil {
			return &refusal{"454 4.7.5 " + err.Error(), false}
		}
	}
	refused := o.pass(ctx, l, m)
	if refused == nil {
		o.leaves(ctx, address, l)
		return nil
	}
	_ = l.talk.Close()
	return refused // by a link that was kept and is dead too: the message waits, and goes by a new one
}

// connects makes a link to a server: under TLS, to the listed certificate, and not otherwise (MTA-17 to MTA-22).
func (o *Operator) connects(ctx context.Context, address string, entries []mssante.ListedDomain) (l link, err error) {
	p := o.policy.out
	c, err := mail.DialSMTP(ctx, mail.Target{Address: address})
	if c == nil {
		return link{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	if err != nil {
		return link{}, err
	}
	offers, _, err := c.Hello(ctx)
	if err != nil {
		return link{}, err
	}
	if !offers.Has("STARTTLS") && !p.clear {
		return link{}, mail.ErrNoTLS
	}
	if offers.Has("STARTTLS") {
		credential := o.credential
		if p.noCertificate {
			credential = pki.Credential{}
		}
		config := pki.ClientConfig(credential, bench.Wall, o.admits(entries))
		p.settings(config)
		if _, err = c.StartTLS(ctx, config); err != nil {
			return link{}, err
		}
		offers, _, err = c.Hello(ctx)
	}
	return link{c, offers}, err
}

// admits judges the server: a sound certificate, whose subject the list has for the recipient's domain.
func (o *Operator) admits(entries []mssante.ListedDomain) pki.Decide {
	p := o.policy.out
	if p.anyDomain {
		entries = o.listed().Domains
	}
	return func(chain []*x509.Certificate) error {
		if troubles := overlooked(o.trust.Verify(chain, pki.UsageServer, bench.Wall()), p.overlooks); len(troubles) > 0 {
			return troubles[0]
		}
		if p.anyName || slices.ContainsFunc(entries, func(e mssante.ListedDomain) bool { return pki.Bears(chain[0], e.Operator) }) {
			return nil
		}
		return fmt.Errorf("certificate %s is not the listed one", pki.Subject(chain[0]))
	}
}

// pass gives the message itself.
func (o *Operator) pass(ctx context.Context, l link, m Message) *refusal {
	p := o.policy.out
	posting := mail.Posting{Sender: m.From, Recipient: m.To, Message: m.Raw}
	if p.sender != nil && m.From != "" {
		posting.Sender = p.sender(m.From)
	}
	if p.rewrite != nil {
		posting.Message = p.rewrite(m.Raw)
	}
	if l.offers.Has("8BITMIME") {
		posting.MailWith = append(posting.MailWith, "BODY=8BITMIME")
	}
	if l.offers.Has("DSN") && m.Notify != "" {
		posting.RcptWith = append(posting.RcptWith, "NOTIFY="+m.Notify)
	}
	posted := l.talk.Post(ctx, posting)
	switch {
	case posted.Taken():
		return nil
	case posted.Err != nil:
		return &refusal{"450 4.4.2 " + posted.Err.Error(), false}
	}
	return &refusal{posted.Reply.String(), strings.HasPrefix(posted.Reply.Code, "5")}
}

// bounce tells the sender that his message was not taken (RFC 5321 §6.1); the null sender is told nothing.
func (o *Operator) bounce(m Message, why refusal) {
	if m.From == "" || o.policy.out.noBounce {
		return
	}
	said := why.reply
	if o.policy.out.mute {
		said = "the message could not be delivered"
	}
	raw := o.notice(notice{to: m.From, about: m.To, action: "failed", status: "5.0.0", said: said, original: m.Raw})
	if o.has(m.From) {
		o.deliver(m.From, raw)
		return
	}
	_ = o.enqueue(Message{To: m.From, Raw: raw})
}
