package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"syscall"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

// answers connects to an interface as far as the handshake, and looks at the certificate.
func (p Patient) answers(ctx context.Context, role candidate.Role, address string) []Symptom {
	field := "roles." + string(role) + ".address"
	state, err := p.secure(ctx, role, address)
	switch {
	case err == nil:
		return p.certificate(field, state)
	case errors.Is(err, mail.ErrHandshake):
		return []Symptom{{Field: field, Closed: true, What: say("STARTTLS est accepté, mais la poignée de main échoue (%v)", "STARTTLS is accepted, but the handshake fails (%v)", err),
			Remedy: say("Il faut TLS 1.2 au moins, et un certificat de serveur au nom de mssante.host.", "It takes TLS 1.2 at least, and a server certificate for the name mssante.host.")}}
	case errors.Is(err, mail.ErrNoTLS), errors.Is(err, errNotOffered):
		return []Symptom{{Field: field, Closed: true, What: say("STARTTLS n'est pas offert (%v)", "STARTTLS is not offered (%v)", err),
			Remedy: say("Visez le port où TLS commence par STARTTLS : 143 pour IMAP, 587 pour la soumission ; sinon, c'est l'opérateur qui ne l'offre pas.",
				"Aim at the port where TLS begins by STARTTLS: 143 for IMAP, 587 for submission; else the operator does not offer it.")}}
	}
	return []Symptom{unreached(field, address, role, err)}
}

// errNotOffered tells that the server does not announce STARTTLS.
var errNotOffered = errors.New("it is not announced")

// secure connects, asks what is offered, and makes the handshake.
func (p Patient) secure(ctx context.Context, role candidate.Role, address string) (state tls.ConnectionState, err error) {
	config := pki.ClientConfig(pki.Credential{}, p.Now, pki.AcceptAny)
	config.ServerName = p.Candidate.MSSante.Host
	target := mail.Target{Address: address, Limits: p.Limits, Dial: candidate.Guarded(net.Dialer{})}
	if role == candidate.RoleMSSIMAP {
		c, err := mail.DialIMAP(ctx, target)
		if err != nil {
			return state, err
		}
		defer c.Close()
		all, err := c.Capabilities(ctx)
		if err != nil {
			return state, err
		}
		if !slices.Contains(all, "STARTTLS") {
			return state, errNotOffered
		}
		u, err := c.StartTLS(ctx, config)
		return u.State, err
	}
	c, err := mail.DialSMTP(ctx, target)
	if err != nil {
		return state, err
	}
	defer c.Close()
	extensions, _, err := c.Hello(ctx)
	if err != nil {
		return state, err
	}
	if !extensions.Has("STARTTLS") {
		return state, errNotOffered
	}
	u, err := c.StartTLS(ctx, config)
	return u.State, err
}

// unreached tells why no greeting came.
func unreached(field, address string, role candidate.Role, err error) Symptom {
	var dns *net.DNSError
	s := Symptom{Field: field, Closed: true}
	switch {
	case errors.As(err, &dns):
		s.What = say("le nom %s ne mène à aucune adresse", "the name %s leads to no address", dns.Name)
		s.Remedy = say("Corrigez-le, ou donnez l'adresse IP ; le nom du certificat vient sous mssante.host.", "Correct it, or give the IP address; the name in the certificate comes under mssante.host.")
	case errors.Is(err, syscall.ECONNREFUSED):
		s.What = say("rien n'écoute à %s", "nothing listens at %s", address)
		s.Remedy = say("Démarrez l'opérateur, ou corrigez l'adresse et le port.", "Start the operator, or correct the address and the port.")
	case errors.Is(err, mail.ErrSilent):
		s.What = say("%s n'a rien dit à temps", "%s did not say anything in time", address)
		s.Remedy = say("Ouvrez le pare-feu, ou corrigez l'adresse ; un port où TLS commence d'emblée (993, 465) se déclare sous roles.%[1]s.implicit.",
			"Open the firewall, or correct the address; a port where TLS begins at once (993, 465) is declared under roles.%[1]s.implicit.", role)
	case errors.Is(err, mail.ErrLine), errors.Is(err, mail.ErrTooMuch), errors.Is(err, mail.ErrMalformed):
		s.What = say("ce qui répond à %s ne parle pas le protocole (%v)", "what answers at %s does not speak the protocol (%v)", address, err)
		s.Remedy = say("Visez l'IMAP sous mss-imap, la soumission sous mss-smtp.", "Aim at IMAP under mss-imap, at submission under mss-smtp.")
	default:
		s.What = say("%s ne répond pas (%v)", "%s does not answer (%v)", address, err)
		s.Remedy = say("Vérifiez l'adresse, le port et le réseau.", "Check the address, the port and the network.")
	}
	return s
}

// certificate looks at the chain that the operator shows: its name, its dates, its authority.
func (p Patient) certificate(field string, state tls.ConnectionState) (symptoms []Symptom) {
	leaf, host := state.PeerCertificates[0], p.Candidate.MSSante.Host
	if err := leaf.VerifyHostname(host); err != nil {
		symptoms = append(symptoms, Symptom{Field: "mssante.host",
			What:   say("le certificat montré à %s n'est pas au nom %s, mais à %v", "the certificate shown at %s is not for the name %s, but for %v", field, host, names(leaf)),
			Remedy: say("Donnez le nom publié pour l'API LPS, ou un certificat à ce nom.", "Give the name published for the API LPS, or a certificate for it.")})
	}
	now := p.Now()
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		symptoms = append(symptoms, Symptom{Field: field,
			What:   say("le certificat vaut du %s au %s", "the certificate holds from %s to %s", leaf.NotBefore.UTC().Format("2006-01-02"), leaf.NotAfter.UTC().Format("2006-01-02")),
			Remedy: say("Renouvelez-le, ou mettez cette machine à l'heure.", "Renew it, or set this machine's clock.")})
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, root := range p.Roots {
		roots.AddCert(root)
	}
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	if err == nil {
		return symptoms
	}
	return append(symptoms, Symptom{Field: "pki.trust",
		What:   say("la chaîne montrée à %s ne mène à aucune autorité connue du banc : %s, signé par %s (%v)", "the chain shown at %s leads to no authority that the harness knows: %s, signed by %s (%v)", field, leaf.Subject, leaf.Issuer, err),
		Remedy: say("Donnez ici le fichier PEM de l'autorité de test qui l'a signé, et faites envoyer toute la chaîne à l'opérateur.", "Give here the PEM file of the test authority that signed it, and have the operator send the whole chain.")})
}

// names lists what a certificate is for.
func names(c *x509.Certificate) []string {
	all := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	return all
}
