package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/stand"
	"etalon/internal/store"
)

// serveCommand plays the partners of a convention.
type serveCommand struct {
	Config string `placeholder:"FICHIER" help:"${config}"`
	MSS    bool   `name:"mss" help:"${mss}"`
	entry
	keeping
	campaigning
	making

	Faces pscFaces `embed:"" prefix:"psc-"`
}

// world is what the sandbox plays in.
type world struct {
	subject    *candidate.Candidate // nil for a sandbox alone
	listen     candidate.Listen
	pki        string // folder of a lasting PKI; "" when one is made at start
	convention *interops.Convention
	profile    *interops.Profile
}

// Run serves until it is ended; Pro Santé Connect and an MSSanté operator too when they are asked for. What cannot start
// ends the rest.
func (c *serveCommand) Run(ctx context.Context, s *streams) error {
	d, err := c.open()
	if err != nil {
		return err
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
	return c.portTrouble(c.serve(ctx, s, w, d), w)
}

// serve opens the stand, the partners and their management, and says where they are.
func (c *serveCommand) serve(ctx context.Context, s *streams, w world, d *gate) (err error) {
	memory, err := c.remember(ctx, s, d.access)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, memory.Close()) }()
	opened, err := stand.Open(w.listen.At(w.listen.Ports.Revocation), w.pki, w.convention, w.profile, bench.NewSeed())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	traces, err := os.MkdirTemp("", "etalon-sandbox-")
	if err != nil {
		return err
	}
	observe := func(x store.Exchange) { memory.see(ctx, x) }
	opened.Observe(observe)
	partners, err := stand.OpenPartners(stand.PartnersOptions{Stand: opened, Listen: w.listen, Dir: traces, Candidate: w.subject, Observe: observe})
	if errors.Is(err, stand.ErrNoPartner) {
		return hinted{err, "sandbox sphere"}
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, partners.Close()) }()
	var santé *health
	if c.MSS {
		if santé, err = (&pscCommand{pscFaces: c.Faces, Operator: true}).open(observe); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, santé.Close()) }()
		partners.Join(santé.psc, santé.operator)
	}
	listener, err := d.listen()
	if err != nil {
		return err
	}
	made, err := c.made(memory.dir, listener)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	desk, err := c.desk(memory, w, made, opened, santé)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer desk.Close()
	doctor := clinic(desk)
	defer doctor.Close()
	shown, err := memory.console(partners, santé, desk, made, doctor)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	stop := bench.Serve(listener, shown.Handler())
	for i, f := range partners.Faces {
		french, english := "fournisseur", "provider"
		if f.Role == candidate.RoleClient {
			french, english = "client", "client"
		}
		s.say("%[1]s partenaire, mode %[3]s : %[4]s", "partner's %[2]s, mode %[3]s: %[4]s", french, english, f.Mode, f.URL)
		if i == 0 {
			s.say("console et gestion : %s/ ; autorités de TEST : %[1]s/roots.pem", "console and management: %s/; TEST authorities: %[1]s/roots.pem", d.url(listener))
		}
	}
	if partners.Face(candidate.RoleClient, interops.ModeP) != "" {
		user := candidate.TestUsers()[0]
		s.say("au portail, la première personne de synthèse est %s, son secret %s", "at the portal, the first synthetic person is %s, the secret %s", user.ID, user.Secret)
	}
	s.say("traces : %s", "traces: %s", traces)
	if w.pki != "" {
		s.say("PKI : %s", "PKI: %s", filepath.Clean(w.pki))
	}
	d.tell(s)
	if santé != nil {
		santé.tell(s)
	}
	memory.keepPruning(ctx)
	shown.Close()
	return stop()
}
