package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/beevik/etree"
	"github.com/go-chi/chi/v5"

	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/soap"
)

// maxCall is how many bytes an application's message may have.
const maxCall = 2 << 20

// call is one call of an application on its way out.
type call struct {
	request *http.Request
	id      string // X-Request-Id
	caller  caller
	project interops.Project
	service interops.Service
	target  *url.URL
	version string           // of SOAP
	headers []*etree.Element // the application's own header blocks
	body    []byte           // the Body's element, as the application wrote it
	key     emitter.Purpose
	signer  pki.Credential
}

// reply is what goes back to the application.
type reply struct {
	status int
	header http.Header
	body   []byte
	from   http.Header // of the partner's answer
	sent   []byte      // the message that it answers
}

// Codes of the gateway's own refusals to its application; they say nothing technical (A13-N3).
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
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.Header().Set("X-Request-Id", c.id)
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

// handle is the order of the gateway: who calls, by what right, with which VI, to whom.
func (g *Gateway) handle(w http.ResponseWriter, c *call) reply {
	var err error
	if c.id, err = g.party.RequestID(c.request); err != nil {
		return unavailable()
	}
	if a := g.policy.answers(c.request); a != nil {
		return *a
	}
	raw, refusal := read(w, c.request)
	if refusal == nil {
		refusal = g.accept(c, raw)
	}
	if refusal != nil {
		g.config.Log.Warn("appel refusé", "requete", c.id, "statut", refusal.status)
		return *refusal
	}
	return g.deliver(c.request.Context(), c)
}

// read takes the application's message, which is one SOAP envelope and no attachment.
func read(w http.ResponseWriter, r *http.Request) ([]byte, *reply) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != soap.MediaType11 && media != soap.MediaType12 {
		return nil, refuse(http.StatusUnsupportedMediaType, codeUnreadable, "L'appel n'est pas un message SOAP sans pièce jointe.")
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCall))
	var overlong *http.MaxBytesError
	switch {
	case errors.As(err, &overlong):
		return nil, refuse(http.StatusRequestEntityTooLarge, codeUnreadable, "L'appel est trop long.")
	case err != nil:
		return nil, refuse(http.StatusBadRequest, codeUnreadable, "L'appel est illisible.")
	}
	return raw, nil
}

// accept finds what the call aims at, for whom, and whether it may leave; nil when it may.
func (g *Gateway) accept(c *call, raw []byte) *reply {
	if !g.aim(c, chi.URLParam(c.request, "service")) {
		return refuse(http.StatusNotFound, codeUnreadable, "Ce service n'est pas ouvert.")
	}
	who, err := g.identify(c.request)
	if c.caller, err = g.policy.identity(g, c, who, err); err != nil {
		return refuse(http.StatusUnauthorized, codeRefused, "L'utilisateur n'est pas identifié.")
	}
	if c.caller.alone() {
		c.caller.PAGM = nil
		for _, p := range c.project.PAGM {
			c.caller.PAGM = append(c.caller.PAGM, p.Name)
		}
	}
	if !g.policy.entitled(g, c) {
		return refuse(http.StatusForbidden, codeRefused, "L'utilisateur n'est pas habilité à cet appel.")
	}
	if err := g.business(c, raw); err != nil {
		return refuse(http.StatusBadRequest, codeUnreadable, "L'appel n'est pas un message SOAP lisible.")
	}
	return nil
}

// aim finds the project in force and the address of a service (K01).
func (g *Gateway) aim(c *call, service string) bool {
	address, ok := g.config.Providers[service]
	if !ok {
		return false
	}
	if c.project, c.service, ok = g.party.Project(service, g.policy.inForce); !ok {
		return false
	}
	c.target, _ = url.Parse(address) // checked at start
	return true
}

// deliver sends the call with its VI, and reacts to a fault of the partner's (A13).
func (g *Gateway) deliver(ctx context.Context, c *call) reply {
	defer g.policy.ended(c)
	for tries := 0; ; tries++ {
		vi, err := g.identification(c)
		if err != nil {
			return g.withoutVI(ctx, c, err)
		}
		if commit := g.armed(); commit != nil {
			return g.misbehave(ctx, c, vi, commit)
		}
		answer, err := g.send(ctx, c, &vi)
		if err != nil {
			g.config.Log.Error("appel impossible", "requete", c.id, "cause", err.Error())
			return unavailable()
		}
		if again, final := g.react(ctx, c, answer, tries); !again {
			return final
		}
	}
}

// armed is what commits the fault that is armed; nil when none is.
func (g *Gateway) armed() func(context.Context, emitter.Leaving) (emitter.Answer, error) {
	if g.config.Commits == nil {
		return nil
	}
	return g.config.Commits()
}

// misbehave has a fault committed in the place of a call, and hands back what the partner answered, as it is.
func (g *Gateway) misbehave(ctx context.Context, c *call, vi interops.VI, commit func(context.Context, emitter.Leaving) (emitter.Answer, error)) reply {
	if err := g.trace(c, vi, interops.Sent); err != nil {
		return unavailable()
	}
	answer, err := commit(ctx, emitter.Leaving{
		Project: c.project, Service: c.service, VI: vi, Endpoint: c.target, SOAP: c.version, SOAPAction: strings.Trim(c.request.Header.Get("SOAPAction"), `"`),
		Body: c.body, RequestID: c.id,
	})
	if err != nil || answer.Status == 0 {
		g.config.Log.Error("faute armée sans réponse", "requete", c.id)
		return unavailable()
	}
	return reply{status: answer.Status, header: emitter.OfMessage(answer.Header), body: answer.Body}
}

// withoutVI ends a call for which no VI could be made: nothing leaves (A14-N1, X06).
func (g *Gateway) withoutVI(ctx context.Context, c *call, cause error) reply {
	g.config.Log.Error("VI impossible", "requete", c.id, "cause", cause.Error())
	if g.policy.naked && errors.Is(cause, errTokenService) {
		return g.bare(ctx, c)
	}
	return unavailable()
}

// bare sends the call without a VI, as only a flaw does.
func (g *Gateway) bare(ctx context.Context, c *call) reply {
	answer, err := g.send(ctx, c, nil)
	if err != nil {
		return unavailable()
	}
	return answer
}

// unavailable is the answer for whatever goes wrong behind the gateway.
func unavailable() reply {
	return *refuse(http.StatusServiceUnavailable, codeUnavailable, "Le service est indisponible.")
}

// refuse is an answer of the gateway's own, as a SOAP 1.1 fault.
func refuse(status int, code, text string) *reply {
	body := fmt.Appendf(nil, `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault><faultcode xmlns:g="urn:etalon:passerelle">g:%s</faultcode><faultstring xml:lang="fr">%s</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>`, code, text)
	return &reply{status: status, header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}}, body: body}
}
