package service

import (
	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
)

// traceFlaws neglect the traces (X02 to X08).
func traceFlaws() []Flaw {
	var all []Flaw
	for _, f := range gateway.TraceFlaws() {
		all = append(all, Flaw{Name: f.Name, Role: Provider, Title: f.Title, Must: f.Must, May: f.May, neglect: func(p *policy) {
			before := p.record
			p.record = func(t *interops.Trace) bool { return before(t) && f.Touch(t) }
		}})
	}
	return append(all,
		neglecting("notes-message-in-trace", "X08", "",
			"recopie le message entier, VI compris, dans ses traces", "copies the whole message, VI included, into its traces",
			func(p *policy) {
				p.note = func(t *interops.Trace, v *visit) { t.EventID += " " + string(v.judged.Response) }
			}),
		neglecting("breaks-trace-chain", "X05", "",
			"ne chaîne pas ses traces entre elles", "does not chain its traces",
			func(p *policy) { p.keep = (*bench.TraceLog).AppendUnchained }),
		neglecting("continues-untraced", "X06", "",
			"ouvre la session quand la trace ne peut être écrite", "opens the session when its trace cannot be written",
			func(p *policy) { p.untraced = true }),
	)
}

// conventionFlaws neglect the projects of the convention (K01, K02).
func conventionFlaws() []Flaw {
	return shared(gateway.ConventionFlaws())
}
