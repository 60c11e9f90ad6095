package service

import (
	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
)

// traceFlaws neglect the traces (X02 to X08).
func traceFlaws() []Flaw {
	return append(received(gateway.TraceFlaws()),
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
