package console

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/door"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

//go:embed texts/*.csv
var wordFiles embed.FS

// words are the sentences of the pages by key, in French and English.
type words map[string]verdict.Text

// errWords says what the files of sentences must be.
var errWords = errors.New("want the columns key, fr, en, each filled, and each key once among all files")

func loadWords() (words, error) {
	files, err := fs.Glob(wordFiles, "texts/*.csv")
	if err != nil {
		return nil, err
	}
	all := words{}
	for _, name := range files {
		if err := all.add(name); err != nil {
			return nil, fmt.Errorf("read words: %s: %w", name, err)
		}
	}
	return all, nil
}

// add reads the sentences of one file.
func (w words) add(name string) error {
	file, err := wordFiles.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return err
	}
	for i, row := range rows {
		if i == 0 {
			continue
		}
		if _, twice := w[row[0]]; twice || len(row) != 3 || row[0] == "" || row[1] == "" || row[2] == "" {
			return fmt.Errorf("line %d: %w", i+1, errWords)
		}
		w[row[0]] = verdict.Text{FR: row[1], EN: row[2]}
	}
	return nil
}

// languageCookie keeps the language that a person chose.
const languageCookie = "etalon-lang"

// languageOf is that of a request: the one chosen, else French.
func languageOf(r *http.Request) string {
	if cookie, err := r.Cookie(languageCookie); err == nil && cookie.Value == "en" {
		return "en"
	}
	return "fr"
}

// language keeps the language that a person chooses, and goes back to the page.
func (c *Console) language(w http.ResponseWriter, r *http.Request) {
	lang := chi.URLParam(r, "lang")
	if lang != "fr" && lang != "en" {
		refuse(w, http.StatusNotFound, "unknown-language", lang)
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: lang, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil, MaxAge: int((365 * 24 * time.Hour).Seconds()),
	})
	http.Redirect(w, r, door.OwnPath(r.URL.Query().Get("back")), http.StatusSeeOther)
}

// sight is what every page is told: its language, and where it is.
type sight struct {
	words words
	texts report.Texts
	Lang  string
	// Place is the name of the page, Back its address, to come back to.
	Place, Back string
	// Who is the person who looks, nobody before the login.
	Who door.Person
	// Lost counts the exchanges that could not be kept.
	Lost    int
	without map[string]bool // the places that this console has not
}

func (c *Console) sight(r *http.Request, place string) sight {
	without := map[string]bool{"sphere": c.config.Reference == nil}
	return sight{
		words: c.words, texts: c.texts, Lang: languageOf(r), Place: place, Back: r.URL.RequestURI(), Who: door.PersonOf(r), Lost: c.config.Store.Lost(), without: without,
	}
}

// places are the pages that every page leads to, in order; each is also the key of its name.
var places = []string{
	"exchanges",
	"campaigns",
	"candidates",
	"faults",
	"sphere",
	"verify",
}

// Operates tells whether who looks may change what is everybody's, Changes what is its own: a page offers no more.
func (s sight) Operates() bool { return s.Who.Rank == door.Operator }
func (s sight) Changes() bool  { return s.Who.Rank == door.Operator || s.Who.Rank == door.Vendor }

// Places are the pages that every page leads to; none before the login.
func (s sight) Places() []string {
	if s.Who == (door.Person{}) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(places), func(place string) bool { return s.without[place] })
}

// T is a sentence of the console's own, by its key; an unknown key is an error of the page.
func (s sight) T(key string, args ...any) (string, error) {
	text, ok := s.words[key]
	if !ok {
		return "", fmt.Errorf("no sentence %q", key)
	}
	if len(args) == 0 {
		return text.In(s.Lang), nil
	}
	return fmt.Sprintf(text.In(s.Lang), args...), nil
}

// Told is a word of reports: of a verdict, a level or a severity, by its key.
func (s sight) Told(key string) string { return s.texts.Word(s.Lang, key) }

// Clock is the time of day of an instant, Instant its date too; in UTC.
func (s sight) Clock(t time.Time) string   { return t.UTC().Format("15:04:05.000") }
func (s sight) Instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000 UTC") }

// Minute is an instant as far as people tell campaigns apart.
func (s sight) Minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
