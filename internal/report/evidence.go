package report

import (
	"html/template"
	"regexp"
	"strings"

	"etalon/internal/legible"
	"etalon/internal/record"
)

// Limits of what the HTML page shows of the evidence; the whole is always in the archive.
const (
	maxShown = 20_000    // characters of one piece
	maxPage  = 6_000_000 // characters of the page
)

// exhibit is a piece of evidence as the page shows it.
type exhibit struct {
	Member string // where it stands in the archive
	Text   string // "" where it is not shown; Note then says why
	Note   string
	// Drawing is the piece as an image, where it is one; Text then says what it shows.
	Drawing template.URL
	Title   string // of the drawing
	// Dialogue tells that it is a conversation, line by line: what both sides said.
	Dialogue bool
}

// exhibits shows pieces of evidence within the page's limit.
type exhibits struct {
	*view
	shown    int
	drawings map[string]bool // digests of the evidence that is an SVG image of ours
}

// show returns one piece; nil when there is none to show.
func (e *exhibits) show(digest string) *exhibit {
	if digest == "" {
		return nil
	}
	x := &exhibit{}
	text, note := e.text(digest)
	x.Note = note
	if !record.IsDigest(digest) {
		return x
	}
	x.Member = record.EvidencePath(digest)
	if text == "" {
		return x
	}
	if e.drawings[digest] {
		return e.draw(x, digest)
	}
	x.Dialogue = dialogue.MatchString(text)
	whole := strings.Join(legible.Pretty(legible.Text(text)), "\n")
	x.Text = legible.Cut(whole, maxShown)
	if e.shown += len(x.Text); e.shown > maxPage {
		x.Text, x.Note = "", e.w("budget", x.Member)
	} else if len(x.Text) < len(whole) {
		x.Note = e.w("cut", len(x.Text), len(whole), x.Member)
	}
	return x
}

// text returns a piece as it was kept, or the reason why there is none.
func (e *exhibits) text(digest string) (text, note string) {
	if e.o.Evidence == nil {
		return "", e.w("missing", legible.OneLine(digest))
	}
	b, err := e.o.Evidence(digest)
	if err != nil {
		return "", e.w("missing", legible.OneLine(digest))
	}
	if legible.Unreadable(b) {
		return "", e.w("binary", len(b))
	}
	return legible.Cut(legible.Unfolded(string(b)), legible.MaxCompare), ""
}

// dialogue is how a conversation begins: who speaks, the client (C) or the server (S), with a star under TLS.
var dialogue = regexp.MustCompile(`^[CS]\*?: `)

// compare returns the changes of a message against its honest twin; nil when one of the two is not there.
func (e *exhibits) compare(twin, sent string) []legible.Difference {
	honest, _ := e.text(twin)
	faulty, _ := e.text(sent)
	if honest == "" || faulty == "" {
		return nil
	}
	out := legible.Compare(honest, faulty)
	for _, l := range out {
		e.shown += len(l.Before) + len(l.Changed) + len(l.After)
	}
	return out
}
