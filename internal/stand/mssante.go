package stand

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"

	"etalon/internal/mssante"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// OperatorDomain is that of the sample mailboxes.
const OperatorDomain = "operateur.test.invalid"

// Mailboxes are one of each type, with the sample persons of Pro Santé Connect: the first owns the personal one, the first
// two open the one of a structure; the application's opens to the certificate of the mail program's vendor.
func Mailboxes() []operator.Mailbox {
	one, two := psc.Persons()[0].IdNat, psc.Persons()[1].IdNat
	box := func(name string, kind mssante.MailboxType, holder mssante.IdNat, delegates ...mssante.IdNat) operator.Mailbox {
		return operator.Mailbox{Mailbox: mssante.Mailbox{Address: name + "@" + OperatorDomain, Type: kind, Holder: holder, Delegates: delegates}}
	}
	return []operator.Mailbox{
		box("anne.test-un", mssante.Personal, one),
		box("secretariat", mssante.Organisational, "300000000000025", one, two),
		box("application", mssante.Application, "300000000000033"),
	}
}

// StartOperator starts the mock MSSanté operator that trusts the tokens of a mock Pro Santé Connect: by their keys and by
// introspection, as its sample client. imap and smtp are where it listens; free ports of 127.0.0.1 when empty.
func StartOperator(s *Stand, provider *psc.Stub, imap, smtp string) (*operator.Operator, error) {
	roots := x509.NewCertPool()
	for _, root := range s.Bench.Roots() {
		roots.AddCert(root)
	}
	settings := provider.Settings()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	asks := &operator.ByIntrospection{URL: settings.Introspection, HTTP: client}
	for _, c := range settings.Clients {
		if c.ID == psc.OperatorClient {
			asks.Client, asks.Secret = c.ID, c.Secret
		}
	}
	return operator.Start(operator.Config{
		Bench: s.Bench, Name: psc.OperatorOrganism, Domain: OperatorDomain, Mailboxes: Mailboxes(), IMAP: imap, SMTP: smtp,
		Checker: &operator.Both{
			Key:           &operator.ByKey{Issuer: settings.Issuer, JWKS: settings.JWKS, HTTP: client, Now: s.Bench.Clock.Now},
			Introspection: asks,
		},
	})
}
