package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/legible"
	"etalon/internal/record"
	"etalon/internal/seal"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// reviewCommand signs a person's decisions on what a report leaves to one.
type reviewCommand struct {
	Archive      string   `arg:"" help:"${archive}"`
	List         bool     `help:"${reviewlist}"`
	Template     string   `placeholder:"FICHIER" help:"${reviewtemplate}"`
	Decisions    string   `placeholder:"FICHIER" help:"${decisions}"`
	Accept       string   `placeholder:"ADRESSE" help:"${accept}"`
	Refuse       string   `placeholder:"ADRESSE" help:"${refuse}"`
	Reason       string   `placeholder:"TEXTE" help:"${reason}"`
	File         []string `placeholder:"PIÈCE" sep:"none" help:"${lookedat}"`
	Note         string   `placeholder:"TEXTE" help:"${note}"`
	Replaces     bool     `help:"${replaces}"`
	Reviewer     string   `placeholder:"NOM" help:"${reviewer}"`
	Function     string   `placeholder:"TEXTE" help:"${function}"`
	Organisation string   `placeholder:"NOM" help:"${organisation}"`
	After        string   `placeholder:"RELECTURE" help:"${after}"`
	Output       string   `short:"o" placeholder:"FICHIER" help:"${reviewoutput}"`
	signFlags
}

// signFlags tell who signs a statement: there is no key by default.
type signFlags struct {
	SignKey string `placeholder:"FICHIER" help:"${statementkey}"`
	Draft   bool   `help:"${draft}"`
}

// reviewExample is a review that succeeds, for hints.
const reviewExample = "conformance review report.zip --template decisions.yaml"

// Run lists what is to be examined, writes a file to fill, or signs the decisions.
func (c *reviewCommand) Run(s *streams) error {
	of, err := openReport(c.Archive)
	if err != nil {
		return hinted{err, reviewExample, exitUsage}
	}
	after, err := c.earlier(of)
	if err != nil {
		return hinted{err, "conformance verify " + c.After, exitUsage}
	}
	switch ways := c.ways(); {
	case len(ways) != 1:
		return hinted{verdict.Tell("donnez l'une des options --list, --template, --decisions, --accept et --refuse : il y en a %d", "give one of --list, --template, --decisions, --accept and --refuse: got %d of them", len(ways)), reviewExample, exitUsage}
	case c.List:
		return c.list(s, of.Await(after))
	case c.Template != "":
		return c.template(s, of.Await(after))
	}
	return c.sign(s, of, after)
}

// ways are the things asked for, of which there must be one.
func (c *reviewCommand) ways() []string {
	var all []string
	for name, given := range map[string]bool{"--list": c.List, "--template": c.Template != "", "--decisions": c.Decisions != "", "--accept": c.Accept != "", "--refuse": c.Refuse != ""} {
		if given {
			all = append(all, name)
		}
	}
	return all
}

// openReport verifies the archive of a report.
func openReport(path string) (*statement.Report, error) {
	raw, err := readBounded(path, maxArchive)
	if err != nil {
		return nil, err
	}
	return statement.ReadReport(raw, seal.VerifyOptions{Now: time.Now()})
}

// earlier verifies the review that this one follows; nil where it is the first.
func (c *reviewCommand) earlier(of *statement.Report) (*statement.Reviewed, error) {
	if c.After == "" {
		return nil, nil
	}
	raw, err := readBounded(c.After, maxArchive)
	if err != nil {
		return nil, err
	}
	return statement.VerifyReview(raw, of, seal.VerifyOptions{Now: time.Now()})
}

// list tells what is to be examined.
func (c *reviewCommand) list(s *streams, all []statement.Awaiting) error {
	if len(all) == 0 {
		s.say("rien à examiner", "nothing to examine")
	}
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	for _, a := range all {
		s.say("%s  %s", "%s  %s", a.Case.Address, legible.OneLine(a.Case.Title))
		if why := suite.Texts.Reason(s.lang, a.Case.Why); why != "" {
			s.say("  %s", "  %s", legible.OneLine(why))
		}
		for _, p := range a.Pieces {
			s.say("  pièce %s  %s", "  document %s  %s", p.Digest, legible.OneLine(p.Name))
			s.say("    membre de l'archive evidence/%s", "    archive member evidence/%s", strings.Replace(p.Digest, ":", "-", 1))
		}
		if d := a.Decided; d != nil {
			s.say("  déjà décidé : %s, relecture %d, %s", "  decided already: %s, review %d, %s", d.Decision, d.Rank, legible.OneLine(d.Reviewer))
		}
	}
	return nil
}

// template writes a file of decisions to fill.
func (c *reviewCommand) template(s *streams, all []statement.Awaiting) error {
	if len(all) == 0 {
		return hinted{verdict.Tell("le rapport ne laisse rien à examiner à une personne", "the report leaves nothing to a person"), "conformance report " + c.Archive, exitUsage}
	}
	if err := absent(c.Template); err != nil {
		return err
	}
	err := campaign.WriteFile(c.Template, func(w io.Writer) error {
		_, err := io.WriteString(w, decisionsTemplate(all, s.lang))
		return err
	})
	if err != nil {
		return hinted{err, reviewExample, exitUsage}
	}
	s.say("à remplir : %s", "to fill: %s", c.Template)
	return nil
}

// absent refuses to write over a file.
func absent(path string) error {
	if exists(path) {
		return hinted{verdict.Tell("%s existe déjà, et reste tel quel : donnez un autre fichier", "write %s: it exists, and is kept as it is", path), "-o …", exitUsage}
	}
	return nil
}

// decisionsTemplate is a file of decisions with nothing decided.
func decisionsTemplate(all []statement.Awaiting, lang string) string {
	word := func(fr, en string) string { return verdict.Text{FR: fr, EN: en}.In(lang) }
	var b strings.Builder
	b.WriteString(word("# Décisions d'une personne sur ce que le rapport lui laisse.\n# decision : accepted (réussi), refused (échec) ou pending (reste à examiner).\n# reason est obligatoire pour les deux premiers ; files donne l'empreinte des pièces que vous avez regardées.\n",
		"# What a person concludes of what the report leaves to one.\n# decision: accepted (passed), refused (failed) or pending (still to examine).\n# reason is mandatory for the first two; files gives the digests of the documents that you looked at.\n"))
	b.WriteString("reviewer:\n  name: \"\"\n  function: \"\"\ndecisions:\n")
	for _, a := range all {
		b.WriteString("  # " + legible.OneLine(a.Case.Title) + "\n  - address: " + strconv.Quote(a.Case.Address) + "\n    decision: pending\n    # reason: \"…\"\n")
		if a.Decided != nil {
			b.WriteString("    # replaces: true  # " + a.Decided.Decision + ", " + legible.OneLine(a.Decided.Reviewer) + "\n")
		}
		if len(a.Pieces) > 0 {
			b.WriteString("    files:\n")
		}
		for _, p := range a.Pieces {
			b.WriteString("      - " + strconv.Quote(p.Digest) + "  # " + legible.OneLine(p.Name) + "\n")
		}
	}
	return b.String()
}

// sign makes the archive of the review.
func (c *reviewCommand) sign(s *streams, of *statement.Report, after *statement.Reviewed) error {
	asked, misfits, err := c.asked()
	if err != nil {
		return err
	}
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	signer, err := c.signer("conformance review report.zip --decisions decisions.yaml --sign-key relecteur.p12")
	if err != nil {
		return err
	}
	out := c.output(after)
	if err := absent(out); err != nil {
		return err
	}
	archive, review, err := statement.MakeReview(statement.ReviewOrder{
		Report: of, Earlier: after, Catalogue: suite.Catalogue, Reviewer: asked.Reviewer, Decisions: asked.Decisions,
		Signer: signer, Texts: suite.Texts, Lang: s.lang, Now: time.Now(),
	})
	var wrong statement.Misfits
	switch {
	case errors.As(err, &wrong):
		return misfits(wrong...)
	case err != nil:
		return hinted{err, "conformance verify " + c.Archive, exitUsage}
	}
	if err := campaign.WriteFile(out, func(w io.Writer) error { _, err := w.Write(archive); return err }); err != nil {
		return err
	}
	s.say("niveau au standard : %s ; au profil de test : %s", "level, standard: %s; test profile: %s", suite.Texts.Level(s.lang, review.Level.Standard), suite.Texts.Level(s.lang, review.Level.Profile))
	if len(review.Open) > 0 {
		s.say("restent à examiner : %s", "still to examine: %s", strings.Join(review.Open, ", "))
	}
	s.say("relecture signée : %s", "signed review: %s", out)
	return nil
}

// output is the archive to write: beside the report, numbered where it follows another.
func (c *reviewCommand) output(after *statement.Reviewed) string {
	switch {
	case c.Output != "":
		return c.Output
	case after == nil:
		return filepath.Join(filepath.Dir(c.Archive), "review.zip")
	}
	return filepath.Join(filepath.Dir(c.Archive), fmt.Sprintf("review-%d.zip", after.Review().Rank+1))
}

// asked are the decisions, of the file or of the flags, and how to tell what does not fit in them.
func (c *reviewCommand) asked() (*candidate.Decisions, func(...candidate.Misfit) error, error) {
	if c.Decisions == "" {
		return c.flagged()
	}
	for name, given := range map[string]bool{"--reason": c.Reason != "", "--file": len(c.File) > 0, "--note": c.Note != "", "--replaces": c.Replaces, "--reviewer": c.Reviewer != "", "--function": c.Function != "", "--organisation": c.Organisation != ""} {
		if given {
			return nil, nil, hinted{verdict.Tell("%s va avec --accept ou --refuse : avec --decisions, c'est le fichier qui le dit", "%s goes with --accept or --refuse: with --decisions the file says it", name), reviewExample, exitUsage}
		}
	}
	d, err := candidate.LoadDecisions(c.Decisions, time.Now())
	if err != nil {
		return nil, nil, err
	}
	return d, d.Misfits, nil
}

// flagged is the one decision that the flags tell.
func (c *reviewCommand) flagged() (*candidate.Decisions, func(...candidate.Misfit) error, error) {
	one := candidate.Decision{Address: c.Accept, Decision: candidate.DecisionAccepted, Reason: c.Reason, Note: c.Note, Replaces: c.Replaces}
	flag := "--accept"
	if c.Refuse != "" {
		one.Address, one.Decision, flag = c.Refuse, candidate.DecisionRefused, "--refuse"
	}
	for name, given := range map[string]string{"--reason": c.Reason, "--reviewer": c.Reviewer, "--function": c.Function} {
		if strings.TrimSpace(given) == "" {
			return nil, nil, hinted{verdict.Tell("%s %s : il faut aussi %s", "%s %s wants %s", flag, one.Address, name),
				flag + " " + one.Address + " --reason TEXTE --file sha256:… --reviewer NOM --function TEXTE --sign-key relecteur.p12", exitUsage}
		}
	}
	for _, f := range c.File {
		digest, err := digestOf(f)
		if err != nil {
			return nil, nil, hinted{err, "conformance review " + c.Archive + " --list", exitUsage}
		}
		one.Files = append(one.Files, digest)
	}
	tell := func(all ...candidate.Misfit) error {
		names := map[string]string{"address": flag, "files": "--file", "replaces": "--replaces"}
		var problems candidate.Problems
		for _, m := range all {
			problems = append(problems, candidate.Problem{File: flag + " " + one.Address, Key: names[m.Key], Want: m.Want, Remedy: m.Remedy})
		}
		return problems
	}
	return &candidate.Decisions{
		Reviewer: candidate.Reviewer{Name: c.Reviewer, Function: c.Function, Organisation: c.Organisation}, Decisions: []candidate.Decision{one},
	}, tell, nil
}

// digestOf is a digest as it was given, or that of a file.
func digestOf(given string) (string, error) {
	if strings.HasPrefix(given, "sha256:") {
		return given, nil
	}
	raw, err := readBounded(given, maxArchive)
	if err != nil {
		return "", err
	}
	return record.Digest(raw), nil
}

// signer is who signs: a key that was given, or the test key where a draft was asked for.
func (f signFlags) signer(example string) (seal.Signer, error) {
	switch {
	case f.Draft && f.SignKey != "":
		return seal.Signer{}, hinted{verdict.Tell("--draft signe avec une clé de test : ôtez cette option, ou --sign-key", "--draft signs with a test key: remove it, or --sign-key"), example, exitUsage}
	case !f.Draft && f.SignKey == "":
		return seal.Signer{}, hinted{verdict.Tell("--sign-key : personne ne signe : donnez la clé de qui signe, ou --draft pour un brouillon que signe une clé de test", "--sign-key: nobody signs: give the key of who signs, or --draft for a draft that a test key signs"), example, exitUsage}
	}
	signer, err := campaign.LoadSigner(f.SignKey, os.Getenv("ETALON_SIGN_PASSWORD"), time.Now())
	if err != nil {
		return signer, hinted{err, "openssl pkcs12 -export -inkey cle.pem -in certificat.pem -out relecteur.p12", exitUsage}
	}
	return signer, nil
}
