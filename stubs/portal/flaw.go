package portal

import (
	"net/http"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/inquiry"
)

// Flaw is one neglect of the mock portal, with the requirements that a report must find failed.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue's chapters.
func Flaws() []Flaw {
	return slices.Concat(
		shared(emitter.LinkFlaws(), emitter.IdentifierFlaws(), emitter.OmissionFlaws(), emitter.ContentFlaws(), emitter.SignatureFlaws()),
		responseFlaws(), lifeFlaws(), rightFlaws(), exposureFlaws(), homeFlaws(), secretFlaws(), changeFlaws(),
		shared(emitter.TraceFlaws()), sendingFlaws(), inquiryFlaws(),
	)
}

// shared are neglects that any emitter of VIs may commit; what fails by them in mode A alone is left out.
func shared(flaws ...[]emitter.Flaw) []Flaw {
	all := bench.Within(slices.Concat(flaws...), func(p *policy) *emitter.Policy { return &p.Policy })
	for i := range all {
		all[i].May = slices.DeleteFunc(slices.Clone(all[i].May), func(requirement string) bool { return requirement[0] == 'A' })
	}
	return all
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// The names of the whole behaviours: candidates that no single neglect describes.
const (
	RefusesEverything  = "refuses-everything"
	AnswersServerError = "answers-500"
	SendsNothing       = "sends-nothing"
)

// Behaviours returns the candidates that a judge must report for what they are. They are no flaws: Must and May are
// empty, and they go into Config.Flaws alone.
func Behaviours() []Flaw {
	always := func(status int, text string) func(*policy) {
		return func(p *policy) {
			p.answers = func(*visit) *emitter.Answer {
				return &emitter.Answer{Status: status, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, Body: []byte(text)}
			}
		}
	}
	return []Flaw{
		neglecting(RefusesEverything, "", "", "refuse toute demande des agents", "refuses every request of its agents",
			always(http.StatusForbidden, "Accès refusé.\n")),
		neglecting(AnswersServerError, "", "", "répond 500 à toute demande", "answers 500 to every request",
			always(http.StatusInternalServerError, "Internal Server Error\n")),
		neglecting(SendsNothing, "", "", "répond que tout va bien et n'envoie rien", "answers that all is well and sends nothing",
			always(http.StatusOK, "Vous êtes chez le partenaire.\n")),
	}
}

// inquiryFlaws neglect the exchange of traces with partners (X12 to X14).
func inquiryFlaws() []Flaw {
	return bench.Within(inquiry.Flaws(), func(p *policy) *inquiry.Neglect { return &p.desk })
}
