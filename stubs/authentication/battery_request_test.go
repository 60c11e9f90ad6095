package authentication_test

import (
	"bytes"
	"net/http"
	"slices"
	"time"

	"etalon/internal/sso"
)

// asked are the requests of services that must be answered, and as they ask.
func (b *battery) asked() {
	m := b.members[serving]
	signer := serving + "/signature"
	p := b.person(10)
	_, a, page := m.asks(p, sso.BindingRedirect, signer, func(r *sso.AuthnRequest) { r.IsPassive = true; r.Issuer = "http://carte-europeenne.organisme-3.test" })
	b.Unless(a != nil && !page.Shown() && bytes.Contains(b.decoded(a), []byte("NoPassive")), "S10", "passive")
	request, a, page := m.asks(p, sso.BindingRedirect, signer, func(r *sso.AuthnRequest) { r.Classes = []string{strong} })
	b.Unless(a == nil, "S01", "no login")
	if page.Shown() {
		before := m.count()
		p.fill(page, p.id, secretOf(p.id), vitale)
		_, _ = b.conforms(m.since(before), p.id, b.Now, strong, &request)
	}
	b.bench.Clock.Freeze(b.Now.Add(time.Minute))
	request, a, _ = m.asks(p, sso.BindingPOST, signer, nil)
	if vi, came := b.conforms(a, p.id, b.Now, strong, &request); came {
		b.Unless(vi.AuthnInstant.IsZero() || vi.AuthnInstant.Equal(b.Now), "S12", "instant")
	}
	_, a, _ = m.asks(p, sso.BindingPOST, signer, func(r *sso.AuthnRequest) { r.Classes = []string{"urn:niveau:inconnu"} })
	b.Unless(a != nil && bytes.Contains(b.decoded(a), []byte("NoAuthnContext")), "S08", "unknown level")
	_, a, page = m.asks(p, sso.BindingRedirect, signer, func(r *sso.AuthnRequest) { r.ForceAuthn = true })
	b.Unless(a == nil && page.Shown(), "S10", "forced")
	if page.Shown() {
		intruder := personID(11)
		before := m.count()
		p.fill(page, intruder, secretOf(intruder), vitale)
		b.Unless(m.since(before) == nil, "S13", "person switched")
	}
}

// decoded is the XML of the Response that came.
func (b *battery) decoded(a *arrival) []byte {
	if a == nil {
		return nil
	}
	return b.judged(a, nil).Response
}

// requests are those that no VI may answer.
func (b *battery) requests() {
	p := b.person(12)
	p.login(vitale)
	m, elsewhere := b.members[serving], b.members[attesting]
	outside, _ := b.Convention.Organism("organisme-exterieur")
	own := serving + "/signature"
	for name, trial := range map[string]struct {
		signer string
		change func(*sso.AuthnRequest)
	}{
		"unsigned":     {"", nil},
		"outside":      {"organisme-exterieur/signature", func(r *sso.AuthnRequest) { r.Issuer = outside.Issuer }},
		"unknown":      {own, func(r *sso.AuthnRequest) { r.Issuer = "urn:inconnu" }},
		"other signer": {attesting + "/signature", nil},
		"address":      {own, func(r *sso.AuthnRequest) { r.ACS = elsewhere.url("/acs") }},
		"destination":  {own, func(r *sso.AuthnRequest) { r.Destination = "https://ailleurs.test/sso" }},
		"old":          {own, func(r *sso.AuthnRequest) { r.IssueInstant = r.IssueInstant.Add(-time.Hour) }},
		"future":       {own, func(r *sso.AuthnRequest) { r.IssueInstant = r.IssueInstant.Add(time.Hour) }},
	} {
		before := elsewhere.count()
		_, a, _ := m.asks(p, sso.BindingPOST, trial.signer, trial.change)
		b.Unless(a == nil && elsewhere.since(before) == nil, "S09", name)
	}
	// A Redirect is signed over its address.
	_, a, _ := m.asks(p, sso.BindingRedirect, attesting+"/signature", nil)
	b.Unless(a == nil, "S09", "other signer, Redirect")
}

// rights are those that nobody gave.
func (b *battery) rights() {
	p := b.person(13)
	p.login(vitale)
	m := b.members[attesting]
	before := m.count()
	p.get(b.oa.RebondURL(attesting, "attestations") + "?pagm=PAGM_GESTION")
	if a := m.since(before); a != nil {
		b.Unless(!slices.Contains(b.judged(a, nil).VI.PAGM, "PAGM_GESTION"), "S18", "asked in the address")
	}
	bare := b.person(59)
	bare.login(vitale)
	a, page := bare.rebond(attesting, "attestations")
	b.Unless(a == nil && page.Status == http.StatusForbidden, "S18", "no right")
}
