package doctor

import (
	"crypto/x509"
	"errors"
	"slices"
	"time"
)

// named is the name that a certificate is to bear, and the key that says so; nothing is asked of it where it is empty.
type named struct{ host, field string }

// certificate looks at the chain that a server of the candidate shows: its name, its dates, its use, its authority.
func (p Patient) certificate(field string, n named, chain []*x509.Certificate) (symptoms []Symptom) {
	leaf := chain[0]
	if n.host != "" && leaf.VerifyHostname(n.host) != nil {
		symptoms = append(symptoms, Symptom{Sign: OtherName, Field: n.field, Doubt: n.field != field, // a name that is declared apart is one that a run looks for
			What:   say("le certificat montré à %s n'est pas au nom %s, mais à %v", "the certificate shown at %s is not for the name %s, but for %v", field, n.host, names(leaf)),
			Remedy: say("Écrivez ici un nom que porte le certificat, ou chargez un certificat à ce nom.", "Write here a name that the certificate bears, or load a certificate for this name.")})
	}
	if now := p.Now(); now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		symptoms = append(symptoms, Symptom{Sign: OutOfDate, Field: field,
			What:   say("le certificat vaut du %s au %s", "the certificate holds from %s to %s", day(leaf.NotBefore), day(leaf.NotAfter)),
			Remedy: say("Renouvelez-le, ou mettez cette machine à l'heure.", "Renew it, or set this machine's clock.")})
	}
	return append(symptoms, p.authority(field, chain)...)
}

// authority looks for a way from a chain to an authority that the harness knows.
func (p Patient) authority(field string, chain []*x509.Certificate) []Symptom {
	leaf, between := chain[0], x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	roots := x509.NewCertPool()
	for _, root := range p.Roots {
		roots.AddCert(root)
	}
	verify := func(between *x509.CertPool, usage x509.ExtKeyUsage) error {
		_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: middle(leaf), KeyUsages: []x509.ExtKeyUsage{usage}})
		return err
	}
	err := verify(between, x509.ExtKeyUsageServerAuth)
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage, verify(between, x509.ExtKeyUsageAny) == nil:
		return []Symptom{{Sign: OtherUse, Field: field, Doubt: true, What: say("le certificat montré, %s, n'est pas un certificat de serveur", "the certificate shown, %s, is no server certificate", leaf.Subject),
			Remedy: say("Chez le candidat, le certificat TLS et celui du cachet sont sans doute échangés : rendez à chacun sa place.", "At the candidate's, the TLS certificate and that of the seal are probably swapped: put each in its place.")}}
	case p.completed(verify):
		return []Symptom{{Sign: IncompleteChain, Field: field, Doubt: true, What: say("la chaîne montrée s'arrête à %s : il y manque %s", "the chain shown stops at %s: %s is missing", chain[len(chain)-1].Subject, chain[len(chain)-1].Issuer),
			Remedy: say("Faites servir au candidat son certificat suivi des autorités intermédiaires.", "Have the candidate serve its certificate followed by the intermediate authorities.")}}
	}
	remedy := say("Donnez ici le fichier PEM de l'autorité de test qui l'a signé, et faites envoyer toute la chaîne au candidat.", "Give here the PEM file of the test authority that signed it, and have the candidate send the whole chain.")
	if leaf.Issuer.String() == leaf.Subject.String() {
		remedy = say("Il se signe lui-même : faites présenter au candidat un certificat d'une autorité de test, et donnez-la ici.", "It signs itself: have the candidate present a certificate of a test authority, and give that here.")
	}
	return []Symptom{{Sign: UnknownAuthority, Field: "pki.trust",
		What:   say("la chaîne montrée à %s ne mène à aucune autorité connue du banc : %s, signé par %s (%v)", "the chain shown at %s leads to no authority that the harness knows: %s, signed by %s (%v)", field, leaf.Subject, leaf.Issuer, err),
		Remedy: remedy}}
}

// completed tells whether a chain would hold with the intermediate authorities of the test PKI.
func (p Patient) completed(verify func(*x509.CertPool, x509.ExtKeyUsage) error) bool {
	if p.PKI == nil {
		return false
	}
	all, err := p.PKI.Authorities()
	if err != nil {
		return false
	}
	between := x509.NewCertPool()
	for _, a := range all {
		between.AddCert(a.Certificate)
	}
	return verify(between, x509.ExtKeyUsageServerAuth) == nil
}

// middle is an instant at which a certificate holds.
func middle(c *x509.Certificate) time.Time { return c.NotBefore.Add(c.NotAfter.Sub(c.NotBefore) / 2) }

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// names lists what a certificate is for.
func names(c *x509.Certificate) []string {
	all := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	return all
}
