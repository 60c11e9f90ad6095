package authentication

import (
	"crypto/subtle"
	"slices"

	"etalon/internal/interops"
)

// Account is a person whom the operator can authenticate. Test persons are synthetic.
type Account struct {
	ID string // becomes the NameID
	// Format is the NameID format; unspecified when empty.
	Format string
	// Secret is what the person types, whatever the means: a sandbox has no cards.
	Secret string
	// Means are the names of the means that the person holds; all of the operator's when empty.
	Means []string
}

// holds tells whether a person has a means.
func (a Account) holds(means string) bool {
	return len(a.Means) == 0 || slices.Contains(a.Means, means)
}

// accounts are those of the operator, by identifier; they do not change.
type accounts map[string]Account

func newAccounts(list []Account) accounts {
	all := accounts{}
	for _, a := range list {
		if a.Format == "" {
			a.Format = interops.FormatUnspecified
		}
		all[a.ID] = a
	}
	return all
}

// authenticate returns the account of that name, and whether the secret is its own and it holds the means.
func (all accounts) authenticate(id, secret, means string) (Account, bool) {
	a, known := all[id]
	same := subtle.ConstantTimeCompare([]byte(a.Secret), []byte(secret)) == 1
	return a, known && same && a.Secret != "" && a.holds(means)
}

// granted returns the PAGM of a person in a project, of those that the project agrees (S18).
func (o *Operator) granted(person string, project interops.Project) []string {
	var all []string
	for _, name := range o.rights.Of(person, project.Name) {
		if _, agreed := project.Agreed(name); agreed && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
