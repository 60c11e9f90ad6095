package authentication_test

import (
	"bytes"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// battery tries an operator in every way that its flaws can show, and keeps the requirements that failed.
type battery struct {
	*rig
	mu     sync.Mutex
	failed map[string][]string // requirement to how it showed
	ids    map[string]bool     // of every VI that came
	vis    []interops.VI
}

// unless records a failure of the requirement when what should hold does not.
func (b *battery) unless(holds bool, requirement, how string) {
	if holds {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failed[requirement] = append(b.failed[requirement], how)
}

// emission are the trials that show what is wrong with every VI alike; behaviour are the others.
var (
	emission  = []func(*battery){(*battery).rebonds, (*battery).browsers}
	behaviour = []func(*battery){
		(*battery).coincidence, (*battery).levels, (*battery).logins, (*battery).fixation, (*battery).asked, (*battery).requests, (*battery).rights,
		(*battery).metadata, (*battery).contexts, (*battery).contextRefusals, (*battery).otherPerson, (*battery).logout,
		(*battery).ordered, (*battery).orders, (*battery).sessions, (*battery).failures, (*battery).strays, (*battery).untraced,
	}
)

// tried plays trials on an operator with those flaws, and looks at the traces in the end.
func tried(t testing.TB, trials []func(*battery), flaws ...string) map[string][]string {
	b := &battery{rig: newRig(t, flaws), failed: map[string][]string{}, ids: map[string]bool{}}
	for _, trial := range trials {
		b.bench.Clock.Freeze(b.now)
		trial(b)
	}
	b.records()
	return b.failed
}

// conforms judges a VI that reached a member: what it is by itself, and what it says of a person who logged in at an
// instant and reached a class. It returns nothing when none came.
func (b *battery) conforms(a *arrival, who string, login time.Time, class string, request *sso.AuthnRequest) (interops.VI, bool) {
	b.t.Helper()
	if a == nil {
		b.unless(false, "S01", "no VI came")
		return interops.VI{}, false
	}
	j := b.judged(a, request)
	for _, f := range j.Findings {
		b.unless(false, f.Requirement, f.Rule)
		b.unless(f.Rule != "authninstant-absent", "V18", f.Rule)
	}
	vi := j.VI
	b.unless(a.in.Method == http.MethodPost, "L08", "address")
	b.unless(vi.NameID.Value == "" || vi.NameID.Value == who, "S13", "person")
	b.unless(vi.NameID.Value == "" || vi.NameID.Value == who, "V20", "person")
	b.unless(vi.AuthnInstant.IsZero() || vi.AuthnInstant.Equal(login), "V20", "instant")
	b.unless(vi.AuthnContext == "" || vi.AuthnContext == class, "S08", "class")
	b.unless(vi.AuthnContext == "" || vi.AuthnContext == class, "V20", "class")
	b.unless(vi.ID == "" || !b.ids[vi.ID], "V02", "repeated")
	b.unless(vi.ID == "" || !b.ids[vi.ID], "S03", "repeated")
	b.unless(!b.ids[string(j.Response)], "S03", "same Response")
	us, _ := b.convention.Organism(operator)
	b.unless(vi.Issuer == us.Issuer || vi.Issuer == "", "S05", "issuer")
	b.ids[vi.ID], b.ids[string(j.Response)] = true, true
	b.vis = append(b.vis, vi)
	return vi, true
}

// classes of the means.
const (
	strong = interops.ClassSmartcard
	middle = interops.ClassPPT
	weak   = interops.ClassPassword
)

// rebonds is one person at three services, and at the first again.
func (b *battery) rebonds() {
	p := b.person(1)
	p.login(vitale)
	login := b.now
	index := ""
	for i, service := range [][2]string{{operator, "compte-assure"}, {serving, "carte-europeenne"}, {attesting, "attestations"}, {operator, "compte-assure"}} {
		b.bench.Clock.Freeze(b.now.Add(time.Duration(i) * time.Minute))
		a, _ := p.rebond(service[0], service[1])
		vi, came := b.conforms(a, p.id, login, strong, nil)
		if !came {
			continue
		}
		b.unless(vi.AuthnInstant.IsZero() || vi.AuthnInstant.Equal(login), "S12", "instant")
		want := map[string]string{operator: "PAGM_COMPTE", attesting: "PAGM_ATTESTATION"}[service[0]]
		b.unless(strings.Join(vi.PAGM, " ") == want || len(vi.PAGM) == 0, "S18", "PAGM "+strings.Join(vi.PAGM, " "))
		b.unless(index == "" || vi.SessionIndex == "" || vi.SessionIndex == index, "S19", "changes within the session")
		index = vi.SessionIndex
	}
	b.unless(!strings.Contains(b.log.String(), "SignatureValue"), "L08", "log")
}

// browsers are two persons in two browsers, whose ways cross.
func (b *battery) browsers() {
	one, two := b.person(2), b.person(3)
	one.login(question)
	b.bench.Clock.Freeze(b.now.Add(time.Minute))
	two.login(vitale)
	a, _ := one.rebond(serving, "carte-europeenne")
	first, came := b.conforms(a, one.id, b.now, weak, nil)
	a, _ = two.rebond(serving, "carte-europeenne")
	second, too := b.conforms(a, two.id, b.now.Add(time.Minute), strong, nil)
	if came && too {
		b.unless(first.SessionIndex != second.SessionIndex || first.SessionIndex == "", "S19", "the same for two persons")
	}
}

// coincidence is a person whom the operator both identifies and authenticates: no other need vouch for them.
func (b *battery) coincidence() {
	b.unless(b.person(36).login(question).Text(personID(36)), "C07", "no login without context token")
}

// levels is a person who logs in weakly and goes where more is asked.
func (b *battery) levels() {
	p := b.person(4)
	p.login(question)
	a, _ := p.rebond(serving, "carte-europeenne")
	first, _ := b.conforms(a, p.id, b.now, weak, nil)
	a, page := p.rebond(serving, "suivi-dossier")
	b.unless(a == nil && page.Shown(), "S08", "level not reached")
	if !page.Shown() {
		return
	}
	b.bench.Clock.Freeze(b.now.Add(time.Minute))
	before := b.members[serving].count()
	p.fill(page, p.id, secretOf(p.id), code)
	second, came := b.conforms(b.members[serving].since(before), p.id, b.now.Add(time.Minute), middle, nil)
	b.unless(!came || second.SessionIndex == first.SessionIndex, "S19", "changes with the level")
}

// logins are those that must open nothing.
func (b *battery) logins() {
	stranger := b.person(5)
	a, page := stranger.rebond(serving, "carte-europeenne")
	b.unless(a == nil && page.Shown(), "S01", "no login")
	p := b.person(6)
	p.fill(p.get(b.oa.URL("/login")), p.id, "faux", question)
	a, page = p.rebond(serving, "carte-europeenne")
	b.unless(a == nil && page.Shown(), "S01", "failed login")
	late := b.person(7)
	late.login(question)
	b.bench.Clock.Freeze(b.now.Add(31 * time.Minute))
	a, _ = late.rebond(serving, "carte-europeenne")
	b.unless(a == nil, "S01", "idle session")
	busy := b.person(7)
	busy.login(question)
	for i := range 18 {
		b.bench.Clock.Freeze(b.now.Add(31*time.Minute + time.Duration(i)*29*time.Minute))
		busy.get(b.oa.URL("/"))
	}
	a, _ = busy.rebond(serving, "carte-europeenne")
	b.unless(a == nil, "S01", "endless session")
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
	b.unless(a == nil, "S13", "session fixed")
}

// asked are the requests of services that must be answered, and as they ask.
func (b *battery) asked() {
	m := b.members[serving]
	signer := serving + "/signature"
	p := b.person(10)
	_, a, page := m.asks(p, sso.BindingRedirect, signer, func(r *sso.AuthnRequest) { r.IsPassive = true; r.Issuer = "http://carte-europeenne.organisme-3.test" })
	b.unless(a != nil && !page.Shown() && bytes.Contains(b.decoded(a), []byte("NoPassive")), "S10", "passive")
	request, a, page := m.asks(p, sso.BindingRedirect, signer, func(r *sso.AuthnRequest) { r.Classes = []string{strong} })
	b.unless(a == nil, "S01", "no login")
	if page.Shown() {
		before := m.count()
		p.fill(page, p.id, secretOf(p.id), vitale)
		_, _ = b.conforms(m.since(before), p.id, b.now, strong, &request)
	}
	b.bench.Clock.Freeze(b.now.Add(time.Minute))
	request, a, _ = m.asks(p, sso.BindingPOST, signer, nil)
	if vi, came := b.conforms(a, p.id, b.now, strong, &request); came {
		b.unless(vi.AuthnInstant.IsZero() || vi.AuthnInstant.Equal(b.now), "S12", "instant")
	}
	_, a, _ = m.asks(p, sso.BindingPOST, signer, func(r *sso.AuthnRequest) { r.Classes = []string{"urn:niveau:inconnu"} })
	b.unless(a != nil && bytes.Contains(b.decoded(a), []byte("NoAuthnContext")), "S08", "unknown level")
	_, a, page = m.asks(p, sso.BindingRedirect, signer, func(r *sso.AuthnRequest) { r.ForceAuthn = true })
	b.unless(a == nil && page.Shown(), "S10", "forced")
	if page.Shown() {
		intruder := personID(11)
		before := m.count()
		p.fill(page, intruder, secretOf(intruder), vitale)
		b.unless(m.since(before) == nil, "S13", "person switched")
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
	outside, _ := b.convention.Organism("organisme-exterieur")
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
		b.unless(a == nil && elsewhere.since(before) == nil, "S09", name)
	}
	// A Redirect is signed over its address.
	_, a, _ := m.asks(p, sso.BindingRedirect, attesting+"/signature", nil)
	b.unless(a == nil, "S09", "other signer, Redirect")
}

// rights are those that nobody gave.
func (b *battery) rights() {
	p := b.person(13)
	p.login(vitale)
	m := b.members[attesting]
	before := m.count()
	p.get(b.oa.RebondURL(attesting, "attestations") + "?pagm=PAGM_GESTION")
	if a := m.since(before); a != nil {
		b.unless(!slices.Contains(b.judged(a, nil).VI.PAGM, "PAGM_GESTION"), "S18", "asked in the address")
	}
	bare := b.person(59)
	bare.login(vitale)
	a, page := bare.rebond(attesting, "attestations")
	b.unless(a == nil && page.Status == http.StatusForbidden, "S18", "no right")
}

// metadata are the operator's own, and those that it must not believe.
func (b *battery) metadata() {
	circle := b.members[serving].circle()
	page := b.person(14).get(b.oa.URL("/metadata"))
	b.unless(sso.VerifyMetadata(page.Body, operator, circle).Trusted, "S16", "own metadata")
	for name, change := range map[string]func(*sso.Metadata, *sso.Sending){
		"unsigned": func(_ *sso.Metadata, s *sso.Sending) { s.Signer = nil },
		"expired":  func(m *sso.Metadata, _ *sso.Sending) { m.ValidUntil = b.now.Add(-time.Hour) },
		"replaced": func(m *sso.Metadata, s *sso.Sending) {
			s.Signer = b.credential("organisme-exterieur/signature")
			m.Keys = append(m.Keys[:0:0], s.Signer.Chain)
		},
	} {
		raw := b.published(serving, change)
		_, err := b.oa.Register(raw)
		b.unless(err != nil, "S16", name)
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
		ID: b.id(), EntityID: m.recipient(), ValidUntil: b.now.Add(24 * time.Hour), SP: true,
		ACS:  []sso.Endpoint{{Binding: sso.BindingPOST, Location: m.url("/acs")}},
		SLO:  []sso.Endpoint{{Binding: sso.BindingRedirect, Location: m.url("/slo")}},
		Keys: append(m.peer(false).Keys[:0:0], signer.Chain),
	}
	sending := sso.Sending{Signer: signer, Now: b.now}
	if change != nil {
		change(&described, &sending)
	}
	raw, err := described.Build(sending)
	if err != nil {
		b.t.Fatal(err)
	}
	return raw
}

// contexts are context tokens that lead to the authentication, and to no higher level than theirs.
func (b *battery) contexts() {
	p := b.person(15)
	token := b.token(other, p.id, nil)
	page := p.identified(token, "/rebond/"+serving+"/carte-europeenne")
	b.unless(page.Shown() && page.Text(p.id), "C01", "honest token refused")
	if !page.Shown() {
		return
	}
	before := b.members[serving].count()
	p.fill(page, p.id, secretOf(p.id), vitale)
	if a := b.members[serving].since(before); a != nil {
		b.unless(b.judged(a, nil).VI.AuthnContext == middle || b.judged(a, nil).VI.AuthnContext == "", "C08", "level")
	}
	a, page := p.rebond(operator, "compte-assure") // it asks for more than the identification gives
	b.unless(a == nil && !page.Shown(), "C08", "level raised")
	again := b.person(15)
	b.unless(!again.identified(token, "").Shown(), "C04", "replayed")
	accepted := slices.ContainsFunc(b.rig.records(), func(t *journey.Record) bool {
		return t.Direction == interops.Reception && t.Decision == interops.Accepted && t.NameID != nil && *t.NameID == p.id
	})
	b.unless(accepted, "X10", "context token")
}

// contextRefusals are context tokens that lead nowhere.
func (b *battery) contextRefusals() {
	elsewhere, _ := b.convention.Organism(attesting)
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
			t.NotBefore, t.NotOnOrAfter = b.now.Add(-time.Hour), b.now.Add(-56*time.Minute)
		}},
		"for nobody": {"C01", other, func(t *interops.ContextToken, _ *sso.ContextDraft) { t.NameID.Value = "" }},
	} {
		p := b.person(16)
		page := p.identified(b.token(trial.from, p.id, trial.change), "")
		b.unless(!page.Shown() && page.Status == http.StatusForbidden, trial.requirement, name)
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
	b.unless(b.members[serving].since(before) == nil && a == nil && page.Shown(), "C06", "other person")
	busy := b.person(20)
	busy.login(vitale)
	b.unless(!busy.identified(b.token(other, personID(21), nil), "").Shown(), "C06", "token of another in the session")
}

// untraced is an operator whose traces cannot be kept.
func (b *battery) untraced() {
	p := b.person(34)
	p.login(vitale)
	b.traces.Break(true)
	a, _ := p.rebond(serving, "carte-europeenne")
	b.traces.Break(false)
	b.unless(a == nil, "X06", "VI left")
}

// records looks at all that was traced.
func (b *battery) records() {
	raw, err := os.ReadFile(b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	if len(raw) == 0 {
		b.unless(len(b.vis) == 0, "X01", "no trace at all")
		return
	}
	export, err := journey.Read("traces.jsonl", bytes.NewReader(raw), journey.ReadOptions{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, remark := range export.Remarks {
		b.unless(false, remark.Requirement, remark.Rule)
	}
	fates := map[string][]interops.Decision{}
	for _, t := range export.Records {
		if t.VIID != nil {
			fates[*t.VIID] = append(fates[*t.VIID], t.Decision)
		}
		b.unless(t.At.IsZero() || t.At.Sub(b.now).Abs() != 20*time.Minute, "X04", "clock")
		if t.Direction == interops.Emission && t.Decision != interops.LoggedOut {
			b.unless(t.VIID != nil && t.Audience != nil && t.Issuer != nil && t.Recipient != nil && t.NameID != nil && t.SignerCertificate != nil, "X03", "field")
		}
	}
	for _, vi := range b.vis {
		fate := fates[vi.ID]
		b.unless(slices.Contains(fate, interops.Created), "X01", "VI without trace")
		b.unless(slices.Contains(fate, interops.Sent) || slices.Contains(fate, interops.Rebounded), "X10", "VI whose sending has no trace")
		b.unless(len(fate) > 0, "X04", "identifier")
	}
	b.unless(!bytes.Contains(raw, []byte("PRIVATE KEY")), "X08", "key")
}

// comings are changes of the members while the operator runs: one joins, one leaves, one is not accepted.
func (b *battery) comings() {
	early := time.Date(2024, 12, 15, 12, 0, 0, 0, time.UTC)
	b.bench.Clock.Freeze(early)
	p := b.person(35)
	p.login(vitale)
	a, _ := p.rebond(attesting, "attestations")
	b.unless(a == nil, "S15", "member that has not joined")
	a, _ = p.rebond("organisme-retire", "service-retire")
	b.unless(a != nil, "S15", "member that has not left yet")
	b.bench.Clock.Freeze(b.now)
	p = b.person(35)
	p.login(vitale)
	a, _ = p.rebond(attesting, "attestations")
	b.unless(a != nil, "S15", "member that has joined")
	a, _ = p.rebond("organisme-retire", "service-retire")
	b.unless(a == nil, "S15", "member that has left")
	a, _ = p.rebond("organisme-nouveau", "service-nouveau")
	b.unless(a == nil, "K04", "member that is not accepted")
}
