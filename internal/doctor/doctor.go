// Package doctor looks at a candidate as its file declares it, before any case: whether the interfaces of an MSSanté operator
// answer, offer STARTTLS and show a certificate that goes with the file, and whether the harness can listen where the
// candidate looks for Pro Santé Connect; and whether what an identity provider publishes goes with its file. Each symptom names
// the key to change.
//
// It judges nothing: what it finds wrong may be the candidate's defect, which a run then tells by a requirement.
package doctor

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
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
	// Closed tells that no honest exchange can be tried before it is mended.
	Closed bool
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

// Examine returns the symptoms of a candidate in a role without mode, in the order of the file.
func (p Patient) Examine(ctx context.Context) []Symptom {
	c := p.Candidate
	if c.MSSante == nil {
		return slices.Concat(p.identity(ctx), p.psc(), p.mailProgram())
	}
	symptoms := p.mailboxes()
	if c.MSSIMAP != nil || c.MSSSMTP != nil { // nobody logs in at the interface between operators
		symptoms = append(symptoms, p.psc()...)
	}
	for _, role := range candidate.MSSRoles() {
		if declared := c.Interface(role); declared != nil {
			symptoms = append(symptoms, p.answers(ctx, role, declared.Address)...)
		}
	}
	return symptoms
}

// psc tells whether the harness can be Pro Santé Connect where the operator looks for it, under the name by which it calls.
func (p Patient) psc() []Symptom {
	declared, key := p.Candidate.Provided()
	if declared == nil {
		return nil
	}
	host, _, _ := net.SplitHostPort(declared.Listen)
	host = cmp.Or(declared.Host, host)
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		return []Symptom{{Field: key + ".host", What: say("Pro Santé Connect écouterait partout, sous aucun nom", "Pro Santé Connect would listen everywhere, under no name"),
			Remedy: say("Donnez ici le nom ou l'adresse par lequel le candidat le joint.", "Give here the name or the address by which the candidate calls it.")}}
	}
	return append(p.pscListens(), p.pscNamed(host)...)
}

// pscNamed wants the certificate of a PKI that lasts to bear that name.
func (p Patient) pscNamed(host string) []Symptom {
	credential, err := p.PKI.Credential(candidate.PSCOrganism + "/tls")
	if err != nil {
		return []Symptom{{Field: "pki.dir", What: say("la PKI durable n'a pas de certificat de Pro Santé Connect", "the lasting PKI has no certificate of Pro Santé Connect"), Remedy: anotherPKI}}
	}
	if credential.Leaf().VerifyHostname(host) != nil {
		return []Symptom{{Field: "pki.dir", What: say("le certificat de Pro Santé Connect, dans la PKI durable, n'est pas au nom %s par lequel l'opérateur le joint", "the certificate of Pro Santé Connect, in the lasting PKI, is not for the name %s by which the operator calls it", host), Remedy: anotherPKI}}
	}
	return nil
}

var anotherPKI = say("Refaites-la par conformance init dans un nouveau dossier.", "Make it again by conformance init in a new folder.")

// pscListens tells whether the harness can listen there.
func (p Patient) pscListens() []Symptom {
	declared, key := p.Candidate.Provided()
	address := declared.Listen
	listener, err := net.Listen("tcp", address)
	if err == nil {
		err = listener.Close()
	}
	field := key + ".listen"
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EADDRINUSE):
		return []Symptom{{Field: field, Closed: true, What: say("le port de %s est pris", "the port of %s is in use", address),
			Remedy: say("Arrêtez l'autre programme (un « sandbox psc » ?), ou changez de port ici et chez le candidat.", "End the other program (a “sandbox psc”?), or change the port here and at the candidate's.")}}
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return []Symptom{{Field: field, Closed: true, What: say("%s n'est pas une adresse de cette machine", "%s is no address of this machine", address),
			Remedy: say("Donnez l'une des siennes, par exemple %s.", "Give one of its own, for instance %s.", candidate.FixedPSC)}}
	}
	return []Symptom{{Field: field, Closed: true, What: say("le banc ne peut écouter à %s (%v)", "the harness cannot listen at %s (%v)", address, err),
		Remedy: say("Donnez une adresse de cette machine et un port libre.", "Give an address of this machine and a free port.")}}
}
