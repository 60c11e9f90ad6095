package service

import (
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// answer is what goes back to a partner or a browser.
type answer = gateway.Answer

// visit is one request on its way.
type visit struct {
	service *Service
	face    face
	link    *gateway.Link // nil when it came by no connection of the door's
	request *http.Request
	now     time.Time // protocol time
	id      string    // X-Request-Id
	peer    *x509.Certificate
	session session // that the request uses, or opened; its id is empty when there is none

	// kind, message and findings are those of a message between members of a sphere.
	kind     string
	message  []byte
	findings []verdict.Finding

	incoming    sso.Incoming
	expectation sso.Expectation
	carried     bool              // a Response came, or should have
	seen        sso.Judged        // what the Response is
	judged      sso.Judged        // what the receiver takes it for: the same, but for a flaw
	heeded      []verdict.Finding // the findings that lead to a refusal
	blinded     bool              // a flaw hid a finding
	insists     bool              // a flaw asks for a new authentication
	decision    interops.Decision
	fault       string // the armed fault that the answer commits
}

// handle makes a handler of one step: it observes the exchange and sends the answer.
func (s *Service) handle(f face, step func(*visit) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		started := bench.Wall()
		v := &visit{service: s, face: f, request: r, now: s.config.Bench.Clock.Now(), link: gateway.LinkOf(r.Context())}
		s.front.Busy(v.link, true)
		defer s.front.Busy(v.link, false)
		if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
			v.peer = r.TLS.PeerCertificates[0]
		}
		v.incoming = sso.Incoming{Method: r.Method, Query: r.URL.Query(), Header: r.Header}
		a, err := s.answer(v, step)
		x := v.exchange(started)
		if err != nil {
			x.Err = err
			s.observe(x)
			panic(http.ErrAbortHandler) // nothing can be answered: net/http ends the connection in silence
		}
		x.Answered(a)
		s.observe(x) // before the partner can know the answer: who waits for the answer finds the exchange
		s.send(w, v, a)
	}
}

// answer makes the answer of a step, or what an armed conduct puts in its place; an error when the connection must
// end without one.
func (s *Service) answer(v *visit, step func(*visit) answer) (answer, error) {
	if v.id = gateway.RequestID(v.request.Header); v.id == "" {
		var err error
		if v.id, err = bench.NewUUID(s.ids); err != nil {
			return answer{}, err
		}
	}
	if err := v.read(); err != nil {
		return answer{}, err
	}
	m, fault, armed := s.front.Answer()
	v.fault = fault
	if armed && (!gateway.Wait(v.request.Context(), m.Delay) || m.Close) {
		step(v)
		return answer{}, errSilent
	}
	a := step(v)
	if armed {
		a = s.misbehave(v, a, m)
	}
	return a, nil
}

// read takes the body within limits.
func (v *visit) read() error {
	limit := int64(sso.MaxBody + 1)
	if v.service.policy.endless {
		limit = maxDiscarded
	}
	var err error
	if v.incoming.Raw, err = io.ReadAll(io.LimitReader(v.request.Body, limit)); err != nil {
		return fmt.Errorf("read message: %w", err)
	}
	if _, err := io.Copy(io.Discard, io.LimitReader(v.request.Body, maxDiscarded)); err != nil {
		return fmt.Errorf("read message: %w", err)
	}
	return nil
}

// maxDiscarded is read beyond what is kept, so that the connection survives a refusal.
const maxDiscarded = 32 << 20

// send writes the answer, whole, before it returns: the connection may be ended afterwards.
func (s *Service) send(w http.ResponseWriter, v *visit, a answer) {
	h := w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	h.Set("Date", s.config.Bench.Clock.Now().UTC().Format(http.TimeFormat))
	h.Set("X-Request-Id", v.id)
	h.Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	if v.request.Method != http.MethodHead {
		_, _ = w.Write(a.Body)
	}
	_ = http.NewResponseController(w).Flush()
}
