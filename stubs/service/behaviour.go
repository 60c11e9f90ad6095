package service

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

// Behaviours returns the candidates that a judge must report for what they are, in either role. They are no flaws: Must
// and May are empty, and they go into Config.Flaws alone.
func Behaviours() []Flaw { return append(behaviours(), playing(ServiceOperator, behaviours())...) }

func behaviours() []Flaw {
	return []Flaw{
		neglecting(RefusesEverything, "", "", "refuse tout VI", "refuses every VI",
			func(p *policy) { rereads(p, refuseUnread) }),
		neglecting(AcceptsEverything, "", "", "accepte tout VI et sert toute page", "takes every VI and serves every page",
			func(p *policy) {
				gateway.AnyLink(&p.Neglect)
				p.excused = func(verdict.Finding, *visit) bool { return true }
				p.endless, p.untraced, p.unbound, p.silent, p.bounds = true, true, true, true, bounds{}
				p.opens = func(*visit, session, string) bool { return true }
				p.stray = func(v *visit) (session, bool) { return v.anybody(), true }
			}),
		neglecting(AnswersServerError, "", "", "répond 500 à tout VI", "answers 500 to every VI",
			func(p *policy) {
				rereads(p, refuseUnread)
				p.refusal = func(_ *visit, a *answer) {
					*a = answer{
						Status: http.StatusInternalServerError, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
						Body: []byte("Internal Server Error\n"),
					}
				}
			}),
		neglecting(LocksOutAfterTen, "", "", "refuse tout après dix refus", "refuses everything after ten refusals",
			func(p *policy) {
				counter := &gateway.Refusals{}
				p.refusal = func(*visit, *answer) { counter.Add() }
				rereads(p, func(v *visit) {
					if counter.Count() >= 10 {
						refuseUnread(v)
					}
				})
			}),
	}
}

// refuseUnread refuses whatever the Response says.
func refuseUnread(v *visit) {
	v.judged.Findings = []verdict.Finding{{Requirement: "G01", Rule: "refused-unread"}}
}
