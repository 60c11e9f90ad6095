package ops

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/members"
)

// clientSide is what the run knows of a candidate that makes VIs. Of a client, the harness is the application behind it,
// or the persons, and the provider organism before it; of an authentication operator, the persons and the service
// operators.
type clientSide struct {
	run      *run
	role     candidate.Role // client, or authentication operator
	mode     interops.Mode
	declared *emitting
	partner  partner
	members  *members.Members // the partner, in mode S
	driver   access.Driver
	verbs    map[candidate.Verb]access.Driver
	traces   *access.TraceBook
	// tracesFail says why the traces cannot be read.
	tracesFail error
	tracesHeld int // records that were there before the first exchange
	project    interops.Project
	home       interops.Service
	standing   scenario.Standing
	began      time.Time            // protocol time at which the role was opened: logins go back from there
	left       map[string]time.Time // when a user logged in anew after a logout
	turn       chan struct{}        // one scenario at a time: the partner is armed for it

	mu   sync.Mutex
	seen []arrival // everything that reached the partner, in order
	news chan struct{}
}

// observe is the partner's ear.
func (s *clientSide) observe(x arrival) {
	s.mu.Lock()
	s.seen = append(s.seen, x)
	s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// since returns what reached the partner from the n-th exchange on.
func (s *clientSide) since(n int) []arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen[min(n, len(s.seen)):])
}

// count is how many exchanges reached the partner so far.
func (s *clientSide) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

// clientWorld is what a scenario knows of the client under test.
type clientWorld struct {
	side    *clientSide
	entered bool
	calls   []appCall
	person  *person // before the browser of the scenario (mode P); nil before anyone is
	sphereTrial
	user interops.User
}

// appCall is one call of the application, what the partner saw of it, and what came back.
type appCall struct {
	marker  string
	user    interops.User
	known   bool // a user stood behind it
	service interops.Service
	body    []byte
	answer  access.AppAnswer
	err     error
	seen    []arrival
	before  int // arrivals at the partner when it began
	kept    []verdict.Exchange
}

// emitted returns the messages of the call that reached the partner, judged as the client's work.
func (w *World) emitted(c appCall) []emission {
	var out []emission
	for _, x := range c.seen {
		if !x.carried {
			continue
		}
		j := x.judge()
		early := j.VI.IssueInstant.After(j.now.Add(j.skew))
		j.Findings = slices.DeleteFunc(j.Findings, func(f verdict.Finding) bool {
			// We, not the client, could not read the revocation; and a VI made by a clock that is ahead is whole: the
			// clock is X04's to judge.
			return f.Rule == "certificate-revocation-unknown" || early && slices.Contains(aheadRules, f.Rule)
		})
		out = append(out, emission{j, x, c})
	}
	return out
}

// callAs makes the application call a service for a user, or for nobody, and gathers what happened.
func (w *World) callAs(ctx context.Context, service interops.Service, user *interops.User, adjust func(*access.Action)) (appCall, error) {
	side := w.client.side
	marker, err := NewMarker(w.Source)
	if err != nil {
		return appCall{}, err
	}
	action := access.Action{Verb: "call", Service: service.Name, User: user, Body: side.body(marker), Marker: marker, Sentence: callSentence(service, user)}
	if adjust != nil {
		adjust(&action)
	}
	call := appCall{marker: marker, service: service, body: action.Body}
	if action.User != nil {
		call.user, call.known = *action.User, true
	}
	before := side.count()
	if side.persons() && call.known {
		call.user.AuthnInstant = w.run.Bench.Clock.Now() // the person logs in now
	}
	call.answer, call.err = side.driver.Do(ctx, action)
	return w.gathered(call, before), nil
}

// gathered is a call with what the partner saw since, on record.
func (w *World) gathered(call appCall, before int) appCall {
	call.before, call.seen = before, w.client.side.since(before)
	for _, x := range call.seen {
		call.kept = append(call.kept, w.keepEmitted(call.marker, x))
	}
	w.keepApplication(call)
	return call
}

// body is what an application sends its gateway; nothing where persons make the calls.
func (s *clientSide) body(marker string) []byte {
	if s.declared.R != nil {
		return calledBody(s.declared.R.Drive, marker)
	}
	if s.declared.A == nil {
		return nil
	}
	operation := stand.OperationOf(s.project)
	return plainEnvelope(honestBody(s.declared.A.Template(operation), operation, marker))
}

// calledBody is that of a REST call: none where an address tells which call it is, and nothing else may be sent.
func calledBody(d candidate.Driver, marker string) []byte {
	if d.HTTP != nil && (d.HTTP.Method == http.MethodGet || d.HTTP.Method == http.MethodHead) {
		return nil
	}
	return fmt.Appendf(nil, `{"marqueur":%q}`, marker)
}

// callSentence asks a person for a call.
func callSentence(service interops.Service, user *interops.User) string {
	if user == nil {
		return fmt.Sprintf("Faites appeler le service %q par l'application, sans utilisateur.", service.Name)
	}
	return fmt.Sprintf("Faites appeler le service %q par l'application pour l'utilisateur %q.", service.Name, user.ID)
}

// plainEnvelope is what an application sends its gateway: SOAP without a security header.
func plainEnvelope(body []byte) []byte {
	return fmt.Appendf(nil, `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>%s</soapenv:Body></soapenv:Envelope>`, body)
}

// keepEmitted records what the candidate sent the partner, and the partner's answer.
func (w *World) keepEmitted(marker string, x arrival) verdict.Exchange {
	e := verdict.Exchange{Label: "observed", From: "candidate", Marker: marker, Status: x.Status, TLS: w.Link(x.TLS, x.Ours)}.Timed(x.Started, x.Finished)
	e.Now = x.Now
	if x.Err != nil {
		e.Error = scenario.Brief(x.Err.Error())
	}
	if x.Method != "" {
		first := x.Method + " " + x.URL + " HTTP/1.1"
		e.Request = w.evidence(httpText(first, w.shownHeader(x), x.Body))
	}
	if x.Status != 0 {
		e.Response = w.evidence(httpText(statusLine(x.Status), w.run.Bench.Redactor.Header(x.AnswerHeader), x.Answer))
	}
	w.Keep(e)
	return e
}

// keepApplication records the application's call and the answer that it got.
func (w *World) keepApplication(c appCall) {
	e := verdict.Exchange{Label: "application", From: "harness", Marker: c.marker, Status: c.answer.Status}
	verb := "POST "
	if len(c.body) == 0 {
		verb = "GET "
	}
	e.Request = w.evidence(httpText(verb+c.service.Name+" HTTP/1.1", nil, c.body))
	if c.err != nil {
		e.Error = scenario.Brief(c.err.Error())
	} else {
		e.Response = w.evidence(httpText(statusLine(c.answer.Status), w.head(c.answer.Header), c.answer.Body))
	}
	w.Keep(e)
}

// aheadRules are what a VI shows whose only trouble is the clock that made it.
var aheadRules = []string{"issueinstant-future", "window-not-yet-valid", "authninstant-future"}

// clientControl makes one honest call and tells whether it reached the partner and was answered. What is wrong
// with its VI is the cases' business.
func (w *World) clientControl(ctx context.Context) (appCall, bool, error) {
	user := w.someone("agent-habilite")
	if user == nil {
		return appCall{}, false, w.Cannot(verdict.ReasonMisdeclared, "roles."+string(w.client.side.role)+".users", w.client.side.project.Name)
	}
	call, err := w.callAs(ctx, w.client.side.home, user, nil)
	if err != nil {
		return call, false, err
	}
	ok := call.err == nil && answeredWell(call.answer) && slices.ContainsFunc(call.seen, arrived)
	w.client.side.standing.Note(ok)
	return call, ok, nil
}

// oneOfMany makes one call among many at once; what the partner saw of it is sorted out afterwards.
func (w *World) oneOfMany(ctx context.Context, user interops.User, marker string) appCall {
	side := w.client.side
	call := appCall{marker: marker, service: side.home, user: user, known: true, body: side.body(marker)}
	if side.persons() {
		call.user.AuthnInstant = w.run.Bench.Clock.Now()
	}
	call.answer, call.err = side.driver.Do(ctx, access.Action{
		Verb: "call", Service: side.home.Name, User: &user, Body: call.body, Marker: marker, Sentence: callSentence(side.home, &user),
	})
	return call
}
