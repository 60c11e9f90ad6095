package lps

import (
	"context"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/dns"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/sides/provided"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// Open implements scenario.Side: it starts Pro Santé Connect and the operator, and has the program open its mailbox and send
// a message.
func (s *Side) Open(ctx context.Context) (*verdict.Trouble, error) {
	for _, start := range []struct {
		key string
		do  func() error
	}{
		{"roles.lps.psc.listen", s.startProvider}, {"roles.lps.operator.ports", s.startOperators},
		{"roles.lps.operator.ports", s.startWeb}, {"roles.lps.operator.ports.dns", s.startNames},
	} {
		if err := start.do(); err != nil {
			return s.Trouble(true, verdict.ReasonMisdeclared, start.key, err.Error()), nil
		}
	}
	p := s.part(s.run.Gate(s.Role, candidate.NoMode))
	ok, told := p.control(ctx, controlOpens)
	if all := p.logins(moment{}, ""); !ok && len(all) > 0 && all[0].response != nil {
		s.Bar(verdict.Reason{Key: verdict.ReasonRoleHonestRefused, Args: []string{s.Scope(), told}}, unopened...) // its response is judged all the same
		return nil, nil
	}
	if !ok {
		if cause := s.provider.Distrusted(0); cause != "" {
			return s.Trouble(true, verdict.ReasonPSCCertificate, s.provider.Issuer(), cause), nil
		}
		return s.Trouble(false, verdict.ReasonRoleHonestRefused, s.Scope(), told), nil
	}
	return nil, nil
}

// lifetimes let the sessions of Pro Santé Connect outlive the program's own, which are on trial.
var lifetimes = psc.Lifetimes{Session: 12 * time.Hour, Idle: 12 * time.Hour, Refresh: 12 * time.Hour}

// startProvider starts the mock Pro Santé Connect, which knows the program and the holder of the mailbox.
func (s *Side) startProvider() error {
	d := s.declared.PSC
	client := psc.Client{Decoupled: true, Redirects: d.Redirects}
	if len(client.Redirects) == 0 {
		sample := slices.IndexFunc(psc.Clients(), func(c psc.Client) bool { return c.ID == psc.MailClient })
		client.Redirects = psc.Clients()[sample].Redirects
	}
	s.run.Veil.Hide(personSecret, d.Client.Secret)
	holder := psc.Person{Professional: mssante.Professional{IdNat: s.declared.Holder, FamilyName: "TEST-UN", Given: "Anne"}, Secret: personSecret}
	provider, err := provided.Open(s.run, d.PSC, provided.Wants{Config: psc.Config{Lifetimes: lifetimes, Persons: []psc.Person{holder}}, Client: client})
	s.provider = provider
	return err
}

// personSecret is what the person types at Pro Santé Connect.
const personSecret = "secret-test-un"

// The hosts of the domain of the mailbox, and one that is not.
const (
	hostIMAP, hostSMTP, hostXML, hostPirate = "imap.", "smtp.", "autoconfig.", "pirate."
	hostElsewhere                           = "mail.ailleurs.test.invalid"
)

// patientDomain is that of the mailboxes of patients (LPS-35).
const patientDomain = "patient.mssante.fr"

// largest is the greatest message that the operator takes: more than Mon espace santé does (LPS-51).
const largest = 40 << 20

// startOperators starts the operator of the mailbox, and the one that nobody should log in to.
func (s *Side) startOperators() error {
	colleague := "confrere@" + s.declared.Domain()
	boxes := []operator.Mailbox{
		{Mailbox: mssante.Mailbox{Address: s.declared.Mailbox, Type: mssante.Personal, Holder: s.declared.Holder}},
		{Mailbox: mssante.Mailbox{Address: colleague, Type: mssante.Personal, Holder: "899700000991"}},
	}
	place := s.declared.Operator
	link := bench.Link{Roots: s.run.Bench.RootPool(), Patience: s.run.Patience}.Client()
	config := func(imap, smtp int) operator.Config {
		return operator.Config{
			Bench: s.run.Bench, Name: candidate.OperatorOrganism, Domain: s.declared.Domain(), Mailboxes: boxes, WhiteList: []string{patientDomain},
			Checker: &operator.ByKey{Issuer: s.provider.Issuer(), JWKS: s.provider.Discovery().JWKS, HTTP: link, Now: s.run.Bench.Clock.Now, Skew: time.Minute},
			IMAP:    place.At(imap), SMTP: place.At(smtp), Size: largest, Sent: s.outbox.put, NullSender: true, Watched: true,
		}
	}
	var err error
	if s.operator, err = operator.Start(config(place.Ports.IMAP, place.Ports.SMTP)); err != nil {
		return err
	}
	s.closers = append(s.closers, s.operator)
	if s.rogue, err = operator.Start(config(0, 0)); err != nil {
		return err
	}
	s.closers = append(s.closers, s.rogue)
	return s.behave(operator.Conduct{}, "")
}

// names are all names and addresses by which the operator is called.
func (s *Side) hosts() []string {
	d := s.declared.Domain()
	hosts := []string{"localhost", "127.0.0.1", "::1", hostIMAP + d, hostSMTP + d, hostXML + d}
	for _, more := range []string{s.declared.Operator.Host, s.declared.Operator.Address} {
		if !slices.Contains(hosts, more) {
			hosts = append(hosts, more)
		}
	}
	return hosts
}

// certificate is the operator's, issued again with a change of its own; its names are those by which it is called unless the
// change has some.
func (s *Side) certificate(variant string, c pki.Change) (pki.Credential, error) {
	if c.Hosts == nil {
		c.Hosts = s.hosts()
	}
	return s.run.Bench.PKI.Reissue(candidate.OperatorOrganism+"/tls"+variant, c)
}

// behave makes the operator behave so over a protocol, honestly over the other; over both when there is none. Its certificate
// is the honest one unless the conduct has another.
func (s *Side) behave(c operator.Conduct, protocol string) error {
	honest, err := s.certificate("", pki.Change{})
	if err != nil {
		return err
	}
	if len(c.Credential.Chain) == 0 {
		c.Credential = honest
	}
	if protocol == "" {
		s.operator.Behave(c)
		return nil
	}
	s.operator.Behave(operator.Conduct{Credential: honest})
	s.operator.Behave(c, protocol)
	return nil
}

// startNames starts the server of names.
func (s *Side) startNames() error {
	at := s.declared.Operator.Address
	d := s.declared.Domain()
	for _, host := range []string{hostIMAP + d, hostSMTP + d, hostXML + d, hostPirate + d, hostElsewhere} {
		if err := s.zone.Set(host, "A", at); err != nil {
			return err
		}
	}
	err := bench.WhenFree(func() (err error) {
		s.names, err = dns.Serve(s.declared.Operator.At(s.declared.Operator.Ports.DNS), &s.zone)
		return err
	})
	if err == nil {
		s.closers = append(s.closers, s.names)
	}
	return err
}

// closing is a function that ends something.
type closing func() error

// Close implements io.Closer.
func (c closing) Close() error { return c() }
