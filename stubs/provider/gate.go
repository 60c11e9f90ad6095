package provider

import (
	"cmp"
	"context"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/verdict"
)

// servicePath is the address of every service, followed by Service.Name.
const servicePath = "/interops/"

// call is one message on its way through the gate.
type call struct {
	provider *Provider
	link     *gateway.Link // nil when the call came by no connection of the door's
	service  interops.Service
	request  *http.Request
	raw      []byte
	overlong bool
	now      time.Time // protocol time
	id       string    // X-Request-Id
	peer     *x509.Certificate

	incoming    soap.Incoming
	expectation saml.Expectation
	seen        soap.Judged       // what the message is
	judged      soap.Judged       // what the provider takes it for: the same, but for a flaw
	heeded      []verdict.Finding // the findings that lead to a refusal
	blinded     bool              // a flaw hid a finding
	decision    interops.Decision
	asked       *answer // what the application answered, once it was asked
	fault       string  // the armed fault that the answer commits
}

// routes opens one path per service; any method comes in, for a wrong one is a finding like another (A08).
func (p *Provider) routes() http.Handler {
	r := chi.NewRouter()
	r.HandleFunc(servicePath+"{service}", p.serve)
	r.NotFound(p.unknown)
	return r
}

// unknown answers an address that is no service; no VI is looked for.
func (p *Provider) unknown(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", p.config.Bench.Clock.Now().Format(http.TimeFormat))
	http.Error(w, "adresse inconnue", http.StatusNotFound)
}

// serve takes one call from the partner and answers it.
func (p *Provider) serve(w http.ResponseWriter, r *http.Request) {
	service, known := p.services[chi.URLParam(r, "service")]
	if !known {
		p.unknown(w, r)
		return
	}
	started := bench.Wall()
	l := gateway.LinkOf(r.Context())
	p.front.Busy(l, true)
	defer p.front.Busy(l, false)
	c, err := p.receive(r, service)
	c.link = l
	x := p.exchange(c, started)
	if err != nil {
		x.Err = err
		p.observe(x)
		panic(http.ErrAbortHandler) // nothing can be answered: net/http ends the connection in silence
	}
	a, spoken := p.reply(r.Context(), c)
	x.Judged, x.Incoming, x.Expectation, x.Decision, x.Fault = c.seen, c.incoming, c.expectation, c.decision, cmp.Or(c.fault, x.Fault)
	if !spoken {
		p.observe(x)
		panic(http.ErrAbortHandler)
	}
	x.Answered(a)
	p.observe(x) // before the partner can know the answer: who waits for the answer finds the exchange
	p.send(w, c, a)
}

// exchange is what is known of a call before it is judged.
func (p *Provider) exchange(c *call, started time.Time) Exchange {
	x := Exchange{Exchange: gateway.Requested(c.request, c.raw, c.link, started)}
	x.Service, x.RequestID = c.service.Name, c.id
	return x
}

// judge finds what is wrong with a call, and which of it leads to a refusal.
func (p *Provider) judge(c *call) {
	c.incoming = soap.Incoming{
		Method: c.request.Method, ContentType: c.request.Header.Get("Content-Type"),
		SOAPAction: c.request.Header.Get("SOAPAction"), Query: c.request.URL.Query(), Raw: c.raw,
	}
	c.expectation = saml.Expectation{
		Convention: p.config.Bench.Convention, Profile: p.config.Bench.Profile, Mode: interops.ModeA,
		Provider: p.organism.Name, Audience: c.service.Audience, Now: c.now, TLSPeer: c.peer, Trust: p.gate.SignerTrust,
	}
	c.seen = soap.Verify(c.incoming, c.expectation)
	c.judged = c.seen
	p.policy.reading(p, c)
	p.heed(c, c.judged.Findings)
}

// heed keeps the findings that lead to a refusal: all, but for a flaw.
func (p *Provider) heed(c *call, fs []verdict.Finding) {
	for _, f := range fs {
		if p.policy.excused(f, c) || p.policy.Overlooks(f, c.arrival()) {
			c.blinded = true
		} else {
			c.heeded = append(c.heeded, f)
		}
	}
}

// arrival is what any gateway knows of a call that it judged.
func (c *call) arrival() gateway.Arrival {
	return gateway.Arrival{
		Findings: c.judged.Findings, Convention: c.expectation.Convention, Client: c.judged.Client, Peer: c.peer,
		Header: c.request.Header, Now: c.now,
	}
}

// reply judges the call and makes its answer; false when the connection must end without one.
func (p *Provider) reply(ctx context.Context, c *call) (answer, bool) {
	if c.overlong {
		return p.refuseOverlong(c), true
	}
	p.judge(c)
	if p.policy.drops(c) {
		return answer{}, false
	}
	if a, fault, ok := p.front.Answer(); ok {
		c.fault = fault
		return p.misbehave(ctx, c, a)
	}
	return p.pass(ctx, c), true
}

// pass is the order of the gate: verdict, trace, application. Nothing goes to the application before the
// message is found good and its trace is kept (A04, X06).
func (p *Provider) pass(ctx context.Context, c *call) answer {
	if p.policy.hasty {
		p.ask(ctx, c)
	}
	if refusal, refused := p.decide(c); refused {
		return refusal
	}
	return p.ask(ctx, c)
}

// decide concludes on a judged call and keeps its trace; it returns the refusal when there is one.
func (p *Provider) decide(c *call) (answer, bool) {
	var failure error
	if len(c.heeded) == 0 {
		failure = p.present(c)
	}
	switch {
	case failure != nil:
		return p.refuse(c, unavailable(), failure.Error()), true
	case len(c.heeded) > 0:
		return p.refuse(c, soap.FaultFor(c.heeded), c.heeded[0].Rule), true
	case !p.opens(c):
		return p.refuse(c, operationFault(c), ruleOperation), true
	}
	c.decision = interops.Accepted
	if err := p.trace(c, ""); err != nil && !p.policy.untraced {
		p.config.Log.Error("trace impossible", "requete", c.id, "cause", err.Error())
		c.decision = interops.Rejected
		return p.fault(c, unavailable()), true
	}
	p.config.Log.Info("appel accepté", "requete", c.id, "vi", c.judged.VI.ID, "operation", c.judged.Operation)
	return answer{}, false
}

// present checks a sound VI against those presented before (L05, V16-N2).
func (p *Provider) present(c *call) error {
	vi := c.judged.VI
	until := vi.NotOnOrAfter.Add(p.config.Bench.Profile.Skew())
	reuse := p.config.Bench.Profile.Replay.A != "reject"
	findings, err := p.replays.take(vi, p.gate.Identity(c.judged.Client, c.peer), until, c.now, reuse)
	p.heed(c, findings)
	return err
}

// opens tells whether the VI's profiles open the operation that is called (V13, V14). A provider that is
// blind to a fault looks no further.
func (p *Provider) opens(c *call) bool {
	return c.blinded || c.judged.Opens(c.judged.Operation)
}
