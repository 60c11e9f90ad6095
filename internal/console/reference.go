package console

import (
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/door"
	"etalon/internal/stand"
)

// Reference is what integrators look up to set a gateway up: *stand.Directory.
type Reference interface {
	Relations() stand.Relations
	People() []stand.Person
	Convention() (stand.Agreed, error)
	Certificates() ([]stand.Issued, error)
	// Certificate finds one by its SHA-256; it returns stand.ErrNotThere.
	Certificate(print string) (stand.Issued, error)
	Roots() []byte
	// Rotate makes a certificate anew, its former one revoked or not; it returns stand.ErrNotThere, ErrReplaced or ErrNotOurs.
	Rotate(print string, revoke bool) (stand.Issued, error)
	// WhiteList and Provider are false where none is played; PublishList and RotateTokenKeys then return stand.ErrNotThere.
	WhiteList() (stand.Listed, bool)
	PublishList() error
	Provider() (stand.Provider, bool)
	RotateTokenKeys() (kid string, err error)
	Entities() ([]stand.Entity, error)
}

// referencePages are the pages of what integrators look up, referenceAPI the calls.
func (c *Console) referencePages(r chi.Router) {
	r.With(operated, c.referring).Post("/rotations", c.rotates)
	r.With(operated, c.referring).Get("/certificates/{print}/key.pem", c.key)
	r = r.With(c.referring)
	r.Get("/sphere", c.sphere)
	r.Get("/sphere.svg", c.picture)
	r.Get("/people", c.people)
	r.Get("/conventions", c.conventions)
	r.Get("/conventions/{file}", c.conventionFile)
	r.Get("/certificates", c.certificates)
	r.Get("/certificates/roots.pem", c.roots)
	r.Get("/certificates/{print}", c.certificate)
	r.Get("/certificates/{print}/{file}", c.certificateFile)
	r.Get("/whitelist", c.whitelist)
	r.Get("/whitelist/{file}", c.whitelistFile)
	r.Get("/metadata", c.metadata)
	r.Get("/metadata/{file}", c.metadataFile)
}

func (c *Console) referenceAPI(r chi.Router) {
	r.With(operated, c.referring).Post("/rotations", c.apiRotate)
	r = r.With(c.referring)
	r.Get("/sphere", c.apiSphere)
	r.Get("/people", c.apiPeople)
	r.Get("/convention", c.apiConvention)
	r.Get("/certificates", c.apiCertificates)
	r.Get("/certificates/{print}", c.apiCertificate)
	r.Get("/whitelist", c.apiWhitelist)
	r.Get("/metadata", c.apiMetadata)
}

// referring serves where there is something to look up.
func (c *Console) referring(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.config.Reference == nil {
			refuse(w, http.StatusNotFound, "unknown-address", r.URL.Path)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// reference is what every page of what is looked up is told.
type reference struct {
	sight
	// Part is the name of the page, among Parts.
	Part string
	// Rotates tells that who looks may have things made anew.
	Rotates bool
}

// Parts are the pages of what is looked up, in order.
func (reference) Parts() []string {
	return []string{"sphere", "people", "conventions", "certificates", "metadata", "whitelist"}
}

func (c *Console) reference(r *http.Request, part string) reference {
	return reference{c.sight(r, "sphere"), part, door.PersonOf(r).Rank == door.Operator}
}

// Day is the date of an instant, in UTC; a stroke for none.
func (s sight) Day(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.UTC().Format(time.DateOnly)
}

// misfit answers why something is not told, or not made anew.
func misfit(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, stand.ErrNotThere):
		refuse(w, http.StatusNotFound, "unknown", err.Error())
	case errors.Is(err, stand.ErrReplaced):
		refuse(w, http.StatusConflict, "replaced", err.Error())
	case errors.Is(err, stand.ErrNotOurs):
		refuse(w, http.StatusConflict, "not-ours", err.Error())
	default:
		refuse(w, http.StatusInternalServerError, "internal", err.Error())
	}
}

// hand gives a file to be kept: what a partner's words are in is never shown as a page of ours.
func hand(w http.ResponseWriter, name, media string, raw []byte) {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(raw)
}

// wordsOf are the words that the query looks for, within bounds; it has answered when they are too long.
func wordsOf(w http.ResponseWriter, r *http.Request) (text string, ok bool) {
	text = strings.TrimSpace(r.URL.Query().Get("q"))
	if len(text) > maxWord {
		refuse(w, http.StatusBadRequest, "bad-parameter", "q")
		return "", false
	}
	return text, true
}

// bears tells whether texts, together, hold every word that is looked for, whatever the case.
func bears(words string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}
