package authentication

import (
	"slices"

	"etalon/internal/emitter"
	"etalon/internal/interops"
)

// Account is a person whom the operator can authenticate, by one secret whatever the means: a sandbox has no cards. Its
// Class is not looked at.
type Account = emitter.Account

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
	_, proved := emitter.Accounts{a}.Prove(id, secret)
	return a, known && proved && a.Holds(means)
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
