package idp

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// The labels of exchanges, as the catalogue of texts has them.
const (
	labelBefore     = "honest"
	labelAfter      = "closing"
	labelTrial      = "sign-in"
	labelAgain      = "sign-in-again"
	labelDiscovery  = "discovery"
	labelKeys       = "keys"
	labelExchange   = "code-exchange"
	labelUserInfo   = "userinfo"
	labelFarewell   = "farewell"
	labelIndicators = "indicators"
	labelTraces     = "sign-in-traces"
	labelEndpoint   = "endpoint"
)

// navigator is the browser of one person.
type navigator interface {
	Get(ctx context.Context, address string) (browser.Page, error)
	Answer(ctx context.Context, page browser.Page, values map[string]string, secret string) (browser.Page, error)
	Agree(ctx context.Context, page browser.Page, values map[string]string) (browser.Page, error)
	Hold(held func(browser.Request) bool)
	Close() error
}

// part is a scenario's part of the side: its browsers, and what it saw.
type part struct {
	*scenario.World
	side *Side

	browsers  []navigator
	clockOwed bool
	noLogout  bool // the provider announces none

	door   *door     // whose documents are judged
	nav    navigator // of the person of the trial, once there is one
	who    someone
	last   *signIn   // what outcomes are about
	first  *signIn   // the login before it, in the same browser
	origin *signIn   // the last login that the person made before the one at hand
	all    []*signIn // those of a sentence about several
	// answered are the answers of the trial to what is no login.
	answered *call
	shown    verdict.Exchange // the evidence of it
}

// part is a new scenario's part.
func (s *Side) part(w *scenario.World) *part {
	w.Veil.HideTokens()
	return &part{World: w, side: s, who: s.usual(), door: s.doors[s.usual().establishment]}
}

// sit gives a person a browser without any cookie.
func (p *part) sit(ctx context.Context, way candidate.SignIn) (navigator, error) {
	options := browser.Options{Roots: p.Run.Bench.RootPool(), Patience: p.Run.Patience}
	if way.Browser != candidate.BrowserChromium {
		nav := browser.New(options)
		p.browsers = append(p.browsers, nav)
		return nav, nil
	}
	nav, err := browser.NewChromium(ctx, options)
	if err != nil {
		return nil, err
	}
	p.browsers = append(p.browsers, nav)
	return nav, nil
}

// finish ends the browsers of the scenario.
func (p *part) finish() {
	for _, nav := range p.browsers {
		_ = nav.Close()
	}
	p.browsers = nil
}

// keepWay records the way of a browser, as one conversation.
func (p *part) keepWay(label string, hops []browser.Hop, err error) verdict.Exchange {
	var b bytes.Buffer
	redactor := p.Run.Bench.Redactor
	for _, hop := range hops {
		b.Write(message(hop.Method+" "+hop.URL+" HTTP/1.1", redactor.Header(hop.RequestHeader), hop.RequestBody))
		fmt.Fprintf(&b, "\r\n\r\n")
		if hop.Status > 0 {
			page := p.Veil.Bytes(hop.Body) // before it is cut, for a secret stands there whole
			b.Write(message(fmt.Sprintf("HTTP/1.1 %d %s", hop.Status, http.StatusText(hop.Status)), redactor.Header(hop.Header), page[:min(len(page), maxShownPage)]))
		}
		fmt.Fprintf(&b, "\r\n\r\n")
	}
	e := verdict.Exchange{Label: label, From: "harness", Request: p.Evidence(b.Bytes(), "text/plain; charset=utf-8")}
	if len(hops) > 0 {
		last := hops[len(hops)-1]
		e.Status, e.TLS = last.Status, pki.LinkFacts(last.TLS, noCertificate)
	}
	if err != nil {
		e.Error = err.Error()
	}
	p.Keep(e)
	return e
}

// maxShownPage is how much of a page is kept.
const maxShownPage = 32 << 10

// wait bounds one way of a browser, of several pages.
func (p *part) wait() time.Duration { return 3 * p.Run.Patience }
