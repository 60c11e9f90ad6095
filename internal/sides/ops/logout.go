package ops

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// leaving is what a scenario about logout knows.
type leaving struct {
	person   int      // who leaves; zero before anybody came
	sessions []opened // of the person, in order
	other    *opened  // of somebody else
	request  sso.LogoutRequest
	relay    string // of a request of the candidate's
	wishes   int    // those of the back channel that came before
	first    client.Exchange
	last     client.Exchange
	kept     verdict.Exchange
	message  sso.Outgoing // the last LogoutRequest of ours
}

// opened is a session that an honest VI opened, in a browser.
type opened struct {
	vi      interops.VI
	browser *client.Browser
	// before is the browser as it was when the session was opened: a session that is closed serves its old cookies no more.
	before *client.Browser
}

// leaver is the number of the person who leaves: one of the scenario's own, who has no session from elsewhere that a
// candidate might close in place of those of the scenario.
func (w *World) leaver() (int, error) {
	if w.provider.leaving.person == 0 {
		var drawn [2]byte
		if _, err := io.ReadFull(w.Source, drawn[:]); err != nil {
			return 0, fmt.Errorf("choose person: %w", err)
		}
		w.provider.leaving.person = 100 + int(binary.BigEndian.Uint16(drawn[:]))%9900
	}
	return w.provider.leaving.person, nil
}

// openSession opens a session of a person in a browser of its own. index, when not empty, is its SessionIndex; change,
// when not nil, varies the call.
func (w *World) openSession(ctx context.Context, person int, index string, change func(*client.Call)) (opened, error) {
	one, s, err := w.trySession(ctx, person, index, change)
	if err == nil && !w.accepted(s) {
		err = w.Cannot(verdict.ReasonControlRefusedBefore, told(s.exchange))
	}
	return one, err
}

// trySession is openSession that leaves it to the caller what a refusal means.
func (w *World) trySession(ctx context.Context, person int, index string, change func(*client.Call)) (opened, sent, error) {
	w.provider.user = w.person(person)
	browser := client.NewBrowser()
	call, marker, err := w.message()
	if err != nil {
		return opened{}, sent{}, err
	}
	if call.Visit.Browser = browser; index != "" {
		call.VI.SessionIndex = index
	}
	if change != nil {
		change(&call)
	}
	w.provider.channel.honest = ""
	s, err := w.send(ctx, "honest", marker, call)
	return opened{s.vi, browser, browser.Copy(call.Visit.Page, call.Endpoint)}, s, err
}

// reopenSession opens a session of the same SessionIndex as one that was ended. A candidate that lets no session of an
// ended index begin again is given one of an index of its own: a request replayed finds nothing to end there either.
func (w *World) reopenSession(ctx context.Context, person int, index string) (opened, error) {
	one, s, err := w.trySession(ctx, person, index, nil)
	if err != nil || w.accepted(s) {
		return one, err
	}
	return w.openSession(ctx, person, "", nil)
}

// wish makes a LogoutRequest of our operator for sessions of the scenario's person.
func (w *World) wish(sessions ...opened) (sso.LogoutRequest, error) {
	id, err := bench.NewID(w.Source)
	if err != nil {
		return sso.LogoutRequest{}, err
	}
	now := w.provider.channel.now(w.run.Bench.Clock)
	organism, _ := w.run.Bench.Convention.Organism(w.provider.side.home.Project.Client)
	r := sso.LogoutRequest{
		ID: id, Issuer: organism.Issuer, IssueInstant: now, NotOnOrAfter: now.Add(saml.Lifetime(interops.ModeS)), Reason: sso.ReasonUser,
	}
	for _, one := range sessions {
		r.NameID = one.vi.NameID
		r.SessionIndexes = append(r.SessionIndexes, one.vi.SessionIndex)
	}
	return r, nil
}

// sealed is an honest sending of our operator's.
func (w *World) sealed(binding sso.Binding) (sso.Sending, error) {
	credential, err := w.run.Bench.PKI.Credential(w.provider.side.home.Project.Client + "/signature")
	return sso.Sending{Binding: binding, Signer: &credential, Credential: w.run.Bench.PKI.Credential, Now: w.provider.channel.now(w.run.Bench.Clock)}, err
}

// via is how the candidate takes logout messages: through the browser where it says so, else on the back channel.
func (s *sphereSide) via() sso.Binding {
	if s.declared.SLO != "" {
		return sso.BindingRedirect
	}
	return sso.BindingSOAP
}

// address takes the messages of a binding.
func (s *sphereSide) address(b sso.Binding) string {
	if b == sso.BindingSOAP {
		return s.declared.SOAP
	}
	return s.declared.SLO
}

// demandLogout sends a LogoutRequest to the candidate, as change makes it.
func (w *World) demandLogout(ctx context.Context, label string, binding sso.Binding, r sso.LogoutRequest, change func(*sso.LogoutRequest, *sso.Sending) error) error {
	sphere := w.provider.side.sphere
	r.Destination = sphere.address(binding)
	sending, err := w.sealed(binding)
	if err != nil {
		return err
	}
	if change != nil {
		if err := change(&r, &sending); err != nil {
			return err
		}
	}
	out, err := r.Send(sending)
	if err != nil {
		return fmt.Errorf("make LogoutRequest: %w", err)
	}
	w.provider.leaving.message, w.provider.leaving.request = out, r
	return w.bring(ctx, label, out, w.personBrowser())
}

// personBrowser is the browser of the person's last session.
func (w *World) personBrowser() *client.Browser {
	n := len(w.provider.leaving.sessions)
	if n == 0 {
		return nil
	}
	return w.provider.leaving.sessions[n-1].browser
}

// bring takes a message of ours to the candidate, as its binding has it.
func (w *World) bring(ctx context.Context, label string, out sso.Outgoing, browser *client.Browser) error {
	e := client.Errand{Browser: browser}
	var err error
	switch out.Binding {
	case sso.BindingSOAP:
		e.URL, err = url.Parse(out.Destination)
		e.Method, e.Body, e.ContentType, e.Certified, e.Browser = http.MethodPost, out.Envelope(), "text/xml; charset=utf-8", true, nil
	case sso.BindingPOST:
		e.URL, err = url.Parse(out.Destination)
		e.Method, e.Body, e.ContentType = http.MethodPost, []byte(out.Form().Encode()), "application/x-www-form-urlencoded"
	default:
		e.URL, err = url.Parse(out.URL())
	}
	if err != nil {
		return fmt.Errorf("read address of logout messages: %w", err)
	}
	return w.errand(ctx, label, e)
}

// errand does an errand about logout and keeps it.
func (w *World) errand(ctx context.Context, label string, e client.Errand) error {
	request, err := bench.NewUUID(w.Source)
	if err != nil {
		return err
	}
	e.RequestID = request
	w.provider.channel.honest = ""
	x, err := w.provider.channel.link.Run(ctx, e)
	if err != nil {
		return err
	}
	w.provider.leaving.last = x
	w.provider.leaving.kept, _ = w.keep(label, "", x)
	if x.Err != nil {
		return w.Cannot(verdict.ReasonNoMessage, x.Err.Error())
	}
	return nil
}

// logoutFaults are the departures of a LogoutRequest of ours.
var logoutFaults = map[string]func(w *World, r *sso.LogoutRequest, s *sso.Sending) error{
	"non-signee": func(_ *World, _ *sso.LogoutRequest, s *sso.Sending) error { s.Signer = nil; return nil },
	"exterieure": func(w *World, r *sso.LogoutRequest, s *sso.Sending) error {
		stranger, ok := w.stranger()
		if !ok {
			return w.Cannot(verdict.ReasonNotInConvention, "organisme-sans-projet")
		}
		credential, err := w.run.Bench.PKI.Credential(stranger.Name + "/signature")
		r.Issuer, s.Signer = stranger.Issuer, &credential
		return err
	},
	"perimee": func(w *World, r *sso.LogoutRequest, _ *sso.Sending) error {
		past := -(2*w.profile().Skew() + 2*sso.MaxAge)
		r.IssueInstant, r.NotOnOrAfter = r.IssueInstant.Add(past), r.NotOnOrAfter.Add(past)
		return nil
	},
	"session-inconnue": func(_ *World, r *sso.LogoutRequest, _ *sso.Sending) error {
		r.SessionIndexes = []string{"_session-que-personne-n-a-ouverte"}
		return nil
	},
	"autre-personne": func(w *World, r *sso.LogoutRequest, _ *sso.Sending) error {
		r.NameID.Value = w.person(43).ID
		return nil
	},
}

// stranger is an organism of the convention outside the sphere.
func (w *World) stranger() (interops.Organism, bool) {
	for _, o := range w.run.Bench.Convention.Organisms {
		if _, member := w.run.Bench.Convention.Sphere.Member(o.Name); !member {
			return o, true
		}
	}
	return interops.Organism{}, false
}

// received is the LogoutRequest that the candidate sent to our operator since the last errand, by either channel.
func (w *World) received() (sso.JudgedLogout, bool) {
	side := w.provider.side
	expect := sso.LogoutExpectation{Circle: side.circle(), Destination: side.operatorURL(stand.OperatorSLO)}
	for _, hop := range w.provider.leaving.last.Hops {
		if d, leaves := hop.Departure(); leaves && d.Has(sso.ParameterRequest) && d.URL.Host == side.sphere.operator.address {
			w.provider.leaving.relay = d.RelayState()
			return sso.VerifyLogoutRequest(d.Incoming(), expect), true
		}
	}
	wished := side.sphere.operator.wished(w.provider.leaving.wishes)
	if len(wished) == 0 {
		return sso.JudgedLogout{}, false
	}
	return sso.VerifyLogoutRequest(wished[len(wished)-1], expect), true
}

// concludeBack answers a LogoutRequest of the back channel.
func (s *providerSide) concludeBack(in sso.Incoming) ([]byte, error) {
	judged := sso.VerifyLogoutRequest(in, sso.LogoutExpectation{Circle: s.circle(), Destination: s.operatorURL(stand.OperatorSLO)})
	credential, err := s.run.Bench.PKI.Credential(s.home.Project.Client + "/signature")
	if err != nil {
		return nil, err
	}
	organism, _ := s.run.Bench.Convention.Organism(s.home.Project.Client)
	now := s.run.Bench.Clock.Now()
	out, err := sso.LogoutResponse{
		ID: judged.ID + "-reponse", InResponseTo: judged.ID, Issuer: organism.Issuer, IssueInstant: now,
	}.Send(sso.Sending{Binding: sso.BindingSOAP, Signer: &credential, Now: now})
	return out.Envelope(), err
}

// conclusion answers the candidate's LogoutRequest, through the browser.
func (w *World) conclusion(ctx context.Context, label, to string) error {
	organism, _ := w.run.Bench.Convention.Organism(w.provider.side.home.Project.Client)
	id, err := bench.NewID(w.Source)
	if err != nil {
		return err
	}
	sending, err := w.sealed(sso.BindingRedirect)
	if err != nil {
		return err
	}
	sending.RelayState = w.provider.leaving.relay
	out, err := sso.LogoutResponse{
		ID: id, InResponseTo: to, Issuer: organism.Issuer, Destination: w.provider.side.sphere.declared.SLO, IssueInstant: sending.Now,
	}.Send(sending)
	if err != nil {
		return fmt.Errorf("make LogoutResponse: %w", err)
	}
	return w.bring(ctx, label, out, w.personBrowser())
}

// same tells whether two answers say the same to a person; references of the moment aside.
func same(a, b client.Exchange) bool {
	said := func(x client.Exchange) string {
		words := strings.Fields(visible(x.Response))
		return strings.Join(slices.DeleteFunc(words, func(word string) bool { return strings.ContainsAny(word, "0123456789") }), " ")
	}
	return a.Status == b.Status && said(a) == said(b)
}

// loggedOut waits for the record of the end of a session.
func (w *World) loggedOut(ctx context.Context, one opened, since time.Time) (access.TraceRecord, bool, error) {
	b, err := w.readBook()
	if err != nil {
		return access.TraceRecord{}, false, err
	}
	r, found, err := b.Await(ctx, func(r access.TraceRecord) bool {
		if r.Text("decision") != string(interops.LoggedOut) {
			return false
		}
		at, err := time.Parse(time.RFC3339Nano, r.Text("timestamp"))
		recent := err == nil && !at.Before(since.Add(-w.profile().Skew()))
		return r.Text("viId") == one.vi.ID || r.Text("viId") == "" && r.Text("nameId") == one.vi.NameID.Value && recent
	}, nil)
	if err != nil {
		err = w.unreadable(err)
	}
	return r, found, err
}

// errandOf asks for an address in a browser.
func errandOf(at *url.URL, browser *client.Browser) client.Errand {
	return client.Errand{URL: at, Browser: browser}
}
