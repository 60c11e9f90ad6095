package oidc

import (
	"fmt"
	"io"
	"slices"
	"time"

	"etalon/internal/mssante"
	"etalon/internal/verdict"
)

// Fault is one deliberate fault of a token, or of what is said of it, played on an operator, or of a flow, played on a
// program of professionals. Of a token, Token or Wire changes it; Conduct is what the mock Pro Santé Connect does when it
// is asked. One of the three is set; the second may come with an introspection that lies, where the fault is about who is
// believed.
type Fault struct {
	// Name is what features write: "psctoken-<part>-<departure>", or "psc-<departure>" of a conduct; "idtoken-…",
	// "callback-…", "tokenanswer-…" and "userinfo-…" of a flow.
	Name string
	// Violates is the one requirement that must catch the fault: "TOK-04".
	Violates string
	Title    verdict.Text
	// Caught is the rule by which Verify catches it; empty where reading the token cannot.
	Caught string
	// Token changes the token before it is signed.
	Token func(Honest, *Draft) error
	// Wire changes the finished token.
	Wire    func(Honest, string) (string, error)
	Conduct Conduct
	// ID changes the ID token of a flow before it is signed, IDWire the finished one; Flow is how the flow goes wrong
	// otherwise. One of the three is set of a fault that is played on a program of professionals, and then none of those
	// before.
	ID     func(Honest, *Draft) error
	IDWire func(Honest, string) (string, error)
	Flow   Flow
}

// Conduct is how the mock Pro Santé Connect treats who asks it; the zero one is honest.
type Conduct struct {
	// Answer is that of introspection, about the token of the fault alone.
	Answer Answer
	// JWKS is an HTTP status with which the keys are refused.
	JWKS int
	// Link is a variant of the TLS certificate, as pki names it: "expired".
	Link string
	// Down refuses connections.
	Down bool
}

// Honest is what a fault departs from, and with what.
type Honest struct {
	Now    time.Time
	Issuer string
	// Live signs the honest token and is published; Rogue never was; Retired was, and has none where no key was retired;
	// Foreign is published by another issuer.
	Live, Rogue, Retired, Foreign Key
	ForeignIssuer                 string
	// Secret signs refresh tokens.
	Secret []byte
	// Trap is an address that nobody has a reason to call.
	Trap string
	// Other is another professional than the one whom the token names.
	Other mssante.Professional
	// Rand serves signatures and drawn names.
	Rand io.Reader
}

// Make makes the token of a draft with the fault: an honest one where it is a conduct. It fails when the fault cannot be
// committed, such as the signature of a retired key where none was retired.
func (f Fault) Make(h Honest, d *Draft) (string, error) {
	if f.Token != nil {
		if err := f.Token(h, d); err != nil {
			return "", fmt.Errorf("commit %s: %w", f.Name, err)
		}
	}
	token, err := d.Compact()
	if err != nil || f.Wire == nil {
		return token, err
	}
	if token, err = f.Wire(h, token); err != nil {
		return "", fmt.Errorf("commit %s: %w", f.Name, err)
	}
	return token, nil
}

// Settle returns the conduct of the fault, in which an answer about another person names one.
func (f Fault) Settle(h Honest) Conduct {
	c := f.Conduct
	if c.Answer.Kind == AnswerOtherSubject || c.Answer.Kind == AnswerConflict {
		c.Answer.IdNat = h.Other.IdNat
	}
	return c
}

// Faults returns every fault, in the order of the requirements.
func Faults() []Fault {
	return slices.Concat(keyFaults(), issuerFaults(), lifeFaults(), algorithmFaults(), alterationFaults(), headerFaults(), kindFaults(),
		claimFaults(), personFaults(), formFaults(), answerFaults(), linkFaults(), flowFaults())
}

// FaultByName returns the fault of that name.
func FaultByName(name string) (Fault, bool) {
	all := Faults()
	i := slices.IndexFunc(all, func(f Fault) bool { return f.Name == name })
	if i < 0 {
		return Fault{}, false
	}
	return all[i], true
}

// Variants are the tokens and the flows that depart from the usual one and that must be accepted all the same; each names
// the requirement that says so.
func Variants() []Fault { return slices.Concat(toleratedVariants(), flowVariants()) }

// claims is a fault that sets claims; one that is nil is removed.
func claims(name, violates, caught, fr, en string, members func(Honest) map[string]any) Fault {
	return Fault{
		Name: name, Violates: violates, Caught: caught, Title: verdict.Text{FR: fr, EN: en},
		Token: func(h Honest, d *Draft) error {
			Set(d.Claims, members(h))
			return nil
		},
	}
}

// fixed are members that do not depend on the stage.
func fixed(members map[string]any) func(Honest) map[string]any {
	return func(Honest) map[string]any { return members }
}

// drafted is a fault that changes the draft otherwise.
func drafted(name, violates, caught, fr, en string, change func(Honest, *Draft) error) Fault {
	return Fault{Name: name, Violates: violates, Caught: caught, Title: verdict.Text{FR: fr, EN: en}, Token: change}
}

// wired is a fault of the finished token.
func wired(name, violates, caught, fr, en string, change func(Honest, string) (string, error)) Fault {
	return Fault{Name: name, Violates: violates, Caught: caught, Title: verdict.Text{FR: fr, EN: en}, Wire: change}
}

// conducted is a fault of who is asked; the token is honest.
func conducted(name, violates, fr, en string, c Conduct) Fault {
	return Fault{Name: name, Violates: violates, Title: verdict.Text{FR: fr, EN: en}, Conduct: c}
}
