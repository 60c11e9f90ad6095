package lps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/internal/missive"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/lps"
	"etalon/stubs/operator"
)

// messageSteps are what is sent and received (LPS-29 to LPS-51).
func messageSteps() []scenario.Step {
	return []scenario.Step{
		stepOf(`la boîte reçoit un message, variante §`, func(ctx context.Context, p *part, variant string) error { return p.receives(ctx, variant) }),
		step(`le professionnel envoie l'accusé demandé`, func(ctx context.Context, p *part) error { return p.acknowledges(ctx) }),
		step(`le message du logiciel est conforme`, messageSound),
		step(`le message du logiciel demande un avis de remise`, reportAsked),
		step(`l'accusé du logiciel est conforme`, receiptSound),
		step(`le logiciel n'envoie aucun accusé`, noReceipt),
		step(`aucun message n'est parti du logiciel`, nothingSent),
		step(`le logiciel sert toujours`, stillServes),
	}
}

// accents are in the text of every message.
const accents = "Élève : œuvre, à bientôt — déjà vu."

// The patients of the features: synthetic, with an INS of test.
var (
	qualified   = missive.Patient{INS: "279035121518989", Qualified: true, Family: "PATIENTE-TEST", Given: "Claire", Birth: "12/03/1979"}
	unqualified = missive.Patient{INS: "180127512345668", Family: "PATIENT-TEST", Given: "Denis", Birth: "24/12/1980"}
)

// kinds are the documents of the features, by their LOINC codes.
var kinds = []missive.Draughted{{Code: "34112-3", Label: "Lettre de liaison à la sortie"}, {Code: "34133-9", Label: "Synthèse médicale"}}

// plain is the gesture by which a plain message is sent to the other mailbox of the domain.
func (p *part) plain() lps.Gesture {
	g := p.gesture(candidate.SendMail)
	g.To, g.Subject, g.Text = []string{"confrere@" + p.side.declared.Domain()}, "Essai", accents+"\r\n"
	p.asked = missive.Asked{NIL: p.side.declared.NIL, Author: p.side.declared.Author, Sender: p.side.declared.Mailbox, Text: accents}
	return g
}

// variants are the messages of the features.
func (p *part) variant(name string) (lps.Gesture, error) {
	g := p.plain()
	documents := func(about missive.Patient, n int) {
		g.Documents, g.Patient = kinds[:n], &about
		p.asked.Documents, p.asked.Patient = n, about
	}
	switch name {
	case "simple":
	case "document":
		documents(qualified, 1)
	case "deux-documents":
		documents(qualified, 2)
	case "ins-non-qualifiee":
		documents(unqualified, 1)
	case "fin":
		g.To, g.End, p.asked.End = []string{qualified.INS + "@" + patientDomain}, true, true
	case "avis-de-remise":
		g.Delivery = true
	case "trop-gros":
		g.To, g.Size = []string{qualified.INS + "@" + patientDomain}, 26<<20
	case "reponse":
		g.Reply, g.Subject, p.asked.Original = p.original.ID, "Re: Essai", p.original
	default:
		return g, fmt.Errorf("message %q: no such variant", name)
	}
	return g, nil
}

// sends has the program send a message.
func (p *part) sends(ctx context.Context, variant string) error {
	g, err := p.variant(variant)
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	p.posted = p.side.now()
	_, err = p.does(ctx, g)
	return err
}

// receives puts a message into the mailbox, as if a colleague had sent it.
func (p *part) receives(_ context.Context, variant string) error {
	marker, err := letter.Marker(p.Source)
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	d := p.side.declared
	id := "<" + marker + "@" + d.Domain() + ">"
	m := missive.Draft{
		Name: "Confrère TEST", From: "confrere@" + d.Domain(), To: []string{d.Mailbox}, Subject: "Essai", Date: p.Run.Bench.Clock.Now(), MessageID: id, Text: accents + "\r\n",
		Fields: [][2]string{{"X-MSS-NIL", "ETALON-TEST"}},
	}
	p.original = &missive.Original{ID: id}
	archive := func(content []byte) {
		m.Files = []missive.File{{Name: "IHE_XDM.zip", Type: "application/zip", Content: content}}
	}
	switch variant {
	case "simple":
	case "fil":
		p.original.References = []string{"<premier." + marker + "@" + d.Domain() + ">", "<second." + marker + "@" + d.Domain() + ">"}
		m.References, m.Replies = p.original.References, p.original.References[1]
	case "accuse-demande":
		m.Fields = append(m.Fields, [2]string{"Disposition-Notification-To", "<" + m.From + ">"})
	case "archive-corrompue":
		archive(missive.Corrupt("IHE_XDM/SUBSET01/METADATA.XML", []byte("<a/>")))
	case "archive-explosive":
		archive(missive.Bomb("IHE_XDM/SUBSET01/METADATA.XML", bomb))
	case "archive-evasive":
		archive(missive.Pack([]missive.File{{Name: "../../etalon-evasion.txt", Content: []byte("essai")}}))
	default:
		return p.Cannot(verdict.ReasonHarnessError, fmt.Sprintf("message %q: no such variant", variant))
	}
	p.put, p.posted, p.open = p.side.operator.LastLine(), p.side.now(), p.side.operator.LastVisit()
	visits := p.side.operator.Visits(0)
	if i := slices.IndexFunc(visits, func(v operator.Visit) bool { return !v.Ended }); i >= 0 {
		p.open = visits[i].Number - 1
	}
	if !p.side.operator.Deliver(d.Mailbox, m.Bytes()) {
		return p.Cannot(verdict.ReasonHarnessError, "deliver message: no room")
	}
	return nil
}

// bomb is what an archive becomes once it is unpacked.
const bomb = 200 << 20

// acknowledges has the person send the receipt that the last message asks for.
func (p *part) acknowledges(ctx context.Context) error {
	g := p.gesture(candidate.SendReceipt)
	g.Reply = p.original.ID
	_, err := p.does(ctx, g)
	return err
}

// arrived waits for a message of the program since it was asked for one.
func (p *part) arrived(ctx context.Context, match func(*missive.Missive) bool) (*missive.Missive, operator.Message, bool) {
	var found *missive.Missive
	var message operator.Message
	seen := func() bool {
		for _, m := range p.side.outbox.from(p.posted.sent) {
			if read, err := missive.Read(m.Raw); err == nil && match(read) {
				found, message = read, m
				return true
			}
		}
		return false
	}
	return found, message, p.await(ctx, seen) && found != nil
}

// messageSound judges the message that was asked for: all its departures, each under its requirement.
func messageSound(ctx context.Context, p *part) error {
	p.Checked()
	m, raw, came := p.arrived(ctx, func(m *missive.Missive) bool { return !m.IsReceipt() })
	if !came {
		return p.Cannot(verdict.ReasonNoMessage, "message : "+p.said())
	}
	kept := p.Evidence(raw.Raw[:min(len(raw.Raw), maxKept)], "message/rfc822")
	for _, f := range m.Judge(p.asked) {
		f.Evidence = []string{kept}
		p.Sees(f)
	}
	return nil
}

// reportAsked wants a report of delivery to be asked for (LPS-41): of its success, on RCPT for every recipient (RFC 3461 §4.1),
// or by the field that the candidate declares. A report of failure comes unasked, and a receipt of reading tells of something
// else.
func reportAsked(ctx context.Context, p *part) error {
	p.Checked()
	m, raw, came := p.arrived(ctx, func(m *missive.Missive) bool { return !m.IsReceipt() })
	if !came {
		return p.Cannot(verdict.ReasonNoMessage, "message : "+p.said())
	}
	lacks := len(raw.Notify) == 0 || slices.ContainsFunc(raw.Notify, func(words []string) bool { return !slices.Contains(words, "SUCCESS") })
	if field := p.side.declared.DeliveryField; !lacks || field != "" && hasField(raw.Raw, field) {
		return nil
	}
	got := fmt.Sprintf("NOTIFY %v", raw.Notify)
	if len(m.ReceiptTo) > 0 {
		got += ", Disposition-Notification-To"
	}
	p.Finds(p.Own("report-unasked", "NOTIFY=SUCCESS", got, p.Evidence(raw.Raw[:min(len(raw.Raw), maxKept)], "message/rfc822")))
	return nil
}

// hasField tells whether a message has a field that says something.
func hasField(raw []byte, field string) bool {
	read, err := letter.Read(raw)
	return err == nil && strings.TrimSpace(read.Header.Get(field)) != ""
}

// receiptSound judges the receipt (LPS-42).
func receiptSound(ctx context.Context, p *part) error {
	p.Checked()
	m, raw, came := p.arrived(ctx, func(*missive.Missive) bool { return true })
	if !came {
		p.Finds(p.Own("receipt-missing", "multipart/report", p.said()))
		return nil
	}
	kept := p.Evidence(raw.Raw[:min(len(raw.Raw), maxKept)], "message/rfc822")
	for _, f := range m.JudgeReceipt(p.original.ID) {
		f.Evidence = []string{kept}
		p.Sees(f)
	}
	return nil
}

// noReceipt wants no receipt of a message that asks for none, in a while behind its reading (LPS-43). Who did not read it has
// shown nothing.
func noReceipt(ctx context.Context, p *part) error {
	p.Checked()
	if !p.await(ctx, p.fetched) {
		return p.Cannot(verdict.ReasonNoMessage, "FETCH : "+p.said())
	}
	bench.Until(ctx, settle, func() bool { return p.unasked() != nil })
	if m := p.unasked(); m != nil {
		p.Sees(p.Own("receipt-unasked", "", strings.Join(m.To, ", "), p.Evidence(m.Raw[:min(len(m.Raw), maxKept)], "message/rfc822")))
	}
	return nil
}

// fetched tells whether something was read from the mailbox since the last message was put there.
func (p *part) fetched() bool {
	return slices.ContainsFunc(p.side.operator.Visits(p.open), func(v operator.Visit) bool {
		return v.Protocol == operator.IMAP && slices.ContainsFunc(v.Lines, func(l operator.Line) bool {
			return l.Client && l.Order > p.put && slices.Contains(strings.Fields(strings.ToUpper(l.Text)), "FETCH")
		})
	})
}

// unasked is the receipt of the last message, nil without one. That of another, which may have asked for it, is no matter.
func (p *part) unasked() *operator.Message {
	for _, m := range p.side.outbox.from(p.posted.sent) {
		read, err := missive.Read(m.Raw)
		if err != nil || !read.IsReceipt() && !strings.Contains(strings.ToLower(read.Subject), "disposition") {
			continue
		}
		if r := read.Receipt(); r == nil || r.OriginalID == "" || r.OriginalID == p.original.ID {
			return &m
		}
	}
	return nil
}

// patientLimit is what Mon espace santé takes.
const patientLimit = 25_000_000

// nothingSent wants nothing of that size to have gone to the patient, in a while (LPS-51).
func nothingSent(ctx context.Context, p *part) error {
	p.Checked()
	large := func() []operator.Message {
		return slices.DeleteFunc(p.side.outbox.from(p.posted.sent), func(m operator.Message) bool {
			return len(m.Raw) <= patientLimit || !slices.ContainsFunc(m.To, func(to string) bool { return strings.HasSuffix(strings.ToLower(to), "@"+patientDomain) })
		})
	}
	p.await(ctx, func() bool { return len(large()) > 0 })
	for _, m := range large() {
		p.Sees(p.Own("message-too-large", "25 Mo", fmt.Sprintf("%s : %d octets", strings.Join(m.To, ", "), len(m.Raw))))
	}
	return nil
}

// stillServes wants the program to open its mailbox after what it had to read (LPS-48).
func stillServes(ctx context.Context, p *part) error {
	p.Checked()
	if ok, told := p.control(ctx, controlOpens); !ok {
		if p.last.status == 0 { // the driver, not the program
			return p.Cannot(verdict.ReasonControlRefusedAfter, told)
		}
		p.Sees(p.Own("program-stalled", "", told))
		_ = revive(ctx, p)
	}
	return nil
}
