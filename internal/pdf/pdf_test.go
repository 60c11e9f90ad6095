package pdf_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/pdf"
)

var made = time.Date(2026, time.March, 2, 10, 30, 0, 0, time.FixedZone("", 3600))

const accents = "Àéèêëïîôöùûüç œ Œ æ É « guillemets » … → ≥ ≤ € — l’apostrophe"

// sample is a document with all that there is.
func sample(lang string) *pdf.Doc {
	d := pdf.New(pdf.Meta{Title: "Rapport d'étalonnage", Author: "TEST", Subject: "essai", Lang: lang, Created: made})
	d.Title("Rapport d'étalonnage")
	d.Card(pdf.Bad, "Niveau", "Non-conformité bloquante", "Au moins une exigence bloquante n'est pas tenue.")
	d.KeyValues([2]string{"Candidat", "TEST passerelle"}, [2]string{"vide", ""}, [2]string{"Empreinte", "sha256:" + strings.Repeat("0123456789abcdef", 8)})
	d.Heading(1, "Première partie")
	d.Heading(3, "Un niveau sauté")
	d.Paragraph(accents)
	d.Toned(pdf.Muted, "une remarque")
	d.Strong(pdf.Warning, "Clé de test")
	d.Bullets("un", "deux "+strings.Repeat("mots qui passent à la ligne ", 12))
	var rows [][]string
	for i := range 120 {
		rows = append(rows, []string{"V" + strconv.Itoa(i), strings.Repeat("un titre assez long ", i%7+1), "Réussi"})
	}
	rows = append(rows, []string{"LONG", strings.Repeat("une cellule plus haute qu'une page entière ", 400) + "findelacellule", "Échec", "de trop"}, nil)
	d.Table([]pdf.Column{{Title: "Exigence", Width: 1, Mono: true}, {Title: "Intitulé", Width: 4, Bold: true},
		{Title: "Verdict", Width: 1, Tone: func(string) pdf.Tone { return pdf.Good }}}, rows)
	d.Heading(1, "Annexe")
	d.Mono("POST / HTTP/1.1\r\n\tindenté\n" + strings.Repeat("0123456789", 30))
	return d
}

func output(t testing.TB, d *pdf.Doc) []byte {
	t.Helper()
	b, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// poppler gives a document to one of its programs, and returns what it says.
func poppler(t *testing.T, b []byte, name string, args ...string) string {
	t.Helper()
	benchtest.Needs(t, name)
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	args = append(args, path)
	if name == "pdftotext" {
		args = append(args, "-")
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("Error")) {
		t.Fatalf("%s: %v\n%s", name, err, out[:min(len(out), 2000)])
	}
	return string(out)
}

func TestSameBytes(t *testing.T) {
	first := output(t, sample("fr"))
	if !bytes.Equal(first, output(t, sample("fr"))) {
		t.Error("one content gives two documents")
	}
	d := sample("fr")
	if output(t, d); !bytes.Equal(first, output(t, d)) {
		t.Error("a document asked for twice is two documents")
	}
	if bytes.Equal(first, output(t, sample("en"))) {
		t.Error("the language changes nothing")
	}
	if len(first) > 150_000 {
		t.Errorf("%d octets for a few pages", len(first))
	}
	if _, err := pdf.New(pdf.Meta{Title: "sans date"}).Bytes(); !errors.Is(err, pdf.ErrDate) {
		t.Errorf("without a date: %v", err)
	}
}

func TestTextIsThere(t *testing.T) {
	d := sample("fr")
	b := output(t, d)
	got := poppler(t, b, "pdftotext", "-layout")
	for _, want := range []string{accents, "Rapport d'étalonnage", "Non-conformité bloquante", "TEST passerelle", "Première partie",
		"V119", "findelacellule", "indenté", "Page 1/" + strconv.Itoa(d.Pages()), "Page " + strconv.Itoa(d.Pages()) + "/"} {
		if !strings.Contains(got, want) {
			t.Errorf("the pages lack %q", want)
		}
	}
	for _, never := range []string{"vide", "de trop", "\uFFFD"} {
		if strings.Contains(got, never) {
			t.Errorf("the pages hold %q", never)
		}
	}
	if heads := strings.Count(got, "Intitulé"); heads < 4 || heads > d.Pages() {
		t.Errorf("the heads of the table stand %d times on %d pages", heads, d.Pages())
	}
	if squeezed := regexp.MustCompile(`\s+`).ReplaceAllString(got, ""); !strings.Contains(squeezed, strings.Repeat("0123456789abcdef", 8)) ||
		!strings.Contains(squeezed, strings.Repeat("0123456789", 30)) {
		t.Error("a word wider than its place is not whole")
	}
	info := poppler(t, b, "pdfinfo")
	for _, want := range []string{"Title:           Rapport d'étalonnage", "Author:          TEST", "Subject:         essai", "Mar  2 09:30:00 2026", "A4"} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo says, without %q:\n%s", want, info)
		}
	}
}

var word = regexp.MustCompile(`<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">`)

// TestNothingOutside: no word lies out of the text's place, nor over another line's.
func TestNothingOutside(t *testing.T) {
	d := sample("fr")
	d.Heading(2, strings.Repeat("TitreSansBlanc", 30))
	d.Card(pdf.Good, strings.Repeat("étiquette ", 50), strings.Repeat("GRAND", 30), "")
	d.Bullets(strings.Repeat("W", 500))
	d.Table([]pdf.Column{{Title: strings.Repeat("tête ", 90), Width: 1}, {Title: "étroit", Width: 0.001}, {Width: 9}}, [][]string{{strings.Repeat("é", 300), "", "x"}})
	words := word.FindAllStringSubmatch(poppler(t, output(t, d), "pdftotext", "-bbox"), -1)
	if len(words) < 1000 {
		t.Fatalf("%d words", len(words))
	}
	for _, w := range words {
		var at [4]float64
		for i := range at {
			at[i], _ = strconv.ParseFloat(w[i+1], 64)
		}
		if at[0] < 50 || at[1] < 50 || at[2] > 595-50 || at[3] > 842-28 {
			t.Errorf("outside of its place: %s", w[0])
		}
	}
}

// TestHostileText: whatever a text holds is shown, and is no part of the document's syntax.
func TestHostileText(t *testing.T) {
	hostile := "fin) Tj ET (\\) >> endobj /JavaScript (app.alert(1)) /ByteRange [0 1 2 3]\x1b[31m\u202eabc\u200b \xff\xfe \x00 漢字 😀 \u2028 {nb}"
	d := pdf.New(pdf.Meta{Title: hostile, Author: hostile, Subject: hostile, Lang: ") /AA 1 0 R", Footer: hostile, Created: made})
	d.Title(hostile)
	d.Heading(1, hostile)
	d.Paragraph(hostile)
	d.Mono(hostile)
	d.Table([]pdf.Column{{Title: hostile, Width: 1}}, [][]string{{hostile}})
	b := output(t, d)
	for _, never := range []string{"/JavaScript (app", "/ByteRange", "/AA 1"} {
		if bytes.Contains(b, []byte(never)) {
			t.Errorf("the document holds %q", never)
		}
	}
	got := poppler(t, b, "pdftotext")
	for _, want := range []string{"fin) Tj ET (\\) >> endobj", "‹U+001B›[31m", "‹U+202E›abc", "‹U+200B›", "‹FF›", "‹U+0000›", "\uFFFD\uFFFD", "‹U+2028›", "{nb}"} {
		if !strings.Contains(got, want) {
			t.Errorf("the pages lack %q in\n%s", want, got)
		}
	}
}

// TestBounded: a document ends, and says that it was cut.
func TestBounded(t *testing.T) {
	d := pdf.New(pdf.Meta{Title: "sans fin", Lang: "en", Created: made})
	for range 1600 {
		d.Paragraph("une page")
		d.PageBreak()
		d.PageBreak()
	}
	d.Table([]pdf.Column{{Title: "t", Width: 1}}, [][]string{{strings.Repeat("x\n", 500)}})
	if d.Pages() != 1500 {
		t.Errorf("%d pages", d.Pages())
	}
	if got := poppler(t, output(t, d), "pdftotext", "-f", "1500"); !strings.Contains(got, "never has more than 1500 pages") {
		t.Errorf("the last page says\n%s", got)
	}
}

func BenchmarkSample(b *testing.B) {
	for b.Loop() {
		output(b, sample("fr"))
	}
}

// followers are what may stand under a heading, each with a word that must be on the page of the heading.
var followers = map[string]func(d *pdf.Doc, word string){
	"paragraph": func(d *pdf.Doc, w string) { d.Paragraph(w + strings.Repeat(" deux lignes de texte", 12)) },
	"remark":    func(d *pdf.Doc, w string) { d.Toned(pdf.Muted, w) },
	"list":      func(d *pdf.Doc, w string) { d.Bullets(w, "b", "c") },
	"values":    func(d *pdf.Doc, w string) { d.KeyValues([2]string{"clé", w}, [2]string{"autre", "x"}) },
	"card":      func(d *pdf.Doc, w string) { d.Card(pdf.Good, "étiquette", w, "ce que cela veut dire") },
	"extract":   func(d *pdf.Doc, w string) { d.Mono(w + strings.Repeat("\nligne", 60)) },
	"table": func(d *pdf.Doc, w string) {
		d.Table([]pdf.Column{{Title: "tête", Width: 1}, {Title: "autre tête", Width: 1}}, [][]string{{w, strings.Repeat("haut ", 30)}, {"b"}})
	},
	"high row": func(d *pdf.Doc, w string) {
		d.Table([]pdf.Column{{Title: "tête\nsur deux lignes", Width: 1}}, [][]string{{w + strings.Repeat("\nhaut", 90)}})
	},
	"label over an extract": func(d *pdf.Doc, w string) { d.Lead("légende"); d.Mono(w) },
	"heading below": func(d *pdf.Doc, w string) {
		d.Lead("une remarque " + strings.Repeat("assez longue ", 20))
		d.Heading(2, "En dessous "+strings.Repeat("d'un titre long ", 12))
		d.Strong(pdf.Bad, "gravité")
		d.Heading(3, "Encore en dessous")
		d.KeyValues([2]string{"clé", w})
	},
}

var outlined = regexp.MustCompile(`<item page="(\d+)">([^<]*)</item>`)

// TestHeadingsAreNeverAlone puts each follower under a heading at every height of a page, and reads on which pages both stand, and
// where the outline leads.
func TestHeadingsAreNeverAlone(t *testing.T) {
	const heights = 60 // lines of a page, and more
	d := pdf.New(pdf.Meta{Title: "essai", Created: made})
	for name, follow := range followers {
		for n := range heights {
			d.PageBreak()
			d.Paragraph("(" + name + ") debut" + strconv.Itoa(n) + "." + strings.Repeat("\nremplissage", n))
			d.Heading(1, "("+name+") TITRE"+strconv.Itoa(n)+".")
			follow(d, "SUITE"+strconv.Itoa(n)+".")
		}
	}
	b := output(t, d)
	pages := strings.Split(poppler(t, b, "pdftotext", "-layout"), "\f")
	outline := map[string]string{}
	for _, m := range outlined.FindAllStringSubmatch(poppler(t, b, "pdftohtml", "-xml", "-i", "-stdout"), -1) {
		outline[m[2]] = m[1]
	}
	from := func(first int, word string) int { // the page of a word, from one on
		for i := max(first, 0); i < len(pages); i++ {
			if strings.Contains(pages[i], word) {
				return i
			}
		}
		return -1
	}
	for name := range followers {
		moved := 0
		for n := range heights {
			title := "(" + name + ") TITRE" + strconv.Itoa(n) + "."
			begun := from(0, "("+name+") debut"+strconv.Itoa(n)+".")
			head, next := from(begun, title), from(begun, "SUITE"+strconv.Itoa(n)+".")
			if begun < 0 || head < 0 || head != next || outline[title] != strconv.Itoa(head+1) {
				t.Errorf("%s under %d lines: the heading is on page %d, what follows on page %d, the outline leads to page %s", name, n, head+1, next+1, outline[title])
			}
			if head != begun {
				moved++
			}
		}
		if moved == 0 || moved > heights*2/3 {
			t.Errorf("%s: %d headings of %d went to another page: the heights do not try anything", name, moved, heights)
		}
	}
}
