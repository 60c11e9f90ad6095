package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/stubs/provider"
)

// serveCommand plays the partners of a convention.
type serveCommand struct {
	Config string `placeholder:"FICHIER" help:"${config}"`
	Listen string `default:"127.0.0.1:8544" help:"${listen}"`
}

// partners is what the sandbox plays.
type partners struct {
	listen     candidate.Listen
	dir        string
	convention *interops.Convention
	profile    *interops.Profile
}

// Run serves until it is ended.
func (c *serveCommand) Run(ctx context.Context, s *streams) error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return hinted{errors.New("--listen " + c.Listen + ": want a loopback address and a port"), "sandbox serve --listen 127.0.0.1:8544"}
	}
	p := partners{
		listen:     candidate.Listen{Address: "127.0.0.1", Ports: candidate.FixedPorts},
		convention: candidate.DefaultConvention(), profile: candidate.DefaultProfile("current"),
	}
	if c.Config != "" {
		subject, err := candidate.Load(c.Config)
		if err != nil {
			return err
		}
		p = partners{subject.Listen, subject.PKI.Dir, subject.Convention, &subject.Profile.Profile}
	}
	return c.serve(ctx, s, p)
}

func (c *serveCommand) serve(ctx context.Context, s *streams, p partners) (err error) {
	stand, err := scenario.OpenStand(p.listen.At(p.listen.Ports.Revocation), p.dir, p.convention, p.profile, bench.NewSeed())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stand.Close()) }()
	project := p.convention.Projects[0]
	partner, err := provider.Start(provider.Config{
		Bench: stand.Bench, Organism: project.Provider, Listen: p.listen.At(p.listen.Ports.Provider),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, partner.Close()) }()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /roots.pem", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(stand.Bench.PKI.RootsPEM())
	})
	mux.Handle("/", partner.ManagementHandler())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	s.say("fournisseur partenaire : %s", "partner's provider: %s", partner.URL(project.Services[0].Name))
	s.say("gestion : http://%s/ ; autorités de TEST : http://%[1]s/roots.pem", "management: http://%s/; TEST authorities: http://%[1]s/roots.pem", listener.Addr())
	if p.dir != "" {
		s.say("PKI : %s", "PKI: %s", filepath.Clean(p.dir))
	}
	<-ctx.Done()
	closing, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return server.Shutdown(closing)
}
