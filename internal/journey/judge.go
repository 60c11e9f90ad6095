package journey

import (
	"fmt"
	"slices"
	"time"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// judge remarks what keeps a journey of mode S from being told whole (X10, X11).
func (j *Journey) judge(r *Reconciliation, c clocks) {
	if j.Mode != interops.ModeS {
		return
	}
	j.hops()
	j.order(r.options.Skew, c)
	j.logouts(r.Parties)
}

// hops remarks the steps of which one party, or all, have no trace (X10-N1).
func (j *Journey) hops() {
	is := func(k Kind) int { return slices.IndexFunc(j.Steps, func(s Step) bool { return s.Kind == k }) }
	if i := is(Rebond); i >= 0 && is(Authentication) < 0 {
		j.Remarks = append(j.Remarks, remark(ruleHop, verdict.Text{
			FR: fmt.Sprintf("parcours de %s : il commence par un rebond, l'authentification n'a de trace nulle part", j.who()),
			EN: fmt.Sprintf("journey of %s: it begins with a rebound, the authentication has no trace anywhere", j.who()),
		}, j.Steps[i].first()))
	}
	for _, s := range j.Steps {
		if s.Exchange == nil || !s.Exchange.Missing() {
			continue
		}
		have := s.Exchange.first()
		sideFR, sideEN := "la réception", "the reception"
		if s.Exchange.Sent == nil {
			sideFR, sideEN = "l'émission", "the emission"
		}
		m := remark(ruleHop, verdict.Text{
			FR: fmt.Sprintf("parcours de %s : il manque %s de l'étape « %s », dont %s a la trace", j.who(), sideFR, s.Kind.fr(), have.Organisation),
			EN: fmt.Sprintf("journey of %s: %s of the step “%s” is missing, of which %s has the trace", j.who(), sideEN, s.Kind, have.Organisation),
		}, have)
		m.Want = name(have)
		j.Remarks = append(j.Remarks, m)
	}
}

// who names the person of a journey.
func (j *Journey) who() string {
	if j.Person == "" {
		return "?"
	}
	return brief(j.Person)
}

// fr is the kind in French.
func (k Kind) fr() string {
	switch k {
	case Authentication:
		return "authentification"
	case Call:
		return "appel"
	case Logout:
		return "déconnexion"
	}
	return string(k)
}

// order remarks the steps whose order the traces do not tell, or tell against what took place (X10-N2).
func (j *Journey) order(skew time.Duration, c clocks) {
	for i := range j.Steps[1:] {
		a, b := j.Steps[i], j.Steps[i+1]
		if decide(a.records(), b.records(), c, skew) != undecided {
			continue
		}
		m := remark(ruleOrder, verdict.Text{
			FR: fmt.Sprintf("parcours de %s : l'ordre des étapes « %s » et « %s » ne se décide pas, les horloges de %s et %s s'écartant de plus que leur distance",
				j.who(), a.Kind.fr(), b.Kind.fr(), a.first().Organisation, b.first().Organisation),
			EN: fmt.Sprintf("journey of %s: the order of the steps “%s” and “%s” cannot be decided, the clocks of %s and %s being further apart than they are",
				j.who(), a.Kind, b.Kind, a.first().Organisation, b.first().Organisation),
		}, a.first(), b.first())
		m.Want, m.Got = a.first().Timestamp, b.first().Timestamp
		j.Remarks = append(j.Remarks, m)
	}
	for _, s := range j.Steps {
		if x := s.Exchange; x != nil && x.By != "" && !x.Received.At.IsZero() && x.Received.At.Before(x.Sent.At.Add(-skew)) {
			m := remark(ruleContradicted, verdict.Text{
				FR: fmt.Sprintf("parcours de %s : l'étape « %s » est datée par %s avant que %s ne l'ait émise", j.who(), s.Kind.fr(), x.Received.Organisation, x.Sent.Organisation),
				EN: fmt.Sprintf("journey of %s: the step “%s” is dated by %s before %s emitted it", j.who(), s.Kind, x.Received.Organisation, x.Sent.Organisation),
			}, x.Sent, x.Received)
			m.Want, m.Got = "≥ "+x.Sent.Timestamp, x.Received.Timestamp
			j.Remarks = append(j.Remarks, m)
			return // the clock is told once
		}
	}
}

// decide puts two sets of records in order: by a file that holds one of each, else by clocks that differ by less than
// what lies between the two; clocks that nothing relates may differ by unknown.
func decide(a, b []*Record, c clocks, unknown time.Duration) sequence {
	for _, x := range a {
		for _, y := range b {
			if x.File == y.File && x != y {
				if x.seq < y.seq {
					return before
				}
				return after
			}
		}
	}
	x, y := a[0], b[0]
	if x.At.IsZero() || y.At.IsZero() {
		return undecided
	}
	differ, related := c.between(x.Organisation, y.Organisation)
	if !related {
		differ = unknown
	}
	switch d := y.At.Sub(x.At); {
	case d.Abs() < differ.Abs():
		return undecided
	case d < 0:
		return after
	}
	return before
}

// logouts remarks the members that opened a session and traced no logout, where the others did (X11-N1).
func (j *Journey) logouts(parties []string) {
	last := j.Steps[len(j.Steps)-1]
	if last.Kind != Logout {
		return
	}
	var asked []string
	for _, s := range j.Steps {
		if s.Exchange == nil || s.Kind == Identification {
			continue
		}
		for _, at := range s.records() {
			if opened := at.Direction == interops.Emission || at.Decision == interops.Accepted; opened && !slices.Contains(asked, at.Organisation) {
				asked = append(asked, at.Organisation)
			}
		}
	}
	for _, member := range asked {
		if slices.Contains(parties, member) && !j.ended(member) {
			m := remark(ruleLogout, verdict.Text{
				FR: fmt.Sprintf("parcours de %s : la déconnexion n'est pas tracée chez %s", j.who(), member),
				EN: fmt.Sprintf("journey of %s: the logout is not traced at %s", j.who(), member),
			}, last.Logouts[0])
			m.Want = member
			j.Remarks = append(j.Remarks, m)
		}
	}
}
