package client

import (
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
)

// managePath opens the gestures of the gateway's life, for the drivers of a candidate file: POST clock, with an
// RFC 3339 instant or nothing, and POST of each verb.
const managePath = "/gestion/"

// maxInstant bounds the body of a clock command, in bytes.
const maxInstant = 64

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
		r.Use(local)
		r.Get(managePath+"clock", func(w http.ResponseWriter, _ *http.Request) { g.tellClock(w) })
		r.Post(managePath+"clock", g.setClock)
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

// local refuses callers from elsewhere, names that are not ours (DNS rebinding) and pages of a browser.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback(r.RemoteAddr) || !loopback(r.Host) || r.Header.Get("Origin") != "" {
			http.Error(w, "réservé à cette machine", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// loopback tells whether an address, with or without a port, is of this machine.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func (g *Gateway) tellClock(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, g.now().UTC().Format(time.RFC3339Nano))
}

// setClock sets the protocol clock to the instant of the body, or gives the wall clock back when it is empty.
func (g *Gateway) setClock(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxInstant))
	text := strings.TrimSpace(string(raw))
	if err == nil && text == "" {
		g.config.Bench.Clock.Follow()
		w.WriteHeader(http.StatusNoContent)
		return
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		http.Error(w, "réglage de l'horloge : il faut un instant RFC 3339, ou rien", http.StatusBadRequest)
		return
	}
	g.config.Bench.Clock.Set(at)
	w.WriteHeader(http.StatusNoContent)
}
