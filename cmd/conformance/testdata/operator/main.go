// Command operator is an MSSanté operator as a vendor would put it in a container: it takes its settings from the
// environment and its certificates from /pki, and reaches Pro Santé Connect through this machine's name.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/stand"
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
	c := stand.OperatorConfig(b, oidc.NewDiscovery(os.Getenv("PSC")), candidate.SampleOperatorClient())
	c.IMAP, c.SMTP, c.Flaws = ":1143", ":1587", strings.Fields(os.Getenv("FLAWS"))
	c.Mailboxes = []operator.Mailbox{{Mailbox: mssante.Mailbox{
		Address: os.Getenv("MAILBOX"), Type: mssante.Personal, Holder: mssante.IdNat(os.Getenv("HOLDER")),
	}}}
	running, err := operator.Start(c)
	if err != nil {
		return err
	}
	fmt.Println("operator: ready")
	<-ctx.Done()
	return running.Close()
}
