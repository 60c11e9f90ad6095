// Package mssante is the health domain: the mailboxes (boîtes aux lettres, BAL) of an operator of MSSanté, the national
// identifiers (IdNat) of who may open them, and what a token of Pro Santé Connect says of a professional.
//
// It knows no wire form, no cryptography, no clock: a JWT is the business of oidc, a dialogue that of mail.
package mssante
