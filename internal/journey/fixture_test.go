package journey_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/journey"
)

// start is when every scene of these tests begins.
var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// party writes the traces of one organisation, chained, by a clock of its own.
type party struct {
	t        testing.TB
	name     string
	role     string
	ahead    time.Duration
	records  []interops.Trace
	previous string
	lines    [][]byte
}

func newParty(t testing.TB, name, role string) *party {
	return &party{t: t, name: name, role: role, previous: journey.FirstHash}
}

// write chains a record that the party keeps at an instant of everybody's time.
func (p *party) write(at time.Duration, decision interops.Decision, vi string, adjust ...func(*interops.Trace)) {
	p.t.Helper()
	direction := interops.Emission
	if decision == interops.Accepted || decision == interops.Rejected {
		direction = interops.Reception
	}
	r := interops.Trace{
		EventID: fmt.Sprintf("%s-%d", p.name, len(p.lines)), Timestamp: start.Add(at + p.ahead).Format(interops.InstantLayout),
		Organisation: p.name, Role: p.role, Mode: interops.ModeS, Direction: direction, Decision: decision, PAGM: []string{"PAGM_CONSULTATION"},
		VIID: interops.TraceText(vi), Verified: true, PreviousHash: p.previous,
	}
	for _, a := range adjust {
		a(&r)
	}
	line, err := json.Marshal(r)
	if err != nil {
		p.t.Fatal(err)
	}
	if p.previous, err = journey.Hash(line); err != nil {
		p.t.Fatal(err)
	}
	p.lines, p.records = append(p.lines, line), append(p.records, r)
}

func (p *party) bytes() []byte { return append(bytes.Join(p.lines, []byte("\n")), '\n') }

func (p *party) export() journey.Export {
	p.t.Helper()
	return read(p.t, p.name+".jsonl", p.bytes(), journey.ReadOptions{})
}

func read(t testing.TB, name string, raw []byte, o journey.ReadOptions) journey.Export {
	t.Helper()
	e, err := journey.Read(name, bytes.NewReader(raw), o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// from and to fill what a VI says of its parties; of fills the person.
func from(issuer string) func(*interops.Trace) {
	return func(t *interops.Trace) { t.Issuer = interops.TraceText("urn:" + issuer) }
}

func to(receiver string) func(*interops.Trace) {
	return func(t *interops.Trace) {
		t.Recipient, t.Audience = interops.TraceText("urn:"+receiver), interops.TraceText("https://"+receiver+".test/service")
	}
}

func of(person, session string) func(*interops.Trace) {
	return func(t *interops.Trace) {
		t.NameID, t.SessionIndex = interops.TraceText(person), interops.TraceText(session)
		t.AuthnInstant = interops.TraceText(start.Format(interops.InstantLayout))
	}
}

// sphere is four organisms: who identifies, who authenticates, and two services.
type sphere struct{ oi, oa, s1, s2 *party }

func newSphere(t testing.TB) *sphere {
	return &sphere{
		newParty(t, "accueil", journey.IdentificationOperator), newParty(t, "portail", journey.AuthenticationOperator),
		newParty(t, "retraite", journey.ServiceOperator), newParty(t, "sante", journey.ServiceOperator),
	}
}

// log is the parties in the order in which their exports are given.
func (s *sphere) exports() []journey.Export {
	var all []journey.Export
	for _, p := range []*party{s.oi, s.oa, s.s1, s.s2} {
		if len(p.lines) > 0 {
			all = append(all, p.export())
		}
	}
	return all
}

// identify, login, rebond and logout are the moments of a journey.
func (s *sphere) identify(at time.Duration, person string) {
	id := "ctx-" + person
	s.oi.write(at, interops.Sent, id, from("accueil"), to("portail"), of(person, ""))
	s.oa.write(at+5*time.Millisecond, interops.Accepted, id, from("accueil"), to("portail"), of(person, ""))
}

func (s *sphere) enter(at time.Duration, decision interops.Decision, person string, service *party) {
	id := fmt.Sprintf("vi-%s-%s-%d", person, service.name, at.Milliseconds())
	session := "session-" + person
	s.oa.write(at, interops.Created, id, from("portail"), to(service.name), of(person, session))
	s.oa.write(at+time.Millisecond, decision, id, from("portail"), to(service.name), of(person, session))
	service.write(at+6*time.Millisecond, interops.Accepted, id, from("portail"), to(service.name), of(person, session))
}

func (s *sphere) logout(at time.Duration, person string, members ...*party) {
	for i, m := range members {
		m.write(at+time.Duration(i)*5*time.Millisecond, interops.LoggedOut, "", from("portail"), of(person, "session-"+person))
	}
}

// wholeJourney is identification, login, two rebonds and a logout that reaches everyone.
func (s *sphere) wholeJourney(at time.Duration, person string) {
	s.identify(at, person)
	s.enter(at+2*time.Second, interops.Sent, person, s.s1)
	s.enter(at+10*time.Second, interops.Rebounded, person, s.s2)
	s.enter(at+20*time.Second, interops.Rebounded, person, s.s1)
	s.logout(at+30*time.Second, person, s.s2, s.oa, s.s1)
}

// rulesOf lists the rules of remarks, in order, each once.
func rulesOf(remarks []journey.Remark) string {
	var rules []string
	for _, m := range remarks {
		if len(rules) == 0 || rules[len(rules)-1] != m.Rule {
			rules = append(rules, m.Rule)
		}
	}
	return strings.Join(rules, " ")
}

// stepsOf tells a journey in short.
func stepsOf(j *journey.Journey) string {
	var steps []string
	for _, s := range j.Steps {
		steps = append(steps, string(s.Kind))
	}
	return strings.Join(steps, " ")
}

const whole = "identification authentication rebond rebond logout"
