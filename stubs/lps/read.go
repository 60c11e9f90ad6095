package lps

import (
	"context"
	"fmt"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/missive"
)

// received is a message that the program has read.
type received struct {
	references []string
	receiptTo  string
}

// fetch looks what has come, and shows it. A link that is lost is opened again, without the person (ECO.1.2.7).
func (p *Program) fetch(ctx context.Context, g Gesture) (Answer, error) {
	p.expire(ctx)
	if p.session == nil {
		return told(errSignIn)
	}
	if p.imap != nil {
		if _, err := p.imap.Command(ctx, "NOOP"); err != nil {
			p.hangUp()
		}
	}
	if _, err := p.token(ctx, g); err != nil { // a session that is over ends the link
		return told(err)
	}
	if p.imap == nil {
		if p.policy.forgetsOnLoss {
			p.session = nil
		}
		if err := p.open(ctx, g); err != nil {
			return told(err)
		}
	}
	return p.follows(ctx, func(ctx context.Context) (Answer, error) { return p.load(ctx, g) })
}

// load reads what is in the mailbox.
func (p *Program) load(ctx context.Context, g Gesture) (Answer, error) {
	if p.imap == nil {
		return told(errSignIn)
	}
	r, err := p.imap.Command(ctx, "FETCH 1:* (UID BODY.PEEK[])")
	if err != nil {
		p.hangUp()
		return Answer{}, fmt.Errorf("relever la boîte : %w", err)
	}
	var shown []string
	var trouble error
	for _, line := range r.Untagged {
		for _, raw := range line.Literals {
			id, err := p.reads(raw)
			if err != nil {
				trouble = err
			}
			if id != "" {
				shown = append(shown, id)
			}
		}
	}
	if err := p.receipts(ctx, g); err != nil {
		trouble = err
	}
	return Answer{Messages: shown}, trouble
}

// reads reads a message, with the archive that it may hold. One that cannot be opened is told of, once, and harms nothing.
func (p *Program) reads(raw []byte) (id string, err error) {
	m, err := missive.Read(raw)
	if err != nil {
		return "", fmt.Errorf("lire un message : %w", err)
	}
	if len(m.MessageIDs) > 0 {
		id = strings.TrimSpace(m.MessageIDs[0])
	}
	if _, again := p.known[id]; again {
		return id, nil
	}
	got := received{references: m.References}
	if len(m.ReceiptTo) > 0 {
		got.receiptTo = m.ReceiptTo[0].Address
	}
	p.known[id] = got
	if m.Unreadable == nil {
		return id, nil
	}
	if p.policy.breaksOnArchive {
		p.broken = true
		p.hangUp()
	}
	return id, fmt.Errorf("la pièce jointe ne peut être ouverte : %w", m.Unreadable)
}

// receipts sends, of a program that neglects to ask, the receipts that nobody asked for.
func (p *Program) receipts(ctx context.Context, g Gesture) error {
	if !p.policy.receiptsAlways {
		return nil
	}
	for id, m := range p.known {
		if m.receiptTo != "" {
			continue
		}
		m.receiptTo = g.Mailbox // once is enough
		p.known[id] = m
		if _, err := p.acknowledge(ctx, g, id, g.Mailbox); err != nil {
			return err
		}
	}
	return nil
}

// receipt sends the receipt that a message asks for (RFC 8098).
func (p *Program) receipt(ctx context.Context, g Gesture) (Answer, error) {
	m, known := p.known[g.Reply]
	if !known || m.receiptTo == "" {
		return Answer{}, fmt.Errorf("aucun accusé n'est demandé par %s", g.Reply)
	}
	if p.policy.forgetsReceipt {
		return Answer{}, nil
	}
	return p.acknowledge(ctx, g, g.Reply, m.receiptTo)
}

// acknowledge sends a receipt.
func (p *Program) acknowledge(ctx context.Context, g Gesture, id, to string) (Answer, error) {
	number, err := bench.NewUUID(p.ids)
	if err != nil {
		return Answer{}, err
	}
	_, domain, _ := strings.Cut(g.Mailbox, "@")
	d := missive.Draft{
		Name: p.config.Author, From: g.Mailbox, To: []string{to}, Subject: "Lu : votre message", Date: p.now(), MessageID: "<" + number + "@" + domain + ">",
		Text: "Votre message a été lu.\r\n", Report: "disposition-notification",
		Notification: missive.Notification(g.Mailbox, id, "manual-action/MDN-sent-manually; displayed"), Fields: [][2]string{{"X-MSS-NIL", p.config.NIL}},
	}
	if p.policy.receipt != nil {
		p.policy.receipt(&d)
	}
	return told(p.hand(ctx, g, posting{sender: "", to: []string{to}, message: d.Bytes()}))
}

// leave takes leave of the mailbox and of Pro Santé Connect.
func (p *Program) leave(ctx context.Context, _ Gesture) (Answer, error) {
	if p.imap != nil {
		_, _ = p.imap.Logout(ctx) // it is left anyway
	}
	p.endSession(ctx)
	return Answer{}, nil
}
