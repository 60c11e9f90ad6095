package emitter

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
)

// MaxForm bounds what a browser may send in one request.
const MaxForm = 1 << 20

// PagePolicy is the Content-Security-Policy of a page whose forms come back to its own party.
const PagePolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// Handle makes a handler of what answers a request of a browser, whose body is bounded by MaxForm. id is the
// X-Request-Id of what leaves because of it.
func (p *Party) Handle(serve func(r *http.Request, id string) Answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
		id, err := p.NewUUID()
		if err != nil {
			http.Error(w, "service indisponible", http.StatusServiceUnavailable)
			return
		}
		a := serve(r, id)
		for name, values := range a.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.Status)
		_, _ = w.Write(a.Body)
	}
}

// Page makes a page of a template of that name; where it cannot be made, there is an error and no page.
func Page(status int, pages *template.Template, name string, values any) (Answer, error) {
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, name, values); err != nil {
		return Answer{Status: http.StatusInternalServerError}, fmt.Errorf("make page %s: %w", name, err)
	}
	return Answer{Status: status, Header: PageHeader(PagePolicy), Body: body.Bytes()}, nil
}

// PageHeader is that of a page under a policy of contents: kept by nobody, and silent to others on where one comes from.
// It is not silent to its own party: a browser would send its forms with a null Origin, which Foreign refuses.
func PageHeader(policy string) http.Header {
	return http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {policy},
		"X-Content-Type-Options":  {"nosniff"},
		"Referrer-Policy":         {"same-origin"},
		"Cache-Control":           {"no-store"},
	}
}

// Elsewhere sends a browser to an address.
func Elsewhere(address string) Answer {
	return Answer{Status: http.StatusSeeOther, Header: http.Header{"Location": {address}, "Cache-Control": {"no-store"}}}
}
