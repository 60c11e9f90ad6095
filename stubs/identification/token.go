package identification

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// A token is good for five minutes in all (C04).
const (
	before   = 2 * time.Minute
	lifetime = saml.MaxContextWindow - before
)

// maxRelayState is the longest return address that SAML allows (SAML bindings §3.5.3).
const maxRelayState = 80

// commitment is one token on its way to an authentication operator.
type commitment struct {
	*visit
	operator interops.Organism
	address  string // at which the operator takes it
	relay    string
	signer   pki.Credential
	token    interops.ContextToken
}

// leave sends an identified person on to the authentication operator that she chose, with a token for that operator
// alone (C02, C03); to nobody else (K04, S15).
func (o *Operator) leave(v *visit) emitter.Answer {
	query := v.request.URL.Query()
	_ = v.request.ParseForm() // a form that cannot be read names no operator
	c := &commitment{visit: v, relay: v.request.Form.Get(sso.ParameterRelayState)}
	var open bool
	name := v.request.Form.Get(FieldOperator)
	if c.operator, open = o.operator(name); !open || len(query[FieldOperator]) > 1 {
		return o.refusal(v, http.StatusNotFound, "Cet opérateur d'authentification n'est pas de la sphère.")
	}
	c.address = o.config.Operators[name]
	if len(c.relay) > maxRelayState {
		return o.refusal(v, http.StatusBadRequest, "L'adresse de retour est trop longue.")
	}
	if v.session == nil && !o.policy.recognised(o, v) {
		back := url.Values{FieldOperator: {name}}
		if c.relay != "" {
			back.Set(sso.ParameterRelayState, c.relay)
		}
		return emitter.Elsewhere(PathLogin + "?" + url.Values{FieldBack: {PathIdentification + "?" + back.Encode()}}.Encode())
	}
	raw, err := o.commit(c)
	if err != nil {
		return o.unavailable(v, err)
	}
	return emitter.Answer{
		Status: http.StatusOK, Header: emitter.PageHeader(sso.PagePolicy()), Body: sso.PostPage(c.address, sso.ContextForm(raw, c.relay)),
	}
}

// operator returns an authentication operator to whom persons may be sent: configured, and a member in force, as this
// operator must be itself.
func (o *Operator) operator(name string) (interops.Organism, bool) {
	convention, now := o.config.Bench.Convention, o.party.Now()
	member, _ := convention.Sphere.Member(name)
	if _, configured := o.config.Operators[name]; !configured || !member.Plays(interops.AuthenticationOperator) {
		return interops.Organism{}, false
	}
	if !o.policy.inForce(convention.Sphere, name, now) || !convention.Sphere.InForce(o.config.Organism, now) {
		return interops.Organism{}, false
	}
	return convention.Organism(name)
}

// commit makes the signed token, traced as made and as sent before it leaves (X06).
func (o *Operator) commit(c *commitment) ([]byte, error) {
	var err error
	if c.signer, err = o.party.Signature(); err != nil {
		return nil, err
	}
	if c.token, err = o.contents(c); err != nil {
		return nil, err
	}
	if err := o.trace(c, interops.Created); err != nil {
		return nil, err
	}
	draft := &sso.ContextDraft{
		Token: c.token, Signer: &c.signer, Credential: o.config.Bench.PKI.Credential, Rand: bench.Entropy(),
		Hooks: saml.Hooks{Form: o.policy.Form, Signed: o.policy.Signed},
	}
	o.policy.draft(draft)
	raw, err := draft.Build()
	if err != nil {
		return nil, fmt.Errorf("make context token: %w", err)
	}
	o.config.Log.Info("jeton de contexte émis", "requete", c.id, "jeton", c.token.ID, "operateur", c.operator.Name)
	return raw, o.trace(c, interops.Sent)
}

// contents is what an honest token says: who was identified, how, and when (C02); for whom (C03); for how long (C04).
func (o *Operator) contents(c *commitment) (interops.ContextToken, error) {
	id, err := o.party.NewID()
	if err != nil {
		return interops.ContextToken{}, err
	}
	now := o.party.Now()
	t := interops.ContextToken{
		ID: id, IssueInstant: now, Issuer: o.party.Organism.Issuer,
		NameID:    interops.NameID{Format: c.session.person.Format, Value: c.session.person.ID},
		Recipient: c.operator.Recipient, Audience: c.operator.Issuer, NotBefore: now.Add(-before), NotOnOrAfter: now.Add(lifetime),
		Method: c.session.means.Name, Level: c.session.means.Level, Instant: c.session.at,
	}
	if t.NameID.Format == "" {
		t.NameID.Format = interops.FormatUnspecified
	}
	if t.Recipient == "" {
		t.Recipient = c.operator.Issuer
	}
	o.policy.token(o, c, &t)
	return t, nil
}

// trace keeps the record of a token: what it says stands in the fields of a VI (X03, X10).
func (o *Operator) trace(c *commitment, decision interops.Decision) error {
	t := c.token
	vi := interops.VI{
		ID: t.ID, IssueInstant: t.IssueInstant, Issuer: t.Issuer, NameID: t.NameID, NotBefore: t.NotBefore, NotOnOrAfter: t.NotOnOrAfter,
		Confirmation: interops.Confirmation{Recipient: t.Recipient},
	}
	if t.Audience != "" {
		vi.Audiences = [][]string{{t.Audience}}
	}
	return o.party.Trace(emitter.Emission{
		VI: vi, Project: interops.Project{Provider: c.operator.Name}, Decision: decision, RequestID: c.id, Signer: c.signer,
	})
}
