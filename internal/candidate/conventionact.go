package candidate

import (
	"slices"
	"strconv"
	"time"

	"etalon/internal/interops"
)

// agreement checks the signed act: its parties, its dates, and that what the file opens is within it.
func (c coherence) agreement() {
	a := c.Agreement
	if a == nil {
		return
	}
	for i, name := range a.Parties {
		c.party(name, []string{"agreement", "parties", strconv.Itoa(i)})
	}
	if !a.Start.IsZero() && a.Start.Before(a.Signed.Time) {
		c.d.report(trouble{say("une date qui ne précède pas la signature", "a date that is not before the signature"),
			say("Rien ne commence avant la signature : corrigez start ou signed.", "Nothing begins before the signature: correct start or signed.")}, "agreement", "start")
	}
	if a.Renewal == interops.TacitRenewal && a.DurationMonths == 0 {
		c.d.report(trouble{say("une durée à reconduire (duration_months)", "a duration to renew (duration_months)"),
			say("Ajoutez duration_months, ou retirez renewal.", "Add duration_months, or remove renewal.")}, "agreement", "renewal")
	}
	if len(c.Projects) > 0 && c.Sphere != nil {
		c.d.report(trouble{say("les projets de deux organismes, ou une sphère, mais non les deux", "the projects of two organisms, or a sphere, but not both"),
			say("Une sphère se fonde sur sa propre convention INTEROPS-S : faites-en un autre fichier.", "A sphere rests on an INTEROPS-S convention of its own: make another file of it.")}, "sphere")
		return
	}
	c.denunciation()
	if len(c.Projects) > 0 {
		c.bilateral()
	}
}

func (c coherence) denunciation() {
	d := c.Agreement.Denunciation
	at := []string{"agreement", "denunciation"}
	switch {
	case d == nil:
		return
	case c.Sphere != nil:
		c.d.report(trouble{say("un avenant de dénonciation, signé par toutes les parties", "an amendment of denunciation, signed by all the parties"),
			say("Une sphère ne finit pas par la volonté d'un seul : écrivez un avenant avec « denounces: true ».", "A sphere does not end by the will of one: write an amendment with “denounces: true”.")}, at...)
		return
	case !slices.Contains(c.Signatories(), d.By):
		c.d.report(unknownName(d.By, c.Signatories()), append(at, "by")...)
	}
	if d.Notified.Before(c.Agreement.Signed.Time) {
		c.d.report(afterSignature, append(at, "notified")...)
	}
	if notice := d.Notified.AddMonths(c.Agreement.NoticeMonths); !d.Effect.IsZero() && d.Effect.Before(notice.Time) {
		c.d.report(trouble{say("une date où le préavis de %d mois est écoulé", "a date at which the notice of %d months has run", c.Agreement.NoticeMonths),
			say("Il court jusqu'au %s : corrigez effect, ou retirez-le.", "It runs until %s: correct effect, or remove it.", notice.Format(time.DateOnly))}, append(at, "effect")...)
	}
}

var afterSignature = trouble{say("une date qui ne précède pas la signature de la convention", "a date that is not before the signature of the convention"),
	say("Corrigez l'une des deux dates.", "Correct one of the two dates.")}

// bilateral wants a general convention between two organisms, whose projects bind them and live within it.
func (c coherence) bilateral() {
	parties := c.Signatories()
	if len(parties) != 2 {
		c.d.report(trouble{say("deux parties : une convention générale lie deux organismes, et non %d", "two parties: a general convention binds two organisms, not %d", len(parties)),
			say("Écrivez « parties » avec ces deux organismes, et un fichier par convention.", "Write “parties” with these two organisms, and one file for each convention.")}, "agreement", "parties")
		return
	}
	for i, p := range c.Projects {
		at := []string{"projects", strconv.Itoa(i)}
		for key, name := range map[string]string{"client": p.Client, "provider": p.Provider} {
			if _, known := c.Organism(name); known && !slices.Contains(parties, name) {
				c.d.report(trouble{say("l'une des deux parties : %s, %s", "one of the two parties: %s, %s", parties[0], parties[1]),
					say("Un projet d'autres organismes relève de leur propre convention : corrigez ce nom, ou parties.", "A project of other organisms belongs to a convention of their own: correct this name, or parties.")}, append(at, key)...)
			}
		}
		c.within(p, at)
	}
}

// within wants a project that begins within the life of its convention; it notes one that is to end after it.
func (c coherence) within(p interops.Project, at []string) {
	start, end := c.Life()
	switch {
	case !p.Start.IsZero() && p.Start.Before(start.Time):
		c.d.report(trouble{say("une date qui ne précède pas la prise d'effet de la convention (%s)", "a date that is not before the effect of the convention (%s)", start.Format(time.DateOnly)),
			say("Corrigez start, ou retirez-le : le projet commence alors avec elle.", "Correct start, or remove it: the project then begins with it.")}, append(at, "start")...)
	case !end.IsZero() && !p.Start.Before(end.Time):
		c.d.report(trouble{say("une date où la convention vit encore : elle prend fin le %s", "a date at which the convention still lives: it ends on %s", end.Format(time.DateOnly)),
			say("Un projet ne commence pas après elle : corrigez start, ou retirez ce projet.", "A project does not begin after it: correct start, or remove this project.")}, append(at, "start")...)
	case !p.End.IsZero() && !start.Before(p.End.Time):
		c.d.report(trouble{say("une date où la convention vit : elle prend effet le %s", "a date at which the convention lives: it takes effect on %s", start.Format(time.DateOnly)),
			say("Un projet ne finit pas avant elle : corrigez end, ou retirez ce projet.", "A project does not end before it: correct end, or remove this project.")}, append(at, "end")...)
	case !p.End.IsZero() && !end.IsZero() && end.Before(p.End.Time):
		c.d.notice(trouble{say("une fin au plus tard le %s", "an end on %s at the latest", end.Format(time.DateOnly)),
			say("La convention prend fin avant cette date, et lui avec elle.", "The convention ends before this date, and it with the convention.")}, append(at, "end")...)
	}
}

// documents checks reference documents: one version of each, and one that a document can bear (K06).
func (c coherence) documents(list []interops.Document, path ...string) {
	titles := c.d.once("title")
	for i, doc := range list {
		at := append(slices.Clip(path), strconv.Itoa(i))
		titles(doc.Title, append(at, "title")...)
		if !doc.Versioned() {
			c.d.notice(trouble{say("une version, comme \"2.0\" (K06)", "a version, such as \"2.0\" (K06)"),
				say("Inscrivez la version publiée à laquelle les parties adhèrent.", "Write the published version to which the parties adhere.")}, append(at, "version")...)
		}
	}
}

// contacts looks at whom an organism designates: someone, and a way to reach them.
func (c coherence) contacts(o interops.Organism, at []string) {
	if c.Agreement != nil && len(o.Contacts) == 0 && c.TakesPart(o.Name) {
		c.d.notice(trouble{say("un interlocuteur désigné (contacts)", "a designated contact (contacts)"),
			say("Ajoutez « contacts » à cet organisme : nom, fonction, courriel, téléphone.", "Add “contacts” to this organism: name, function, e-mail, telephone.")}, append(slices.Clip(at), "contacts")...)
	}
	for i, contact := range o.Contacts {
		if contact.Email == "" && contact.Phone == "" {
			c.d.notice(trouble{say("un moyen de joindre cet interlocuteur", "a way to reach this contact"),
				say("Ajoutez email ou phone.", "Add email or phone.")}, append(slices.Clip(at), "contacts", strconv.Itoa(i))...)
		}
	}
}
