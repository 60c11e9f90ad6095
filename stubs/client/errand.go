package client

import (
	"bytes"
	"context"
	"net/http"
	"net/url"

	"golang.org/x/net/html"

	"etalon/internal/bench"
	"etalon/internal/mutation"
	"etalon/internal/sso"
)

// Errand is what a person's browser does at a web application beside presenting a Response, or a member of a sphere on
// the back channel: one request, and the redirections of that host.
type Errand struct {
	Method string // GET when empty
	URL    *url.URL
	// Body is posted as ContentType.
	Body        []byte
	ContentType string
	Browser     *Browser // a fresh one when nil
	RequestID   string
	// Certified opens the link with the organism's own certificate, as a back channel wants it.
	Certified bool
}

// Run does an errand. The exchange tells of its last hop; the error is ours.
func (l *Link) Run(ctx context.Context, e Errand) (Exchange, error) {
	t := &trip{client: l.bare, browser: e.Browser, call: Call{
		Endpoint: e.URL, RequestID: e.RequestID, Visit: &Visit{Transport: sso.TransportBrowserPost, Page: e.URL},
	}}
	x := Exchange{Started: bench.Wall()}
	if e.Certified {
		t.client = l.honest
		var err error
		if x.Ours, err = l.config.Bench.PKI.Credential(l.linkCredential(mutation.Conduct{})); err != nil {
			return x, err
		}
	}
	if t.browser == nil {
		t.browser = NewBrowser()
	}
	header, method := t.header(), e.Method
	if e.ContentType != "" {
		header.Set("Content-Type", e.ContentType)
	}
	if method == "" {
		method = http.MethodGet
	}
	first, err := t.request(ctx, method, e.URL.String(), header, e.Body)
	if err != nil {
		return x, err
	}
	if next, ok := t.next(first); ok {
		if _, err := t.follow(ctx, http.MethodGet, next, t.header()); err != nil {
			return x, err
		}
	}
	x.Finished, x.Hops = bench.Wall(), t.hops
	x.Tell(t.hops[len(t.hops)-1])
	return x, nil
}

// Endless tells that a visit or an errand was redirected until it was given up.
func (x *Exchange) Endless() bool { return len(x.Hops) >= maxHops }

// Departure is where an answer sends a browser with a SAML message.
type Departure struct {
	// URL is the address; with Form that of a form to post, without it that of a redirection.
	URL  *url.URL
	Form url.Values
}

// Incoming is the message as its receiver gets it.
func (d Departure) Incoming() sso.Incoming {
	if d.Form != nil {
		return sso.Incoming{Method: http.MethodPost, Form: d.Form, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}
	}
	return sso.Incoming{Method: http.MethodGet, Query: d.URL.Query(), RawQuery: d.URL.RawQuery, Header: http.Header{}}
}

// Has tells whether the message is in that parameter.
func (d Departure) Has(parameter string) bool {
	return d.Form.Has(parameter) || d.Form == nil && d.URL.Query().Has(parameter)
}

// RelayState came along with the message.
func (d Departure) RelayState() string {
	if d.Form != nil {
		return d.Form.Get(sso.ParameterRelayState)
	}
	return d.URL.Query().Get(sso.ParameterRelayState)
}

// Host is where the request went.
func (h Hop) Host() string {
	at, err := url.Parse(h.URL)
	if err != nil {
		return ""
	}
	return at.Host
}

// Departure reads where an answer sends the browser with a SAML message; false when it does not.
func (h Hop) Departure() (Departure, bool) {
	from, err := url.Parse(h.URL)
	if err != nil {
		return Departure{}, false
	}
	if location := h.ResponseHeader.Get("Location"); location != "" && h.Status >= 300 && h.Status <= 399 {
		to, err := from.Parse(location)
		d := Departure{URL: to}
		return d, err == nil && (d.Has(sso.ParameterRequest) || d.Has(sso.ParameterResponse))
	}
	action, form, found := samlForm(h.Response)
	if !found {
		return Departure{}, false
	}
	to, err := from.Parse(action)
	return Departure{URL: to, Form: form}, err == nil
}

// samlForm finds the form of a page that bears a SAML message.
func samlForm(page []byte) (action string, form url.Values, found bool) {
	tokens := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			return action, form, false
		}
		t := tokens.Token()
		attribute := func(name string) string {
			for _, a := range t.Attr {
				if a.Key == name {
					return a.Val
				}
			}
			return ""
		}
		switch {
		case kind == html.EndTagToken && t.Data == "form":
			if form.Has(sso.ParameterRequest) || form.Has(sso.ParameterResponse) {
				return action, form, true
			}
		case kind == html.StartTagToken && t.Data == "form":
			action, form = attribute("action"), url.Values{}
		case form != nil && t.Data == "input" && attribute("name") != "":
			form.Add(attribute("name"), attribute("value"))
		}
	}
}
