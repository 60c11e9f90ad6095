package client

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/mutation"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// Visit is what a call is in modes P and S: a Response is taken to a web application, then a page of it is asked for
// with whatever session came of that. The page is asked for after a refusal too: no session may work then (P06).
type Visit struct {
	// Transport is how the Response travels; sso.TransportProxyPost when empty. Header names that of the transport header.
	Transport, Header string
	RelayState        string
	// Destination is whom the Response names; the call's endpoint when empty.
	Destination string
	// InResponseTo is the request that the Response answers; none when empty.
	InResponseTo string
	// Page is the page asked for, by Method, GET when empty; Success is a text that is in it when it is served.
	Page            *url.URL
	Method, Success string
	// Browser is that of the person; a fresh one when nil.
	Browser *Browser
	// Alone asks for the page without taking any Response (P07).
	Alone bool
}

// Hop is one request of a visit.
type Hop struct {
	Method, URL    string
	RequestHeader  http.Header
	Request        []byte
	Status         int
	ResponseHeader http.Header
	Response       []byte
	TLS            *tls.ConnectionState
	Err            error
}

// maxHops bounds the redirections that a visit follows.
const maxHops = 12

// visit takes the Response to the provider, then asks for the page.
func (l *Link) visit(ctx context.Context, c Call, conduct mutation.Conduct, h mutation.Honest, x Exchange) (Exchange, error) {
	if l.browsed(c, conduct) {
		conduct.ClientCertificate = mutation.Absent
	}
	client, release, err := l.clientFor(conduct)
	if err != nil {
		return x, err
	}
	defer release()
	if conduct.ClientCertificate != mutation.Absent && !conduct.Plain {
		if x.Ours, err = l.config.Bench.PKI.Credential(l.linkCredential(conduct)); err != nil {
			return x, err
		}
	}
	trip := &trip{client: client, browser: c.Visit.Browser, call: c, conduct: conduct}
	if trip.browser == nil {
		trip.browser = NewBrowser()
	}
	if !c.Visit.Alone {
		if x.Message, x.Twin, err = l.build(c, conduct, h); err != nil {
			return x, err
		}
	}
	if err := trip.make(ctx, x.Message); err != nil {
		return x, err
	}
	x.Finished, x.Hops, x.Served = bench.Wall(), trip.hops, trip.served
	switch {
	case x.Twin == nil:
	case c.Visit.Transport == sso.TransportHeader:
		x.Twin = nil // the request has no body to compare
	default:
		x.Twin = []byte(sso.ResponseForm(x.Twin, c.Visit.RelayState).Encode())
	}
	x.Tell(trip.telling())
	return x, nil
}

// browsed tells that the message goes through a browser, which has no certificate of its own.
func (l *Link) browsed(c Call, conduct mutation.Conduct) bool {
	return c.Visit.Transport == sso.TransportBrowserPost && conduct.ClientCertificate == "" && conduct.LinkOrganism == ""
}

// Refused tells that the Response of a visit was answered by a refusal, whatever came of the page.
func (x *Exchange) Refused() bool {
	return x.Message != nil && len(x.Hops) > 0 && x.Hops[0].Status >= 400
}

// Tell makes one hop the exchange's own.
func (x *Exchange) Tell(h Hop) {
	x.Method, x.URL, x.RequestHeader, x.Request = h.Method, h.URL, h.RequestHeader, h.Request
	x.Status, x.ResponseHeader, x.Response, x.TLS, x.Err = h.Status, h.ResponseHeader, h.Response, h.TLS, h.Err
}

// response makes the Response that the visit takes along.
func (l *Link) response(c Call, conduct mutation.Conduct, hooks *saml.Hooks) ([]byte, error) {
	vi, signer, err := l.issued(c, conduct)
	if err != nil {
		return nil, err
	}
	if c.Visit.InResponseTo != "" {
		vi.Confirmation.InResponseTo = c.Visit.InResponseTo
	}
	b := l.config.Bench
	d := &sso.Draft{
		VI: vi, ID: vi.ID + "-reponse", Destination: cmp.Or(c.Visit.Destination, c.Endpoint.String()), InResponseTo: c.Visit.InResponseTo,
		Signer: signer, Profile: b.Profile, Credential: b.PKI.Credential, Now: c.Now, // no Rand: as for SOAP
	}
	if c.SignResponse {
		d.ResponseSigner = &signer
	}
	switch {
	case hooks != nil:
		d.Hooks = *hooks
	case c.Form != nil:
		d.Hooks.Form = c.Form
	}
	return d.Build()
}

// trip is a visit on its way.
type trip struct {
	client  *http.Client
	browser *Browser
	call    Call
	conduct mutation.Conduct
	hops    []Hop
	taken   int // hops that took the Response along, the redirections that followed included
	served  bool
}

// make presents the Response, then asks for the page. The error is ours.
func (t *trip) make(ctx context.Context, message []byte) error {
	v := t.call.Visit
	header, page := t.header(), *v.Page
	switch {
	case v.Alone:
	case v.Transport == sso.TransportHeader && t.conduct.VIInQuery:
		query := page.Query()
		query[sso.ParameterResponse] = t.values(message)
		page.RawQuery = query.Encode()
	case v.Transport == sso.TransportHeader:
		name := cmp.Or(v.Header, sso.HeaderResponse)
		header[http.CanonicalHeaderKey(name)] = t.values(message)
	default:
		if err := t.post(ctx, message); err != nil {
			return err
		}
		if t.taken = len(t.hops); t.hops[0].Err != nil {
			return nil // nobody heard: there is no session to try
		}
	}
	if t.conduct.Plain {
		page.Scheme = "http"
	}
	last, err := t.follow(ctx, cmp.Or(v.Method, http.MethodGet), page.String(), header)
	if err != nil {
		return err
	}
	arrived, err := url.Parse(last.URL)
	t.served = err == nil && last.Err == nil && last.Status >= 200 && last.Status <= 299 && v.shows(last.Response, arrived)
	return nil
}

// shows tells whether what was served is the page: by its sign, else by its address.
func (v *Visit) shows(body []byte, at *url.URL) bool {
	if v.Success != "" {
		return bytes.Contains(body, []byte(v.Success))
	}
	same := func(a, b string) bool { return strings.TrimSuffix(a, "/") == strings.TrimSuffix(b, "/") }
	return at.Host == v.Page.Host && same(at.Path, v.Page.Path)
}

// values is the Response as a header or a parameter carries it, once, or as the conduct has it.
func (t *trip) values(message []byte) []string {
	encoded := sso.Encode(message)
	switch d := t.conduct.Delivery; {
	case d != nil && d.Garbled:
		return []string{encoded[:len(encoded)/2] + "*" + encoded[len(encoded)/2:]}
	case d != nil && d.Twice:
		return []string{encoded, encoded}
	}
	return []string{encoded}
}

// post takes the Response to its receiving point in a form, and follows where that leads.
func (t *trip) post(ctx context.Context, message []byte) error {
	form := sso.ResponseForm(message, t.call.Visit.RelayState)
	form[sso.ParameterResponse] = t.values(message)
	header := t.header()
	header.Set("Content-Type", cmp.Or(t.conduct.ContentType, "application/x-www-form-urlencoded"))
	if d := t.conduct.Delivery; d != nil {
		if d.RelayState != "" {
			form.Set(sso.ParameterRelayState, strings.NewReplacer("%s", t.call.Visit.RelayState, "%h", t.call.Visit.Page.Host).Replace(d.RelayState))
		}
		if d.Ballast > 0 {
			form.Set("lest", strings.Repeat("a", d.Ballast))
		}
		if d.Origin != "" {
			header.Set("Origin", d.Origin)
			header.Set("Referer", d.Origin+"/")
			header.Set("Sec-Fetch-Site", "cross-site")
		}
	}
	target, body := *t.call.Endpoint, []byte(form.Encode())
	if t.conduct.Plain {
		target.Scheme = "http"
	}
	if t.conduct.VIInQuery {
		query := target.Query()
		for name, values := range form {
			query[name] = values
		}
		target.RawQuery, body = query.Encode(), nil
		header.Del("Content-Type")
	}
	first, err := t.request(ctx, cmp.Or(t.conduct.Method, http.MethodPost), target.String(), header, body)
	if err != nil {
		return err
	}
	if next, ok := t.next(first); ok {
		_, err = t.follow(ctx, http.MethodGet, next, t.header())
	}
	return err
}

// follow asks for an address and for those that it redirects to, on the hosts of the visit alone.
func (t *trip) follow(ctx context.Context, method, address string, header http.Header) (Hop, error) {
	for {
		hop, err := t.request(ctx, method, address, header, nil)
		if err != nil {
			return hop, err
		}
		next, ok := t.next(hop)
		if !ok {
			return hop, nil
		}
		method, address = http.MethodGet, next
	}
}

// next is where a hop redirects to by GET, when that is a place to go to: a browser that is led elsewhere is
// told by the address alone, and nobody else's host is ever asked.
func (t *trip) next(h Hop) (string, bool) {
	switch h.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		if h.Method != http.MethodGet {
			return "", false
		}
	default:
		return "", false
	}
	from, err := url.Parse(h.URL)
	if err != nil || len(t.hops) >= maxHops {
		return "", false
	}
	to, err := from.Parse(h.ResponseHeader.Get("Location"))
	if err != nil || to.User != nil || to.Scheme != from.Scheme || to.Host != t.call.Endpoint.Host && to.Host != t.call.Visit.Page.Host {
		return "", false
	}
	return to.String(), true
}

// header is what every request of the visit bears.
func (t *trip) header() http.Header {
	h := http.Header{"Accept": {"text/html,application/xhtml+xml"}}
	if t.call.RequestID != "" {
		h.Set("X-Request-Id", t.call.RequestID)
	}
	for name, values := range t.conduct.Header {
		h[name] = values
	}
	return h
}

// request makes one request of the visit.
func (t *trip) request(ctx context.Context, method, address string, header http.Header, body []byte) (Hop, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return Hop{}, err
	}
	request.Header = header.Clone()
	hop := Hop{Method: method, URL: address, Request: body}
	client := *t.client
	if client.Jar = t.browser; method == http.MethodPost && t.call.Visit.Transport == sso.TransportBrowserPost {
		client.Jar = t.browser.abroad()
	}
	answer, err := client.Do(request)
	if hop.RequestHeader = request.Header; err != nil {
		hop.Err = err
	} else {
		defer answer.Body.Close()
		hop.Status, hop.ResponseHeader, hop.TLS = answer.StatusCode, answer.Header, answer.TLS
		hop.Response, hop.Err = io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	}
	t.hops = append(t.hops, hop)
	return hop, nil
}

// telling is the hop that says how the visit went: the page where it was served or nothing else was asked, else the
// answer to the Response when that is a refusal.
func (t *trip) telling() Hop {
	last := t.hops[len(t.hops)-1]
	if t.taken == 0 || t.served {
		return last
	}
	if answer := t.hops[t.taken-1]; answer.Err != nil || answer.Status >= 400 {
		return answer
	}
	return last
}
