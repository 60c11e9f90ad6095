package main

import (
	"errors"

	"etalon/cmd/internal/cli"
	"etalon/internal/candidate"
	"etalon/internal/legible"
	"etalon/internal/seal"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// follow verifies a statement over a report, together with that report.
func (c *verifyCommand) follow(s *streams, raw []byte, o seal.VerifyOptions) error {
	f, err := statement.Follow(raw, c.original, o)
	if of := (*statement.OfReport)(nil); errors.As(err, &of) {
		err = verdict.Tell("%s : %s", "%s: %s", c.place(), err)
	}
	if absent := (noReport{}); err != nil && (!c.JSON || errors.As(err, &absent)) {
		return c.refused(err)
	}
	if c.JSON {
		return c.tellFollowed(s, f, err)
	}
	trusted := f.Trusted()
	if f.Handed != nil {
		c.tellHandover(s, f.Handed)
	} else {
		c.tellReviews(s, f)
		trusted = f.Reviewed.Trusted()
	}
	if !trusted {
		s.say("qui a signé ce qui est dit du rapport n'est pas reconnu", "who signed what is said of the report is not trusted")
		f.Report.Trusted = false
	}
	return c.worth(s, f.Report)
}

// tellReviews says who reviewed a report, and what it concludes since.
func (c *verifyCommand) tellReviews(s *streams, f *statement.Followed) {
	s.say("rapport relu : %s", "report reviewed: %s", c.place())
	c.tell(s, f.Report)
	for _, r := range f.Reviewed.All() {
		c.tellReview(s, r)
	}
	last := f.Reviewed.Review()
	for _, address := range last.Open {
		s.say("reste à examiner : %s", "still to examine: %s", address)
	}
	s.say("niveau après relecture, au standard : %s ; au profil de test : %s", "level after review, standard: %s; test profile: %s", c.level(s, last.Level.Standard), c.level(s, last.Level.Profile))
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
