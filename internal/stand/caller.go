package stand

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/saml"
	"etalon/internal/store"
	"etalon/stubs/client"
)

// caller is the client of a mode when it is asked to call, and when it commits the fault that is armed in the place of an
// honest call.
type caller struct {
	partners *Partners
	mode     interops.Mode
	organism string
	aim      aim
	link     *client.Link

	calling sync.Mutex // the link is for one exchange at a time
	mu      sync.Mutex
	fault   mutation.Mutation
	left    int
}

// aim is where a client calls when nobody says where, and how.
type aim struct {
	project interops.Project
	service interops.Service
	// endpoint takes the VI; page and the rest are of mode P, soap, action and body of mode A. The marker stands in for
	// candidate.MarkerPlace in page and body.
	endpoint, page   string
	carriage         candidate.Carriage
	soap, soapAction string
	body             []byte
	user, relayed    string
}

// newCaller readies the client of a mode, for the calls that it is asked for.
func (p *Partners) newCaller(mode interops.Mode, a aim) (*caller, error) {
	b := p.stand.Bench
	link, err := client.NewLink(client.LinkConfig{Bench: b, Organism: a.project.Client, Roots: b.RootPool()})
	if err != nil {
		return nil, err
	}
	c := &caller{partners: p, mode: mode, organism: a.project.Client, aim: a, link: link}
	p.closers = append(p.closers, func() error { link.Close(); return nil })
	p.callers[mode] = c
	p.players = append(p.players, player{
		Role: candidate.RoleClient, Mode: mode, faults: c.faults, arm: c.arm, armed: c.armed,
	})
	return c, nil
}

// honest is what the faults of a client depart from.
func (c *caller) honest(now time.Time) mutation.Honest {
	b := c.partners.stand.Bench
	h := mutation.Honest{Now: now, Profile: b.Profile, Convention: b.Convention, Project: c.aim.project, Service: c.aim.service}
	if own, err := b.PKI.Credential(c.organism + "/tls"); err == nil {
		h.Link = own.Leaf()
	}
	return h
}

// faults are those that the client can commit in one call: a replay wants two.
func (c *caller) faults() []Fault {
	var all []Fault
	h := c.honest(c.partners.Clock().Now())
	for _, m := range mutation.Catalogue() {
		if c.commits(m, h) {
			all = append(all, Fault{m.Name, m.Violates, m.Title})
		}
	}
	return all
}

// unplayed are the needs that a call of a sandbox does not meet.
var unplayed = []mutation.Need{mutation.InteropsInfos}

// commits tells whether a fault can be committed in one call.
func (c *caller) commits(m mutation.Mutation, h mutation.Honest) bool {
	message := m.Content != nil || m.Form != nil || m.Wire != nil
	conduct := m.Behaviour(h)
	if d := conduct.Delivery; d != nil && d.Origin != "" && c.aim.carriage.Transport != candidate.BrowserPost {
		return false // no browser posts the Response
	}
	return m.Tests(mutation.Provider) && m.In(c.mode) && m.Letter == "" && (message || m.Conduct != nil) && conduct.Replay == nil && conduct.Place == "" &&
		len(m.Unmet(h)) == 0 && !slices.ContainsFunc(m.Needs, func(n mutation.Need) bool { return slices.Contains(unplayed, n) })
}

// arm has the client commit a fault in its next calls.
func (c *caller) arm(name string, times int) error {
	m, known := mutation.ByName(name)
	if name != "" && (!known || !c.commits(m, c.honest(c.partners.Clock().Now()))) {
		return ErrNoSuchFault
	}
	if name == "" {
		times = 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault, c.left = m, times
	return nil
}

// armed tells which fault is armed.
func (c *caller) armed() (string, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == 0 {
		return "", 0
	}
	return c.fault.Name, c.left
}

// take uses the armed fault once; nil when none is armed.
func (c *caller) take() *mutation.Mutation {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == 0 {
		return nil
	}
	c.left--
	m := c.fault
	return &m
}

// inPlace implements emitter.Commits for the party that plays the client.
func (c *caller) inPlace() func(context.Context, emitter.Leaving) (emitter.Answer, error) {
	m := c.take()
	if m == nil {
		return nil
	}
	return func(ctx context.Context, l emitter.Leaving) (emitter.Answer, error) { return c.send(ctx, l, m) }
}

// send makes a call, with a fault or none, and tells who watches.
func (c *caller) send(ctx context.Context, l emitter.Leaving, m *mutation.Mutation) (emitter.Answer, error) {
	call := client.Call{
		Endpoint: l.Endpoint, Project: l.Project, Service: l.Service, VI: l.VI, SOAP: l.SOAP, SOAPAction: l.SOAPAction, Body: l.Body,
		Now: c.partners.Clock().Now(), RequestID: l.RequestID, Mutation: m, Canary: "http://127.0.0.1:9/" + l.RequestID,
	}
	if l.Page != nil {
		call.Visit = &client.Visit{
			Transport: string(c.aim.carriage.Transport), Header: c.aim.carriage.Header, RelayState: c.aim.relayed, Page: l.Page, Browser: client.NewBrowser(),
		}
	}
	if m != nil {
		meet(&call, m.Needs)
	}
	c.calling.Lock()
	x, err := c.link.Send(ctx, call)
	c.calling.Unlock()
	if err != nil {
		return emitter.Answer{}, fmt.Errorf("make call: %w", err)
	}
	c.observe(x, m)
	return emitter.Answer{Status: x.Status, Header: x.ResponseHeader, Body: x.Response}, x.Err
}

// meet gives an honest call what a fault departs from.
func meet(c *client.Call, needs []mutation.Need) {
	for _, n := range needs {
		switch n {
		case mutation.TokenReference:
			c.TokenReference = true
		case mutation.SignedResponse:
			c.SignResponse = true
		case mutation.SAML11:
			c.VI.Version, c.VI.Confirmation = saml.Version11, interops.Confirmation{Method: interops.MethodBearer11}
		}
	}
}

// observe tells who watches of a call: of each of its requests, the first of which bears the fault.
func (c *caller) observe(x client.Exchange, m *mutation.Mutation) {
	if c.partners.options.Observe == nil {
		return
	}
	hops := x.Hops
	if len(hops) == 0 {
		hops = []client.Hop{{
			Method: x.Method, URL: x.URL, RequestHeader: x.RequestHeader, Request: x.Request, Status: x.Status, ResponseHeader: x.ResponseHeader,
			Response: x.Response, TLS: x.TLS, Err: x.Err,
		}}
	}
	protocol := "SOAP"
	if c.mode == interops.ModeP {
		protocol = "HTTP"
	}
	for i, hop := range hops {
		kept := c.partners.sent(protocol, c.mode, c.organism, emitter.Exchange{
			Method: hop.Method, URL: hop.URL, Header: hop.RequestHeader, Body: hop.Request, TLS: hop.TLS, Ours: x.Ours, Started: x.Started, Finished: x.Finished,
			Answer: emitter.Answer{Status: hop.Status, Header: hop.ResponseHeader, Body: hop.Response}, Err: hop.Err,
		})
		if i == 0 && m != nil {
			kept.Fault, kept.Violates = m.Name, m.Violates
			if x.Twin != nil && len(hop.Request) > 0 && !bytes.Equal(x.Twin, hop.Request) {
				kept.Twin = &store.Message{Media: hop.RequestHeader.Get("Content-Type"), Raw: x.Twin}
			}
		}
		if x.Hello != "" {
			kept.Error, kept.Outcome = x.Hello, store.Refused
			if x.Accepted {
				kept.Outcome = store.Accepted
			}
		}
		c.partners.options.Observe(kept)
	}
}

// Called is what came of a call.
type Called struct {
	Mode   interops.Mode `json:"mode"`
	Target string        `json:"target"`
	// Fault is the one that was committed, empty when none was.
	Fault string `json:"fault,omitempty"`
	// Status is that of the answer, 0 when none came: Error tells why.
	Status int    `json:"status"`
	Error  string `json:"error,omitempty"`
}

// Callable is where the client of a mode calls when it is asked to.
type Callable struct {
	Mode   interops.Mode `json:"mode"`
	Target string        `json:"target"`
}

// Callables are the clients that can be asked to call, and whom: the candidate that the sandbox was started for, else the
// provider of the sandbox itself.
func (p *Partners) Callables() []Callable {
	var all []Callable
	for _, mode := range []interops.Mode{interops.ModeA, interops.ModeP} {
		if c, played := p.callers[mode]; played {
			all = append(all, Callable{mode, c.aim.endpoint})
		}
	}
	return all
}

// maxCall bounds one call that is asked for, on the wall clock.
const maxCall = 30 * time.Second

// Call makes the client of a mode, the first that is played when it is empty, call once: with the fault that is named, else
// with the one that is armed, else honestly. It returns ErrNotPlayed or ErrNoSuchFault; that nobody answers is told in what
// it returns.
func (p *Partners) Call(ctx context.Context, mode interops.Mode, fault string) (Called, error) {
	if all := p.Callables(); mode == "" && len(all) > 0 {
		mode = all[0].Mode
	}
	c, played := p.callers[mode]
	if !played {
		return Called{}, ErrNotPlayed
	}
	var m *mutation.Mutation
	if fault == "" {
		m = c.take()
	} else if named, known := mutation.ByName(fault); known && c.commits(named, c.honest(p.Clock().Now())) {
		m = &named
	} else {
		return Called{}, ErrNoSuchFault
	}
	called := Called{Mode: mode, Target: c.aim.endpoint}
	if m != nil {
		called.Fault = m.Name
	}
	l, err := c.leaving()
	if err != nil {
		return called, err
	}
	ctx, stop := context.WithTimeout(ctx, maxCall)
	defer stop()
	answer, err := c.send(ctx, l, m)
	called.Status = answer.Status
	if err != nil {
		called.Error = err.Error()
	}
	return called, nil
}

// leaving is an honest call of a synthetic person, who logged in just before.
func (c *caller) leaving() (l emitter.Leaving, err error) {
	b, now := c.partners.stand.Bench, c.partners.Clock().Now()
	ids := make([]string, 2)
	for i := range ids {
		if ids[i], err = bench.NewUUID(bench.Entropy()); err != nil {
			return l, err
		}
	}
	marker := "etalon-" + ids[0]
	user := interops.User{ID: c.aim.user, Class: b.Profile.ClassFor(c.aim.service), AuthnInstant: now.Add(-30 * time.Second)}
	if len(c.aim.project.PAGM) > 0 {
		user.PAGM = []string{c.aim.project.PAGM[0].Name}
	}
	if c.aim.service.User == interops.UserForbidden {
		user.ID, user.Class = "", ""
	}
	l = emitter.Leaving{
		Project: c.aim.project, Service: c.aim.service, SOAP: c.aim.soap, SOAPAction: c.aim.soapAction, RequestID: ids[1],
		VI: saml.VIFor(b.Profile, b.Convention, c.aim.project, c.aim.service, user, "_"+ids[0], now),
	}
	l.Body = []byte(strings.ReplaceAll(string(c.aim.body), candidate.MarkerPlace, marker))
	if l.Endpoint, err = url.Parse(c.aim.endpoint); err == nil && c.aim.page != "" {
		l.Page, err = url.Parse(candidate.Marked(c.aim.page, marker))
	}
	if err != nil {
		return l, errors.Join(errors.New("read address of the service"), err)
	}
	return l, nil
}

// bodyOf is the business element of a call of a project, with the place of its marker.
func bodyOf(p interops.Project) []byte {
	return fmt.Appendf(nil, `<m:%s xmlns:m="urn:etalon:test:metier"><m:marqueur>%s</m:marqueur></m:%[1]s>`, OperationOf(p), candidate.MarkerPlace)
}
