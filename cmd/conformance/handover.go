package main

import (
	"io"
	"path/filepath"
	"time"

	"etalon/internal/campaign"
	"etalon/internal/legible"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// handoverCommand hands the report of a product on, for an operator who uses it.
type handoverCommand struct {
	Archive  string   `arg:"" help:"${archive}"`
	Operator string   `required:"" placeholder:"NOM" help:"${handoveroperator}"`
	Version  string   `required:"" placeholder:"VERSION" help:"${handoverversion}"`
	ID       string   `name:"id" placeholder:"IDENTIFIANT" help:"${handoverid}"`
	Domain   string   `placeholder:"DOMAINE" help:"${handoverdomain}"`
	Set      []string `placeholder:"RÉGLAGE=VALEUR" sep:"none" help:"${handoverset}"`
	Include  bool     `help:"${handoverinclude}"`
	Output   string   `short:"o" placeholder:"FICHIER" help:"${handoveroutput}"`
	signFlags
}

const handoverExample = `conformance handover report.zip --operator "Operateur B" --version 4.2 --sign-key operateur.p12`

// Run verifies the report, and signs who hands it on.
func (c *handoverCommand) Run(s *streams) error {
	of, err := openReport(c.Archive)
	if err != nil {
		return hinted{err, "conformance verify " + c.Archive, exitUsage}
	}
	settings, err := statement.Settings(c.Set)
	if err != nil {
		return hinted{err, "--set dns.resolver=interne", exitUsage}
	}
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	signer, err := c.signer(handoverExample)
	if err != nil {
		return err
	}
	out := c.Output
	if out == "" {
		out = filepath.Join(filepath.Dir(c.Archive), "handover.zip")
	}
	if err := absent(out); err != nil {
		return err
	}
	archive, h, err := statement.MakeHandover(statement.HandoverOrder{
		Report: of, Operator: statement.Operator{Name: c.Operator, ID: c.ID, Domain: c.Domain, Version: c.Version}, Configuration: settings,
		Include: c.Include, Draft: c.Draft, Signer: signer, Texts: suite.Texts, Lang: s.lang, Now: time.Now(),
	})
	if err != nil {
		return hinted{err, handoverExample, exitUsage}
	}
	if err := campaign.WriteFile(out, func(w io.Writer) error { _, err := w.Write(archive); return err }); err != nil {
		return err
	}
	s.say("niveau du rapport, au standard : %s ; au profil de test : %s", "level of the report, standard: %s; test profile: %s", suite.Texts.Level(s.lang, h.Report.Level.Standard), suite.Texts.Level(s.lang, h.Report.Level.Profile))
	s.say("remise signée : %s", "signed handover: %s", out)
	return nil
}

// engagementCommand writes the engagement of conformity, to be signed by hand.
type engagementCommand struct {
	Archive        string `arg:"" help:"${archive}"`
	Operator       string `required:"" placeholder:"NOM" help:"${engagementoperator}"`
	Representative string `placeholder:"NOM" help:"${representative}"`
	Function       string `placeholder:"TEXTE" help:"${function}"`
	Review         string `placeholder:"RELECTURE" help:"${engagementreview}"`
	Draft          bool   `help:"${engagementdraft}"`
	Output         string `short:"o" required:"" placeholder:"FICHIER.pdf" help:"${engagementoutput}"`
}

// Run verifies the report and its review, and writes the document.
func (c *engagementCommand) Run(s *streams) error {
	of, err := openReport(c.Archive)
	if err != nil {
		return hinted{err, "conformance verify " + c.Archive, exitUsage}
	}
	review, err := (&reviewCommand{After: c.Review}).earlier(of)
	if err != nil {
		return hinted{err, "conformance verify " + c.Review + " --of " + c.Archive, exitUsage}
	}
	if err := absent(c.Output); err != nil {
		return err
	}
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	pdf, err := statement.Engagement{
		Report: of, Review: review, Operator: c.Operator, Representative: c.Representative, Function: c.Function, Draft: c.Draft,
		Catalogue: suite.Catalogue, Texts: suite.Texts, Lang: s.lang, Now: time.Now(),
	}.PDF()
	if err != nil {
		return hinted{err, `conformance engagement report.zip --operator "Operateur A" -o engagement.pdf`, exitUsage}
	}
	if err := campaign.WriteFile(c.Output, func(w io.Writer) error { _, err := w.Write(pdf); return err }); err != nil {
		return err
	}
	s.say("à signer : %s", "to sign: %s", c.Output)
	return nil
}

// tellHandover says who hands what on.
func (c *verifyCommand) tellHandover(s *streams, h *statement.HandedOn) {
	said := h.Handover()
	s.say("rapport remis :", "report handed on:")
	c.tell(s, h.Report.Verified)
	s.say("remise intègre, par %s", "handover sound, by %s", legible.OneLine(said.Operator.Name))
	c.tellSeal(s, h.Opened.Seal)
	for _, line := range [][3]string{{"identifiant", "identifier", said.Operator.ID}, {"domaine", "domain", said.Operator.Domain}, {"version en service", "version in use", said.Operator.Version}} {
		if line[2] != "" {
			s.say("  "+line[0]+" : %s", "  "+line[1]+": %s", legible.OneLine(line[2]))
		}
	}
	for _, x := range said.Configuration {
		s.say("  %s = %s", "  %s = %s", legible.OneLine(x.Key), legible.OneLine(x.Value))
	}
}

// place is where the report stands that a statement is about: beside it, or that of --of.
func (c *verifyCommand) place() string {
	if c.Of != "" {
		return c.Of
	}
	return filepath.Join(filepath.Dir(c.Archive), campaign.ArchiveFile)
}

// noReport tells that the report that a statement is about is not there.
type noReport struct{ error }

// original reads that report.
func (c *verifyCommand) original() ([]byte, error) {
	raw, err := readBounded(c.place(), maxArchive)
	if err != nil {
		return nil, noReport{verdict.Tell("%s parle d'un rapport, qu'il faut lire aussi : %s", "%s is about a report: %s", c.Archive, err)}
	}
	return raw, nil
}
