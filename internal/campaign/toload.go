package campaign

import (
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/verdict"
	"etalon/internal/whitelist"
)

// loads are the lines that say what to load where.
type loads struct{ lines []verdict.Text }

// say adds a line, from two formats over the same values.
func (l *loads) say(fr, en string, args ...any) {
	l.lines = append(l.lines, verdict.Text{FR: fmt.Sprintf(fr, args...), EN: fmt.Sprintf(en, args...)})
}

// ToLoad says, line by line, what to load in a candidate and point at the harness before a run. roots is the file of the TEST
// authorities, pkiDir the folder of a PKI that lasts, empty for none.
func ToLoad(c *candidate.Candidate, roots, pkiDir string) []verdict.Text {
	l := &loads{}
	if tell := tellers(c); tell != nil {
		tell(l, c, roots, pkiDir)
	} else {
		tellGateway(l, c, roots, pkiDir)
	}
	return l.lines
}

// tellOperator says what an MSSanté operator must point at the harness before a run. roots is the file of the TEST
// authorities; pkiDir that of a lasting PKI, "" when there is none.
func tellOperator(l *loads, c *candidate.Candidate, roots, pkiDir string) {
	m := c.MSSante
	if c.MSSOperator != nil {
		tellOthers(l, c, roots)
		if c.MSSIMAP == nil && c.MSSSMTP == nil {
			return
		}
	}
	tellPSC(l, m.PSC)
	l.say("  autorités de TEST reconnues (Pro Santé Connect, certificats des boîtes APP) : %s", "  trusted TEST authorities (Pro Santé Connect, certificates of mailboxes APP): %s", roots)
	l.say("  listes de révocation et OCSP : http://%s pendant l'exécution", "  revocation lists and OCSP: http://%s while a run lasts", c.Listen.At(c.Listen.Ports.Revocation))
	l.say("Ses boîtes d'essai :", "Its test mailboxes:")
	for _, box := range m.Mailboxes {
		l.say("  %s %s : %s", "  %s %s: %s", box.Type, box.Address, opensBy(box))
	}
	if pkiDir != "" {
		l.say("Un certificat de serveur au nom %s, s'il lui en faut un : %s (sa clé : tls.key)", "A server certificate for the name %s, should it need one: %s (its key: tls.key)", m.Host,
			filepath.Join(pkiDir, "organisms", candidate.OperatorOrganism, "tls.pem"))
	}
}

// tellPSC says what a candidate must point at in the place of Pro Santé Connect.
func tellPSC(l *loads, p candidate.PSC) {
	told := oidc.NewDiscovery(pscBase(p))
	l.say("À faire désigner par le candidat, à la place de Pro Santé Connect :", "For the candidate to point at, in the place of Pro Santé Connect:")
	l.say("  émetteur (iss) : %s", "  issuer (iss): %s", told.Issuer)
	l.say("  découverte : %s", "  discovery: %s", told.Issuer+oidc.PathWallet)
	l.say("  clés (JWKS) : %s", "  keys (JWKS): %s", told.JWKS)
	l.say("  introspection : %s", "  introspection: %s", told.Introspection)
	client := p.Client
	switch {
	case client.Subject == "":
		l.say("  à l'introspection : client %s, secret %s", "  to introspection: client %s, secret %s", client.ID, client.Secret)
	case client.Secret == "":
		l.say("  à l'introspection : client %s, certificat %s", "  to introspection: client %s, certificate %s", client.ID, client.Subject)
	default:
		l.say("  à l'introspection : client %s, secret %s, ou certificat %s", "  to introspection: client %s, secret %s, or certificate %s", client.ID, client.Secret, client.Subject)
	}
}

// pscBase is where the candidate calls Pro Santé Connect, https://host:port.
func pscBase(p candidate.PSC) string {
	host, port, err := net.SplitHostPort(p.Listen)
	if err != nil {
		host = p.Listen
	}
	if p.Host != "" {
		host = p.Host
	}
	return "https://" + net.JoinHostPort(host, port)
}

// opensBy says, in what no language changes, who or what opens a mailbox.
func opensBy(box candidate.Mailbox) string {
	switch {
	case box.Suspended:
		return "-"
	case box.Type == mssante.Organisational:
		list := ""
		for i, id := range box.Delegates {
			if i > 0 {
				list += ", "
			}
			list += string(id)
		}
		return list
	case box.Type == mssante.Application:
		if box.Certificate != nil {
			return box.Certificate.Certificate
		}
		return "OU=" + string(box.Holder)
	}
	return string(box.Holder)
}

// tellOthers says what an operator must load to find the neighbours that the harness plays: authorities, white list, and
// where mail for each goes.
func tellOthers(l *loads, c *candidate.Candidate, roots string) {
	m := c.MSSOperator
	l.say("À charger dans le candidat, pour écrire aux voisins que joue l'étalon :", "To load in the candidate, to write to the neighbours that the harness plays:")
	l.say("  autorités de TEST reconnues : %s", "  trusted TEST authorities: %s", roots)
	l.say("  liste blanche : https://%s/%s, signée par %s", "  white list: https://%s/%s, signed by %s", m.WhiteList.Listen, whitelist.FileName, signerSubject(c))
	l.say("  serveur de noms (MX et A) : %s", "  name server (MX and A): %s", m.Neighbours.DNS)
	l.say("  ou table de transport, domaine, serveur, sujet inscrit :", "  or a transport table, domain, server, listed subject:")
	at, err := netip.ParseAddrPort(m.Neighbours.Listen)
	for _, n := range candidate.Neighbours() {
		server := "?"
		if err == nil {
			server = fmt.Sprintf("smtp:[%s]:%d", at.Addr(), at.Port())
			at = m.Neighbours.Behind(at)
		}
		listed := "-"
		if o, ok := c.Convention.Organism(n.Listed); ok && len(o.TLS) > 0 {
			listed = o.TLS[0].Subject
		}
		l.say("    %s %s %s", "    %s %s %s", n.Domain(), server, listed)
	}
	l.say("La liste blanche lui donne %s, sous le certificat %s", "The white list gives it %s, under the certificate %s", strings.Join(m.Domains, ", "), m.Subject)
}

// signerSubject is the subject of who signs the white list.
func signerSubject(c *candidate.Candidate) string {
	if o, ok := c.Convention.Organism(candidate.WhiteListOrganism); ok && len(o.Signature) > 0 {
		return o.Signature[0].Subject
	}
	return "-"
}

// tellers says what to load in a candidate without convention, by what it is; nil for a gateway.
func tellers(subject *candidate.Candidate) func(l *loads, subject *candidate.Candidate, roots, dir string) {
	switch {
	case subject.MSSante != nil:
		return tellOperator
	case subject.PSCAPI != nil:
		return tellAPI
	case subject.IdentityProvider != nil:
		return tellIdentityProvider
	case subject.PSCService != nil:
		return tellService
	case subject.LPS != nil:
		return tellProgram
	}
	return nil
}

// tellService says what to load in a service that uses Pro Santé Connect.
func tellService(l *loads, c *candidate.Candidate, roots, pkiDir string) {
	d := c.PSCService
	tellPSC(l, d.PSC)
	l.say("  autorités de TEST reconnues : %s", "  trusted TEST authorities: %s", roots)
	l.say("  client_id %s, adresses de retour %s", "  client_id %s, return addresses %s", d.PSC.Client.ID, strings.Join(d.Redirects, ", "))
	l.say("Un certificat de client ou de serveur, s'il lui en faut un : %s (sa clé : tls.key)", "A client or server certificate, should it need one: %s (its key: tls.key)",
		filepath.Join(pkiDir, "organisms", candidate.VendorOrganism, "tls.pem"))
}

// tellAPI says what to load in an API and its authorization server.
func tellAPI(l *loads, c *candidate.Candidate, roots, pkiDir string) {
	a := c.PSCAPI
	tellPSC(l, a.PSC)
	l.say("  autorités de TEST reconnues (Pro Santé Connect, proxy) : %s", "  trusted TEST authorities (Pro Santé Connect, proxy): %s", roots)
	l.say("  listes de révocation et OCSP : http://%s pendant l'exécution", "  revocation lists and OCSP: http://%s while a run lasts", c.Listen.At(c.Listen.Ports.Revocation))
	l.say("Le client du serveur d'autorisation, que joue le banc :", "The client of the authorization server, which the harness plays:")
	l.say("  certificat de sujet %s, portée %s", "  certificate of subject %s, scope %s", candidate.VendorSubject, a.Scope)
	l.say("Un certificat de serveur, s'il lui en faut un : %s (sa clé : tls.key)", "A server certificate, should it need one: %s (its key: tls.key)",
		filepath.Join(pkiDir, "organisms", candidate.APIOrganism, "tls.pem"))
}

// tellIdentityProvider says what to load in an identity provider.
func tellIdentityProvider(l *loads, c *candidate.Candidate, roots, pkiDir string) {
	p := c.IdentityProvider
	l.say("À enregistrer chez le fournisseur d'identité : Pro Santé Connect, que joue le banc", "To register with the identity provider: Pro Santé Connect, which the harness plays")
	l.say("  client %s, secret %s, scopes %s", "  client %s, secret %s, scopes %s", p.Client.ID, p.Client.Secret, p.Scope)
	l.say("  adresse de retour : %s", "  redirect address: %s", p.Redirect)
	l.say("  retour de déconnexion : %s", "  return after a logout: %s", p.PostLogout)
	l.say("  un client à certificat, s'il y en a un : %s ; à clé : %s", "  a client with a certificate, if any: %s; with a key: %s",
		filepath.Join(pkiDir, "organisms", candidate.PSCOrganism, "tls.pem"), filepath.Join(pkiDir, "organisms", candidate.PSCOrganism, "signature.pem"))
	l.say("  autorités de TEST reconnues pour ces certificats : %s", "  TEST authorities trusted for these certificates: %s", roots)
	l.say("  listes de révocation et OCSP : http://%s pendant l'exécution", "  revocation lists and OCSP: http://%s while a run lasts", c.Listen.At(c.Listen.Ports.Revocation))
	l.say("Un certificat de serveur, s'il lui en faut un : %s (sa clé : tls.key)", "A server certificate, should it need one: %s (its key: tls.key)",
		filepath.Join(pkiDir, "organisms", candidate.IdentityOrganism, "tls.pem"))
}

// tellGateway says what to load in a gateway of InterOPS.
func tellGateway(l *loads, c *candidate.Candidate, roots, dir string) {
	l.say("À charger dans votre passerelle :", "To load in your gateway:")
	l.say("  autorités reconnues (TLS et signature) : %s", "  trusted authorities (TLS and signature): %s", roots)
	for _, o := range c.Convention.Organisms {
		l.say("  %s : émetteur %s, destinataire %s", "  %s: issuer %s, recipient %s", o.Name, o.Issuer, o.Recipient)
	}
	l.say("  clés et certificats de votre organisme : %s (INDEX les nomme)", "  your organism's keys and certificates: %s (INDEX names them)", dir)
	ports := c.Listen.Ports
	if ports == (candidate.Ports{}) {
		l.say("  ports du banc : libres, connus au départ de chaque exécution", "  ports of the harness: free ones, known when a run starts")
		return
	}
	l.say("  listes de révocation et OCSP : http://%s pendant l'exécution", "  revocation lists and OCSP: http://%s while a run lasts", c.Listen.At(ports.Revocation))
	l.say("  fournisseur partenaire : https://%s/interops/<service> ; sonde : http://%s/", "  partner's provider: https://%s/interops/<service>; probe: http://%s/", c.Listen.At(ports.Provider), c.Listen.At(ports.Probe))
	l.say("  service partenaire, qui reçoit les Response : https://%s/acs", "  partner's service, which takes Responses: https://%s/acs", c.Listen.At(ports.Service))
}

// tellProgram says what to load in a mail program, and point at.
func tellProgram(l *loads, c *candidate.Candidate, roots, _ string) {
	p := c.LPS
	tellPSC(l, p.PSC.PSC)
	l.say("  autorités de TEST reconnues : %s", "  trusted TEST authorities: %s", roots)
	l.say("Son opérateur, que joue le banc :", "Its operator, which the harness plays:")
	l.say("  %s : IMAP %d, soumission %d", "  %s: IMAP %d, submission %d", p.Operator.Host, p.Operator.Ports.IMAP, p.Operator.Ports.SMTP)
	l.say("  boîte %s", "  mailbox %s", p.Mailbox)
}
