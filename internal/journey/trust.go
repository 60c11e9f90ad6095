package journey

import (
	"fmt"
	"slices"
	"strings"
)

// Party is an organism in a picture of trust.
type Party struct {
	Name string
	// Played tells that the sandbox plays it, Faults are those that it is armed with.
	Played bool
	Faults []string
}

// Bond is what one organism sends another, which trusts it for that.
type Bond struct {
	From, To string // Party.Name
	Label    string
	// Idle tells that it is not in force.
	Idle bool
}

// Form is how a picture is laid out.
type Form struct {
	// Lang is "en", or anything else for French.
	Lang string
	// Narrow is for small screens: names are numbers, told above the picture.
	Narrow bool
	// Inline is for a page that holds the picture and gives it its colours; else it stands alone.
	Inline bool
}

// Measures of a narrow picture, in pixels: that of a small screen.
const (
	narrowWidth = 340
	narrowBox   = 34
	narrowLabel = 44 // characters
	wideLabel   = 110
	playedName  = 16 // characters of a name behind its mark
	manyParties = 5  // beyond them a wide picture is denser
	denseLane   = 172
	fewParties  = 4 // up to them there is room for long names and labels
	broadLane   = 300
	broadBox    = 210
	broadName   = 24
)

// trustStyle is what a picture of trust adds to style.
const trustStyle = `.w{stroke:#1b4f9c;stroke-width:2.5}@media (prefers-color-scheme:dark){.w{stroke:#8ab4f8}}`

// Trust draws who trusts whom as a diagram: a line per organism, those that the sandbox plays standing out, and an arrow
// from who sends to who trusts it; armed faults stand first, on the line of who is armed. It holds no script and names nothing outside itself; every
// text is escaped.
func Trust(parties []Party, bonds []Bond, o Form) []byte {
	var names []string
	f := frame{bold: map[string]bool{}, heads: map[string]string{}, prefix: "large-"}
	for _, p := range parties {
		names = append(names, p.Name)
		f.bold[p.Name] = p.Played
	}
	d := newDrawing(o.Lang, names)
	longest := playedName
	switch {
	case len(parties) > manyParties:
		d.lane = denseLane
	case len(parties) <= fewParties:
		d.lane, d.box, longest = broadLane, broadBox, broadName
	}
	if o.Narrow {
		f.prefix = "etroit-"
		d.narrow(f)
	}
	for _, p := range parties {
		if p.Played && !o.Narrow {
			f.heads[p.Name] = "● " + shown(p.Name, longest)
		}
	}
	for _, p := range parties {
		d.armed(p, o)
	}
	for _, b := range bonds {
		d.bond(b, o)
	}
	d.y += rowHeight
	d.text(margin, d.y, "s", d.say("● joué par ce bac à sable", "● played by this sandbox"))
	f.title = d.say("Qui envoie à qui, et à qui chacun se fie", "Who sends to whom, and whom each trusts")
	if !o.Inline {
		f.style, f.prefix = style+trustStyle, ""
	}
	return d.close(f)
}

// narrow numbers the parties, and tells their names first.
func (d *drawing) narrow(f frame) {
	d.box, d.least = narrowBox, narrowWidth
	d.lane = (narrowWidth - 2*margin - narrowBox) / max(len(d.parties)-1, 1)
	for i, name := range d.parties {
		number := fmt.Sprint(i + 1)
		f.heads[name] = number
		mark := ""
		if f.bold[name] {
			mark = " ●"
		}
		d.y += 20
		d.text(margin, d.y, "t n", number+"  "+shown(name, narrowLabel-8)+mark)
	}
}

// armed tells the armed faults of a party.
func (d *drawing) armed(p Party, o Form) {
	for _, fault := range p.Faults {
		text := d.say("faute armée : ", "armed fault: ") + fault
		d.told = append(d.told, p.Name+d.say(" : ", ": ")+strings.ToValidUTF8(text, "�"))
		d.y += 22
		at, longest := d.x(p.Name)-5, wideLabel
		if o.Narrow {
			at, longest, text = margin, narrowLabel, fmt.Sprint(slices.Index(d.parties, p.Name)+1)+"  "+text
		}
		d.text(at, d.y, "xt", "✗ "+shown(text, longest))
	}
}

// bond draws one arrow, unless an end of it is not in the picture.
func (d *drawing) bond(b Bond, o Form) {
	if !slices.Contains(d.parties, b.From) || !slices.Contains(d.parties, b.To) {
		return
	}
	label, class, longest := b.Label, "a", wideLabel
	if b.Idle {
		label, class = label+d.say(" (pas en vigueur)", " (not in force)"), "o"
	}
	if o.Narrow {
		longest = narrowLabel
	}
	from, to := d.x(b.From), d.x(b.To)
	if o.Narrow || from == to {
		d.y += 8 // between a label at the margin and the arrow before it
	}
	d.arrow(from, to, class, "")
	at := min(from, to) + 8
	if o.Narrow {
		at = margin
	}
	d.text(at, d.y-6, "s", shown(label, longest))
	d.told[len(d.told)-1] = b.From + " → " + b.To + d.say(" : ", ": ") + label
}
