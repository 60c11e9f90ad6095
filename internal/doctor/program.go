package doctor

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
		symptoms = append(symptoms, listens("roles.lps.operator.ports."+port.name, declared.Operator.At(port.number), "roles.lps.operator.address")...)
	}
	return symptoms
}
