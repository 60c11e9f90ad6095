package journey

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// Measures of a diagram, in pixels.
const (
	margin     = 24
	laneWidth  = 230 // between two lifelines
	rowHeight  = 34
	headHeight = 62
	noteWidth  = 150
	maxArrows  = 400 // in one diagram; the rest is counted
)

// style serves light and dark pages; colours keep a contrast of at least 4.5 to 1 on their ground.
const style = `svg{color-scheme:light dark}
.g{fill:#fff}.t{fill:#1b1b1f;font:13px system-ui,sans-serif}.s{fill:#4d4d57;font:11px system-ui,sans-serif}
.h{font-weight:600}.l{stroke:#8a8a94;stroke-dasharray:3 4}.b{fill:#eef1f6;stroke:#6b6b76}.r{stroke:#6b6b76}
.a{stroke:#1b4f9c;stroke-width:1.6;fill:none}.ah{fill:#1b4f9c}.x{stroke:#b3261e;stroke-width:1.6;stroke-dasharray:6 3;fill:none}
.s,.xt,.n{paint-order:stroke;stroke:#fff;stroke-width:3px}.xh,.xt{fill:#b3261e}.xt{font:11px system-ui,sans-serif}.o{stroke:#6b4e16;stroke-width:1.6;fill:none}.oh{fill:#6b4e16}
@media (prefers-color-scheme:dark){.g{fill:#16161a}.t{fill:#ececf1}.s{fill:#b4b4c0}.l,.r{stroke:#7d7d88}.b{fill:#24242b;stroke:#8a8a94}
.a{stroke:#8ab4f8}.ah{fill:#8ab4f8}.x{stroke:#f2b8b5}.s,.xt,.n{stroke:#16161a}.xh,.xt{fill:#f2b8b5}.o{stroke:#e6c07b}.oh{fill:#e6c07b}}`

// SVG draws journeys as one sequence diagram: a lifeline per party, an arrow per exchange with its time and the end of
// the VI's identifier, refused and missing ones marked, and the logout of each member. It holds no script and names
// nothing outside itself; every text of a trace is escaped. lang is "en", or anything else for French.
func SVG(journeys []*Journey, lang string) []byte {
	d := newDrawing(lang, partiesOf(journeys))
	for _, j := range journeys {
		d.journey(j)
	}
	if d.left > 0 {
		d.y += rowHeight
		d.text(margin, d.y, "s", fmt.Sprintf(d.say("… et %d échanges encore, hors du dessin", "… and %d more exchanges, not drawn"), d.left))
	}
	title := d.say("Parcours d'après les traces de ", "Journey from the traces of ") + strings.Join(d.parties, ", ")
	if len(d.parties) == 0 {
		title = d.say("Aucun parcours : les traces ne disent aucun échange", "No journey: the traces tell no exchange")
	}
	return d.close(frame{title: title, style: style})
}

// drawing is a diagram in the making.
type drawing struct {
	lang    string
	parties []string
	body    bytes.Buffer
	told    []string // the diagram in words
	y       int
	arrows  int
	left    int
	reach   int // how far to the right the texts go

	lane, box, least int // between two lifelines; of the name above one; of the whole
}

// newDrawing begins a diagram of parties.
func newDrawing(lang string, parties []string) *drawing {
	return &drawing{lang: lang, parties: parties, lane: laneWidth, box: noteWidth, least: 560}
}

// partiesOf lists the lifelines, in the order of first appearance: who acts first stands left.
func partiesOf(journeys []*Journey) (parties []string) {
	for _, j := range journeys {
		for _, s := range j.Steps {
			for _, at := range s.records() {
				if !slices.Contains(parties, at.Organisation) {
					parties = append(parties, at.Organisation)
				}
			}
		}
	}
	return parties
}

func (d *drawing) say(fr, en string) string { return verdict.Text{FR: fr, EN: en}.In(d.lang) }

// x is the place of a party's lifeline.
func (d *drawing) x(party string) int {
	return margin + d.box/2 + slices.Index(d.parties, party)*d.lane
}

func (d *drawing) width() int {
	return max(2*margin+d.box+max(len(d.parties)-1, 0)*d.lane, d.reach+margin, d.least)
}

// journey draws one journey under its heading.
func (d *drawing) journey(j *Journey) {
	if d.arrows >= maxArrows {
		d.left += len(j.Steps)
		return
	}
	d.y += rowHeight
	title := d.say("application, sans utilisateur", "application, no user")
	if j.Person != "" {
		title = d.say("personne ", "person ") + shown(j.Person, 40)
	}
	title += d.say(", mode ", ", mode ") + string(j.Mode) + ", " + day(j.Started())
	fmt.Fprintf(&d.body, `<line class="r" x1="%d" y1="%d" x2="%d" y2="%d"/>`, margin, d.y-20, d.x(d.parties[len(d.parties)-1])+d.box/2, d.y-20)
	d.text(margin, d.y-4, "t h n", title)
	d.told = append(d.told, title)
	for _, s := range j.Steps {
		if d.arrows >= maxArrows {
			d.left++
			continue
		}
		if s.Exchange != nil {
			d.exchange(s)
		} else {
			d.logouts(j, s)
		}
	}
	for _, m := range j.Remarks {
		d.y += 20
		d.text(margin, d.y, "xt", "✗ "+shown(m.Text.In(d.lang), 150))
		d.told = append(d.told, m.Text.In(d.lang))
	}
}

// day is a date without its hour; "" for none.
func day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.DateOnly)
}

// exchange draws the arrow of one exchange; where a record is missing, its end is open.
func (d *drawing) exchange(s Step) {
	x := s.Exchange
	label := hour(x.first().At) + "  " + d.kind(s.Kind) + "  " + shortID(text(x.first().VIID))
	from, to, class := 0, 0, "a"
	switch {
	case x.Sent != nil && x.Received != nil:
		from, to = d.x(x.Sent.Organisation), d.x(x.Received.Organisation)
	case x.Sent != nil:
		from, class = d.x(x.Sent.Organisation), "o"
		to = from + d.lane*2/3
		label += d.say("  (réception sans trace)", "  (reception not traced)")
	default:
		to, class = d.x(x.Received.Organisation), "o"
		from = to - d.lane*2/3
		label += d.say("  (émission sans trace)", "  (emission not traced)")
	}
	if x.Outside {
		label = strings.Replace(label, d.say("sans trace", "not traced"), d.say("chez un tiers", "at a third party"), 1)
	}
	if x.Refused() {
		class = "x"
		label += "  ✗ " + d.say("refusé ", "refused ") + shown(x.Received.FaultCode, 30)
	}
	d.arrow(from, to, class, label)
}

// logouts draws the logout from the party where it began, through the one that holds the session, to the others.
func (d *drawing) logouts(j *Journey, s Step) {
	start := s.Logouts[0]
	hub := start.Organisation
	for _, at := range s.Logouts {
		if at.Role == AuthenticationOperator {
			hub = at.Organisation
		}
	}
	for i, at := range s.Logouts {
		from := hub
		if at.Organisation == hub && at.Role != ServiceOperator {
			if i > 0 && s.heard(at) {
				continue
			}
			from = start.Organisation
		}
		if i == 0 || at.Role == ServiceOperator && start.Role == ServiceOperator && at.Organisation == start.Organisation {
			from = at.Organisation
		}
		d.arrow(d.x(from), d.x(at.Organisation), "a", hour(at.At)+"  "+d.kind(Logout))
	}
}

// heard tells that the member whom a trace of a logout tells of traced it too: one arrow says both.
func (s Step) heard(at *Record) bool {
	return at.Direction == interops.Emission && slices.ContainsFunc(s.Logouts, func(other *Record) bool {
		return other.Direction == interops.Reception && other.Role == ServiceOperator && text(other.VIID) == text(at.VIID)
	})
}

// kind names a kind of step.
func (d *drawing) kind(k Kind) string { return d.say(k.fr(), string(k)) }

// arrow draws one arrow with its label, from left or from right, or back to where it began.
func (d *drawing) arrow(from, to int, class, label string) {
	d.arrows++
	d.y += rowHeight
	d.told = append(d.told, label)
	if from == to {
		fmt.Fprintf(&d.body, `<path class="%s" d="M%d %dh28v10h-22"/>`, class, from, d.y-12)
		d.head(from+6, d.y-2, -1, class)
		d.text(from+34, d.y-4, "s", label)
		return
	}
	way := 1
	if to < from {
		way = -1
	}
	fmt.Fprintf(&d.body, `<line class="%s" x1="%d" y1="%d" x2="%d" y2="%d"/>`, class, from, d.y, to-way*2, d.y)
	d.head(to, d.y, way, class)
	d.text(max(min(from, to)+8, 4), d.y-6, "s", label)
}

// head draws the head of an arrow.
func (d *drawing) head(x, y, way int, class string) {
	fmt.Fprintf(&d.body, `<path class="%sh" d="M%d %dl%d -4v8z"/>`, class, x, y, -way*8)
}

// text writes a text at a place. A letter takes seven pixels at most, on the average of a line.
func (d *drawing) text(x, y int, class, s string) {
	d.reach = max(d.reach, x+7*len([]rune(s)))
	fmt.Fprintf(&d.body, `<text class="%s" x="%d" y="%d">%s</text>`, class, x, y, escape(s))
}

// frame is what stands around a diagram.
type frame struct {
	title string
	// style serves where the diagram stands alone; a page that holds it has its own. prefix makes its marks unique there.
	style, prefix string
	// heads are the names of the parties, where those are too long.
	heads map[string]string
	// bold are the parties that stand out.
	bold map[string]bool
}

// close puts lifelines, title and description around what was drawn.
func (d *drawing) close(f frame) []byte {
	height := headHeight + d.y + 2*margin
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" role="img" aria-labelledby="%[3]stitre %[3]sdescription">`, d.width(), height, f.prefix)
	fmt.Fprintf(&out, `<title id="%[1]stitre">%[2]s</title><desc id="%[1]sdescription">%[3]s</desc>`, f.prefix, escape(shown(f.title, 500)), escape(shown(strings.Join(d.told, ". "), 100_000)))
	if f.style != "" {
		fmt.Fprintf(&out, "<style>%s</style>", f.style)
	}
	fmt.Fprintf(&out, `<rect class="g" width="%d" height="%d"/>`, d.width(), height)
	for _, p := range d.parties {
		x, class, name := d.x(p), "b", p
		if f.bold[p] {
			class = "b w"
		}
		if head, named := f.heads[p]; named {
			name = head
		}
		fmt.Fprintf(&out, `<line class="l" x1="%d" y1="%d" x2="%d" y2="%d"/>`, x, headHeight-10, x, height-margin)
		fmt.Fprintf(&out, `<rect class="%s" x="%d" y="%d" width="%d" height="30" rx="4"/>`, class, x-d.box/2, margin-8, d.box)
		fmt.Fprintf(&out, `<text class="t h" x="%d" y="%d" text-anchor="middle">%s</text>`, x, margin+12, escape(shown(name, 20)))
	}
	fmt.Fprintf(&out, `<g transform="translate(0 %d)">`, headHeight-14)
	out.Write(d.body.Bytes())
	out.WriteString("</g></svg>\n")
	return out.Bytes()
}

// hour is an instant within its day.
func hour(at time.Time) string {
	if at.IsZero() {
		return "--:--:--"
	}
	return at.Format("15:04:05.000")
}

// shortID is the end of an identifier: its beginning is often the same for all.
func shortID(id string) string {
	if runes := []rune(id); len(runes) > 10 {
		return "…" + shown(string(runes[len(runes)-8:]), 8)
	}
	return shown(id, 10)
}

// shown is a text of a trace as a person may see it, at most n characters long: no control or reordering signs.
func shown(s string, n int) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) || unicode.Is(unicode.Cf, r) {
			return '·'
		}
		return r
	}, strings.ToValidUTF8(s, "�")))
	if len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return string(runes)
}

// escape makes a text harmless within XML.
func escape(s string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(s)) // a buffer takes all
	return out.String()
}
