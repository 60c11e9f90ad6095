package statement

import (
	"slices"
	"strings"
	"time"

	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// Engagement is what the engagement of conformity is made of: a document that the operator's representative signs by hand.
type Engagement struct {
	Report         *Report
	Review         *Reviewed // the last review of the report; nil for none
	Operator       string
	Representative string // who will sign; "" to be filled in by hand
	Function       string
	Draft          bool // a report signed with a test key will do
	Catalogue      []verdict.Requirement
	Texts          report.Texts
	Lang           string
	Now            time.Time
}

// PDF writes the document. Its error is ErrNotFinal for a report that nobody can commit to, ErrCatalogue where a review is
// concluded with other requirements than those of the report.
func (e Engagement) PDF() ([]byte, error) {
	s, err := e.document()
	if err != nil {
		return nil, err
	}
	return s.paper()
}

// document checks that it can be committed to, and arranges it.
func (e Engagement) document() (*sheet, error) {
	if strings.TrimSpace(e.Operator) == "" {
		return nil, errNoOperator
	}
	if err := e.Report.final(e.Draft); err != nil {
		return nil, err
	}
	if e.Review != nil && e.Review.Opened.Seal.Test && !e.Draft {
		return nil, notFinal("sa relecture est signée avec une clé de TEST : relisez-le avec une clé, ou faites une épreuve (--draft)", "its review is signed with a test key: review it with a key, or make a draft (--draft)")
	}
	rows := needed(e.Report.Run, e.Catalogue)
	if e.Review == nil {
		return e.sheet(e.Report.Run, rows), nil
	}
	if !reproduces(e.Report.Run, rows) {
		return nil, ErrCatalogue
	}
	made := map[string]Former{}
	e.Review.stand(made)
	return e.sheet(concluded(e.Report.Run, rows, made), rows), nil
}

// sheet arranges the document over the record as reviews leave it.
func (e Engagement) sheet(run *verdict.Run, rows []verdict.Requirement) *sheet {
	w := words{e.Lang, e.Texts}
	of := run.Candidate
	s := &sheet{Lang: w.say("fr", "en"), At: e.Now, Title: w.say("Engagement de conformité", "Engagement of conformity"), Subtitle: e.Operator}
	if e.Report.Test || e.Review != nil && e.Review.Opened.Seal.Test {
		s.Marks = append(s.Marks, w.say("ÉPREUVE : d'après un rapport signé avec une clé de TEST, sans valeur.", "DRAFT: from a report signed with a TEST key, worth nothing."))
	}
	s.Facts = append([]fact{{w.say("Opérateur", "Operator"), e.Operator, false}}, w.reportFacts(e.Report.identity(), e.Report.Digest())...)
	if e.Review != nil {
		last := e.Review.Review()
		s.Facts = append(s.Facts, fact{w.say("Relecture", "Review"), record.Digest(e.Review.Raw), true}, fact{w.say("Relu par", "Reviewed by"), person(last.Reviewer), false},
			fact{w.say("Niveau après relecture, au standard", "Level after review, on the standard"), w.level(last.Level.Standard), false},
			fact{w.say("Niveau après relecture, au profil de test", "Level after review, on the test profile"), w.level(last.Level.Profile), false})
	}
	s.Sections = []section{
		{Title: w.say("Engagement", "Engagement"), Text: []string{
			w.say("%s déclare exploiter %s, version %s, tel que le rapport désigné ci-dessus l'a jugé, et s'engage à satisfaire et à maintenir les exigences énumérées plus bas, à traiter les remarques ouvertes, et à faire juger de nouveau toute version qui changerait ce que le rapport dit.",
				"%s declares to operate %s, version %s, as the report designated above judged it, and commits itself to meet and keep meeting the requirements listed below, to deal with the open remarks, and to have any version judged again that would change what the report says.",
				e.Operator, of.Name, of.Version),
		}},
		w.remarks(run, rows), w.waivers(run), w.excluded(run), w.requirements(run, rows),
		{Title: w.say("Signature", "Signature"), Blank: []fact{
			{w.say("Nom", "Name"), e.Representative, false}, {w.say("Fonction", "Function"), e.Function, false},
			{w.say("Lieu et date", "Place and date"), "", false}, {w.say("Signature", "Signature"), "", false},
		}},
	}
	s.Foot = w.say("Ce document se lit avec l'archive dont l'empreinte est donnée : conformance verify. L'étalon l'a préparé ; il n'engage que qui le signe.",
		"This document goes with the archive whose digest is given: conformance verify. The harness prepared it; it commits only who signs it.")
	return s
}

// titles are the texts of requirements by id.
func (w words) titles(rows []verdict.Requirement) map[string]string {
	all := map[string]string{}
	for _, q := range rows {
		all[q.ID] = q.Title.In(w.lang)
	}
	return all
}

// requirements is the table of what is committed to.
func (w words) requirements(run *verdict.Run, rows []verdict.Requirement) section {
	x := section{Title: w.say("Exigences", "Requirements"), Head: []string{w.say("Exigence", "Requirement"), w.say("Objet", "Object"), w.say("Rôle et mode", "Role and mode"), w.say("Gravité", "Severity"), w.say("Au rapport", "In the report")}}
	titles := w.titles(rows)
	for _, q := range run.Requirements {
		if q.Verdict == verdict.NotApplicable || verdict.Experimental(q.Role+"/"+q.Mode) {
			continue
		}
		x.Rows = append(x.Rows, w.requirement(q, titles))
	}
	return x
}

func (w words) requirement(q verdict.RequirementResult, titles map[string]string) []string {
	return []string{
		q.ID, titles[q.ID], q.Role + "/" + q.Mode, w.texts.Word(w.lang, "severity."+q.Severity.String()), w.texts.Word(w.lang, "verdict."+q.Verdict.String()),
	}
}

// remarks are the requirements that the report does not show as met.
func (w words) remarks(run *verdict.Run, rows []verdict.Requirement) section {
	x := section{Title: w.say("Remarques ouvertes", "Open remarks"), Head: w.requirements(run, rows).Head}
	titles := w.titles(rows)
	open := []verdict.Verdict{verdict.Fail, verdict.Inconclusive, verdict.Review, verdict.Waived}
	for _, q := range run.Requirements {
		if slices.Contains(open, q.Verdict) && !verdict.Experimental(q.Role+"/"+q.Mode) {
			x.Rows = append(x.Rows, w.requirement(q, titles))
		}
	}
	if len(x.Rows) == 0 {
		x.Text = []string{w.say("Aucune.", "None.")}
	}
	return x
}

// waivers are the failures that were accepted beforehand.
func (w words) waivers(run *verdict.Run) section {
	x := section{Title: w.say("Dérogations", "Waivers"), Head: []string{w.say("Sur", "On"), w.say("Raison", "Reason"), w.say("Responsable", "Owner"), w.say("Jusqu'au", "Until")}}
	for _, v := range run.Waivers {
		x.Rows = append(x.Rows, []string{v.Subject(), v.Reason, v.Owner, v.Expires})
	}
	if len(x.Rows) == 0 {
		x.Text = []string{w.say("Aucune.", "None.")}
	}
	return x
}

// excluded are the requirements that the candidate does not claim.
func (w words) excluded(run *verdict.Run) section {
	x := section{Title: w.say("Exigences non revendiquées", "Requirements not claimed"), Head: []string{w.say("Exigence", "Requirement"), w.say("Raison", "Reason")}}
	for _, q := range run.Candidate.Excludes {
		x.Rows = append(x.Rows, []string{q.Role + " " + q.Requirement, q.Reason})
	}
	if len(x.Rows) == 0 {
		x.Text = []string{w.say("Aucune.", "None.")}
	}
	return x
}
