package authentication_test

import (
	"net/http"
	"time"
)

// coincidence is a person whom the operator both identifies and authenticates: no other need vouch for them.
func (b *battery) coincidence() {
	b.Unless(b.person(36).login(question).Text(personID(36)), "C07", "no login without context token")
}

// levels is a person who logs in weakly and goes where more is asked.
func (b *battery) levels() {
	p := b.person(4)
	p.login(question)
	a, _ := p.rebond(serving, "carte-europeenne")
	first, _ := b.conforms(a, p.id, b.Now, weak, nil)
	a, page := p.rebond(serving, "suivi-dossier")
	b.Unless(a == nil && page.Shown(), "S08", "level not reached")
	if !page.Shown() {
		return
	}
	b.bench.Clock.Freeze(b.Now.Add(time.Minute))
	before := b.members[serving].count()
	p.fill(page, p.id, secretOf(p.id), code)
	second, came := b.conforms(b.members[serving].since(before), p.id, b.Now.Add(time.Minute), middle, nil)
	b.Unless(!came || second.SessionIndex == first.SessionIndex, "S19", "changes with the level")
}

// logins are those that must open nothing.
func (b *battery) logins() {
	stranger := b.person(5)
	a, page := stranger.rebond(serving, "carte-europeenne")
	b.Unless(a == nil && page.Shown(), "S01", "no login")
	p := b.person(6)
	p.fill(p.get(b.oa.URL("/login")), p.id, "faux", question)
	a, page = p.rebond(serving, "carte-europeenne")
	b.Unless(a == nil && page.Shown(), "S01", "failed login")
	late := b.person(7)
	late.login(question)
	b.bench.Clock.Freeze(b.Now.Add(31 * time.Minute))
	a, _ = late.rebond(serving, "carte-europeenne")
	b.Unless(a == nil, "S01", "idle session")
	busy := b.person(7)
	busy.login(question)
	for i := range 18 {
		b.bench.Clock.Freeze(b.Now.Add(31*time.Minute + time.Duration(i)*29*time.Minute))
		busy.get(b.oa.URL("/"))
	}
	a, _ = busy.rebond(serving, "carte-europeenne")
	b.Unless(a == nil, "S01", "endless session")
}

// fixation is a session number that an attacker put into the browser before the login.
func (b *battery) fixation() {
	p, attacker := b.person(8), b.person(9)
	planted := &http.Cookie{Name: "session-operateur", Value: "numero-de-l-attaquant", Path: "/", Secure: true}
	for _, who := range []*person{p, attacker} {
		if err := who.SetCookies(b.oa.URL("/"), planted); err != nil {
			b.t.Fatal(err)
		}
	}
	p.login(question)
	a, _ := attacker.rebond(serving, "carte-europeenne")
	b.Unless(a == nil, "S13", "session fixed")
}
