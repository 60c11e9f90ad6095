package portal

import (
	"fmt"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// identification makes the VI of an exit, traced before it may serve: a new one each time, for it serves once
// (L01 to L03, X01, X06).
func (p *Portal) identification(x *exit) (interops.VI, error) {
	var err error
	if x.signer, err = p.party.Signature(); err != nil {
		return interops.VI{}, err
	}
	now := p.party.Now()
	if vi, ok := p.policy.kept(x, now); ok {
		return vi, nil
	}
	id, err := p.party.NewID()
	if err != nil {
		return interops.VI{}, err
	}
	b := p.config.Bench
	vi := saml.VIFor(b.Profile, b.Convention, x.project, x.service, x.user, id, now)
	vi.SessionNotOnOrAfter = x.session.user.AuthnInstant.Add(emitter.SoundBounds.Absolute)
	p.policy.VI(&vi)
	p.policy.vi(x, &vi)
	if err := p.trace(x, vi, interops.Created); err != nil {
		return interops.VI{}, err
	}
	return p.policy.presented(x, vi), nil
}

// response is the Response that carries a VI to the partner's ACS.
func (p *Portal) response(x *exit, vi interops.VI) ([]byte, error) {
	id, err := p.party.NewID()
	if err != nil {
		return nil, err
	}
	b := p.config.Bench
	draft := &sso.Draft{
		VI: vi, ID: id, Destination: x.target.acs.String(), Signer: x.signer, Profile: b.Profile,
		Credential: b.PKI.Credential, Rand: bench.Entropy(), Now: p.party.Now(),
		Hooks: saml.Hooks{Content: p.policy.Content, Form: p.policy.Form, Signed: p.policy.Signed, Wire: p.policy.wire},
	}
	p.policy.draft(x, draft)
	raw, err := draft.Build()
	if err != nil {
		return nil, fmt.Errorf("make Response: %w", err)
	}
	return raw, nil
}

// handOver gives the agent's browser the Response, as a form that posts itself to the partner.
func (p *Portal) handOver(x *exit) emitter.Answer {
	defer p.policy.ended(x)
	vi, err := p.identification(x)
	if err != nil {
		return p.failed(x, err)
	}
	raw, err := p.response(x, vi)
	if err == nil {
		err = p.trace(x, vi, interops.Sent)
	}
	if err != nil {
		return p.failed(x, err)
	}
	p.policy.sent(p, x, raw)
	now := p.party.Now()
	p.sessions.replace(x.session, x.service.Name, &outward{
		target: x.target, user: x.user.ID, project: x.project.Name, pagm: pagmKey(x.user.PAGM), opened: now, seen: now,
	})
	form := sso.ResponseForm(raw, p.policy.relayState(x.page))
	p.policy.form(x, form)
	target := *x.target.acs
	p.policy.address(&target, form)
	return emitter.Answer{Status: http.StatusOK, Header: emitter.PageHeader(sso.PagePolicy()), Body: sso.PostPage(target.String(), form)}
}

// trace keeps the record of what became of a VI (X01, X03); an error means that nothing may leave (X06).
func (p *Portal) trace(x *exit, vi interops.VI, decision interops.Decision) error {
	return p.party.Trace(emitter.Emission{VI: vi, Project: x.project, Decision: decision, RequestID: x.id, Signer: x.signer})
}
