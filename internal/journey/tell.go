package journey

import (
	"fmt"
	"strings"

	"etalon/internal/verdict"
)

// maxTold bounds the remarks and journeys that are told in words.
const maxTold = 40

// maxWords bounds a line in characters.
const maxWords = 2000

// Tell says a reconciliation in words, line by line. lang is "en", or anything else for French.
func (r *Reconciliation) Tell(lang string) []string {
	t := &telling{lang: lang}
	for _, e := range r.Exports {
		t.export(e)
	}
	t.counts(r)
	for _, o := range r.Offsets {
		t.say("horloges : celle de %[2]s avance de %[3]s sur celle de %[1]s (médiane de %[4]d échanges, acheminement compris)",
			"clocks: that of %[2]s is %[3]s ahead of that of %[1]s (median of %[4]d exchanges, the way included)", o.From, o.To, o.Median, o.Count)
	}
	for i, j := range r.Journeys {
		if i == maxTold {
			t.say("… et %d parcours encore", "… and %d more journeys", len(r.Journeys)-i)
			break
		}
		t.journey(j)
	}
	for i, m := range r.Remarks {
		if i == maxTold {
			t.say("… et %d constats encore : --json les donne tous", "… and %d more remarks: --json gives them all", len(r.Remarks)-i)
			break
		}
		t.remark(m)
	}
	if r.Sound() {
		t.say("tout se rapproche", "everything reconciles")
	} else {
		t.say("%d constats", "%d remarks", len(r.Remarks))
	}
	return t.lines
}

// telling is a text in the making.
type telling struct {
	lang  string
	lines []string
}

func (t *telling) say(fr, en string, args ...any) {
	t.line(fmt.Sprintf(verdict.Text{FR: fr, EN: en}.In(t.lang), args...))
}

// line adds a line, without the signs that would play with a terminal.
func (t *telling) line(s string) { t.lines = append(t.lines, shown(s, maxWords)) }

func (t *telling) export(e Export) {
	switch {
	case e.Whole:
		t.say("%s : %d enregistrement(s), chaîne intacte", "%s: %d record(s), chain whole", e.File, len(e.Records))
	case e.Chained:
		t.say("%s : %d enregistrement(s), chaîne ROMPUE", "%s: %d record(s), chain BROKEN", e.File, len(e.Records))
	default:
		t.say("%s : %d enregistrement(s), chaîne non vérifiée", "%s: %d record(s), chain not verified", e.File, len(e.Records))
	}
	if e.Cut > 0 {
		t.say("%s : %d constats de plus, tus", "%s: %d more remarks, left out", e.File, e.Cut)
	}
}

// counts says how the records met.
func (t *telling) counts(r *Reconciliation) {
	by := map[Join]int{}
	sent, received, outside, refused := 0, 0, 0, 0
	for _, x := range r.Exchanges {
		by[x.By]++
		if x.Refused() {
			refused++
		}
		switch {
		case x.Outside:
			outside++
		case x.Received == nil:
			sent++
		case x.Sent == nil:
			received++
		}
	}
	t.say("%d VI rapprochés (%d par émetteur et identifiant, %d par requête, %d par personne et heure), dont %d refusés",
		"%d VIs joined (%d by issuer and identifier, %d by request, %d by person and time), %d of them refused",
		r.Matched(), by[ByVI], by[ByRequest], by[ByPerson], refused)
	t.say("%d émis et jamais reçus, %d reçus et jamais émis, %d avec un tiers dont aucun export n'est donné",
		"%d emitted and never received, %d received and never emitted, %d with a third party of which no export is given", sent, received, outside)
}

// journey says one journey on a line.
func (t *telling) journey(j *Journey) {
	var steps []string
	for _, s := range j.Steps {
		d := drawing{lang: t.lang}
		steps = append(steps, hour(s.first().At)+" "+d.kind(s.Kind)+" "+strings.Join(way(s), " → "))
	}
	who := shown(j.who(), 40)
	t.say("parcours de %s (%s) : %s", "journey of %s (%s): %s", who, day(j.Started()), strings.Join(steps, " ; "))
}

// way lists the parties of a step.
func way(s Step) (parties []string) {
	for _, at := range s.records() {
		parties = append(parties, shown(at.Organisation, 40))
	}
	return parties
}

// remark says one remark with its places.
func (t *telling) remark(m Remark) {
	line := "✗ " + m.Requirement + " " + m.Rule + " : " + shown(m.Text.In(t.lang), 300)
	for _, at := range m.At {
		line += fmt.Sprintf(" [%s:%d]", at.File, at.Line)
	}
	if m.Want != "" || m.Got != "" {
		line += fmt.Sprintf(" (%s %q", verdict.Text{FR: "attendu", EN: "want"}.In(t.lang), m.Want)
		if m.Got != "" {
			line += fmt.Sprintf(", %s %q", verdict.Text{FR: "trouvé", EN: "got"}.In(t.lang), m.Got)
		}
		line += ")"
	}
	t.line(line)
}
