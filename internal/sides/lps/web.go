package lps

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
)

// web serves the description in XML, over https and, for a redirect, in clear.
type web struct {
	mu         sync.Mutex
	credential pki.Credential
	document   []byte // none: 404
	redirect   string
	address    string // of https, host:port
	clear      string // of http
	hellos     int    // connections of https
	told       int    // requests over https
}

// gate serves the revocation list of the TEST authority, or not: the list of the certificates that name no other source.
type gate struct {
	mu      sync.Mutex
	closed  bool
	address string
	served  int
}

// startWeb starts the servers of the description and of the gate.
func (s *Side) startWeb() error {
	place := s.declared.Operator
	s.web, s.gate = &web{}, &gate{}
	secured, err := bench.Listen(place.At(place.Ports.Autoconfig))
	if err != nil {
		return err
	}
	s.web.address = secured.Addr().String()
	settings := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		s.web.mu.Lock()
		defer s.web.mu.Unlock()
		s.web.hellos++
		c := s.web.credential.TLS()
		return &c, nil
	}}
	s.closers = append(s.closers, closing(bench.Serve(tls.NewListener(secured, settings), s.web)))
	clear, err := bench.Listen(place.At(0))
	if err != nil {
		return err
	}
	s.web.clear = clear.Addr().String()
	s.closers = append(s.closers, closing(bench.Serve(clear, http.HandlerFunc(s.web.inClear))))
	lists, err := bench.Listen(place.At(place.Ports.CRL))
	if err != nil {
		return err
	}
	s.gate.address = lists.Addr().String()
	handler := s.run.Bench.PKI.Handler()
	s.closers = append(s.closers, closing(bench.Serve(lists, s.gate.before(handler))))
	return s.quiet()
}

// quiet has nothing described.
func (s *Side) quiet() error {
	honest, err := s.certificate("", pki.Change{})
	if err != nil {
		return err
	}
	s.web.tell(honest, nil, "")
	return nil
}

// tell changes what is described, and how.
func (w *web) tell(credential pki.Credential, document []byte, redirect string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.credential, w.document, w.redirect = credential, document, redirect
}

// seen counts the connections of https, and the requests over them.
func (w *web) seen() (hellos, told int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hellos, w.told
}

// ServeHTTP serves the description over https, under any path: programs have their own.
func (w *web) ServeHTTP(to http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	document, redirect := w.document, w.redirect
	w.told++
	w.mu.Unlock()
	switch {
	case redirect != "":
		http.Redirect(to, r, redirect, http.StatusFound)
	case document == nil:
		http.NotFound(to, r)
	default:
		to.Header().Set("Content-Type", "text/xml")
		_, _ = to.Write(document)
	}
}

// inClear serves the description without TLS.
func (w *web) inClear(to http.ResponseWriter, _ *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	to.Header().Set("Content-Type", "text/xml")
	_, _ = to.Write(w.document)
}

// before lets requests through to the revocation lists while the gate is open, and drops them otherwise.
func (g *gate) before(lists http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		closed := g.closed
		if !closed {
			g.served++
		}
		g.mu.Unlock()
		if closed {
			panic(http.ErrAbortHandler) // the connection ends without an answer
		}
		lists.ServeHTTP(w, r)
	})
}

// fetched tells how often a list was served.
func (g *gate) fetched() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.served
}

// close cuts the lists, or serves them again.
func (g *gate) close(closed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = closed
}

var errNoCRL = errors.New("the test certificate of the operator names no revocation list")

// listed is where the list of the operator's authority is served: by the gate, or as the certificate says.
func (s *Side) listed(gated bool) ([]string, error) {
	c, err := s.run.Bench.PKI.Credential(candidate.OperatorOrganism + "/tls")
	if err != nil {
		return nil, err
	}
	sources := c.Leaf().CRLDistributionPoints
	if len(sources) == 0 {
		return nil, errNoCRL
	}
	if !gated {
		return sources, nil
	}
	u, err := url.Parse(sources[0])
	if err != nil {
		return nil, err
	}
	u.Host = s.gate.address
	return []string{u.String()}, nil
}

// described is a description in XML of where the servers are.
func described(domain, host, imap, smtp string) []byte {
	server := func(element, kind, port string) string {
		return fmt.Sprintf(`<%[1]s type="%[2]s"><hostname>%[3]s</hostname><port>%[4]s</port><socketType>STARTTLS</socketType>`+
			`<authentication>OAuth2</authentication><username>%%EMAILADDRESS%%</username></%[1]s>`, element, kind, host, port)
	}
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?><clientConfig version="1.1"><emailProvider id="%[1]s"><domain>%[1]s</domain>%[2]s%[3]s</emailProvider></clientConfig>`,
		domain, server("incomingServer", "imap", imap), server("outgoingServer", "smtp", smtp))
}
