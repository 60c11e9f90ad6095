package pki

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Bounds on what an authority's server may make us do.
const (
	fetchTimeout  = 5 * time.Second
	maxCRL        = 8 << 20
	maxOCSP       = 64 << 10
	maxSources    = 4        // addresses of each kind in one certificate
	maxCacheBytes = 32 << 20 // of answers kept
)

// Checker asks authorities whether certificates are revoked: OCSP first (RFC 6960), then CRL
// (RFC 5280 §5), at the http and https addresses that the certificate names. Sound answers are kept
// until their next update. A Checker may be used by several goroutines; its zero value is ready.
type Checker struct {
	// HTTP fetches; when nil, a client without proxy. Either way a fetch lasts five seconds at most.
	HTTP *http.Client
	// Allow tells which addresses may be fetched; loopback alone when nil. Others count as unreachable.
	Allow func(*url.URL) bool

	mu    sync.Mutex
	kept  map[string]*answer
	bytes int
}

// answer is what an authority said: about one certificate (OCSP) or about all (CRL).
type answer struct {
	from, until time.Time
	revoked     map[string]time.Time // by serial number, decimal
	size        int
}

// Check returns nil for a certificate that its issuer has not revoked, else one of PathRevoked,
// PathRevocationStale and PathRevocationUnreachable. The first source with a fresh answer decides; a
// certificate that names no source counts as unreachable, since revocation data are mandatory (T08).
func (c *Checker) Check(cert, issuer *x509.Certificate, at time.Time) *PathError {
	worst := &PathError{PathRevocationUnreachable, Subject(cert) + " names no OCSP responder and no CRL"}
	for i, ask := range c.sources(cert, issuer) {
		trouble := c.ask(ask, cert, at)
		if trouble == nil || trouble.Kind == PathRevoked {
			return trouble
		}
		if i == 0 || trouble.Kind == PathRevocationStale {
			worst = trouble
		}
	}
	return worst
}

// Agent is how a Checker names itself to those that it asks.
const Agent = "Etalon (revocation)"

// source is one address and the way to ask it.
type source struct {
	address string
	key     string // of the answer among those kept
	fetch   func() (*answer, error)
}

func (c *Checker) sources(cert, issuer *x509.Certificate) []source {
	var out []source
	digest := sha256.Sum256(issuer.Raw)
	for _, u := range cert.OCSPServer[:min(maxSources, len(cert.OCSPServer))] {
		key := fmt.Sprintf("ocsp %s %x %s", u, digest, cert.SerialNumber)
		out = append(out, source{u, key, func() (*answer, error) { return c.fetchOCSP(u, cert, issuer) }})
	}
	for _, u := range cert.CRLDistributionPoints[:min(maxSources, len(cert.CRLDistributionPoints))] {
		key := fmt.Sprintf("crl %s %x", u, digest)
		out = append(out, source{u, key, func() (*answer, error) { return c.fetchCRL(u, issuer) }})
	}
	return out
}

// ask gets the source's answer, kept or fetched, and reads it for the certificate.
func (c *Checker) ask(s source, cert *x509.Certificate, at time.Time) *PathError {
	a := c.recall(s.key)
	if a == nil || !a.fresh(at) {
		var err error
		if a, err = s.fetch(); err != nil {
			return &PathError{PathRevocationUnreachable, fmt.Sprintf("%s: %v", s.address, err)}
		}
		if a.fresh(at) {
			c.keep(s.key, a)
		}
	}
	if when, revoked := a.revoked[cert.SerialNumber.String()]; revoked {
		return &PathError{PathRevoked, fmt.Sprintf("%s was revoked on %s", Subject(cert), when.Format(time.RFC3339))}
	}
	if !a.fresh(at) {
		return &PathError{PathRevocationStale, fmt.Sprintf("%s: valid from %s until %s", s.address, a.from.Format(time.RFC3339), a.until.Format(time.RFC3339))}
	}
	return nil
}

func (a *answer) fresh(at time.Time) bool { return !at.Before(a.from) && !at.After(a.until) }

func (c *Checker) recall(key string) *answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kept[key]
}

// keep remembers an answer; all are forgotten when they grow too big.
func (c *Checker) keep(key string, a *answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || c.bytes+a.size > maxCacheBytes {
		c.kept, c.bytes = map[string]*answer{}, 0
	}
	if old := c.kept[key]; old != nil {
		c.bytes -= old.size
	}
	c.kept[key] = a
	c.bytes += a.size
}

// fetchOCSP asks a responder. Its signer is the issuer, or one whom the issuer delegated (RFC 6960 §4.2.2.2).
func (c *Checker) fetchOCSP(address string, cert, issuer *x509.Certificate) (*answer, error) {
	request, err := ocsp.CreateRequest(cert, issuer, nil)
	if err != nil {
		return nil, fmt.Errorf("make OCSP request: %w", err)
	}
	body, err := c.fetch(address, request, maxOCSP)
	if err != nil {
		return nil, err
	}
	r, err := ocsp.ParseResponseForCert(body, cert, issuer)
	if err != nil {
		return nil, fmt.Errorf("read OCSP response: %w", err)
	}
	if d := r.Certificate; d != nil && !d.Equal(issuer) && !delegated(d, r.ProducedAt) {
		return nil, fmt.Errorf("read OCSP response: %s may not answer for its issuer", Subject(d))
	}
	a := &answer{from: r.ThisUpdate, until: r.NextUpdate, revoked: map[string]time.Time{}, size: len(body)}
	if r.NextUpdate.IsZero() {
		a.until = r.ThisUpdate.Add(time.Hour)
	}
	switch r.Status {
	case ocsp.Good:
	case ocsp.Revoked:
		a.revoked[cert.SerialNumber.String()] = r.RevokedAt
	default:
		return nil, fmt.Errorf("the responder does not know the certificate")
	}
	return a, nil
}

func delegated(cert *x509.Certificate, at time.Time) bool {
	for _, u := range cert.ExtKeyUsage {
		if u == x509.ExtKeyUsageOCSPSigning {
			return !at.Before(cert.NotBefore) && !at.After(cert.NotAfter)
		}
	}
	return false
}

// fetchCRL gets a complete list signed by the issuer. A list with a critical extension (a delta, a part,
// an indirect list) does not prove that a certificate is not revoked, and is refused.
func (c *Checker) fetchCRL(address string, issuer *x509.Certificate) (*answer, error) {
	body, err := c.fetch(address, nil, maxCRL)
	if err != nil {
		return nil, err
	}
	list, err := x509.ParseRevocationList(body)
	if err != nil {
		return nil, fmt.Errorf("read CRL: %w", err)
	}
	if err := list.CheckSignatureFrom(issuer); err != nil {
		return nil, fmt.Errorf("verify CRL: %w", err)
	}
	for _, e := range list.Extensions {
		if e.Critical {
			return nil, fmt.Errorf("read CRL: critical extension %s", e.Id)
		}
	}
	a := &answer{from: list.ThisUpdate, until: list.NextUpdate, revoked: map[string]time.Time{}, size: len(body)}
	for _, e := range list.RevokedCertificateEntries {
		a.revoked[e.SerialNumber.String()] = e.RevocationTime
	}
	return a, nil
}

// fetch posts an OCSP request, or gets a CRL when there is no request.
func (c *Checker) fetch(address string, request []byte, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	method, reader := http.MethodGet, io.Reader(http.NoBody)
	if request != nil {
		method, reader = http.MethodPost, bytes.NewReader(request)
	}
	r, err := http.NewRequestWithContext(ctx, method, address, reader)
	if err != nil {
		return nil, fmt.Errorf("fetch revocation data: %w", err)
	}
	r.Header.Set("User-Agent", Agent)
	if !c.allowed(r.URL) {
		return nil, fmt.Errorf("fetch revocation data: the address is not allowed")
	}
	if request != nil {
		r.Header.Set("Content-Type", "application/ocsp-request")
	}
	response, err := c.client().Do(r)
	if err != nil {
		return nil, fmt.Errorf("fetch revocation data: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch revocation data: HTTP status %d", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("fetch revocation data: %w", err)
	}
	if int64(len(body)) > limit {
		return nil, fmt.Errorf("fetch revocation data: more than %d bytes", limit)
	}
	return body, nil
}

// client returns the client to use, which asks again before each redirection.
func (c *Checker) client() *http.Client {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if c.HTTP != nil {
		client = *c.HTTP
	}
	client.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if len(via) > 3 || !c.allowed(r.URL) {
			return fmt.Errorf("redirected to an address that is not allowed: %s", r.URL.Redacted())
		}
		return nil
	}
	return &client
}

func (c *Checker) allowed(u *url.URL) bool {
	if u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	if c.Allow != nil {
		return c.Allow(u)
	}
	ip := net.ParseIP(u.Hostname())
	return strings.EqualFold(u.Hostname(), "localhost") || ip != nil && ip.IsLoopback()
}
