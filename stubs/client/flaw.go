package client

import (
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// Flaw is one neglect of the mock client, with the requirements that a report must find failed.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue's chapters.
func Flaws() []Flaw {
	return slices.Concat(
		shared(emitter.LinkFlaws(), emitter.IdentifierFlaws(), emitter.OmissionFlaws(), emitter.ContentFlaws(), emitter.SignatureFlaws()),
		coverFlaws(), lifeFlaws(), exposureFlaws(), messageFlaws(), answerFlaws(), callerFlaws(), reactionFlaws(),
		shared(emitter.TraceFlaws()), sendingFlaws(), inquiryFlaws(),
	)
}

// shared are neglects that any emitter of VIs may commit.
func shared(flaws ...[]emitter.Flaw) []Flaw {
	return bench.Within(slices.Concat(flaws...), func(p *policy) *emitter.Policy { return &p.Policy })
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// coverFlaws neglect what the signature covers in an envelope (G10).
func coverFlaws() []Flaw {
	return []Flaw{
		neglecting("signs-body-instead", "G10", "",
			"signe le message métier à la place du VI", "signs the business message in place of the VI",
			func(p *policy) {
				p.Form = func(f *saml.Form) error {
					f.Body.CreateAttr("xmlns:wsu", xmlsec.NamespaceWSU)
					f.Body.CreateAttr("wsu:Id", "message-metier")
					f.Recipe.References[0].URI = "#message-metier"
					return nil
				}
			}),
	}
}

// sendingFlaws neglect the trace of what did not leave (X01).
func sendingFlaws() []Flaw {
	return []Flaw{
		neglecting("invents-sending", "X01", "",
			"laisse dit envoyé un VI, neuf à chaque appel, qui n'est pas parti", "leaves a VI, new for each call, told as sent that did not leave",
			func(p *policy) {
				reuses(func(interops.VI, time.Time, time.Duration) bool { return false })(p)
				p.Record = func(t *interops.Trace) bool { return t.Decision != interops.Discarded }
			}),
	}
}

// inquiryFlaws neglect the exchange of traces with partners (X12 to X14).
func inquiryFlaws() []Flaw {
	return bench.Within(inquiry.Flaws(), func(p *policy) *inquiry.Neglect { return &p.desk })
}
