// Package doctor looks at an MSSanté operator as its candidate file declares it, before any case: whether its interfaces
// answer, offer STARTTLS and show a certificate that goes with the file, and whether the harness can listen where the
// operator looks for Pro Santé Connect. Each symptom names the key to change.
//
// It judges nothing: what it finds wrong may be the candidate's defect, which a run then tells by a requirement.
package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// Symptom is one thing that keeps a candidate, or a part of it, from being judged.
type Symptom struct {
	// Field is the key of the candidate file to look at.
	Field string
	// What was found, and what to do.
	What, Remedy verdict.Text
}

// In returns the symptom on one line in a language.
func (s Symptom) In(lang string) string {
	colon := " : "
	if lang == "en" {
		colon = ": "
	}
	return s.Field + colon + s.What.In(lang) + ". " + s.Remedy.In(lang)
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
}

// Examine returns the symptoms of an MSSanté operator, in the order of the file; none when it declares no such role.
func (p Patient) Examine(ctx context.Context) []Symptom {
	c := p.Candidate
	if c.MSSante == nil {
		return nil
	}
	symptoms := append(p.mailboxes(), p.psc()...)
	for _, role := range candidate.MSSRoles() {
		if declared := c.Interface(role); declared != nil {
			symptoms = append(symptoms, p.answers(ctx, role, declared.Address)...)
		}
	}
	return symptoms
}

// psc tells whether the harness can listen where the operator looks for Pro Santé Connect.
func (p Patient) psc() []Symptom {
	address := p.Candidate.MSSante.PSC.Listen
	listener, err := net.Listen("tcp", address)
	if err == nil {
		err = listener.Close()
	}
	field := "mssante.psc.listen"
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EADDRINUSE):
		return []Symptom{{Field: field, What: say("le port de %s est pris", "the port of %s is in use", address),
			Remedy: say("Arrêtez l'autre programme (un « sandbox psc » ?), ou changez de port ici et chez l'opérateur.", "End the other program (a “sandbox psc”?), or change the port here and at the operator's.")}}
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return []Symptom{{Field: field, What: say("%s n'est pas une adresse de cette machine", "%s is no address of this machine", address),
			Remedy: say("Donnez l'une des siennes, par exemple %s.", "Give one of its own, for instance %s.", candidate.FixedPSC)}}
	}
	return []Symptom{{Field: field, What: say("le banc ne peut écouter à %s (%v)", "the harness cannot listen at %s (%v)", address, err),
		Remedy: say("Donnez une adresse de cette machine et un port libre.", "Give an address of this machine and a free port.")}}
}
