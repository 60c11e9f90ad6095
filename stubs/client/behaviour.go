package client

import (
	"net/http"
	"sync/atomic"
)

// The names of the whole behaviours: candidates that no single neglect describes.
const (
	RefusesEverything  = "refuses-everything"
	AnswersServerError = "answers-500"
	SendsNothing       = "sends-nothing"
	SendsWithoutVI     = "sends-without-vi"
	LocksOutAfterTen   = "locks-out-after-ten"
)

// Behaviours returns the candidates that a judge must report for what they are. They are no flaws: Must and
// May are empty, and they go into Config.Flaws alone.
func Behaviours() []Flaw {
	refused := func(*http.Request) *reply {
		return refuse(http.StatusForbidden, codeRefused, "L'appel est refusé.")
	}
	return []Flaw{
		neglecting(RefusesEverything, "", "", "refuse tout appel de l'application", "refuses every call of the application",
			func(p *policy) { p.answers = refused }),
		neglecting(AnswersServerError, "", "", "répond 500 à tout appel", "answers 500 to every call",
			func(p *policy) {
				p.answers = func(*http.Request) *reply {
					return &reply{
						status: http.StatusInternalServerError, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
						body: []byte("Internal Server Error\n"),
					}
				}
			}),
		neglecting(SendsNothing, "", "", "répond que tout va bien et n'envoie rien", "answers that all is well and sends nothing",
			func(p *policy) {
				p.answers = func(*http.Request) *reply {
					return &reply{
						status: http.StatusOK, header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}},
						body: []byte(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>`),
					}
				}
			}),
		neglecting(SendsWithoutVI, "", "", "transmet tout appel sans VI", "passes every call on without VI",
			func(p *policy) { p.deaf, p.naked = true, true }),
		neglecting(LocksOutAfterTen, "", "", "refuse tout après dix refus du partenaire", "refuses everything after ten refusals of the partner's",
			locksOut),
	}
}

// locksOut counts the partner's technical faults, and gives up after ten.
func locksOut(p *policy) {
	var refusals atomic.Int64
	p.refusal = func(*reply, reply) { refusals.Add(1) }
	p.answers = func(*http.Request) *reply {
		if refusals.Load() < 10 {
			return nil
		}
		return refuse(http.StatusForbidden, codeRefused, "L'appel est refusé.")
	}
}
