package provider

import (
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
)

// traceFlaws neglect the traces (X02 to X06).
func traceFlaws() []Flaw {
	return []Flaw{
		neglecting("forgets-refused", "X02", "",
			"ne trace pas les VI refusés", "keeps no trace of refused VIs",
			records(func(t *interops.Trace) bool { return t.Decision != interops.Rejected })),
		neglecting("forgets-unreadable", "X02", "",
			"ne trace pas les VI illisibles", "keeps no trace of unreadable VIs",
			records(func(t *interops.Trace) bool { return t.VIID != nil })),
		neglecting("drops-trace-field", "X03", "",
			"omet l'audience dans ses traces", "leaves the Audience out of its traces",
			records(func(t *interops.Trace) bool { t.Audience = nil; return true })),
		neglecting("traces-local-time", "X03", "X02 X04 L07 V08",
			"date ses traces sans fuseau", "dates its traces without time zone",
			records(func(t *interops.Trace) bool { t.Timestamp = t.Timestamp[:len(t.Timestamp)-1]; return true })),
		neglecting("truncates-vi-id", "X04", "X02",
			"tronque l'identifiant du VI dans ses traces", "truncates the VI's identifier in its traces",
			records(func(t *interops.Trace) bool {
				if t.VIID != nil {
					t.VIID = interops.TraceText((*t.VIID)[:min(columnWidth, len(*t.VIID))])
				}
				return true
			})),
		neglecting("traces-with-wrong-clock", "X04", "L07 V08 X02",
			"date ses traces d'une horloge fausse", "dates its traces with a wrong clock",
			records(func(t *interops.Trace) bool {
				at, err := time.Parse(interops.InstantLayout, t.Timestamp)
				if err == nil {
					t.Timestamp = at.Add(wrongClock).Format(interops.InstantLayout)
				}
				return true
			})),
		neglecting("notes-message-in-trace", "X08", "",
			"recopie le message entier, VI compris, dans ses traces", "copies the whole message, VI included, into its traces",
			func(p *policy) { p.note = func(t *interops.Trace, c *call) { t.EventID += " " + string(c.raw) } }),
		neglecting("breaks-trace-chain", "X05", "",
			"ne chaîne pas ses traces entre elles", "does not chain its traces",
			func(p *policy) { p.keep = (*bench.TraceLog).AppendUnchained }),
		neglecting("continues-untraced", "X06", "A04",
			"laisse passer l'appel quand la trace ne peut être écrite", "lets the call pass when its trace cannot be written",
			func(p *policy) { p.untraced = true }),
	}
}

// columnWidth is the length to which a careless store cuts identifiers: a UUID fits.
const columnWidth = 40

// wrongClock is how far the clock of the traces is off.
const wrongClock = 20 * time.Minute

// records makes the provider touch a record before it is kept; false forgets it.
func records(touch func(*interops.Trace) bool) func(*policy) {
	return func(p *policy) {
		before := p.record
		p.record = func(t *interops.Trace) bool { return before(t) && touch(t) }
	}
}
