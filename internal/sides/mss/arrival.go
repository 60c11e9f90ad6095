package mss

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/verdict"
)

// reader reads the INBOX of a mailbox, over the IMAP interface of the same operator.
type reader struct {
	talk imapTalk
	key  string            // of SEARCH: what may be what is waited for
	seen map[string]bool   // UIDs that were there before, or were read since
	came []letter.Received // what was read since
}

// readable tells whether the harness can read what arrives in a mailbox: it is declared, a token opens it, and the
// operator's IMAP interface is declared too.
func (s *Side) readable(address string) bool {
	_, ok := s.boxAt(address)
	return ok && s.run.Candidate.Interface(candidate.RoleMSSIMAP) != nil
}

// boxAt finds a mailbox that a token opens, by its address.
func (s *Side) boxAt(address string) (candidate.Mailbox, bool) {
	boxes := s.openable()
	i := slices.IndexFunc(boxes, func(b candidate.Mailbox) bool { return b.Named(address) })
	if i < 0 {
		return candidate.Mailbox{}, false
	}
	return boxes[i], true
}

// anyReport is the key of SEARCH for delivery reports, which say in no field what they are about.
const anyReport = "SMALLER 200000"

// reading opens a mailbox to read what comes from now on, of the messages that a key of SEARCH finds. What keeps us from it makes the case inconclusive.
func (p *part) reading(ctx context.Context, address, key string) (*reader, error) {
	box, ok := p.side.boxAt(address)
	if !ok || p.side.run.Candidate.Interface(candidate.RoleMSSIMAP) == nil {
		return nil, p.Cannot(verdict.ReasonUnreadable, address)
	}
	talking, err := p.readingSession(ctx, box)
	if err != nil {
		return nil, err
	}
	r := &reader{talk: talking, key: key, seen: map[string]bool{}}
	all, err := r.search(ctx, key)
	if err != nil {
		return nil, p.Cannot(verdict.ReasonUnreadable, address+" : "+err.Error())
	}
	for _, uid := range all {
		r.seen[uid] = true
	}
	return r, nil
}

// readingSession logs in to read a mailbox, on one line or, where that is refused, in two steps.
func (p *part) readingSession(ctx context.Context, box candidate.Mailbox) (imapTalk, error) {
	var last *attempt
	for _, twoSteps := range []bool{false, true} {
		token, err := p.mint(p.side.honest(box.Opener()))
		if err != nil {
			return imapTalk{}, err
		}
		l := mail.XOAUTH2(box.Address, token.Token)
		l.TwoStep = twoSteps
		last, err = p.try(ctx, opening{label: labelReading, box: box.Address, token: token, role: candidate.RoleMSSIMAP, login: &l})
		if err != nil {
			return imapTalk{}, p.Cannot(verdict.ReasonUnreadable, box.Address+" : "+err.Error())
		}
		if talking, is := last.talk.(imapTalk); is && last.accepted() {
			return talking, nil
		}
	}
	return imapTalk{}, p.Cannot(verdict.ReasonUnreadable, box.Address+" : "+last.told())
}

// search asks for the UIDs of messages.
func (r *reader) search(ctx context.Context, key string) ([]string, error) {
	reply, err := r.talk.Command(ctx, "UID SEARCH "+key)
	if err == nil && !reply.OK() {
		err = fmt.Errorf("UID SEARCH: %s", reply)
	}
	if err != nil {
		return nil, err
	}
	list, _ := reply.Find("SEARCH")
	return strings.Fields(list), nil
}

// look reads what came and was not read yet.
func (r *reader) look(ctx context.Context) error {
	if _, err := r.talk.Command(ctx, "NOOP"); err != nil {
		return err
	}
	all, err := r.search(ctx, r.key)
	if err != nil {
		return err
	}
	for _, uid := range all {
		if r.seen[uid] {
			continue
		}
		reply, err := r.talk.Command(ctx, "UID FETCH "+uid+" BODY.PEEK[]")
		if err != nil {
			return err
		}
		r.seen[uid] = true
		for _, line := range reply.Untagged {
			if len(line.Literals) == 0 {
				continue
			}
			if l, err := letter.Read(line.Literals[0]); err == nil {
				r.came = append(r.came, l)
			}
		}
	}
	return nil
}

// betweenLooks is how long a mailbox is left alone between two looks.
const betweenLooks = 200 * time.Millisecond

// await waits for a message, as long as the candidate may take for one exchange. It returns false when none came.
func (p *part) await(ctx context.Context, r *reader, wanted func(letter.Received) bool) (letter.Received, bool, error) {
	begun := bench.Wall()
	for {
		if err := r.look(ctx); err != nil {
			return letter.Received{}, false, p.Cannot(verdict.ReasonUnreadable, err.Error())
		}
		if i := slices.IndexFunc(r.came, wanted); i >= 0 {
			return r.came[i], true, nil
		}
		if bench.Wall().Sub(begun) > p.side.run.Patience {
			return letter.Received{}, false, nil
		}
		if err := bench.Sleep(ctx, betweenLooks); err != nil {
			return letter.Received{}, false, err
		}
	}
}

// marked wants the message of a marker.
func marked(marker string) func(letter.Received) bool {
	return func(l letter.Received) bool { return l.Marked(marker) }
}

// sameBox tells whether a session reads the mailbox that another one reads: it stores a message by the one, looks for it
// by the other, and takes it away again.
func (p *part) sameBox(ctx context.Context, one, other imapTalk) (bool, error) {
	marker, err := letter.Marker(p.Source)
	if err != nil {
		return false, err
	}
	l := letter.Letter{From: p.own(), To: p.own(), Marker: marker, Date: p.side.run.Bench.Clock.Now(), Body: "Repère de l'étalon.\r\n", Encoding: "base64"}
	stored, err := one.Append(ctx, "INBOX", l.Bytes())
	if err != nil || !stored.OK() {
		return false, p.Cannot(verdict.ReasonNoMessage, fmt.Sprintf("APPEND INBOX : %s %v", stored, err))
	}
	var own, others []string
	for _, look := range []struct {
		talk  imapTalk
		found *[]string
	}{{one, &own}, {other, &others}} {
		if _, err := look.talk.SelectInbox(ctx); err != nil {
			return false, p.Cannot(verdict.ReasonUnreadable, err.Error())
		}
		if *look.found, err = (&reader{talk: look.talk}).search(ctx, "SUBJECT "+marker); err != nil {
			return false, p.Cannot(verdict.ReasonUnreadable, err.Error())
		}
	}
	for _, uid := range own {
		_, _ = one.Command(ctx, "UID STORE "+uid+` +FLAGS.SILENT (\Deleted)`)
		_, _ = one.Command(ctx, "UID EXPUNGE "+uid)
	}
	if len(own) == 0 {
		return false, p.Cannot(verdict.ReasonNoMessage, "UID SEARCH SUBJECT "+marker)
	}
	return len(others) > 0, nil
}
