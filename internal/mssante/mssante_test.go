package mssante_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/mssante"
)

func TestIdNat(t *testing.T) {
	for id, c := range map[mssante.IdNat]struct {
		kind   mssante.Kind
		number string
		person bool
	}{
		"899700000017":      {mssante.KindRPPS, "99700000017", true},
		"0123456789":        {mssante.KindADELI, "123456789", true},
		"02A3456789":        {mssante.KindADELI, "2A3456789", true},
		"ANS20230101000000": {mssante.KindTest, "20230101000000", true},
		"1750000001":        {mssante.KindFINESS, "750000001", false},
		"12B0000001":        {mssante.KindFINESS, "2B0000001", false},
		"312345678900011":   {mssante.KindSIRET, "12345678900011", false},
		"":                  {},
		"99700000017":       {}, // without prefix (BAL-12)
		"8997000000170":     {},
		" 899700000017":     {},
		"899700000017\n":    {},
		"89970000001٧":      {}, // a digit of another script
		"8997000000 7":      {},
		"82A700000017":      {},
		"03A3456789":        {},
		"ANS":               {},
		"ans20230101":       {},
		"ANSabc":            {},
		mssante.IdNat("ANS" + strings.Repeat("1", 100)): {},
		"4123": {},
	} {
		kind, number, err := id.Read()
		if kind != c.kind || number != c.number || (err == nil) != (c.kind != "") {
			t.Errorf("%q: %s %s, %v; want %s %s", id, kind, number, err, c.kind, c.number)
		}
		if id.IsPerson() != c.person || id.IsStructure() != (c.kind != "" && !c.person) {
			t.Errorf("%q: person %t, structure %t", id, id.IsPerson(), id.IsStructure())
		}
	}
}

const (
	anne  mssante.IdNat = "899700000017"
	bruno mssante.IdNat = "899700000025"
	house mssante.IdNat = "312345678900011"
)

func TestMailboxOpensToItsOwn(t *testing.T) {
	for _, c := range []struct {
		name string
		box  mssante.Mailbox
		id   mssante.IdNat
		want bool
	}{
		{"its owner", mssante.Mailbox{Type: mssante.Personal, Holder: anne}, anne, true},
		{"a colleague", mssante.Mailbox{Type: mssante.Personal, Holder: anne}, bruno, false},
		{"nobody", mssante.Mailbox{Type: mssante.Personal}, "", false},
		{"a delegate", mssante.Mailbox{Type: mssante.Organisational, Holder: house, Delegates: []mssante.IdNat{anne}}, anne, true},
		{"no delegate", mssante.Mailbox{Type: mssante.Organisational, Holder: house, Delegates: []mssante.IdNat{anne}}, bruno, false},
		{"the structure", mssante.Mailbox{Type: mssante.Organisational, Holder: house}, house, false},
		{"an application's", mssante.Mailbox{Type: mssante.Application, Holder: house}, house, false},
		{"no type", mssante.Mailbox{Holder: anne}, anne, false},
	} {
		if got := c.box.OpensTo(c.id); got != c.want {
			t.Errorf("%s: %t, want %t", c.name, got, c.want)
		}
	}
}

func TestMailboxChecks(t *testing.T) {
	good := mssante.Mailbox{Address: "anne.test@test.mssante.invalid", Type: mssante.Personal, Holder: anne}
	if err := good.Check(); err != nil || !good.Named("Anne.TEST@test.mssante.invalid") || good.Named("bruno.test@test.mssante.invalid") {
		t.Errorf("a sound mailbox: %v", err)
	}
	shared := mssante.Mailbox{Address: "equipe@test.mssante.invalid", Type: mssante.Organisational, Holder: house, Delegates: []mssante.IdNat{anne, bruno}}
	if err := shared.Check(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*mssante.Mailbox){
		"no address":           func(m *mssante.Mailbox) { m.Address = "" },
		"a name with it":       func(m *mssante.Mailbox) { m.Address = "Anne <anne@test.invalid>" },
		"a line break":         func(m *mssante.Mailbox) { m.Address = "anne@test.invalid\r\nRCPT TO:<x@y>" },
		"another type":         func(m *mssante.Mailbox) { m.Type = "CAB" },
		"a structure's":        func(m *mssante.Mailbox) { m.Holder = house },
		"delegated, though":    func(m *mssante.Mailbox) { m.Delegates = []mssante.IdNat{bruno} },
		"a person's structure": func(m *mssante.Mailbox) { *m = shared; m.Holder = anne },
		"application, person":  func(m *mssante.Mailbox) { *m = shared; m.Type, m.Holder = mssante.Application, anne },
		"no person delegated":  func(m *mssante.Mailbox) { *m = shared; m.Delegates = []mssante.IdNat{house} },
	} {
		m := good
		if spoil(&m); m.Check() == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestTokenCheck(t *testing.T) {
	for word, want := range map[string][2]bool{"introspection": {true, false}, "local": {false, true}, "both": {true, true}} {
		c, err := mssante.ReadTokenCheck(word)
		if err != nil || c.Asks() != want[0] || c.Reads() != want[1] {
			t.Errorf("%s: %q, asks %t, reads %t, %v", word, c, c.Asks(), c.Reads(), err)
		}
	}
	for _, word := range []string{"", "Both", "none"} {
		if c, err := mssante.ReadTokenCheck(word); err == nil || c.Asks() || c.Reads() {
			t.Errorf("%q is taken for %q", word, c)
		}
	}
}

func TestPersonsOfAToken(t *testing.T) {
	token := mssante.AccessToken{Subject: "f:x:" + string(anne), IdNat: "ANS2023", OtherIDs: []mssante.OtherID{{ID: string(anne)}, {ID: "ANS2023"}, {}}}
	if got := token.Persons(); !slices.Equal(got, []mssante.IdNat{"ANS2023", anne}) {
		t.Errorf("persons %v", got)
	}
	if got := (mssante.AccessToken{Subject: "f:x:" + string(anne)}).Persons(); len(got) != 0 {
		t.Errorf("the subject alone names %v", got)
	}
}

func TestProfessional(t *testing.T) {
	p := mssante.Professional{IdNat: anne}
	if p.LoginMeans() != "CARD" || p.LoginLevel() != "eidas3" || !slices.Equal(p.Identifiers(), []mssante.OtherID{{ID: string(anne), Origin: "RPPS", Quality: 1}}) {
		t.Errorf("by default: %s %s %v", p.LoginMeans(), p.LoginLevel(), p.Identifiers())
	}
	p = mssante.Professional{IdNat: "?", Means: "MOBILE", Level: "eidas2"}
	if p.LoginMeans() != "MOBILE" || p.LoginLevel() != "eidas2" || p.Identifiers() != nil {
		t.Errorf("as given: %s %s %v", p.LoginMeans(), p.LoginLevel(), p.Identifiers())
	}
	p.OtherIDs = []mssante.OtherID{{ID: "1"}}
	if len(p.Identifiers()) != 1 {
		t.Error("the identifiers that were given are lost")
	}
}
