package main

import (
	"crypto/x509"
	"os"
	"time"

	"etalon/cmd/internal/cli"
	"etalon/internal/pki"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// maxArchive bounds the archives that are read, maxList the lists of what is revoked.
const (
	maxArchive = 512 << 20
	maxList    = 64 << 20
)

// verifyCommand checks a signed archive without a network.
type verifyCommand struct {
	Archive  string   `arg:"" help:"${archive}"`
	Roots    string   `placeholder:"PEM" help:"${roots}"`
	TSARoots string   `name:"tsa-roots" placeholder:"PEM" help:"${tsarootsverify}"`
	Revoked  []string `placeholder:"FICHIER" help:"${revoked}"`
	At       string   `placeholder:"DATE" help:"${verifyat}"`
	JSON     bool     `name:"json" help:"${json}"`
	Of       string   `placeholder:"ARCHIVE" help:"${of}"`

	texts report.Texts // the words of levels
}

// Run verifies and says who signed what and when, or the first thing that is wrong.
func (c *verifyCommand) Run(s *streams) error {
	raw, err := readBounded(c.Archive, maxArchive)
	if err != nil {
		return hinted{err, "conformance verify reports/runs/<exécution>/report.zip", exitUsage}
	}
	options, err := c.options()
	if err != nil {
		return err
	}
	if c.texts, err = report.NewTexts(); err != nil {
		return err
	}
	if statement.Is(seal.KindOf(raw)) {
		return c.follow(s, raw, options)
	}
	v, err := seal.Verify(raw, options)
	if c.JSON {
		return c.tellJSON(s, v, err)
	}
	if err != nil {
		return c.unsound(s, err)
	}
	c.tell(s, v)
	c.tellChecks(s, v.Checks)
	return c.worth(s, v)
}

// options are the authorities that the user trusts.
func (c *verifyCommand) options() (seal.VerifyOptions, error) {
	options := seal.VerifyOptions{Now: time.Now()}
	var err error
	if c.At != "" {
		if options.Now, err = dateOf(c.At); err != nil {
			return options, hinted{err, "conformance verify report.zip --at 2027-12-31", exitUsage}
		}
	}
	if c.Roots != "" {
		if options.Above, err = pki.LoadCertificates(c.Roots); err != nil {
			return options, hinted{err, "--roots: PEM", exitUsage}
		}
		options.Roots = x509.NewCertPool()
		for _, root := range options.Above {
			options.Roots.AddCert(root)
		}
	}
	if c.TSARoots != "" {
		if options.TimeRoots, err = cli.LoadPool(c.TSARoots); err != nil {
			return options, hinted{err, "--tsa-roots: PEM", exitUsage}
		}
	}
	for _, name := range c.Revoked {
		raw, err := readBounded(name, maxList)
		if err != nil {
			return options, hinted{err, "--revoked: CRL, conformance revoke", exitUsage}
		}
		options.Revoked = append(options.Revoked, seal.List{Name: name, Bytes: raw})
	}
	return options, nil
}

// dateOf reads a day, whose end counts, or an RFC 3339 instant.
func dateOf(s string) (time.Time, error) {
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day.Add(24*time.Hour - time.Second), nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return at, verdict.Tell("--at %q : il faut un jour, comme 2027-12-31, ou un instant, comme 2027-12-31T12:00:00Z", "--at %q: want a day as 2027-12-31, or an instant as 2027-12-31T12:00:00Z", s)
	}
	return at, nil
}

// tell says what a sound archive holds, and who signed it.
func (c *verifyCommand) tell(s *streams, v *seal.Verified) {
	s.say("archive intègre : %d membres", "archive sound: %d members", len(v.Members))
	s.say("candidat : %s %s (%s)", "candidate: %s %s (%s)", v.Run.Candidate.Name, v.Run.Candidate.Version, v.Run.Candidate.Vendor)
	s.say("niveau au standard : %s ; au profil de test : %s", "level, standard: %s; test profile: %s", c.level(s, v.Run.Level.Standard), c.level(s, v.Run.Level.Profile))
	c.tellSeal(s, v)
}

// level is the word of a level, as reports have it.
func (c *verifyCommand) level(s *streams, l verdict.Level) string { return c.texts.Level(s.lang, l) }

// tellSeal says who signed an archive, and when.
func (c *verifyCommand) tellSeal(s *streams, v *seal.Verified) {
	s.say("signé par : %s", "signed by: %s", pki.Subject(v.Signer))
	switch signed := v.SignedAt.UTC().Format(time.RFC3339); {
	case v.Stamp == nil:
		s.say("le : %s (horloge du signataire ; non horodaté par un tiers)", "at: %s (the signer's clock; not time-stamped by a third party)", signed)
	case v.Stamp.Trusted:
		s.say("le : %s, horodaté par un tiers reconnu", "at: %s, time-stamped by a trusted third party", v.Stamp.Time.Format(time.RFC3339))
	default:
		s.say("le : %s (horloge du signataire ; horodaté par un tiers NON reconnu : donnez --tsa-roots)", "at: %s (the signer's clock; time-stamped by a third party NOT trusted: give --tsa-roots)", signed)
	}
	if v.Test {
		s.say("clé de TEST : la signature ne dit rien de qui a signé", "TEST key: the signature says nothing about who signed")
	}
	if v.Expired {
		s.say("le certificat du signataire, valide alors, a expiré depuis", "the signer's certificate, valid then, has expired since")
	}
}

// trusted tells whether all who signed lead to the roots.
func (c *verifyCommand) trusted(s *streams, trusted bool) error {
	if trusted {
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
		return nil, verdict.Tell("%s : c'est un dossier", "read %s: it is a folder", path)
	case info.Size() > limit:
		return nil, verdict.Tell("%s : plus de %d octets", "read %s: longer than %d bytes", path, limit)
	}
	return os.ReadFile(path)
}
