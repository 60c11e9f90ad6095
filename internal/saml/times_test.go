package saml_test

import (
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// The skew is 120 s, the longest window 4 h, the oldest authentication 12 h.
func TestTimeLimitsToTheSecond(t *testing.T) {
	skew, s := 120*time.Second, time.Second
	for _, c := range []struct {
		name string
		set  func(*interops.VI, time.Time)
		at   time.Duration // from now
		ok   bool
	}{
		{"NotBefore now", notBefore, 0, true},
		{"NotBefore at the skew", notBefore, skew, true},
		{"NotBefore beyond", notBefore, skew + s, false},
		{"NotOnOrAfter just ahead", notOnOrAfter, s, true},
		{"NotOnOrAfter within the skew", notOnOrAfter, -skew + s, true},
		{"NotOnOrAfter at the skew, which is exclusive", notOnOrAfter, -skew, false},
		{"NotOnOrAfter beyond", notOnOrAfter, -skew - 5*s, false},
		{"IssueInstant at the skew", issued, skew, true},
		{"IssueInstant beyond", issued, skew + s, false},
		{"IssueInstant oldest", issued, -4*time.Hour - skew, true},
		{"IssueInstant older", issued, -4*time.Hour - skew - s, false},
		{"AuthnInstant oldest", authenticated, -12*time.Hour - skew, true},
		{"AuthnInstant older", authenticated, -12*time.Hour - skew - s, false},
		{"AuthnInstant at the skew", authenticated, skew, true},
		{"AuthnInstant beyond", authenticated, skew + s, false},
		{"confirmation within the skew", confirmed, -skew + s, true},
		{"confirmation at the skew", confirmed, -skew, false},
	} {
		m := message{content: func(v *interops.VI) {
			v.NotBefore, v.IssueInstant = now.Add(-time.Hour), now
			c.set(v, now.Add(c.at))
		}}
		if j := m.judge(t); (len(j.Findings) == 0) != c.ok {
			t.Errorf("%s: %+v", c.name, j.Findings)
		}
	}
}

func notBefore(v *interops.VI, at time.Time)     { v.NotBefore = at }
func notOnOrAfter(v *interops.VI, at time.Time)  { v.NotOnOrAfter = at }
func authenticated(v *interops.VI, at time.Time) { v.AuthnInstant = at }
func confirmed(v *interops.VI, at time.Time)     { v.Confirmation.NotOnOrAfter = at }
func issued(v *interops.VI, at time.Time) {
	v.IssueInstant, v.AuthnInstant = at, at
}

func TestWindowAsLongAsAllowed(t *testing.T) {
	for length, ok := range map[time.Duration]bool{4 * time.Hour: true, 4*time.Hour + time.Millisecond: false} {
		j := message{content: func(v *interops.VI) { v.NotOnOrAfter = v.NotBefore.Add(length) }}.judge(t)
		if (len(j.Findings) == 0) != ok {
			t.Errorf("%s: %+v", length, j.Findings)
		}
	}
}

func TestReadInstant(t *testing.T) {
	for s, ok := range map[string]bool{
		"2026-11-21T10:00:00Z": true, "2026-11-21T10:00:00.1Z": true, "2026-11-21T10:00:00.123456789Z": true,
		"2026-11-21T10:00:00": false, "2026-11-21T10:00:00+00:00": false, "2026-11-21": false, "": false, "Z": false,
		"2026-13-21T10:00:00Z": false,
	} {
		if at, got := saml.ReadInstant(s); got != ok || got == at.IsZero() {
			t.Errorf("%q: %v %t", s, at, got)
		}
	}
}
