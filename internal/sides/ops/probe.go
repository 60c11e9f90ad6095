package ops

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"etalon/internal/bench"
)

// maxProbed bounds what the probe reads of one call: more than the longest message that a fault makes.
const maxProbed = 16 << 20

// markerShape is what the harness puts into every business body; see Marker.
var markerShape = regexp.MustCompile(`etalon-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// Arrival is one call that reached the application behind a provider candidate.
type Arrival struct {
	At     time.Time
	Method string
	Path   string
	Query  string
	Header http.Header
	Body   []byte
}

// Probe is the backend that stands behind a provider candidate: it answers, and remembers by marker who came (rule 3).
type Probe struct {
	listener net.Listener
	stop     func() error
	now      func() time.Time
	mu       sync.Mutex
	seen     map[string][]Arrival
	answers  map[string]ProbeAnswer // by marker
	total    int
	fetched  map[string]int // by marker: how often the canary of a message was fetched
}

// canaryPath begins the addresses that an external entity points to (G09).
const canaryPath = "canari/"

// ProbeAnswer is what the probe gives to the call that bears a marker, in place of its ordinary answer.
type ProbeAnswer struct {
	Status int
	Body   []byte
	// Type is the media type of Body; that of SOAP 1.1 when empty.
	Type string
}

// StartProbe listens on address and serves until Close. now is the wall clock.
func StartProbe(address string, now func() time.Time) (*Probe, error) {
	listener, err := bench.Listen(address)
	if err != nil {
		return nil, fmt.Errorf("start probe: %w", err)
	}
	p := &Probe{listener: listener, now: now, seen: map[string][]Arrival{}, answers: map[string]ProbeAnswer{}, fetched: map[string]int{}}
	p.stop = bench.Serve(listener, p)
	return p, nil
}

// URL is where a candidate's provider forwards its calls.
func (p *Probe) URL() string { return "http://" + p.listener.Addr().String() + "/" }

// Close stops the probe.
func (p *Probe) Close() error {
	if err := p.stop(); err != nil {
		return fmt.Errorf("stop probe: %w", err)
	}
	return nil
}

// ServeHTTP records the call under every marker that it bears, and answers.
func (p *Probe) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// What came of a call that broke off, or went on too long, has reached the application all the same.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxProbed))
	arrival := Arrival{At: p.now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: body}
	answer := p.record(arrival)
	if err != nil {
		answer = ProbeAnswer{Status: http.StatusBadRequest, Body: []byte("unreadable")}
	}
	w.Header().Set("Content-Type", cmp.Or(answer.Type, "text/xml; charset=utf-8"))
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}

// record keeps the arrival and chooses the answer.
func (p *Probe) record(a Arrival) ProbeAnswer {
	markers := append(markerShape.FindAllString(string(a.Body), 4), markerShape.FindAllString(a.Query, 4)...)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total++
	if marker, ok := strings.CutPrefix(a.Path, "/"+canaryPath); ok {
		p.fetched[marker]++
		return ProbeAnswer{Status: http.StatusNotFound, Body: []byte{}}
	}
	answer := ProbeAnswer{Status: http.StatusOK}
	marker := ""
	for _, m := range markers {
		if m == marker {
			continue
		}
		marker = m
		p.seen[m] = append(p.seen[m], a)
		if given, ok := p.answers[m]; ok {
			answer = given
		}
	}
	if answer.Body == nil && strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		answer.Body, answer.Type = fmt.Appendf(nil, `{"marqueur":%q,"texte":"Réponse métier"}`, marker), "application/json"
	}
	if answer.Body == nil && len(a.Body) == 0 {
		answer.Body, answer.Type = honestPage(marker), "text/html; charset=utf-8"
	}
	if answer.Body == nil {
		answer.Body = honestAnswer(marker, soapNamespace(a.Body))
	}
	return answer
}

// soapNamespace returns the namespace of the envelope that body opens with, SOAP 1.1 when in doubt.
func soapNamespace(body []byte) string {
	const v12 = "http://www.w3.org/2003/05/soap-envelope"
	if bytes.Contains(body, []byte(v12)) {
		return v12
	}
	return "http://schemas.xmlsoap.org/soap/envelope/"
}

// Seen returns the calls that bore a marker, in order of arrival.
func (p *Probe) Seen(marker string) []Arrival {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Arrival(nil), p.seen[marker]...)
}

// Fetched counts how often the canary of a message was fetched.
func (p *Probe) Fetched(marker string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fetched[marker]
}

// Total counts all calls since the start, marked or not.
func (p *Probe) Total() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}

// Prepare sets the answer to the call that will bear a marker.
func (p *Probe) Prepare(marker string, a ProbeAnswer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[marker] = a
}
