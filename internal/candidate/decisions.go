package candidate

import (
	"fmt"
	"time"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

const decisionsSchema = "decisions.schema.json"

// Decisions is the file of a person who examined what a report leaves to one.
type Decisions struct {
	Reviewer  Reviewer   `json:"reviewer"`
	Decisions []Decision `json:"decisions"`
	document  *document
}

// Reviewer is who examined.
type Reviewer struct {
	Name         string `json:"name"`
	Function     string `json:"function"`
	Organisation string `json:"organisation,omitempty"`
}

// The words of a decision.
const (
	DecisionAccepted = "accepted"
	DecisionRefused  = "refused"
	DecisionPending  = "pending" // left to examine
)

// Decision is what a person concluded of one case, or of the cases of one requirement in a role and mode.
type Decision struct {
	Address  string        `json:"address"`
	Decision string        `json:"decision"`
	Reason   string        `json:"reason"`
	Files    []string      `json:"files"` // digest of each document that was looked at, "sha256:…"
	Examined interops.Date `json:"examined"`
	Note     string        `json:"note"`
	Replaces bool          `json:"replaces"` // an earlier review decided otherwise, or the same for other reasons
}

// LoadDecisions reads a file of decisions. Whether they fit a report is not looked at: see Misfits. Its error is Problems
// when the user can mend it.
func LoadDecisions(path string, now time.Time) (*Decisions, error) {
	d := openDocument(path)
	if err := d.problems.orNil(); err != nil {
		return nil, err
	}
	if err := d.fits(decisionsSchema); err != nil {
		return nil, verdict.Tell("lecture des décisions : %s", "load decisions: %s", err)
	}
	if err := d.problems.orNil(); err != nil {
		return nil, err
	}
	out := &Decisions{document: d}
	if err := d.decode(out); err != nil {
		return nil, verdict.Tell("lecture des décisions : %s", "load decisions: %s", err)
	}
	return out, out.Misfits(out.alone(now)...)
}

// alone are what is wrong with decisions whatever the report.
func (d *Decisions) alone(now time.Time) []Misfit {
	var all []Misfit
	seen := map[string]int{}
	for i, x := range d.Decisions {
		if first, twice := seen[x.Address]; twice {
			all = append(all, Misfit{i, "address", say("une adresse qui ne serve qu'une fois", "an address used once only"),
				say("Elle sert déjà à decisions[%d] : gardez une des deux.", "It is already used at decisions[%d]: keep one of the two.", first)})
		}
		seen[x.Address] = i
		if x.Decision != DecisionPending && x.Reason == "" {
			all = append(all, Misfit{i, "reason", say("cette clé, qui est obligatoire", "this key, which is mandatory"),
				say("Dites pourquoi la pièce est acceptée ou refusée.", "Tell why the document is accepted or refused.")})
		}
		if x.Examined.After(now) {
			all = append(all, Misfit{i, "examined", say("un jour passé", "a day in the past"), say("Corrigez la date de l'examen.", "Correct the date of the examination.")})
		}
	}
	return all
}

// Misfit is what is wrong with one decision of a file: at which place, which of its keys, what was expected and what to do.
type Misfit struct {
	Place        int
	Key          string
	Want, Remedy verdict.Text
}

// Misfits returns what is wrong as Problems, with the lines of the file; nil when nothing is.
func (d *Decisions) Misfits(all ...Misfit) error {
	at := &document{file: d.document.file, root: d.document.root}
	for _, m := range all {
		at.report(trouble{m.Want, m.Remedy}, "decisions", fmt.Sprint(m.Place), m.Key)
	}
	return at.problems.orNil()
}
