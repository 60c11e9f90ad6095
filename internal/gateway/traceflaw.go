package gateway

import (
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// TraceFlaw is a neglect of the records of whoever receives VIs, in any mode.
type TraceFlaw struct {
	Name      string // a verb of neglect
	Title     verdict.Text
	Must, May []string
	// Touch changes a record before it is kept; false forgets it.
	Touch func(*interops.Trace) bool
}

// TraceFlaws neglect the traces (X02 to X04).
func TraceFlaws() []TraceFlaw {
	return []TraceFlaw{
		traceFlaw("forgets-refused", "X02", "",
			"ne trace pas les VI refusés", "keeps no trace of refused VIs",
			func(t *interops.Trace) bool { return t.Decision != interops.Rejected }),
		traceFlaw("forgets-unreadable", "X02", "",
			"ne trace pas les VI illisibles", "keeps no trace of unreadable VIs",
			func(t *interops.Trace) bool { return t.VIID != nil }),
		traceFlaw("drops-trace-field", "X03", "",
			"omet l'audience dans ses traces", "leaves the Audience out of its traces",
			func(t *interops.Trace) bool { t.Audience = nil; return true }),
		traceFlaw("traces-local-time", "X03", "X02 X04 X12 L07 V08",
			"date ses traces sans fuseau", "dates its traces without time zone",
			func(t *interops.Trace) bool { t.Timestamp = t.Timestamp[:len(t.Timestamp)-1]; return true }),
		traceFlaw("truncates-vi-id", "X04", "X02",
			"tronque l'identifiant du VI dans ses traces", "truncates the VI's identifier in its traces",
			func(t *interops.Trace) bool {
				if t.VIID != nil {
					t.VIID = interops.TraceText((*t.VIID)[:min(columnWidth, len(*t.VIID))])
				}
				return true
			}),
		traceFlaw("traces-with-wrong-clock", "X04", "L07 V08 X02",
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

func traceFlaw(name, must, may, fr, en string, touch func(*interops.Trace) bool) TraceFlaw {
	return TraceFlaw{name, verdict.Text{FR: fr, EN: en}, strings.Fields(must), strings.Fields(may), touch}
}

// columnWidth is the length to which a careless store cuts identifiers: a UUID fits.
const columnWidth = 40

// wrongClock is how far the clock of the traces is off.
const wrongClock = 20 * time.Minute
