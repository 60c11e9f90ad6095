package operator

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/mssante"
)

// Person is whom an access token names.
type Person struct {
	// IdNat is the national identifier, and Others the further ones that the token gives (otherIds).
	IdNat  mssante.IdNat
	Others []mssante.IdNat
	// Header and Claims are those of the token, where it can be read.
	Header, Claims map[string]any

	retired bool // a key that was retired verified the token: it was known to be good
}

// Checker examines access tokens: by introspection, by the keys of the identity provider, or both.
type Checker interface {
	// Check tells whom a token names. A token that is not good gives a *Refusal, and whom it names where it can be read
	// all the same; any other error says that the token could not be examined.
	Check(ctx context.Context, token string) (Person, error)
}

// The rules of tokens that a Refusal names, and that an operator may overlook.
const (
	RuleAbsent     = "psctoken-absent"
	RuleOpaque     = "psctoken-opaque"
	RuleEncrypted  = "psctoken-encrypted"
	RuleTruncated  = "psctoken-truncated"
	RuleNone       = "psctoken-algorithm-none"
	RuleAlgorithm  = "psctoken-algorithm-other"
	RuleCritical   = "psctoken-critical-unknown"
	RuleKey        = "psctoken-kid-unknown"
	RuleSignature  = "psctoken-signature-wrong"
	RuleIssuer     = "psctoken-issuer-other"
	RuleType       = "psctoken-type-other"
	RuleScope      = "psctoken-scope-insufficient"
	RuleExpired    = "psctoken-expired"
	RuleEarly      = "psctoken-not-yet-valid"
	RuleLife       = "psctoken-life-excessive"
	RuleLevel      = "psctoken-level-insufficient"
	RulePerson     = "psctoken-person-absent"
	RuleInactive   = "introspection-inactive" // the identity provider says that the token is not active
	RuleOtherwise  = "introspection-subject"  // it names another person than the token
	RuleUnreadable = "introspection-malformed"
)

// Refusal is why a token is not good: every rule that it breaks.
type Refusal struct{ Rules []string }

// Error lists the rules.
func (r *Refusal) Error() string {
	return fmt.Sprintf("the token is refused: %s", strings.Join(r.Rules, ", "))
}

// without returns the refusal that is left when some rules are overlooked; nil when none is.
func (r *Refusal) without(overlooks func(rule string) bool) *Refusal {
	left := slices.DeleteFunc(slices.Clone(r.Rules), overlooks)
	if len(left) == 0 {
		return nil
	}
	return &Refusal{left}
}
