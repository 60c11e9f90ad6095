package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"etalon/internal/legible"
	"etalon/internal/record"
	"etalon/internal/verdict"
)

// Measures of a badge, in pixels.
const (
	badgeLarge  = 12 // letters of a level
	badgeSmall  = 10 // letters of the rest
	badgeMargin = 10 // at both sides of a text
	badgeName   = 60 // letters of a candidate's name and version, at most
)

// writeBadge writes a picture of the two levels, with the candidate, the date and the digest of run.json, by which the
// archive that proves them is found. It is text alone, in colours that anyone tells from their ground.
func writeBadge(w io.Writer, run *verdict.Run, o Options) error {
	v := newView(run, o)
	var document bytes.Buffer
	if err := writeJSON(&document, run, o); err != nil {
		return verdict.Tell("écriture du badge : %s", "write badge: %s", err)
	}
	digest := record.Digest(document.Bytes())
	rows := [][2]string{
		{v.w("level.standard"), v.w("level." + v.run.Level.Standard.String())},
		{v.w("level.profile"), v.w("level." + v.run.Level.Profile.String())},
	}
	small := []string{v.badgeCandidate(), digest}
	for _, m := range v.marks() {
		small = append(small, v.w("mark."+m))
	}
	b := badge{labels: 2*badgeMargin + max(breadth(rows[0][0], badgeLarge), breadth(rows[1][0], badgeLarge)),
		values: 2*badgeMargin + max(breadth(rows[0][1], badgeLarge), breadth(rows[1][1], badgeLarge))}
	for _, s := range small {
		b.values = max(b.values, 2*badgeMargin+breadth(s, badgeSmall)-b.labels)
	}
	lang := "fr"
	if o.Lang == "en" {
		lang = "en"
	}
	b.line(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" role="img" xml:lang="%[3]s" data-standard="%[4]s" data-profile="%[5]s" data-run="%[6]s">`,
		b.labels+b.values, 48+16*len(small)+8, lang, v.run.Level.Standard, v.run.Level.Profile, digest)
	b.line("<title>%s : %s, %s ; %s, %s — %s</title>", escaped(v.w("brand")), escaped(rows[0][0]), escaped(rows[0][1]), escaped(rows[1][0]), escaped(rows[1][1]), escaped(small[0]))
	b.line(`<g font-family="Verdana,DejaVu Sans,sans-serif" fill="#ffffff">`)
	b.line(`<rect width="%d" height="%d" fill="#1f2937"/>`, b.labels+b.values, 48+16*len(small)+8)
	for i, level := range []verdict.Level{v.run.Level.Standard, v.run.Level.Profile} {
		b.line(`<rect x="%d" y="%d" width="%d" height="24" fill="%s"/>`, b.labels, 24*i, b.values, badgeColours[level])
		b.text(badgeMargin, 24*i+16, badgeLarge, rows[i][0])
		b.text(b.labels+badgeMargin, 24*i+16, badgeLarge, rows[i][1])
	}
	for i, s := range small {
		b.text(badgeMargin, 48+16*i+13, badgeSmall, s)
	}
	b.line("</g>\n</svg>")
	if _, err := w.Write(b.out.Bytes()); err != nil {
		return verdict.Tell("écriture du badge : %s", "write badge: %s", err)
	}
	return nil
}

// badgeColours are dark enough for white letters: a contrast of 4.5 and more.
var badgeColours = map[verdict.Level]string{
	verdict.Undetermined: "#57606a", verdict.Conforme: "#116329", verdict.NonConformeMajeure: "#9a3412", verdict.NonConformeBloquante: "#a40e26",
}

// badgeCandidate is who was judged and when.
func (v *view) badgeCandidate() string {
	name := []rune(legible.OneLine(strings.TrimSpace(v.run.Candidate.Name + " " + v.run.Candidate.Version)))
	if len(name) > badgeName {
		name = append(name[:badgeName-1], '…')
	}
	return string(name) + " · " + v.instant(v.run.Finished)
}

// badge is a picture that is being drawn.
type badge struct {
	out            bytes.Buffer
	labels, values int // widths of the two columns
}

func (b *badge) line(format string, args ...any) { fmt.Fprintf(&b.out, format+"\n", args...) }

func (b *badge) text(x, y, size int, s string) {
	b.line(`<text x="%d" y="%d" font-size="%d" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`, x, y, size, breadth(s, size), escaped(s))
}

// breadth is the width to which a text is set, whatever the font of who looks: about that of Verdana.
func breadth(s string, size int) int {
	tenths := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune(" iltfjrI.,:;'()[]/|·", r):
			tenths += 4
		case strings.ContainsRune("mwMWO@%…", r):
			tenths += 9
		default:
			tenths += 6
		}
	}
	return max(tenths*size/10, 1)
}

// escaped is a text as XML holds it.
func escaped(s string) string {
	var out strings.Builder
	if err := xml.EscapeText(&out, []byte(s)); err != nil {
		return ""
	}
	return out.String()
}
