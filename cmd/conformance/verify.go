package main

import (
	"crypto/x509"
	"fmt"
	"os"
	"time"

	"etalon/internal/pki"
	"etalon/internal/report"
)

// maxArchive bounds the archives that are read.
const maxArchive = 512 << 20

// verifyCommand checks a signed archive without a network.
type verifyCommand struct {
	Archive string `arg:"" help:"${archive}"`
	Roots   string `placeholder:"PEM" help:"${roots}"`
}

// Run verifies and says who signed what and when, or the first thing that is wrong.
func (c *verifyCommand) Run(s *streams) error {
	raw, err := readBounded(c.Archive, maxArchive)
	if err != nil {
		return hinted{err, "conformance verify reports/runs/<exécution>/report.zip", exitUsage}
	}
	options := report.VerifyOptions{Now: time.Now()}
	if c.Roots != "" {
		roots, err := pki.LoadCertificates(c.Roots)
		if err != nil {
			return hinted{err, "--roots: PEM", exitUsage}
		}
		options.Roots = x509.NewCertPool()
		for _, root := range roots {
			options.Roots.AddCert(root)
		}
	}
	v, err := report.Verify(raw, options)
	if err != nil {
		return hinted{err, "docs/verify.md", exitFailed}
	}
	s.say("archive intègre : %d membres", "archive sound: %d members", len(v.Members))
	s.say("candidat : %s %s (%s)", "candidate: %s %s (%s)", v.Run.Candidate.Name, v.Run.Candidate.Version, v.Run.Candidate.Vendor)
	s.say("niveau au standard : %s ; au profil de test : %s", "level, standard: %s; test profile: %s", v.Run.Level.Standard, v.Run.Level.Profile)
	s.say("signé par : %s", "signed by: %s", pki.Subject(v.Signer))
	s.say("le : %s (horloge du signataire, non horodaté par un tiers)", "at: %s (the signer's clock, not timed by a third party)", v.SignedAt.UTC().Format(time.RFC3339))
	if v.Test {
		s.say("clé de TEST : la signature ne dit rien de qui a exécuté", "TEST key: the signature says nothing about who ran it")
	}
	if v.Expired {
		s.say("le certificat du signataire, valide alors, a expiré depuis", "the signer's certificate, valid then, has expired since")
	}
	if v.Trusted {
		s.say("signataire reconnu par %s", "signer trusted by %s", c.Roots)
		return nil
	}
	s.say("signataire NON reconnu : donnez --roots", "signer NOT trusted: give --roots")
	return status(exitUndetermined)
}

// readBounded reads a file up to a limit.
func readBounded(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("read %s: it is a folder", path)
	case info.Size() > limit:
		return nil, fmt.Errorf("read %s: longer than %d bytes", path, limit)
	}
	return os.ReadFile(path)
}
