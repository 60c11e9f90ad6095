package provider

import (
	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
)

// traceFlaws neglect the traces (X02 to X06).
func traceFlaws() []Flaw {
	return append(within(gateway.TraceFlaws()),
		neglecting("notes-message-in-trace", "X08", "",
			"recopie le message entier, VI compris, dans ses traces", "copies the whole message, VI included, into its traces",
			func(p *policy) { p.note = func(t *interops.Trace, c *call) { t.EventID += " " + string(c.raw) } }),
		neglecting("breaks-trace-chain", "X05", "",
			"ne chaîne pas ses traces entre elles", "does not chain its traces",
			func(p *policy) { p.keep = (*bench.TraceLog).AppendUnchained }),
		neglecting("continues-untraced", "X06", "A04",
			"laisse passer l'appel quand la trace ne peut être écrite", "lets the call pass when its trace cannot be written",
			func(p *policy) { p.untraced = true }),
	)
}
