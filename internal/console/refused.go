package console

import (
	"bytes"
	"net/http"
	"strings"
)

// refusedPage is what a person reads in a browser where a program reads a refusal.
type refusedPage struct {
	sight
	// Word is the end of the key of why, About what it is about.
	Word, About string
}

// forPerson is the answer to a browser that asked for a page: a refusal in it is one too.
type forPerson struct {
	http.ResponseWriter
	console *Console
	request *http.Request
}

// Unwrap lets http.ResponseController reach the answer.
func (f *forPerson) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// refuse shows a refusal, in the person's language; false when it cannot.
func (f *forPerson) refuse(status int, word, about string) bool {
	p := refusedPage{sight: f.console.sight(f.request, ""), Word: word, About: about}
	if _, known := p.words["refused."+word]; !known {
		p.Word = "other"
	}
	p.Back = "/"
	var out bytes.Buffer
	if f.console.pages["refused"].ExecuteTemplate(&out, "layout", p) != nil {
		return false
	}
	h := f.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	f.WriteHeader(status)
	_, _ = f.Write(out.Bytes())
	return true
}

// persons answers browsers that ask for a page of the console as people want it.
func (c *Console) persons(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Accept"), "text/html") && !strings.HasPrefix(r.URL.Path, "/api/") {
			w = &forPerson{w, c, r}
		}
		next.ServeHTTP(w, r)
	})
}
