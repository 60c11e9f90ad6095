package browser

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"etalon/internal/redact"
)

// Options say what a person's browser has been given.
type Options struct {
	// Roots are the authorities that it trusts; the system's when nil.
	Roots *x509.CertPool
	// Certificates are client certificates by host, as in a URL (with the port, or without for every port).
	Certificates map[string]tls.Certificate
	// Dial gives the address to connect to instead of a host, as in a URL with or without its port.
	Dial map[string]string
	// Headers are sent with each request to the hosts named, as in a URL.
	Headers map[string]http.Header
	// Patience bounds one request; 20 s when zero.
	Patience time.Duration
	// MaxRedirects bounds the hops of one way, MaxPage the bytes of a page; 20 and 1 MiB when zero.
	MaxRedirects, MaxPage int
	// Watch is told of each hop as soon as it is over; nil for nobody.
	Watch func(Hop)
}

// Limits when the options set none.
const (
	DefaultPatience     = 20 * time.Second
	DefaultMaxRedirects = 20
	DefaultMaxPage      = 1 << 20
	sameRequest         = 3 // times, that make a loop
)

// Agent is the browser of one person: two share nothing. It is used by one goroutine at a time.
type Agent struct {
	options Options
	jar     *cookiejar.Jar
	wire    *wire
	hold    func(Request) bool
}

// New returns a browser without any cookie.
func New(o Options) *Agent {
	if o.Patience == 0 {
		o.Patience = DefaultPatience
	}
	if o.MaxRedirects == 0 {
		o.MaxRedirects = DefaultMaxRedirects
	}
	if o.MaxPage == 0 {
		o.MaxPage = DefaultMaxPage
	}
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		panic("browser: cookie jar: " + err.Error()) // New never fails
	}
	return &Agent{options: o, jar: jar, wire: newWire(o)}
}

// Close ends the browser's connections.
func (a *Agent) Close() error {
	a.wire.transport.CloseIdleConnections()
	return nil
}

// Hold makes the browser stop before each request of which held says so; nil lets all go. The page where it
// stopped has the request as Held: Send makes it, altered or not.
func (a *Agent) Hold(held func(Request) bool) { a.hold = held }

// Cookies returns those that the browser would send to a URL.
func (a *Agent) Cookies(address string) []*http.Cookie {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return a.jar.Cookies(u)
}

// SetCookies puts cookies into the browser, as an attacker near the person might (P06).
func (a *Agent) SetCookies(address string, cookies ...*http.Cookie) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("set cookies of %q: %w", address, err)
	}
	a.jar.SetCookies(u, cookies)
	return nil
}

// Get goes to an address and on from there, until a page stays. The error is a *Trouble, or the context's; the page
// holds the hops made so far all the same.
func (a *Agent) Get(ctx context.Context, address string) (Page, error) {
	return a.Send(ctx, Request{Method: http.MethodGet, URL: address})
}

// Post sends a form and goes on as Get does.
func (a *Agent) Post(ctx context.Context, address string, fields url.Values) (Page, error) {
	return a.Send(ctx, Request{Method: http.MethodPost, URL: address, Form: fields})
}

// Send makes a request, held back or made up, and goes on as Get does.
func (a *Agent) Send(ctx context.Context, r Request) (Page, error) {
	page := Page{}
	seen := map[string]int{}
	for redirects := 0; ; redirects++ {
		if redirects > 0 && a.hold != nil && a.hold(r) {
			page.Held = &r
			return page, nil
		}
		if err := a.limits(r, redirects, seen); err != nil {
			return page, err
		}
		hop, err := a.step(ctx, r)
		page.Hops = append(page.Hops, hop)
		if err != nil {
			return page, err
		}
		page.URL, page.Status, page.Header, page.Body = hop.URL, hop.Status, hop.Header, hop.Body
		next, ok, err := a.next(r, page)
		if err != nil || !ok {
			return page, err
		}
		next.policy = page.Header.Get("Referrer-Policy")
		r = next
	}
}

// limits refuses to go round in circles or on for ever.
func (a *Agent) limits(r Request, redirects int, seen map[string]int) error {
	if redirects > a.options.MaxRedirects {
		return &Trouble{Kind: ErrTooManyRedirects, URL: told(r.URL), Detail: fmt.Sprint(a.options.MaxRedirects)}
	}
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return &Trouble{Kind: ErrBadRedirect, URL: told(r.From), Detail: told(r.URL)}
	}
	key := r.Method + " " + r.URL + "\n" + r.Form.Encode() + "\n" + cookieLine(a.jar.Cookies(u))
	if seen[key]++; seen[key] >= sameRequest {
		return &Trouble{Kind: ErrLoop, URL: told(r.URL)}
	}
	return nil
}

// step makes one request with the person's cookies, and keeps those that come back.
func (a *Agent) step(ctx context.Context, r Request) (Hop, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return Hop{URL: r.URL, Err: err}, &Trouble{Kind: ErrBadRedirect, URL: told(r.URL), Err: err}
	}
	header := headerOf(r, u)
	if cookies := a.jar.Cookies(u); len(cookies) > 0 {
		header.Set("Cookie", cookieLine(cookies))
	}
	hop, err := a.wire.exchange(ctx, r, u, header)
	if hop.Status != 0 {
		a.jar.SetCookies(u, (&http.Response{Header: hop.Header}).Cookies())
	}
	if a.options.Watch != nil {
		a.options.Watch(hop)
	}
	return hop, err
}

// next reads where the answer leads on to by itself.
func (a *Agent) next(r Request, page Page) (Request, bool, error) {
	if location := page.Header.Get("Location"); location != "" && redirects(page.Status) {
		return follow(r, page.URL, location, page.Status)
	}
	d := page.document()
	base := page.base(d)
	if f, ok := d.next(); ok {
		next, err := f.request(base, page.URL, f.values())
		return next, err == nil, err
	}
	if d.refresh != "" {
		return follow(Request{Method: http.MethodGet, URL: r.URL}, base.String(), d.refresh, http.StatusSeeOther)
	}
	return Request{}, false, nil
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// follow is the request to which a redirect leads: 307 and 308 send the same again, the others read the new address.
func follow(r Request, at, location string, status int) (Request, bool, error) {
	base, err := url.Parse(at)
	if err != nil {
		return Request{}, false, &Trouble{Kind: ErrBadRedirect, URL: told(at), Err: err}
	}
	to, err := base.Parse(location)
	if err != nil {
		return Request{}, false, &Trouble{Kind: ErrBadRedirect, URL: told(at), Detail: told(location)}
	}
	to.Fragment = ""
	next := Request{Method: http.MethodGet, URL: to.String(), From: at}
	if status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect {
		next.Method, next.Form, next.secret = r.Method, r.Form, r.secret
	}
	return next, true, nil
}

// request is what submitting a form sends.
func (f form) request(base *url.URL, from string, values url.Values) (Request, error) {
	to, err := base.Parse(f.action)
	if err != nil {
		return Request{}, &Trouble{Kind: ErrBadRedirect, URL: told(from), Detail: told(f.action)}
	}
	to.Fragment = ""
	if f.method == http.MethodPost {
		return Request{Method: f.method, URL: to.String(), Form: values, From: from}, nil
	}
	to.RawQuery = values.Encode()
	return Request{Method: http.MethodGet, URL: to.String(), From: from}, nil
}

func cookieLine(cookies []*http.Cookie) string {
	parts := make([]string, len(cookies))
	for i, c := range cookies {
		parts[i] = c.Name + "=" + c.Value
	}
	return strings.Join(parts, "; ")
}

// brief keeps a partner's bytes short, and on one line.
func brief(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '·'
		}
		return r
	}, s)
	if len(s) > 200 {
		s = s[:200] + "…"
	}
	return strings.ToValidUTF8(s, "·")
}

// told is an address as trouble tells it: short, and without its query and fragment, which may hold what lets in.
func told(address string) string { return brief(redact.Bare(address)) }

// ours tells whether an error is the caller's own end of patience.
func ours(ctx context.Context, err error) bool { return ctx.Err() != nil && errors.Is(err, ctx.Err()) }
