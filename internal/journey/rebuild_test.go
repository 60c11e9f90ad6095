package journey_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/journey"
)

func TestJourneyIsRebuilt(t *testing.T) {
	s := newSphere(t)
	s.wholeJourney(0, "assure-1")
	r := journey.Reconcile(s.exports(), journey.Options{})
	if !r.Sound() || len(r.Journeys) != 1 {
		t.Fatalf("%d journeys, remarks %q\n%s", len(r.Journeys), rulesOf(r.Remarks), strings.Join(r.Tell("fr"), "\n"))
	}
	if got := stepsOf(r.Journeys[0]); got != whole || r.Journeys[0].Person != "assure-1" || r.Journeys[0].Session != "session-assure-1" {
		t.Errorf("journey of %s: %s", r.Journeys[0].Person, got)
	}
	if last := r.Journeys[0].Steps[4]; len(last.Logouts) != 3 {
		t.Errorf("%d logouts, want one of each member", len(last.Logouts))
	}
}

// TestPersonsInterleaved rebuilds the journeys of forty persons who move at once.
func TestPersonsInterleaved(t *testing.T) {
	s := newSphere(t)
	const persons = 40
	name := func(i int) string { return fmt.Sprintf("assure-%02d", i) }
	step := func(at time.Duration, do func(at time.Duration, i int)) {
		for i := range persons {
			do(at+time.Duration(i)*20*time.Millisecond, (i*7)%persons)
		}
	}
	step(0, func(at time.Duration, i int) { s.identify(at, name(i)) })
	step(2*time.Second, func(at time.Duration, i int) { s.enter(at, interops.Sent, name(i), s.s1) })
	step(4*time.Second, func(at time.Duration, i int) { s.enter(at, interops.Rebounded, name(i), s.s2) })
	step(6*time.Second, func(at time.Duration, i int) { s.enter(at, interops.Rebounded, name(i), s.s1) })
	step(8*time.Second, func(at time.Duration, i int) { s.logout(at, name(i), s.s1, s.oa, s.s2) })
	r := journey.Reconcile(s.exports(), journey.Options{})
	if !r.Sound() || len(r.Journeys) != persons {
		t.Fatalf("%d journeys, remarks %q", len(r.Journeys), rulesOf(r.Remarks))
	}
	for _, j := range r.Journeys {
		if got := stepsOf(j); got != whole {
			t.Errorf("%s: %s", j.Person, got)
		}
		for _, step := range j.Steps {
			if x := step.Exchange; x != nil && (*x.Sent.NameID != j.Person || *x.Received.NameID != j.Person) {
				t.Errorf("journey of %s holds a step of %s", j.Person, *x.Sent.NameID)
			}
		}
	}
}

// TestTwoBrowsers tells the two sessions of one person apart, by the SessionIndex or, without, by the login.
func TestTwoBrowsers(t *testing.T) {
	for _, indexed := range []bool{true, false} {
		s := newSphere(t)
		session := func(n int) func(*interops.Trace) {
			return func(t *interops.Trace) {
				t.SessionIndex = nil
				if indexed {
					t.SessionIndex = interops.TraceText(fmt.Sprintf("session-%d", n))
				}
				t.AuthnInstant = interops.TraceText(start.Add(time.Duration(n) * time.Minute).Format(interops.InstantLayout))
			}
		}
		for i, n := range []int{1, 2, 1, 2} {
			at, id := time.Duration(i)*time.Second, fmt.Sprintf("vi-%d", i)
			fill := []func(*interops.Trace){from("portail"), to("retraite"), of("assure", ""), session(n)}
			s.oa.write(at, interops.Sent, id, fill...)
			s.s1.write(at+5*time.Millisecond, interops.Accepted, id, fill...)
		}
		s.oa.write(10*time.Second, interops.LoggedOut, "", from("portail"), of("assure", ""), session(1))
		s.s1.write(11*time.Second, interops.LoggedOut, "", from("portail"), of("assure", ""), session(1))
		r := journey.Reconcile(s.exports(), journey.Options{})
		if len(r.Journeys) != 2 || stepsOf(r.Journeys[0]) != "authentication rebond logout" || stepsOf(r.Journeys[1]) != "authentication rebond" {
			t.Errorf("indexed %v: %d journeys: %s", indexed, len(r.Journeys), strings.Join(r.Tell("en"), "\n"))
		}
	}
}

// TestLogoutWithoutSession closes every session of the person that was open.
func TestLogoutWithoutSession(t *testing.T) {
	s := newSphere(t)
	s.wholeJourney(0, "assure-1")
	s.enter(time.Minute, interops.Sent, "assure-2", s.s1)
	bare := func(t *interops.Trace) { t.SessionIndex, t.AuthnInstant = nil, nil }
	s.oa.write(2*time.Minute, interops.LoggedOut, "", of("assure-2", ""), bare)
	s.s1.write(2*time.Minute+time.Second, interops.LoggedOut, "", of("assure-2", ""), bare)
	r := journey.Reconcile(s.exports(), journey.Options{})
	if !r.Sound() || len(r.Journeys) != 2 || stepsOf(r.Journeys[0]) != whole || stepsOf(r.Journeys[1]) != "authentication logout" {
		t.Errorf("%s", strings.Join(r.Tell("fr"), "\n"))
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	journeyOf := func(t *testing.T, after func(*sphere)) *journey.Reconciliation {
		s := newSphere(t)
		s.wholeJourney(0, "assure-0") // another one, whole, so that every party has exchanges
		s.wholeJourney(time.Minute, "assure-1")
		after(s)
		return journey.Reconcile(s.exports(), journey.Options{})
	}
	// drop forgets the records of assure-1 that match.
	drop := func(p *party, which func(*interops.Trace) bool) *party {
		return edited(p, func(_ int, t *interops.Trace) bool { return *t.NameID != "assure-1" || !which(t) })
	}
	is := func(d interops.Decision, id string) func(*interops.Trace) bool {
		return func(t *interops.Trace) bool {
			return t.Decision == d && (id == "" || t.VIID != nil && strings.Contains(*t.VIID, id))
		}
	}
	for name, test := range map[string]struct {
		after func(*sphere)
		rule  string
		says  string
	}{
		"identification not emitted":  {func(s *sphere) { s.oi = drop(s.oi, is(interops.Sent, "ctx")) }, "journey-hop-missing", "l'émission de l'étape « identification »"},
		"identification not received": {func(s *sphere) { s.oa = drop(s.oa, is(interops.Accepted, "ctx")) }, "journey-hop-missing", "la réception de l'étape « identification »"},
		"login not received":          {func(s *sphere) { s.s1 = drop(s.s1, is(interops.Accepted, "62000")) }, "journey-hop-missing", "la réception de l'étape « authentification »"},
		"rebond not received":         {func(s *sphere) { s.s2 = drop(s.s2, is(interops.Accepted, "")) }, "journey-hop-missing", "la réception de l'étape « rebond »"},
		"rebond not emitted": {func(s *sphere) {
			s.oa = drop(s.oa, func(t *interops.Trace) bool { return t.VIID != nil && strings.Contains(*t.VIID, "sante") })
		}, "journey-hop-missing", "l'émission de l'étape « rebond »"},
		"logout absent at a service":  {func(s *sphere) { s.s1 = drop(s.s1, is(interops.LoggedOut, "")) }, "journey-logout-missing", "la déconnexion n'est pas tracée chez retraite"},
		"logout absent at the portal": {func(s *sphere) { s.oa = drop(s.oa, is(interops.LoggedOut, "")) }, "journey-logout-missing", "la déconnexion n'est pas tracée chez portail"},
	} {
		t.Run(name, func(t *testing.T) {
			r := journeyOf(t, test.after)
			if got := rulesOf(r.Remarks); !strings.HasPrefix(got, test.rule) || !strings.Contains(r.Remarks[0].Text.FR, test.says) {
				t.Errorf("remarks %q: %v\n%s", got, r.Remarks, strings.Join(r.Tell("fr"), "\n"))
			}
			for _, m := range r.Remarks {
				if !strings.Contains(m.Text.EN, "assure-1") {
					t.Errorf("a remark that is not about assure-1: %s", m.Text.EN)
				}
			}
		})
	}
	r := journeyOf(t, func(s *sphere) {
		s.oa = drop(s.oa, func(t *interops.Trace) bool { return t.VIID != nil && strings.Contains(*t.VIID, "62000") })
		s.s1 = drop(s.s1, is(interops.Accepted, "62000"))
	})
	if got := rulesOf(r.Remarks); got != "journey-hop-missing" || !strings.Contains(r.Remarks[0].Text.EN, "begins with a rebound") {
		t.Errorf("a login without trace anywhere: %q", got)
	}
}

// TestOrderUndecidable: two steps that no file holds both, by clocks that differ by more than what lies between.
func TestOrderUndecidable(t *testing.T) {
	scene := func(between time.Duration) *journey.Reconciliation {
		s := newSphere(t)
		s.oi.ahead = 30 * time.Second
		s.wholeJourney(0, "assure-0") // relates the clocks
		s.wholeJourney(time.Minute, "assure-1")
		oi := edited(s.oi, func(int, *interops.Trace) bool { return true })
		oi.ahead = s.oi.ahead
		oi.write(2*time.Minute, interops.Sent, "ctx-assure-2", from("accueil"), to("portail"), of("assure-2", ""))
		s.oi = oi
		s.enter(2*time.Minute+30*time.Second+between, interops.Sent, "assure-2", s.s1) // seen by both clocks: after, by as much
		return journey.Reconcile(s.exports(), journey.Options{})
	}
	if got := rulesOf(scene(5 * time.Second).Remarks); got != "journey-hop-missing journey-order-undecidable" {
		t.Errorf("clocks further apart than the steps: %q", got)
	}
	if got := rulesOf(scene(45 * time.Second).Remarks); got != "journey-hop-missing" {
		t.Errorf("steps further apart than the clocks: %q", got)
	}
}

// TestOrderContradicted: a member whose clock dates a step before it was sent.
func TestOrderContradicted(t *testing.T) {
	s := newSphere(t)
	s.s2.ahead = -10 * time.Minute
	s.wholeJourney(0, "assure-1")
	r := journey.Reconcile(s.exports(), journey.Options{})
	if got := rulesOf(r.Remarks); got != "trace-clock-offset journey-order-contradicted" {
		t.Errorf("remarks %q", got)
	}
	if got := stepsOf(r.Journeys[0]); got != whole {
		t.Errorf("steps in the order %s", got)
	}
}

// TestIdentifiedOnly is no fault: a person may leave before the login. So is a login without a context token.
func TestIdentifiedOnly(t *testing.T) {
	s := newSphere(t)
	s.identify(0, "assure-1")
	s.enter(time.Second, interops.Sent, "assure-2", s.s1)
	r := journey.Reconcile(s.exports(), journey.Options{})
	if !r.Sound() || len(r.Journeys) != 2 || stepsOf(r.Journeys[0]) != "identification" || stepsOf(r.Journeys[1]) != "authentication" {
		t.Errorf("%s", strings.Join(r.Tell("fr"), "\n"))
	}
}
