package stand

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/store"
	"etalon/internal/whitelist"
)

// RoleRevocation is the role of who serves the revocation lists and the OCSP answers of the test authorities.
const RoleRevocation candidate.Role = "revocation"

// Observe has somebody told of who asks the services of the stand what, from now on.
func (s *Stand) Observe(observe func(store.Exchange)) {
	if observe != nil {
		s.observe.Store(&observe)
	}
}

// maxAsked bounds what is kept of one side of an exchange with such a service: no certificate list of tests is longer.
const maxAsked = 256 << 10

// observed tells of what a service of the revocation of certificates is asked and answers, but by the parties of the harness:
// people look for what theirs asked.
func (s *Stand) observed(service http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		observe := s.observe.Load()
		if observe == nil || r.UserAgent() == pki.Agent {
			service.ServeHTTP(w, r)
			return
		}
		asked, answered, began := &beginning{}, &answering{ResponseWriter: w}, bench.Wall()
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r.Body, asked), r.Body}
		service.ServeHTTP(answered, r)
		redact := s.Bench.Redactor
		veil := veiled(redact, r.Header, r.URL.String(), asked.Bytes())
		x := store.Exchange{
			At: began, MS: milliseconds(bench.Wall().Sub(began)), Protocol: "HTTP", Role: string(RoleRevocation), Mode: string(candidate.NoMode),
			Partner: veil.Text(authorityOf(r.URL.Path)), From: "peer", Peer: hostOf(r.RemoteAddr), Method: veil.Text(r.Method), Target: veil.Text(r.URL.String()), Status: answered.status,
			Outcome: outcome(answered.status, "", nil), Request: message(veil, redact, r.Method+" "+r.URL.String(), r.Header, asked.Bytes()),
		}
		if answered.status != 0 {
			x.Response = message(veil, redact, "", w.Header(), answered.body.Bytes())
		}
		(*observe)(x)
	})
}

// authorityOf is the authority that a request about revocation is about: /crl/NAME.crl, /ocsp/NAME.
func authorityOf(path string) string {
	_, name, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	name, _, _ = strings.Cut(name, "/")
	return strings.TrimSuffix(name, ".crl")
}

// hostOf is an address without its port, which tells nothing.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// beginning keeps the beginning of what is written.
type beginning struct{ bytes.Buffer }

func (b *beginning) Write(p []byte) (int, error) {
	b.Buffer.Write(p[:min(len(p), maxAsked-b.Len())])
	return len(p), nil
}

// answering notes an answer as it is written; its status is 0 where none was.
type answering struct {
	http.ResponseWriter
	status int
	body   beginning
}

func (a *answering) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answering) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	_, _ = a.body.Write(p)
	return a.ResponseWriter.Write(p)
}

// Hijack gives the link away.
func (a *answering) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(a.ResponseWriter).Hijack()
}

// read tells of who came for the white list.
func (s *Stand) read(v whitelist.Visit) {
	observe := s.observe.Load()
	if observe == nil || v.Kind == whitelist.Hello {
		return
	}
	veil := veiled(s.Bench.Redactor, nil, v.Path, nil)
	x := store.Exchange{
		At: v.At, Protocol: "HTTP", Role: string(RoleWhiteList), Mode: string(candidate.NoMode), Partner: candidate.WhiteListOrganism,
		From: "peer", Peer: hostOf(v.Peer), Method: strings.ToUpper(string(v.Kind)), Target: veil.Text(v.Path), Status: v.Status, Outcome: outcome(v.Status, "", nil),
	}
	(*observe)(x)
}
