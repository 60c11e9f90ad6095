package mss_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/sides/sidetest"
	"etalon/stubs/operator"
)

const (
	alixBis      = "alix.bis@" + domain
	program      = "appli@" + domain
	testIdentity = "ANS20230101120000"
)

// full gives a rig every kind of mailbox.
func full(x rig) rig {
	boxes := append(mailboxes(),
		operator.Mailbox{Mailbox: mssante.Mailbox{Address: alixBis, Type: mssante.Personal, Holder: alix}},
		operator.Mailbox{Mailbox: mssante.Mailbox{Address: "noor@" + domain, Type: mssante.Personal, Holder: testIdentity}},
		operator.Mailbox{Mailbox: mssante.Mailbox{Address: program, Type: mssante.Application, Holder: candidate.VendorStructure}})
	configure, declare := x.configure, x.declare
	x.configure = func(c *operator.Config) {
		c.Mailboxes = boxes
		if configure != nil {
			configure(c)
		}
	}
	x.declare = func(m *candidate.MSSante) {
		m.Mailboxes = nil
		for _, box := range boxes {
			m.Mailboxes = append(m.Mailboxes, candidate.Mailbox{Mailbox: box.Mailbox, Suspended: box.Suspended})
		}
		m.Recipient = sachaBox
		if declare != nil {
			declare(m)
		}
	}
	return x
}

// rows are the requirements of some groups.
func rows(t testing.TB, groups ...string) []string {
	t.Helper()
	var all []string
	for _, r := range sidetest.Of(t).Catalogue {
		group, _, _ := strings.Cut(r.ID, "-")
		if slices.Contains(groups, group) {
			all = append(all, r.ID)
		}
	}
	return all
}
