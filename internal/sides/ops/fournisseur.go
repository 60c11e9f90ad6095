package ops

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/scenario"
	"etalon/internal/soap"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// providerSide is what the run knows of a candidate that receives VIs, a provider or the service operator of a sphere:
// the harness plays the client organism or the authentication operator before it, and the application behind it.
type providerSide struct {
	run      *run
	role     candidate.Role
	mode     interops.Mode
	carrier  carrier
	probe    *Probe // nil when the candidate has no backend of ours
	access   *candidate.Access
	sphere   *sphereSide       // nil outside mode S
	traces   *access.TraceBook // nil when they cannot be read
	home     target            // where controls go unless told otherwise
	targets  []target          // every service that the candidate declares, home first
	channels chan *channel
	all      []*channel
	standing scenario.Standing
	// clockKnown tells that the candidate's clock could be measured; tracesFail why its traces cannot be read.
	clockKnown bool
	tracesFail error
	tracesHeld int // records that were there before the first exchange
}

// target is one service of the candidate with the project that opens it.
type target struct {
	Project  interops.Project
	Service  interops.Service
	Endpoint *url.URL
	Action   string // of a SOAP call, with its version
	SOAP     string
	saml11   bool // VIs are made in SAML 1.1
}

// channel is one kept-alive connection, used by one scenario at a time. Its last control is the opening one of
// the next scenario on it (rule 2).
type channel struct {
	link *client.Link
	// honest names the service of the last exchange when that was an accepted control; "" else.
	honest string
	last   verdict.Exchange
	// offset is the candidate's protocol clock less ours; known once its Date header was seen.
	offset time.Duration
	known  bool
}

// providerWorld is what a scenario knows of the provider under test.
type providerWorld struct {
	side    *providerSide
	channel *channel
	to      target
	user    interops.User
	sent    []sent                          // stimuli, in order
	control sent                            // the last accepted control
	gate    sent                            // the last control, accepted or not
	answer  func(marker string) ProbeAnswer // what the application will answer; nil for the ordinary answer
	browser *client.Browser                 // of the last visit (mode P)
	imposed map[string]string               // cookies that an attacker has put into it
	// Of a sphere: the request that the candidate made, the browser as it was before its answer, and whether the next
	// Response comes unasked in any case.
	asked   asked
	before  *client.Browser
	unasked bool
	leaving leaving
}

// sent is a message that went to the candidate.
type sent struct {
	marker    string
	vi        interops.VI
	exchange  client.Exchange
	kept      verdict.Exchange
	page      verdict.Exchange // of a visit, what was served in the end
	requestID string
	outcome   outcome
	violates  string // the requirement that the message breaks; "" when it is honest
}

// outcome is what an exchange looks like from the wire.
type outcome int

const (
	unanswered outcome = iota // nothing came in time, or nobody was there
	refused                   // a fault, an error status, a broken handshake or link
	answered                  // an answer that is no refusal
)

// outcomeOf reads an exchange. A closed door (connection refused) is no refusal of the message.
func outcomeOf(x client.Exchange) outcome {
	var timeout net.Error
	switch {
	case x.Err != nil && (errors.As(x.Err, &timeout) && timeout.Timeout() || errors.Is(x.Err, context.Canceled) || errors.Is(x.Err, syscall.ECONNREFUSED)):
		return unanswered
	case x.Err != nil:
		return refused
	case x.Method == "ClientHello":
		if x.Accepted {
			return answered
		}
		return refused
	case len(x.Hops) > 0:
		if x.Served {
			return answered
		}
		return refused
	case x.Status < 200 || x.Status > 299:
		return refused
	}
	if _, _, isFault := soap.ReadFault(x.Status, x.ResponseHeader.Get("Content-Type"), x.Response); isFault {
		return refused
	}
	return answered
}

// told says in short how an exchange was answered.
func told(x client.Exchange) string {
	switch {
	case x.Err != nil:
		return x.Err.Error()
	case x.Hello != "":
		return x.Hello
	}
	if fault, _, ok := soap.ReadFault(x.Status, x.ResponseHeader.Get("Content-Type"), x.Response); ok {
		return fmt.Sprintf("HTTP %d, %s", x.Status, fault.Code.Local)
	}
	return fmt.Sprintf("HTTP %d %s", x.Status, http.StatusText(x.Status))
}

// message starts an honest call of the scenario's user to its target.
func (w *World) message() (client.Call, string, error) {
	call, marker, err := w.messageTo(w.provider.to, w.provider.user, w.Source)
	if w.provider.imposed != nil && call.Visit != nil {
		call.Visit.Browser = w.provider.browser
	}
	return call, marker, err
}

// messageTo starts an honest call whose identifiers come from source.
func (w *World) messageTo(to target, user interops.User, source io.Reader) (client.Call, string, error) {
	marker, err := NewMarker(source)
	if err != nil {
		return client.Call{}, "", err
	}
	id, err := bench.NewID(source)
	if err != nil {
		return client.Call{}, "", err
	}
	request, err := bench.NewUUID(source)
	if err != nil {
		return client.Call{}, "", err
	}
	now := w.provider.channel.now(w.run.Bench.Clock)
	if user.ID != "" && user.AuthnInstant.IsZero() {
		user.AuthnInstant = now.Add(-30 * time.Second)
	}
	vi := saml.VIFor(w.profile(), w.run.Bench.Convention, to.Project, to.Service, user, id, now)
	if to.saml11 {
		vi.Version, vi.Confirmation = saml.Version11, interops.Confirmation{Method: interops.MethodBearer11}
	}
	call := client.Call{
		Endpoint: to.Endpoint, Project: to.Project, Service: to.Service, VI: vi, Now: now, RequestID: request,
		Canary: w.provider.side.canary(marker),
	}
	w.provider.side.carrier.ask(&call, to, stand.OperationOf(to.Project), marker)
	return call, marker, nil
}

// now is the candidate's protocol time as well as it is known.
func (c *channel) now(clock *bench.Clock) time.Time { return clock.Now().Add(c.offset) }

// canary is an address of ours, for one message, that nobody should fetch.
func (s *providerSide) canary(marker string) string {
	if s.probe == nil {
		return "http://127.0.0.1:9/" + marker
	}
	return s.probe.URL() + canaryPath + marker
}

// send makes a call, keeps the evidence and remembers the stimulus.
func (w *World) send(ctx context.Context, label, marker string, call client.Call) (sent, error) {
	if err := w.solicit(ctx, &call); err != nil {
		return sent{}, err
	}
	x, err := w.provider.channel.link.Send(ctx, call)
	if err != nil {
		return sent{}, err
	}
	s := sent{marker: marker, vi: call.VI, exchange: x, requestID: call.RequestID, outcome: outcomeOf(x)}
	s.kept, s.page = w.keep(label, marker, x)
	w.provider.channel.learn(x, w.run.Bench.Clock)
	return s, nil
}

// stimulate sends the message under trial.
func (w *World) stimulate(ctx context.Context, call client.Call, marker string) error {
	w.provider.channel.honest = ""
	label := "faulty"
	if call.Mutation == nil {
		label = "varied"
	}
	if w.provider.answer != nil {
		w.provider.side.probe.Prepare(marker, w.provider.answer(marker))
	}
	if call.Visit != nil {
		if call.Visit.Browser == nil {
			call.Visit.Browser = client.NewBrowser()
		}
		w.provider.browser = call.Visit.Browser
	}
	s, err := w.send(ctx, label, marker, call)
	if err != nil {
		return err
	}
	if call.Mutation != nil {
		s.violates = call.Mutation.Violates
	}
	w.provider.sent = append(w.provider.sent, s)
	return nil
}

// learn reads the candidate's clock from the Date header of its answer, to the second.
func (c *channel) learn(x client.Exchange, clock *bench.Clock) {
	date, err := http.ParseTime(x.ResponseHeader.Get("Date"))
	if err != nil || clock.Stopped() {
		return
	}
	offset := date.Add(500 * time.Millisecond).Sub(clock.Now())
	if offset.Abs() < 2*time.Second {
		offset = 0
	}
	c.offset, c.known = offset, true
}

// control sends an honest message and tells whether it had its full effect.
func (w *World) control(ctx context.Context, label string) (bool, error) {
	to := w.provider.to
	call, marker, err := w.messageTo(to, w.run.people.entitled(to.Project, to.Service), w.Around)
	if err != nil {
		return false, err
	}
	s, err := w.send(ctx, label, marker, call)
	if err != nil {
		return false, err
	}
	if cutOff(s.exchange.Err) {
		// A connection that the candidate closed after a refusal is opened anew, for another message: this one was not
		// refused.
		if call, marker, err = w.messageTo(to, w.run.people.entitled(to.Project, to.Service), w.Around); err != nil {
			return false, err
		}
		if s, err = w.send(ctx, label, marker, call); err != nil {
			return false, err
		}
	}
	w.provider.channel.last, w.provider.channel.honest = s.kept, ""
	w.provider.gate = s
	accepted := s.outcome == answered && w.provider.side.reached(marker)
	w.provider.side.standing.Note(accepted)
	if accepted {
		w.provider.control, w.provider.channel.honest = s, to.Service.Name
	}
	return accepted, nil
}

// cutOff tells that the candidate had ended the connection before it answered; which of the three comes of it is a
// matter of moments.
func cutOff(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

// reached tells whether a marked call came to the probe; true when no probe can tell.
func (s *providerSide) reached(marker string) bool {
	return s.probe == nil || len(s.probe.Seen(marker)) > 0
}

// open makes sure that the channel's last exchange is an accepted control.
func (w *World) open(ctx context.Context) error {
	if w.provider.channel.honest == w.provider.to.Service.Name {
		return nil
	}
	ok, err := w.control(ctx, "honest")
	if err != nil {
		return err
	}
	if !ok {
		return w.Cannot(verdict.ReasonControlRefusedBefore, w.lastAnswer())
	}
	return nil
}

// closing sends the closing control, then makes the checks that waited for it.
func (w *World) closing(ctx context.Context) error {
	ok, err := w.control(ctx, "closing")
	if err != nil {
		return err
	}
	if !ok {
		_ = w.Cannot(verdict.ReasonControlRefusedAfter, w.lastAnswer())
	}
	w.Settle()
	if !ok {
		return errors.New("the closing control was refused")
	}
	return nil
}

// lastAnswer tells how the last control was answered.
func (w *World) lastAnswer() string {
	last := w.provider.channel.last
	if last.Error != "" {
		return last.Error
	}
	return fmt.Sprintf("HTTP %d", last.Status)
}
