package console

import (
	"net/http"

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
