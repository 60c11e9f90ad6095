package candidate

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/internal/verdict"
)

const waiversSchema = "waivers.schema.json"

// Waivable is what a waiver may name: what a run can judge of a candidate.
type Waivable struct {
	Catalogue []verdict.Requirement
	Scope     []string // the roles and modes of the candidate, ROLE/MODE
	Cases     []string // the addresses of the plan
	// Certification tells that the run accepts no waiver.
	Certification bool
}

// LoadWaivers reads a file of waivers at an instant. Each must name a requirement or one case that the candidate can be judged
// on, and be in force; no two may cover the same failure. Its error is Problems when the user can mend it.
func LoadWaivers(path string, on Waivable, now time.Time) ([]verdict.Waiver, error) {
	return waiversOf(openDocument(path), on, now)
}

// WaiversFile is the name by which problems call a text of waivers that was typed.
const WaiversFile = "waivers.yaml"

// ParseWaivers is LoadWaivers, of a text.
func ParseWaivers(text []byte, on Waivable, now time.Time) ([]verdict.Waiver, error) {
	d := &document{file: WaiversFile}
	if len(text) > maxBytes {
		d.add(0, 0, nil, "", unreadable(tooLong(maxBytes)))
	} else {
		d.parse(text)
	}
	return waiversOf(d, on, now)
}

func waiversOf(d *document, on Waivable, now time.Time) ([]verdict.Waiver, error) {
	if d.root == nil || len(d.problems) > 0 {
		return nil, d.problems.orNil()
	}
	if err := d.fits(waiversSchema); err != nil {
		return nil, err
	}
	if on.Certification {
		d.report(trouble{say("aucune dérogation : l'exécution est de certification", "no waiver: the run is one of certification"),
			say("Retirez les dérogations, ou donnez un profil dont « purpose » est qualification.", "Remove the waivers, or give a profile whose “purpose” is qualification.")}, "waivers")
	}
	if len(d.problems) > 0 {
		return nil, d.problems.orNil()
	}
	var file struct {
		Waivers []verdict.Waiver `json:"waivers"`
	}
	if err := d.decode(&file); err != nil {
		return nil, err
	}
	for i := range file.Waivers {
		w := waiverEntry{d, on, file.Waivers, i}
		w.check(now)
	}
	if err := d.problems.orNil(); err != nil {
		return nil, err
	}
	return file.Waivers, nil
}

// Expired tells whether a waiver is past its last day, in universal time.
func Expired(w verdict.Waiver, now time.Time) bool {
	return now.UTC().Format(time.DateOnly) > w.Expires
}

// waiverEntry is one waiver of a file.
type waiverEntry struct {
	d   *document
	on  Waivable
	all []verdict.Waiver
	i   int
}

func (e waiverEntry) waiver() *verdict.Waiver { return &e.all[e.i] }

// report notes a trouble with a key of the waiver, "" for the whole of it.
func (e waiverEntry) report(key string, want, remedy verdict.Text) {
	path := []string{"waivers", strconv.Itoa(e.i)}
	if key != "" {
		path = append(path, key)
	}
	e.d.report(trouble{want, remedy}, path...)
}

func (e waiverEntry) check(now time.Time) {
	w := e.waiver()
	switch {
	case (w.Requirement == "") == (w.Case == ""):
		e.report("", say("requirement ou case, l'un des deux", "requirement or case, one of the two"),
			say("Écrivez l'exigence dont tout échec est accepté, ou l'adresse d'un seul cas.", "Write the requirement whose every failure is accepted, or the address of one case."))
		return
	case w.Case != "" && w.Role+w.Mode != "":
		e.report("case", say("ni role ni mode avec case", "neither role nor mode with case"), say("L'adresse du cas les dit : retirez-les.", "The address of the case says them: remove them."))
		return
	case w.Case != "":
		e.trial()
	default:
		e.requirement()
	}
	if Expired(*w, now) {
		e.report("expires", say("un jour à venir : la dérogation est expirée", "a day to come: the waiver has expired"),
			say("Retirez-la, ou faites-la renouveler par qui en répond.", "Remove it, or have it renewed by who answers for it."))
	}
	e.alone()
}

// requirement checks the waiver of a requirement: it binds the candidate, in the role and the mode that are named.
func (e waiverEntry) requirement() {
	w := e.waiver()
	at := slices.IndexFunc(e.on.Catalogue, func(q verdict.Requirement) bool { return q.ID == w.Requirement })
	if at < 0 {
		ids := make([]string, len(e.on.Catalogue))
		for i, q := range e.on.Catalogue {
			ids[i] = q.ID
		}
		e.report("requirement", say("une exigence du catalogue", "a requirement of the catalogue"), meant(w.Requirement, ids,
			say("conformance list requirements les énumère.", "conformance list requirements lists them.")))
		return
	}
	bound := func(scope string) bool {
		role, mode, _ := strings.Cut(scope, "/")
		return e.on.Catalogue[at].Concerns(scope) && (w.Role == "" || w.Role == role) && (w.Mode == "" || w.Mode == mode)
	}
	if !slices.ContainsFunc(e.on.Scope, bound) {
		e.report("requirement", say("une exigence d'un rôle et d'un mode que le candidat déclare : %s", "a requirement of a role and mode that the candidate declares: %s", strings.Join(e.on.Scope, ", ")),
			say("Corrigez role et mode, ou retirez la dérogation : elle ne couvrirait rien.", "Correct role and mode, or remove the waiver: it would cover nothing."))
	}
}

// trial checks the waiver of a case: one case of the plan, in a role and mode of the candidate. Its address is completed.
func (e waiverEntry) trial() {
	w := e.waiver()
	var found []string
	for _, address := range e.on.Cases {
		if role, mode, _ := cutAddress(address); slices.Contains(e.on.Scope, role+"/"+mode) && addressed(w.Case, address) {
			found = append(found, address)
		}
	}
	list := say("conformance list cases les énumère.", "conformance list cases lists them.")
	switch {
	case len(found) == 1:
		w.Case = found[0]
	case len(found) > 1:
		e.report("case", say("un seul cas : %d y répondent", "one case only: %d answer to it", len(found)),
			say("Écrivez une dérogation pour chacun : %s.", "Write a waiver for each: %s.", strings.Join(found[:min(len(found), 5)], ", ")))
	case slices.Contains(e.on.Cases, w.Case):
		e.report("case", say("un cas d'un rôle et d'un mode que le candidat déclare : %s", "a case of a role and mode that the candidate declares: %s", strings.Join(e.on.Scope, ", ")),
			say("Retirez la dérogation : elle ne couvrirait rien.", "Remove the waiver: it would cover nothing."))
	default:
		variants := slices.DeleteFunc(slices.Clone(e.on.Cases), func(address string) bool { return !strings.HasPrefix(address, w.Case+"~") })
		if len(variants) > 0 {
			list = say("Choisissez la variante : %s.", "Choose the variant: %s.", strings.Join(variants[:min(len(variants), 5)], ", "))
		}
		e.report("case", say("l'adresse d'un cas, RÔLE/MODE/CAS[~VARIANTE]", "the address of a case, ROLE/MODE/CASE[~VARIANT]"), meant(w.Case, e.on.Cases, list))
	}
}

// meant proposes the name most like the one given, where none is it, and else says where they are.
func meant(name string, names []string, list verdict.Text) verdict.Text {
	if close := nearest(name, names); close != "" && !strings.HasPrefix(close, name+"~") {
		return say("Vouliez-vous dire « %s » ?", "Did you mean “%s”?", close)
	}
	return list
}

// alone wants that no waiver before it covers the same failure: who answers for it, and until when, would be two.
func (e waiverEntry) alone() {
	w := e.waiver()
	for i, other := range e.all[:e.i] {
		requirement, key := w.Requirement, "requirement"
		if w.Case != "" {
			requirement, key = "", "case"
		}
		same := w.Case != "" && other.Names(w.Case) ||
			other.Case != "" && w.Names(other.Case) ||
			requirement != "" && other.Requirement == requirement && meets(w.Role, other.Role) && meets(w.Mode, other.Mode)
		if same {
			e.report(key, say("une seule dérogation pour un même échec", "one waiver only for one failure"),
				say("waivers[%d] le couvre déjà : gardez l'une des deux.", "waivers[%d] covers it already: keep one of the two.", i))
			return
		}
	}
}

// meets tells whether two parts, of which an empty one is any, have a value in common.
func meets(a, b string) bool { return a == "" || b == "" || a == b }

// addressed tells whether an address is the one written, in which a part or the variant may be "*".
func addressed(written, address string) bool {
	role, mode, rest := cutAddress(written)
	ofRole, ofMode, ofRest := cutAddress(address)
	trial, variant, _ := strings.Cut(rest, "~")
	ofTrial, ofVariant, _ := strings.Cut(ofRest, "~")
	part := func(pattern, value string) bool { return pattern == "*" || pattern == value }
	return part(role, ofRole) && part(mode, ofMode) && trial == ofTrial && (variant == ofVariant || variant == "*" && ofVariant != "")
}

// cutAddress returns the three parts of ROLE/MODE/CASE[~VARIANT].
func cutAddress(address string) (role, mode, trial string) {
	role, rest, _ := strings.Cut(address, "/")
	mode, trial, _ = strings.Cut(rest, "/")
	return role, mode, trial
}
