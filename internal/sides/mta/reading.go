package mta

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/internal/verdict"
)

// readable tells whether what arrives in the candidate's mailbox can be read.
func (s *Side) readable() bool { return s.declared.Read != nil || s.byIMAP() }

// arrivals reads the mailbox of the candidate: the messages that hold a marker, or all of them; over IMAP, all reports.
func (p *part) arrivals(ctx context.Context, marker string) ([]letter.Received, error) {
	s := p.side
	if s.byIMAP() {
		all, err := s.inbox.letters(ctx, marker)
		if err != nil {
			return nil, p.Cannot(verdict.ReasonUnreadable, s.declared.Mailbox+" : "+err.Error())
		}
		return all, nil
	}
	answer, err := s.run.Driver(reading(*s.declared.Read, s.declared.Mailbox), nil).Do(ctx, access.Action{Verb: "read", Service: s.declared.Mailbox, Marker: marker})
	if err = cmp.Or(err, answer.Err()); err != nil {
		return nil, p.Cannot(verdict.ReasonUnreadable, s.declared.Mailbox+" : "+err.Error())
	}
	if len(answer.Body) >= maxMailbox {
		return nil, p.Cannot(verdict.ReasonUnreadable, s.declared.Mailbox+" : plus de 16 Mio, videz-la")
	}
	var all []letter.Received
	for _, raw := range letter.Mailbox(answer.Body) {
		if got, err := letter.Read(raw); err == nil {
			all = append(all, got)
		}
	}
	return all, nil
}

// maxMailbox is how much of a mailbox is read; more of it is not seen.
const maxMailbox = 16 << 20

// reading is the driver that reads one mailbox.
func reading(d candidate.Driver, mailbox string) candidate.Driver {
	named := func(text string) string { return strings.ReplaceAll(text, candidate.MailboxPlace, mailbox) }
	if d.HTTP != nil {
		call := *d.HTTP
		call.URL = named(call.URL)
		d.HTTP = &call
	}
	d.Command = slices.Clone(d.Command)
	for i := range d.Command {
		d.Command[i] = named(d.Command[i])
	}
	return d
}

// find looks once for a message.
func (p *part) find(ctx context.Context, marker string, wanted func(letter.Received) bool) (letter.Received, bool, error) {
	all, err := p.arrivals(ctx, marker)
	if err != nil {
		return letter.Received{}, false, err
	}
	i := slices.IndexFunc(all, wanted)
	if i < 0 {
		return letter.Received{}, false, nil
	}
	return all[i], true, nil
}

// await waits for a message, as long as the candidate may take for one exchange. It returns false when none came.
func (p *part) await(ctx context.Context, marker string, wanted func(letter.Received) bool) (letter.Received, bool, error) {
	return p.within(ctx, p.side.run.Patience, marker, wanted)
}

// late waits for a message that nobody wants, once a later one has come: a queue has no order.
func (p *part) late(ctx context.Context, marker string) (letter.Received, bool, error) {
	return p.within(ctx, settling, marker, marked(marker))
}

// within waits for a message, so long.
func (p *part) within(ctx context.Context, patience time.Duration, marker string, wanted func(letter.Received) bool) (letter.Received, bool, error) {
	begun := bench.Wall()
	for {
		got, came, err := p.find(ctx, marker, wanted)
		if err != nil || came || bench.Wall().Sub(begun) > patience {
			return got, came, err
		}
		if err := looksAgain(ctx); err != nil {
			return letter.Received{}, false, err
		}
	}
}

// looks is how many moments a candidate is left alone between two looks.
const looks = 15

// looksAgain waits for the next look at what may fare otherwise by now.
func looksAgain(ctx context.Context) error {
	for range looks {
		if err := bench.Pause(ctx); err != nil {
			return err
		}
	}
	return nil
}

// marked wants the message of a marker.
func marked(marker string) func(letter.Received) bool {
	return func(l letter.Received) bool { return l.Marked(marker) }
}
