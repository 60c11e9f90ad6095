package stand

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pdfsig"
	"etalon/internal/verdict"
)

// papers is how a mock candidate neglects the documents that it hands over.
type papers struct {
	unsigned, altered, amended, stale bool // the form of the penetration test
	brief                             bool // the extract of traces
}

// paperFlaws are the neglects of the documents of a mock identity provider, which show whatever the provider does.
func paperFlaws() []bench.Flaw[papers] {
	return []bench.Flaw[papers]{
		bench.Neglecting("hands-form-unsigned", "EXI-FI-06", "", "Remet un formulaire de test d'intrusion imprimé, sans signature électronique", "Hands over a printed form of the penetration test, without electronic signature",
			func(p *papers) { p.unsigned = true }),
		bench.Neglecting("hands-form-altered", "EXI-FI-06", "", "Change le formulaire après la signature du prestataire", "Changes the form after the firm has signed it",
			func(p *papers) { p.altered = true }),
		bench.Neglecting("hands-form-amended", "EXI-FI-06", "", "Ajoute une page d'annotations après la signature du prestataire", "Adds notes behind what the firm has signed",
			func(p *papers) { p.amended = true }),
		bench.Neglecting("hands-form-of-last-year", "EXI-FI-06", "", "Remet le formulaire de l'an passé", "Hands over last year's form",
			func(p *papers) { p.stale = true }),
		bench.Neglecting("hands-traces-of-a-month", "FI-55", "", "Remet un extrait de traces qui ne remonte qu'à un mois", "Hands over an extract of traces that goes back a month only",
			func(p *papers) { p.brief = true }),
	}
}

// neglects are those of a table among the flaws of a mock candidate, as one policy, and its other flaws.
func neglects[P any](table []bench.Flaw[P], flaws []string) (neglected P, others []string) {
	for _, name := range flaws {
		i := slices.IndexFunc(table, func(f bench.Flaw[P]) bool { return f.Name == name })
		if i < 0 {
			others = append(others, name)
			continue
		}
		table[i].Neglect(&neglected)
	}
	return neglected, others
}

// providerPapers are the requirements of which a mock identity provider hands a page over, beside those with a form of their own.
const providerPapers = "EXI-FI-01 EXI-FI-02 EXI-FI-03 EXI-FI-05 EXI-FI-07 EXI-FI-08 EXI-FI-09 EXI-FI-10 EXI-FI-11 EXI-FI-12 EXI-FI-13 EXI-FI-14 " +
	"EXI-FI-21 EXI-FI-22 EXI-FI-24 RECO-FI-03 EXI-FI-32 EXI-FI-34 FI-52 FI-54 FI-55 " +
	"EXI-FI-04 EXI-FI-26 EXI-FI-27 EXI-FI-31 EXI-FI-33"

// organisationPapers are those of a mock operator's life-cycle.
const organisationPapers = "GOV-01 GOV-02 GOV-03 GOV-04 GOV-06"

// The names of the documents of a form of their own.
const (
	formPaper       = "EXI-FI-06"
	indicatorsPaper = "EXI-FI-28"
	tracesPaper     = "FI-55"
	engagementPaper = "GOV-06"
)

// paperAge is how long ago the documents of mock candidates are dated.
const paperAge = 30 * 24 * time.Hour

// paperDesk writes documents into the folder of a mock candidate, and lists them as its file does.
type paperDesk struct {
	folder string
	now    time.Time
	listed map[string]candidate.Evidence
}

func newPaperDesk(o StubOptions, parts stubParts) (*paperDesk, error) {
	d := &paperDesk{folder: filepath.Join(o.Dir, "pieces"), now: parts.bench.Clock.Now(), listed: map[string]candidate.Evidence{}}
	if err := os.MkdirAll(d.folder, 0o755); err != nil {
		return nil, verdict.Tell("écriture des documents : %s", "write documents: %s", err)
	}
	return d, nil
}

// add writes a document for a requirement, of so long ago.
func (d *paperDesk) add(requirement, ending string, age time.Duration, content []byte) error {
	name := requirement + ending
	if err := os.WriteFile(filepath.Join(d.folder, name), content, 0o644); err != nil {
		return verdict.Tell("écriture du document : %s", "write document: %s", err)
	}
	day := d.now.UTC().Add(-age).Truncate(24 * time.Hour)
	d.listed[requirement] = candidate.Evidence{File: "pieces/" + name, Date: interops.Date{Time: day}}
	return nil
}

// join writes a document that goes with the one of a requirement.
func (d *paperDesk) join(requirement, ending string, content []byte) error {
	with := d.listed[requirement]
	if err := d.add(requirement, ending, paperAge, content); err != nil {
		return err
	}
	with.Also = append(with.Also, d.listed[requirement])
	d.listed[requirement] = with
	return nil
}

// pages writes a page for each of the requirements.
func (d *paperDesk) pages(requirements string) error {
	for _, id := range strings.Fields(requirements) {
		if err := d.add(id, ".pdf", paperAge, pdfsig.Make("TEST "+id, "Document d'essai, sans valeur.")); err != nil {
			return err
		}
	}
	return nil
}

// identityPapers are the documents of a mock identity provider, one of them signed by the mock firm that tried it.
func identityPapers(o StubOptions, parts stubParts, neglected papers) (map[string]candidate.Evidence, error) {
	d, err := newPaperDesk(o, parts)
	if err != nil {
		return nil, err
	}
	if err := d.pages(providerPapers); err != nil {
		return nil, err
	}
	form, err := penetrationForm(parts, d.now, neglected)
	if err != nil {
		return nil, err
	}
	age := paperAge
	if neglected.stale {
		age = 400 * 24 * time.Hour
	}
	if err := d.add(formPaper, ".pdf", age, form); err != nil {
		return nil, err
	}
	if err := d.join(tracesPaper, "-extrait.csv", tracesExtract(d.now, neglected)); err != nil {
		return nil, err
	}
	const extract = "indicateur;valeur\nduree_session;4h\nmie_admis;carte\nforce;deux facteurs dont un résiste à l'hameçonnage\n"
	return d.listed, d.add(indicatorsPaper, ".csv", paperAge, []byte(extract))
}

// tracesExtract is what is left of logins of a hundred days ago and later, or of a month.
func tracesExtract(now time.Time, neglected papers) []byte {
	days := []int{100, 60, 20}
	if neglected.brief {
		days = []int{30, 20}
	}
	var b bytes.Buffer
	b.WriteString("instant;personne;etablissement;moyen;resultat\n")
	for _, n := range days {
		fmt.Fprintf(&b, "%s;anne.test-un;es-1;carte;accepte\n", now.AddDate(0, 0, -n).UTC().Format(time.RFC3339))
	}
	return b.Bytes()
}

// penetrationForm is the form of a penetration test, signed unless it is neglected.
func penetrationForm(parts stubParts, now time.Time, neglected papers) ([]byte, error) {
	page := pdfsig.Make("TEST FORMULAIRE DE TEST D'INTRUSION", "Resultat : eligible", "Document d'essai, sans valeur.")
	if neglected.unsigned {
		return page, nil
	}
	firm, err := parts.bench.PKI.Credential(candidate.AuditOrganism + "/signature")
	if err != nil {
		return nil, err
	}
	form, err := pdfsig.Sign(page, firm.Key, firm.Chain, now)
	switch {
	case err != nil:
		return nil, err
	case neglected.altered:
		return bytes.Replace(form, []byte("Resultat : eligible"), []byte("Resultat : parfait!"), 1), nil
	case neglected.amended:
		return append(form, "\n9 0 obj\n<< /Type /Annot /Subtype /Text /Contents (Revu) >>\nendobj\nstartxref\n9\n%%EOF\n"...), nil
	}
	return form, nil
}

// startOrganisation makes the mock operator in its life-cycle: nothing runs, its documents are written.
func (s *Stub) startOrganisation(o StubOptions, parts stubParts) error {
	d, err := newPaperDesk(o, parts)
	if err != nil {
		return err
	}
	if err := d.pages(organisationPapers); err != nil {
		return err
	}
	neglected, _ := neglects(engagementFlaws(), o.Flaws)
	archive, err := operatorReport(parts, neglected)
	if err != nil {
		return err
	}
	if err := d.join(engagementPaper, "-rapport.zip", archive); err != nil {
		return err
	}
	declared := &candidate.MSSante{
		Host: OperatorHost, TokenCheck: "both", Mailboxes: declaredMailboxes(), PSC: candidate.PSC{Listen: "auto"},
		Reach: candidate.Reach{Evidence: d.listed},
	}
	return s.write(o, candidate.StubCandidate{Name: "Souche cycle de vie d'un opérateur", MSSante: declared, MSSOrganisation: &candidate.MSSOrganisation{}})
}
