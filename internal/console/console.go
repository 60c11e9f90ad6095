// Package console is what people see of a sandbox in a browser, and what programs ask of it: pages and an HTTP API over its
// store, on the management address. It plays no partner and judges nothing; it never runs a command, nor reads a file, that a
// page names.
package console

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/features"
	"etalon/internal/anatomy"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/door"
	"etalon/internal/interops"
	"etalon/internal/report"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// Config says what a console shows.
type Config struct {
	Store *store.Store
	// Management answers what the console does not: authorities, clock and faults as programs ask for them.
	Management http.Handler
	// Partners may be told to commit a fault, and to what clock they live.
	Partners Partners
	// Suite is what campaigns are judged with; nil where that is not known.
	Suite func() (verdict.Suite, error)
	// Campaigns are run from pages; nil where none can be.
	Campaigns Campaigns
	// Made are the candidates that pages make, Clinic examines candidates; nil where none can be.
	Made   *campaign.Made
	Clinic *campaign.Clinic
	// Access says who may enter; nil where whoever is at this machine is an operator, and nobody else may enter.
	Access *candidate.Admission
	// Entrances is told who signs in and out, and who is refused; Now tells the time for it. Both may be nil.
	Entrances func(door.Entrance)
	Now       func() time.Time
	// Knowledge lists what messages of a campaign, or of the partners where it is empty, are judged by when they are shown, each
	// by its world alone; Traces is what the partners traced of a VI. Nil where nothing is known.
	Knowledge func(campaign string) []anatomy.Knowledge
	Traces    func(viID string) ([]interops.Trace, error)
	// Reference is what integrators look up; nil where there is nothing to look up.
	Reference Reference
	// Faces are where the partners of the sandbox may be reached.
	Faces []Face
}

// Face is one address of a partner.
type Face struct {
	Role, Mode, URL string
}

// Console serves the pages and the API.
type Console struct {
	config Config
	door   *door.Door
	words  words
	texts  report.Texts // the words of reports
	pages  map[string]*template.Template
	ended  chan struct{}
	// verifying lets one archive be verified at a time.
	verifying chan struct{}
}

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets
var assets embed.FS

// New reads the pages; an error is a fault of the program.
func New(config Config) (*Console, error) {
	c := &Console{config: config, pages: map[string]*template.Template{}, ended: make(chan struct{}), verifying: make(chan struct{}, 1)}
	c.door = door.New(door.Config{Access: config.Access, Entrances: config.Entrances, Now: config.Now, Refuse: refuse, Login: c.login, Form: form})
	var err error
	if c.words, err = loadWords(); err != nil {
		return nil, err
	}
	if c.texts, err = report.LoadTexts(features.FS); err != nil {
		return nil, err
	}
	files, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		name := file[len("pages/") : len(file)-len(".html")]
		if name == "layout" {
			continue
		}
		if c.pages[name], err = template.New(name).ParseFS(pageFiles, "pages/layout.html", file); err != nil {
			return nil, fmt.Errorf("read pages: %w", err)
		}
	}
	return c, nil
}

// Close ends the links of those who follow: a server may then stop at once. It is to be called once.
func (c *Console) Close() { close(c.ended) }

// Handler serves the pages and the API, and hands everything else to the management. It answers callers of this machine that
// name it by an address of it, and where there is an access file, those who may enter and name it by one of its names over
// TLS; no page of another site.
func (c *Console) Handler() http.Handler { return c.door.Guard(c.routes()) }

// routes are the pages and the calls. One that is not GET says who may ask: anyone, read, changed or operated.
func (c *Console) routes() chi.Router {
	r := chi.NewRouter()
	r.Use(c.persons)
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/exchanges", http.StatusSeeOther) })
	r.Get("/language/{lang}", c.language)
	r.Get("/assets/*", http.FileServerFS(assets).ServeHTTP)
	c.accessPages(r)
	c.exchangePages(r)
	c.faultPages(r)
	c.campaignPages(r)
	c.candidatePages(r)
	c.verifyPages(r)
	c.referencePages(r)
	r.Route("/api", func(r chi.Router) {
		c.exchangeAPI(r)
		c.faultAPI(r)
		c.campaignAPI(r)
		c.candidateAPI(r)
		c.verifyAPI(r)
		c.documentAPI(r)
		c.referenceAPI(r)
		r.NotFound(func(w http.ResponseWriter, r *http.Request) {
			refuse(w, http.StatusNotFound, "unknown-address", r.URL.Path)
		})
		r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
			refuse(w, http.StatusMethodNotAllowed, "other-method", r.Method)
		})
	})
	if c.config.Management != nil {
		r.NotFound(c.managed)
		r.MethodNotAllowed(c.managed)
	}
	return r
}
