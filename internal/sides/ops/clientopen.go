package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"etalon/internal/access"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/provider"
	"etalon/stubs/resource"
	"etalon/stubs/service"
)

// Open implements scenario.Side.
func (s *clientSide) Open(ctx context.Context) (*verdict.Trouble, error) {
	if err := s.prepare(); err != nil {
		return nil, err
	}
	if t := s.run.unfit(s.scope(), "pki.provider", s.run.Candidate.PKI.Provider, s.project.Provider, linkOf); s.role == candidate.RoleClient && t != nil {
		return t, nil
	}
	ctx, err := s.Enter(ctx, s.run.Gate(s.role, s.mode))
	if err != nil {
		return nil, err
	}
	defer s.Leave(ctx)
	w := worldOf(ctx)
	call, ok, err := w.clientControl(ctx)
	if err != nil {
		return nil, fmt.Errorf("make honest call: %w", err)
	}
	if ok && s.declared.S != nil {
		if t := s.closedDoor(ctx); t != nil {
			return t, nil
		}
	}
	if ok {
		if s.traces != nil {
			s.tracesFail = s.traces.Begun(ctx, s.tracesHeld)
		}
		return nil, nil
	}
	return s.gateTrouble(call), nil
}

// closedDoor tells of an address of the operator that nothing stands behind: the honest exchange does not go through all of them.
func (s *clientSide) closedDoor(ctx context.Context) *verdict.Trouble {
	declared := s.declared.S
	for _, one := range []struct{ key, address string }{{"sso", declared.SSO}, {"context", declared.Context}} {
		at, err := url.Parse(one.address)
		if one.address == "" || err != nil {
			continue
		}
		bounded, stop := context.WithTimeout(ctx, s.run.Patience)
		conn, err := candidate.Guarded(net.Dialer{})(bounded, "tcp", net.JoinHostPort(at.Hostname(), cmp.Or(at.Port(), "443")))
		stop()
		if err == nil {
			_ = conn.Close()
			continue
		}
		return &verdict.Trouble{Scope: s.scope(), Configuration: true, Reason: verdict.Reason{Key: verdict.ReasonUnreachable, Args: []string{s.roleMode() + "." + one.key, one.address, err.Error()}}}
	}
	return nil
}

// Doubts implements scenario.Doubter.
func (s *clientSide) Doubts() []verdict.Reason { return unreadTraces(s.declared.Traces, s.tracesFail) }

// prepare starts the partner and readies the drivers.
func (s *clientSide) prepare() (err error) {
	s.declared = emittingOf(s.run.Candidate, s.role, s.mode)
	s.run.declareSkew(s.declared.Access)
	if s.role == candidate.RoleIdentification { // no project is its own: it sends persons to an operator
		s.home = interops.Service{Name: s.declared.P.Service}
		s.project = interops.Project{Mode: s.mode, Client: s.declared.Organism, Provider: s.home.Name, Services: []interops.Service{s.home}}
		return s.ready()
	}
	choice := s.run.Candidate.Choice(s.role, s.mode)
	var ok bool
	if s.project, ok = s.run.Bench.Convention.OpenedProject(choice.Project); !ok {
		return fmt.Errorf("find project %q: not in the convention", choice.Project)
	}
	if s.home, ok = s.project.Service(choice.Service); !ok {
		return fmt.Errorf("find service %q: not in project %q", choice.Service, s.project.Name)
	}
	return s.ready()
}

// ready starts the partner of the mode and readies the drivers.
func (s *clientSide) ready() (err error) {
	s.turn, s.left = make(chan struct{}, 1), map[string]time.Time{}
	s.began = s.run.Bench.Clock.Now()
	s.verbs = map[candidate.Verb]access.Driver{}
	for verb, d := range s.declared.Verbs {
		s.verbs[verb] = s.run.Driver(d, nil)
	}
	if reader := access.NewTraceReader(s.run.Candidate.Path, s.declared.Traces); reader != nil {
		s.traces = &access.TraceBook{Reader: reader}
		s.tracesHeld = access.Held(context.Background(), s.run.Candidate.Path, s.declared.Traces)
	}
	switch {
	case s.mode == interops.ModeP:
		return s.prepareP()
	case s.role == candidate.RoleIdentification:
		return s.prepareI()
	case s.mode == interops.ModeS:
		return s.prepareS()
	}
	s.driver = s.run.Driver(s.declared.drive(), s.declared.others())
	if s.mode == interops.ModeR {
		return s.prepareR()
	}
	listen := s.run.Candidate.Listen
	s.partner, err = started(provider.Start(provider.Config{
		Bench: s.run.Bench, Organism: s.project.Provider, Listen: listen.At(listen.Ports.Provider),
		Observe: func(x provider.Exchange) { s.observe(heardProvider(x)) }, Flaws: lenient, Log: s.run.Log,
	}))
	return err
}

// lenient partners take whatever comes: what a client emits is judged on the message, not by its refusal.
var lenient = []string{"accepts-everything"}

// prepareR readies the resources that the application has called (mode R).
func (s *clientSide) prepareR() (err error) {
	listen, declared := s.run.Candidate.Listen, s.declared.R
	s.partner, err = started(resource.Start(resource.Config{
		Bench: s.run.Bench, Organism: s.project.Provider, Listen: listen.At(listen.Ports.Provider),
		Token: string(declared.Token), Header: declared.Header,
		Observe: func(x resource.Exchange) { s.observe(heardResource(x)) }, Flaws: lenient, Log: s.run.Log,
	}))
	return err
}

// prepareP readies the persons and the service to which they go.
func (s *clientSide) prepareP() (err error) {
	s.driver = &personDriver{run: s.run, declared: s.declared}
	s.run.profileInForce().P.Transport = string(s.declared.P.Transport)
	listen := s.run.Candidate.Listen
	s.partner, err = started(service.Start(service.Config{
		Bench: s.run.Bench, Organism: s.project.Provider, Listen: listen.At(listen.Ports.Service), Header: s.declared.P.Header,
		Observe: func(x service.Exchange) { s.observe(heardService(x)) }, Flaws: lenient, Log: s.run.Log,
	}))
	return err
}

// started is a partner, or nothing: a nil pointer is no partner.
func started[P partner](p P, err error) (partner, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
}

// gateTrouble tells why the role cannot be judged.
func (s *clientSide) gateTrouble(call appCall) *verdict.Trouble {
	t := &verdict.Trouble{Scope: s.scope()}
	field := s.roleMode() + map[bool]string{false: ".drive", true: ".login"}[s.persons()]
	var stopped *browser.Trouble
	switch {
	case errors.As(call.err, &stopped):
		t.Configuration, t.Reason = true, stopped.Reason()
	case call.err != nil:
		t.Configuration = true
		t.Reason = verdict.Reason{Key: verdict.ReasonUnreachable, Args: []string{field, s.driverPlace(), call.err.Error()}}
	case len(call.seen) == 0 && call.answer.Failed != "":
		t.Reason = verdict.Reason{Key: verdict.ReasonRoleHonestRefused, Args: []string{t.Scope, call.answer.Failed}}
	case len(call.seen) == 0:
		t.Reason = verdict.Reason{Key: verdict.ReasonRoleHonestRefused, Args: []string{t.Scope, fmt.Sprintf("HTTP %d", call.answer.Status)}}
	case call.seen[0].Err != nil:
		t.Reason = verdict.Reason{Key: verdict.ReasonRoleHonestRefused, Args: []string{t.Scope, call.seen[0].Err.Error()}}
	default:
		t.Reason = verdict.Reason{Key: verdict.ReasonRoleHonestRefused, Args: []string{t.Scope, fmt.Sprintf("HTTP %d", call.answer.Status)}}
	}
	return t
}

// driverPlace names what the driver reaches.
func (s *clientSide) driverPlace() string {
	if s.persons() {
		return s.declared.P.Link
	}
	drive := s.declared.drive()
	switch {
	case drive.HTTP != nil:
		return drive.HTTP.URL
	case len(drive.Command) > 0:
		return drive.Command[0]
	}
	return "manual"
}

// Enter implements scenario.Side: the partner is one scenario's alone.
func (s *clientSide) Enter(ctx context.Context, engine *scenario.World) (context.Context, error) {
	w := &World{World: engine, run: s.run}
	ctx = w.into(ctx)
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx, ctx.Err()
	}
	w.client.side, w.client.entered = s, true
	if !s.standing.Lost() {
		return ctx, nil
	}
	call, ok, err := w.clientControl(ctx)
	if err == nil && !ok {
		_ = w.Cannot(verdict.ReasonControlRefusedBefore, call.told())
	}
	return ctx, err
}

// Leave implements scenario.Side.
func (s *clientSide) Leave(ctx context.Context) {
	w := worldOf(ctx)
	w.restore(ctx)
	if w.client.entered {
		s.partner.Arm(0, mutation.Conduct{})
		w.client.stands()
		<-s.turn
	}
}

// Jobs implements scenario.Side.
func (s *clientSide) Jobs() int { return 1 }

// Close implements scenario.Side.
func (s *clientSide) Close() error {
	if s.partner == nil {
		return nil
	}
	return s.partner.Close()
}

// answeredWell tells whether an application got an ordinary answer.
func answeredWell(a access.AppAnswer) bool { return a.Status == http.StatusOK }
