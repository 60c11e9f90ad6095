package mta

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"etalon/internal/letter"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/mta"
)

// quickRetry is what a case waits for without being long.
const quickRetry = 10 * time.Second

// outgoingSteps are the sentences about what the candidate sends.
func outgoingSteps() []scenario.Step {
	return []scenario.Step{
		stepOf(`le candidat envoie un message à l'opérateur §`, func(ctx context.Context, p *part, name string) (err error) {
			p.out, err = p.sends(ctx, name, known, nil)
			return err
		}),
		stepOf(`le candidat envoie à l'opérateur voisin un message que celui-ci refuse par "(451|550)"`, func(ctx context.Context, p *part, code string) (err error) {
			p.out, err = p.sends(ctx, "voisin", map[string]string{"451": deferred, "550": refused}[code], nil)
			return err
		}),
		step(`le candidat envoie à l'opérateur voisin un accusé de lecture`, func(ctx context.Context, p *part) (err error) {
			p.out, err = p.sends(ctx, "voisin", known, func(l *letter.Letter) { *l = receiptOf(*l, l.From) })
			return err
		}),

		step(`le message lui parvient sous le certificat inscrit`, certified),
		step(`l'expéditeur de l'enveloppe est la boîte, d'un domaine inscrit`, senderKept),
		step(`cet opérateur est appelé, et aucun message ne lui est donné`, nothingGiven),
		step(`le message est renvoyé, et lui parvient une seule fois`, triedAgain),
		step(`l'échec revient à l'expéditeur, avec la réponse de l'opérateur voisin`, bounceSays),
		step(`l'échec revient à l'expéditeur dans le délai déclaré`, bounceInTime),
		step(`l'accusé de lecture lui parvient inchangé`, receiptKept),
	}
}

// arrives waits for the message that the candidate sent. What does not come makes the case inconclusive.
func (p *part) arrives(ctx context.Context) (mta.Visit, error) {
	v, came := p.came(ctx, p.out, p.side.run.Patience)
	if !came {
		return v, p.Cannot(verdict.ReasonTimeout, "message "+p.out.letter.Marker, p.side.run.Patience.String())
	}
	return v, nil
}

// certified wants the message to have come under TLS, with the certificate that the white list has (MTA-17).
func certified(ctx context.Context, p *part) error {
	v, err := p.arrives(ctx)
	if err != nil {
		return err
	}
	p.Checked()
	want := p.side.declared.Subject
	switch {
	case v.TLS == nil:
		p.Sees(p.Own("certificate-not-shown", want, "liaison en clair", p.shown(v)...))
		return nil
	case len(v.TLS.PeerCertificates) == 0:
		p.Sees(p.Own("certificate-not-shown", want, "aucun certificat", p.shown(v)...))
		return nil
	}
	chain := v.TLS.PeerCertificates
	evidence := append(p.shown(v), p.Evidence(pki.CertificatesPEM(chain), "application/x-pem-file"))
	if !pki.Bears(chain[0], want) {
		p.Sees(p.Own("certificate-other", want, pki.Subject(chain[0]), evidence...))
	}
	trust := pki.Trust{Roots: p.side.run.Bench.Roots()}
	for _, trouble := range trust.Verify(chain, pki.UsageClient, v.At) {
		p.Sees(p.Own("certificate-unsound", want, trouble.Error(), evidence...))
	}
	return nil
}

// senderKept wants MAIL FROM to be the mailbox, of a domain of the list (MTA-25).
func senderKept(ctx context.Context, p *part) error {
	v, err := p.arrives(ctx)
	if err != nil {
		return err
	}
	p.Checked()
	for _, m := range v.Holding(p.out.holds) {
		switch {
		case strings.EqualFold(m.From, p.out.letter.From) && p.side.own(mssante.DomainOf(m.From)):
		case p.side.own(mssante.DomainOf(m.From)) && tagged(m.From, p.out.letter.From):
			p.Remark("sender-tagged", "MAIL FROM:<"+m.From+">")
		default:
			p.Sees(p.Own("sender-other", "MAIL FROM:<"+p.out.letter.From+">", "MAIL FROM:<"+m.From+">", p.shown(v)...))
		}
	}
	return nil
}

// tagged tells whether an address is that of a mailbox with something put to its local part, as BATV and VERP do.
func tagged(address, mailbox string) bool {
	local, _, _ := strings.Cut(strings.ToLower(mailbox), "@")
	return strings.EqualFold(mssante.DomainOf(address), mssante.DomainOf(mailbox)) && strings.Contains(strings.ToLower(address), local)
}

// own tells whether a domain is one of the candidate's.
func (s *Side) own(domain string) bool {
	for _, d := range s.declared.Domains {
		if mssante.SameDomain(d, domain) {
			return true
		}
	}
	return false
}

// nothingGiven wants the candidate to have come, to have seen who is there, and to have given nothing: neither then nor by
// the time that a later honest message has come through.
func nothingGiven(ctx context.Context, p *part) error {
	o := p.out
	bounded, cancel := context.WithTimeout(ctx, p.side.run.Patience)
	defer cancel()
	v, err := o.neighbour.Await(bounded, 0, func(v mta.Visit) bool { return v.Ended && (v.Number > o.mark || v.Names(o.letter.To)) })
	if err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "liaison vers "+o.letter.To)
	}
	p.Checked()
	p.seen = append(p.seen, observed{o.name, v})
	p.gaveNothing()
	p.Afterwards(p.gaveNothing)
	return nil
}

// gaveNothing looks at all that its neighbour has.
func (p *part) gaveNothing() {
	o := p.out
	for _, v := range o.neighbour.Visits(0) {
		clear := v.TLS == nil && v.Names(o.letter.To)
		if given := len(v.Holding(o.holds)) > 0; given || clear {
			what := "RCPT TO en clair"
			if given {
				what = "message donné"
			}
			p.Sees(p.Own("message-given", "—", what+", "+linkTold(v), p.shown(v)...))
		}
	}
}

// linkTold says what protected a visit.
func linkTold(v mta.Visit) string {
	if v.TLS == nil {
		return "liaison en clair"
	}
	return fmt.Sprintf("TLS %#04x", v.TLS.Version)
}

// settling is how long a message that nobody wants, or a second copy of one, is waited for once a later message has come.
const settling = time.Second

// triedAgain wants a message that was refused for now to come later, once (MTA-23).
func triedAgain(ctx context.Context, p *part) error {
	o := p.out
	p.Checked()
	within := p.side.run.Patience + p.side.declared.Retry.Duration
	v, came := p.came(ctx, o, within)
	if !came {
		visits := o.neighbour.Visits(0)
		var tried []mta.Visit
		for _, v := range visits {
			if v.Names(o.letter.To) {
				tried = append(tried, v)
			}
		}
		if len(tried) == 0 {
			return p.Cannot(verdict.ReasonNoMessage, "RCPT TO:<"+o.letter.To+">")
		}
		p.Finds(p.Own("retry-missing", "second essai", within.String(), p.shown(tried...)...))
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	p.Afterwards(func() {
		bounded, cancel := context.WithTimeout(ctx, settling)
		defer cancel()
		_, _ = o.neighbour.Await(bounded, 0, func(mta.Visit) bool { return len(o.given()) > 1 })
		if n := len(o.given()); n > 1 {
			p.Sees(p.Own("message-twice", "un message", fmt.Sprintf("%d messages", n), p.shown(v)...))
		}
	})
	return nil
}

// bounced waits for a failure report in the mailbox that sent.
func (p *part) bounced(ctx context.Context) (letter.Received, bool, error) {
	return p.await(ctx, "", p.returns)
}

// returns wants a report about the message that the candidate sent.
func (p *part) returns(r letter.Received) bool { return r.Report(p.out.letter.To) }

// bounceSays wants the sender to be told, with the reply of the other operator (MTA-24).
func bounceSays(ctx context.Context, p *part) error {
	p.Checked()
	o := p.out
	bounded, cancel := context.WithTimeout(ctx, p.side.run.Patience)
	defer cancel()
	v, err := o.neighbour.Await(bounded, 0, func(v mta.Visit) bool { return v.Names(o.letter.To) })
	if err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "RCPT TO:<"+o.letter.To+">")
	}
	p.seen = append(p.seen, observed{o.name, v})
	got, came, err := p.bounced(ctx)
	switch {
	case err != nil:
		return err
	case !came:
		p.Finds(p.Own("bounce-missing", "multipart/report", p.side.run.Patience.String(), p.shown(v)...))
	case !saysReply(string(contents(got)), answers[refused]):
		p.Sees(p.Own("bounce-without-code", "550 5.1.1", "—", append(p.shown(v), p.Evidence(got.Raw, messageMedia))...))
	}
	return nil
}

// saysReply tells whether a report holds the code of a reply, or its enhanced one, which Status may bear alone (RFC 3464
// §2.3.4 and §2.3.6).
func saysReply(report string, o mta.Order) bool {
	return strings.Contains(report, strconv.Itoa(o.Code)) || strings.Contains(report, o.Enhanced)
}

// bounceInTime wants a message that could not be handed over to be returned within the declared time (MTA-18).
func bounceInTime(ctx context.Context, p *part) error {
	p.Checked()
	_, came, err := p.bounced(ctx) // patience outlasts the declared time, which is short
	if err != nil {
		return err
	}
	if !came {
		p.Finds(p.Own("bounce-missing", "multipart/report, "+p.side.declared.Lifetime.String(), "—"))
	}
	return nil
}

// receiptKept wants the receipt to come as it was sent (MTA-29).
func receiptKept(ctx context.Context, p *part) error {
	v, err := p.arrives(ctx)
	if err != nil {
		return err
	}
	p.Checked()
	sent, err := letter.Read(p.out.raw)
	if err != nil {
		return err
	}
	for _, m := range v.Holding(p.out.holds) {
		got, err := letter.Read(m.Data)
		how := ""
		if err != nil {
			how = err.Error()
		} else {
			how = sameReceipt(sent, got)
		}
		if how != "" {
			p.Sees(p.Own("receipt-changed", original(p.out.letter), how, append(p.shown(v), p.Evidence(m.Data, messageMedia))...))
		}
	}
	return nil
}
