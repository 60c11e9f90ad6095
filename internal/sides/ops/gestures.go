package ops

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// gesture asks the candidate for one of its verbs.
func (w *World) gesture(ctx context.Context, verb string, user *interops.User) error {
	declared, ok := w.access().Verbs[candidate.Verb(verb)]
	if !ok {
		return w.Cannot(verdict.ReasonNotDeclared, "verbs."+verb)
	}
	a := access.Action{Verb: verb, User: user, Header: http.Header{}, Sentence: verbSentence(verb, user)}
	if user != nil {
		a.Header.Set(emitter.UserHeader, user.ID)
		a.Header.Set(emitter.ProjectHeader, w.project().Name)
		a.Header.Set(emitter.PAGMHeader, strings.Join(user.PAGM, " "))
	}
	w.owed.note(verb, user)
	return w.Gesture(ctx, declared, "verbs."+verb, a)
}

// opposites undo what a scenario does to a candidate.
var opposites = map[string]string{"break-traces": "mend-traces", "break-tokens": "mend-tokens", "withdraw-right": "grant-right"}

// owed is what a scenario must undo: the verbs, with whom they are about, and the candidate's clock.
type owed struct {
	verbs map[string]*interops.User
	clock bool
	// operator and metadata tell that the operator that the harness plays is in trouble, or says what is not so.
	operator, metadata bool
}

// note remembers the opposite of a verb, or that it is paid.
func (o *owed) note(verb string, user *interops.User) {
	delete(o.verbs, verb)
	if opposite, ok := opposites[verb]; ok {
		if o.verbs == nil {
			o.verbs = map[string]*interops.User{}
		}
		o.verbs[opposite] = user
	}
}

// restore undoes what the scenario left undone because it ended early, also when the run is being aborted.
func (w *World) restore(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	for verb, user := range w.owed.verbs {
		_ = w.gesture(ctx, verb, user)
	}
	if w.owed.operator {
		_ = w.mendOperator()
	}
	if w.owed.metadata && w.client.side != nil {
		_ = w.settleMembers(ctx)
	}
	if w.owed.metadata {
		_ = w.restoreMetadata(ctx)
	}
	if w.owed.clock {
		w.owed.clock = false
		w.run.Bench.Clock.Follow()
		_ = w.setCandidateClock(ctx, "")
	}
}

// verbSentences ask a person for a verb.
var verbSentences = map[string]string{
	"withdraw-right": "Retirez à %s le droit de faire cet appel.",
	"grant-right":    "Rendez à %s le droit de faire cet appel.",
	"logout":         "Fermez la session de %s.",
	"restart":        "Redémarrez le candidat.",
	"break-traces":   "Rendez impossible l'écriture des traces du candidat.",
	"mend-traces":    "Rétablissez l'écriture des traces du candidat.",
	"break-tokens":   "Arrêtez le service de jetons du candidat.",
	"mend-tokens":    "Relancez le service de jetons du candidat.",
	"read-metadata":  "Faites relire au candidat les métadonnées de ses partenaires de la sphère.",
}

func verbSentence(verb string, user *interops.User) string {
	sentence := verbSentences[verb]
	if user != nil && strings.Contains(sentence, "%s") {
		return fmt.Sprintf(sentence, user.ID)
	}
	return sentence
}

// setCandidateClock posts an instant to the candidate's clock, or nothing to give the wall clock back.
func (w *World) setCandidateClock(ctx context.Context, instant string) error {
	clock := w.access().Clock
	if clock == nil {
		return w.Cannot(verdict.ReasonNotDeclared, "clock")
	}
	if err := access.SetClock(ctx, *clock, w.run.Candidate.Path, instant); err != nil {
		return w.Cannot(verdict.ReasonDriverFailed, "clock", err.Error())
	}
	return nil
}
