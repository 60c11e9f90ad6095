package provider

import (
	"context"
	"encoding/xml"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/bench"
	"etalon/internal/mutation"
	"etalon/internal/soap"
)

// armed is the conduct of the next exchanges or connections.
type armed struct {
	mu      sync.Mutex
	left    int // negative: until the next arming
	conduct mutation.Conduct
}

// Arm makes the next n exchanges, or connections for a conduct of TLS, misbehave; for ever when n is
// negative, and no longer when it is zero. A conduct of TLS ends the idle connections first, so that the
// next exchange makes a handshake.
func (p *Provider) Arm(n int, conduct mutation.Conduct) {
	p.armed.mu.Lock()
	before := onLink(p.armed.conduct)
	p.armed.left, p.armed.conduct = n, conduct
	p.armed.mu.Unlock()
	if before || onLink(conduct) {
		p.door.retire()
	}
}

// Disarm makes the next exchanges honest again.
func (p *Provider) Disarm() { p.Arm(0, mutation.Conduct{}) }

// onLink tells whether a conduct is one of the connection.
func onLink(c mutation.Conduct) bool {
	return c.ServerCertificate != "" || c.MinTLS != 0 || c.MaxTLS != 0 || c.Plain
}

// connection returns the conduct of the next connection, honest unless one is armed.
func (a *armed) connection() mutation.Conduct { return a.take(onLink) }

// answer returns the armed answer of the next exchange, if there is one.
func (a *armed) answer() (mutation.Answer, bool) {
	c := a.take(func(c mutation.Conduct) bool { return c.Answer != nil })
	if c.Answer == nil {
		return mutation.Answer{}, false
	}
	return *c.Answer, true
}

// take uses the armed conduct once, if it is of that kind.
func (a *armed) take(kind func(mutation.Conduct) bool) mutation.Conduct {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.left == 0 || !kind(a.conduct) {
		return mutation.Conduct{}
	}
	if a.left > 0 {
		a.left--
	}
	return a.conduct
}

// misbehave judges and traces the call as ever, and answers as the conduct says; false to end the
// connection without an answer.
func (p *Provider) misbehave(ctx context.Context, c *call, m mutation.Answer) (answer, bool) {
	if !wait(ctx, m.Delay) || m.Close {
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
		a = answer{http.StatusOK, http.Header{"Content-Type": {m.ContentType}}, m.Body}
	case m.Redirect:
		a = answer{http.StatusTemporaryRedirect, http.Header{"Location": {"http://" + p.Addr() + c.request.URL.Path}}, nil}
	case m.WithVI:
		a = p.withVI(c, a)
	}
	if m.Status != 0 {
		a.status = m.Status
	}
	if len(m.Header) > 0 {
		a.header = a.header.Clone()
		maps.Copy(a.header, m.Header)
	}
	return a, true
}

// wait waits on the wall clock; false when the caller went away.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// withVI puts a Security header with a VI of ours into the application's answer (A06).
func (p *Provider) withVI(c *call, a answer) answer {
	body, err := bodyContent(a.body)
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
	a.body = raw
	return a
}

// plainFault answers with a fault that no flaw touches: the conduct is the only departure.
func (p *Provider) plainFault(c *call, f soap.Fault) answer {
	f.SOAP = versionOf(c)
	return answer{f.Status(), soapHeader(f.SOAP), f.Bytes()}
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
