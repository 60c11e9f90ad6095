package authentication_test

import (
	"net/http"
	"slices"
	"time"

	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// contexts are context tokens that lead to the authentication, and to no higher level than theirs.
func (b *battery) contexts() {
	p := b.person(15)
	token := b.token(other, p.id, nil)
	page := p.identified(token, "/rebond/"+serving+"/carte-europeenne")
	b.Unless(page.Shown() && page.Text(p.id), "C01", "honest token refused")
	if !page.Shown() {
		return
	}
	before := b.members[serving].count()
	p.fill(page, p.id, secretOf(p.id), vitale)
	if a := b.members[serving].since(before); a != nil {
		b.Unless(b.judged(a, nil).VI.AuthnContext == middle || b.judged(a, nil).VI.AuthnContext == "", "C08", "level")
	}
	a, page := p.rebond(operator, "compte-assure") // it asks for more than the identification gives
	b.Unless(a == nil && !page.Shown(), "C08", "level raised")
	again := b.person(15)
	b.Unless(!again.identified(token, "").Shown(), "C04", "replayed")
	accepted := slices.ContainsFunc(b.rig.records(), func(t *journey.Record) bool {
		return t.Direction == interops.Reception && t.Decision == interops.Accepted && t.NameID != nil && *t.NameID == p.id
	})
	b.Unless(accepted, "X10", "context token")
}

// contextRefusals are context tokens that lead nowhere.
func (b *battery) contextRefusals() {
	elsewhere, _ := b.Convention.Organism(attesting)
	for name, trial := range map[string]struct {
		requirement, from string
		change            func(*interops.ContextToken, *sso.ContextDraft)
	}{
		"unsigned":  {"C01", other, func(_ *interops.ContextToken, d *sso.ContextDraft) { d.Signer = nil }},
		"not an OI": {"C01", serving, nil},
		"tampered":  {"C01", other, func(_ *interops.ContextToken, d *sso.ContextDraft) { d.Hooks.Signed = tamper }},
		"no means":  {"C02", other, func(t *interops.ContextToken, _ *sso.ContextDraft) { t.Method = "" }},
		"for other": {"C03", other, func(t *interops.ContextToken, _ *sso.ContextDraft) {
			t.Audience, t.Recipient = elsewhere.Issuer, elsewhere.Recipient
		}},
		"expired": {"C04", other, func(t *interops.ContextToken, _ *sso.ContextDraft) {
			t.NotBefore, t.NotOnOrAfter = b.Now.Add(-time.Hour), b.Now.Add(-56*time.Minute)
		}},
		"for nobody": {"C01", other, func(t *interops.ContextToken, _ *sso.ContextDraft) { t.NameID.Value = "" }},
	} {
		p := b.person(16)
		page := p.identified(b.token(trial.from, p.id, trial.change), "")
		b.Unless(!page.Shown() && page.Status == http.StatusForbidden, trial.requirement, name)
	}
}

// tamper changes the person of a signed token.
func tamper(f *saml.Form) error {
	f.Root.FindElement(".//NameID").SetText(personID(17))
	return nil
}

// otherPerson logs in as another than who was identified.
func (b *battery) otherPerson() {
	p := b.person(18)
	page := p.identified(b.token(other, p.id, nil), "/rebond/"+serving+"/carte-europeenne")
	if !page.Shown() {
		return
	}
	before := b.members[serving].count()
	p.fill(page, personID(19), secretOf(personID(19)), vitale)
	a, page := p.rebond(serving, "carte-europeenne")
	b.Unless(b.members[serving].since(before) == nil && a == nil && page.Shown(), "C06", "other person")
	busy := b.person(20)
	busy.login(vitale)
	b.Unless(!busy.identified(b.token(other, personID(21), nil), "").Shown(), "C06", "token of another in the session")
}
