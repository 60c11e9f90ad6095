package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/stand"
)

// serveCommand plays the partners of a convention.
type serveCommand struct {
	Config string `placeholder:"FICHIER" help:"${config}"`
	Listen string `default:"127.0.0.1:8547" help:"${listen}"`
}

// world is what the sandbox plays in.
type world struct {
	subject    *candidate.Candidate // nil for a sandbox alone
	listen     candidate.Listen
	pki        string // folder of a lasting PKI; "" when one is made at start
	convention *interops.Convention
	profile    *interops.Profile
}

// Run serves until it is ended.
func (c *serveCommand) Run(ctx context.Context, s *streams) error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return hinted{errors.New("--listen " + c.Listen + ": want a loopback address and a port"), "sandbox serve --listen 127.0.0.1:8547"}
	}
	w := world{
		listen:     candidate.Listen{Address: "127.0.0.1", Ports: candidate.FixedPorts},
		convention: candidate.DefaultConvention(), profile: candidate.DefaultProfile("current"),
	}
	if c.Config != "" {
		subject, err := candidate.Load(c.Config)
		if err != nil {
			return err
		}
		w = world{subject, subject.Listen, subject.PKI.Dir, subject.Convention, &subject.Profile.Profile}
	}
	return c.serve(ctx, s, w)
}

// serve opens the stand, the partners and their management, and says where they are.
func (c *serveCommand) serve(ctx context.Context, s *streams, w world) (err error) {
	opened, err := stand.Open(w.listen.At(w.listen.Ports.Revocation), w.pki, w.convention, w.profile, bench.NewSeed())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	traces, err := os.MkdirTemp("", "etalon-sandbox-")
	if err != nil {
		return err
	}
	partners, err := stand.OpenPartners(stand.PartnersOptions{Stand: opened, Listen: w.listen, Dir: traces, Candidate: w.subject})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, partners.Close()) }()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	stop := bench.Serve(listener, partners.Handler())
	service := "" // a sphere alone opens no project between a client and a provider
	if projects := w.convention.Projects; len(projects) > 0 {
		service = projects[0].Services[0].Name
	}
	s.say("fournisseur partenaire : %s", "partner's provider: %s", partners.Provider.URL(service))
	s.say("gestion : http://%s/ ; autorités de TEST : http://%[1]s/roots.pem", "management: http://%s/; TEST authorities: http://%[1]s/roots.pem", listener.Addr())
	s.say("client partenaire : %s", "partner's client: %s", partners.Client.URL(service))
	s.say("traces : %s", "traces: %s", traces)
	if w.pki != "" {
		s.say("PKI : %s", "PKI: %s", filepath.Clean(w.pki))
	}
	<-ctx.Done()
	return stop()
}
