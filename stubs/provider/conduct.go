package provider

import (
	"context"
	"encoding/xml"
	"maps"
	"net/http"

	"github.com/beevik/etree"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/mutation"
	"etalon/internal/soap"
)

// Arm makes the next n exchanges, or connections for a conduct of TLS, misbehave; for ever when n is
// negative, and no longer when it is zero. A conduct of TLS ends the idle connections first, so that the
// next exchange makes a handshake.
func (p *Provider) Arm(n int, conduct mutation.Conduct) { p.front.Arm(n, conduct) }

// Armed tells which fault is armed, and for how many exchanges or connections more.
func (p *Provider) Armed() (fault string, left int) { return p.front.Armed() }

// Disarm makes the next exchanges honest again.
func (p *Provider) Disarm() { p.Arm(0, mutation.Conduct{}) }

// misbehave judges and traces the call as ever, and answers as the conduct says; false to end the
// connection without an answer.
func (p *Provider) misbehave(ctx context.Context, c *call, m mutation.Answer) (answer, bool) {
	if !gateway.Wait(ctx, m.Delay) || m.Close {
		_, _ = p.decide(c)
		return answer{}, false
	}
	a := p.pass(ctx, c)
	switch {
	case m.Fault.Local != "":
		a = p.plainFault(c, soap.Fault{Code: m.Fault, String: m.FaultText})
	case m.Business:
		a = p.plainFault(c, businessFault())
	case m.Body != nil:
		a = answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {m.ContentType}}, Body: m.Body}
	case m.Redirect:
		a = answer{Status: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"http://" + p.Addr() + c.request.URL.Path}}}
	case m.WithVI:
		a = p.withVI(c, a)
	}
	if m.Status != 0 {
		a.Status = m.Status
	}
	if len(m.Header) > 0 {
		a.Header = a.Header.Clone()
		maps.Copy(a.Header, m.Header)
	}
	return a, true
}

// withVI puts a Security header with a VI of ours into the application's answer (A06).
func (p *Provider) withVI(c *call, a answer) answer {
	body, err := bodyContent(a.Body)
	if err != nil {
		return a
	}
	signer, err := p.config.Bench.PKI.Credential(p.organism.Name + "/signature")
	if err != nil {
		return a
	}
	vi := c.judged.VI
	vi.Issuer = p.organism.Issuer
	draft := soap.Draft{
		SOAP: c.judged.SOAP, VI: vi, Body: body, Signer: signer, Profile: p.config.Bench.Profile,
		Rand: bench.Entropy(), Now: c.now,
	}
	raw, err := draft.Build()
	if err != nil {
		p.config.Log.Error("réponse impossible", "cause", err.Error())
		return a
	}
	a.Body = raw
	return a
}

// plainFault answers with a fault that no flaw touches: the conduct is the only departure.
func (p *Provider) plainFault(c *call, f soap.Fault) answer {
	f.SOAP = versionOf(c)
	return answer{Status: f.Status(), Header: soapHeader(f.SOAP), Body: f.Bytes()}
}

// businessFault is a fault of the application, with a code and a detail of its own (A06).
func businessFault() soap.Fault {
	detail := etree.NewElement("m:dossier")
	detail.CreateAttr("xmlns:m", "urn:etalon:test:metier")
	detail.SetText("DOS-0042")
	return soap.Fault{
		Code: xml.Name{Space: "urn:etalon:test:metier", Local: "DossierInconnu"}, String: "Dossier inconnu", Detail: detail,
	}
}
