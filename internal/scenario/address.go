package scenario

import (
	"strings"

	"etalon/internal/verdict"
)

// Address designates one case for one role and mode: ROLE/MODE/CASE[~VARIANT].
// A role without modes has the mode "-".
type Address struct {
	Role, Mode string
	Case       string // V10-N2, TOK-04-N
	Variant    string // "" or the part after "~"
}

// String writes the address in full.
func (a Address) String() string {
	s := a.Role + "/" + a.Mode + "/" + a.Case
	if a.Variant != "" {
		s += "~" + a.Variant
	}
	return s
}

// Scope is the ROLE/MODE part.
func (a Address) Scope() string { return a.Role + "/" + a.Mode }

// Requirement is the id of the requirement that the case tries.
func (a Address) Requirement() string {
	if at := strings.LastIndexByte(a.Case, '-'); at >= 0 {
		return a.Case[:at]
	}
	return a.Case
}

// Short is the case's id within its requirement: "P", "N2".
func (a Address) Short() string {
	if at := strings.LastIndexByte(a.Case, '-'); at >= 0 {
		return a.Case[at+1:]
	}
	return ""
}

// Negative tells a negative case.
func (a Address) Negative() bool { return strings.HasPrefix(a.Short(), "N") }

// Selector chooses addresses: ROLE, ROLE/MODE, ROLE/MODE/REQUIREMENT or ROLE/MODE/CASE[~VARIANT], "*" for any part. A case
// comes with its variants; ROLE/MODE/CASE~ is the case without them.
type Selector struct {
	role, mode, trial, variant string
	bare                       bool // no variant
}

// ParseSelector reads a selector that is not a tag expression.
func ParseSelector(s string) (Selector, error) {
	parts := strings.Split(s, "/")
	if s == "" || len(parts) > 3 {
		return Selector{}, verdict.Tell("sélecteur « %s » : attendu RÔLE, RÔLE/MODE, RÔLE/MODE/EXIGENCE ou RÔLE/MODE/CAS[~VARIANTE]", "read selector %q: want ROLE, ROLE/MODE, ROLE/MODE/REQUIREMENT or ROLE/MODE/CASE[~VARIANT]", s)
	}
	sel := Selector{role: parts[0], mode: "*", trial: "*"}
	if len(parts) > 1 {
		sel.mode = parts[1]
	}
	if len(parts) > 2 {
		var marked bool
		sel.trial, sel.variant, marked = strings.Cut(parts[2], "~")
		sel.bare = marked && sel.variant == ""
	}
	return sel, nil
}

// Matches tells whether the selector chooses an address.
func (s Selector) Matches(a Address) bool {
	return matches(s.role, a.Role) && matches(s.mode, a.Mode) &&
		(matches(s.trial, a.Case) || s.trial == a.Requirement()) && (s.variant == "" || matches(s.variant, a.Variant)) && (!s.bare || a.Variant == "")
}

// Alone is the selector of one address and of no variant of it.
func (a Address) Alone() string {
	if a.Variant != "" {
		return a.String()
	}
	return a.String() + "~"
}

// ParseAddress reads an address that a record holds.
func ParseAddress(s string) (Address, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 {
		return Address{}, verdict.Tell("adresse « %s » : attendu RÔLE/MODE/CAS[~VARIANTE]", "read address %q: want ROLE/MODE/CASE[~VARIANT]", s)
	}
	a := Address{Role: parts[0], Mode: parts[1]}
	a.Case, a.Variant, _ = strings.Cut(parts[2], "~")
	return a, nil
}

// matches compares one part with its pattern; a part that the pattern leaves empty is any.
func matches(pattern, part string) bool { return pattern == "*" || pattern == "" || pattern == part }
