package doctor

import (
	"net"
	"strconv"
)

// mailProgram tells whether the harness can be the operator of a mail program's mailbox where the program looks for it.
func (p Patient) mailProgram() []Symptom {
	declared := p.Candidate.LPS
	if declared == nil {
		return nil
	}
	var symptoms []Symptom
	ports := declared.Operator.Ports
	for _, port := range []struct {
		name   string
		number int
	}{{"imap", ports.IMAP}, {"smtp", ports.SMTP}, {"autoconfig", ports.Autoconfig}, {"dns", ports.DNS}, {"crl", ports.CRL}} {
		listener, err := net.Listen("tcp", declared.Operator.At(port.number))
		if err == nil {
			_ = listener.Close()
			continue
		}
		symptoms = append(symptoms, Symptom{
			Field: "roles.lps.operator.ports." + port.name, Closed: true,
			What:   say("le banc ne peut écouter à %s (%v)", "the harness cannot listen at %s (%v)", net.JoinHostPort(declared.Operator.Address, strconv.Itoa(port.number)), err),
			Remedy: say("Arrêtez l'autre programme, ou donnez ici un port libre et le même au logiciel.", "End the other program, or give a free port here and the same to the mail program."),
		})
	}
	return symptoms
}
