package doctor

import (
	"cmp"
	"net"

	"etalon/internal/candidate"
)

// psc tells whether the harness can be Pro Santé Connect where the operator looks for it, under the name by which it calls.
func (p Patient) psc() []Symptom {
	declared, key := p.Candidate.Provided()
	c := p.Candidate
	if declared == nil || c.MSSante != nil && c.MSSIMAP == nil && c.MSSSMTP == nil { // nobody logs in at the interface between operators
		return nil
	}
	host, _, _ := net.SplitHostPort(declared.Listen)
	host = cmp.Or(declared.Host, host)
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		return []Symptom{{Sign: NoHost, Field: key + ".host", What: say("Pro Santé Connect écouterait partout, sous aucun nom", "Pro Santé Connect would listen everywhere, under no name"),
			Remedy: say("Donnez ici le nom ou l'adresse par lequel le candidat le joint.", "Give here the name or the address by which the candidate calls it.")}}
	}
	return append(listens(key+".listen", declared.Listen, ""), p.pscNamed(host)...)
}

// pscNamed wants the certificate of a PKI that lasts to bear that name.
func (p Patient) pscNamed(host string) []Symptom {
	credential, err := p.PKI.Credential(candidate.PSCOrganism + "/tls")
	if err != nil {
		return []Symptom{{Sign: OldPKI, Field: "pki.dir", What: say("la PKI durable n'a pas de certificat de Pro Santé Connect", "the lasting PKI has no certificate of Pro Santé Connect"), Remedy: anotherPKI}}
	}
	if credential.Leaf().VerifyHostname(host) != nil {
		return []Symptom{{Sign: OldPKI, Field: "pki.dir", What: say("le certificat de Pro Santé Connect, dans la PKI durable, n'est pas au nom %s par lequel l'opérateur le joint", "the certificate of Pro Santé Connect, in the lasting PKI, is not for the name %s by which the operator calls it", host), Remedy: anotherPKI}}
	}
	return nil
}

var anotherPKI = say("Refaites-la par conformance init dans un nouveau dossier.", "Make it again by conformance init in a new folder.")
