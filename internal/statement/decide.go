package statement

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// Piece is a document that a decision rests on.
type Piece struct {
	Name   string `json:"name"`   // as the record tells of it
	Digest string `json:"digest"` // of the whole file, "sha256:…"
}

// Awaiting is a case that a report leaves to a person.
type Awaiting struct {
	Case verdict.Case
	// Pieces are the documents declared for it, all of which must be looked at; where none is, what was seen of the case, of
	// which a part will do.
	Pieces   []Piece
	Declared bool
	// Decided is what reviews concluded of it; nil where none did.
	Decided *Former
}

// Await lists what a report leaves to a person, in the order of the record, with what a review and those before it decided.
func (r *Report) Await(after *Reviewed) []Awaiting {
	made := map[string]Former{}
	after.stand(made)
	all := awaiting(r.Run)
	for i := range all {
		if d, decided := made[all[i].Case.Address]; decided {
			all[i].Decided = &d
		}
	}
	return all
}

func awaiting(run *verdict.Run) []Awaiting {
	var all []Awaiting
	for _, c := range run.Cases {
		if c.Verdict == verdict.Review {
			all = append(all, awaitingOf(c))
		}
	}
	return all
}

// awaitingOf finds the documents of a case: those it declares, else whatever was kept of it.
func awaitingOf(c verdict.Case) Awaiting {
	a := Awaiting{Case: c}
	var seen []Piece
	for _, x := range c.Exchanges {
		if x.Label == "piece" && x.Response != "" {
			a.Pieces = append(a.Pieces, Piece{x.Marker, x.Response})
		}
		for _, digest := range []string{x.Request, x.Response} {
			if digest != "" {
				seen = append(seen, Piece{x.Label, digest})
			}
		}
	}
	if a.Declared = len(a.Pieces) > 0; !a.Declared {
		a.Pieces = seen
	}
	a.Pieces = once(a.Pieces)
	return a
}

// once keeps the first piece of each digest.
func once(all []Piece) []Piece {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(p Piece) bool {
		twice := seen[p.Digest]
		seen[p.Digest] = true
		return twice
	})
}

// standing is what may be decided of a report, and what was.
type standing struct {
	cases []Awaiting
	made  map[string]Former // by address of a case
}

// decide turns what a person wrote into decisions on cases, in the order of the record, or tells all that does not fit.
func (s standing) decide(asked []candidate.Decision) ([]Decided, Misfits) {
	var misfits Misfits
	by := map[string]Decided{}
	for i, x := range asked {
		if x.Decision == candidate.DecisionPending {
			continue
		}
		if misfit := worded(i, x); misfit != nil {
			misfits = append(misfits, *misfit)
			continue
		}
		named := s.named(x.Address)
		if len(named) == 0 {
			misfits = append(misfits, s.unknown(i, x.Address))
			continue
		}
		misfits = append(misfits, s.files(i, x, named)...)
		for _, a := range named {
			if _, twice := by[a.Case.Address]; twice {
				misfits = append(misfits, candidate.Misfit{Place: i, Key: "address", Want: say("une décision par cas", "one decision for each case"),
					Remedy: say("%s est décidé deux fois : par son cas et par son exigence.", "%s is decided twice: by its case and by its requirement.", a.Case.Address)})
				continue
			}
			d, misfit := s.one(i, x, a)
			if misfit != nil {
				misfits = append(misfits, *misfit)
			}
			by[a.Case.Address] = d
		}
	}
	if len(by) == 0 && len(misfits) == 0 {
		misfits = append(misfits, candidate.Misfit{Key: "decision", Want: say("au moins une décision", "at least one decision"),
			Remedy: say("Remplacez pending par accepted ou refused.", "Put accepted or refused in place of pending.")})
	}
	out := []Decided{}
	for _, a := range s.cases {
		if d, decided := by[a.Case.Address]; decided {
			out = append(out, d)
		}
	}
	return out, misfits
}

// worded wants a word that is known and a reason: a statement that others signed may hold anything.
func worded(i int, x candidate.Decision) *candidate.Misfit {
	switch {
	case x.Decision != candidate.DecisionAccepted && x.Decision != candidate.DecisionRefused:
		return &candidate.Misfit{Place: i, Key: "decision", Want: say("accepted, refused ou pending", "accepted, refused or pending"), Remedy: say("Choisissez dans cette liste.", "Choose from this list.")}
	case strings.TrimSpace(x.Reason) == "":
		return &candidate.Misfit{Place: i, Key: "reason", Want: say("une raison", "a reason"), Remedy: say("Dites pourquoi.", "Tell why.")}
	}
	return nil
}

// one is a decision on one case.
func (s standing) one(i int, x candidate.Decision, a Awaiting) (Decided, *candidate.Misfit) {
	d := Decided{
		Address: a.Case.Address, Requirement: a.Case.Requirement, Title: a.Case.Title, Decision: x.Decision, Reason: x.Reason, Note: x.Note,
		Examined: x.Examined, Pieces: slices.DeleteFunc(slices.Clone(a.Pieces), func(p Piece) bool { return !slices.Contains(x.Files, p.Digest) }),
	}
	former, decided := s.made[a.Case.Address]
	switch {
	case decided && !x.Replaces:
		return d, &candidate.Misfit{Place: i, Key: "replaces", Want: say("replaces: true pour revenir sur une décision", "replaces: true to come back to a decision"),
			Remedy: say("%s est déjà décidé (%s, relecture %d, %s) : écrivez-le, ou retirez cette décision.", "%s is decided already (%s, review %d, %s): write it, or remove this decision.",
				a.Case.Address, former.Decision, former.Rank, former.Reviewer)}
	case !decided && x.Replaces:
		return d, &candidate.Misfit{Place: i, Key: "replaces", Want: say("une décision antérieure", "an earlier decision"),
			Remedy: say("Aucune relecture donnée n'a décidé de %s : retirez cette clé, ou donnez la relecture par --after.", "No review given decided %s: remove this key, or give the review by --after.", a.Case.Address)}
	case decided:
		d.Replaces = &former
	}
	return d, nil
}

// named are the cases that an address names: one, or all of a requirement in a role and mode.
func (s standing) named(address string) []Awaiting {
	var all []Awaiting
	for _, a := range s.cases {
		scope := a.Case.Address[:strings.LastIndexByte(a.Case.Address, '/')+1]
		if a.Case.Address == address || scope+a.Case.Requirement == address {
			all = append(all, a)
		}
	}
	return all
}

// unknown tells of an address that names nothing that waits for a person.
func (s standing) unknown(i int, address string) candidate.Misfit {
	var known []string
	for _, a := range s.cases {
		known = append(known, a.Case.Address)
	}
	remedy := say("Le rapport laisse à une personne : %s.", "The report leaves to a person: %s.", strings.Join(known, ", "))
	if len(known) == 0 {
		remedy = say("Le rapport ne laisse rien à une personne.", "The report leaves nothing to a person.")
	}
	return candidate.Misfit{Place: i, Key: "address", Want: say("un cas à examiner de ce rapport, ou son exigence", "a case to examine in this report, or its requirement"), Remedy: remedy}
}

// files compares the digests of a decision with the documents of its cases.
func (s standing) files(i int, x candidate.Decision, named []Awaiting) []candidate.Misfit {
	known := map[string]string{}
	var missing []string
	for _, a := range named {
		looked := false
		for _, p := range a.Pieces {
			known[p.Digest] = p.Name
			has := slices.Contains(x.Files, p.Digest)
			looked = looked || has
			if a.Declared && !has {
				missing = append(missing, p.Digest)
			}
		}
		if !a.Declared && !looked && len(a.Pieces) > 0 {
			missing = append(missing, a.Pieces[0].Digest)
		}
	}
	var all []candidate.Misfit
	for _, digest := range x.Files {
		if _, ok := known[digest]; !ok {
			all = append(all, candidate.Misfit{Place: i, Key: "files", Want: say("l'empreinte d'une pièce de %s", "the digest of a document of %s", x.Address),
				Remedy: say("%s n'en est pas une : la pièce regardée n'est pas celle du rapport. Les siennes : %s.", "%s is none: the document looked at is not that of the report. Its own: %s.", digest, strings.Join(slices.Sorted(maps.Keys(known)), ", "))})
		}
	}
	if len(missing) > 0 {
		all = append(all, candidate.Misfit{Place: i, Key: "files", Want: say("l'empreinte de chaque pièce examinée", "the digest of each document examined"),
			Remedy: say("Il manque %s : examinez-la, puis ajoutez son empreinte.", "%s is missing: look at it, then add its digest.", strings.Join(missing, ", "))})
	}
	return all
}

// say makes a sentence in both languages from two formats over the same values.
func say(fr, en string, values ...any) verdict.Text {
	if len(values) == 0 {
		return verdict.Text{FR: fr, EN: en}
	}
	return verdict.Text{FR: fmt.Sprintf(fr, values...), EN: fmt.Sprintf(en, values...)}
}
