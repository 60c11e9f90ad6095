package mta

import (
	"bytes"
	"context"
	"crypto/tls"
	"slices"
	"strings"
	"time"
)

// Visit is one connection to a neighbour.
type Visit struct {
	Number int
	At     time.Time
	Peer   string // host:port
	Hello  string // what it said last to introduce itself
	// TLS is the state of the link; nil in clear. Failed is why the handshake failed.
	TLS    *tls.ConnectionState
	Failed string
	Mails  []Mail
	Ended  bool
	// Said is what was said, line by line; messages are left out.
	Said []byte
}

// Mail is one transaction.
type Mail struct {
	From string
	With map[string]string // parameters of MAIL
	To   []Recipient
	// Data is the message, nil when none came; Whole that all of it is there.
	Data  []byte
	Whole bool
}

// Recipient is one recipient of a transaction, and whether it was taken.
type Recipient struct {
	Address string
	With    map[string]string
	Taken   bool
}

// last is the transaction that is open.
func (v *Visit) last() *Mail { return &v.Mails[len(v.Mails)-1] }

// Names tells whether a message of the visit is for a recipient, whether it came or not.
func (v Visit) Names(recipient string) bool {
	return slices.ContainsFunc(v.Mails, func(m Mail) bool {
		return slices.ContainsFunc(m.To, func(r Recipient) bool { return strings.EqualFold(r.Address, recipient) })
	})
}

// Holding returns the messages that came, of which match holds.
func (v Visit) Holding(match func(Mail) bool) []Mail {
	var all []Mail
	for _, m := range v.Mails {
		if m.Data != nil && match(m) {
			all = append(all, m)
		}
	}
	return all
}

// note changes what the journal holds of a session, and tells who waits.
func (n *Neighbour) note(s *session, change func(*Visit)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	v := n.sessions[s.number]
	if v == nil {
		v = &Visit{Number: s.number, At: s.began, Peer: s.conn.RemoteAddr().String()}
		n.sessions[s.number] = v
	}
	v.Hello, v.TLS, v.Ended = s.hello, s.state, s.ended
	if s.failed != nil {
		v.Failed = s.failed.Error()
	}
	if change != nil {
		change(v)
	}
	v.Said = bytes.Clone(s.said.Bytes())
	delete(n.sessions, s.number-maxVisits)
	close(n.changed)
	n.changed = make(chan struct{})
}

// maxVisits is how many visits are remembered.
const maxVisits = 2000

// Seen is how many visits there were: a mark for Visits and Await.
func (n *Neighbour) Seen() int {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	return n.server.count
}

// Visits returns the visits after a mark, as they stand now, the first one first.
func (n *Neighbour) Visits(mark int) []Visit {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.after(mark)
}

func (n *Neighbour) after(mark int) []Visit {
	var all []Visit
	for number, v := range n.sessions {
		if number > mark {
			c := *v
			c.Mails = slices.Clone(v.Mails)
			for i := range c.Mails {
				c.Mails[i].To = slices.Clone(c.Mails[i].To)
			}
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b Visit) int { return a.Number - b.Number })
	return all
}

// Await waits for a visit after a mark that is as wanted, and returns it. It fails when the context ends first.
func (n *Neighbour) Await(ctx context.Context, mark int, wanted func(Visit) bool) (Visit, error) {
	for {
		n.mu.Lock()
		visits, changed := n.after(mark), n.changed
		n.mu.Unlock()
		if i := slices.IndexFunc(visits, wanted); i >= 0 {
			return visits[i], nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Visit{}, context.Cause(ctx)
		}
	}
}
