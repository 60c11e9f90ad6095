package psc

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/emitter"
)

// Names of the pages.
const (
	pageLogin  = "login"
	pageLogout = "logout"
	pageSay    = "say"
)

var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{{.}}</title></head><body><h1>{{.}}</h1>{{end}}
{{define "foot"}}<p>Pro Santé Connect d'essai, TEST : toutes les personnes sont de synthèse.</p></body></html>
{{end}}
{{define "login"}}{{template "head" "Se connecter"}}{{with .Text}}<p role="alert">{{.}}</p>{{end}}<p>Le service <b>{{.Client}}</b> demande qui vous êtes.</p>
<form method="post" action="/auth">{{range $name, $value := .Hidden}}<input type="hidden" name="{{$name}}" value="{{$value}}">{{end}}
<label>Identifiant national <input name="identifiant" value="{{.Name}}" autocomplete="username"></label>
<label>Secret <input name="secret" type="password" autocomplete="current-password"></label><button>Se connecter</button></form>
<form method="post" action="/auth">{{range $name, $value := .Hidden}}<input type="hidden" name="{{$name}}" value="{{$value}}">{{end}}
<button name="refus" value="oui">Refuser</button></form>{{template "foot" .}}{{end}}
{{define "logout"}}{{template "head" "Se déconnecter"}}<form method="post"><input type="hidden" name="suite" value="oui"><button>Se déconnecter</button></form>{{template "foot" .}}{{end}}
{{define "say"}}{{template "head" "Pro Santé Connect"}}<p>{{.Text}}</p>{{template "foot" .}}{{end}}
`))

// view is what a page shows.
type view struct {
	Text, Client, Name string
	Hidden             map[string]string
}

// asked are the parameters of an authorization request that the login form brings back.
var asked = []string{
	"client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "acr_values", "max_age", "prompt",
	"code_challenge", "code_challenge_method", "ui_locales",
}

// ask shows the page by which a person logs in. The answer to its form leads to the client: the policy of the page lets it.
func (v *visit) ask(g *grant, q url.Values, status int, trouble string) (answer, error) {
	shown := view{Text: trouble, Client: g.client.ID, Name: q.Get("login_hint"), Hidden: map[string]string{}}
	for _, name := range asked {
		if q.Has(name) {
			shown.Hidden[name] = q.Get(name)
		}
	}
	a, err := emitter.Page(status, pages, pageLogin, shown)
	if u, bad := url.Parse(g.redirect); err == nil && bad == nil && !strings.ContainsAny(u.Host, " ;,") {
		a.Header = emitter.PageHeader(emitter.PagePolicy + " " + u.Scheme + "://" + u.Host)
	}
	return a, err
}

// trouble is a page that says why nobody is sent on.
func (v *visit) trouble(status int, why string) (answer, error) {
	v.entry.Answer = http.StatusText(status)
	return emitter.Page(status, pages, pageSay, view{Text: why})
}
