package lps

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/dns"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
)

// discoverySteps are how servers are found (LPS-12 to LPS-17).
func discoverySteps() []scenario.Step {
	return []scenario.Step{
		stepOf(`le domaine de la boîte annonce ses serveurs par SRV, variante §`, func(_ context.Context, p *part, variant string) error { return p.announcesSRV(variant) }),
		stepOf(`le domaine de la boîte décrit ses serveurs en XML, variante §`, func(_ context.Context, p *part, variant string) error { return p.describes(variant) }),
		step(`le logiciel ouvre la boîte sans qu'aucun serveur lui soit dit`, func(ctx context.Context, p *part) error {
			p.since = p.side.now()
			p.side.operator.Cut() // the program has to look for its server
			g := p.opening()
			g.IMAP, g.SMTP = "", ""
			_, err := p.does(ctx, g)
			return err
		}),
		step(`le professionnel fait ouvrir la boîte à un serveur étranger`, func(ctx context.Context, p *part) error { return p.typesRogue(ctx) }),
		step(`le logiciel n'a présenté aucun jeton à un serveur étranger`, nothingToRogue),
	}
}

// announces puts SRV records in the place of those there are; none where the lists are empty.
func (s *Side) announces(imap, smtp []string) error {
	d := s.declared.Domain()
	if err := s.zone.Set("_imap._tcp."+d, "SRV", imap...); err != nil {
		return err
	}
	return s.zone.Set("_submission._tcp."+d, "SRV", smtp...)
}

// portOf is the port of an address.
func portOf(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// srv is one record.
func srv(host, address string) []string { return []string{"0 1 " + portOf(address) + " " + host + "."} }

// announcesSRV publishes SRV records, honest or not.
func (p *part) announcesSRV(variant string) error {
	s := p.side
	d := s.declared.Domain()
	p.owed.names = true
	var err error
	switch variant {
	case "honnete":
		err = s.announces(srv(hostIMAP+d, s.operator.IMAPAddress()), srv(hostSMTP+d, s.operator.SMTPAddress()))
	case "hors-domaine":
		if err = p.rogue("~unknown-ca", hostElsewhere); err == nil {
			err = s.announces(srv(hostElsewhere, s.rogue.IMAPAddress()), srv(hostElsewhere, s.rogue.SMTPAddress()))
		}
	default:
		err = fmt.Errorf("announcement %q: no such variant", variant)
	}
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	asked := func() int {
		return len(s.names.Journal(func(q dns.Query) bool { return q.Kind == "SRV" && strings.EqualFold(q.Name, "_imap._tcp."+d) }))
	}
	before := asked()
	p.stirred = func() bool { return asked() > before }
	return nil
}

// rogue gives the server that nobody should call a certificate of that variant, for that name.
func (p *part) rogue(variant, host string) error {
	c, err := p.side.certificate(variant, pki.Change{Hosts: []string{host, "localhost", "127.0.0.1"}})
	if err != nil {
		return err
	}
	p.owed.conduct = true
	p.side.rogue.Behave(operator.Conduct{Credential: c})
	return nil
}

// describes publishes the description in XML, honest or not.
func (p *part) describes(variant string) error {
	s := p.side
	d := s.declared.Domain()
	p.owed.names = true
	secured, err := s.certificate("", pki.Change{})
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	at := func(host string, o *operator.Operator) []byte {
		return described(d, host, portOf(o.IMAPAddress()), portOf(o.SMTPAddress()))
	}
	document, redirect := at(hostIMAP+d, s.operator), ""
	switch variant {
	case "honnete":
	case "boucle-locale":
		document = at("127.0.0.1", s.rogue)
		err = p.rogue("", hostElsewhere)
	case "hors-domaine":
		document = at(hostElsewhere, s.rogue)
		err = p.rogue("", hostElsewhere)
	case "en-clair":
		document, redirect = at(hostPirate+d, s.rogue), "http://"+s.web.clear+"/mail/config-v1.1.xml"
		err = p.rogue("", hostPirate+d)
	case "certificat-etranger":
		document = at(hostPirate+d, s.rogue)
		if err = p.rogue("", hostPirate+d); err == nil {
			secured, err = s.certificate("~unknown-ca", pki.Change{})
		}
	default:
		err = fmt.Errorf("description %q: no such variant", variant)
	}
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	s.web.tell(secured, document, redirect)
	hellos, told := s.web.seen()
	p.stirred = func() bool {
		h, t := s.web.seen()
		return t > told || variant == "certificat-etranger" && h > hellos
	}
	return nil
}

// typesRogue has the person type a server that is not of the domain, and whose certificate is of no authority that counts.
func (p *part) typesRogue(ctx context.Context) error {
	if err := p.rogue("~unknown-ca", hostElsewhere); err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	p.since = p.side.now()
	p.stirred = func() bool {
		return p.side.rogue.LastVisit() > p.since.rogue || p.last != nil && !p.last.manual && p.last.failed()
	}
	p.side.operator.Cut()
	g := p.opening()
	g.IMAP, g.SMTP = hostPort("localhost", p.side.rogue.IMAPAddress()), hostPort("localhost", p.side.rogue.SMTPAddress())
	_, err := p.does(ctx, g)
	return err
}

// nothingToRogue wants no login at the server that nobody should call. A program that was not led there, or did not tell that
// it would not go, has shown nothing.
func nothingToRogue(ctx context.Context, p *part) error {
	p.Checked()
	if p.stirred == nil || !p.await(ctx, p.stirred) {
		return p.Cannot(verdict.ReasonNoMessage, "DNS, autoconfig : "+p.said())
	}
	bench.Until(ctx, settle, func() bool { return p.last.failed() || p.side.rogue.LastVisit() > p.since.rogue })
	bench.Until(ctx, settle, func() bool {
		return !slices.ContainsFunc(p.side.rogue.Visits(p.since.rogue), func(v operator.Visit) bool { return !v.Ended && len(attempts(v)) == 0 })
	})
	for _, v := range p.side.rogue.Visits(p.since.rogue) {
		if all := attempts(v); len(all) > 0 {
			p.Sees(p.Own("token-to-rogue", "", v.Protocol+" "+all[0].mechanism, p.proof(all...)...))
			return nil
		}
	}
	return nil
}
