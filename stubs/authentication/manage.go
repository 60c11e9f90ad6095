package authentication

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
)

// Headers by which a gesture says whom and what it is about; PAGM are separated by spaces.
const (
	UserHeader    = "X-Etalon-User"
	ProjectHeader = "X-Etalon-Project"
	PAGMHeader    = "X-Etalon-Pagm"
)

// gestures are the verbs that the operator obeys, by name.
var gestures = map[string]func(*Operator, http.Header){
	"withdraw-right": func(o *Operator, h http.Header) {
		o.register.withdraw(h.Get(UserHeader), h.Get(ProjectHeader), strings.Fields(h.Get(PAGMHeader)))
	},
	"grant-right": func(o *Operator, h http.Header) {
		o.register.grant(h.Get(UserHeader), h.Get(ProjectHeader), strings.Fields(h.Get(PAGMHeader)))
	},
	// restart forgets what a restart forgets: the sessions and the login pages, not the tokens that served.
	"restart": func(o *Operator, _ http.Header) {
		o.sessions.end(func(session) bool { return true })
	},
}

// ManagementHandler lets a harness in another process drive the operator: GET and POST /clock for its protocol clock,
// POST /traces/break and /traces/mend for its trace store (X06), and POST of each gesture. It answers callers of this
// machine alone, that name it by a loopback address, and no page of a browser.
func (o *Operator) ManagementHandler() http.Handler {
	r := chi.NewRouter()
	r.Use(bench.LocalOnly)
	r.Handle("/clock", o.config.Bench.Clock)
	r.Post("/traces/break", func(w http.ResponseWriter, _ *http.Request) { o.setTraces(w, true) })
	r.Post("/traces/mend", func(w http.ResponseWriter, _ *http.Request) { o.setTraces(w, false) })
	r.Post("/{gesture}", func(w http.ResponseWriter, req *http.Request) {
		gesture, known := gestures[chi.URLParam(req, "gesture")]
		if !known {
			http.NotFound(w, req)
			return
		}
		gesture(o, req.Header)
		w.WriteHeader(http.StatusNoContent)
	})
	return r
}

func (o *Operator) setTraces(w http.ResponseWriter, broken bool) {
	if o.config.Traces == nil {
		http.Error(w, "aucune trace n'est tenue", http.StatusConflict)
		return
	}
	o.config.Traces.Break(broken)
	w.WriteHeader(http.StatusNoContent)
}
