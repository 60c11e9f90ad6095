package consumer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/rest"
)

// maxCall is how many bytes the body of an application's call may have.
const maxCall = 1 << 20

// call is one call of an application on its way out.
type call struct {
	request *http.Request
	id      string // X-Request-Id
	user    interops.User
	project interops.Project
	service interops.Service
	target  *url.URL
	body    []byte
	signer  pki.Credential
}

// reply is what goes back to the application.
type reply = emitter.Answer

// Codes of the gateway's own refusals to its application; they say nothing technical.
const (
	codeRefused     = "AccesRefuse"
	codeUnreadable  = "AppelIllisible"
	codeUnavailable = "ServiceIndisponible"
)

// serve takes one call of the application and answers it.
func (g *Gateway) serve(w http.ResponseWriter, r *http.Request) {
	if !g.Begin() {
		return // its connection is over
	}
	defer g.Done()
	c := &call{request: r}
	answer := g.handle(w, c)
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.Header().Set("X-Request-Id", c.id)
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}

// handle is the order of the gateway: who calls, by what right, with which token, to whom.
func (g *Gateway) handle(w http.ResponseWriter, c *call) reply {
	var err error
	if c.id, err = g.party.RequestID(c.request); err != nil {
		return unavailable()
	}
	if a := g.policy.answers(c.request); a != nil {
		return *a
	}
	if refusal := g.accept(w, c); refusal != nil {
		g.config.Log.Warn("appel refusé", "requete", c.id, "statut", refusal.Status)
		return *refusal
	}
	return g.deliver(c)
}

// accept finds what the call aims at, for whom, and whether it may leave; nil when it may.
func (g *Gateway) accept(w http.ResponseWriter, c *call) *reply {
	if !g.aim(c, chi.URLParam(c.request, "service")) {
		return refuse(http.StatusNotFound, codeUnreadable, "Ce service n'est pas ouvert.")
	}
	var err error
	if c.user, err = emitter.Identity(c.request, emitter.IdentityHeader, emitter.IdentityJSON); err != nil {
		return refuse(http.StatusUnauthorized, codeRefused, "L'utilisateur n'est pas identifié.")
	}
	covered := g.Rights.Covers(c.user.ID, c.project.Name, c.user.PAGM)
	if !g.Rights.LoggedIn(c.user.ID, c.user.AuthnInstant) || !covered {
		return refuse(http.StatusForbidden, codeRefused, "L'utilisateur n'est pas habilité à cet appel.")
	}
	if rest.HoldsToken(c.request.URL.Query()) { // the partner would read the application's word for ours
		return refuse(http.StatusBadRequest, codeUnreadable, "L'adresse porte un jeton.")
	}
	c.body, err = io.ReadAll(http.MaxBytesReader(w, c.request.Body, maxCall))
	var overlong *http.MaxBytesError
	switch {
	case errors.As(err, &overlong):
		return refuse(http.StatusRequestEntityTooLarge, codeUnreadable, "L'appel est trop long.")
	case err != nil:
		return refuse(http.StatusBadRequest, codeUnreadable, "L'appel est illisible.")
	}
	return nil
}

// aim finds the project in force and the address of a service.
func (g *Gateway) aim(c *call, service string) bool {
	address, ok := g.config.Resources[service]
	if !ok {
		return false
	}
	if c.project, c.service, ok = g.party.Project(service, interops.Project.InForce); !ok {
		return false
	}
	c.target, _ = url.Parse(address) // checked at start
	if tail := chi.URLParam(c.request, "*"); tail != "" {
		c.target = c.target.JoinPath(tail)
	}
	c.target.RawQuery = strings.Trim(c.target.RawQuery+"&"+c.request.URL.RawQuery, "&")
	return true
}

// deliver sends the call with its token, and passes the partner's answer on.
func (g *Gateway) deliver(c *call) reply {
	defer g.policy.ended(c)
	vi, err := g.identification(c)
	token := ""
	if err == nil {
		token, err = g.token(c, vi)
	}
	if err != nil {
		g.config.Log.Error("jeton impossible", "requete", c.id, "cause", err.Error())
		if !g.policy.naked || !errors.Is(err, errTokenService) {
			return unavailable()
		}
	}
	answer, err := g.send(c, vi, token)
	if err != nil {
		g.config.Log.Error("appel impossible", "requete", c.id, "cause", err.Error())
		return unavailable()
	}
	return g.passOn(c, answer, token)
}

// passOn gives the partner's answer to the application: as it is, unless it is a refusal of the token, which says
// nothing to an application, or a redirection (T07).
func (g *Gateway) passOn(c *call, answer emitter.Answer, token string) reply {
	own := refuse(http.StatusBadGateway, codeUnavailable, "Le partenaire n'a pas accepté l'appel.")
	switch {
	case answer.Status == http.StatusUnauthorized:
		g.VIs.Drop(g.purpose(c))
	case answer.Status == http.StatusForbidden:
		own = refuse(http.StatusForbidden, codeRefused, "Le partenaire refuse cet appel à l'utilisateur.")
	case answer.Status/100 == 3:
		g.config.Log.Error("réponse inutilisable", "requete", c.id, "cause", "redirection")
		return unavailable()
	default:
		answer.Header = emitter.OfMessage(answer.Header)
		return answer
	}
	var told rest.Refusal
	_ = json.Unmarshal(answer.Body, &told) // whatever else it is, there is no code in it
	g.config.Log.Error("refus du partenaire", "requete", c.id, "statut", answer.Status, "code", fmt.Sprintf("%.40q", told.Code))
	g.policy.refusal(own, token)
	return *own
}

// unavailable is the answer for whatever goes wrong behind the gateway.
func unavailable() reply {
	return *refuse(http.StatusServiceUnavailable, codeUnavailable, "Le service est indisponible.")
}

// refuse is an answer of the gateway's own.
func refuse(status int, code, text string) *reply {
	body := rest.Refusal{Code: code, Message: text}.Bytes()
	return &reply{Status: status, Header: http.Header{"Content-Type": {rest.MediaType}}, Body: body}
}
