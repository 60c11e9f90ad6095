package provider

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"etalon/internal/soap"
)

const (
	maxResponse    = 8 << 20
	backendTimeout = 20 * time.Second
)

// Headers by which the application learns who calls; those of a partner are dropped. Values are
// percent-encoded UTF-8.
const (
	headerIssuer = "X-Interops-Issuer"
	headerUser   = "X-Interops-User"
	headerPAGM   = "X-Interops-Pagm"
)

func newBackendClient() *http.Client {
	return &http.Client{
		Timeout:       backendTimeout,
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16, IdleConnTimeout: idleTimeout},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ask calls the application with an accepted message and returns its answer unchanged (A05, A06).
func (p *Provider) ask(ctx context.Context, c *call) answer {
	if c.asked != nil {
		return *c.asked
	}
	a, err := p.application(ctx, c)
	if err != nil {
		p.config.Log.Error("application injoignable", "requete", c.id, "cause", err.Error())
		a = p.fault(c, unavailable())
	}
	p.policy.relay(&a, c)
	c.asked = &a
	return a
}

// application makes the call.
func (p *Provider) application(ctx context.Context, c *call) (answer, error) {
	message, err := soap.Strip(c.raw)
	if err != nil && !p.policy.unread {
		return answer{}, err
	}
	if err != nil {
		message = c.raw
	}
	message = p.policy.forward(message)
	if p.config.Backend == "" {
		return echo(c, message), nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.config.Backend, bytes.NewReader(message))
	if err != nil {
		return answer{}, fmt.Errorf("call application: %w", err)
	}
	r.Header = forwarded(c)
	response, err := p.backend.Do(r)
	if err != nil {
		return answer{}, fmt.Errorf("call application: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxResponse+1))
	if err != nil {
		return answer{}, fmt.Errorf("read application's answer: %w", err)
	}
	if len(body) > maxResponse {
		return answer{}, fmt.Errorf("read application's answer: longer than %d bytes", maxResponse)
	}
	return answer{response.StatusCode, endToEnd(response.Header), body}, nil
}

// forwarded are the headers of the call to the application: the partner's, but those that a gateway must
// not pass on, and who calls.
func forwarded(c *call) http.Header {
	h := endToEnd(c.request.Header)
	for name := range h {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "x-interops-") || strings.HasPrefix(lower, "x-ssl-") || strings.HasPrefix(lower, "x-forwarded-") {
			h.Del(name)
		}
	}
	h.Set("X-Request-Id", c.id)
	h.Set(headerIssuer, url.PathEscape(c.judged.VI.Issuer))
	h.Set(headerUser, url.PathEscape(c.judged.VI.NameID.Value))
	h.Set(headerPAGM, url.PathEscape(strings.Join(c.judged.VI.PAGM, " ")))
	return h
}

// hopByHop are the headers of one connection, not of the message (RFC 9110 §7.6.1), and those that the
// next connection writes anew.
var hopByHop = []string{
	"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade", "Content-Length", "Host", "Accept-Encoding", "Date",
}

// endToEnd returns a copy of h without the headers of the connection.
func endToEnd(h http.Header) http.Header {
	out := h.Clone()
	for _, listed := range h["Connection"] {
		for name := range strings.SplitSeq(listed, ",") {
			out.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range hopByHop {
		out.Del(name)
	}
	return out
}
