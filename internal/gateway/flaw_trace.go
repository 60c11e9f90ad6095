package gateway

import (
	"time"

	"etalon/internal/interops"
)

// TraceFlaws neglect the traces (X02 to X04).
func TraceFlaws() []Flaw {
	return []Flaw{
		touching("forgets-refused", "X02", "",
			"ne trace pas les VI refusés", "keeps no trace of refused VIs",
			func(t *interops.Trace) bool { return t.Decision != interops.Rejected }),
		touching("forgets-unreadable", "X02", "",
			"ne trace pas les VI illisibles", "keeps no trace of unreadable VIs",
			func(t *interops.Trace) bool { return t.VIID != nil }),
		touching("drops-trace-field", "X03", "",
			"omet l'audience dans ses traces", "leaves the Audience out of its traces",
			func(t *interops.Trace) bool { t.Audience = nil; return true }),
		touching("traces-local-time", "X03", "X02 X04 X12 L07 V08",
			"date ses traces sans fuseau", "dates its traces without time zone",
			func(t *interops.Trace) bool { t.Timestamp = t.Timestamp[:len(t.Timestamp)-1]; return true }),
		touching("truncates-vi-id", "X04", "X02",
			"tronque l'identifiant du VI dans ses traces", "truncates the VI's identifier in its traces",
			func(t *interops.Trace) bool {
				if t.VIID != nil {
					t.VIID = interops.TraceText((*t.VIID)[:min(columnWidth, len(*t.VIID))])
				}
				return true
			}),
		touching("traces-with-wrong-clock", "X04", "L07 V08 X02",
			"date ses traces d'une horloge fausse", "dates its traces with a wrong clock",
			func(t *interops.Trace) bool {
				at, err := time.Parse(interops.InstantLayout, t.Timestamp)
				if err == nil {
					t.Timestamp = at.Add(wrongClock).Format(interops.InstantLayout)
				}
				return true
			}),
	}
}

// touching changes a record before it is kept, or forgets it.
func touching(name, must, may, fr, en string, touch func(*interops.Trace) bool) Flaw {
	return neglecting(name, must, may, fr, en, func(n *Neglect) { n.touches = append(n.touches, touch) })
}

// columnWidth is the length to which a careless store cuts identifiers: a UUID fits.
const columnWidth = 40

// wrongClock is how far the clock of the traces is off.
const wrongClock = 20 * time.Minute
