package report

import (
	"cmp"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"etalon/internal/pdf"
	"etalon/internal/pdfsig"
	"etalon/internal/record"
	"etalon/internal/seal"
	rfc3161 "etalon/internal/timestamp"
	"etalon/internal/verdict"
)

// Bounds of what a document shows, whatever the record holds: the whole is in the archive.
const (
	maxExtracts   = 300_000 // characters of evidence, in all
	maxExtract    = 16      // lines of one piece
	maxAccused    = 8       // findings of one requirement
	maxPieces     = 600     // of the list of evidence
	maxExtractRow = 220     // characters of a line
)

// document is a record being written as pages.
type document struct {
	*page
	pages *pdf.Doc
	spent int // characters of evidence so far
}

// writePDF writes the report as pages for people who keep paper: cover, requirements, failures with what was seen, what was not
// tried, annexes. It is signed in the archive (signPDF); elsewhere it says that it is not.
func writePDF(w io.Writer, run *verdict.Run, o Options) error {
	v := newView(run, o)
	d := &document{page: &page{exhibits: exhibits{view: v, drawings: drawings(v.run)}, Run: v.run}}
	d.pages = pdf.New(pdf.Meta{
		Title: d.w("title") + " : " + d.candidate(), Author: d.author(), Subject: strings.Join(run.Scope, ", "), Lang: o.Lang, Created: d.made(),
	})
	d.cover()
	d.pages.PageBreak()
	d.summary()
	d.followed()
	d.accepted()
	d.requirements()
	d.failed()
	for _, word := range []string{"inconclusive", "review", "waived"} {
		d.undecided(word)
	}
	d.untried()
	d.passed()
	d.annexes()
	b, err := d.pages.Bytes()
	if err == nil {
		_, err = w.Write(b)
	}
	if err != nil {
		return verdict.Tell("écriture du rapport en PDF : %s", "write pdf report: %s", err)
	}
	return nil
}

// signPDF signs the document itself, as PAdES wants it. A key of another algorithm than those that the programs of documents know
// leaves it as it is: its cover tells, and the archive covers it all the same. Where a time authority is asked, what it attests goes
// into the signature once it is verified; a token over something else is an error, and no document comes of it.
func signPDF(document []byte, s seal.Signer, at time.Time, stamp func([]byte) ([]byte, error)) ([]byte, error) {
	if !pdfsig.Signs(s.Key.Public()) {
		return document, nil
	}
	reason := "Rapport de conformité"
	if s.Test {
		reason += " (clé de test)"
	}
	assent := pdfsig.Assent{Key: s.Key, Chain: s.Chain, At: at, Reason: reason}
	var unstamped error // as the authority tells it
	if stamp != nil {
		assent.Stamp = func(value []byte) (token []byte, err error) {
			reply, err := stamp(value)
			if err == nil {
				_, err = rfc3161.Verify(reply, value, nil)
			}
			if err != nil {
				unstamped = err
				return nil, err
			}
			return rfc3161.TokenOf(reply)
		}
	}
	signed, err := pdfsig.Approve(document, assent)
	if unstamped != nil {
		return nil, unstamped
	}
	return signed, err
}

// made is the document's date: that of the run's end, as far as it is known.
func (d *document) made() time.Time {
	for _, t := range []time.Time{d.Run.Finished, d.Run.Started} {
		if !t.IsZero() {
			return t
		}
	}
	return time.Unix(0, 0)
}

func (d *document) candidate() string {
	return cmp.Or(strings.TrimSpace(d.Run.Candidate.Name+" "+d.Run.Candidate.Version), "—")
}

// author is who answers for the document.
func (d *document) author() string {
	if d.o.Certificate != nil {
		return d.o.Certificate.Subject.CommonName
	}
	return d.w("brand")
}

// label is a word at the head of a line.
func (d *document) label(word string) string {
	r, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(r)) + word[size:]
}

// cover is the first page: the level, of whom, and what a reader must know before believing it.
func (d *document) cover() {
	run := d.Run
	d.pages.Toned(pdf.Muted, d.w("brand"))
	d.pages.Title(d.w("title"))
	d.pages.Strong(pdf.Plain, d.Line(d.candidate())+" · "+d.Line(run.Candidate.Vendor))
	d.pages.Paragraph(d.w("scope") + " : " + d.Line(strings.Join(run.Scope, ", ")))
	d.pages.Space(6)
	for _, l := range d.Levels() {
		d.pages.Card(levelTones[l.Word], d.w(l.Key), d.w("level."+l.Word), d.w("level."+l.Word+".why")+" "+d.w(l.Key+".scope"))
	}
	for _, m := range d.marks() {
		d.pages.Strong(pdf.Warning, d.w("mark."+m))
		d.pages.Paragraph(d.w("mark." + m + ".why"))
	}
	d.choices()
	d.pages.KeyValues(
		[2]string{d.w("started"), d.instant(run.Started)}, [2]string{d.w("finished"), d.instant(run.Finished)},
		[2]string{d.w("suite.version"), d.Line(run.Suite.Version)}, [2]string{d.w("profile"), d.Line(run.Profile.Name)},
		[2]string{d.w("place"), d.Line(run.Place)})
	d.signature()
}

// levelTones and verdictTones are the colours of levels and of verdicts, by their words in files.
var (
	levelTones   = map[string]pdf.Tone{"conforme": pdf.Good, "majeure": pdf.Warning, "bloquante": pdf.Bad, "indetermine": pdf.Muted}
	verdictTones = map[string]pdf.Tone{"pass": pdf.Good, "fail": pdf.Bad, "inconclusive": pdf.Warning, "review": pdf.Warning, "waived": pdf.Warning, "not_applicable": pdf.Muted}
)

// toned is the tone of a cell that begins with the word of a verdict.
func (d *document) toned(cell string) pdf.Tone {
	word, _, _ := strings.Cut(cell, "\n")
	for of, tone := range verdictTones {
		if word == d.w("verdict."+of) {
			return tone
		}
	}
	return pdf.Plain
}

// choices are what the profile and the vendor changed: they stand on the first page (rule 8).
func (d *document) choices() {
	var keysChanged, excluded []string
	for _, key := range sortedKeys(d.Run.Profile.Overrides) {
		keysChanged = append(keysChanged, d.Line(key+" = "+d.Run.Profile.Overrides[key]))
	}
	for _, e := range d.Run.Candidate.Excludes {
		excluded = append(excluded, d.Line(e.Role+" "+e.Requirement+" : "+e.Reason))
	}
	if len(keysChanged) > 0 {
		d.pages.Strong(pdf.Warning, d.w("overrides"))
		d.pages.Bullets(keysChanged...)
	}
	if len(excluded) > 0 {
		d.pages.Strong(pdf.Warning, d.w("excludes"))
		d.pages.Bullets(excluded...)
	}
}

// signature tells who signs, until when, and how to verify it; or that nobody does.
func (d *document) signature() {
	leaf := d.o.Certificate
	if leaf == nil {
		d.pages.Heading(2, d.w("unsigned"))
		d.pages.Paragraph(d.w("unsigned.why"))
		return
	}
	d.pages.Heading(2, d.w("signature"))
	d.pages.KeyValues(
		[2]string{d.w("signer"), d.Line(leaf.Subject.String())}, [2]string{d.w("signer.issuer"), d.Line(leaf.Issuer.String())},
		[2]string{d.w("signer.at"), d.instant(d.o.SignedAt)},
		[2]string{d.w("signer.valid"), d.instant(leaf.NotBefore) + " → " + d.instant(leaf.NotAfter)},
		[2]string{d.w("signer.digest"), record.Digest(leaf.Raw)})
	if !d.o.NotAfter.IsZero() {
		d.pages.KeyValues([2]string{d.w("validity"), d.validity()}, [2]string{d.w("stamp"), d.stamp()})
	}
	if !pdfsig.Signs(leaf.PublicKey) {
		d.pages.Paragraph(d.w("signer.other"))
		d.pages.Mono("conformance verify report.zip --roots racines.pem")
		return
	}
	d.pages.Paragraph(d.w("signer.verify"))
	d.pages.Mono("conformance verify report.zip --roots racines.pem\npdfsig -nssdir sql:magasin report.pdf")
}

// summary counts, and says what prevented judging.
func (d *document) summary() {
	d.pages.Heading(1, d.w("summary"))
	rows := [][]string{}
	for _, c := range d.counts() {
		n := 0
		for _, q := range d.Run.Requirements {
			if q.Verdict.String() == c.Word {
				n++
			}
		}
		rows = append(rows, []string{d.w("verdict." + c.Word), strconv.Itoa(c.N), strconv.Itoa(n)})
	}
	rows = append(rows, []string{d.w("total"), strconv.Itoa(len(d.Run.Cases)), strconv.Itoa(len(d.Run.Requirements))})
	d.pages.Table([]pdf.Column{{Title: d.w("verdict"), Width: 2, Tone: d.toned}, {Title: d.w("cases"), Width: 1}, {Title: d.w("requirements"), Width: 1}}, rows)
	if len(d.Run.Trouble) == 0 {
		return
	}
	d.pages.Heading(2, d.w("troubles"))
	var all []string
	for _, t := range d.Run.Trouble {
		all = append(all, d.Line(t.Scope)+" : "+d.Trouble(t))
	}
	d.pages.Bullets(all...)
}

// requirements is the matrix: every requirement with its verdict, by role and mode.
func (d *document) requirements() {
	d.pages.Heading(1, d.w("matrix"))
	all := d.Matrices()
	if len(all) == 0 {
		d.pages.Paragraph(d.w("matrix.none"))
	}
	for _, m := range all {
		d.pages.Heading(2, d.Line(m.Scope))
		var rows [][]string
		for _, q := range m.Rows {
			word := d.w("verdict." + q.Verdict.String())
			if q.Standard != q.Verdict {
				word += "\n" + d.w("verdict.standard") + " : " + d.w("verdict."+q.Standard.String())
			}
			rows = append(rows, []string{q.ID, d.title(q.ID), q.Role + "/" + q.Mode, d.w("severity." + q.Severity.String()), string(d.Row(q.ID).Basis), word})
		}
		d.pages.Table([]pdf.Column{
			{Title: d.w("requirement"), Width: 14, Bold: true}, {Title: d.w("requirement.title"), Width: 46}, {Title: d.w("scope"), Width: 19},
			{Title: d.w("severity"), Width: 15}, {Title: d.w("basis"), Width: 14}, {Title: d.w("verdict"), Width: 20, Tone: d.toned},
		}, rows)
	}
}
