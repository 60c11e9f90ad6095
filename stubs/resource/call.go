package resource

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

// servicePath is the address of every service, followed by Service.Name and a resource.
const servicePath = "/api/"

// maxDiscarded is read beyond what is kept, so that the connection survives a refusal.
const maxDiscarded = 32 << 20

// call is one call on its way through the gate.
type call struct {
	provider *Provider
	link     *gateway.Link // nil when it came by no connection of the door's
	service  interops.Service
	resource string
	request  *http.Request
	now      time.Time // protocol time
	id       string    // X-Request-Id
	peer     *x509.Certificate

	incoming    rest.Incoming
	expectation rest.Expectation
	seen        rest.Judged       // what the call is
	judged      rest.Judged       // what the provider takes it for: the same, but for a flaw
	heeded      []verdict.Finding // the findings that lead to a refusal
	blinded     bool              // a flaw hid a finding
	decision    interops.Decision
	fault       string // the armed fault that the answer commits
}

// errSilent ends a connection without an answer.
var errSilent = errors.New("answer nothing: armed")

// routes opens one path per service; any verb comes in, for the rights are by verb (R04).
func (p *Provider) routes() http.Handler {
	r := chi.NewRouter()
	r.HandleFunc(servicePath+"{service}/*", p.serve)
	r.NotFound(p.unknown)
	r.MethodNotAllowed(p.unknown)
	return r
}

// unknown answers an address that is no service; no token is looked for.
func (p *Provider) unknown(w http.ResponseWriter, r *http.Request) {
	c := &call{provider: p, request: r, id: gateway.RequestID(r.Header)}
	p.send(w, c, p.refusal(c, rest.Refusal{Status: http.StatusNotFound, Code: "RessourceInconnue", Message: "Cette adresse n'existe pas."}))
}

// serve takes one call from the partner and answers it.
func (p *Provider) serve(w http.ResponseWriter, r *http.Request) {
	service, known := p.services[chi.URLParam(r, "service")]
	resource, err := resourceOf(r, service.Name)
	if !known || err != nil {
		p.unknown(w, r)
		return
	}
	started := bench.Wall()
	c := &call{
		provider: p, service: service, resource: resource, request: r, now: p.config.Bench.Clock.Now(), link: gateway.LinkOf(r.Context()),
	}
	p.front.Busy(c.link, true)
	defer p.front.Busy(c.link, false)
	a, err := p.answer(c)
	x := c.exchange(started)
	if err != nil {
		x.Err = err
		p.observe(x)
		panic(http.ErrAbortHandler) // nothing can be answered: net/http ends the connection in silence
	}
	x.Answered(a)
	p.observe(x) // before the partner can know the answer: who waits for the answer finds the exchange
	p.send(w, c, a)
}

// resourceOf returns the name of the resource that an address designates: what follows the service, up to the next slash.
// It refuses a path that an application could read as another one.
func resourceOf(r *http.Request, service string) (string, error) {
	escaped := strings.ToLower(r.URL.EscapedPath())
	for _, hidden := range []string{"%2f", "%5c", "%00", "%25", ";"} {
		if strings.Contains(escaped, hidden) {
			return "", fmt.Errorf("read path %.80q: it hides a separator", escaped)
		}
	}
	segments := strings.Split(strings.TrimPrefix(r.URL.Path, servicePath+service+"/"), "/")
	for i, segment := range segments {
		if segment == "." || segment == ".." || segment == "" && i > 0 && i < len(segments)-1 || strings.Contains(segment, `\`) {
			return "", fmt.Errorf("read path %.80q: it does not name one resource", r.URL.Path)
		}
	}
	return segments[0], nil
}

// answer makes the answer of a call, or what an armed conduct puts in its place; an error when the connection must end
// without one.
func (p *Provider) answer(c *call) (answer, error) {
	if err := p.read(c); err != nil {
		return answer{}, err
	}
	m, fault, armed := p.front.Answer()
	c.fault = fault
	if armed && (!gateway.Wait(c.request.Context(), m.Delay) || m.Close) {
		p.judge(c)
		p.decide(c)
		return answer{}, errSilent
	}
	a := p.pass(c)
	if armed {
		a = p.misbehave(c, a, m)
	}
	return a, nil
}

// read takes the call within limits. Its error means that it did not come whole.
func (p *Provider) read(c *call) (err error) {
	r := c.request
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		c.peer = r.TLS.PeerCertificates[0]
	}
	if c.id = gateway.RequestID(r.Header); c.id == "" {
		if c.id, err = bench.NewUUID(p.ids); err != nil {
			return err
		}
	}
	c.incoming = rest.Incoming{Method: r.Method, URL: r.URL, Header: r.Header}
	if c.incoming.Raw, err = io.ReadAll(io.LimitReader(r.Body, rest.MaxBody+1)); err != nil {
		return fmt.Errorf("read call: %w", err)
	}
	if _, err := io.Copy(io.Discard, io.LimitReader(r.Body, maxDiscarded)); err != nil {
		return fmt.Errorf("read call: %w", err)
	}
	return nil
}

// pass is the order of the gate: verdict, trace, application. Nothing goes to the application before the token is found
// good, opens the resource, and its trace is kept (X06).
func (p *Provider) pass(c *call) answer {
	if kept, ok := p.policy.recall(c); ok {
		return kept
	}
	p.judge(c)
	if refusal, refused := p.decide(c); refused {
		return refusal
	}
	if len(c.incoming.Raw) > rest.MaxBody {
		return p.refusal(c, rest.Refusal{Status: http.StatusRequestEntityTooLarge, Code: "MessageTropLong", Message: "Le message est trop long."})
	}
	a := p.ask(c)
	p.policy.store(c, a)
	return a
}

// judge finds what is wrong with a call, and which of it leads to a refusal.
func (p *Provider) judge(c *call) {
	b := p.config.Bench
	c.expectation = rest.Expectation{
		Expectation: saml.Expectation{
			Convention: b.Convention, Profile: b.Profile, Mode: interops.ModeR, Provider: p.organism.Name,
			Audience: c.service.Audience, Now: c.now, TLSPeer: c.peer, Trust: p.gate.SignerTrust,
		},
		Token: p.config.Token, Name: p.config.Header,
	}
	c.seen = rest.Verify(c.incoming, c.expectation)
	c.judged = c.seen
	p.policy.reading(c)
	p.heed(c, c.judged.Findings)
}

// heed keeps the findings that lead to a refusal: all, but for a flaw.
func (p *Provider) heed(c *call, found []verdict.Finding) {
	for _, f := range found {
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

// decide concludes on a judged call and keeps its trace; it returns the refusal when there is one.
func (p *Provider) decide(c *call) (answer, bool) {
	var failure error
	if len(c.heeded) == 0 {
		failure = p.present(c)
	}
	switch {
	case failure != nil:
		return p.refuse(c, rest.Unavailable(), failure.Error()), true
	case len(c.heeded) > 0:
		return p.refuse(c, rest.RefusalFor(c.heeded), c.heeded[0].Rule), true
	case !p.policy.opens(c):
		return p.refuse(c, rest.Forbidden(), ruleResource), true
	}
	c.decision = interops.Accepted
	if err := p.trace(c, ""); err != nil && !p.policy.untraced {
		p.config.Log.Error("trace impossible", "requete", c.id, "cause", err.Error())
		c.decision = interops.Rejected
		return p.refusal(c, rest.Unavailable()), true
	}
	p.config.Log.Info("appel accepté", "requete", c.id, "vi", c.judged.VI.ID, "ressource", c.resource)
	return answer{}, false
}

// The provider's own rules, beside those of rest and saml.
const (
	ruleOneTimeUse = "onetimeuse-replayed"
	ruleResource   = "resource-not-opened"
)

// present refuses a VI for one time use that was presented before (V16-N2); any other may serve again.
func (p *Provider) present(c *call) error {
	vi := c.judged.VI
	if !vi.OneTimeUse {
		return nil
	}
	again, err := p.once.Take(vi.Issuer+"\x00"+vi.ID, vi.NotOnOrAfter.Add(p.config.Bench.Profile.Skew()), c.now)
	if again {
		p.heed(c, []verdict.Finding{{Requirement: "V16", Rule: ruleOneTimeUse, Want: "one use", Got: vi.ID}})
	}
	return err
}

// opens tells whether the token's PAGM open the resource to the verb of the call (R04). A provider that is blind to a
// fault looks no further.
func opens(c *call) bool {
	verb := c.request.Method
	if verb == http.MethodGet || verb == http.MethodHead {
		return c.blinded || c.judged.Opens(c.resource)
	}
	return c.blinded || c.judged.Opens(verb+" "+c.resource)
}
