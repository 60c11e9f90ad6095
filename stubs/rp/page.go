package rp

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"runtime/debug"

	"golang.org/x/oauth2"

	"etalon/internal/emitter"
	"etalon/internal/oidc"
)

// answer is what a page answers.
type answer = emitter.Answer

var pages = template.Must(template.New("say").Parse(`<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body><h1>{{.Title}}</h1><p>{{.Text}}</p><p>Service d'essai, TEST.</p></body></html>
`))

// say is a page that says something.
func (s *Service) say(status int, title, text string) answer {
	a, err := emitter.Page(status, pages, "say", struct{ Title, Text string }{title, text})
	if err != nil { // of a template of ours
		return answer{Status: http.StatusInternalServerError, Header: http.Header{}}
	}
	return a
}

// refuse tells a person that the login did not go through; what was wrong goes to the log.
func (s *Service) refuse(err error) answer {
	s.config.Log.Warn("connexion refusée", "cause", err.Error())
	var refused *oauth2.RetrieveError
	var asked *oidc.Error
	if (errors.As(err, &refused) || errors.As(err, &asked)) && s.policy.crashesOnRefusal {
		return crash(err)
	}
	return s.say(http.StatusForbidden, "Connexion refusée", "Pro Santé Connect n'a pas confirmé qui vous êtes. Recommencez depuis l'accueil.")
}

// trouble tells a person that the service cannot do its work.
func (s *Service) trouble(what string, err error) answer {
	s.config.Log.Error(what, "cause", err.Error())
	return s.say(http.StatusServiceUnavailable, "Service indisponible", "Réessayez plus tard.")
}

// crash shows what nobody should see.
func crash(err error) answer {
	return answer{
		Status: http.StatusInternalServerError, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		Body: fmt.Appendf(nil, "panic: %v\n\n%s", err, debug.Stack()),
	}
}
