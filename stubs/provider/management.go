package provider

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
)

// maxCommand bounds the body of a command, in bytes.
const maxCommand = 4 << 10

// clockCommand is the body of POST /clock; exactly one of its fields is set.
type clockCommand struct {
	Now     time.Time `json:"now"`     // the clock goes on from there
	Freeze  time.Time `json:"freeze"`  // the clock stops there
	Advance string    `json:"advance"` // a length of time such as 90s or -4h
	Follow  bool      `json:"follow"`  // the wall clock again
}

// clockState is what the clock's address answers.
type clockState struct {
	Now time.Time `json:"now"`
}

// breakCommand is the body of POST /traces/break.
type breakCommand struct {
	Broken bool `json:"broken"`
}

// ManagementHandler lets a harness in another process drive the provider: GET and POST /clock for its protocol
// clock, POST /traces/break and /traces/mend for its trace store (X06). It answers callers of this machine alone, that
// name it by a loopback address, and no page of a browser.
func (p *Provider) ManagementHandler() http.Handler {
	r := chi.NewRouter()
	r.Use(local)
	r.Get("/clock", func(w http.ResponseWriter, _ *http.Request) { p.tellClock(w) })
	r.Post("/clock", p.setClock)
	r.Post("/traces/break", p.breakTraces)
	r.Post("/traces/mend", func(w http.ResponseWriter, _ *http.Request) { p.setTraces(w, false) })
	return r
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

func (p *Provider) tellClock(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(clockState{p.config.Bench.Clock.Now()})
}

func (p *Provider) setClock(w http.ResponseWriter, r *http.Request) {
	var c clockCommand
	if !read(w, r, &c) {
		return
	}
	if err := p.move(c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.tellClock(w)
}

// errClock says what a clock command is.
var errClock = errors.New(`set clock: want one of {"now": "…Z"}, {"freeze": "…Z"}, {"advance": "90s"} and {"follow": true}`)

// move does what the command says.
func (p *Provider) move(c clockCommand) error {
	clock := p.config.Bench.Clock
	switch {
	case !c.Now.IsZero():
		clock.Set(c.Now)
	case !c.Freeze.IsZero():
		clock.Freeze(c.Freeze)
	case c.Advance != "":
		d, err := time.ParseDuration(c.Advance)
		if err != nil {
			return errClock
		}
		clock.Advance(d)
	case c.Follow:
		clock.Follow()
	default:
		return errClock
	}
	return nil
}

// breakTraces makes the trace store unavailable, or available again when the command says so; without a body it breaks.
func (p *Provider) breakTraces(w http.ResponseWriter, r *http.Request) {
	c := breakCommand{Broken: true}
	if !read(w, r, &c) {
		return
	}
	p.setTraces(w, c.Broken)
}

func (p *Provider) setTraces(w http.ResponseWriter, broken bool) {
	if p.config.Traces == nil {
		http.Error(w, "aucune trace n'est tenue", http.StatusConflict)
		return
	}
	p.config.Traces.Break(broken)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(breakCommand{broken})
}

// read reads a command, empty or in JSON with no other keys than known ones; false when it has answered the caller.
func read(w http.ResponseWriter, r *http.Request, command any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCommand))
	d.DisallowUnknownFields()
	if err := d.Decode(command); err != nil && !errors.Is(err, io.EOF) {
		http.Error(w, "lecture de la commande : "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}
