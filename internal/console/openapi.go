package console

import (
	_ "embed"
	"net/http"

	"github.com/go-chi/chi/v5"

	"etalon/internal/door"
)

// openAPI tells of every call, for programs: OpenAPI 3.1.
//
//go:embed openapi.yaml
var openAPI []byte

// documentAPI are the calls about the API itself.
func (c *Console) documentAPI(r chi.Router) {
	r.Get("/openapi.yaml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = w.Write(openAPI)
	})
	r.Get("/version", c.apiVersion)
}

// API is the version of the API: it changes when a call is no longer what it was.
const API = "1"

// toldVersion is what the console says of itself.
type toldVersion struct {
	API       string `json:"api"`
	Version   string `json:"version"`
	Catalogue string `json:"catalogue"`
	// Who is the person who asks.
	Who toldWho `json:"who"`
}

// toldWho is a person as the API tells it.
type toldWho struct {
	Name string    `json:"name,omitempty"`
	Rank door.Rank `json:"rank"`
}

// apiVersion tells the version of the API, of the program and of its catalogue, and who asks.
func (c *Console) apiVersion(w http.ResponseWriter, r *http.Request) {
	p := door.PersonOf(r)
	told := toldVersion{API: API, Who: toldWho(p)}
	if c.config.Suite != nil {
		suite, err := c.config.Suite()
		if err != nil {
			fail(w, err)
			return
		}
		told.Version, told.Catalogue = suite.Version, suite.Catalogue
	}
	answer(w, http.StatusOK, told)
}
