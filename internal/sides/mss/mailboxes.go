package mss

import (
	"fmt"
	"strings"
	"unicode"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/sides/provided"
)

// place is a mailbox that a word of the features names: its address, which may be nobody's, and the mailbox that is meant.
type place struct {
	address string
	box     candidate.Mailbox
}

// place finds a mailbox by the word of the features, beyond those that are declared as such.
func (p *part) place(word string) (place, error) {
	own := p.side.habit.box
	name, domain, _ := strings.Cut(own.Address, "@")
	switch word {
	case "autre-domaine":
		return place{name + "@autre-operateur.test.invalid", own}, nil
	case "capitales":
		return place{inverted(own.Address), own}, nil
	case "suffixe":
		return place{name + "+etalon@" + domain, own}, nil
	case "essai":
		return p.declaredPlace(word, p.side.testBox())
	}
	box, err := p.box(word)
	return place{box.Address, box}, err
}

func (p *part) declaredPlace(word string, box candidate.Mailbox) (place, error) {
	if box.Address == "" {
		return place{}, p.noBox(word)
	}
	return place{box.Address, box}, nil
}

// inverted writes an address with the other case, letter by letter.
func inverted(address string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, address)
}

// testBox is a mailbox that a test identity opens; empty when none is declared.
func (s *Side) testBox() candidate.Mailbox {
	for _, box := range s.declared.Open(mssante.Personal) {
		if s.testIdentity(box) != "" {
			return box
		}
	}
	return candidate.Mailbox{}
}

// testIdentity is the test identity of a mailbox's owner; empty when he has none.
func (s *Side) testIdentity(box candidate.Mailbox) mssante.IdNat {
	if kind, _, _ := box.Holder.Read(); kind == mssante.KindTest {
		return box.Holder
	}
	return box.TestIdentity
}

// foreign is a mailbox that a professional has no right on; empty when none is declared.
func (s *Side) foreign(id mssante.IdNat) candidate.Mailbox {
	for _, kind := range []mssante.MailboxType{mssante.Personal, mssante.Organisational, mssante.Application} {
		for _, box := range s.declared.Open(kind) {
			if !box.OpensTo(id) && box.TestIdentity != id && !(kind == mssante.Application && s.declared.ApplicationTokens) {
				return box
			}
		}
	}
	return candidate.Mailbox{}
}

// colleague is a professional who has no right on a mailbox: one whom the operator knows, or a stranger.
func (s *Side) colleague(box candidate.Mailbox) mssante.IdNat {
	for _, other := range s.openable() {
		if id := other.Opener(); !box.OpensTo(id) {
			return id
		}
	}
	return provided.Stranger
}

// pair is two mailboxes that one professional opens, two personal ones if there are; false when there are none.
func (s *Side) pair() (one, two candidate.Mailbox, person mssante.IdNat, ok bool) {
	boxes := s.openable()
	for i, a := range boxes {
		for _, b := range boxes[i+1:] {
			if id := a.Opener(); b.OpensTo(id) {
				return a, b, id, true
			}
		}
	}
	return one, two, "", false
}

// person is whom a word of the features names, before a mailbox.
func (p *part) person(word string, at place) (mssante.IdNat, error) {
	switch word {
	case "titulaire":
		if at.box.OpensTo(p.side.habit.person) || at.box.Type == mssante.Application || !at.box.Suspended && at.box.Opener() == "" {
			return p.side.habit.person, nil
		}
		return at.box.Opener(), nil
	case "délégué":
		return at.box.Opener(), nil
	case "confrère":
		return p.side.colleague(at.box), nil
	case "identité d'essai":
		return p.side.testIdentity(at.box), nil
	}
	return "", fmt.Errorf("person %q: want one of titulaire, délégué, confrère, identité d'essai", word)
}
