package mssante

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
)

// MailboxType is the kind of a BAL in the Annuaire Santé.
type MailboxType string

// The types of mailboxes.
const (
	Personal       MailboxType = "PER" // of one professional
	Organisational MailboxType = "ORG" // of a structure, opened by the persons to whom it is delegated
	Application    MailboxType = "APP" // of a structure's program, opened by a certificate and by no token
)

// Mailbox is a boîte aux lettres.
type Mailbox struct {
	// Address is name@domain; its case does not count (BAL-08).
	Address string      `json:"address"`
	Type    MailboxType `json:"type"`
	// Holder is the owner of a personal mailbox, the structure of any other.
	Holder IdNat `json:"holder"`
	// Delegates may open an organisational mailbox; no other type has any.
	Delegates []IdNat `json:"delegates,omitempty"`
}

// Check refuses an address that is none, a type that is unknown, and a holder or delegates that the type cannot have.
func (m Mailbox) Check() error {
	if a, err := mail.ParseAddress(m.Address); err != nil || a.Address != m.Address || a.Name != "" {
		return fmt.Errorf("read mailbox %.80q: want an address, name@domain", m.Address)
	}
	switch m.Type {
	case Personal:
		if !m.Holder.IsPerson() {
			return fmt.Errorf("read mailbox %s: holder %.40q: want the IdNat of a professional", m.Address, string(m.Holder))
		}
	case Organisational, Application:
		if !m.Holder.IsStructure() {
			return fmt.Errorf("read mailbox %s: holder %.40q: want the IdNat of a structure", m.Address, string(m.Holder))
		}
	default:
		return fmt.Errorf("read mailbox %s: type %.20q: want PER, ORG or APP", m.Address, string(m.Type))
	}
	if len(m.Delegates) > 0 && m.Type != Organisational {
		return fmt.Errorf("read mailbox %s: a mailbox of type %s is delegated to nobody", m.Address, m.Type)
	}
	for _, id := range m.Delegates {
		if !id.IsPerson() {
			return fmt.Errorf("read mailbox %s: delegate %.40q: want the IdNat of a professional", m.Address, string(id))
		}
	}
	return nil
}

// Named tells whether an address is that of the mailbox.
func (m Mailbox) Named(address string) bool { return strings.EqualFold(m.Address, address) }

// OpensTo tells whether a professional, whom a token names, may open the mailbox: the owner of a personal one, a delegate
// of an organisational one, nobody for an application's (BAL-01 to BAL-04, CLI-19).
func (m Mailbox) OpensTo(id IdNat) bool {
	switch m.Type {
	case Personal:
		return id != "" && id == m.Holder
	case Organisational:
		return slices.Contains(m.Delegates, id)
	}
	return false
}
