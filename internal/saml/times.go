package saml

import (
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// near is how far beyond the skew an instant still looks like a drifting clock (L07).
const near = time.Minute

// shown writes an instant of a finding.
func shown(t time.Time) string { return t.UTC().Format(interops.InstantLayout) }

// issueInstant checks that the VI was made, in UTC, neither in the future nor too long ago (V03).
func (j *judge) issueInstant() {
	raw, there := xmlsec.Attribute(j.el, "IssueInstant")
	at, ok := ReadInstant(raw)
	skew, longest := j.Profile.Skew(), j.Profile.Time.MaxWindow.Duration
	switch {
	case !there || raw == "":
		j.report("issueinstant-absent", "IssueInstant", "") // V03-N1
	case !ok && withoutZone(raw):
		j.report("issueinstant-without-zone", "…Z", raw) // V03-N3
	case !ok:
		j.report("issueinstant-malformed", "2006-01-02T15:04:05Z", raw)
	case at.After(j.Now.Add(skew)):
		j.report("issueinstant-future", "≤ "+shown(j.Now.Add(skew)), raw) // V03-N2
		j.drift(at.Sub(j.Now))
	case at.Before(j.Now.Add(-longest - skew)):
		j.report("issueinstant-too-old", "≥ "+shown(j.Now.Add(-longest-skew)), raw) // V03-N4
	}
}

// withoutZone tells whether the text is a dateTime but for its Z.
func withoutZone(raw string) bool {
	_, ok := ReadInstant(raw + "Z")
	return ok && !strings.HasSuffix(raw, "Z")
}

// drift adds a finding when an instant is beyond the skew by so little that a clock drifts (L07).
func (j *judge) drift(beyond time.Duration) {
	if skew := j.Profile.Skew(); !j.Emitted && beyond <= skew+near {
		j.report("drift-over-skew", "≤ "+skew.String(), beyond.String())
	}
}

// window checks the validity of Conditions: start inclusive, end exclusive, skew at both ends (V08), and
// its length (V09). A window equal to the longest allowed is allowed.
func (j *judge) window() {
	from, until := j.vi.NotBefore, j.vi.NotOnOrAfter
	skew := j.Profile.Skew()
	j.bound("window-start-absent", "NotBefore", from)
	j.bound("window-end-absent", "NotOnOrAfter", until)
	if !from.IsZero() && j.Now.Before(from.Add(-skew)) {
		j.report("window-not-yet-valid", "≤ "+shown(j.Now.Add(skew)), shown(from)) // V08-N2
		j.drift(from.Sub(j.Now))
	}
	if !until.IsZero() {
		j.end(until)
	}
	if from.IsZero() || until.IsZero() {
		return
	}
	if longest := j.Profile.Time.MaxWindow.Duration; !until.After(from) {
		j.report("window-inverted", "> "+shown(from), shown(until)) // V08-N4
	} else if until.Sub(from) > longest {
		j.report("window-too-long", "≤ "+longest.String(), until.Sub(from).String()) // V09
	}
}

// bound reports an end of the window that is not there; one that cannot be read has its finding already.
func (j *judge) bound(rule, name string, at time.Time) {
	if raw, there := xmlsec.Attribute(xmlsec.Child(j.el, j.space, "Conditions"), name); at.IsZero() && (!there || raw == "") {
		j.report(rule, name, "")
	}
}

// end checks the end of the window: a receiver grants the skew (V08), an emitter must keep it in hand (L01).
func (j *judge) end(until time.Time) {
	skew := j.Profile.Skew()
	switch {
	case j.Emitted && !j.Now.Before(until), !j.Now.Before(until.Add(skew)):
		j.report("window-expired", "> "+shown(j.Now), shown(until)) // V08-N1, V08-N3, L01-N1
		j.drift(j.Now.Sub(until))
	case j.Emitted && !j.Now.Before(until.Add(-skew)):
		j.report("window-near-end", "> "+shown(j.Now.Add(skew)), shown(until)) // L01-N2
	}
}

// authnInstant checks when the user authenticated; it does not apply where no user stands behind (V12).
func (j *judge) authnInstant() {
	name := "AuthnInstant"
	statement := xmlsec.Child(j.el, j.space, "AuthnStatement")
	if j.space == Namespace11 {
		name, statement = "AuthenticationInstant", xmlsec.Child(j.el, j.space, "AuthenticationStatement")
	}
	at, skew, oldest := j.vi.AuthnInstant, j.Profile.Skew(), j.Profile.Time.MaxAuthnAge.Duration
	if xmlsec.Value(statement, name) == "" {
		j.report("authninstant-absent", name, "")
		return
	}
	if at.IsZero() || j.pure {
		return
	}
	if at.After(j.Now.Add(skew)) {
		j.report("authninstant-future", "≤ "+shown(j.Now.Add(skew)), shown(at)) // V12-N1
	} else if issued := j.vi.IssueInstant; !issued.IsZero() && at.After(issued.Add(skew)) {
		j.report("authninstant-after-issue", "≤ "+shown(issued.Add(skew)), shown(at)) // V12-N3
	}
	if at.Before(j.Now.Add(-oldest - skew)) {
		j.report("authninstant-too-old", "≥ "+shown(j.Now.Add(-oldest-skew)), shown(at)) // V12-N2
	}
}

// ReadInstant reads an xs:dateTime in UTC, fractions included; false when it is anything else.
func ReadInstant(s string) (time.Time, bool) {
	if !strings.HasSuffix(s, "Z") {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}
