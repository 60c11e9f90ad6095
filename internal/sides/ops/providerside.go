package ops

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// providerJobs is how many connections to a provider candidate are used at once.
const providerJobs = 4

// Open implements scenario.Side.
func (s *providerSide) Open(ctx context.Context) (*verdict.Trouble, error) {
	if err := s.prepare(); err != nil {
		return nil, err
	}
	if t := s.impostor(); t != nil {
		return t, nil
	}
	ctx, err := s.Enter(ctx, s.run.Gate(s.role, s.mode))
	if err != nil {
		return nil, err
	}
	defer s.Leave(ctx)
	w := worldOf(ctx)
	if s.sphere != nil {
		s.sphere.keys = s.published(ctx)
	}
	ok, err := w.control(ctx, "honest")
	if err != nil {
		return nil, fmt.Errorf("make honest exchange: %w", err)
	}
	s.clockKnown = w.provider.channel.known
	if !ok && w.provider.channel.offset.Abs() > s.run.Bench.Profile.Skew() {
		// The candidate lives at another time, which its answer told: an honest message is one of its time.
		if ok, err = w.control(ctx, "honest"); err != nil {
			return nil, fmt.Errorf("make honest exchange: %w", err)
		}
	}
	if !ok && s.sphere != nil && s.sphere.declared.Flow == candidate.FlowBoth {
		// It declares both flows: what comes unasked is judged on its own, and the rest answers its requests.
		s.sphere.solicited = true
		if ok, err = w.control(ctx, "honest"); err != nil {
			return nil, fmt.Errorf("make honest exchange: %w", err)
		}
	}
	if ok {
		s.shareClock(w.provider.channel)
		return nil, s.firstTrace(ctx, w)
	}
	return s.gateTrouble(w.provider.gate), nil
}

// impostor tells of a certificate of the file by which the harness would not be the caller it plays. A browser that carries a
// Response shows none, so that the honest exchange need not tell.
func (s *providerSide) impostor() *verdict.Trouble {
	own := s.run.Candidate.PKI
	if t := s.run.unfit(s.scope(), "pki.client", own.Client, s.home.Project.Client, linkOf); t != nil {
		return t
	}
	return s.run.unfit(s.scope(), "pki.signature", own.Signature, s.home.Project.Client, sealOf)
}

// shareClock tells every connection what one has learnt of the candidate's clock: a first message that is not of its time would
// be refused by right.
func (s *providerSide) shareClock(from *channel) {
	for _, c := range s.all {
		if from.known && !c.known {
			c.offset, c.known = from.offset, true
		}
	}
}

// prepare reads the candidate's targets, starts the probe and readies the links.
func (s *providerSide) prepare() error {
	var err error
	if s.carrier, err = carrierOf(s.scope(), s.run.Candidate); err != nil {
		return err
	}
	s.access = s.run.Candidate.Access(s.role)
	s.run.declareSkew(*s.access)
	main, others := s.carrier.services()
	home, err := s.target(main.Project, main.Service)
	if err != nil {
		return err
	}
	s.home, s.targets = home, []target{home}
	for _, service := range others {
		if t, err := s.target("", service); err == nil {
			s.targets = append(s.targets, t)
		}
	}
	slices.SortFunc(s.targets[1:], func(a, b target) int { return strings.Compare(a.Service.Name, b.Service.Name) })
	if s.backend() == candidate.BackendProbe {
		if s.probe, err = StartProbe(s.run.Candidate.Listen.At(s.run.Candidate.Listen.Ports.Probe), bench.Wall); err != nil {
			return err
		}
	}
	if reader := access.NewTraceReader(s.run.Candidate.Path, s.access.Traces); reader != nil {
		s.traces = &access.TraceBook{Reader: reader}
		s.tracesHeld = access.Held(context.Background(), s.run.Candidate.Path, s.access.Traces)
	}
	roots := s.run.Bench.RootPool()
	s.channels = make(chan *channel, providerJobs)
	for range providerJobs {
		link, err := client.NewLink(client.LinkConfig{
			Bench: s.run.Bench, Organism: home.Project.Client, Roots: roots, Timeout: s.run.Patience,
		})
		if err != nil {
			return err
		}
		c := &channel{link: link}
		s.all = append(s.all, c)
		s.channels <- c
	}
	if s.mode == interops.ModeS {
		return s.openSphere(roots)
	}
	return nil
}

// backend says whether the probe stands behind the candidate.
func (s *providerSide) backend() candidate.Backend {
	if s.role == candidate.RoleService {
		return s.run.Candidate.Service.Backend
	}
	return s.run.Candidate.Provider.Backend
}

// target finds a service of the candidate, in a project by name or in the first that opens it.
func (s *providerSide) target(project, service string) (target, error) {
	organism := s.access.Organism
	for _, p := range s.run.Bench.Convention.Opened() {
		known, opens := p.Service(service)
		if !opens || p.Mode != s.mode || p.Provider != organism || project != "" && p.Name != project {
			continue
		}
		t := target{Project: p, Service: known}
		return t, s.carrier.aim(&t)
	}
	return target{}, fmt.Errorf("find service %q: no project of mode %s opens it to %s", service, s.mode, organism)
}

// gateTrouble tells why the role cannot be judged (rule 2): misdeclared or unreachable is the user's to mend,
// the rest is a candidate that refused an honest message.
func (s *providerSide) gateTrouble(x sent) *verdict.Trouble {
	field := "roles." + s.scope() + ".acs"
	if s.mode == interops.ModeA || s.mode == interops.ModeR {
		field = "roles." + s.scope() + ".endpoint"
	}
	field = strings.Replace(field, "/", ".", 1)
	t := &verdict.Trouble{Scope: s.scope(), Configuration: true}
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var dns *net.DNSError
	var dial *net.OpError
	var record tls.RecordHeaderError
	cause := x.exchange.Err
	switch {
	case errors.As(cause, &unknown), errors.As(cause, &invalid):
		t.Reason = verdict.Reason{Key: verdict.ReasonMisdeclared, Args: []string{"pki.trust", cause.Error()}}
	case errors.As(cause, &host), errors.As(cause, &record), errors.Is(cause, http.ErrSchemeMismatch):
		t.Reason = verdict.Reason{Key: verdict.ReasonMisdeclared, Args: []string{field, cause.Error()}}
	case errors.As(cause, &dns), errors.As(cause, &dial) && dial.Op == "dial", cause != nil && x.outcome == unanswered:
		t.Reason = verdict.Reason{Key: verdict.ReasonUnreachable, Args: []string{field, s.home.Endpoint.String(), cause.Error()}}
	case x.exchange.Status == http.StatusNotFound || x.exchange.Status == http.StatusMethodNotAllowed:
		t.Reason = verdict.Reason{Key: verdict.ReasonMisdeclared, Args: []string{field, told(x.exchange)}}
	case x.outcome == answered:
		t.Reason = verdict.Reason{Key: verdict.ReasonMisdeclared, Args: []string{"roles." + string(s.role) + ".backend", "probe: " + s.probe.URL()}}
	default:
		t.Configuration = false
		t.Reason = verdict.Reason{Key: verdict.ReasonRoleHonestRefused, Args: []string{t.Scope, told(x.exchange)}}
	}
	return t
}

// firstTrace makes sure that the traces can be read at all: a place that cannot is no fault of the candidate's.
func (s *providerSide) firstTrace(ctx context.Context, w *World) error {
	if s.traces == nil {
		return nil
	}
	s.tracesFail = s.traces.Begun(ctx, s.tracesHeld)
	return ctx.Err()
}

// Doubts implements scenario.Doubter.
func (s *providerSide) Doubts() []verdict.Reason { return unreadTraces(s.access.Traces, s.tracesFail) }

// unreadTraces is what is said of traces that cannot be read.
func unreadTraces(t *candidate.Traces, failed error) []verdict.Reason {
	if failed == nil {
		return nil
	}
	return []verdict.Reason{{Key: verdict.ReasonTracesUnreadable, Args: []string{access.PlaceOf(t), failed.Error()}}}
}

// Ahead implements scenario.Timed.
func (s *providerSide) Ahead() (offset time.Duration, known bool) {
	for _, c := range s.all {
		if c.known {
			return c.offset, true
		}
	}
	return 0, false
}

// Enter implements scenario.Side.
func (s *providerSide) Enter(ctx context.Context, engine *scenario.World) (context.Context, error) {
	w := &World{World: engine, run: s.run}
	ctx = w.into(ctx)
	select {
	case w.provider.channel = <-s.channels:
	case <-ctx.Done():
		return ctx, ctx.Err()
	}
	w.provider.side, w.provider.to = s, s.home
	w.provider.user = s.run.people.entitled(s.home.Project, s.home.Service)
	if !s.standing.Lost() {
		return ctx, nil
	}
	ok, err := w.control(ctx, "honest")
	if err == nil && !ok {
		_ = w.Cannot(verdict.ReasonControlRefusedBefore, w.lastAnswer())
	}
	return ctx, err
}

// Leave implements scenario.Side.
func (s *providerSide) Leave(ctx context.Context) {
	w := worldOf(ctx)
	w.restore(ctx)
	if w.provider.channel != nil {
		s.channels <- w.provider.channel
	}
}

// scope is the role and mode that the side plays around, as addresses write them.
func (s *providerSide) scope() string { return string(s.role) + "/" + string(s.mode) }

// Jobs implements scenario.Side.
func (s *providerSide) Jobs() int { return providerJobs }

// Close implements scenario.Side.
func (s *providerSide) Close() error {
	for _, c := range s.all {
		c.link.Close()
	}
	var err error
	if s.sphere != nil {
		err = s.sphere.operator.close()
	}
	if s.probe == nil {
		return err
	}
	return errors.Join(err, s.probe.Close())
}

// unmet gives the reason for which a fault cannot be played against this candidate's convention.
func (s *providerSide) unmet(m mutation.Mutation, to target) []mutation.Need {
	return m.Unmet(mutation.Honest{
		Now: s.run.Bench.Clock.Now(), Profile: s.run.profileInForce(), Convention: s.run.Bench.Convention,
		Project: to.Project, Service: to.Service,
	})
}

// faultOf finds a fault of the catalogue.
func (s *providerSide) faultOf(name string) (mutation.Mutation, error) {
	m, ok := mutation.ByName(name)
	if !ok {
		return m, fmt.Errorf("fault %q: not in the catalogue", name)
	}
	return m, nil
}
