package provided

import (
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/stubs/psc"
)

// Stranger is a professional who has no right on any mailbox, of whom faults speak.
const Stranger mssante.IdNat = "899700000991"

// Mailboxes is what the roles of an MSSanté operator want: the holders of the mailboxes, and one professional who has none.
func Mailboxes(declared *candidate.MSSante) Wants {
	return Wants{Config: psc.Config{Persons: persons(declared), Clients: psc.Clients(), Tolerant: true}}
}

// persons are the professionals whom tokens may name: the stranger first, of whom a fault speaks before any other.
func persons(declared *candidate.MSSante) []psc.Person {
	ids := []mssante.IdNat{Stranger}
	for _, box := range declared.Mailboxes {
		for _, id := range append(slices.Clone(box.Delegates), box.Holder, box.TestIdentity) {
			if id.IsPerson() {
				ids = append(ids, id)
			}
		}
	}
	var all []psc.Person
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		all = append(all, psc.Person{Professional: mssante.Professional{IdNat: id, FamilyName: "TEST", Given: "Essai"}, Secret: "secret-test-" + string(id)})
	}
	return all
}
