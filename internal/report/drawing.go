package report

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"html/template"

	"etalon/internal/legible"
	"etalon/internal/verdict"
)

// DrawingType is the media type of the evidence that the page shows as an image: a diagram of ours.
const DrawingType = "image/svg+xml"

// maxDrawing is how many bytes of an image stand in the page.
const maxDrawing = 512 << 10

// drawings lists the evidence of a run that is an image, by digest.
func drawings(run *verdict.Run) map[string]bool {
	all := map[string]bool{}
	for _, e := range run.Evidence {
		if e.MediaType == DrawingType {
			all[e.Digest] = true
		}
	}
	return all
}

// draw shows a diagram as an image: in that place a browser runs no script of it and fetches nothing for it. What it
// shows is said beside it, in its own words.
func (e *exhibits) draw(x *exhibit, digest string) *exhibit {
	raw, err := e.o.Evidence(digest)
	if err != nil || len(raw) > maxDrawing {
		x.Note = e.w("budget", x.Member)
		return x
	}
	title, description := captions(raw)
	if title == "" {
		x.Note = e.w("missing", legible.OneLine(digest))
		return x
	}
	if e.shown += len(raw); e.shown > maxPage {
		x.Note = e.w("budget", x.Member)
		return x
	}
	x.Title, x.Text = legible.OneLine(title), legible.Cut(legible.Visible(description), maxShown)
	x.Drawing = template.URL("data:" + DrawingType + ";base64," + base64.StdEncoding.EncodeToString(raw))
	return x
}

// captions reads title and description of a diagram: its first two children. A file that is no SVG has none.
func captions(raw []byte) (title, description string) {
	var drawing struct {
		XMLName xml.Name `xml:"http://www.w3.org/2000/svg svg"`
		Title   string   `xml:"title"`
		Desc    string   `xml:"desc"`
	}
	if err := xml.NewDecoder(bytes.NewReader(raw)).Decode(&drawing); err != nil {
		return "", ""
	}
	return drawing.Title, drawing.Desc
}
