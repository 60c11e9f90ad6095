package main

import (
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/whitelist"
)

// tellOperator says what an MSSanté operator must point at the harness before a run. roots is the file of the TEST
// authorities; pkiDir that of a lasting PKI, "" when there is none.
func tellOperator(s *streams, c *candidate.Candidate, roots, pkiDir string) {
	m := c.MSSante
	if c.MSSOperator != nil {
		tellOthers(s, c, roots)
		if c.MSSIMAP == nil && c.MSSSMTP == nil {
			return
		}
	}
	tellPSC(s, m.PSC)
	s.say("  autorités de TEST reconnues (Pro Santé Connect, certificats des boîtes APP) : %s", "  trusted TEST authorities (Pro Santé Connect, certificates of mailboxes APP): %s", roots)
	s.say("  listes de révocation et OCSP : http://%s pendant l'exécution", "  revocation lists and OCSP: http://%s while a run lasts", c.Listen.At(c.Listen.Ports.Revocation))
	s.say("Ses boîtes d'essai :", "Its test mailboxes:")
	for _, box := range m.Mailboxes {
		s.say("  %s %s : %s", "  %s %s: %s", box.Type, box.Address, opensBy(box))
	}
	if pkiDir != "" {
		s.say("Un certificat de serveur au nom %s, s'il lui en faut un : %s (sa clé : tls.key)", "A server certificate for the name %s, should it need one: %s (its key: tls.key)", m.Host,
			filepath.Join(pkiDir, "organisms", candidate.OperatorOrganism, "tls.pem"))
	}
}

// tellPSC says what a candidate must point at in the place of Pro Santé Connect.
func tellPSC(s *streams, p candidate.PSC) {
	told := oidc.NewDiscovery(pscBase(p))
	s.say("À faire désigner par le candidat, à la place de Pro Santé Connect :", "For the candidate to point at, in the place of Pro Santé Connect:")
	s.say("  émetteur (iss) : %s", "  issuer (iss): %s", told.Issuer)
	s.say("  découverte : %s", "  discovery: %s", told.Issuer+oidc.PathWallet)
	s.say("  clés (JWKS) : %s", "  keys (JWKS): %s", told.JWKS)
	s.say("  introspection : %s", "  introspection: %s", told.Introspection)
	client := p.Client
	switch {
	case client.Subject == "":
		s.say("  à l'introspection : client %s, secret %s", "  to introspection: client %s, secret %s", client.ID, client.Secret)
	case client.Secret == "":
		s.say("  à l'introspection : client %s, certificat %s", "  to introspection: client %s, certificate %s", client.ID, client.Subject)
	default:
		s.say("  à l'introspection : client %s, secret %s, ou certificat %s", "  to introspection: client %s, secret %s, or certificate %s", client.ID, client.Secret, client.Subject)
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
func tellOthers(s *streams, c *candidate.Candidate, roots string) {
	m := c.MSSOperator
	s.say("À charger dans le candidat, pour écrire aux voisins que joue l'étalon :", "To load in the candidate, to write to the neighbours that the harness plays:")
	s.say("  autorités de TEST reconnues : %s", "  trusted TEST authorities: %s", roots)
	s.say("  liste blanche : https://%s/%s, signée par %s", "  white list: https://%s/%s, signed by %s", m.WhiteList.Listen, whitelist.FileName, signerSubject(c))
	s.say("  serveur de noms (MX et A) : %s", "  name server (MX and A): %s", m.Neighbours.DNS)
	s.say("  ou table de transport, domaine, serveur, sujet inscrit :", "  or a transport table, domain, server, listed subject:")
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
		s.say("    %s %s %s", "    %s %s %s", n.Domain(), server, listed)
	}
	s.say("La liste blanche lui donne %s, sous le certificat %s", "The white list gives it %s, under the certificate %s", strings.Join(m.Domains, ", "), m.Subject)
}

// signerSubject is the subject of who signs the white list.
func signerSubject(c *candidate.Candidate) string {
	if o, ok := c.Convention.Organism(candidate.WhiteListOrganism); ok && len(o.Signature) > 0 {
		return o.Signature[0].Subject
	}
	return "-"
}
