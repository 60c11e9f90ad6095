package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"

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
		n := named{}
		if role != candidate.RoleMSSOperator { // the name of that one is in the records of its domain
			n = named{p.Candidate.MSSante.Host, "mssante.host"}
		}
		found := p.certificate(field, n, state.PeerCertificates)
		for i := range found {
			found[i].Doubt = role != candidate.RoleMSSOperator // TLS-18 to TLS-20 judge what those for mail programs show
		}
		return p.scoped(role, found)
	case errors.Is(err, mail.ErrHandshake):
		return p.scoped(role, []Symptom{{Sign: NoHandshake, Field: field, Closed: true, Doubt: true, What: say("STARTTLS est accepté, mais la poignée de main échoue (%v)", "STARTTLS is accepted, but the handshake fails (%v)", err),
			Remedy: say("Il faut TLS 1.2 au moins, et un certificat de serveur au nom de mssante.host.", "It takes TLS 1.2 at least, and a server certificate for the name mssante.host.")}})
	case errors.Is(err, mail.ErrNoTLS), errors.Is(err, errNotOffered):
		return p.scoped(role, []Symptom{{Sign: NoSTARTTLS, Field: field, Closed: true, Doubt: true, What: say("STARTTLS n'est pas offert (%v)", "STARTTLS is not offered (%v)", err),
			Remedy: say("Visez le port où TLS commence par STARTTLS : 143 pour IMAP, 587 pour la soumission ; sinon, c'est l'opérateur qui ne l'offre pas.",
				"Aim at the port where TLS begins by STARTTLS: 143 for IMAP, 587 for submission; else the operator does not offer it.")}})
	}
	return p.scoped(role, []Symptom{unreached(field, address, role, err)})
}

// scoped are symptoms of a role without mode.
func (p Patient) scoped(role candidate.Role, symptoms []Symptom) []Symptom {
	for i := range symptoms {
		symptoms[i].Scope = string(role) + "/" + string(candidate.NoMode)
	}
	return symptoms
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
	switch {
	case errors.Is(err, mail.ErrSilent):
		return Symptom{Sign: Silent, Field: field, Closed: true, What: say("%s n'a rien dit à temps", "%s did not say anything in time", address),
			Remedy: say("Ouvrez le pare-feu, ou corrigez l'adresse ; un port où TLS commence d'emblée (993, 465) se déclare sous roles.%[1]s.implicit.",
				"Open the firewall, or correct the address; a port where TLS begins at once (993, 465) is declared under roles.%[1]s.implicit.", role)}
	case errors.Is(err, mail.ErrLine), errors.Is(err, mail.ErrTooMuch), errors.Is(err, mail.ErrMalformed):
		return Symptom{Sign: OtherProtocol, Field: field, Closed: true, What: say("ce qui répond à %s ne parle pas le protocole (%v)", "what answers at %s does not speak the protocol (%v)", address, err),
			Remedy: say("Visez l'IMAP sous mss-imap, la soumission sous mss-smtp, le relais entre opérateurs sous mss-operateur.", "Aim at IMAP under mss-imap, at submission under mss-smtp, at the relay between operators under mss-operateur.")}
	}
	s := unconnected(address, err)
	s.Field = field
	return s
}
