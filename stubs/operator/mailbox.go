package operator

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"etalon/internal/mssante"
)

// Mailbox is one mailbox of the operator. One of an application opens to the certificates whose OU is its holder.
type Mailbox struct {
	mssante.Mailbox
	// Suspended closes it to everybody, as one that is about to be removed (MSS 14).
	Suspended bool
	// TestIdentity is another IdNat of the holder of a personal mailbox, of the form ANS…, which opens it too; "" when none.
	TestIdentity mssante.IdNat
}

// OpensTo tells whether a professional may open the mailbox, were it not suspended.
func (m Mailbox) OpensTo(id mssante.IdNat) bool {
	return m.Mailbox.OpensTo(id) || id != "" && m.Type == mssante.Personal && id == m.TestIdentity
}

// Limits of the store.
const (
	maxStored = 64 << 20 // octets in all mailboxes
	maxFolder = 100      // folders of one mailbox
)

// store keeps the mailboxes and their messages. Addresses are known in lower case.
type store struct {
	mu     sync.Mutex
	boxes  map[string]*box
	order  []*box
	octets int64
}

// box is a mailbox with its folders.
type box struct {
	Mailbox
	user    *imapmemserver.User
	granted []mssante.IdNat // the delegates at the start
	raw     [][]byte        // what was delivered to INBOX, for whoever started the operator
}

func newStore(c Config) (*store, error) {
	s := &store{boxes: map[string]*box{}}
	for _, m := range c.Mailboxes {
		if err := m.Check(); err != nil {
			return nil, err
		}
		if _, domain, _ := cutLast(m.Address, "@"); !strings.EqualFold(domain, c.Domain) {
			return nil, fmt.Errorf("make mailbox %q: want one at %s", m.Address, c.Domain)
		}
		if s.boxes[strings.ToLower(m.Address)] != nil {
			return nil, fmt.Errorf("make mailbox %q: there are two of that address", m.Address)
		}
		user := imapmemserver.NewUser(m.Address, "")
		for _, folder := range []string{"INBOX", "Sent", "Drafts", "Trash"} {
			if err := user.Create(folder, nil); err != nil {
				return nil, fmt.Errorf("make mailbox %q: %w", m.Address, err)
			}
		}
		m.Delegates = slices.Clone(m.Delegates)
		b := &box{Mailbox: m, user: user, granted: slices.Clone(m.Delegates)}
		s.boxes[strings.ToLower(m.Address)] = b
		s.order = append(s.order, b)
	}
	return s, nil
}

// find returns a mailbox as it stands now, or nil.
func (s *store) find(address string) *box {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.boxes[strings.ToLower(address)]
}

// snapshot copies what decides on access.
func (s *store) snapshot(b *box) Mailbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := b.Mailbox
	m.Delegates = slices.Clone(m.Delegates)
	return m
}

func (s *store) change(address string, f func(*Mailbox) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.boxes[strings.ToLower(address)]
	return b != nil && f(&b.Mailbox)
}

// take counts octets that are to be kept; false when there is no room for them.
func (s *store) take(n int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n > announcedSize || s.octets+n > maxStored {
		return false
	}
	s.octets += n
	return true
}

// deliver puts a message into an INBOX; false when there is no room.
func (s *store) deliver(b *box, message []byte) bool {
	if !s.take(int64(len(message))) {
		return false
	}
	s.mu.Lock()
	b.raw = append(b.raw, message)
	s.mu.Unlock()
	_, err := b.user.Append("INBOX", literal(message), &imap.AppendOptions{})
	return err == nil
}

// Inbox returns what was delivered to a mailbox so far, octet by octet.
func (o *Operator) Inbox(address string) [][]byte {
	b := o.store.find(address)
	if b == nil {
		return nil
	}
	o.store.mu.Lock()
	defer o.store.mu.Unlock()
	return slices.Clone(b.raw)
}
