package client

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strings"

	"etalon/internal/soap"
	"etalon/internal/xmlsec"
)

// maxEndless bounds the tries of a gateway that never stops by itself.
const maxEndless = 20

// react weighs the partner's answer: vi:InvalidVI is worth one renewal, any other technical fault is the end,
// and so is what is no answer of a partner's; everything else goes to the application untouched, but for the
// VI that it may bear (A06, A13).
func (g *Gateway) react(ctx context.Context, c *call, answer reply, tries int) (again bool, final reply) {
	fault, _, isFault := soap.ReadFault(answer.status, answer.header.Get("Content-Type"), answer.body)
	if !isFault || !technical(fault) {
		return false, g.passOn(c, answer)
	}
	renewable := fault.Code.Local == "InvalidVI" && fault.Code.Space == soap.NamespaceVI
	if renewable && tries < g.policy.retries || g.policy.endless && tries < maxEndless {
		if !g.policy.keepsRefused {
			g.VIs.Drop(c.key)
		}
		return true, reply{}
	}
	g.config.Log.Error("refus du partenaire", "requete", c.id, "code", fault.Code.Local)
	if g.policy.nakedRetry {
		return false, g.bare(ctx, c)
	}
	own := refuse(http.StatusBadGateway, codeUnavailable, "Le partenaire n'a pas accepté l'appel.")
	g.policy.refusal(own, answer)
	return false, *own
}

// passOn gives the partner's answer to the application: without a Security header (A06), and not at all when
// it is a redirection (T07) or no SOAP.
func (g *Gateway) passOn(c *call, answer reply) reply {
	trouble := ""
	media, _, _ := mime.ParseMediaType(answer.header.Get("Content-Type"))
	switch {
	case answer.status/100 == 3:
		trouble = "redirection"
	case len(answer.body) > 0 && media != soap.MediaType11 && media != soap.MediaType12:
		trouble = "réponse qui n'est pas du SOAP"
	case !g.policy.keepsAnswerSecurity && bytes.Contains(answer.body, []byte(xmlsec.NamespaceWSSE)):
		stripped, err := soap.Strip(answer.body)
		if err != nil {
			trouble = "réponse illisible"
		}
		answer.body = stripped
	}
	if trouble != "" {
		g.config.Log.Error("réponse inutilisable", "requete", c.id, "cause", trouble, "statut", answer.status)
		return unavailable()
	}
	g.policy.relay(&answer)
	return answer
}

// technical tells a fault of the exchange from one of the application: vi, wsse and wsu codes, and the two of
// SOAP that name the envelope.
func technical(f soap.Fault) bool {
	switch f.Code.Space {
	case soap.NamespaceVI:
		return true
	case soap.Namespace11, soap.Namespace12:
		return f.Code.Local == "MustUnderstand" || f.Code.Local == "VersionMismatch"
	}
	return strings.Contains(f.Code.Space, "oasis-200401-wss")
}
