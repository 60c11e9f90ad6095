package authentication

import (
	"fmt"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// refusal is why a passage ends here, for the service that asked and for the person.
type refusal struct{ status, sub, text string }

var (
	noSuchLevel = refusal{sso.StatusResponder, sso.StatusNoAuthnContext, "Le niveau d'authentification que le service demande ne peut pas être atteint."}
	notPassive  = refusal{sso.StatusResponder, sso.StatusNoPassive, "Une authentification est nécessaire."}
	noRight     = refusal{sso.StatusResponder, sso.StatusRequestDenied, "Vous n'avez aucun droit pour ce service."}
)

// decline tells that no VI is made: to the service that asked, by a Response of that status, else to the person alone.
func (o *Operator) decline(c *call, p passage, why refusal) {
	if p.request == nil {
		o.say(c, http.StatusForbidden, "Accès refusé", why.text)
		return
	}
	id, err := o.party.NewID()
	if err != nil {
		o.unavailable(c, err)
		return
	}
	signer, err := o.party.Signature()
	if err != nil {
		o.unavailable(c, err)
		return
	}
	draft := sso.Draft{
		VI: interops.VI{Issuer: o.party.Organism.Issuer}, ID: id, Destination: p.acs, InResponseTo: p.request.ID, Status: why.status, SubStatus: why.sub,
		ResponseSigner: &signer, Profile: o.config.Bench.Profile, Rand: bench.Entropy(), Now: c.now,
	}
	raw, err := draft.Build()
	if err != nil {
		o.unavailable(c, err)
		return
	}
	o.post(c, p.acs, raw, p.relay)
}

// issue makes a new VI for a passage (S03) and sends the browser with it to the service. The visit is noted before
// anything leaves, so that no session can end without the service's hearing of it (D01).
func (o *Operator) issue(c *call, p passage, s session) {
	vi, err := o.vector(c, p, s)
	if err != nil {
		o.unavailable(c, err)
		return
	}
	if len(vi.PAGM) == 0 && len(p.target.project.PAGM) > 0 {
		o.decline(c, p, noRight)
		return
	}
	o.policy.VI(&vi)
	o.policy.vi(o, c, p, s, &vi)
	again, open := o.sessions.visit(s.id, visit{organism: p.target.operator.Name, project: p.target.project, vi: vi})
	if !open && !o.policy.homeless {
		o.proceed(c, p, session{}, false) // it ended meanwhile (D05)
		return
	}
	raw, err := o.response(c, p, vi)
	if err == nil {
		err = o.traceVI(c, p, vi, again)
	}
	if err != nil {
		o.unavailable(c, err)
		return
	}
	c.seen.VI, c.seen.Response = &vi, raw
	o.policy.deliver(o, c, p, raw)
}

// traceVI tells that a VI was made and leaves; a first one is sent, the next are rebonds (X10).
func (o *Operator) traceVI(c *call, p passage, vi interops.VI, again bool) error {
	signer, err := o.party.Signature()
	if err != nil {
		return err
	}
	emission := emitter.Emission{VI: vi, Project: p.target.project, Decision: interops.Created, RequestID: c.id, Signer: signer}
	if err := o.party.Trace(emission); err != nil {
		return err
	}
	emission.Decision = interops.Sent
	if again {
		emission.Decision = interops.Rebounded
	}
	return o.party.Trace(emission)
}

// vector is the honest content of a VI: what the session is, for the service that is asked, with the rights that the
// register gives (V20, S08, S12, S18, S19).
func (o *Operator) vector(c *call, p passage, s session) (interops.VI, error) {
	id, err := o.party.NewID()
	if err != nil {
		return interops.VI{}, err
	}
	shared := o.config.Bench
	user := interops.User{
		ID: s.person.ID, Format: s.person.Format, Class: shared.Profile.Levels[max(0, o.rank(s))].Class, AuthnInstant: s.login,
		PAGM: o.granted(s.person.ID, p.target.project),
	}
	vi := saml.VIFor(shared.Profile, shared.Convention, p.target.project, p.target.service, user, id, c.now)
	vi.SessionIndex, vi.SessionNotOnOrAfter = s.index, s.login.Add(longestSession)
	if p.request != nil {
		vi.Confirmation.InResponseTo = p.request.ID
	}
	return vi, nil
}

// response wraps a VI for the service.
func (o *Operator) response(c *call, p passage, vi interops.VI) ([]byte, error) {
	signer, err := o.party.Signature()
	if err != nil {
		return nil, err
	}
	id, err := o.party.NewID()
	if err != nil {
		return nil, err
	}
	draft := sso.Draft{
		VI: vi, ID: id, Destination: p.acs, Signer: signer, Profile: o.config.Bench.Profile,
		Credential: o.config.Bench.PKI.Credential, Rand: bench.Entropy(), Now: c.now,
		Hooks: saml.Hooks{Content: o.policy.Content, Form: o.policy.Form, Signed: o.policy.Signed},
	}
	if p.request != nil {
		draft.InResponseTo = p.request.ID
	}
	raw, err := draft.Build()
	if err != nil {
		return nil, fmt.Errorf("make Response: %w", err)
	}
	return raw, nil
}
