package service

import (
	"bytes"
	"html/template"
	"net/http"
)

// Names of the pages.
const (
	pageRefusal  = "refusal"
	pageNotice   = "notice"
	pageResource = "resource"
	pageConfirm  = "confirm"

	pageDiscovery  = "discovery"
	pageIdentifier = "identifier"
)

// pages are short, hold no script, and show no part of a token (P17).
var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{{.}}</title></head><body><h1>{{.}}</h1>{{end}}
{{define "foot"}}<p>Référence : {{.Request}}. Service d'essai, TEST.</p></body></html>
{{end}}
{{define "refusal"}}{{template "head" "Accès refusé"}}<p>{{.Text}}</p>{{template "foot" .}}{{end}}
{{define "notice"}}{{template "head" "Service"}}<p>{{.Text}}</p>{{template "foot" .}}{{end}}
{{define "resource"}}{{template "head" "Service"}}<p>Service {{.Service}}, page {{.Resource}}.</p>
<p>Session ouverte au nom de <b id="utilisateur">{{.User}}</b>, profils <b id="pagm">{{.PAGM}}</b>.</p><p>{{.Marker}}</p>{{template "foot" .}}{{end}}
{{define "confirm"}}{{template "head" "Changer d'identité"}}<p>Une session est ouverte au nom de <b>{{.Held}}</b>.
Voulez-vous la remplacer par une session au nom de <b id="utilisateur">{{.User}}</b> ?</p>
<form method="post" action="{{.Action}}"><input type="hidden" name="confirmation" value="{{.Secret}}"><button>Ouvrir la session au nom de {{.User}}</button></form>
<p><a href="{{.Home}}">Garder la session de {{.Held}}</a></p>{{template "foot" .}}{{end}}
{{define "discovery"}}{{template "head" "Choisir un opérateur"}}<p>Auprès de quel opérateur voulez-vous vous authentifier ?</p>
<ul>{{range .Choices}}<li><a href="{{.Address}}">{{.Title}}</a></li>{{end}}</ul>{{template "foot" .}}{{end}}
{{define "identifier"}}{{template "head" "Identification"}}<form method="get" action="{{.Action}}"><p><label>Identifiant <input name="identifiant"></label>
<button>Continuer</button></p></form>{{template "foot" .}}{{end}}
`))

// page makes a page of ours.
func (s *Service) page(v *visit, status int, name string, values map[string]string) answer {
	all := map[string]any{}
	for key, value := range values {
		all[key] = value
	}
	return s.render(v, status, name, all)
}

// render makes a page of ours of any values.
func (s *Service) render(v *visit, status int, name string, values map[string]any) answer {
	values["Request"] = v.id
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, name, values); err != nil {
		s.config.Log.Error("page impossible", "requete", v.id, "cause", err.Error())
	}
	h := http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {"default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
		"X-Frame-Options":         {"DENY"},
		"X-Content-Type-Options":  {"nosniff"},
		"Referrer-Policy":         {"same-origin"},
	}
	noStore(h)
	return answer{Status: status, Header: h, Body: body.Bytes()}
}

// forbidden refuses a page.
func (s *Service) forbidden(v *visit, text string) answer {
	return s.page(v, http.StatusForbidden, pageRefusal, map[string]string{"Text": text})
}

// unavailable says that the receiver cannot do its work, and no more.
func (s *Service) unavailable(v *visit, cause error) answer {
	s.config.Log.Error("service indisponible", "requete", v.id, "cause", cause.Error())
	return s.page(v, http.StatusServiceUnavailable, pageRefusal, map[string]string{"Text": "Le service est momentanément indisponible."})
}
