package missive

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/letter"
)

// subjectForm is that of a message with documents: a label, the family name in capitals, the given name and maybe a date.
var subjectForm = regexp.MustCompile(`^XDM/1\.0/DDM\+(\S.*?) (\p{Lu}[\p{Lu}'’ -]*) (\p{L}\S*(?: \p{L}\S*)*?)( \d{2}/\d{2}/\d{4})?$`)

// subject judges the form of the subject (LPS-44).
func (j *judgement) subject() {
	p := j.asked.Patient
	want := fmt.Sprintf("XDM/1.0/DDM+… %s %s[ %s]", p.Family, p.Given, p.Birth)
	got := j.missive.Subject
	named := strings.Contains(got, " "+p.Family+" "+p.Given)
	if !subjectForm.MatchString(got) || !named {
		j.find("LPS-44", "subject-other", want, got)
	}
}

// archiveName is that of the archive.
const archiveName = "IHE_XDM.zip"

// archive judges the archive, its members and whom it is about (LPS-45, LPS-46).
func (j *judgement) archive() {
	l := j.missive
	if !l.HasArchive() {
		j.find("LPS-45", "archive-missing", archiveName, l.types())
		return
	}
	if l.Unreadable != nil {
		j.find("LPS-45", "archive-unreadable", archiveName, l.Unreadable.Error())
		return
	}
	a := l.Archive
	if !strings.EqualFold(a.Name, archiveName) {
		j.find("LPS-45", "archive-named-otherwise", archiveName, a.Name)
	}
	if len(a.Lacks) > 0 {
		j.find("LPS-45", "archive-incomplete", strings.Join(a.Lacks, ", "), strings.Join(a.Files, ", "))
	}
	if len(a.Orphans) > 0 {
		j.find("LPS-45", "document-unlisted", "METADATA.XML", strings.Join(a.Orphans, ", "))
	}
	if n := len(a.Codes()); len(a.Lacks) == 0 && n < j.asked.Documents {
		j.find("LPS-45", "documents-few", fmt.Sprintf("%d CDA", j.asked.Documents), fmt.Sprintf("%d CDA", n))
	}
	for _, d := range a.Documents {
		j.document(d)
	}
}

// document judges one document against METADATA.XML.
func (j *judgement) document(d Document) {
	switch {
	case !d.Found:
		j.find("LPS-45", "document-missing", d.Name, strings.Join(j.missive.Archive.Files, ", "))
		return
	case d.Hash != d.RealHash:
		j.find("LPS-45", "hash-other", d.Name+" : "+d.RealHash, d.Hash)
	case d.Size != d.RealSize:
		j.find("LPS-45", "size-other", d.Name+" : "+d.RealSize, d.Size)
	}
	ins := j.asked.Patient.INS
	if id, _, _ := strings.Cut(d.PatientID, "^"); ins != "" && id != ins {
		j.find("LPS-46", "patient-other", ins, d.PatientID)
	}
	if d.CDA && ins != "" && !slices.Contains(d.Patients, ins) {
		j.find("LPS-46", "document-of-another", ins, strings.Join(d.Patients, ", "))
	}
}

// printedName is that of a PDF: date, kind, name, given name and maybe a number.
var printedName = regexp.MustCompile(`^\d{8}_[^_]+_[^_]+_[^_]+(_[^_]+)?\.pdf$`)

// archival tells the mark of PDF/A-1 in the metadata of a PDF (ISO 19005-1 §6.7.11).
var archival = regexp.MustCompile(`pdfaid:part(?:\s*=\s*["']|\s*>\s*)1\b`)

// printed judges the PDF that goes with the documents (LPS-47).
func (j *judgement) printed() {
	var found []letter.Part
	for _, p := range j.missive.Parts {
		if strings.HasSuffix(strings.ToLower(p.Name), ".pdf") || p.Type == "application/pdf" {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		j.find("LPS-47", "pdf-missing", "PDF/A-1", j.missive.types())
	}
	for _, p := range found {
		if !archival.Match(p.Content) {
			j.find("LPS-47", "pdf-not-archival", "PDF/A-1 (pdfaid:part 1)", p.Name)
		}
		if !printedName.MatchString(p.Name) || !strings.Contains(p.Name, "_"+fileName(j.asked.Patient.Family)+"_") {
			j.find("LPS-47", "pdf-named-otherwise", fmt.Sprintf("AAAAMMJJ_…_%s_%s.pdf", fileName(j.asked.Patient.Family), j.asked.Patient.Given), p.Name)
		}
	}
}

// fileName is a name as a file bears it: without blanks.
func fileName(name string) string { return strings.ReplaceAll(name, " ", "-") }
