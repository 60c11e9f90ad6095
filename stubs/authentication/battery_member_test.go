package authentication_test

import (
	"time"

	"etalon/internal/sso"
)

// metadata are the operator's own, and those that it must not believe.
func (b *battery) metadata() {
	circle := b.members[serving].circle()
	page := b.person(14).get(b.oa.URL("/metadata"))
	b.Unless(sso.VerifyMetadata(page.Body, operator, circle).Trusted, "S16", "own metadata")
	for name, change := range map[string]func(*sso.Metadata, *sso.Sending){
		"unsigned": func(_ *sso.Metadata, s *sso.Sending) { s.Signer = nil },
		"expired":  func(m *sso.Metadata, _ *sso.Sending) { m.ValidUntil = b.Now.Add(-time.Hour) },
		"replaced": func(m *sso.Metadata, s *sso.Sending) {
			s.Signer = b.credential("organisme-exterieur/signature")
			m.Keys = append(m.Keys[:0:0], s.Signer.Chain)
		},
	} {
		raw := b.published(serving, change)
		_, err := b.oa.Register(raw)
		b.Unless(err != nil, "S16", name)
	}
	if err := b.oa.SetPeer(b.members[serving].peer(false)); err != nil {
		b.t.Fatal(err)
	}
}

// published are the metadata of a member.
func (b *battery) published(organism string, change func(*sso.Metadata, *sso.Sending)) []byte {
	b.t.Helper()
	m := b.members[organism]
	signer := b.credential(organism + "/signature")
	described := sso.Metadata{
		ID: b.id(), EntityID: m.recipient(), ValidUntil: b.Now.Add(24 * time.Hour), SP: true,
		ACS:  []sso.Endpoint{{Binding: sso.BindingPOST, Location: m.url("/acs")}},
		SLO:  []sso.Endpoint{{Binding: sso.BindingRedirect, Location: m.url("/slo")}},
		Keys: append(m.peer(false).Keys[:0:0], signer.Chain),
	}
	sending := sso.Sending{Signer: signer, Now: b.Now}
	if change != nil {
		change(&described, &sending)
	}
	raw, err := described.Build(sending)
	if err != nil {
		b.t.Fatal(err)
	}
	return raw
}

// comings are changes of the members while the operator runs: one joins, one leaves, one is not accepted.
func (b *battery) comings() {
	early := time.Date(2024, 12, 15, 12, 0, 0, 0, time.UTC)
	b.bench.Clock.Freeze(early)
	p := b.person(35)
	p.login(vitale)
	a, _ := p.rebond(attesting, "attestations")
	b.Unless(a == nil, "S15", "member that has not joined")
	a, _ = p.rebond("organisme-retire", "service-retire")
	b.Unless(a != nil, "S15", "member that has not left yet")
	b.bench.Clock.Freeze(b.Now)
	p = b.person(35)
	p.login(vitale)
	a, _ = p.rebond(attesting, "attestations")
	b.Unless(a != nil, "S15", "member that has joined")
	a, _ = p.rebond("organisme-retire", "service-retire")
	b.Unless(a == nil, "S15", "member that has left")
	a, _ = p.rebond("organisme-nouveau", "service-nouveau")
	b.Unless(a == nil, "K04", "member that is not accepted")
}
