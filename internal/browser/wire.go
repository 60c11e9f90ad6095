package browser

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/candidate"
)

// wire makes one request at a time, and knows nothing of cookies.
type wire struct {
	options   Options
	transport *http.Transport
}

func newWire(o Options) *wire {
	w := &wire{options: o}
	w.transport = &http.Transport{
		DialContext: w.dial, DialTLSContext: w.dialTLS, TLSHandshakeTimeout: o.Patience,
		ResponseHeaderTimeout: o.Patience, MaxResponseHeaderBytes: 256 << 10, MaxIdleConnsPerHost: 2,
	}
	return w
}

// dial connects to the address that stands for a host.
func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if to, ok := w.standIn(address); ok {
		address = to
	}
	return candidate.Guarded(net.Dialer{Timeout: w.options.Patience})(ctx, network, address)
}

// standIn is the address that stands for a host, where one does.
func (w *wire) standIn(address string) (to string, ok bool) {
	if to, ok = w.options.Dial[address]; ok {
		return to, true
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return "", false
	}
	to, ok = w.options.Dial[host]
	return to, ok
}

// dialTLS connects and shakes hands, with the client certificate that the person has for the host.
func (w *wire) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	raw, err := w.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	config := &tls.Config{RootCAs: w.options.Roots, ServerName: host, MinVersion: tls.VersionTLS12}
	for _, name := range []string{address, host} {
		if certificate, ok := w.options.Certificates[name]; ok {
			config.Certificates = []tls.Certificate{certificate}
			break
		}
	}
	conn := tls.Client(raw, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, err
	}
	return conn, nil
}

// headerOf are the headers that a browser sends with a request.
func headerOf(r Request, to *url.URL) http.Header {
	header := http.Header{
		"User-Agent": {"Mozilla/5.0 (Etalon)"}, "Accept": {"text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}, "Accept-Language": {"fr,en;q=0.5"},
	}
	if r.Method == http.MethodPost {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	from, err := url.Parse(r.From)
	if r.From == "" || err != nil {
		return header
	}
	origin := from.Scheme + "://" + from.Host
	same := from.Host == to.Host && from.Scheme == to.Scheme
	if r.Method == http.MethodPost {
		header.Set("Origin", origin)
	}
	switch { // the default is strict-origin-when-cross-origin (Referrer Policy §3, Fetch "append a request Origin header")
	case r.policy == "no-referrer", r.policy == "same-origin" && !same:
		if r.Method == http.MethodPost {
			header.Set("Origin", "null")
		}
	case from.Scheme == "https" && to.Scheme != "https":
	case same && r.policy != "origin":
		header.Set("Referer", r.From)
	default:
		header.Set("Referer", origin+"/")
	}
	return header
}

// exchange makes one request and reads its answer, up to the limit.
func (w *wire) exchange(ctx context.Context, r Request, to *url.URL, header http.Header) (Hop, error) {
	for _, host := range []string{to.Host, to.Hostname()} {
		for name, values := range w.options.Headers[host] {
			header[name] = values
		}
	}
	body := string(r.raw)
	if r.Method == http.MethodPost && r.raw == nil {
		body = r.Form.Encode()
	}
	hop := Hop{Method: r.Method, URL: r.URL, RequestHeader: header, RequestBody: []byte(r.told())}
	bounded, cancel := context.WithTimeout(ctx, w.options.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(bounded, r.Method, r.URL, strings.NewReader(body))
	if err != nil {
		hop.Err = err
		return hop, &Trouble{Kind: ErrBadRedirect, URL: told(r.URL), Err: err}
	}
	request.Header = header.Clone()
	answer, err := w.transport.RoundTrip(request)
	if err != nil {
		hop.Err = err
		return hop, w.unreachable(ctx, r, err)
	}
	defer func() { _ = answer.Body.Close() }()
	hop.Status, hop.Header, hop.TLS = answer.StatusCode, answer.Header, answer.TLS
	hop.Body, err = w.read(answer.Body)
	if err != nil {
		hop.Err = err
		if trouble, ok := err.(*Trouble); ok {
			trouble.URL = told(r.URL)
			return hop, trouble
		}
		return hop, w.unreachable(ctx, r, err)
	}
	return hop, nil
}

// unreachable tells of a host that did not answer, or that is barred (rule 10), unless it is the caller who gave up.
func (w *wire) unreachable(ctx context.Context, r Request, err error) error {
	var barred *candidate.BarredError
	if errors.As(err, &barred) {
		given, _, _ := strings.Cut(cmp.Or(r.From, r.URL), "?")
		return &Trouble{Kind: ErrBarred, URL: told(given), Detail: brief(barred.Host), Err: barred}
	}
	if ours(ctx, err) || ctx.Err() != nil {
		return fmt.Errorf("browse %s: %w", told(r.URL), ctx.Err())
	}
	return &Trouble{Kind: ErrUnreachable, URL: told(r.URL), Err: err}
}

// read reads a body up to the limit.
func (w *wire) read(body io.Reader) ([]byte, error) {
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(body, int64(w.options.MaxPage)+1))
	if err != nil {
		return b.Bytes(), err
	}
	if n > int64(w.options.MaxPage) {
		return b.Bytes()[:w.options.MaxPage], &Trouble{Kind: ErrPageTooLarge, Detail: fmt.Sprint(w.options.MaxPage)}
	}
	return b.Bytes(), nil
}

// told is the body of a request without the secret that a person typed (rule 9).
func (r Request) told() string {
	if r.Method != http.MethodPost || r.raw != nil {
		return string(r.raw)
	}
	if r.secret == "" || !r.Form.Has(r.secret) {
		return r.Form.Encode()
	}
	shown := url.Values{}
	for name, values := range r.Form {
		shown[name] = values
	}
	shown.Set(r.secret, "(secret)")
	return shown.Encode()
}
