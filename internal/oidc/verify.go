package oidc

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/internal/jws"
	"etalon/internal/mssante"
	"etalon/internal/verdict"
)

// MaxToken bounds what is read as a token; a real one has some 1,200 characters.
const MaxToken = 16 << 10

// Expectation is what who checks a token knows before it reads it.
type Expectation struct {
	Issuer string
	Keys   []PublicKey // published by the issuer
	Now    time.Time
	// Skew is the difference of clocks that is forgiven, MaxLife the life that a token may have; zero for any.
	Skew, MaxLife time.Duration
	// OpensTo tells whether the thing that is asked for opens to a person; nil where that is not looked at.
	OpensTo func(mssante.IdNat) bool
}

// Judged is what a token turned out to be.
type Judged struct {
	// Token is what it says, as far as it could be read.
	Token mssante.AccessToken
	// IdNat is the person whom it lets in; empty when none is.
	IdNat    mssante.IdNat
	Findings []verdict.Finding
}

// Rules maps each rule that Verify reports to the requirement that a token departs from.
var Rules = map[string]string{
	"psctoken-absent":             "TOK-23",
	"psctoken-opaque":             "TOK-22",
	"psctoken-encrypted":          "TOK-24",
	"psctoken-truncated":          "TOK-25",
	"psctoken-oversized":          "TOK-40",
	"psctoken-malformed":          "TOK-41",
	"psctoken-claim-malformed":    "TOK-42",
	"psctoken-algorithm-none":     "TOK-08",
	"psctoken-algorithm-other":    "TOK-09",
	"psctoken-critical-unknown":   "TOK-15",
	"psctoken-kid-unknown":        "TOK-12",
	"psctoken-signature-wrong":    "TOK-02",
	"psctoken-issuer-other":       "TOK-18",
	"psctoken-type-other":         "TOK-20",
	"psctoken-expired":            "TOK-04",
	"psctoken-not-yet-valid":      "TOK-07",
	"psctoken-life-excessive":     "TOK-43",
	"psctoken-scope-insufficient": "TOK-26",
	"psctoken-level-insufficient": "TOK-27",
	"psctoken-person-absent":      "TOK-32",
	"psctoken-person-other":       "TOK-35",
}

// judge holds what the checks of one token share.
type judge struct {
	Expectation
	out Judged
}

// Verify checks a token as an operator does that reads it itself (local check): form, key, signature, issuer, type, life,
// scope, level, person. It returns every departure, except that a token that cannot be read has no others.
func Verify(token string, x Expectation) Judged {
	j := &judge{Expectation: x}
	t, ok := j.read(token)
	if !ok {
		return j.out
	}
	j.signature(t)
	j.claims(t.Claims)
	return j.out
}

// VerifyClaims checks what introspection says of a token, as an operator does that asks: issuer, type, life, scope, level,
// person. Form and signature are the business of who was asked.
func VerifyClaims(claims map[string]any, x Expectation) Judged {
	j := &judge{Expectation: x}
	j.claims(claims)
	return j.out
}

// claims judges what the token says.
func (j *judge) claims(claims map[string]any) {
	said, malformed := ReadAccess(claims)
	for _, name := range malformed {
		j.report("psctoken-claim-malformed", name, "")
	}
	j.out.Token = said
	if said.Issuer != j.Issuer {
		j.report("psctoken-issuer-other", j.Issuer, said.Issuer) // TOK-03, TOK-18, TOK-19
	}
	if kind, _ := claims["typ"].(string); kind != TypeAccess {
		j.report("psctoken-type-other", TypeAccess, kind) // TOK-20, TOK-21
	}
	j.life(said, slices.Contains(malformed, "exp"))
	if !slices.Contains(said.Scopes, mssante.ScopeAll) {
		j.report("psctoken-scope-insufficient", mssante.ScopeAll, strings.Join(said.Scopes, " "))
	}
	if !slices.Contains(mssante.Levels(), said.Level) {
		j.report("psctoken-level-insufficient", mssante.Levels()[0], said.Level)
	}
	j.person(said)
}

// read takes the token apart.
func (j *judge) read(token string) (jws.Token, bool) {
	parts := strings.Count(token, ".") + 1
	switch {
	case token == "":
		return jws.Token{}, j.report("psctoken-absent", "", "")
	case len(token) > MaxToken:
		return jws.Token{}, j.report("psctoken-oversized", "≤ "+strconv.Itoa(MaxToken), strconv.Itoa(len(token)))
	case parts == 1:
		return jws.Token{}, j.report("psctoken-opaque", "3", "1")
	case parts == 2:
		return jws.Token{}, j.report("psctoken-truncated", "3", "2")
	case parts == 5:
		return jws.Token{}, j.report("psctoken-encrypted", "3", "5")
	}
	t, err := jws.Parse(token)
	var m *jws.Malformed
	if errors.As(err, &m) {
		return t, j.report("psctoken-malformed", m.Want, m.Got)
	}
	return t, true
}

// signature judges the header and the signature. Keys that the token brings along are not looked at (TOK-14).
func (j *judge) signature(t jws.Token) {
	if critical, there := t.Header["crit"]; there { // RFC 7515 §4.1.11: what is not understood must not be accepted
		shown, _ := json.Marshal(critical)
		j.report("psctoken-critical-unknown", "", string(shown))
	}
	algorithm, kid := t.Text("alg"), t.Text("kid")
	switch {
	case strings.EqualFold(algorithm, jws.None):
		j.report("psctoken-algorithm-none", jws.RS256, algorithm)
		return
	case algorithm != jws.RS256 && algorithm != jws.ES256:
		j.report("psctoken-algorithm-other", jws.RS256, algorithm)
		return
	}
	i := slices.IndexFunc(j.Keys, func(k PublicKey) bool { return k.ID == kid })
	if i < 0 {
		j.report("psctoken-kid-unknown", "", kid) // TOK-12, TOK-13, TOK-17
		return
	}
	if !t.SignedBy(algorithm, j.Keys[i].Key) {
		j.report("psctoken-signature-wrong", "", "") // TOK-02, TOK-10, TOK-11, TOK-14
	}
}

// life judges the instants. unread tells that the end of life was there and could not be read.
func (j *judge) life(t mssante.AccessToken, unread bool) {
	switch {
	case unread:
	case t.Expires.IsZero():
		j.report("psctoken-expired", "exp", "")
	case !j.Now.Before(t.Expires.Add(j.Skew)):
		j.report("psctoken-expired", stamp(j.Now), stamp(t.Expires))
	case j.MaxLife > 0 && t.Expires.Sub(t.IssuedAt) > j.MaxLife:
		j.report("psctoken-life-excessive", j.MaxLife.String(), t.Expires.Sub(t.IssuedAt).String())
	}
	for _, at := range []time.Time{t.NotBefore, t.IssuedAt} {
		if at.After(j.Now.Add(j.Skew)) {
			j.report("psctoken-not-yet-valid", stamp(j.Now), stamp(at))
			return
		}
	}
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// person judges whom the token lets in: one of the persons that it names.
func (j *judge) person(t mssante.AccessToken) {
	named := t.Persons()
	if len(named) == 0 {
		j.report("psctoken-person-absent", "preferred_username", "")
		return
	}
	if j.OpensTo == nil {
		j.out.IdNat = named[0]
		return
	}
	i := slices.IndexFunc(named, j.OpensTo)
	if i < 0 {
		j.report("psctoken-person-other", "", string(named[0]))
		return
	}
	j.out.IdNat = named[i]
}

// maxShown bounds what a finding repeats of a token.
const maxShown = 120

// report adds a finding and returns false.
func (j *judge) report(rule, want, got string) bool {
	if r := []rune(got); len(r) > maxShown {
		got = string(r[:maxShown]) + "…"
	}
	j.out.Findings = append(j.out.Findings, verdict.Finding{Requirement: Rules[rule], Rule: rule, Want: want, Got: got})
	return false
}
