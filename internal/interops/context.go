package interops

import "time"

// ContextToken is a jeton de contexte: what an identification operator signs about a person whom it identified, for
// the authentication operator that goes on from there (C01 to C04). A zero field means that the element is absent.
type ContextToken struct {
	ID           string
	IssueInstant time.Time
	Issuer       string // identification operator (C01)
	NameID       NameID // person identified (C02)
	// Recipient and Audience are the authentication operator (C03).
	Recipient, Audience     string
	NotBefore, NotOnOrAfter time.Time // at most five minutes apart (C04)
	// Method is the means by which the person was identified, Level the name of the level that it reached,
	// Instant when (C02).
	Method, Level string
	Instant       time.Time
}
