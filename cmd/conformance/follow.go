package main

import (
	"errors"
	"fmt"

	"etalon/cmd/internal/cli"
	"etalon/internal/candidate"
	"etalon/internal/legible"
	"etalon/internal/seal"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// followed is a sound statement over a sound report.
type followed struct {
	of      *seal.Verified // the report
	trusted bool           // whoever signed what is said of it
	said    []toldStatement
	after   *verdict.Levels // what the report concludes once it was reviewed
	tell    func()
}

// follow verifies a statement over a report, together with that report.
func (c *verifyCommand) follow(s *streams, raw []byte, o seal.VerifyOptions) error {
	o.Heard = map[string]bool{} // the lists are for who signed the report and for who signed the statement
	read := c.reviewed
	if seal.KindOf(raw) == statement.KindHandover {
		read = c.handedOn
	}
	f, err := read(s, raw, o)
	if err == nil {
		err = o.Unheard()
	}
	if absent := (noReport{}); err != nil && (!c.JSON || errors.As(err, &absent)) {
		return c.refused(err)
	}
	if f != nil && !f.trusted {
		f.of.Trusted = false
	}
	if c.JSON {
		return c.tellFollowed(s, f, err)
	}
	f.tell()
	if !f.trusted {
		s.say("qui a signé ce qui est dit du rapport n'est pas reconnu", "who signed what is said of the report is not trusted")
	}
	return c.worth(s, f.of)
}

// reviewed verifies the reviews of a report.
func (c *verifyCommand) reviewed(s *streams, raw []byte, o seal.VerifyOptions) (*followed, error) {
	original, err := c.original()
	if err != nil {
		return nil, err
	}
	of, err := statement.ReadReport(original, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.place(), err)
	}
	reviewed, err := statement.VerifyReview(raw, of, o)
	if err != nil {
		return nil, err
	}
	last := reviewed.Review()
	f := &followed{of: of.Verified, trusted: reviewed.Trusted(), after: &last.Level}
	for _, r := range reviewed.All() {
		f.said = append(f.said, toldStatementOf("review", r.Opened.Seal, r.Review()))
	}
	f.tell = func() {
		s.say("rapport relu : %s", "report reviewed: %s", c.place())
		c.tell(s, of.Verified)
		for _, r := range reviewed.All() {
			c.tellReview(s, r)
		}
		for _, address := range last.Open {
			s.say("reste à examiner : %s", "still to examine: %s", address)
		}
		s.say("niveau après relecture, au standard : %s ; au profil de test : %s", "level after review, standard: %s; test profile: %s", c.level(s, last.Level.Standard), c.level(s, last.Level.Profile))
	}
	return f, nil
}

// refused tells what is wrong with a statement, or that its report is not there.
func (c *verifyCommand) refused(err error) error {
	if absent := (noReport{}); errors.As(err, &absent) {
		return hinted{err, "conformance verify " + c.Archive + " --of report.zip", exitUsage}
	}
	return hinted{err, "docs/report.md", unsoundStatus(err)}
}

// tellReview says who reviewed what.
func (c *verifyCommand) tellReview(s *streams, r *statement.Reviewed) {
	said := r.Review()
	s.say("relecture %d intègre, de %s (%s)", "review %d sound, by %s (%s)", said.Rank, legible.OneLine(said.Reviewer.Name), legible.OneLine(said.Reviewer.Function))
	c.tellSeal(s, r.Opened.Seal)
	for _, d := range said.Decisions {
		word := cli.In(s.lang, "refusé", "refused")
		if d.Decision == candidate.DecisionAccepted {
			word = cli.In(s.lang, "accepté", "accepted")
		}
		s.say("  %s : %s (%s)", "  %s: %s (%s)", d.Address, word, legible.OneLine(d.Reason))
		if d.Replaces != nil {
			s.say("    revient sur la relecture %d de %s : %s", "    puts aside review %d by %s: %s", d.Replaces.Rank, legible.OneLine(d.Replaces.Reviewer), d.Replaces.Decision)
		}
		for _, p := range d.Pieces {
			s.say("    pièce %s %s", "    document %s %s", p.Digest, legible.OneLine(p.Name))
		}
	}
}
