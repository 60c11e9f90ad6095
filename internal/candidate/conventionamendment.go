package candidate

import (
	"slices"
	"strconv"
	"time"

	"etalon/internal/interops"
)

// amendments checks that the avenants follow each other, and that each changes what is there to change.
func (c coherence) amendments() {
	if len(c.Amendments) > 0 && c.Agreement == nil {
		c.d.report(trouble{say("la convention que les avenants modifient (agreement)", "the convention that the amendments change (agreement)"),
			say("Ajoutez « agreement » avec sa date de signature, ou retirez les avenants.", "Add “agreement” with its date of signature, or remove the amendments.")}, "amendments")
		return
	}
	walk := amending{c, map[string]string{}}
	for i, a := range c.Amendments {
		at := []string{"amendments", strconv.Itoa(i)}
		walk.order(i, a, at)
		walk.projects(a, at)
		walk.members(a, at)
		if len(a.Adds)+len(a.Ends)+len(a.Accessions)+len(a.Withdrawals) == 0 && !a.Denounces {
			c.d.notice(trouble{say("un avenant qui change quelque chose : adds, ends, accessions, withdrawals ou denounces", "an amendment that changes something: adds, ends, accessions, withdrawals or denounces"),
				say("Tel quel, il n'a aucun effet.", "As it is, it has no effect.")}, at...)
		}
	}
}

// amending goes through the avenants in their order.
type amending struct {
	coherence
	done map[string]string // where, by the verb and the name of the project or of the organism
}

// order checks the number and the dates of an avenant against the one before it.
func (w amending) order(i int, a interops.Amendment, at []string) {
	if a.Number != i+1 {
		w.d.report(trouble{say("le numéro %d : les avenants se suivent à partir de 1", "number %d: amendments follow each other from 1", i+1),
			say("Rangez-les dans l'ordre de leurs numéros, sans en sauter.", "Put them in the order of their numbers, without a gap.")}, append(at, "number")...)
	}
	before, what := w.Agreement.Signed, say("une date qui ne précède pas la signature de la convention", "a date that is not before the signature of the convention")
	if i > 0 {
		before, what = w.Amendments[i-1].Signed, say("une date qui ne précède pas celle de l'avenant précédent", "a date that is not before that of the amendment before it")
	}
	if a.Signed.Before(before.Time) {
		w.d.report(trouble{what, say("Corrigez l'une des deux dates, ou l'ordre des avenants.", "Correct one of the two dates, or the order of the amendments.")}, append(at, "signed")...)
	}
	if !a.Effect.IsZero() && a.Effect.Before(a.Signed.Time) {
		w.d.report(trouble{say("une date qui ne précède pas la signature de l'avenant", "a date that is not before the signature of the amendment"),
			say("Un avenant ne vaut pas pour le passé : corrigez effect ou signed.", "An amendment does not hold for the past: correct effect or signed.")}, append(at, "effect")...)
	}
	if _, end := w.Life(); !end.IsZero() && !a.Since().Before(end.Time) && !a.Denounces {
		w.d.report(trouble{say("un avenant d'une convention qui vit encore", "an amendment to a convention that still lives"),
			say("Elle prend fin le %s, avant l'effet de celui-ci : corrigez les dates, ou retirez-le.", "It ends on %s, before this one takes effect: correct the dates, or remove it.", end.Format(time.DateOnly))}, append(at, "signed")...)
	}
}

// projects checks the projects that an avenant adds and ends.
func (w amending) projects(a interops.Amendment, at []string) {
	for i, name := range a.Adds {
		here := append(slices.Clip(at), "adds", strconv.Itoa(i))
		p, known := w.project(name, here)
		switch {
		case !known || w.again("adds", name, here):
		case !p.Start.IsZero() && p.Start.Before(a.Since().Time):
			w.d.report(trouble{say("un projet qui ne commence pas avant l'avenant qui l'ajoute", "a project that does not begin before the amendment that adds it"),
				say("Il commence le %s : corrigez son start, ou cet avenant.", "It begins on %s: correct its start, or this amendment.", p.Start.Format(time.DateOnly))}, here...)
		case !p.End.IsZero() && !a.Since().Before(p.End.Time):
			w.d.report(trouble{say("un projet qui vive encore", "a project that still lives"),
				say("Il a déjà pris fin le %s : un projet terminé ne revient pas, ouvrez-en un autre.", "It already ended on %s: an ended project does not come back, open another one.", p.End.Format(time.DateOnly))}, here...)
		}
	}
	for i, name := range a.Ends {
		here := append(slices.Clip(at), "ends", strconv.Itoa(i))
		p, known := w.project(name, here)
		begins := w.begins(p)
		switch {
		case !known || w.again("ends", name, here):
		case !p.End.IsZero() && !a.Since().Before(p.End.Time):
			w.d.report(trouble{say("un projet qui vive encore", "a project that still lives"),
				say("Il prend déjà fin le %s : corrigez son end, ou retirez-le d'ici.", "It already ends on %s: correct its end, or remove it from here.", p.End.Format(time.DateOnly))}, here...)
		case !begins.IsZero() && !begins.Before(a.Since().Time):
			w.d.report(trouble{say("un projet qui ait commencé", "a project that has begun"),
				say("Il ne commence que le %s : corrigez les dates, ou retirez-le d'ici.", "It begins on %s only: correct the dates, or remove it from here.", begins.Format(time.DateOnly))}, here...)
		}
	}
}

// project finds a project that an avenant names.
func (w amending) project(name string, here []string) (interops.Project, bool) {
	p, known := w.Project(name)
	if !known {
		names := make([]string, len(w.Projects))
		for i, other := range w.Projects {
			names[i] = other.Name
		}
		w.d.report(unknownName(name, names), here...)
	}
	return p, known
}

// begins returns the first instant of a project: its own, or the effect of the avenant that adds it.
func (w amending) begins(p interops.Project) interops.Date {
	for _, a := range w.Amendments {
		if slices.Contains(a.Adds, p.Name) {
			return a.Since()
		}
	}
	return p.Start
}

// again notes what an avenant has already done to the same project or organism.
func (w amending) again(verb, name string, here []string) bool {
	first, twice := w.done[verb+" "+name]
	if twice {
		w.d.report(trouble{say("un nom qu'aucun avenant n'a encore traité ainsi", "a name that no amendment has treated so yet"),
			say("C'est déjà fait à %s : retirez l'un des deux.", "It is already done at %s: remove one of the two.", first)}, here...)
		return true
	}
	w.done[verb+" "+name] = keyPath(here)
	return false
}

// members checks the organisms that an avenant lets into the sphere or out of it.
func (w amending) members(a interops.Amendment, at []string) {
	for i, name := range a.Accessions {
		here := append(slices.Clip(at), "accessions", strconv.Itoa(i))
		m, known := w.member(name, here)
		switch {
		case !known || w.again("accessions", name, here):
		case w.Founder(m):
			w.d.report(trouble{say("un organisme qui entre après les fondateurs", "an organism that joins after the founders"),
				say("Il est membre depuis le début : donnez-lui joined, ou retirez-le d'ici.", "It is a member from the beginning: give it joined, or remove it from here.")}, here...)
		case !m.Joined.Equal(a.Since().Time):
			w.d.report(sameDay("joined", m.Joined, a.Since()), here...)
		}
	}
	for i, name := range a.Withdrawals {
		here := append(slices.Clip(at), "withdrawals", strconv.Itoa(i))
		m, known := w.member(name, here)
		switch {
		case !known || w.again("withdrawals", name, here):
		case !m.Left.IsZero() && !m.Left.Equal(a.Since().Time):
			w.d.report(sameDay("left", m.Left, a.Since()), here...)
		case !m.Joined.Before(a.Since().Time):
			w.d.report(trouble{say("un organisme qui soit entré", "an organism that has joined"),
				say("Il n'entre que le %s : corrigez les dates.", "It joins on %s only: correct the dates.", m.Joined.Format(time.DateOnly))}, here...)
		}
	}
}

func sameDay(key string, member, amendment interops.Date) trouble {
	return trouble{say("la date que porte le membre (%s: %s)", "the date that the member bears (%s: %s)", key, member.Format(time.DateOnly)),
		say("L'avenant prend effet le %s : accordez les deux.", "The amendment takes effect on %s: make the two agree.", amendment.Format(time.DateOnly))}
}
