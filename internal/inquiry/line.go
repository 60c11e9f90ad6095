package inquiry

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pivot"
	"etalon/internal/pki"
)

// LineConfig says who asks.
type LineConfig struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of who asks.
	Organism string
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
	// Timeout bounds one exchange on the wall clock; 20 s when zero.
	Timeout time.Duration
}

// Line asks other parties for their traces, and declares suspect behaviour to them. It may be shared.
type Line struct {
	party
	config LineConfig
	ids    io.Reader
}

// NewLine prepares a party that asks. It refuses an organism that the convention does not know or that has no keys.
func NewLine(c LineConfig) (*Line, error) {
	if c.Timeout == 0 {
		c.Timeout = 20 * time.Second
	}
	trust := &pki.Trust{
		Roots: c.Bench.Roots(), Revocation: &pki.Checker{HTTP: c.Revocation},
		FailOpen: c.Bench.Profile.TLS.Revocation == "fail-open",
	}
	p, err := newParty(c.Bench, c.Organism, trust)
	if err != nil {
		return nil, fmt.Errorf("ask for traces as %q: %w", c.Organism, err)
	}
	return &Line{*p, c, c.Bench.Seed.Source("line\x00" + c.Organism)}, nil
}

// Ask sends a demand to an organism and returns its answer, judged: signed by who was asked, about this demand, and
// about nothing else. What a demand leaves empty is filled: ID, From, To, Date, Motive, Kind. The error is ErrRefused
// when the other party refused it.
func (l *Line) Ask(ctx context.Context, at *url.URL, of interops.Organism, q interops.TraceRequest) (interops.TraceAnswer, error) {
	id, err := bench.NewID(l.ids)
	if err != nil {
		return interops.TraceAnswer{}, err
	}
	q.ID, q.From, q.To, q.Date = id, l.organism.Issuer, of.Issuer, l.now()
	if q.Motive == "" {
		q.Motive = interops.MotiveControl
	}
	if q.Kind == "" {
		q.Kind = interops.AllTraces
	}
	d, err := l.exchange(ctx, at, of, pivot.Document{Request: &q})
	if err != nil {
		return interops.TraceAnswer{}, fmt.Errorf("ask %s for traces: %w", of.Name, err)
	}
	if err := Fits(d, q); err != nil {
		return interops.TraceAnswer{}, fmt.Errorf("ask %s for traces: %w", of.Name, err)
	}
	return *d.Answer, nil
}

// Report declares suspect behaviour to an organism and returns its receipt. The error is ErrRefused when the other
// party refused the declaration.
func (l *Line) Report(ctx context.Context, at *url.URL, to interops.Organism, s interops.SuspicionReport) (interops.SuspicionReceipt, error) {
	id, err := bench.NewID(l.ids)
	if err != nil {
		return interops.SuspicionReceipt{}, err
	}
	s.ID, s.From, s.To, s.Date = id, l.organism.Issuer, to.Issuer, l.now()
	d, err := l.exchange(ctx, at, to, pivot.Document{Report: &s})
	if err == nil && (d.Receipt == nil || d.Receipt.ReportID != s.ID) {
		err = errors.New("the answer is no receipt of the declaration")
	}
	if err != nil {
		return interops.SuspicionReceipt{}, fmt.Errorf("declare to %s: %w", to.Name, err)
	}
	return *d.Receipt, nil
}

// Fits makes sure that a document is the answer to a demand, and tells of no VI that was not asked for (X14-N2).
func Fits(d pivot.Document, q interops.TraceRequest) error {
	switch {
	case d.Answer == nil:
		return errors.New("the answer is none to a demand")
	case d.Answer.RequestID != q.ID:
		return fmt.Errorf("the answer is to another demand: %q", d.Answer.RequestID)
	}
	if other, ok := Beyond(*d.Answer, q); ok {
		return fmt.Errorf("the answer tells of %q, which was not asked for", other)
	}
	return nil
}

// Beyond returns a VI that an answer tells of and the demand did not ask for.
func Beyond(a interops.TraceAnswer, q interops.TraceRequest) (string, bool) {
	asked := map[string]bool{}
	for _, vi := range q.VIs {
		asked[vi] = true
	}
	for _, v := range Told(a) {
		if len(q.VIs) > 0 && !asked[v] {
			return v, true
		}
	}
	return "", false
}

// Told lists the VIs that an answer tells of, one for each of its traces.
func Told(a interops.TraceAnswer) (vis []string) {
	for _, v := range a.Verifications {
		vis = append(vis, v.VI)
	}
	for _, t := range a.Applications {
		vis = append(vis, t.VI)
	}
	return vis
}

// exchange signs a document, posts it over mutual TLS and judges the document that comes back.
func (l *Line) exchange(ctx context.Context, at *url.URL, other interops.Organism, d pivot.Document) (pivot.Document, error) {
	signer, err := l.signer()
	if err != nil {
		return pivot.Document{}, err
	}
	raw, err := pivot.Draft{Document: d, Signer: signer}.Build()
	if err != nil {
		return pivot.Document{}, err
	}
	answer, err := l.post(ctx, at, other, raw)
	if err != nil {
		return pivot.Document{}, err
	}
	out, err := pivot.Read(answer)
	if err != nil {
		return pivot.Document{}, err
	}
	if out.From() != other.Issuer || out.To() != l.organism.Issuer {
		return pivot.Document{}, fmt.Errorf("the answer is from %q to %q", out.From(), out.To())
	}
	return out, l.judge(out, other)
}

// post sends a file to a party whose certificate the convention lists (X14).
func (l *Line) post(ctx context.Context, at *url.URL, other interops.Organism, raw []byte) ([]byte, error) {
	if at.Scheme != "https" {
		return nil, fmt.Errorf("the address %s is not protected: want https", at.Redacted())
	}
	credential, err := l.bench.PKI.Credential(l.organism.Name + "/tls")
	if err != nil {
		return nil, err
	}
	settings := pki.ClientConfig(credential, bench.Wall, func(chain []*x509.Certificate) error {
		if troubles := l.trust.VerifyServer(chain, at.Hostname(), bench.Wall()); len(troubles) > 0 {
			return troubles[0]
		}
		if !pki.Listed(other.TLS, chain[0], l.now()) {
			return fmt.Errorf("the convention does not list %q for %s", pki.Subject(chain[0]), other.Name)
		}
		return nil
	})
	settings.ServerName = at.Hostname()
	client := &http.Client{
		Timeout: l.config.Timeout,
		Transport: &http.Transport{
			DialContext: l.config.Bench.Dial, TLSClientConfig: settings, DisableKeepAlives: true,
			TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", pivot.ContentType)
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, pivot.MaxBytes+1))
	switch {
	case err != nil:
		return nil, err
	case answer.StatusCode < 200 || answer.StatusCode > 299:
		return nil, fmt.Errorf("%w: HTTP %d", ErrRefused, answer.StatusCode)
	}
	return body, nil
}
