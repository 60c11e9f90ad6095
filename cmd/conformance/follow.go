package main

import (
	"errors"
	"fmt"

	"etalon/cmd/internal/cli"
	"etalon/internal/candidate"
	"etalon/internal/legible"
	"etalon/internal/seal"
	"etalon/internal/statement"
)

// follow verifies a statement over a report, together with that report.
func (c *verifyCommand) follow(s *streams, raw []byte, o seal.VerifyOptions) error {
	if c.JSON {
		return hinted{errors.New("--json tells of a report alone: this archive is a statement over one"), "conformance verify " + c.Archive, exitUsage}
	}
	o.Heard = map[string]bool{} // the lists are for who signed the report and for who signed the statement
	if seal.KindOf(raw) == statement.KindHandover {
		return c.followHandover(s, raw, o)
	}
	original, err := c.original()
	if err != nil {
		return c.refused(err)
	}
	of, err := statement.ReadReport(original, o)
	if err != nil {
		return c.refused(fmt.Errorf("%s: %w", c.place(), err))
	}
	reviewed, err := statement.VerifyReview(raw, of, o)
	if err == nil {
		err = o.Unheard()
	}
	if err != nil {
		return c.refused(err)
	}
	s.say("rapport relu : %s", "report reviewed: %s", c.place())
	c.tell(s, of.Verified)
	for _, r := range reviewed.All() {
		c.tellReview(s, r)
	}
	last := reviewed.Review()
	for _, address := range last.Open {
		s.say("reste à examiner : %s", "still to examine: %s", address)
	}
	s.say("niveau après relecture, au standard : %s ; au profil de test : %s", "level after review, standard: %s; test profile: %s", c.level(s, last.Level.Standard), c.level(s, last.Level.Profile))
	return c.worthBoth(s, of.Verified, reviewed.Trusted())
}

// worthBoth tells what a sound statement over a sound report is worth: who signed each, and whether the report is in force.
func (c *verifyCommand) worthBoth(s *streams, of *seal.Verified, trusted bool) error {
	if !trusted {
		s.say("qui a signé ce qui est dit du rapport n'est pas reconnu", "who signed what is said of the report is not trusted")
		of.Trusted = false
	}
	return c.worth(s, of)
}

// refused tells what is wrong with a statement, or that its report is not there.
func (c *verifyCommand) refused(err error) error {
	if absent := (noReport{}); errors.As(err, &absent) {
		return hinted{err, "conformance verify " + c.Archive + " --of report.zip", exitUsage}
	}
	return hinted{err, "docs/report.md", exitFailed}
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
