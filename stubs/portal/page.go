package portal

import (
	"html/template"
	"net/http"

	"etalon/internal/emitter"
)

// Names of the pages.
const (
	pageHome    = "home"
	pageLogin   = "login"
	pageBye     = "bye"
	pageRefusal = "refusal"
)

var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{{.}}</title></head><body><h1>{{.}}</h1>{{end}}
{{define "foot"}}<p>Référence : {{.Request}}. Portail d'essai, TEST.</p></body></html>
{{end}}
{{define "home"}}{{template "head" "Portail"}}<p>Session ouverte au nom de <b id="utilisateur">{{.User}}</b>.</p>
<ul>{{range .Services}}<li><a href="/sortie/{{.}}">{{.}}</a></li>{{end}}</ul><p><a href="/logout">Se déconnecter</a></p>{{template "foot" .}}{{end}}
{{define "login"}}{{template "head" "Connexion"}}{{with .Trouble}}<p>{{.}}</p>{{end}}<form method="post" action="/login">
<label>Identifiant <input name="identifiant" autocomplete="username"></label>
<label>Secret <input name="secret" type="password" autocomplete="current-password"></label>
<input type="hidden" name="retour" value="{{.Back}}"><button>Se connecter</button></form>{{template "foot" .}}{{end}}
{{define "bye"}}{{template "head" "Session close"}}<p>La session du portail est close.</p>
{{range .Partners}}<p><a href="{{.}}">Clore aussi la session du partenaire</a></p>{{end}}{{template "foot" .}}{{end}}
{{define "refusal"}}{{template "head" "Passage refusé"}}<p>{{.Text}}</p>{{template "foot" .}}{{end}}
`))

// page makes a page of the portal's.
func (p *Portal) page(v *visit, status int, name string, values map[string]any) emitter.Answer {
	values["Request"] = v.id
	a, err := emitter.Page(status, pages, name, values)
	if err != nil {
		p.config.Log.Error("page impossible", "requete", v.id, "cause", err.Error())
	}
	return a
}

// refusal is a page that says why an agent stays home.
func (p *Portal) refusal(v *visit, status int, why string) emitter.Answer {
	p.config.Log.Warn("sortie refusée", "requete", v.id, "statut", status)
	return p.page(v, status, pageRefusal, map[string]any{"Text": why})
}

// unavailable is the answer for whatever goes wrong behind the portal.
func (p *Portal) unavailable(v *visit, cause error) emitter.Answer {
	p.config.Log.Error("portail en défaut", "requete", v.id, "cause", cause.Error())
	return p.page(v, http.StatusServiceUnavailable, pageRefusal, map[string]any{"Text": "Le service est indisponible."})
}
