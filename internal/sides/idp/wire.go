package idp

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/redact"
	"etalon/internal/verdict"
)

// Limits of what is read of a provider: a real document has some 3,000 characters, a real set of keys fewer than 20,000.
const (
	maxDocument  = 1 << 20
	maxRedirects = 5
)

// call is one request of Pro Santé Connect to the provider, and its answer.
type call struct {
	method, url string
	form        url.Values // of a POST
	header      http.Header
	ours        pki.Credential // the certificate shown; none when empty

	status int
	answer http.Header
	body   []byte // at most maxDocument
	large  bool   // there was more
	tls    *tls.ConnectionState
	err    error
	wrote  bool // the request went out whole
	// read is when the answer came, by the protocol clock.
	read time.Time
}

// wire makes such calls. Redirects are not followed: a provider that sends its client away says so.
type wire struct {
	side  *Side
	plain *http.Client
}

func newWire(s *Side) *wire {
	return &wire{side: s, plain: s.client(pki.Credential{})}
}

// client is an HTTP client that shows a certificate.
func (s *Side) client(ours pki.Credential) *http.Client {
	return bench.Link{Roots: s.run.Bench.RootPool(), Dial: candidate.Guarded(net.Dialer{}), Own: ours, Patience: s.run.Patience, Kept: 8, Stays: true}.Client()
}

// make makes one call.
func (w *wire) make(ctx context.Context, c *call) {
	client := w.plain
	if len(c.ours.Chain) > 0 {
		client = w.side.client(c.ours)
		defer client.CloseIdleConnections()
	}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(info httptrace.WroteRequestInfo) { c.wrote = info.Err == nil }})
	request, err := http.NewRequestWithContext(ctx, c.method, c.url, strings.NewReader(c.form.Encode()))
	if err != nil {
		c.err = err
		return
	}
	if c.method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	request.Header.Set("Accept", "application/json")
	for name, values := range c.header {
		request.Header[name] = values
	}
	c.header = request.Header
	answer, err := client.Do(request)
	c.read = w.side.run.Bench.Clock.Now()
	if err != nil {
		c.err = err
		return
	}
	defer func() { _ = answer.Body.Close() }()
	c.status, c.answer, c.tls = answer.StatusCode, answer.Header, answer.TLS
	c.body, c.err = io.ReadAll(io.LimitReader(answer.Body, maxDocument+1))
	if len(c.body) > maxDocument {
		c.body, c.large = c.body[:maxDocument], true
	}
}

// told says in a word what came of a call, without what lets in: that word stands in findings and reasons (rule 9).
func (c *call) told() string {
	switch {
	case c.err != nil && c.status == 0:
		return c.err.Error()
	case c.err != nil:
		return fmt.Sprintf("HTTP %d, %s", c.status, c.err)
	case c.large:
		return fmt.Sprintf("HTTP %d, > %d octets", c.status, maxDocument)
	case c.status >= 300 && c.status < 400:
		return fmt.Sprintf("HTTP %d → %s", c.status, redact.Bare(c.answer.Get("Location")))
	}
	return fmt.Sprintf("HTTP %d %s", c.status, gist(c.body, c.answer.Get("Content-Type")))
}

// timedOut tells that no answer came in time: that proves nothing.
func (c *call) timedOut() bool {
	var slow interface{ Timeout() bool }
	return errors.Is(c.err, context.DeadlineExceeded) || errors.As(c.err, &slow) && slow.Timeout()
}

// silent tells that no answer came: that proves nothing either, of what the answer says.
func (c *call) silent() bool { return c.timedOut() || c.err != nil && c.status == 0 }

// barred is why nothing was sent, where the address is one that is never reached (rule 10); nil otherwise.
func (c *call) barred() *candidate.BarredError { return barredIn(c.err) }

func barredIn(err error) *candidate.BarredError {
	var barred *candidate.BarredError
	errors.As(err, &barred)
	return barred
}

// barredBy is the reason for which nothing is asked of what gives an address, which leads to a barred host.
func barredBy(given string, b *candidate.BarredError) verdict.Reason {
	return verdict.Reason{Key: verdict.ReasonBarred, Args: []string{given, b.Host, b.Of}}
}

// cannotFor leaves a case open for a reason.
func (p *part) cannotFor(why verdict.Reason) error { return p.Cannot(why.Key, why.Args...) }

// alerted tells that the provider broke the link off by an alert of TLS: that is an answer.
func (c *call) alerted() bool {
	var broken *net.OpError
	return errors.As(c.err, &broken) && broken.Op == "remote error"
}

// unanswered notes why a service gave no answer, which proves nothing (rule 1); false when it gave one.
func (p *part) unanswered(name string, c *call) bool {
	switch {
	case c.barred() != nil:
		_ = p.cannotFor(barredBy(name, c.barred()))
	case c.timedOut():
		_ = p.Cannot(verdict.ReasonTimeout, name, c.told())
	case c.silent():
		_ = p.Cannot(verdict.ReasonUnreachable, name, c.url, c.told())
	default:
		return false
	}
	return true
}

// document reads a document by GET, after a few redirects.
func (w *wire) document(ctx context.Context, address string) (c *call, went []string) {
	for {
		c = &call{method: http.MethodGet, url: address}
		w.make(ctx, c)
		w.side.guesses(c.answer, c.read)
		location := ""
		if c.err == nil && c.status >= 300 && c.status < 400 {
			location = c.answer.Get("Location")
		}
		base, err := url.Parse(address)
		if location == "" || err != nil || len(went) > maxRedirects {
			return c, went
		}
		to, err := base.Parse(location)
		if err != nil || to.Scheme != "https" {
			return c, append(went, location)
		}
		address = to.String()
		went = append(went, address)
	}
}

const httpMessage = "message/http"

// keep records a call.
func (p *part) keep(label string, c *call) verdict.Exchange {
	e := verdict.Exchange{Label: label, From: "harness", Status: c.status, TLS: p.Link(c.tls, c.ours)}
	p.Veil.LearnHeader(c.answer)
	e.Request = p.Evidence(message(c.method+" "+c.url+" HTTP/1.1", p.Run.Bench.Redactor.Header(c.header), []byte(c.form.Encode())), httpMessage)
	if c.err != nil {
		e.Error = c.err.Error()
	}
	if c.status > 0 {
		e.Response = p.Evidence(message(fmt.Sprintf("HTTP/1.1 %d %s", c.status, http.StatusText(c.status)), p.Run.Bench.Redactor.Header(c.answer), c.body), httpMessage)
	}
	p.Keep(e)
	return e
}

// proof is the evidence of an exchange.
func proof(e verdict.Exchange) []string {
	if e.Response != "" {
		return []string{e.Request, e.Response}
	}
	return []string{e.Request}
}

// message writes a message as HTTP/1.1 would.
func message(first string, header http.Header, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\r\n", first)
	_ = header.Write(&b) // a buffer takes every write
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}
