package authentication_test

import (
	"net/http"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// visit logs a person in and takes them to services; it returns the SessionIndex.
func (b *battery) visit(p *person, services ...string) string {
	p.login(vitale)
	index := ""
	for _, s := range services {
		organism, service, _ := strings.Cut(s, "/")
		if a, _ := p.rebond(organism, service); a != nil {
			index = b.judged(a, nil).VI.SessionIndex
		}
	}
	return index
}

// everywhere is a service of each member.
var everywhere = []string{operator + "/compte-assure", serving + "/carte-europeenne", attesting + "/attestations"}

// logout is that of the person, everywhere and of nobody else.
func (b *battery) logout() {
	p, bystander := b.person(22), b.person(23)
	index := b.visit(p, everywhere...)
	theirs := b.visit(bystander, everywhere[0])
	page := p.get(b.oa.URL("/deconnexion"))
	for _, m := range []string{operator, serving, attesting} {
		b.Unless(b.members[m].heard(index) == 1, "D01", m+" not told")
	}
	b.Unless(page.Text("Déconnexion effectuée"), "D01", "not told to the person")
	b.Unless(b.members[operator].heard(theirs) == 0 || theirs == index, "D01", "another person's session")
	a, page := p.rebond(serving, "carte-europeenne")
	b.Unless(a == nil && page.Shown(), "D05", "silent rebond")
	a, _ = bystander.rebond(operator, "compte-assure")
	b.Unless(a != nil, "D01", "another person must log in again")
	logouts := 0
	for _, t := range b.rig.records() {
		if t.Decision == interops.LoggedOut && t.NameID != nil && *t.NameID == p.id {
			logouts++
		}
	}
	b.Unless(logouts == 3, "X11", "logout")
}

// ordered is the wish of a service, through the browser and by the back channel.
func (b *battery) ordered() {
	m := b.members[attesting]
	p := b.person(24)
	index := b.visit(p, everywhere...)
	out := m.wish(b.about(p, index), sso.BindingRedirect, attesting+"/signature", nil)
	page := p.carry(out)
	b.Unless(page.Text("fin") && len(m.answers) > 0 && m.answers[len(m.answers)-1].SubStatus == "" && m.answers[len(m.answers)-1].Status == sso.StatusSuccess, "D01", "no answer to the service")
	b.Unless(b.members[operator].heard(index) == 1 && b.members[serving].heard(index) == 1, "D01", "others not told")
	b.Unless(m.heard(index) == 0, "D01", "who asked is told too")
	a, _ := p.rebond(serving, "carte-europeenne")
	b.Unless(a == nil, "D01", "the operator's session survives")

	second := b.person(25)
	index = b.visit(second, everywhere[0], everywhere[2])
	answer := m.calls(m.wish(b.about(second, index), sso.BindingSOAP, attesting+"/signature", nil))
	b.Unless(answer.Status == sso.StatusSuccess && answer.SubStatus == "", "D01", "by SOAP: "+answer.SubStatus)
	b.Unless(b.members[operator].heard(index) == 1, "D01", "others not told, by SOAP")
	third := b.person(26)
	index = b.visit(third, everywhere...)
	answer = m.calls(m.wish(b.about(third, index), sso.BindingSOAP, attesting+"/signature", nil))
	b.Unless(answer.Partial(), "D04", "nobody carries it to a service without back channel")
}

// about is a LogoutRequest about a person's session.
func (b *battery) about(p *person, index string) sso.LogoutRequest {
	return sso.LogoutRequest{NameID: interops.NameID{Format: interops.FormatUnspecified, Value: p.id}, SessionIndexes: []string{index}}
}

// orders are LogoutRequests that must close nothing.
func (b *battery) orders() {
	m := b.members[attesting]
	own := attesting + "/signature"
	outside, _ := b.Convention.Organism("organisme-exterieur")
	for name, trial := range map[string]struct {
		signer string
		change func(*sso.LogoutRequest, *sso.Sending)
	}{
		"unsigned": {"", nil},
		"altered": {own, func(_ *sso.LogoutRequest, s *sso.Sending) {
			s.Hooks.Signed = func(f *saml.Form) error { f.Root.CreateAttr("Reason", sso.ReasonAdmin); return nil }
		}},
		"outside": {"organisme-exterieur/signature", func(r *sso.LogoutRequest, _ *sso.Sending) { r.Issuer = outside.Issuer }},
		"expired": {own, func(r *sso.LogoutRequest, _ *sso.Sending) { r.NotOnOrAfter = b.Now.Add(-10 * time.Minute) }},
		"old":     {own, func(r *sso.LogoutRequest, _ *sso.Sending) { r.IssueInstant = b.Now.Add(-time.Hour) }},
	} {
		p := b.person(27)
		index := b.visit(p, everywhere[2])
		p.carry(m.wish(b.about(p, index), sso.BindingPOST, trial.signer, trial.change))
		a, _ := p.rebond(attesting, "attestations")
		b.Unless(a != nil, "D02", name)
	}
	p := b.person(28)
	out := m.wish(b.about(p, b.visit(p, everywhere[2])), sso.BindingSOAP, own, nil)
	m.calls(out)
	b.Unless(m.calls(out).SubStatus == sso.StatusRequestDenied, "D02", "replayed")
}

// sessions are LogoutRequests that mean nobody's session.
func (b *battery) sessions() {
	m := b.members[attesting]
	p := b.person(29)
	index := b.visit(p, everywhere[2])
	for name, request := range map[string]sso.LogoutRequest{
		"unknown SessionIndex": b.about(p, "_inconnu"),
		"another person":       {NameID: interops.NameID{Value: personID(30)}, SessionIndexes: []string{index}},
	} {
		m.calls(m.wish(request, sso.BindingSOAP, attesting+"/signature", nil))
		a, _ := p.rebond(attesting, "attestations")
		b.Unless(a != nil, "D03", name)
	}
	// A member that the person did not visit has no say.
	m = b.members[operator]
	m.calls(m.wish(b.about(p, index), sso.BindingSOAP, operator+"/signature", nil))
	a, _ := p.rebond(attesting, "attestations")
	b.Unless(a != nil, "D02", "member that was not visited")
}

// failures are members that cannot be told: the others are, and the person and the service know.
func (b *battery) failures() {
	p := b.person(31)
	index := b.visit(p, everywhere...)
	b.members[operator].set(func(m *member) { m.status = http.StatusInternalServerError })
	page := p.get(b.oa.URL("/deconnexion"))
	b.Unless(page.Text("Déconnexion partielle") && page.Text("Organisme 1"), "D04", "success announced to the person")
	b.Unless(b.members[serving].heard(index) == 1 && b.members[attesting].heard(index) == 1, "D04", "chain stopped")
	p = b.person(32)
	index = b.visit(p, everywhere...)
	m := b.members[attesting]
	p.carry(m.wish(b.about(p, index), sso.BindingRedirect, attesting+"/signature", nil))
	b.Unless(len(m.answers) > 0 && m.answers[len(m.answers)-1].Partial(), "D04", "success announced to the service")
	b.Unless(b.members[serving].heard(index) == 1, "D04", "chain stopped")
	b.members[operator].set(func(m *member) { m.status = 0 })
}

// strays are answers to other requests than the one that waits.
func (b *battery) strays() {
	p := b.person(33)
	b.visit(p, everywhere[0])
	b.members[operator].set(func(m *member) { m.astray = true })
	page := p.get(b.oa.URL("/deconnexion"))
	b.members[operator].set(func(m *member) { m.astray = false })
	b.Unless(!page.Text("Déconnexion effectuée"), "D06", "back channel")
	m := b.members[serving]
	answer := sso.LogoutResponse{ID: b.id(), InResponseTo: "_inconnu", Issuer: m.recipient(), Destination: b.oa.URL("/slo"), IssueInstant: b.Now}
	out, err := answer.Send(sso.Sending{Binding: sso.BindingPOST, Signer: b.credential(serving + "/signature")})
	if err != nil {
		b.t.Fatal(err)
	}
	b.Unless(p.carry(out).Status == http.StatusForbidden, "D06", "browser")
}
