package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/stand"
)

// initCommand readies a folder in which a real gateway is tested for a long time.
type initCommand struct {
	Dir  string   `arg:"" help:"${dir}"`
	Role []string `enum:"fournisseur,client,operateur-identification,operateur-authentification,operateur-service,mss-imap,mss-smtp,service-psc,api-psc,fournisseur-identite" help:"${role}"`
}

// Run writes the files and the PKI, and says what to load where.
func (c *initCommand) Run(s *streams) error {
	roles := []candidate.Role{}
	for _, r := range c.Role {
		roles = append(roles, candidate.Role(r))
	}
	if err := candidate.Init(c.Dir, candidate.InitOptions{Roles: roles}); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return hinted{err, "conformance init " + c.Dir + "-2", exitUsage}
		}
		return hinted{err, "conformance init essai", exitUsage}
	}
	subject, err := candidate.Load(filepath.Join(c.Dir, "candidate.yaml"))
	if err != nil {
		return err
	}
	set, err := stand.NewPKI(subject.Convention, fmt.Sprintf("http://127.0.0.1:%d", candidate.FixedPorts.Revocation), true, subject.Hosts()...)
	if err == nil {
		err = set.Save(subject.PKI.Dir)
	}
	if err != nil {
		return err
	}
	dir := filepath.Join(c.Dir, "pki")
	if tell := tellers(subject); tell != nil {
		s.say("écrit dans %s : candidate.yaml, pki/ (une PKI de TEST qui dure)", "written in %s: candidate.yaml, pki/ (a TEST PKI that lasts)", c.Dir)
		s.say("", "")
		tell(s, subject, filepath.Join(dir, "roots.pem"), dir)
	} else {
		s.say("écrit dans %s : candidate.yaml, convention.yaml, pki/ (une PKI de TEST qui dure)", "written in %s: candidate.yaml, convention.yaml, pki/ (a TEST PKI that lasts)", c.Dir)
		s.say("", "")
		tellGateway(s, subject.Convention, dir)
	}
	s.say("", "")
	s.say("Ensuite : complétez %s, puis conformance run %[1]s", "Then: complete %s, then conformance run %[1]s", filepath.Join(c.Dir, "candidate.yaml"))
	return nil
}

// tellers says what to load in a candidate without convention, by what it is; nil for a gateway.
func tellers(subject *candidate.Candidate) func(s *streams, subject *candidate.Candidate, roots, dir string) {
	switch {
	case subject.MSSante != nil:
		return tellOperator
	case subject.PSCAPI != nil:
		return tellAPI
	case subject.IdentityProvider != nil:
		return tellIdentityProvider
	case subject.PSCService != nil:
		return tellService
	}
	return nil
}

// tellService says what to load in a service that uses Pro Santé Connect.
func tellService(s *streams, c *candidate.Candidate, roots, pkiDir string) {
	d := c.PSCService
	tellPSC(s, d.PSC)
	s.say("  autorités de TEST reconnues : %s", "  trusted TEST authorities: %s", roots)
	s.say("  client_id %s, adresses de retour %s", "  client_id %s, return addresses %s", d.PSC.Client.ID, strings.Join(d.Redirects, ", "))
	s.say("Un certificat de client ou de serveur, s'il lui en faut un : %s (sa clé : tls.key)", "A client or server certificate, should it need one: %s (its key: tls.key)",
		filepath.Join(pkiDir, "organisms", candidate.VendorOrganism, "tls.pem"))
}

// tellAPI says what to load in an API and its authorization server.
func tellAPI(s *streams, c *candidate.Candidate, roots, pkiDir string) {
	a := c.PSCAPI
	tellPSC(s, a.PSC)
	s.say("  autorités de TEST reconnues (Pro Santé Connect, proxy) : %s", "  trusted TEST authorities (Pro Santé Connect, proxy): %s", roots)
	s.say("  listes de révocation et OCSP : http://%s pendant l'exécution", "  revocation lists and OCSP: http://%s while a run lasts", c.Listen.At(c.Listen.Ports.Revocation))
	s.say("Le client du serveur d'autorisation, que joue le banc :", "The client of the authorization server, which the harness plays:")
	s.say("  certificat de sujet %s, portée %s", "  certificate of subject %s, scope %s", candidate.VendorSubject, a.Scope)
	s.say("Un certificat de serveur, s'il lui en faut un : %s (sa clé : tls.key)", "A server certificate, should it need one: %s (its key: tls.key)",
		filepath.Join(pkiDir, "organisms", candidate.APIOrganism, "tls.pem"))
}

// tellIdentityProvider says what to load in an identity provider.
func tellIdentityProvider(s *streams, c *candidate.Candidate, roots, pkiDir string) {
	p := c.IdentityProvider
	s.say("À enregistrer chez le fournisseur d'identité : Pro Santé Connect, que joue le banc", "To register with the identity provider: Pro Santé Connect, which the harness plays")
	s.say("  client %s, secret %s, scopes %s", "  client %s, secret %s, scopes %s", p.Client.ID, p.Client.Secret, p.Scope)
	s.say("  adresse de retour : %s", "  redirect address: %s", p.Redirect)
	s.say("  retour de déconnexion : %s", "  return after a logout: %s", p.PostLogout)
	s.say("  un client à certificat, s'il y en a un : %s ; à clé : %s", "  a client with a certificate, if any: %s; with a key: %s",
		filepath.Join(pkiDir, "organisms", candidate.PSCOrganism, "tls.pem"), filepath.Join(pkiDir, "organisms", candidate.PSCOrganism, "signature.pem"))
	s.say("  autorités de TEST reconnues pour ces certificats : %s", "  TEST authorities trusted for these certificates: %s", roots)
	s.say("  listes de révocation et OCSP : http://%s pendant l'exécution", "  revocation lists and OCSP: http://%s while a run lasts", c.Listen.At(c.Listen.Ports.Revocation))
	s.say("Un certificat de serveur, s'il lui en faut un : %s (sa clé : tls.key)", "A server certificate, should it need one: %s (its key: tls.key)",
		filepath.Join(pkiDir, "organisms", candidate.IdentityOrganism, "tls.pem"))
}

// tellGateway says what to load in a gateway of InterOPS.
func tellGateway(s *streams, convention *interops.Convention, dir string) {
	s.say("À charger dans votre passerelle :", "To load in your gateway:")
	s.say("  autorités reconnues (TLS et signature) : %s", "  trusted authorities (TLS and signature): %s", filepath.Join(dir, "roots.pem"))
	for _, o := range convention.Organisms {
		s.say("  %s : émetteur %s, destinataire %s", "  %s: issuer %s, recipient %s", o.Name, o.Issuer, o.Recipient)
	}
	s.say("  clés et certificats de votre organisme : %s (INDEX les nomme)", "  your organism's keys and certificates: %s (INDEX names them)", dir)
	s.say("  listes de révocation et OCSP : http://127.0.0.1:%d pendant l'exécution", "  revocation lists and OCSP: http://127.0.0.1:%d while a run lasts", candidate.FixedPorts.Revocation)
	s.say("  fournisseur partenaire : https://127.0.0.1:%d/interops/<service> ; sonde : http://127.0.0.1:%d/", "  partner's provider: https://127.0.0.1:%d/interops/<service>; probe: http://127.0.0.1:%d/", candidate.FixedPorts.Provider, candidate.FixedPorts.Probe)
	s.say("  service partenaire, qui reçoit les Response : https://127.0.0.1:%d/acs", "  partner's service, which takes Responses: https://127.0.0.1:%d/acs", candidate.FixedPorts.Service)
}
