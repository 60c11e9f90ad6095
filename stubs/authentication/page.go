package authentication

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"

	"etalon/internal/interops"
	"etalon/internal/sso"
)

// contentPolicy lets a page load nothing, run nothing and stand in no frame.
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"

// pages are the operator's own, in French.
var pages = template.Must(template.New("pages").Parse(`{{define "head"}}<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{{.Title}} — {{.Operator}} (TEST)</title>
<style>body{font:1rem/1.5 sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem}label{display:block;margin:.5rem 0}</style></head>
<body><h1>{{.Title}}</h1>{{end}}{{define "foot"}}<p><small>Opérateur d'authentification de TEST : {{.Operator}}</small></p></body></html>
{{end}}{{define "text"}}{{template "head" .}}{{range .Lines}}<p>{{.}}</p>{{end}}{{template "foot" .}}{{end}}
{{define "login"}}{{template "head" .}}{{range .Lines}}<p>{{.}}</p>{{end}}
<form method="post" action="/login"><input type="hidden" name="demande" value="{{.Token}}">
<label>Identifiant <input name="identifiant" autocomplete="username" required value="{{.Name}}"></label>
<label>Secret <input type="password" name="secret" autocomplete="current-password" required></label>
<label>Moyen <select name="moyen">{{range .Means}}<option value="{{.Name}}">{{.Name}} ({{.Level}})</option>{{end}}</select></label>
<button type="submit">S'authentifier</button></form>{{template "foot" .}}{{end}}
{{define "identify"}}{{template "head" .}}{{range .Lines}}<p>{{.}}</p>{{end}}
<ul>{{range .Links}}<li><a href="{{.Address}}">{{.Text}}</a></li>{{end}}</ul>{{template "foot" .}}{{end}}
{{define "home"}}{{template "head" .}}{{range .Lines}}<p>{{.}}</p>{{end}}
<ul>{{range .Links}}<li><a href="{{.Address}}">{{.Text}}</a></li>{{end}}</ul>
<form method="post" action="/deconnexion"><button type="submit">Se déconnecter de toute la sphère</button></form>{{template "foot" .}}{{end}}`))

// view is what a page shows.
type view struct {
	Title, Operator string
	Lines           []string
	Token, Name     string
	Means           []interops.Means
	Links           []shortcut
}

// shortcut is a link of the operator's home page.
type shortcut struct{ Address, Text string }

// show writes a page.
func (o *Operator) show(c *call, status int, name string, v view) {
	v.Operator = o.party.Organism.Title()
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, v); err != nil {
		c.seen.Err = err
		status = http.StatusInternalServerError
		b.Reset()
	}
	h := c.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", contentPolicy)
	o.write(c, status, b.Bytes())
}

// send makes the browser post a form to a service.
func (o *Operator) send(c *call, action string, form url.Values) {
	h := c.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", sso.PagePolicy())
	o.write(c, http.StatusOK, sso.PostPage(action, form))
}

// post makes the browser post a Response to a service.
func (o *Operator) post(c *call, acs string, response []byte, relay string) {
	o.send(c, acs, sso.ResponseForm(response, relay))
}

// say writes a page of text.
func (o *Operator) say(c *call, status int, title string, lines ...string) {
	o.show(c, status, "text", view{Title: title, Lines: lines})
}

// unavailable tells that the operator cannot work: the cause goes to the log, not to the page.
func (o *Operator) unavailable(c *call, cause error) {
	c.seen.Err = cause
	o.config.Log.Error("indisponible", "requete", c.id, "cause", cause.Error())
	o.say(c, http.StatusServiceUnavailable, "Service indisponible", "L'opérateur d'authentification ne peut pas répondre. Réessayez plus tard.")
}

// write sends an answer that nobody may keep.
func (o *Operator) write(c *call, status int, body []byte) {
	h := c.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	c.status = status
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body)
}

// redirect sends the browser on.
func (o *Operator) redirect(c *call, address string) {
	c.w.Header().Set("Location", address)
	o.write(c, http.StatusSeeOther, nil)
}
