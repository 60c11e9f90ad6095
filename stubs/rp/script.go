package rp

import (
	"encoding/json"
	"net/http"

	"etalon/internal/emitter"
)

// byScript is the header by which the script of a page asks for what fills it in.
const byScript = "X-Remplissage"

// shell is the page of every address where scripts fill it in: it says nothing without them.
const shell = `<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Service d'essai</title></head><body><main></main><script>
const held = sessionStorage.getItem("session");
fetch(location.href, {headers: {"` + byScript + `": "1", ...(held && {"Authorization": "Bearer " + held})}}).then((r) => r.json()).then((told) => {
  if (told.session !== undefined) sessionStorage.setItem("session", told.session);
  if (told.location) location.replace(told.location); else document.querySelector("main").innerHTML = told.html;
});
</script></body></html>
`

// shellPolicy lets the script of the shell run, and ask its own party.
const shellPolicy = "default-src 'none'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'self'"

// fill is what fills a page in. Session is the key of a session that begins, and empty of one that ends.
type fill struct {
	Location string  `json:"location,omitempty"`
	HTML     string  `json:"html"`
	Session  *string `json:"session,omitempty"`
}

// filled answers a page by the shell, and its script by what serve says: all of it with 200, as applications of one page do.
func (s *Service) filled(serve func(*http.Request) answer) func(*http.Request) answer {
	return func(r *http.Request) answer {
		if r.Method != http.MethodGet {
			return serve(r)
		}
		if r.Header.Get(byScript) == "" {
			return answer{Status: http.StatusOK, Header: emitter.PageHeader(shellPolicy), Body: []byte(shell)}
		}
		a := serve(r)
		told := fill{Location: a.Header.Get("Location"), HTML: string(a.Body)}
		header := http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}}
		for _, c := range (&http.Response{Header: a.Header}).Cookies() {
			if c.Name == cookieSession {
				told.Session = &c.Value
			} else {
				header.Add("Set-Cookie", c.String())
			}
		}
		raw, err := json.Marshal(told)
		if err != nil { // of strings
			return answer{Status: http.StatusInternalServerError, Header: header}
		}
		return answer{Status: http.StatusOK, Header: header, Body: raw}
	}
}
