package report_test

import (
	"bytes"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/pdfsig"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// read gives a document to a program of poppler, and returns what it says.
func read(t testing.TB, document []byte, name string, args ...string) string {
	t.Helper()
	benchtest.Needs(t, name)
	path := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(path, document, 0o600); err != nil {
		t.Fatal(err)
	}
	if args = append(args, path); name == "pdftotext" {
		args = append(args, "-")
	}
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

var blanks = regexp.MustCompile(`\s+`)

// printed is a document's text, its blanks left out: where a line ends says nothing.
func printed(t testing.TB, document []byte) string {
	return blanks.ReplaceAllString(read(t, document, "pdftotext", "-raw"), "")
}

var boxOf = regexp.MustCompile(`<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">`)

// inside holds every word of a document to the place that the text has on a page.
func inside(t testing.TB, name string, document []byte) {
	t.Helper()
	words := boxOf.FindAllStringSubmatch(read(t, document, "pdftotext", "-bbox"), -1)
	for _, w := range words {
		var at [4]float64
		for i := range at {
			at[i], _ = strconv.ParseFloat(w[i+1], 64)
		}
		if at[0] < 50 || at[1] < 50 || at[2] > 545 || at[3] > 814 {
			t.Errorf("%s: a word lies outside of its place: %s", name, w[0])
		}
	}
	if len(words) < 100 {
		t.Errorf("%s: %d words", name, len(words))
	}
}

// TestPagesTellTheRecord holds the pages to the record: levels, counts, every requirement with its verdict, every case, what was
// not tried and why; nothing is clipped.
func TestPagesTellTheRecord(t *testing.T) {
	verdicts := map[verdict.Verdict]string{verdict.Pass: "Réussi", verdict.Fail: "Échec", verdict.Inconclusive: "Sans conclusion",
		verdict.Review: "À examiner", verdict.Waived: "Dérogé", verdict.NotApplicable: "Sans objet"}
	for _, s := range reporttest.Samples {
		dir, run := reporttest.Recorded(t, s.Name)
		o := reporttest.Options(t, dir, "fr")
		b := render(t, "pdf", run, o)
		inside(t, s.Name, b)
		text := printed(t, b)
		c := run.Counts
		wants := []string{"Rapport de conformité", run.Candidate.Name, run.Candidate.Vendor, "Rendu non signé", "Ce qui n'a pas été éprouvé, et pourquoi",
			o.Texts.Word("fr", "level."+run.Level.Standard.String()), o.Texts.Word("fr", "level."+run.Level.Profile.String()), run.Suite.Catalogue, run.Profile.Digest}
		for v, n := range map[verdict.Verdict]int{verdict.Pass: c.Pass, verdict.Fail: c.Fail, verdict.Inconclusive: c.Inconclusive, verdict.Review: c.Review,
			verdict.Waived: c.Waived, verdict.NotApplicable: c.NotApplicable} {
			weighed := 0
			for _, q := range run.Requirements {
				if q.Verdict == v {
					weighed++
				}
			}
			wants = append(wants, fmt.Sprint(verdicts[v], n, " ", weighed))
		}
		for _, q := range run.Requirements {
			title := q.ID
			if i := slices.IndexFunc(reporttest.Catalogue, func(r verdict.Requirement) bool { return r.ID == q.ID }); i >= 0 {
				title = reporttest.Catalogue[i].Title.FR
			}
			wants = append(wants, q.ID+title, q.Role+"/"+q.Mode+q.Severity.String())
		}
		for _, one := range run.Cases {
			wants = append(wants, one.Address)
			for _, f := range one.Findings {
				wants = append(wants, o.Texts.Rule(f).Title.FR, o.Texts.Rule(f).Cause.FR, o.Texts.Rule(f).Fix.FR)
			}
		}
		for _, n := range run.NotRun {
			wants = append(wants, n.Address, o.Texts.Reason("fr", n.Why))
		}
		for _, e := range run.Evidence {
			wants = append(wants, e.Digest)
		}
		for _, w := range run.Waivers {
			wants = append(wants, w.Subject(), w.Owner, strings.TrimSuffix(w.Reason, "\x1b[31m"), o.Texts.Word("fr", "waiver."+string(w.State)))
		}
		for _, x := range run.Items {
			wants = append(wants, x.ID, x.Title.FR)
		}
		for _, want := range wants {
			if !strings.Contains(text, blanks.ReplaceAllString(want, "")) {
				t.Errorf("%s: the pages lack %q", s.Name, want)
			}
		}
	}
}

// TestPagesInEnglish: the language changes the words, and the level stays.
func TestPagesInEnglish(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	text := printed(t, render(t, "pdf", run, reporttest.Options(t, dir, "en")))
	for _, want := range []string{"Conformancereport", "Renderingthatisnotsigned", "Non-conformant(blocking)", "Departurefromthestandard", "Page1/"} {
		if !strings.Contains(text, want) {
			t.Errorf("the pages lack %q", want)
		}
	}
}

// TestPagesShowWhatWasSeen: a failure has what was sent against its honest twin, and what was answered; a partner's words are
// shown and nothing more.
func TestPagesShowWhatWasSeen(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	b := render(t, "pdf", run, reporttest.Options(t, dir, "fr"))
	text := printed(t, b)
	for _, want := range []string{"−<saml2:Audience>http://service-a.fournisseur.test</saml2:Audience>", "HTTP/1.1200OK", "Écartauprofildetest", "ExtraitdespreuvesfournisseurAV10N1"} {
		if !strings.Contains(strings.NewReplacer("/A/V10-N1", "AV10N1", "preuves:", "preuves").Replace(text), want) {
			t.Errorf("the pages lack %q", want)
		}
	}
	if !strings.Contains(text, `</td><script>alert("x")</script>‹U+001B›`) || bytes.Contains(b, []byte("/JavaScript (")) {
		t.Error("hostile words are not shown by their codes")
	}
	if got := printed(t, render(t, "pdf", run, report.Options{Texts: texts(t)})); !strings.Contains(got, "Preuveabsentedecedossier") {
		t.Error("evidence that is not kept is not said to be missing")
	}
}

// pagesOf is the signed document of an archive.
func pagesOf(t testing.TB, archive []byte) []byte {
	t.Helper()
	b, err := seal.MemberOf(archive, report.PDFMember)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPagesAreSigned: the document of an archive bears the signature of its signer, which poppler trusts by the same root.
func TestPagesAreSigned(t *testing.T) {
	benchtest.Needs(t, "pdfsig", "certutil")
	store := t.TempDir()
	for _, args := range [][]string{{"-N", "--empty-password"}, {"-A", "-n", "root", "-t", "C,C,C", "-i", filepath.Join("testdata", "keys", "root.pem")}} {
		if out, err := exec.Command("certutil", append(args, "-d", "sql:"+store)...).CombinedOutput(); err != nil {
			t.Fatalf("certutil: %v %s", err, out)
		}
	}
	for _, key := range []string{"ecdsa", "rsa"} {
		b := pagesOf(t, reporttest.Archive(t, "mixed", reporttest.Signer(t, key)))
		all := pdfsig.Signatures(b)
		if len(all) != 1 || !all[0].Whole() || !all[0].At.Equal(reporttest.Later) || !all[0].Signer.Equal(reporttest.Certificate(t, key)) {
			t.Errorf("%s: %+v", key, all)
		}
		got := read(t, b, "pdfsig", "-nssdir", "sql:"+store)
		for _, want := range []string{"Signature is Valid", "Certificate is Trusted", "Total document signed", "TEST report signer " + key} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: pdfsig says, without %q:\n%s", key, want, got)
			}
		}
		inside(t, key, b)
		if text := printed(t, b); !strings.Contains(text, "CN=TESTreportsigner"+key) || !strings.Contains(text, "CLÉDETEST") || strings.Contains(text, "Rendunonsigné") {
			t.Errorf("%s: the cover does not tell who signs", key)
		}
	}
	b := pagesOf(t, reporttest.Archive(t, "mixed", reporttest.Signer(t, "ed25519")))
	if len(pdfsig.Signatures(b)) != 0 || !strings.Contains(printed(t, b), "n'estniRSAniECDSA") || strings.Contains(printed(t, b), "Cedocumentestsignéenlui-même") {
		t.Error("a document that cannot be signed does not say so")
	}
}

// TestPagesOfAnArchive: those that an archive holds, or none.
func TestPagesOfAnArchive(t *testing.T) {
	whole := reporttest.Archive(t, "empty", reporttest.Signer(t, "ecdsa"))
	v, err := seal.Verify(whole, seal.VerifyOptions{Now: reporttest.Later})
	if err != nil || !bytes.Equal(v.Member(report.PDFMember), pagesOf(t, whole)) || !bytes.HasPrefix(v.Member(report.PDFMember), []byte("%PDF-")) {
		t.Errorf("%v, %d octets", err, len(v.Member(report.PDFMember)))
	}
	dir, run := reporttest.Recorded(t, "empty")
	var out bytes.Buffer
	if err := report.WriteArchive(&out, run, report.ArchiveOptions{Options: reporttest.Options(t, dir, "fr"), Signer: reporttest.Signer(t, "ecdsa"), Now: reporttest.Later, NoPages: true}); err != nil {
		t.Fatal(err)
	}
	v, err = seal.Verify(out.Bytes(), seal.VerifyOptions{Now: reporttest.Later})
	if err != nil || v.Member(report.PDFMember) != nil {
		t.Errorf("an archive without pages: %v", err)
	}
	if _, err := seal.MemberOf([]byte("PK"), report.PDFMember); err == nil {
		t.Error("no archive at all has pages")
	}
}

// longRun is a record of n cases, of which one in ten failed, each with findings and evidence of its own.
func longRun(n int) (*verdict.Run, report.Options) {
	var rows []verdict.Requirement
	for i := range 120 {
		rows = append(rows, reporttest.Row(fmt.Sprintf("V%d", i), "fournisseur", verdict.Severity(i%4), "S,P", strings.Repeat("Une exigence dont le titre est long ", 2), "A row"))
	}
	run := &verdict.Run{Candidate: verdict.Candidate{Name: "Longue", Vendor: "TEST"}, Scope: []string{"fournisseur/A"}, Complete: true, Started: reporttest.At, Finished: reporttest.At}
	for i := range n {
		id := fmt.Sprintf("V%d", i%120)
		c := verdict.Case{Address: fmt.Sprintf("fournisseur/A/%s-N%d~variante", id, i), Requirement: id, Basis: "S", Title: "Un message fautif est refusé par le fournisseur", Fault: "vi-audience-absent", Verdict: verdict.Pass}
		for _, part := range []string{"a", "b"} {
			run.Evidence = append(run.Evidence, verdict.Evidence{Digest: record.Digest([]byte(fmt.Sprint(part, i))), MediaType: "message/http", Size: i})
		}
		if i%10 == 0 {
			c.Verdict = verdict.Fail
			c.Findings = []verdict.Finding{{Requirement: id, Rule: "accepted", Want: "refus", Got: fmt.Sprint("HTTP 200 ", i, strings.Repeat(" <x>", 500))}}
			c.Exchanges = []verdict.Exchange{{Label: "faulty", From: "harness", Request: run.Evidence[2*i].Digest, Response: run.Evidence[2*i+1].Digest, Status: 200}}
		}
		run.Cases = append(run.Cases, c)
	}
	run.Conclude(rows)
	long := []byte(reporttest.Answer("200 OK", strings.Repeat("<a>"+strings.Repeat("é", 3000)+"</a>", 40)))
	return run, report.Options{Catalogue: rows, Evidence: func(string) ([]byte, error) { return long, nil }}
}

// TestPagesOfALongRun: 2,632 cases make a document that a person can open, with each of them in it.
func TestPagesOfALongRun(t *testing.T) {
	run, o := longRun(2632)
	o.Texts = texts(t)
	b := render(t, "pdf", run, o)
	info := read(t, b, "pdfinfo")
	pages, err := strconv.Atoi(strings.TrimSpace(regexp.MustCompile(`Pages:\s+(\d+)`).FindStringSubmatch(info)[1]))
	if err != nil || pages > 200 || len(b) > 3<<20 {
		t.Errorf("%d pages, %d octets, %v", pages, len(b), err)
	}
	text := printed(t, b)
	for _, c := range run.Cases {
		if c.Verdict == verdict.Pass && !strings.Contains(text, c.Address) {
			t.Fatalf("%s is not in the document", c.Address)
		}
	}
	if !strings.Contains(text, "…et4664autres,quemanifest.json") {
		t.Error("the list of evidence does not tell that it is cut")
	}
}

var outlined = regexp.MustCompile(`<item page="\d+">([^<]*)</item>`)

// TestNoPageEndsWithAHeading holds reports of many lengths to it: no page ends with a part's heading, nor with the heads of a table.
func TestNoPageEndsWithAHeading(t *testing.T) {
	for n := 1; n < 120; n += 7 {
		run, o := longRun(n)
		o.Texts = texts(t)
		b := render(t, "pdf", run, o)
		heading := map[string]bool{}
		for _, m := range outlined.FindAllStringSubmatch(read(t, b, "pdftohtml", "-xml", "-i", "-stdout"), -1) {
			heading[blanks.ReplaceAllString(html.UnescapeString(m[1]), "")] = true
		}
		if !heading["Échecs"] || !heading["Annexes"] {
			t.Fatalf("%d cases: the outline has no failures", n)
		}
		for _, heads := range []string{"CasIntituléFaute", "ExigenceIntituléPérimètreGravitéFondementVerdict", "EmpreinteTypeOctets"} {
			heading[heads] = true
		}
		pages := strings.Split(read(t, b, "pdftotext", "-layout"), "\f")
		for i, page := range pages[:len(pages)-1] {
			lines := strings.Split(strings.TrimSpace(page), "\n")
			body := strings.TrimSpace(strings.Join(lines[:len(lines)-1], "\n")) // without the foot
			if last := blanks.ReplaceAllString(body[strings.LastIndexByte(body, '\n')+1:], ""); heading[last] {
				t.Errorf("%d cases: page %d ends with %q", n, i+1, last)
			}
		}
	}
}

// BenchmarkPages measures the document of 400 cases, to be compared with 3 s.
func BenchmarkPages(b *testing.B) {
	run, o := longRun(400)
	var err error
	if o.Texts, err = report.NewTexts(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		render(b, "pdf", run, o)
	}
}
