package doctor

import (
	"crypto/x509"
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// own looks at the certificates that the harness is to present or to sign with: their dates, and whether the convention knows
// them for the organism that the harness plays.
func (p Patient) own() (symptoms []Symptom) {
	c := p.Candidate
	for _, o := range []struct {
		field  string
		pair   *candidate.Pair
		ofPart func(interops.Project) string
		kept   func(interops.Organism) []interops.Identity
		other  func(interops.Organism) []interops.Identity
		use    string
	}{
		{"pki.client", c.PKI.Client, clientOf, tlsOf, sealOf, "tls"},
		{"pki.signature", c.PKI.Signature, clientOf, sealOf, tlsOf, "signature"},
		{"pki.provider", c.PKI.Provider, providerOf, tlsOf, sealOf, "tls"},
	} {
		if o.pair == nil || len(o.pair.TLS.Certificate) == 0 {
			continue
		}
		leaf, err := x509.ParseCertificate(o.pair.TLS.Certificate[0])
		if err != nil {
			continue // a file that does not load has told it
		}
		if now := p.Now(); now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
			symptoms = append(symptoms, Symptom{Sign: OutOfDate, Field: o.field, Closed: true, What: say("ce certificat vaut du %s au %s", "this certificate holds from %s to %s", day(leaf.NotBefore), day(leaf.NotAfter)),
				Remedy: say("Donnez-en un en cours de validité.", "Give one that is valid now.")})
			continue
		}
		if organism, known := p.played(o.field, o.ofPart); known {
			symptoms = append(symptoms, p.belongs(o.field, o.use, leaf, organism, o.kept, o.other)...)
		}
	}
	return symptoms
}

func clientOf(p interops.Project) string             { return p.Client }
func providerOf(p interops.Project) string           { return p.Provider }
func tlsOf(o interops.Organism) []interops.Identity  { return o.TLS }
func sealOf(o interops.Organism) []interops.Identity { return o.Signature }

// played is the organism of the convention that the harness plays when it uses a certificate.
func (p Patient) played(field string, part func(interops.Project) string) (interops.Organism, bool) {
	c := p.Candidate
	for _, scope := range c.Scope() {
		role, mode := candidate.SplitScope(scope)
		receives := role == candidate.RoleProvider || role == candidate.RoleService
		if role.WithoutMode() || receives == (field == "pki.provider") {
			continue
		}
		if project, ok := c.Convention.OpenedProject(c.Choice(role, mode).Project); ok {
			return c.Convention.Organism(part(project))
		}
	}
	return interops.Organism{}, false
}

// belongs tells of a certificate that is not one of an organism's, for its use.
func (p Patient) belongs(field, use string, leaf *x509.Certificate, o interops.Organism, kept, other func(interops.Organism) []interops.Identity) []Symptom {
	now := p.Now()
	if pki.Listed(kept(o), leaf, now) {
		return nil
	}
	if pki.Listed(other(o), leaf, now) {
		return []Symptom{{Sign: OtherUse, Field: field, Closed: true, What: say("%s est l'autre certificat de %s : TLS et cachet sont échangés", "%s is the other certificate of %s: TLS and seal are swapped", leaf.Subject, o.Name),
			Remedy: say("Échangez pki.client et pki.signature.", "Swap pki.client and pki.signature.")}}
	}
	whose := say("d'aucun organisme de la convention", "of no organism of the convention")
	i := slices.IndexFunc(p.Candidate.Convention.Organisms, func(one interops.Organism) bool {
		return pki.Listed(slices.Concat(one.TLS, one.Signature), leaf, now)
	})
	if i >= 0 {
		whose = say("de %s", "of %s", p.Candidate.Convention.Organisms[i].Name)
	}
	return []Symptom{{Sign: OtherOrganism, Field: field, Closed: true, What: join(say("%s est un certificat", "%s is a certificate", leaf.Subject), join(whose, say("et le banc joue ici %s", "and the harness plays %s here", o.Name))),
		Remedy: say("Donnez le sien, ou inscrivez ce sujet sous organisms[].%s dans la convention.", "Give one of its own, or write this subject under organisms[].%s in the convention.", use)}}
}
