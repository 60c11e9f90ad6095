package statement

import (
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/legible"
)

// decisionWord is how people call a decision.
func (w words) decision(d string) string {
	switch d {
	case candidate.DecisionAccepted:
		return w.say("acceptée", "accepted")
	case candidate.DecisionRefused:
		return w.say("refusée", "refused")
	}
	return w.say("à examiner", "to examine")
}

// draftMark is what stands over all that a test key signed.
func (w words) draftMark() string {
	return w.say("ÉPREUVE : signé avec une clé de TEST, sans valeur.", "DRAFT: signed with a TEST key, worth nothing.")
}

// person is a reviewer on one line.
func person(r candidate.Reviewer) string {
	var all []string
	for _, s := range []string{r.Name, r.Function, r.Organisation} {
		if s != "" {
			all = append(all, legible.OneLine(s))
		}
	}
	return strings.Join(all, ", ")
}

// reportFacts tell which report a document speaks of.
func (w words) reportFacts(id Identity, digest string) []fact {
	return []fact{
		{w.say("Candidat", "Candidate"), id.Candidate.Name + " " + id.Candidate.Version + " (" + id.Candidate.Vendor + ")", false},
		{w.say("Périmètre", "Scope"), strings.Join(id.Scope, ", "), false},
		{w.say("Rapport", "Report"), digest, true},
		{w.say("Exécution finie le", "Run finished on"), w.instant(id.Finished), false},
		{w.say("Rapport signé le", "Report signed on"), w.instant(id.SignedAt), false},
		{w.say("Signataire du rapport", "Signer of the report"), id.Signer, false},
		{w.say("Catalogue", "Catalogue"), id.Suite.Catalogue, true},
		{w.say("Niveau du rapport, au standard", "Level of the report, on the standard"), w.level(id.Level.Standard), false},
		{w.say("Niveau du rapport, au profil de test", "Level of the report, on the test profile"), w.level(id.Level.Profile), false},
	}
}

// reviewSheet arranges a review.
func reviewSheet(r *Review, digest string, test bool, at time.Time, w words) *sheet {
	s := &sheet{At: at, Lang: w.say("fr", "en"), Title: w.say("Relecture d'un rapport de conformité", "Review of a conformance report"), Subtitle: r.Report.Candidate.Name + " " + r.Report.Candidate.Version}
	if test {
		s.Marks = append(s.Marks, w.draftMark())
	}
	if r.Report.Test {
		s.Marks = append(s.Marks, w.say("Le rapport relu est signé avec une clé de TEST du banc.", "The report reviewed is signed with a TEST key of the harness."))
	}
	s.Facts = append([]fact{{w.say("Relu par", "Reviewed by"), person(r.Reviewer), false}}, w.reportFacts(r.Report, digest)...)
	s.Facts = append(s.Facts,
		fact{w.say("Niveau après relecture, au standard", "Level after review, on the standard"), w.level(r.Level.Standard), false},
		fact{w.say("Niveau après relecture, au profil de test", "Level after review, on the test profile"), w.level(r.Level.Profile), false})
	if r.Earlier != "" {
		s.Facts = append(s.Facts, fact{w.say("Suit la relecture", "Follows the review"), r.Earlier, true})
	}
	s.Sections = append(s.Sections, w.decisions(r), w.stillOpen(r))
	s.Foot = w.say("Ce que dit cette relecture est signé dans attestation.dsse.json, avec l'empreinte du rapport, qu'elle ne change pas : conformance verify.",
		"What this review says is signed in attestation.dsse.json, with the digest of the report, which it does not change: conformance verify.")
	return s
}

// decisions is the table of what was decided.
func (w words) decisions(r *Review) section {
	x := section{Title: w.say("Décisions", "Decisions"), Long: true, Head: []string{
		w.say("Cas", "Case"), w.say("Décision", "Decision"), w.say("Raison", "Reason"), w.say("Pièces examinées", "Documents examined"), w.say("Le", "On"), w.say("Remarque", "Remark"),
	}}
	for _, d := range r.Decisions {
		word := w.decision(d.Decision)
		if d.Replaces != nil {
			word += w.say(" (remplace : %s, relecture %d, %s)", " (replaces: %s, review %d, %s)", w.decision(d.Replaces.Decision), d.Replaces.Rank, d.Replaces.Reviewer)
		}
		var pieces []string
		for _, p := range d.Pieces {
			pieces = append(pieces, p.Name+" "+p.Digest)
		}
		x.Rows = append(x.Rows, []string{d.Address + " " + d.Title, word, d.Reason, strings.Join(pieces, " ; "), w.day(d.Examined.Time), d.Note})
	}
	return x
}

// stillOpen tells what still waits for a person.
func (w words) stillOpen(r *Review) section {
	x := section{Title: w.say("Restent à examiner", "Still to examine")}
	if len(r.Open) == 0 {
		x.Text = []string{w.say("Rien.", "Nothing.")}
		return x
	}
	x.Text = []string{w.say("Tant qu'il en reste, un rapport ne peut conclure conforme.", "While any is left, no report can conclude conformant."), strings.Join(r.Open, ", ")}
	return x
}
