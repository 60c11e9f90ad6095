package pki

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"
)

// The addresses of the revocation server, below Options.Revocation.
const (
	crlPath  = "/crl/"
	ocspPath = "/ocsp/"
)

// The life of a CRL or an OCSP response around the instant of its making.
const (
	answerBefore = time.Hour
	answerAfter  = 7 * 24 * time.Hour
	staleBy      = 30 * 24 * time.Hour
)

// signedAnswer is a CRL or OCSP response, served while the clock is in its window.
type signedAnswer struct {
	der         []byte
	from, until time.Time
}

// maxAnswers bounds the answers kept, since anybody may ask about any serial number.
const maxAnswers = 2000

// Handler serves the revocation data of the Set: GET /crl/AUTHORITY.crl (always stale for stale-crl),
// OCSP by POST on /ocsp/AUTHORITY and by GET below it (RFC 6960 appendix A), and /ocsp/ocsp-unreachable,
// which closes the connection without an answer. It answers 503 while no clock is set.
// The path is cut by hand: base64 may hold "//", which http.ServeMux would redirect.
func (s *Set) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		isGet := r.Method == http.MethodGet
		if file, ok := strings.CutPrefix(r.URL.Path, crlPath); ok && isGet {
			s.serveCRL(w, r, file)
			return
		}
		rest, ok := strings.CutPrefix(r.URL.Path, ocspPath)
		name, encoded, _ := strings.Cut(rest, "/")
		switch {
		case ok && name == unreachableAuthority:
			closeConnection(w)
		case ok && (isGet || r.Method == http.MethodPost):
			s.serveOCSP(w, r, name, encoded)
		default:
			http.NotFound(w, r)
		}
	})
}

func closeConnection(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			conn.Close()
			return
		}
	}
	http.Error(w, "no answer, on purpose", http.StatusServiceUnavailable)
}

func (s *Set) serveCRL(w http.ResponseWriter, r *http.Request, file string) {
	name, isCRL := strings.CutSuffix(file, ".crl")
	s.mu.Lock()
	defer s.mu.Unlock()
	a, known := s.authorities[name]
	if !isCRL || !known {
		http.NotFound(w, r)
		return
	}
	s.answer(w, "application/pkix-crl", "crl "+name, func(now time.Time) ([]byte, error) { return s.makeCRL(a, now) })
}

// answer writes the kept answer of that key, or a new one; s.mu is held.
func (s *Set) answer(w http.ResponseWriter, contentType, key string, make func(now time.Time) ([]byte, error)) {
	if s.clock == nil {
		http.Error(w, "the clock of the test PKI is not set", http.StatusServiceUnavailable)
		return
	}
	der, err := s.current(key, make)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Write(der)
}

// current is the kept answer of that key, or a new one; s.mu is held, and the clock is set.
func (s *Set) current(key string, make func(now time.Time) ([]byte, error)) ([]byte, error) {
	now := s.clock()
	kept, ok := s.responses[key]
	if !ok || now.Before(kept.from) || now.After(kept.until) {
		der, err := make(now)
		if err != nil {
			return nil, err
		}
		if len(s.responses) >= maxAnswers {
			clear(s.responses)
		}
		kept = signedAnswer{der, now.Add(-answerBefore), now.Add(answerBefore)}
		s.responses[key] = kept
	}
	return kept.der, nil
}

// makeCRL signs the list of what the authority revoked.
func (s *Set) makeCRL(a *authority, now time.Time) ([]byte, error) {
	c, err := a.credential()
	if err != nil {
		return nil, err
	}
	if a.name == staleAuthority {
		now = now.Add(-staleBy)
	}
	list := &x509.RevocationList{
		Number:     s.nextCRL(now),
		ThisUpdate: now.Add(-answerBefore), NextUpdate: now.Add(answerAfter),
	}
	for _, name := range s.names {
		e := s.entries[name]
		if e.authority != a.name || e.revoked.IsZero() {
			continue
		}
		serial, _ := new(big.Int).SetString(e.serial, 10)
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{
			SerialNumber: serial, RevocationTime: e.revoked, ReasonCode: ocsp.KeyCompromise,
		})
	}
	der, err := x509.CreateRevocationList(nil, list, c.Leaf(), c.Key)
	if err != nil {
		return nil, fmt.Errorf("sign CRL of %s: %w", a.name, err)
	}
	return der, nil
}

// nextCRL numbers a list: by its second, and higher than every list before it (RFC 5280 §5.2.3).
func (s *Set) nextCRL(now time.Time) *big.Int {
	s.lists = max(s.lists+1, now.Unix())
	return big.NewInt(s.lists)
}

func (s *Set) serveOCSP(w http.ResponseWriter, r *http.Request, name, encoded string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, known := s.authorities[name]
	if !known {
		http.NotFound(w, r)
		return
	}
	request, err := readOCSP(r, encoded)
	if err != nil {
		w.Header().Set("Content-Type", "application/ocsp-response")
		w.Write(ocsp.MalformedRequestErrorResponse)
		return
	}
	key := fmt.Sprintf("ocsp %s %s %d", a.name, request.SerialNumber, request.HashAlgorithm)
	s.answer(w, "application/ocsp-response", key, func(now time.Time) ([]byte, error) { return s.makeOCSP(a, request, now) })
}

// readOCSP reads the request from the body or, in base64, from the path.
func readOCSP(r *http.Request, encoded string) (*ocsp.Request, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxOCSP))
	if err == nil && r.Method == http.MethodGet {
		body, err = base64.StdEncoding.DecodeString(encoded)
	}
	if err != nil {
		return nil, fmt.Errorf("read OCSP request: %w", err)
	}
	return ocsp.ParseRequest(body)
}

// makeOCSP signs the state of one certificate, with the authority's own key.
func (s *Set) makeOCSP(a *authority, request *ocsp.Request, now time.Time) ([]byte, error) {
	c, err := a.credential()
	if err != nil {
		return nil, err
	}
	if !sameKeyHash(c.Leaf(), request) {
		return ocsp.UnauthorizedErrorResponse, nil
	}
	template := ocsp.Response{
		Status: ocsp.Unknown, SerialNumber: request.SerialNumber, IssuerHash: request.HashAlgorithm,
		ThisUpdate: now.Add(-answerBefore), NextUpdate: now.Add(answerAfter),
	}
	if revoked, issued := s.state(a.name, request.SerialNumber.String()); issued {
		template.Status = ocsp.Good
		if !revoked.IsZero() {
			template.Status, template.RevokedAt, template.RevocationReason = ocsp.Revoked, revoked, ocsp.KeyCompromise
		}
	}
	der, err := ocsp.CreateResponse(c.Leaf(), c.Leaf(), template, c.Key)
	if err != nil {
		return nil, fmt.Errorf("sign OCSP response of %s: %w", a.name, err)
	}
	return der, nil
}

// state tells whether the authority issued a certificate of that serial number, and when it was revoked.
func (s *Set) state(authority, serial string) (revoked time.Time, issued bool) {
	for _, e := range s.entries {
		if e.authority == authority && e.serial == serial {
			return e.revoked, true
		}
	}
	for _, a := range s.authorities {
		if a.parent == authority && a.serial == serial {
			return time.Time{}, true
		}
	}
	return time.Time{}, false
}

// sameKeyHash tells whether the request is about certificates of that authority (RFC 6960 §4.1.1).
func sameKeyHash(authority *x509.Certificate, request *ocsp.Request) bool {
	var spki struct {
		Algorithm asn1.RawValue
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(authority.RawSubjectPublicKeyInfo, &spki); err != nil || request.HashAlgorithm == crypto.Hash(0) || !request.HashAlgorithm.Available() {
		return false
	}
	h := request.HashAlgorithm.New()
	h.Write(spki.Key.RightAlign())
	return string(h.Sum(nil)) == string(request.IssuerKeyHash)
}
