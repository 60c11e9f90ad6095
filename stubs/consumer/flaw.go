package consumer

import (
	"net/http"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/rest"
)

// Flaw is one neglect of the mock client, with the requirements that a report must find failed.
type Flaw struct {
	bench.Flaw[policy]
	// Token is the only form of the token in which the flaw shows; empty for all.
	Token string
}

// Flaws returns every neglect, in the order of the catalogue's chapters.
func Flaws() []Flaw {
	return slices.Concat(
		shared(emitter.LinkFlaws(), emitter.IdentifierFlaws(), emitter.OmissionFlaws(), emitter.ContentFlaws(), emitter.SignatureFlaws()),
		claimFlaws(), jwtFlaws(), lifeFlaws(), placeFlaws(), exposureFlaws(),
		shared(emitter.TraceFlaws()), everywhere(sendingFlaws()), everywhere(inquiryFlaws()),
	)
}

// shared are neglects that any emitter of VIs may commit; what does not bind mode R is left out of what may fail.
func shared(flaws ...[]emitter.Flaw) []Flaw {
	all := everywhere(bench.Within(slices.Concat(flaws...), func(p *policy) *emitter.Policy { return &p.Policy }))
	for i, f := range all {
		all[i].May = slices.DeleteFunc(slices.Clone(f.May), func(requirement string) bool {
			return requirement[0] == 'A' || slices.Contains([]string{"L01", "L02", "K01"}, requirement)
		})
		if slices.Contains(ofAgreement, f.Name) || slices.Contains(f.May, "L02") { // a token of its user: R07 here
			all[i].May = append(all[i].May, "R07")
		}
		if slices.Contains(ofAssertion, f.Name) {
			all[i].Token = rest.TokenSAML
		}
	}
	return all
}

// ofAgreement are the shared neglects that also leave the token without what the convention agrees for its user.
var ofAgreement = []string{"omits-issuer", "omits-pagm", "misnames-pagm-attribute", "omits-audience"}

// ofAssertion are the shared neglects of what a JWT has not, or has in a form of its own.
var ofAssertion = []string{
	"writes-bare-uuid", "writes-urn-as-id", "omits-confirmation", "omits-recipient", "names-audience-as-recipient",
	"misnames-pagm-attribute", "signs-with-sha1", "digests-with-sha1", "signs-whole-document", "signs-part-by-xpath",
	"leaves-vi-unsigned", "omits-certificate", "indents-after-signing",
}

// everywhere are flaws that show in both forms of the token.
func everywhere(flaws []bench.Flaw[policy]) []Flaw { return within("", flaws...) }

// within are flaws that show in one form of the token.
func within(token string, flaws ...bench.Flaw[policy]) []Flaw {
	all := make([]Flaw, len(flaws))
	for i, f := range flaws {
		all[i] = Flaw{f, token}
	}
	return all
}

// only are flaws without the form in which they show.
func only(flaws []Flaw) []bench.Flaw[policy] {
	all := make([]bench.Flaw[policy], len(flaws))
	for i, f := range flaws {
		all[i] = f.Flaw
	}
	return all
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) bench.Flaw[policy] {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// sendingFlaws neglect the trace of what did not leave (X01).
func sendingFlaws() []bench.Flaw[policy] {
	return []bench.Flaw[policy]{
		neglecting("invents-sending", "X01", "",
			"laisse dit envoyé un VI, neuf à chaque appel, qui n'est pas parti", "leaves a VI, new for each call, told as sent that did not leave",
			func(p *policy) {
				p.usable = never
				p.Record = func(t *interops.Trace) bool { return t.Decision != interops.Discarded }
			}),
	}
}

// inquiryFlaws neglect the exchange of traces with partners (X12 to X14).
func inquiryFlaws() []bench.Flaw[policy] {
	return bench.Within(inquiry.Flaws(), func(p *policy) *inquiry.Neglect { return &p.desk })
}

// The names of the whole behaviours: candidates that no single neglect describes.
const (
	RefusesEverything  = "refuses-everything"
	AnswersServerError = "answers-500"
	SendsNothing       = "sends-nothing"
	SendsWithoutToken  = "sends-without-token"
)

// Behaviours returns the candidates that a judge must report for what they are. They are no flaws: Must and May are
// empty, and they go into Config.Flaws alone.
func Behaviours() []bench.Flaw[policy] {
	always := func(a reply) func(*policy) {
		return func(p *policy) { p.answers = func(*http.Request) *reply { return &a } }
	}
	text := http.Header{"Content-Type": {"text/plain; charset=utf-8"}}
	return []bench.Flaw[policy]{
		neglecting(RefusesEverything, "", "", "refuse tout appel de l'application", "refuses every call of the application",
			always(*refuse(http.StatusForbidden, codeRefused, "L'appel est refusé."))),
		neglecting(AnswersServerError, "", "", "répond 500 à tout appel", "answers 500 to every call",
			always(reply{Status: http.StatusInternalServerError, Header: text, Body: []byte("Internal Server Error\n")})),
		neglecting(SendsNothing, "", "", "répond que tout va bien et n'envoie rien", "answers that all is well and sends nothing",
			always(reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {rest.MediaType}}, Body: []byte("{}")})),
		neglecting(SendsWithoutToken, "", "", "transmet tout appel sans jeton", "passes every call on without a token",
			func(p *policy) { p.deaf, p.naked = true, true }),
	}
}
