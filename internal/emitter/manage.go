package emitter

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
)

// ManagePath opens the gestures of a party's life, for the drivers of a candidate file: POST clock, with an
// RFC 3339 instant or nothing, and POST of each verb.
const ManagePath = "/gestion/"

// Headers by which a verb says whom and what it is about; PAGM are separated by spaces.
const (
	UserHeader    = "X-Etalon-User"
	ProjectHeader = "X-Etalon-Project"
	PAGMHeader    = "X-Etalon-Pagm"
)

// Subject is whom and what a gesture is about; what it does not say is empty.
type Subject struct {
	User, Project string
	PAGM          []string
}

// Gestures are the verbs of a candidate file that a party makes when asked, by name.
type Gestures map[string]func(Subject)

// Manage opens the gestures, those of the trace store (X06) and the clock under ManagePath, to callers of this
// machine alone, that name it by a loopback address, and to no page of a browser.
func (p *Party) Manage(r chi.Router, gestures Gestures) {
	r.Group(func(r chi.Router) {
		r.Use(bench.LocalOnly)
		r.Handle(ManagePath+"clock", p.config.Bench.Clock)
		r.Post(ManagePath+"break-traces", func(w http.ResponseWriter, _ *http.Request) { p.setTraces(w, true) })
		r.Post(ManagePath+"mend-traces", func(w http.ResponseWriter, _ *http.Request) { p.setTraces(w, false) })
		for verb, gesture := range gestures {
			r.Post(ManagePath+verb, func(w http.ResponseWriter, r *http.Request) {
				gesture(Subject{r.Header.Get(UserHeader), r.Header.Get(ProjectHeader), strings.Fields(r.Header.Get(PAGMHeader))})
				w.WriteHeader(http.StatusNoContent)
			})
		}
	})
}

func (p *Party) setTraces(w http.ResponseWriter, broken bool) {
	if p.config.Traces == nil {
		http.Error(w, "aucune trace n'est tenue", http.StatusConflict)
		return
	}
	p.config.Traces.Break(broken)
	w.WriteHeader(http.StatusNoContent)
}
