// Package doctor looks at a candidate as its file declares it, before any case: the ports at which the harness listens, the
// addresses and commands that the file names, the certificates on both sides, the clocks, the traces and the convention; and it
// reads why the honest exchange of a role did not go through. Each symptom names the key to change.
//
// It judges nothing: what it finds wrong may be the candidate's defect, which a run then tells by a requirement.
package doctor

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/legible"
	"etalon/internal/mail"
	"etalon/internal/pki"
	"etalon/internal/redact"
	"etalon/internal/verdict"
)

// Symptom is one thing that keeps a candidate, or a part of it, from being judged.
type Symptom struct {
	// Sign is its kind, one of Signs.
	Sign Sign
	// Scope is the role and mode that it is about, ROLE/MODE; empty for the whole file.
	Scope string
	// File is the file that has the key, where it is not the candidate file: the convention's.
	File string
	// Field is the key to look at.
	Field string
	// Closed tells that no honest exchange can be tried before it is mended.
	Closed bool
	// Doubt tells that this may be a defect of the candidate, which a run judges by a requirement.
	Doubt bool
	// What was found, and what to do.
	What, Remedy verdict.Text
}

// doubt is what is said of a symptom that may be the candidate's own defect.
var doubt = verdict.Text{FR: " Ce peut aussi être un défaut du candidat, qu'une exécution jugera.", EN: " This may also be a defect of the candidate, which a run will judge."}

// In returns the symptom on one line in a language.
func (s Symptom) In(lang string) string {
	colon := " : "
	if lang == "en" {
		colon = ": "
	}
	line := strings.TrimSpace(s.Field + colon + s.What.In(lang) + ". " + s.Remedy.In(lang))
	if s.File != "" {
		line = s.File + colon + line
	}
	if s.Doubt {
		line += doubt.In(lang)
	}
	return line
}

// say makes a sentence in both languages from two formats over the same values.
func say(fr, en string, values ...any) verdict.Text {
	return verdict.Text{FR: fmt.Sprintf(fr, values...), EN: fmt.Sprintf(en, values...)}
}

// Patient is the candidate to examine, and with what.
type Patient struct {
	Candidate *candidate.Candidate
	// PKI is the test PKI of the run, Roots the authorities that the operator's certificate may come from.
	PKI    *pki.Set
	Roots  []*x509.Certificate
	Limits mail.Limits
	Now    func() time.Time
	// Redactor takes out the secrets that the candidate tells before any exchange: in a greeting, a document.
	Redactor *redact.Redactor
}

// Examine returns the symptoms of a candidate, in the order of the file: first of what is on this machine, then of what is
// reached.
func (p Patient) Examine(ctx context.Context) []Symptom {
	return slices.Concat(p.convention(), p.own(), p.commands(), p.traces(), p.psc(), p.mailProgram(), p.mailboxes(), p.discreet(p.reached(ctx)))
}

// discreet takes secrets out of what symptoms say, and what acts on a terminal.
func (p Patient) discreet(symptoms []Symptom) []Symptom {
	veil := redact.NewVeil(p.Redactor)
	for i, s := range symptoms {
		for _, said := range []*string{&s.What.FR, &s.What.EN} {
			veil.Learn(*said)
			*said = legible.Cut(legible.OneLine(veil.Text(*said)), maxWhat)
		}
		symptoms[i].What = s.What
	}
	return symptoms
}

// maxWhat bounds what a symptom says, in octets: candidates are quoted in it.
const maxWhat = 1000

// reached looks at what answers at the addresses of the file.
func (p Patient) reached(ctx context.Context) []Symptom {
	symptoms := slices.Concat(p.identity(ctx), p.addresses(ctx))
	c := p.Candidate
	for _, role := range candidate.MSSRoles() {
		if declared := c.Interface(role); declared != nil {
			symptoms = append(symptoms, p.answers(ctx, role, declared.Address)...)
		}
	}
	if c.MSSOperator != nil {
		symptoms = append(symptoms, p.answers(ctx, candidate.RoleMSSOperator, c.MSSOperator.Address)...)
	}
	return symptoms
}
