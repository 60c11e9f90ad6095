package gateway

import (
	"bytes"
	"context"
	"etalon/internal/mutation"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxResponse    = 8 << 20
	backendTimeout = 20 * time.Second
	idleTimeout    = 2 * time.Minute
)

// Headers by which the application learns who calls; those of a partner are dropped. Values are
// percent-encoded UTF-8.
const (
	HeaderIssuer = "X-Interops-Issuer"
	HeaderUser   = "X-Interops-User"
	HeaderPAGM   = "X-Interops-Pagm"
)

// Answer is what goes back to a partner.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Altered is the answer with the status and the headers that a conduct wants.
func (a Answer) Altered(m mutation.Answer) Answer {
	if m.Status != 0 {
		a.Status = m.Status
	}
	if len(m.Header) > 0 {
		a.Header = a.Header.Clone()
		maps.Copy(a.Header, m.Header)
	}
	return a
}

// Application is what stands behind a gateway.
type Application struct{ client *http.Client }

// NewApplication prepares the calls to an application; none is made yet.
func NewApplication() *Application {
	return &Application{&http.Client{
		Timeout:       backendTimeout,
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16, IdleConnTimeout: idleTimeout},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close ends the idle connections.
func (a *Application) Close() { a.client.CloseIdleConnections() }

// Call makes a request as it is, and returns the application's answer but for the headers of the connection. It
// refuses an answer that is too long.
func (a *Application) Call(ctx context.Context, method, target string, header http.Header, body []byte) (Answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return Answer{}, fmt.Errorf("call application: %w", err)
	}
	r.Header = header
	response, err := a.client.Do(r)
	if err != nil {
		return Answer{}, fmt.Errorf("call application: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxResponse+1))
	if err != nil {
		return Answer{}, fmt.Errorf("read application's answer: %w", err)
	}
	if len(raw) > maxResponse {
		return Answer{}, fmt.Errorf("read application's answer: longer than %d bytes", maxResponse)
	}
	return Answer{response.StatusCode, EndToEnd(response.Header), raw}, nil
}

// CheckBackend refuses an address at which no application can be.
func CheckBackend(address string) error {
	if u, err := url.Parse(address); err != nil || u.Host == "" {
		return fmt.Errorf("read backend address %q: want http://host:port/path", address)
	}
	return nil
}

// Forwarded are the headers of the call to the application: the partner's, but those that a gateway must
// not pass on, and who calls.
func Forwarded(partner http.Header, request, issuer, user string, pagm []string) http.Header {
	h := EndToEnd(partner)
	for name := range h {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "x-interops-") || strings.HasPrefix(lower, "x-ssl-") || strings.HasPrefix(lower, "x-forwarded-") {
			h.Del(name)
		}
	}
	h.Set("X-Request-Id", request)
	h.Set(HeaderIssuer, url.PathEscape(issuer))
	h.Set(HeaderUser, url.PathEscape(user))
	h.Set(HeaderPAGM, url.PathEscape(strings.Join(pagm, " ")))
	return h
}

// hopByHop are the headers of one connection, not of the message (RFC 9110 §7.6.1), and those that the
// next connection writes anew.
var hopByHop = []string{
	"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade", "Content-Length", "Host", "Accept-Encoding", "Date",
}

// EndToEnd returns a copy of h without the headers of the connection.
func EndToEnd(h http.Header) http.Header {
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

// maxRequestID bounds the identifiers that a trace repeats.
const maxRequestID = 128

// RequestID returns the X-Request-Id that came, when it is one that a trace and an answer may repeat; else "".
func RequestID(h http.Header) string {
	id := h.Get("X-Request-Id")
	printable := func(c rune) bool { return c <= ' ' || c > '~' }
	if len(id) > maxRequestID || strings.ContainsFunc(id, printable) {
		return ""
	}
	return id
}
