package provider

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
)

// ManagementHandler lets a harness in another process drive the provider: GET and POST /clock for its protocol
// clock, POST /traces/break and /traces/mend for its trace store (X06). It answers callers of this machine alone, that
// name it by a loopback address, and no page of a browser.
func (p *Provider) ManagementHandler() http.Handler {
	r := chi.NewRouter()
	r.Use(bench.LocalOnly)
	r.Handle("/clock", p.config.Bench.Clock)
	r.Post("/traces/break", func(w http.ResponseWriter, _ *http.Request) { p.setTraces(w, true) })
	r.Post("/traces/mend", func(w http.ResponseWriter, _ *http.Request) { p.setTraces(w, false) })
	return r
}

func (p *Provider) setTraces(w http.ResponseWriter, broken bool) {
	if p.config.Traces == nil {
		http.Error(w, "aucune trace n'est tenue", http.StatusConflict)
		return
	}
	p.config.Traces.Break(broken)
	w.WriteHeader(http.StatusNoContent)
}
