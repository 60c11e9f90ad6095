package mailtest

import (
	"fmt"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
)

// tables writes who has which mailbox, and who may open it. Dovecot reads them again when they change.
func (o *Operator) tables() {
	var mailboxes, structures, folders, owners strings.Builder
	for _, m := range o.site.Mailboxes {
		fmt.Fprintf(&mailboxes, "%s::::::\n", strings.ToLower(m.Address))
		fmt.Fprintf(&folders, "%s %s/\n", m.Address, strings.ToLower(m.Address))
		fmt.Fprintf(&owners, "%s %s\n", m.Address, strings.ToLower(m.Address))
		if m.Type == mssante.Application && !m.Suspended {
			fmt.Fprintf(&structures, "%s:::::::user=%s\n", m.Holder, strings.ToLower(m.Address))
		}
	}
	o.save("mailboxes", mailboxes.String())
	o.save("structures", structures.String())
	o.save("folders", folders.String())
	o.save("owners", owners.String())
	o.save("rights", o.rights())
}

// rights has a line for each key by which a mailbox opens.
func (o *Operator) rights() string {
	var lines strings.Builder
	for _, m := range o.site.Mailboxes {
		for _, key := range o.keys(m) {
			lines.WriteString(key + ":\n")
		}
	}
	return lines.String()
}

// keys are those by which a mailbox opens: its address, and each person, level and kind of token.
func (o *Operator) keys(m candidate.Mailbox) []string {
	address, levels, kinds, who := strings.ToLower(m.Address), mssante.Levels(), []string{"Bearer"}, openers(m)
	if o.is("person-unbound") || o.is("down-is-good") {
		return []string{address}
	}
	if m.Suspended && !o.is("suspended-open") {
		who = nil
	}
	if o.is("any-level") {
		levels = append(levels, "", "0", "eidas0")
	}
	if o.is("any-kind") {
		kinds = append(kinds, "ID", "Refresh", "")
	}
	var all []string
	for _, id := range who {
		name := string(id)
		if o.site.Check == mssante.ByBoth {
			name += "/" + name // as the signature says, and as introspection says
		}
		for _, level := range levels {
			for _, kind := range kinds {
				all = append(all, strings.Join([]string{address, name, level, kind}, "/"))
			}
		}
	}
	return all
}

// openers are who may open a mailbox by a token.
func openers(m candidate.Mailbox) []mssante.IdNat {
	switch {
	case m.Type == mssante.Organisational:
		return m.Delegates
	case m.Type == mssante.Personal && m.TestIdentity != "":
		return []mssante.IdNat{m.Holder, m.TestIdentity}
	case m.Type == mssante.Personal:
		return []mssante.IdNat{m.Holder}
	}
	return nil
}

// Withdraw takes a mailbox from a delegate; it is taken when it returns.
func (o *Operator) Withdraw(address string, id mssante.IdNat) { o.delegate(address, id, false) }

// Grant gives a mailbox to a delegate; it opens to him when it returns.
func (o *Operator) Grant(address string, id mssante.IdNat) { o.delegate(address, id, true) }

func (o *Operator) delegate(address string, id mssante.IdNat, may bool) {
	o.t.Helper()
	for i, m := range o.site.Mailboxes {
		if !m.Named(address) {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(m.Delegates), func(d mssante.IdNat) bool { return d == id })
		if may {
			left = append(left, id)
		}
		o.site.Mailboxes[i].Delegates = left
	}
	o.save("rights", o.rights())
	written := bench.Wall().Unix()
	for bench.Wall().Unix() == written { // Dovecot looks at a file once a second
		if err := bench.Pause(o.t.Context()); err != nil {
			o.t.Error(err)
			return
		}
	}
}
