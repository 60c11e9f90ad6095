package authentication

import (
	"net/http"

	"etalon/internal/interops"
)

// The names of the whole behaviours: candidates that no single neglect describes.
const (
	RefusesEverything  = "refuses-everything"
	AnswersServerError = "answers-500"
	SendsNothing       = "sends-nothing"
	// DemandsContext is an operator that identifies persons and yet takes nobody whom another has not identified (C07).
	DemandsContext = "demands-context-always"
)

// Behaviours returns the candidates that a judge must report for what they are. They are no flaws: Must and May are
// empty, and they go into Config.Flaws alone.
func Behaviours() []Flaw {
	return []Flaw{
		neglecting(RefusesEverything, "", "", "refuse toute demande", "refuses every request",
			replies(func(o *Operator, c *call) {
				o.say(c, http.StatusForbidden, "Accès refusé", "Cette demande est refusée.")
			})),
		neglecting(AnswersServerError, "", "", "répond 500 à toute demande", "answers 500 to every request",
			replies(func(o *Operator, c *call) {
				o.write(c, http.StatusInternalServerError, []byte("Internal Server Error\n"))
			})),
		neglecting(SendsNothing, "", "", "authentifie, et n'envoie personne à un service", "authenticates, and sends nobody to a service",
			delivers(func(o *Operator, c *call, _ passage, _ []byte) {
				c.seen.VI, c.seen.Response = nil, nil
				o.say(c, http.StatusOK, "Passage au service", "Vous êtes attendu.")
			})),
		neglecting(DemandsContext, "", "",
			"exige un jeton de contexte même de qui il identifie lui-même", "demands a context token even of whom it identifies itself",
			func(p *policy) { p.identifies = func(interops.Member) bool { return false } }),
	}
}

// replies makes the operator answer everything in one way.
func replies(how func(*Operator, *call)) func(*policy) {
	return func(p *policy) { p.answers = how }
}
