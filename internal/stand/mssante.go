package stand

import (
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/store"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// TestIdentity is another identity of the first person, by which the sample operator knows her too.
const TestIdentity mssante.IdNat = "ANS20230101000099"

// OperatorDomain is that of the sample mailboxes, and OperatorHost the name by which the sample operator is called: that of
// its test certificate.
const (
	OperatorDomain = "operateur.test.invalid"
	OperatorHost   = "localhost"
)

// Mailboxes are one of each type and more, with the sample persons of Pro Santé Connect: the first owns two personal ones
// and opens that of a structure; the second owns one, and the fourth, whom
// a test identity names; the third one that is about to be removed; the application's opens
// to the certificate of the mail program's vendor.
func Mailboxes() []operator.Mailbox {
	persons := psc.Persons()
	one, two, three, four := persons[0].IdNat, persons[1].IdNat, persons[2].IdNat, persons[3].IdNat
	box := func(name string, kind mssante.MailboxType, holder mssante.IdNat, delegates ...mssante.IdNat) operator.Mailbox {
		return operator.Mailbox{Mailbox: mssante.Mailbox{Address: name + "@" + OperatorDomain, Type: kind, Holder: holder, Delegates: delegates}}
	}
	first, suspended := box("anne.test-un", mssante.Personal, one), box("chloe.test-trois", mssante.Personal, three)
	first.TestIdentity, suspended.Suspended = TestIdentity, true
	return []operator.Mailbox{
		first, box("anne.test-un.liberal", mssante.Personal, one), box("bruno.test-deux", mssante.Personal, two),
		box("david.test-quatre", mssante.Personal, four), suspended,
		box("secretariat", mssante.Organisational, candidate.OperatorStructure, one),
		box("application", mssante.Application, candidate.VendorStructure),
	}
}

// operatorPatience is how long the sample operator waits for Pro Santé Connect.
const operatorPatience = 5 * time.Second

// OperatorConfig is that of the sample operator, which trusts the Pro Santé Connect of an issuer by its keys and by
// introspection, as its sample client. Each call makes a checker that knows no key yet.
func OperatorConfig(b *bench.Bench, provider oidc.Discovery, client candidate.PSCClient) operator.Config {
	link := bench.Link{Roots: b.RootPool(), Patience: operatorPatience, Kept: 50}.Client()
	return operator.Config{
		Bench: b, Name: candidate.OperatorOrganism, Domain: OperatorDomain, Mailboxes: Mailboxes(),
		Checker: &operator.Both{
			Key: &operator.ByKey{
				Issuer: provider.Issuer, JWKS: provider.JWKS, HTTP: link, Now: b.Clock.Now, Skew: candidate.DefaultSkewSeconds * time.Second,
			},
			Introspection: &operator.ByIntrospection{URL: provider.Introspection, Client: client.ID, Secret: client.Secret, HTTP: link},
		},
	}
}

// StartOperator starts the sample operator with a Pro Santé Connect that runs. imap and smtp are where it listens; free
// ports of 127.0.0.1 when empty. observe is told of what is said to it; nobody when nil.
func StartOperator(s *Stand, provider *psc.Stub, imap, smtp string, observe func(store.Exchange)) (*operator.Operator, error) {
	c := OperatorConfig(s.Bench, provider.Discovery(), candidate.SampleOperatorClient())
	c.IMAP, c.SMTP, c.Observe = imap, smtp, SeesOperator(s.Bench.Redactor, observe)
	return operator.Start(c)
}

// discoveryAt is what the Pro Santé Connect that will listen there publishes.
func discoveryAt(address string) oidc.Discovery { return oidc.NewDiscovery("https://" + address) }
