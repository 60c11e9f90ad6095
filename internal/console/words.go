package console

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/verdict"
)

//go:embed texts/words.csv
var wordFile embed.FS

// words are the sentences of the pages by key, in French and English.
type words map[string]verdict.Text

// errWords says what the file of sentences must be.
var errWords = errors.New("want the columns key, fr, en, each filled, and each key once")

func loadWords() (words, error) {
	file, err := wordFile.Open("texts/words.csv")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read words: %w", err)
	}
	all := words{}
	for i, row := range rows {
		if i == 0 {
			continue
		}
		if _, twice := all[row[0]]; twice || len(row) != 3 || row[0] == "" || row[1] == "" || row[2] == "" {
			return nil, fmt.Errorf("read words: line %d: %w", i+1, errWords)
		}
		all[row[0]] = verdict.Text{FR: row[1], EN: row[2]}
	}
	return all, nil
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
	http.Redirect(w, r, ownPath(r.URL.Query().Get("back")), http.StatusSeeOther)
}

// ownPath is an address of the console itself, or its first page.
func ownPath(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(address, "\\\r\n") {
		return "/"
	}
	return u.RequestURI()
}

// sight is what every page is told: its language, and where it is.
type sight struct {
	words words
	Lang  string
	// Place is the name of the page, Back its address, to come back to.
	Place, Back string
}

func (c *Console) sight(r *http.Request, place string) sight {
	return sight{words: c.words, Lang: languageOf(r), Place: place, Back: r.URL.RequestURI()}
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

// Clock is the time of day of an instant, Instant its date too; in UTC.
func (s sight) Clock(t time.Time) string   { return t.UTC().Format("15:04:05.000") }
func (s sight) Instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000 UTC") }
