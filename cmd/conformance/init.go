package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// initCommand readies a folder in which a real gateway is tested for a long time.
type initCommand struct {
	Dir  string   `arg:"" help:"${dir}"`
	Role []string `enum:"fournisseur,client,operateur-identification,operateur-authentification,operateur-service,mss-imap,mss-smtp,mss-operateur,mss-organisation,lps,service-psc,api-psc,fournisseur-identite" help:"${role}"`
}

// Run writes the files and the PKI, and says what to load where.
func (c *initCommand) Run(s *streams) error {
	roles := []candidate.Role{}
	for _, r := range c.Role {
		roles = append(roles, candidate.Role(r))
	}
	if err := candidate.Init(c.Dir, candidate.InitOptions{Roles: roles}); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return hinted{err, "conformance init " + c.Dir + "-2", exitUsage}
		}
		return hinted{err, "conformance init essai", exitUsage}
	}
	subject, err := candidate.Load(filepath.Join(c.Dir, "candidate.yaml"))
	if err != nil {
		return err
	}
	set, err := stand.NewPKI(subject.Convention, fmt.Sprintf("http://127.0.0.1:%d", candidate.FixedPorts.Revocation), true, subject.Hosts()...)
	if err == nil {
		err = set.Save(subject.PKI.Dir)
	}
	if err != nil {
		return err
	}
	written := "candidate.yaml, convention.yaml, pki/"
	if subject.Provider == nil && subject.Client == nil && subject.Identification == nil && subject.Authentication == nil && subject.Service == nil {
		written = "candidate.yaml, pki/"
	}
	s.say("écrit dans %s : %s (une PKI de TEST qui dure)", "written in %s: %s (a TEST PKI that lasts)", c.Dir, written)
	s.say("", "")
	dir := filepath.Join(c.Dir, "pki")
	s.lines(campaign.ToLoad(subject, filepath.Join(dir, "roots.pem"), dir))
	s.say("", "")
	s.say("Ensuite : complétez %s, puis conformance run %[1]s", "Then: complete %s, then conformance run %[1]s", filepath.Join(c.Dir, "candidate.yaml"))
	return nil
}

// lines says lines that are there in both languages.
func (s *streams) lines(all []verdict.Text) {
	for _, line := range all {
		s.say("%[1]s", "%[2]s", line.FR, line.EN)
	}
}
