package statement

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"time"

	"etalon/internal/legible"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// sheet is a document of ours, arranged for a reader: each view writes the same one.
type sheet struct {
	Lang, Title, Subtitle string
	Marks                 []string // what must be read before all
	Facts                 []fact
	Sections              []section
	Foot                  string
	At                    time.Time // when it is made
}

// fact is one line of the table at the head; a digest is set in another type.
type fact struct {
	Key, Value string
	Digest     bool
}

// section is a title with sentences, and a table or lines to fill by hand.
type section struct {
	Title string
	Text  []string
	Head  []string
	Rows  [][]string
	Long  bool   // the cells are long: on paper, each row is written as a block
	Blank []fact // written where known, else a line to fill
}

// blank is a line to write on.
const blank = "______________________________________"

// words writes a sheet's sentences in one language.
type words struct {
	lang  string
	texts report.Texts
}

func (w words) say(fr, en string, values ...any) string { return say(fr, en, values...).In(w.lang) }

func (w words) level(l verdict.Level) string { return w.texts.Word(w.lang, "level."+l.String()) }

// day writes a date as the language does.
func (w words) day(t time.Time) string {
	if w.lang == "en" {
		return t.UTC().Format(time.DateOnly)
	}
	return t.UTC().Format("02/01/2006")
}

// instant writes an instant as the language does, in UTC.
func (w words) instant(t time.Time) string {
	if w.lang == "en" {
		return t.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return t.UTC().Format("02/01/2006 15:04:05 UTC")
}

// text writes the sheet for a terminal.
func (s *sheet) text() []byte {
	var out bytes.Buffer
	line := func(indent int, text string) {
		fmt.Fprintf(&out, "%s\n", strings.TrimRight(strings.Repeat("  ", indent)+legible.OneLine(text), " "))
	}
	line(0, s.Title)
	line(0, s.Subtitle)
	for _, m := range s.Marks {
		line(0, m)
	}
	for _, f := range s.Facts {
		line(0, f.Key+strings.Repeat(" ", max(26-len([]rune(f.Key)), 1))+f.Value)
	}
	for _, x := range s.Sections {
		line(0, "")
		line(0, x.Title)
		for _, t := range x.Text {
			line(1, t)
		}
		for _, row := range x.Rows {
			for i, cell := range row {
				switch {
				case i == 0:
					line(1, cell)
				case cell != "":
					line(2, x.Head[i]+" : "+cell)
				}
			}
		}
		for _, b := range x.Blank {
			line(1, b.Key+" : "+cmp.Or(b.Value, blank))
		}
	}
	line(0, "")
	line(0, s.Foot)
	return out.Bytes()
}

//go:embed page/sheet.html
var sheetSource string

//go:embed page/sheet.css
var sheetStyle string

var sheetTemplate = template.Must(template.New("sheet").Funcs(template.FuncMap{"line": legible.OneLine}).Parse(sheetSource))

// html writes the sheet as one page that reads alone: no script, no network, its style inside.
func (s *sheet) html() ([]byte, error) {
	css := "\n" + sheetStyle
	sum := sha256.Sum256([]byte(css))
	var out bytes.Buffer
	err := sheetTemplate.Execute(&out, struct {
		*sheet
		CSS   template.CSS
		Style string
	}{s, template.CSS(css), base64.StdEncoding.EncodeToString(sum[:])})
	if err != nil {
		return nil, verdict.Tell("écriture de la page : %s", "write page: %s", err)
	}
	return out.Bytes(), nil
}

// members are the views of a sheet in an archive.
func (s *sheet) members(name string) ([]seal.Member, error) {
	page, err := s.html()
	if err != nil {
		return nil, err
	}
	paper, err := s.paper()
	if err != nil {
		return nil, err
	}
	return []seal.Member{
		{Name: name + ".pdf", MediaType: "application/pdf", Bytes: paper},
		{Name: name + ".html", MediaType: "text/html; charset=utf-8", Bytes: page},
		{Name: name + ".txt", MediaType: "text/plain; charset=utf-8", Bytes: s.text()},
	}, nil
}
