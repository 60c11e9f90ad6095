// Command gateway is a provider of mode A as a vendor would put it in a container: it takes its settings from the
// environment and its certificates from /pki, listens on every address of the container, and reaches the application behind
// it and the revocation lists through this machine's name.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/stubs/provider"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
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
	b, err := bench.New(candidate.DefaultConvention(), candidate.DefaultProfile("current"), set, bench.NewSeed())
	if err != nil {
		return err
	}
	traces, err := bench.OpenTraceLog("/traces/traces.jsonl")
	if err != nil {
		return err
	}
	host := os.Getenv("HARNESS")
	gateway, err := provider.Start(provider.Config{
		Bench: b, Organism: os.Getenv("ORGANISM"), Listen: ":8443", Inquiries: ":8444", Traces: traces,
		Backend: "http://" + net.JoinHostPort(host, os.Getenv("APPLICATION")) + "/", Flaws: strings.Fields(os.Getenv("FLAWS")),
		Revocation: &http.Client{Transport: through(host)}, Log: slog.New(slog.NewTextHandler(os.Stdout, nil)),
	})
	if err != nil {
		return err
	}
	fmt.Println("gateway: ready")
	<-ctx.Done()
	return gateway.Close()
}

// through reaches the addresses of loopback, which certificates name, on another host: the way out that a container needs.
func through(host string) http.RoundTripper {
	return &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if name, port, err := net.SplitHostPort(address); err == nil && name == "127.0.0.1" {
			address = net.JoinHostPort(host, port)
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
}
