package console

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
)

// Routes are the pages and the calls of a console.
func Routes(c *Console) chi.Routes { return c.routes() }

// Ranks are the middlewares by which a route says who may ask.
var Ranks = []func(http.Handler) http.Handler{anyone, read, changed, operated}

// Places are the pages that every page leads to.
var Places = places

// Document tells of every call.
func Document() []byte { return openAPI }

// Origin is whom an address stands for, and BareHost what an address names.
var (
	Origin   = origin
	BareHost = bareHost
)

// Meter lets each ask so often a minute; it returns how long one has to wait, and how many it knows.
func Meter(aMinute int) (take func(string, time.Time) time.Duration, known func() int) {
	m := newMeter(aMinute)
	return m.take, func() int { return len(m.levels) }
}
