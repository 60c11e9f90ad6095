package doctor

import (
	"fmt"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
)

// mailboxes tells what keeps a certificate from opening the mailbox that it should.
func (p Patient) mailboxes() (symptoms []Symptom) {
	m := p.Candidate.MSSante
	if m == nil {
		return nil
	}
	for i, box := range m.Mailboxes {
		if box.Type == mssante.Application && !box.Suspended {
			symptoms = append(symptoms, p.application(box, fmt.Sprintf("mssante.mailboxes[%d]", i))...)
		}
	}
	return symptoms
}

// application looks at the certificate that opens an application's mailbox.
func (p Patient) application(box candidate.Mailbox, field string) []Symptom {
	if box.Certificate == nil {
		name := candidate.StructureOrganism(box.Holder) + "/tls"
		if _, err := p.PKI.Credential(name); err != nil {
			return []Symptom{{Sign: OldPKI, Field: "pki.dir",
				What:   say("la PKI durable n'a pas de certificat de la structure %s, à qui est %s", "the lasting PKI has no certificate of the structure %s, which has %s", box.Holder, box.Address),
				Remedy: say("Refaites-la par conformance init dans un nouveau dossier, ou donnez %s.certificate.", "Make it again by conformance init in a new folder, or give %s.certificate.", field)}}
		}
		return nil
	}
	leaf, now := box.Certificate.TLS.Leaf, p.Now()
	field += ".certificate"
	var symptoms []Symptom
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		symptoms = append(symptoms, Symptom{Sign: OutOfDate, Field: field,
			What:   say("ce certificat vaut du %s au %s", "this certificate holds from %s to %s", leaf.NotBefore.UTC().Format("2006-01-02"), leaf.NotAfter.UTC().Format("2006-01-02")),
			Remedy: say("Donnez-en un en cours de validité.", "Give one that is valid now.")})
	}
	if unit := strings.Join(leaf.Subject.OrganizationalUnit, ", "); unit != string(box.Holder) {
		symptoms = append(symptoms, Symptom{Sign: OtherOrganism, Field: field,
			What:   say("l'OU de ce certificat est « %s », et le titulaire de la boîte %s", "the OU of this certificate is “%s”, and the holder of the mailbox %s", unit, box.Holder),
			Remedy: say("Donnez le certificat ORG AUTH_CLI de cette structure, ou corrigez holder.", "Give the ORG AUTH_CLI certificate of this structure, or correct holder.")})
	}
	return symptoms
}
