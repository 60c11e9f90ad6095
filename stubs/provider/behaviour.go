package provider

import (
	"net/http"

	"etalon/internal/gateway"
	"etalon/internal/soap"
	"etalon/internal/verdict"
)

// The names of the whole behaviours: candidates that no single neglect describes.
const (
	RefusesEverything  = "refuses-everything"
	AcceptsEverything  = "accepts-everything"
	AnswersServerError = "answers-500"
	LocksOutAfterTen   = "locks-out-after-ten"
	CallsBackendFirst  = "calls-backend-first"
)

// Behaviours returns the candidates that a judge must report for what they are. They are no flaws: Must and
// May are empty, and they go into Config.Flaws alone.
func Behaviours() []Flaw {
	return []Flaw{
		neglecting(RefusesEverything, "", "", "refuse tout appel", "refuses every call",
			func(p *policy) { rereads(p, func(c *call) { c.judged.Findings = refusal("G01") }) }),
		neglecting(AcceptsEverything, "", "", "accepte tout appel", "takes every call", acceptsEverything),
		neglecting(CallsBackendFirst, "", "", "appelle l'application avant tout contrôle, quoi qu'il réponde ensuite", "calls its application before any check, whatever it answers then",
			func(p *policy) {
				gateway.AnyLink(&p.Neglect)
				p.hasty, p.unread, p.endless = true, true, true
			}),
		neglecting(AnswersServerError, "", "", "répond 500 à tout appel", "answers 500 to every call",
			func(p *policy) {
				rereads(p, func(c *call) { c.judged.Findings = refusal("G01") })
				answersFaults(func(a *answer, _ soap.Fault, _ *call) {
					*a = answer{
						Status: http.StatusInternalServerError, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
						Body: []byte("Internal Server Error\n"),
					}
				})(p)
			}),
		neglecting(LocksOutAfterTen, "", "", "refuse tout après dix refus", "refuses everything after ten refusals",
			func(p *policy) {
				counter := &gateway.Refusals{}
				p.refused = func(*Provider, *call, *answer) { counter.Add() }
				rereads(p, func(c *call) {
					if counter.Count() >= 10 {
						c.judged.Findings = refusal("G01")
					}
				})
			}),
	}
}

// refusal is the finding of a provider that refuses without reading.
func refusal(requirement string) []verdict.Finding {
	return []verdict.Finding{{Requirement: requirement, Rule: "refused-unread"}}
}

// acceptsEverything takes whatever comes, on any link.
func acceptsEverything(p *policy) {
	gateway.AnyLink(&p.Neglect)
	p.endless, p.unread, p.untraced = true, true, true
	p.excused = func(verdict.Finding, *call) bool { return true }
	rereads(p, func(c *call) { c.blinded = true })
}
