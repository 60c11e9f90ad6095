package saml

import (
	"cmp"
	"crypto/x509"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// MaxContextWindow is the longest life of a context token (C04).
const MaxContextWindow = 5 * time.Minute

// ContextRules maps every rule that VerifyContext can report to the requirement of the authentication operator that
// it departs from. Judged as the work of an identification operator, all name C02 but for its keys (T05).
var ContextRules = map[string]string{
	"context-absent":            "C01",
	"context-malformed":         "C01",
	"context-signature-absent":  "C01",
	"context-signature-invalid": "C01",
	"context-signer-untrusted":  "C01",
	"context-signer-other":      "C01",
	"context-wrapped":           "C01",
	"context-key-weak":          "T05",
	"context-issuer-absent":     "C01",
	"context-issuer-unknown":    "C01",
	"context-issuer-outside":    "C01",

	"context-authnstatement":  "C02",
	"context-nameid-absent":   "C02",
	"context-method-absent":   "C02",
	"context-method-other":    "C02",
	"context-level-absent":    "C02",
	"context-level-other":     "C02",
	"context-instant-absent":  "C02",
	"context-instant-future":  "C02",
	"context-instant-too-old": "C02",

	"context-audience-absent":  "C03",
	"context-audience-other":   "C03",
	"context-recipient-absent": "C03",
	"context-recipient-other":  "C03",

	"context-window-absent":   "C04",
	"context-window-too-long": "C04",
	"context-expired":         "C04",
	"context-not-yet-valid":   "C04",
	"context-replayed":        "C04",
}

// ContextExpectation is what an authentication operator knows before it reads a context token.
type ContextExpectation struct {
	Convention *interops.Convention
	Profile    *interops.Profile
	// Operator is the Organism.Name of the authentication operator: Audience and Recipient must be one of the two
	// names by which it goes, Organism.Issuer and Organism.Recipient (C03).
	Operator string
	// Now is the protocol time.
	Now time.Time
	// Trust returns what is wrong with a signer's chain, leaf first, at an instant. Nil trusts nobody.
	Trust func(chain []*x509.Certificate, at time.Time) []pki.PathError
	// Seen tells whether a token of that issuer and identifier was received before (C04-N2). Nil leaves that to the
	// caller.
	Seen func(issuer, id string) bool
	// Emitted judges the token as the work of an identification operator.
	Emitted bool
}

// JudgedContext is what a context token turned out to be. Unless Verified, Token holds claims only.
type JudgedContext struct {
	Token interops.ContextToken
	// Verified tells that a trusted key, listed for the organism that Issuer names, signed the whole assertion, alone
	// in the message. It says nothing of quality, dates and content: those have findings.
	Verified bool
	// Operator is the identification operator that Issuer names; zero when unknown.
	Operator interops.Organism
	// Signer is the certificate with which the signature was checked; nil when none was carried.
	Signer   *x509.Certificate
	Findings []verdict.Finding
}

// contextJudge holds what the checks of one token share.
type contextJudge struct {
	ContextExpectation
	el  *etree.Element
	out JudgedContext
}

// VerifyContext judges a context token, the root of its document. It returns every departure (C01 to C04).
func VerifyContext(root *etree.Element, x ContextExpectation) JudgedContext {
	j := &contextJudge{ContextExpectation: x, el: root}
	if !xmlsec.Is(root, Namespace20, "Assertion") {
		j.report("context-absent", "Assertion", root.NamespaceURI()+" "+root.Tag)
		return j.out
	}
	j.out.Token = DecodeContext(root)
	j.issuer()
	j.signature()
	j.content()
	j.addressed()
	j.window()
	if x.Seen != nil && x.Seen(j.out.Token.Issuer, j.out.Token.ID) {
		j.report("context-replayed", "", j.out.Token.ID) // C04-N2
	}
	return j.out
}

// issuer checks that an identification operator of the sphere in force speaks (C01).
func (j *contextJudge) issuer() {
	id := j.out.Token.Issuer
	o, known := j.Convention.OrganismByIssuer(id)
	switch member, in := j.Convention.Sphere.Member(o.Name); {
	case strings.TrimSpace(id) == "":
		j.report("context-issuer-absent", "Issuer", "")
	case !known:
		j.report("context-issuer-unknown", "", id)
	case !in || !member.Plays(interops.IdentificationOperator) || !j.Convention.Sphere.InForce(o.Name, j.Now):
		j.out.Operator = o
		j.report("context-issuer-outside", string(interops.IdentificationOperator), id) // C01-N2
	default:
		j.out.Operator = o
	}
}

// contextFamilies gathers the rules of a VI's signature and structure under those of a context token.
var contextFamilies = map[string]string{
	"G01": "context-signature-invalid", "G02": "context-signature-invalid", "G03": "context-signature-invalid",
	"G04": "context-signature-invalid", "G05": "context-signer-untrusted", "G06": "context-signer-other",
	"G07": "context-wrapped", "G08": "context-wrapped", "T05": "context-key-weak", "T08": "context-signer-untrusted",
	"V01": "context-malformed", "V17": "context-malformed",
}

// signature judges the assertion's structure and signature as those of a VI (C01).
func (j *contextJudge) signature() {
	as := &judge{
		Expectation: Expectation{Convention: j.Convention, Profile: j.Profile, Mode: interops.ModeS, Now: j.Now, Trust: j.Trust},
		root:        j.el, vis: []*etree.Element{j.el}, el: j.el, space: Namespace20, id: j.out.Token.ID, client: j.out.Operator,
	}
	as.vi = Decode(j.el, j.Profile)
	sound := false
	if as.form() {
		sound = as.binding()
		as.structure()
		sound = as.signed() && sound
	}
	for _, f := range as.findings {
		rule := cmp.Or(contextFamilies[Rules[f.Rule]], "context-malformed")
		switch f.Rule {
		case "signature-absent":
			rule = "context-signature-absent" // C01-N1
		case "signer-unlisted", "signer-retired":
			rule = "context-signer-other"
		}
		j.report(rule, f.Want, f.Rule+": "+f.Got)
	}
	j.out.Verified = sound
	if len(as.chain) > 0 {
		j.out.Signer = as.chain[0]
	}
}

// content checks whom the token identifies, and how that was established (C02). It says nothing of authentication:
// that is another operator's word.
func (j *contextJudge) content() {
	if n := len(xmlsec.Children(j.el, Namespace20, "AuthnStatement")); n > 0 {
		j.report("context-authnstatement", "0", strconv.Itoa(n))
	}
	t := j.out.Token
	if strings.TrimSpace(t.NameID.Value) == "" {
		j.report("context-nameid-absent", "NameID", "") // C02-N1
	}
	if strings.TrimSpace(t.Method) == "" {
		j.report("context-method-absent", ContextMethod, "") // C02-N2
	}
	means := slices.Clone(j.means())
	offered := slices.IndexFunc(means, func(m interops.Means) bool { return m.Name == t.Method })
	if t.Method != "" && len(means) > 0 && offered < 0 {
		j.report("context-method-other", names(means), t.Method)
	}
	switch {
	case t.Level == "":
		j.report("context-level-absent", ContextLevel, "")
	case j.Profile.Rank(t.Level) < 0:
		j.report("context-level-other", "", t.Level)
	case offered >= 0 && j.Profile.Rank(t.Level) > j.Profile.Rank(means[offered].Level):
		j.report("context-level-other", "≤ "+means[offered].Level, t.Level)
	}
	j.instant()
}

// means are those that the operator offers, by the convention.
func (j *contextJudge) means() []interops.Means {
	m, _ := j.Convention.Sphere.Member(j.out.Operator.Name)
	return m.Identification
}

func names(means []interops.Means) string {
	all := make([]string, 0, len(means))
	for _, m := range means {
		all = append(all, m.Name)
	}
	return strings.Join(all, " | ")
}

// instant checks when the person was identified (C02-N3).
func (j *contextJudge) instant() {
	at, skew, oldest := j.out.Token.Instant, j.Profile.Skew(), j.Profile.Time.MaxAuthnAge.Duration
	switch {
	case at.IsZero():
		j.report("context-instant-absent", ContextInstant, "")
	case at.After(j.Now.Add(skew)):
		j.report("context-instant-future", "≤ "+shown(j.Now.Add(skew)), shown(at))
	case at.Before(j.Now.Add(-oldest - skew)):
		j.report("context-instant-too-old", "≥ "+shown(j.Now.Add(-oldest-skew)), shown(at))
	}
}

// addressed checks that the token is for this authentication operator (C03).
func (j *contextJudge) addressed() {
	o, _ := j.Convention.Organism(j.Operator)
	own := []string{o.Issuer, o.Recipient}
	restrictions := decode20(j.el, j.Profile).Audiences
	if len(slices.Concat(restrictions...)) == 0 {
		j.report("context-audience-absent", strings.Join(own, " | "), "")
	}
	for _, restriction := range restrictions {
		if len(restriction) > 0 && !slices.ContainsFunc(restriction, func(a string) bool { return a != "" && slices.Contains(own, a) }) {
			j.report("context-audience-other", strings.Join(own, " | "), strings.Join(restriction, " ")) // C03-N1
		}
	}
	switch r := j.out.Token.Recipient; {
	case r == "":
		j.report("context-recipient-absent", strings.Join(own, " | "), "")
	case !slices.Contains(own, r):
		j.report("context-recipient-other", strings.Join(own, " | "), r)
	}
}

// window checks that the token lives now, and not for long (C04).
func (j *contextJudge) window() {
	from, until, skew := j.out.Token.NotBefore, j.out.Token.NotOnOrAfter, j.Profile.Skew()
	if from.IsZero() || until.IsZero() {
		j.report("context-window-absent", "NotBefore NotOnOrAfter", strings.TrimSpace(stamp(from)+" "+stamp(until)))
	} else if until.Sub(from) > MaxContextWindow {
		j.report("context-window-too-long", "≤ "+MaxContextWindow.String(), until.Sub(from).String())
	}
	end := decode20(j.el, j.Profile).Confirmation.NotOnOrAfter
	for _, limit := range []time.Time{until, end} {
		if !limit.IsZero() && !j.Now.Before(limit.Add(skew)) {
			j.report("context-expired", "> "+shown(j.Now), shown(limit)) // C04-N1
			break
		}
	}
	if !from.IsZero() && j.Now.Before(from.Add(-skew)) {
		j.report("context-not-yet-valid", "≤ "+shown(j.Now.Add(skew)), shown(from))
	}
}

// report adds a finding under the requirement of the side that is judged.
func (j *contextJudge) report(rule, want, got string) {
	requirement := ContextRules[rule]
	if j.Emitted && requirement != "T05" {
		requirement = "C02"
	}
	j.out.Findings = append(j.out.Findings, verdict.Finding{
		Requirement: requirement, Rule: rule, Want: Shorten(want), Got: Shorten(got),
	})
}
