package mssante

import "fmt"

// TokenCheck is how an operator declares that it checks the tokens of Pro Santé Connect.
type TokenCheck string

// The ways of checking a token: asking Pro Santé Connect, reading the JWT with its public key, or both.
const (
	ByIntrospection TokenCheck = "introspection"
	ByKey           TokenCheck = "local"
	ByBoth          TokenCheck = "both"
)

// ReadTokenCheck reads what a file says; it refuses anything but the three words.
func ReadTokenCheck(word string) (TokenCheck, error) {
	switch c := TokenCheck(word); c {
	case ByIntrospection, ByKey, ByBoth:
		return c, nil
	}
	return "", fmt.Errorf("read token check %.40q: want introspection, local or both", word)
}

// Asks tells whether the operator asks Pro Santé Connect about each token.
func (c TokenCheck) Asks() bool { return c == ByIntrospection || c == ByBoth }

// Reads tells whether the operator reads tokens itself: signature, issuer, expiry.
func (c TokenCheck) Reads() bool { return c == ByKey || c == ByBoth }
