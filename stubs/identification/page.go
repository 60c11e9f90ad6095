package identification

import (
	"html/template"
	"net/http"

	"etalon/internal/emitter"
	"etalon/internal/interops"
)

// Names of the pages.
const (
	pageHome    = "home"
	pageLogin   = "login"
	pageRefusal = "refusal"
)

var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{{.}}</title></head><body><h1>{{.}}</h1>{{end}}
{{define "foot"}}<p>Référence : {{.Request}}. Opérateur d'identification d'essai, TEST.</p></body></html>
{{end}}
{{define "home"}}{{template "head" "Identification"}}<p>Vous êtes identifié sous <b id="utilisateur">{{.Text}}</b>, par {{.Method}}.</p>
<ul>{{range .Operators}}<li><a href="/identification?operator={{.Name}}">S'authentifier auprès de {{.Title}}</a></li>{{end}}</ul>
<p><a href="/logout">Terminer</a></p>{{template "foot" .}}{{end}}
{{define "login"}}{{template "head" "Identification"}}{{with .Text}}<p>{{.}}</p>{{end}}<form method="post" action="/login">
<label>Identifiant <input name="identifiant" autocomplete="username"></label>
<label>Secret <input name="secret" type="password" autocomplete="current-password"></label>
<label>Moyen <select name="moyen">{{range .Means}}<option>{{.Name}}</option>{{end}}</select></label>
<input type="hidden" name="retour" value="{{.Back}}"><button>S'identifier</button></form>{{template "foot" .}}{{end}}
{{define "refusal"}}{{template "head" "Identification refusée"}}<p>{{.Text}}</p>{{template "foot" .}}{{end}}
`))

// view is what a page shows.
type view struct {
	Request, Text, Method, Back string
	Means                       []interops.Means
	Operators                   []shortcut
}

// shortcut is a link to an authentication operator.
type shortcut struct{ Name, Title string }

// page makes a page of the operator's.
func (o *Operator) page(v *visit, status int, name string, values view) emitter.Answer {
	values.Request = v.id
	a, err := emitter.Page(status, pages, name, values)
	if err != nil {
		o.config.Log.Error("page impossible", "requete", v.id, "cause", err.Error())
	}
	return a
}

// refusal is a page that says why nobody is sent on.
func (o *Operator) refusal(v *visit, status int, why string) emitter.Answer {
	o.config.Log.Warn("identification refusée", "requete", v.id, "statut", status)
	return o.page(v, status, pageRefusal, view{Text: why})
}

// unavailable is the answer for whatever goes wrong behind the operator's pages.
func (o *Operator) unavailable(v *visit, cause error) emitter.Answer {
	o.config.Log.Error("opérateur en défaut", "requete", v.id, "cause", cause.Error())
	return o.page(v, http.StatusServiceUnavailable, pageRefusal, view{Text: "Le service est indisponible."})
}
