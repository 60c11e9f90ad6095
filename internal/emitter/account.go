package emitter

import (
	"crypto/subtle"
	"slices"
)

// Account is a person whom a party can log in or identify. Test persons are synthetic.
type Account struct {
	ID, Secret string
	// Format is the NameID format; unspecified when empty.
	Format string
	// Class is the authentication class that a login reaches, where the party does not tell it from the means.
	Class string
	// Means are the names of the means that the person holds; all those of the party when empty.
	Means []string
}

// Holds tells whether the person has a means.
func (a Account) Holds(means string) bool {
	return len(a.Means) == 0 || slices.Contains(a.Means, means)
}

// Accounts are those of a party.
type Accounts []Account

// Prove returns the account that an identifier and its secret open; one without secret is never opened.
func (all Accounts) Prove(id, secret string) (Account, bool) {
	i := slices.IndexFunc(all, func(a Account) bool { return a.ID == id })
	if i < 0 || all[i].Secret == "" || subtle.ConstantTimeCompare([]byte(all[i].Secret), []byte(secret)) != 1 {
		return Account{}, false
	}
	return all[i], true
}
