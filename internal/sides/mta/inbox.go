package mta

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/internal/mail"
)

// inbox is the candidate's mailbox, read over its IMAP interface by one session for all scenarios.
type inbox struct {
	side *Side
	mu   sync.Mutex
	talk *mail.IMAP
	// old are the UIDs of what may be a report and was there before, or is none; reports are those that came.
	old     map[string]bool
	reports map[string]letter.Received
}

// byIMAP tells that the candidate's mailbox is read over IMAP, for nothing else is declared to read it.
func (s *Side) byIMAP() bool { return s.declared.Read == nil && s.interfaced(candidate.RoleMSSIMAP) }

// mayReport is the key of SEARCH for what may be a report, which says in no field what it is about.
const mayReport = "SMALLER 200000"

// letters are the messages that hold a marker in their subject, or the reports that came. A session that broke is begun
// anew, once.
func (b *inbox) letters(ctx context.Context, marker string) ([]letter.Received, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, err := b.look(ctx, marker)
	if err != nil && b.talk != nil {
		_ = b.end()
		all, err = b.look(ctx, marker)
	}
	return all, err
}

// look looks once.
func (b *inbox) look(ctx context.Context, marker string) ([]letter.Received, error) {
	if err := b.opens(ctx); err != nil {
		return nil, err
	}
	if _, err := b.talk.Command(ctx, "NOOP"); err != nil {
		return nil, err
	}
	if marker == "" {
		return b.fresh(ctx)
	}
	uids, err := b.search(ctx, "SUBJECT "+marker)
	if err != nil {
		return nil, err
	}
	var all []letter.Received
	for _, uid := range uids {
		got, is, err := b.fetch(ctx, uid)
		if err != nil {
			return nil, err
		}
		if is {
			all = append(all, got)
		}
	}
	return all, nil
}

// fresh reads what may be a report and was not read yet.
func (b *inbox) fresh(ctx context.Context) ([]letter.Received, error) {
	uids, err := b.search(ctx, mayReport)
	if err != nil {
		return nil, err
	}
	var all []letter.Received
	for _, uid := range uids {
		if b.old[uid] {
			continue
		}
		got, known := b.reports[uid]
		if !known {
			var is bool
			if got, is, err = b.fetch(ctx, uid); err != nil {
				return nil, err
			}
			if !is || !got.IsReport() {
				b.old[uid] = true
				continue
			}
			b.reports[uid] = got
		}
		all = append(all, got)
	}
	return all, nil
}

var errIMAP = errors.New("a command is refused")

// search asks for the UIDs of messages.
func (b *inbox) search(ctx context.Context, key string) ([]string, error) {
	reply, err := b.talk.Command(ctx, "UID SEARCH "+key)
	if err == nil && !reply.OK() {
		err = fmt.Errorf("%w: UID SEARCH: %s", errIMAP, reply)
	}
	if err != nil {
		return nil, err
	}
	list, _ := reply.Find("SEARCH")
	return strings.Fields(list), nil
}

// fetch reads one message, without a mark that it was; false where it is there no more, or is none.
func (b *inbox) fetch(ctx context.Context, uid string) (letter.Received, bool, error) {
	reply, err := b.talk.Command(ctx, "UID FETCH "+uid+" BODY.PEEK[]")
	if err != nil {
		return letter.Received{}, false, err
	}
	i := slices.IndexFunc(reply.Untagged, func(l mail.IMAPLine) bool { return len(l.Literals) > 0 })
	if i < 0 {
		return letter.Received{}, false, nil
	}
	got, err := letter.Read(reply.Untagged[i].Literals[0])
	return got, err == nil, nil
}

// opens begins the session, where none stands. What may be a report the first time was there before.
func (b *inbox) opens(ctx context.Context) error {
	if b.talk != nil {
		return nil
	}
	s := b.side
	err := s.account.enters(ctx, func() (func(context.Context, mail.Login) mail.Result, func() error, error) {
		c, err := mail.DialIMAP(ctx, s.target(candidate.RoleMSSIMAP))
		if err != nil {
			if c != nil {
				err = errors.Join(err, c.Close())
			}
			return nil, nil, err
		}
		if _, err := c.StartTLS(ctx, s.anyServer()); err != nil {
			return nil, nil, errors.Join(err, c.Close())
		}
		b.talk = c
		return c.Login, b.end, nil
	})
	if err != nil {
		return fmt.Errorf("open %s: %w", s.account.box.Address, err)
	}
	reply, err := b.talk.SelectInbox(ctx)
	if err == nil && !reply.OK() {
		err = fmt.Errorf("%w: SELECT INBOX: %s", errIMAP, reply)
	}
	if err != nil {
		return errors.Join(err, b.end())
	}
	if b.old != nil {
		return nil
	}
	b.old, b.reports = map[string]bool{}, map[string]letter.Received{}
	there, err := b.search(ctx, mayReport)
	for _, uid := range there {
		b.old[uid] = true
	}
	return err
}

// end ends the session.
func (b *inbox) end() error {
	talk := b.talk
	b.talk = nil
	if talk == nil {
		return nil
	}
	return talk.Close()
}

// Close implements io.Closer.
func (b *inbox) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.end()
}
