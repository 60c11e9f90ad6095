package ops

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/sso"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// contextSteps are the sentences about a context token that comes where a VI must (C05).
func contextSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`un jeton de contexte est présenté au service à la place d'un VI, dans §`, presentContext),
		scenario.NewStep(`le candidat n'ouvre rien sur le jeton de contexte`, contextOpensNothing),
	}
}

// contextToken is an honest one of an identification operator, for our authentication operator.
func (w *World) contextToken() ([]byte, error) {
	side := w.provider.side
	issuer, ok := w.identifier()
	if !ok {
		return nil, w.Cannot(verdict.ReasonNotInConvention, "operateur-identification")
	}
	audience, _ := w.run.Bench.Convention.Organism(side.home.Project.Client)
	credential, err := w.run.Bench.PKI.Credential(issuer.Name + "/signature")
	if err != nil {
		return nil, err
	}
	id, err := bench.NewID(w.Source)
	if err != nil {
		return nil, err
	}
	now := w.provider.channel.now(w.run.Bench.Clock)
	levels := w.profile().Levels
	draft := sso.ContextDraft{Signer: &credential, Token: interops.ContextToken{
		ID: id, IssueInstant: now, Issuer: issuer.Issuer, NameID: interops.NameID{Format: interops.FormatUnspecified, Value: w.person(42).ID},
		Recipient: audience.Recipient, Audience: audience.Issuer, NotBefore: now.Add(-time.Second), NotOnOrAfter: now.Add(5 * time.Minute),
		Method: "Identifiant (login)", Level: levels[len(levels)-1].Name, Instant: now.Add(-30 * time.Second),
	}}
	return draft.Build()
}

// identifier is an identification operator of the sphere, in force; another than the candidate where there is one.
func (w *World) identifier() (interops.Organism, bool) {
	c, now := w.run.Bench.Convention, w.run.Bench.Clock.Now()
	for _, m := range c.Sphere.Members {
		if m.Plays(interops.IdentificationOperator) && c.Sphere.InForce(m.Organism, now) && m.Organism != w.provider.side.access.Organism {
			return c.Organism(m.Organism)
		}
	}
	return interops.Organism{}, false
}

// presentContext posts a context token to the receiving point of Responses, then asks for the page.
func presentContext(ctx context.Context, place string) error {
	w := worldOf(ctx)
	token, err := w.contextToken()
	if err != nil {
		return err
	}
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	call.Visit.Browser = client.NewBrowser()
	switch place {
	case "une Response":
		call.Raw = responseAround(call, string(token))
	case "le champ ContextToken":
		x, err := w.provider.channel.link.Run(ctx, client.Errand{
			Method: http.MethodPost, URL: call.Endpoint, Browser: call.Visit.Browser, RequestID: call.RequestID,
			ContentType: "application/x-www-form-urlencoded", Body: []byte(sso.ContextForm(token, call.Visit.RelayState).Encode()),
		})
		if err != nil {
			return err
		}
		w.keep("faulty", marker, x)
		call.Visit.Alone = true
	default:
		return fmt.Errorf("place %q: want une Response or le champ ContextToken", place)
	}
	w.provider.unasked = true
	err = w.stimulate(ctx, call, marker)
	w.provider.unasked = false
	if err == nil {
		w.provider.sent[len(w.provider.sent)-1].violates = w.Row.ID
	}
	return err
}

// responseAround is a successful Response with another assertion than a VI.
func responseAround(call client.Call, assertion string) []byte {
	if i := strings.Index(assertion, "?>"); i >= 0 {
		assertion = assertion[i+2:]
	}
	return fmt.Appendf(nil, `<saml2p:Response xmlns:saml2p="%s" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="%s-reponse" Version="2.0" IssueInstant="%s" Destination="%s"><saml2:Issuer>%s</saml2:Issuer><saml2p:Status><saml2p:StatusCode Value="%s"/></saml2p:Status>%s</saml2p:Response>`,
		sso.NamespaceProtocol, call.VI.ID, call.Now.UTC().Format(interops.InstantLayout), call.Endpoint, call.VI.Issuer, sso.StatusSuccess, strings.TrimSpace(assertion))
}

// contextOpensNothing makes sure that the page was not served, then or later (C05).
func contextOpensNothing(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.lastHeard()
	if err != nil {
		return err
	}
	if w.accepted(s) {
		w.Sees(w.Own("context-token-accepted", w.wantRefused(), told(s.exchange), evidenceOf(s)...))
	}
	return nil
}
