package resource

import (
	"net/http"

	"etalon/internal/gateway"
	"etalon/internal/verdict"
)

// The names of the whole behaviours: candidates that no single neglect describes.
const (
	RefusesEverything  = "refuses-everything"
	AcceptsEverything  = "accepts-everything"
	AnswersServerError = "answers-500"
	LocksOutAfterTen   = "locks-out-after-ten"
)

// Behaviours returns the candidates that a judge must report for what they are. They are no flaws: Must and May are
// empty, and they go into Config.Flaws alone.
func Behaviours() []Flaw {
	return []Flaw{
		neglecting(RefusesEverything, "", "", "refuse tout appel", "refuses every call",
			func(p *policy) { rereads(p, refuseUnread) }),
		neglecting(AcceptsEverything, "", "", "accepte tout appel", "takes every call", func(p *policy) {
			gateway.AnyLink(&p.Neglect)
			p.untraced = true
			p.excused = func(verdict.Finding, *call) bool { return true }
			p.opens = func(*call) bool { return true }
		}),
		neglecting(AnswersServerError, "", "", "répond 500 à tout appel", "answers 500 to every call", func(p *policy) {
			rereads(p, refuseUnread)
			p.refused = func(_ *call, a *answer) {
				*a = answer{
					Status: http.StatusInternalServerError, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
					Body: []byte("Internal Server Error\n"),
				}
			}
		}),
		neglecting(LocksOutAfterTen, "", "", "refuse tout après dix refus", "refuses everything after ten refusals", func(p *policy) {
			counter := &gateway.Refusals{}
			p.refused = func(*call, *answer) { counter.Add() }
			rereads(p, func(c *call) {
				if counter.Count() >= 10 {
					refuseUnread(c)
				}
			})
		}),
	}
}

// refuseUnread refuses whatever the call says.
func refuseUnread(c *call) {
	c.judged.Findings = []verdict.Finding{{Requirement: "G01", Rule: "refused-unread"}}
}
