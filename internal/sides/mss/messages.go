package mss

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/verdict"
)

// variantOfMessage is one way for a professional to send a message.
type variantOfMessage struct {
	// make writes the message; its letter is honest, from the mailbox of the session to the declared recipient.
	make func(p *part, d smtpTalk, marker string, l letter.Letter) mail.Posting
	// outside sends to a recipient outside the trust space.
	outside bool
	// returns watches the mailbox of the sender, to which a report returns; else that of the recipient.
	returns bool
	// kept tells how an arrived message departs from what was sent; empty when it does not. nil compares the text.
	kept func(sent, got letter.Received) string
}

// lettered makes a variant of the letter alone.
func lettered(change func(p *part, d smtpTalk, marker string, l *letter.Letter)) *variantOfMessage {
	return &variantOfMessage{make: func(p *part, d smtpTalk, marker string, l letter.Letter) mail.Posting {
		if change != nil {
			change(p, d, marker, &l)
		}
		o := mail.Posting{Sender: p.own(), Recipient: l.To, Message: l.Bytes()}
		if l.Encoding == "8bit" {
			o.MailWith = []string{"BODY=8BITMIME"}
		}
		return o
	}}
}

// The fields of the Référentiel #2 that a message bears to its recipient, with synthetic values.
const (
	fieldNIL     = "X-MSS-NIL: TEST000001"
	fieldINS     = "X-MSS-INS: O"
	fieldCODECDA = "X-MSS-CODECDA: 34112-3,11490-0"
)

// messageVariants are the variants by the words of the features.
func messageVariants() map[string]*variantOfMessage {
	all := map[string]*variantOfMessage{
		"simple":   lettered(nil),
		"sans-nil": lettered(func(_ *part, _ smtpTalk, _ string, l *letter.Letter) { l.Fields = nil }),
		"from-autre": lettered(func(p *part, _ smtpTalk, marker string, l *letter.Letter) {
			l.From = p.another(marker)
		}),
		"from-double": lettered(func(p *part, _ smtpTalk, marker string, l *letter.Letter) {
			l.From += ", " + p.another(marker)
		}),
		"enveloppe-autre": {make: func(p *part, _ smtpTalk, marker string, l letter.Letter) mail.Posting {
			return mail.Posting{Sender: p.another(marker), Recipient: l.To, Message: l.Bytes()}
		}},
		"hors-espace": {outside: true, make: func(p *part, _ smtpTalk, _ string, l letter.Letter) mail.Posting {
			l.To = outside
			return mail.Posting{Sender: p.own(), Message: l.Bytes()}
		}},
		"destinataire-inconnu": {returns: true, make: func(p *part, d smtpTalk, marker string, l letter.Letter) mail.Posting {
			l.To = "inconnu-" + marker + "@" + p.domain()
			o := mail.Posting{Sender: p.own(), Recipient: l.To, Message: l.Bytes()}
			if d.offers.Has("DSN") {
				o.RcptWith = []string{"NOTIFY=FAILURE"}
			}
			return o
		}},
		"avis-de-remise": {returns: true, make: func(p *part, d smtpTalk, _ string, l letter.Letter) mail.Posting {
			o := mail.Posting{Sender: p.own(), Recipient: l.To, Message: l.Bytes()}
			if d.offers.Has("DSN") {
				o.RcptWith = []string{"NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;" + l.To}
			}
			return o
		}},
	}
	maps.Copy(all, wholeVariants())
	maps.Copy(all, sizeVariants())
	maps.Copy(all, smuggledVariants())
	return all
}

// wholeVariants are those of what must arrive as it was sent.
func wholeVariants() map[string]*variantOfMessage {
	receipt := lettered(func(p *part, _ smtpTalk, _ string, l *letter.Letter) {
		l.Fields = append(l.Fields, "Disposition-Notification-To: "+p.own())
	})
	const asked = "Disposition-Notification-To"
	receipt.kept = func(sent, got letter.Received) string {
		if got.Header.Get(asked) != sent.Header.Get(asked) {
			return asked + ": " + got.Header.Get(asked)
		}
		return ""
	}
	fields := []string{fieldINS, fieldCODECDA, fieldNIL}
	health := lettered(func(_ *part, _ smtpTalk, _ string, l *letter.Letter) { l.Fields = fields })
	health.kept = func(_, got letter.Received) string {
		head, _, _ := bytes.Cut(got.Raw, []byte("\r\n\r\n"))
		for _, field := range fields {
			if !slices.Contains(strings.Split(string(head), "\r\n"), field) {
				return "sans " + field
			}
		}
		return ""
	}
	return map[string]*variantOfMessage{
		"accuse": receipt, "entetes-mss": health,
		"utf-8": lettered(func(_ *part, d smtpTalk, _ string, l *letter.Letter) {
			l.Body, l.Encoding = "Compte rendu d'hospitalisation : œdème, 38 °C, à revoir dès le 3 août.\r\n", "base64"
			if d.offers.Has("8BITMIME") {
				l.Encoding = "8bit"
			}
		}),
		"points": lettered(func(_ *part, _ smtpTalk, _ string, l *letter.Letter) { l.Body = "a\r\n.b\r\n..c\r\n.\r\n...\r\nd\r\n" }),
	}
}

// sizeVariants are those of the announced size.
func sizeVariants() map[string]*variantOfMessage {
	return map[string]*variantOfMessage{
		"taille-annoncee": {make: func(p *part, d smtpTalk, _ string, l letter.Letter) mail.Posting {
			n, _ := d.announcedSize()
			return mail.Posting{Sender: p.own(), Recipient: l.To, Message: l.Sized(min(n, triedSize))}
		}},
		"taille-declaree": {make: func(p *part, d smtpTalk, _ string, l letter.Letter) mail.Posting {
			n, _ := d.announcedSize()
			return mail.Posting{Sender: p.own(), Recipient: l.To, MailWith: []string{"SIZE=" + strconv.Itoa(n+1)}}
		}},
		"taille-depassee": {make: func(p *part, d smtpTalk, _ string, l letter.Letter) mail.Posting {
			n, _ := d.announcedSize()
			return mail.Posting{Sender: p.own(), Recipient: l.To, Message: l.Sized(n + 1<<20)}
		}},
	}
}

// triedSize bounds the messages that are sent to try a size: what is announced beyond it is not tried whole.
const triedSize = 64 << 20

// smuggledVariants put a second transaction behind a false end of the first message.
func smuggledVariants() map[string]*variantOfMessage {
	all := map[string]*variantOfMessage{}
	for name, end := range letter.FalseEnds() {
		all["contrebande-"+name] = &variantOfMessage{make: func(p *part, _ smtpTalk, _ string, l letter.Letter) mail.Posting {
			return mail.Posting{Sender: p.own(), Recipient: l.To, Data: l.Smuggling(end)}
		}}
	}
	return all
}

// sends hands a message to submission as the professional, in a variant.
func sends(ctx context.Context, p *part, word string) error {
	v, known := messageVariants()[word]
	if !known {
		return fmt.Errorf("variant %q: want one of %v", word, slices.Sorted(maps.Keys(messageVariants())))
	}
	marker, err := letter.Marker(p.Source)
	if err != nil {
		return err
	}
	d, err := p.mailer(ctx)
	if err != nil {
		return err
	}
	if err := p.watch(ctx, v, marker); err != nil {
		return err
	}
	l := letter.Letter{
		From: p.own(), To: p.side.declared.Recipient, Marker: marker, Date: p.side.run.Bench.Clock.Now(),
		Fields: []string{fieldNIL}, Body: "Ceci est un essai.\r\n",
	}
	o := v.make(p, d, marker, l)
	if v.outside {
		p.smtp.sent = d.postOutside(ctx, o.Sender, marker, o.Message)
	} else {
		p.smtp.sent = d.post(ctx, o)
	}
	p.smtp.sent.marker, p.smtp.variant = marker, v
	p.smtp.reply = p.smtp.sent
	if o.Data != nil && p.smtp.sent.Err == nil {
		p.smtp.sent.More = d.Behind(ctx)
	}
	return nil
}

// watch opens the mailbox in which a message, or a report of it, is to arrive, where that can be read.
func (p *part) watch(ctx context.Context, v *variantOfMessage, marker string) error {
	address, key := p.side.declared.Recipient, "SUBJECT "+letter.Drawn(marker)
	if v.returns {
		address, key = p.own(), anyReport
	}
	if !p.side.readable(address) {
		return nil
	}
	var err error
	p.smtp.inbox, err = p.reading(ctx, address, key)
	return err
}

// arrived waits for the message that was sent. It returns false where it cannot be read, which is told in the record.
func (p *part) arrived(ctx context.Context, wanted func(letter.Received) bool) (letter.Received, bool, error) {
	if p.smtp.inbox == nil {
		p.Remark("unread-arrival")
		return letter.Received{}, false, nil
	}
	got, came, err := p.await(ctx, p.smtp.inbox, wanted)
	if err != nil {
		return got, false, err
	}
	if !came {
		return got, false, p.Cannot(verdict.ReasonTimeout, "message "+p.smtp.sent.marker, p.side.run.Patience.String())
	}
	return got, true, nil
}
