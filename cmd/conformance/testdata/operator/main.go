// Command operator is an MSSanté operator as a vendor would put it in a container: it takes its settings from the
// environment and its certificates from /pki, and reaches Pro Santé Connect through this machine's name.
package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/stubs/operator"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "operator:", err)
		os.Exit(1)
	}
}

func serve() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	set, err := pki.Load("/pki")
	if err != nil {
		return err
	}
	b, err := bench.New(candidate.MSSConvention(), candidate.DefaultProfile("current"), set, bench.NewSeed())
	if err != nil {
		return err
	}
	roots := b.RootPool()
	provider := oidc.NewDiscovery(os.Getenv("PSC"))
	line := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	known := candidate.SampleOperatorClient()
	holder := mssante.IdNat(os.Getenv("HOLDER"))
	running, err := operator.Start(operator.Config{
		Bench: b, Name: candidate.OperatorOrganism, Domain: "operateur.test.invalid", IMAP: ":1143", SMTP: ":1587", Flaws: strings.Fields(os.Getenv("FLAWS")),
		Mailboxes: []operator.Mailbox{{Mailbox: mssante.Mailbox{Address: os.Getenv("MAILBOX"), Type: mssante.Personal, Holder: holder}}},
		Checker: &operator.Both{
			Key:           &operator.ByKey{Issuer: provider.Issuer, JWKS: provider.JWKS, HTTP: line, Now: b.Clock.Now},
			Introspection: &operator.ByIntrospection{URL: provider.Introspection, HTTP: line, Client: known.ID, Secret: known.Secret},
		},
	})
	if err != nil {
		return err
	}
	fmt.Println("operator: ready")
	<-ctx.Done()
	return running.Close()
}
