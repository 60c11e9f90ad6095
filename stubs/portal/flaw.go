package portal

import (
	"slices"

	"etalon/internal/emitter"
)

// Flaw is one neglect of the mock portal, with the requirements that a report must find failed.
type Flaw = emitter.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue's chapters.
func Flaws() []Flaw {
	return slices.Concat(
		shared(emitter.LinkFlaws(), emitter.IdentifierFlaws(), emitter.OmissionFlaws(), emitter.ContentFlaws(), emitter.SignatureFlaws()),
		shared(emitter.TraceFlaws()),
	)
}

// shared are neglects that any emitter of VIs may commit.
func shared(flaws ...[]emitter.Flaw[emitter.Policy]) []Flaw {
	return emitter.Within(slices.Concat(flaws...), func(p *policy) *emitter.Policy { return &p.Policy })
}

// Behaviours returns the candidates that a judge must report for what they are.
func Behaviours() []Flaw { return nil }
