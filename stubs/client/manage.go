package client

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
)

// managePath opens the gestures of the gateway's life, for the drivers of a candidate file: POST clock, with an
// RFC 3339 instant or nothing, and POST of each verb.
const managePath = "/gestion/"

// Headers by which a verb says whom and what it is about; PAGM are separated by spaces.
const (
	UserHeader    = "X-Etalon-User"
	ProjectHeader = "X-Etalon-Project"
	PAGMHeader    = "X-Etalon-Pagm"
)

// gestures are the verbs of a candidate file that the gateway makes when asked, by name.
var gestures = map[string]func(*Gateway, http.Header){
	"logout": func(g *Gateway, h http.Header) {
		g.rights.logout(h.Get(UserHeader), g.now())
		g.forget(h.Get(UserHeader))
	},
	"withdraw-right": func(g *Gateway, h http.Header) {
		g.rights.withdraw(h.Get(UserHeader), h.Get(ProjectHeader), strings.Fields(h.Get(PAGMHeader)))
		g.forget(h.Get(UserHeader))
	},
	"grant-right": func(g *Gateway, h http.Header) {
		g.rights.grant(h.Get(UserHeader), h.Get(ProjectHeader), strings.Fields(h.Get(PAGMHeader)))
	},
	"break-tokens": func(g *Gateway, _ http.Header) { g.deaf.Store(true) },
	"mend-tokens":  func(g *Gateway, _ http.Header) { g.deaf.Store(false) },
	"restart":      func(g *Gateway, _ http.Header) { g.vis.clear() },
}

// traceGestures are those of the trace store (X06).
var traceGestures = map[string]func(*bench.TraceLog){
	"break-traces": func(l *bench.TraceLog) { l.Break(true) },
	"mend-traces":  func(l *bench.TraceLog) { l.Break(false) },
}

// manage opens the gestures and the clock to callers of this machine alone, that name it by a loopback
// address, and to no page of a browser.
func (g *Gateway) manage(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(bench.LocalOnly)
		r.Handle(managePath+"clock", g.config.Bench.Clock)
		r.Post(managePath+"{gesture}", g.gesture)
	})
}

// ManageURL is the address of a gesture, or of "clock".
func (g *Gateway) ManageURL(gesture string) string {
	return "http://" + g.listener.Addr().String() + managePath + gesture
}

// gesture makes the one that the address names.
func (g *Gateway) gesture(w http.ResponseWriter, r *http.Request) {
	name := chi.URLParam(r, "gesture")
	onTraces, ofTraces := traceGestures[name]
	other, known := gestures[name]
	switch {
	case ofTraces && g.config.Traces == nil:
		http.Error(w, "aucune trace n'est tenue", http.StatusConflict)
		return
	case ofTraces:
		onTraces(g.config.Traces)
	case known:
		other(g, r.Header)
	default:
		http.NotFound(w, r)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// forget drops the VIs of a user whose rights or login changed (L04).
func (g *Gateway) forget(user string) {
	if !g.policy.hoards {
		g.vis.purge(user)
	}
}
