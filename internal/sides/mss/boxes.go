package mss

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/verdict"
)

// boxLine is what the scenarios about the content of a mailbox remember.
type boxLine struct {
	session dialogue // that of the scenario
	marker  string   // in the subject of the message of the trial
	stored  []byte
	read    [][]byte
	refuse  string // why the message was not stored
	// told is what came during IDLE, idle how it began, again the second UIDVALIDITY.
	told        []string
	idle        mail.IMAPReply
	first, then string
	folder      []operation
	listed      bool
	again       *attempt // a second authentication in the session
}

// operation is one command about a folder.
type operation struct {
	command, said string
	granted       bool
}

// opensSession opens the mailbox for the scenario. It fails when it cannot: what a session can do is judged once there is
// one.
func opensSession(ctx context.Context, p *part) error {
	d, err := p.enters(ctx, verdict.ReasonControlRefusedBefore, p.usual(), opening{label: labelSession})
	p.line.box.session = d
	return err
}

// session is the open session of the scenario. It fails when there is none.
func (p *part) session() (dialogue, error) {
	if p.line.box.session == nil {
		return nil, p.Cannot(verdict.ReasonNoMessage, "session")
	}
	return p.line.box.session, nil
}

// oneMore opens one more session of the professional, of that patience; it fails when it cannot: what a session can do is
// judged once there is one.
func (p *part) oneMore(ctx context.Context, label string, wait time.Duration) (imapTalk, error) {
	d, err := p.enters(ctx, verdict.ReasonControlRefusedBefore, p.usual(), opening{label: label, role: candidate.RoleMSSIMAP, wait: wait})
	if err != nil {
		return imapTalk{}, err
	}
	return d.(imapTalk), nil
}

// letter makes a message with a mark of its own in its subject.
func (p *part) letter() (marker string, message []byte, err error) {
	id, err := bench.NewUUID(p.Source)
	if err != nil {
		return "", nil, err
	}
	marker = "TF-MSS-" + id
	box := p.side.habit.box.Address
	return marker, fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s@etalon.test.invalid>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nEssai.\r\n.\r\nFin.\r\n",
		box, box, marker, id), nil
}

// numbers finds the messages of a subject in the folder that is open.
func (d imapTalk) numbers(ctx context.Context, marker string) ([]string, error) {
	r, err := d.Command(ctx, `UID SEARCH SUBJECT "`+marker+`"`)
	if err != nil {
		return nil, err
	}
	if !r.OK() {
		return nil, fmt.Errorf("search: %s", r)
	}
	list, _ := r.Find("SEARCH")
	return strings.Fields(list), nil
}

// deposits stores a message in the inbox, and has it removed at the end of the scenario.
func (p *part) deposits(ctx context.Context, d imapTalk) error {
	marker, message, err := p.letter()
	if err != nil {
		return err
	}
	p.line.box.marker, p.line.box.stored = marker, message
	r, err := d.Append(ctx, "INBOX", message)
	if err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "APPEND : "+err.Error())
	}
	if !r.OK() {
		p.line.box.refuse = r.String()
		return nil
	}
	p.Afterwards(func() { p.removes(context.WithoutCancel(ctx), marker) })
	return nil
}

// plants stores a message and makes sure that it is there: one that is not shows nothing.
func (p *part) plants(ctx context.Context, d imapTalk) error {
	if err := p.deposits(ctx, d); err != nil {
		return err
	}
	if p.line.box.refuse != "" {
		return p.Cannot(verdict.ReasonNoMessage, "APPEND : "+p.line.box.refuse)
	}
	if r, err := d.SelectInbox(ctx); err != nil || !r.OK() {
		return p.Cannot(verdict.ReasonNoMessage, "SELECT : "+r.String()+reason(err))
	}
	numbers, err := d.numbers(ctx, p.line.box.marker)
	if err != nil || len(numbers) == 0 {
		return p.Cannot(verdict.ReasonNoMessage, "SEARCH : "+p.line.box.marker+reason(err))
	}
	return nil
}

// removes removes the message of the trial. It takes nothing from the verdict: what cannot be removed stays in a mailbox made for tests.
func (p *part) removes(ctx context.Context, marker string) {
	a, err := p.tries(ctx, p.usual(), opening{label: labelTidying})
	if err != nil || !a.accepted() {
		return
	}
	d := a.talk.(imapTalk)
	numbers, err := d.numbers(ctx, marker)
	if err != nil || len(numbers) == 0 {
		return
	}
	if _, err = d.Command(ctx, "UID STORE "+strings.Join(numbers, ",")+` +FLAGS.SILENT (\Deleted)`); err == nil {
		_, _ = d.Command(ctx, "EXPUNGE")
	}
}

// imapSession is the session as one of IMAP.
func (p *part) imapSession() (imapTalk, error) {
	d, err := p.session()
	if err != nil {
		return imapTalk{}, err
	}
	return d.(imapTalk), nil
}

// plantsMarker stores a message by which the mailbox of the professional is known again (IMAP-18).
func plantsMarker(ctx context.Context, p *part) error {
	d, err := p.imapSession()
	if err != nil {
		return err
	}
	return p.plants(ctx, d)
}

// othersShut wants a refusal, or the mailbox with the marker (IMAP-18).
func othersShut(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	if a.result.Outcome == mail.Unanswered {
		return p.silent(a)
	}
	p.Checked()
	if !a.opens {
		return nil
	}
	numbers, err := a.talk.(imapTalk).numbers(ctx, p.line.box.marker)
	switch {
	case err != nil:
		return p.Cannot(verdict.ReasonNoMessage, "SEARCH : "+err.Error())
	case len(numbers) == 0:
		p.Sees(p.Own("other-mailbox-opened", wantRefused, a.told(), p.proof(a)...))
	default:
		p.Remark("token-mailbox-opened")
	}
	return nil
}

// depositsAndReturns stores a message, and reads it in another session (IMAP-29).
func depositsAndReturns(ctx context.Context, p *part) error {
	d, err := p.imapSession()
	if err != nil {
		return err
	}
	if err := p.deposits(ctx, d); err != nil || p.line.box.refuse != "" {
		return err
	}
	d.Leave(ctx)
	again, err := p.oneMore(ctx, labelOther, 0)
	if err != nil {
		return err
	}
	numbers, err := again.numbers(ctx, p.line.box.marker)
	if err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "SEARCH : "+err.Error())
	}
	for _, n := range numbers {
		r, err := again.Command(ctx, "UID FETCH "+n+" BODY.PEEK[]")
		if err != nil {
			return p.Cannot(verdict.ReasonNoMessage, "FETCH : "+err.Error())
		}
		for _, l := range r.Untagged {
			p.line.box.read = append(p.line.box.read, l.Literals...)
		}
	}
	return nil
}

// messageKept wants the octets that were stored (IMAP-29).
func messageKept(_ context.Context, p *part) error {
	p.Checked()
	b := p.line.box
	stored := p.Evidence(b.stored, "message/rfc822")
	switch {
	case b.refuse != "":
		p.Sees(p.Own("message-refused", "APPEND OK", b.refuse, stored))
	case len(b.read) == 0:
		p.Sees(p.Own("message-lost", b.marker, "—", stored))
	case !bytes.Equal(b.read[0], b.stored):
		p.Sees(p.Own("message-changed", fmt.Sprintf("%d octets", len(b.stored)), fmt.Sprintf("%d octets", len(b.read[0])), stored, p.Evidence(b.read[0], "message/rfc822")))
	}
	return nil
}

// opensTwice reads UIDVALIDITY in two sessions (IMAP-28).
func opensTwice(ctx context.Context, p *part) error {
	d, err := p.imapSession()
	if err != nil {
		return err
	}
	other, err := p.oneMore(ctx, labelOther, 0)
	if err != nil {
		return err
	}
	for _, one := range []struct {
		talk imapTalk
		into *string
	}{{d, &p.line.box.first}, {other, &p.line.box.then}} {
		r, err := one.talk.SelectInbox(ctx)
		if err != nil || !r.OK() {
			return p.Cannot(verdict.ReasonNoMessage, "SELECT : "+r.String()+reason(err))
		}
		*one.into = validity(r)
	}
	return nil
}

// validity is the UIDVALIDITY that SELECT tells.
func validity(r mail.IMAPReply) string {
	for _, l := range r.Untagged {
		if _, rest, ok := strings.Cut(l.Text, "[UIDVALIDITY "); ok {
			value, _, _ := strings.Cut(rest, "]")
			return value
		}
	}
	return ""
}

// validityStable wants one value (IMAP-28).
func validityStable(_ context.Context, p *part) error {
	p.Checked()
	switch b := p.line.box; {
	case b.first == "" || b.then == "":
		p.Finds(p.Own("uidvalidity-missing", "UIDVALIDITY", b.first+", "+b.then))
	case b.first != b.then:
		p.Finds(p.Own("uidvalidity-changes", b.first, b.then))
	}
	return nil
}
