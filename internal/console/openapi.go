package console

import (
	_ "embed"
	"net/http"

	"github.com/go-chi/chi/v5"
)

// openAPI tells of every call, for programs: OpenAPI 3.1.
//
//go:embed openapi.yaml
var openAPI []byte

// documentAPI is the call that gives the document of all others.
func (c *Console) documentAPI(r chi.Router) {
	r.Get("/openapi.yaml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = w.Write(openAPI)
	})
}
