package authentication

import (
	"fmt"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// The window of a VI of mode S, which serves once: five minutes in all.
const (
	before   = time.Minute
	Lifetime = 4 * time.Minute
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
		o.say(c, 403, "Accès refusé", why.text)
		return
	}
	id, err := bench.NewID(o.ids)
	if err != nil {
		o.unavailable(c, err)
		return
	}
	signer, err := o.signature(c.now)
	if err != nil {
		o.unavailable(c, err)
		return
	}
	draft := sso.Draft{
		VI: interops.VI{Issuer: o.organism.Issuer}, ID: id, Destination: p.acs, InResponseTo: p.request.ID, Status: why.status, SubStatus: why.sub,
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
	o.policy.vi(o, c, &p, &s, &vi)
	again, open := o.sessions.visit(s.id, visit{organism: p.target.operator.Name, project: p.target.project, vi: vi})
	if !open && !o.policy.homeless {
		o.proceed(c, p, session{}, false) // it ended meanwhile (D05)
		return
	}
	raw, err := o.response(c, p, vi)
	if err == nil {
		err = o.send(c, p, vi, again)
	}
	if err != nil {
		o.unavailable(c, err)
		return
	}
	c.seen.VI, c.seen.Response = &vi, raw
	o.policy.deliver(o, c, p, raw)
}

// send traces that a VI was made and leaves; a first one is sent, the next are rebonds (X10).
func (o *Operator) send(c *call, p passage, vi interops.VI, again bool) error {
	if err := o.traceVI(c, p, vi, interops.Created); err != nil {
		return err
	}
	decision := interops.Sent
	if again {
		decision = interops.Rebounded
	}
	return o.traceVI(c, p, vi, decision)
}

// vector is the honest content of a VI: what the session is, for the service that is asked, with the rights that the
// register gives (V20, S08, S12, S18, S19).
func (o *Operator) vector(c *call, p passage, s session) (interops.VI, error) {
	id, err := bench.NewID(o.ids)
	if err != nil {
		return interops.VI{}, err
	}
	end := c.now.Add(Lifetime)
	vi := interops.VI{
		Version: saml.Version20, ID: id, IssueInstant: c.now, Issuer: o.organism.Issuer,
		NameID:       interops.NameID{Format: s.person.Format, Value: s.person.ID},
		Confirmation: interops.Confirmation{Method: interops.MethodBearer, Recipient: p.target.operator.Recipient, NotOnOrAfter: end},
		NotBefore:    c.now.Add(-before), NotOnOrAfter: end, Audiences: [][]string{{p.target.service.Audience}},
		AuthnInstant: s.login, SessionIndex: s.index, SessionNotOnOrAfter: s.login.Add(longestSession),
		AuthnContext: o.config.Bench.Profile.Levels[max(0, o.rank(s))].Class,
		PAGM:         o.register.granted(s.person.ID, p.target.project),
	}
	if p.request != nil {
		vi.Confirmation.InResponseTo = p.request.ID
	}
	return vi, nil
}

// response wraps a VI for the service.
func (o *Operator) response(c *call, p passage, vi interops.VI) ([]byte, error) {
	signer, err := o.signature(c.now)
	if err != nil {
		return nil, err
	}
	id, err := bench.NewID(o.ids)
	if err != nil {
		return nil, err
	}
	draft := sso.Draft{
		VI: vi, ID: id, Destination: p.acs, Signer: signer, Profile: o.config.Bench.Profile,
		Credential: o.config.Bench.PKI.Credential, Rand: bench.Entropy(), Now: c.now,
		Hooks: saml.Hooks{Content: o.policy.content, Form: o.policy.form, Signed: o.policy.signed},
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
