package idp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/oidc"
)

// Names of the pages.
const (
	pageLogin  = "login"
	pageCode   = "code"
	pagePIN    = "pin"
	pageLogout = "logout"
	pageSay    = "say"
)

var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!DOCTYPE html><html lang="{{.Say "lang"}}"><head><meta charset="utf-8"><title>{{.Title}}</title></head><body><h1>{{.Title}}</h1>{{with .Text}}<p role="alert">{{.}}</p>{{end}}{{end}}
{{define "foot"}}{{with .Trace}}<pre>{{.}}</pre>{{end}}<p>{{.Say "foot"}}</p></body></html>
{{end}}
{{define "hidden"}}{{range $name, $value := .Hidden}}<input type="hidden" name="{{$name}}" value="{{$value}}">{{end}}{{end}}
{{define "login"}}{{template "head" .}}<p>{{.Say "who"}} <b>{{.Client}}</b></p>
<form method="post" action="{{.Action}}">{{template "hidden" .}}<h2>{{.Say "by-code"}}</h2>
<label>{{.Say "user"}} <input name="identifiant" value="{{.Name}}" autocomplete="username"></label>
<label>{{.Say "secret"}} <input name="secret" type="password" autocomplete="current-password"></label><button>{{.Say "go"}}</button></form>
<form method="post" action="{{.Action}}">{{template "hidden" .}}<h2>{{.Say "by-card"}}</h2>
<label>{{.Say "card"}} <input name="carte" autocomplete="off"></label><button>{{.Say "go"}}</button></form>
<form method="post" action="{{.Action}}">{{template "hidden" .}}<button name="refus" value="oui">{{.Say "refuse"}}</button></form>{{template "foot" .}}{{end}}
{{define "code"}}{{template "head" .}}<form method="post" action="{{.Action}}">{{template "hidden" .}}
<label>{{.Say "code"}} <input name="code" inputmode="numeric" autocomplete="one-time-code"></label><button>{{.Say "go"}}</button></form>{{template "foot" .}}{{end}}
{{define "pin"}}{{template "head" .}}<form method="post" action="{{.Action}}">{{template "hidden" .}}
<label>{{.Say "pin"}} <input name="pin" type="password" autocomplete="off"></label><button>{{.Say "go"}}</button></form>{{template "foot" .}}{{end}}
{{define "logout"}}{{template "head" .}}<form method="post" action="{{.Action}}">{{template "hidden" .}}<button name="suite" value="oui">{{.Say "leave"}}</button></form>{{template "foot" .}}{{end}}
{{define "say"}}{{template "head" .}}{{template "foot" .}}{{end}}
`))

// texts are those of the pages, in French, and in English for a provider that forgets who its users are.
var texts = map[string][2]string{
	"lang": {"fr", "en"}, "login": {"Se connecter", "Sign in"}, "logout": {"Se déconnecter", "Sign out"}, "say": {"Identité de l'établissement", "Identity provider"},
	"foot": {"Fournisseur d'identité d'essai, TEST : toutes les personnes sont de synthèse.", "TEST identity provider: all persons are synthetic."},
	"who":  {"Service qui demande qui vous êtes :", "Service that asks who you are:"}, "by-code": {"Par mot de passe et code", "By password and code"},
	"by-card": {"Par carte", "By smart card"}, "user": {"Identifiant", "User name"}, "secret": {"Mot de passe", "Password"}, "card": {"Identifiant de la carte", "Card identifier"},
	"pin": {"Code de la carte", "Card PIN"}, "go": {"Se connecter", "Sign in"}, "refuse": {"Refuser", "Decline"}, "code": {"Code à usage unique", "One-time code"},
	"leave":    {"Se déconnecter", "Sign out"},
	textAbsent: {"Cette adresse n'existe pas.", "No such address."}, textUnreadable: {"La demande est illisible ou incomplète.", "The request cannot be read."},
	textUnknown: {"Le service est inconnu, ou son adresse de retour n'est pas déclarée.", "The service is unknown, or its return address is not registered."},
	textWrong:   {"L'identifiant ou le secret ne convient pas.", "The user name or the secret is wrong."}, textFactor: {"Un second facteur est exigé, et vous n'en avez pas.", "A second factor is required, and you have none."},
	textStale:    {"Le formulaire a expiré : recommencez.", "The form has expired: start again."},
	textFarewell: {"Vous êtes déconnecté.", "You are signed out."}, textHint: {"Le jeton d'identité n'est pas de ce fournisseur.", "The ID token is not of this provider."},
}

// Names of what pages say.
const (
	textAbsent     = "absent"
	textUnreadable = "unreadable"
	textUnknown    = "unknown"
	textWrong      = "wrong"
	textFactor     = "factor"
	textStale      = "stale"
	textFarewell   = "farewell"
	textHint       = "hint"
)

// view is what a page shows.
type view struct {
	Title, Text, Client, Name, Action, Trace string
	Hidden                                   map[string]string

	language int
}

// Say is a text of the page in its language.
func (w view) Say(name string) string { return texts[name][w.language] }

// view is that of a page, with a text or none.
func (v *visit) view(title, text string) view {
	w := view{Hidden: map[string]string{}}
	if v.policy.english {
		w.language = 1
	}
	w.Title = w.Say(title)
	if text != "" {
		w.Text = w.Say(text)
	}
	return w
}

// own are the fields of the forms of the provider itself; all others are of the request, and go along with it.
func own() []string {
	return []string{fieldCSRF, fieldStep, fieldUser, fieldSecret, fieldCard, fieldPIN, fieldCode, fieldRefuse}
}

// ask shows a page that asks the person for something. Its answer leads to the client: the policy of the page lets it.
func (v *visit) ask(page string, g *grant, q url.Values, status int, text string, more map[string]string) (answer, error) {
	shown := v.view(pageLogin, text)
	shown.Client, shown.Name, shown.Action = g.client.ID, q.Get("login_hint"), pathRealm+pathLogin
	for name := range q {
		if !slices.Contains(own(), name) {
			shown.Hidden[name] = q.Get(name)
		}
	}
	for name, value := range more {
		shown.Hidden[name] = value
	}
	browser, cookie := v.browser()
	shown.Hidden[fieldCSRF] = v.seal(browser)
	a, err := emitter.Page(status, pages, page, shown)
	if err != nil {
		return a, err
	}
	if u, bad := url.Parse(g.asked.Redirect); bad == nil && !strings.ContainsAny(u.Host, " ;,") {
		a.Header = emitter.PageHeader(emitter.PagePolicy + " " + u.Scheme + "://" + u.Host)
	}
	if cookie != nil {
		a.Header.Add("Set-Cookie", cookie.String())
	}
	return a, nil
}

// browser names the browser to which a form is given: by the cookie that it has, or by a new one.
func (v *visit) browser() (string, *http.Cookie) {
	if c, err := v.r.Cookie(cookieForm); err == nil && c.Value != "" {
		return c.Value, nil
	}
	name := bench.NewSecret()
	return name, v.cookie(cookieForm, name)
}

// seal is the value that a form of a browser brings back.
func (v *visit) seal(browser string) string {
	mac := hmac.New(sha256.New, v.secret)
	mac.Write([]byte(browser))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// genuine tells whether a form is one that was given to this browser.
func (v *visit) genuine() bool {
	c, err := v.r.Cookie(cookieForm)
	return err == nil && same(v.seal(c.Value), v.r.PostForm.Get(fieldCSRF)) && !emitter.Foreign(v.r)
}

// trouble is a page that says why nobody is sent on.
func (v *visit) trouble(status int, text string) (answer, error) {
	shown := v.view(pageSay, text)
	if v.policy.verbose {
		shown.Trace = string(debug.Stack())
	}
	return emitter.Page(status, pages, pageSay, shown)
}

// unreadable is the page about a request that cannot be read.
func (v *visit) unreadable(error) (answer, error) {
	return v.trouble(http.StatusBadRequest, textUnreadable)
}

// back sends the browser to the client, with state and iss (RFC 9207).
func (v *visit) back(g *grant, with url.Values) (answer, error) {
	with.Set("iss", v.Issuer())
	if g.asked.State != "" {
		with.Set("state", v.policy.state(g.asked.State))
	}
	v.policy.callback(with)
	return emitter.Elsewhere(oidc.Join(g.asked.Redirect, with)), nil
}

// refuse sends the browser to the client with a refusal (RFC 6749 §4.1.2.1).
func (v *visit) refuse(g *grant, err error) (answer, error) {
	e, ok := err.(*oidc.Error)
	if !ok {
		e = oidc.Refuse("server_error", "")
	}
	v.tell(Record{Event: EventRequest, Client: g.client.ID, Result: e.Code})
	with := url.Values{"error": {e.Code}, "error_description": {e.Description}}
	if v.policy.verbose {
		with.Set("error_description", strings.Join(strings.Fields(string(debug.Stack())), " ")[:1000])
	}
	return v.back(g, with)
}
