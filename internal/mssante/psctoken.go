package mssante

import (
	"cmp"
	"slices"
	"time"
)

// AccessToken is what an access token of Pro Santé Connect says. Real ones have no audience, no client_id, no
// SubjectNameID and no print of a certificate: a verifier that wants one of these refuses them all.
type AccessToken struct {
	ID     string // jti
	Issuer string // the address of the realm
	// Subject is "f:", the identifier of a store, ":" and the IdNat.
	Subject string
	// Client is to whom the token was given (azp): any vendor's program, not the operator.
	Client  string
	Session string // session_state and sid
	Nonce   string
	// Level is the eIDAS level of the means: eidas1 to eidas3.
	Level string
	// Scopes are openid, scope_all and others.
	Scopes []string
	// Means is that of the login: CARD, MOBILE.
	Means string
	// IdNat is preferred_username.
	IdNat IdNat
	// OtherIDs are the person's identifiers in the registers.
	OtherIDs []OtherID

	IssuedAt, NotBefore, Expires, AuthenticatedAt time.Time
}

// OtherID is a person's identifier in a register.
type OtherID struct {
	ID      string `json:"identifiant"`
	Origin  string `json:"origine"`
	Quality int    `json:"qualite"`
}

// The scopes that a mail program asks for (§3: openid scope_all).
const (
	ScopeOpenID = "openid"
	ScopeAll    = "scope_all"
)

// levels are those of eIDAS, the lowest first.
var levels = []string{"eidas1", "eidas2", "eidas3"}

// Levels returns the levels of authentication, the lowest first.
func Levels() []string { return slices.Clone(levels) }

// Persons returns the identities that the token names, each once: its own first, then those of the registers. The
// subject alone names nobody (TOK-32).
func (t AccessToken) Persons() []IdNat {
	all := []IdNat{t.IdNat}
	for _, o := range t.OtherIDs {
		all = append(all, IdNat(o.ID))
	}
	var once []IdNat
	for _, id := range all {
		if id != "" && !slices.Contains(once, id) {
			once = append(once, id)
		}
	}
	return once
}

// Professional is a person who holds an electronic identity of Pro Santé Connect.
type Professional struct {
	IdNat             IdNat
	FamilyName, Given string
	// Means is that of the login, CARD when empty; Level what it is worth, eidas3 when empty.
	Means, Level string
	OtherIDs     []OtherID
}

// LoginMeans is the means by which the person logs in.
func (p Professional) LoginMeans() string { return cmp.Or(p.Means, "CARD") }

// LoginLevel is the level that this means reaches.
func (p Professional) LoginLevel() string { return cmp.Or(p.Level, levels[len(levels)-1]) }

// Identifiers are the person's in the registers: those given, or that of the IdNat alone.
func (p Professional) Identifiers() []OtherID {
	if len(p.OtherIDs) > 0 {
		return p.OtherIDs
	}
	kind, _, err := p.IdNat.Read()
	if err != nil {
		return nil
	}
	return []OtherID{{ID: string(p.IdNat), Origin: string(kind), Quality: 1}}
}
