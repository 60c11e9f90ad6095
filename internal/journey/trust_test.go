package journey_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"etalon/internal/journey"
)

// trustDrawing is a picture as a reader of XML sees it.
type trustDrawing struct {
	XMLName xml.Name `xml:"http://www.w3.org/2000/svg svg"`
	Width   int      `xml:"width,attr"`
	Named   string   `xml:"aria-labelledby,attr"`
	Title   struct {
		ID string `xml:"id,attr"`
	} `xml:"title"`
	Desc  string `xml:"desc"`
	Style string `xml:"style"`
	Texts []struct {
		Class string `xml:"class,attr"`
		Text  string `xml:",chardata"`
	} `xml:"text"`
	Rects []struct {
		Class string `xml:"class,attr"`
	} `xml:"rect"`
	Body struct {
		Texts []string `xml:"text"`
		Lines []struct {
			Class string `xml:"class,attr"`
			From  int    `xml:"x1,attr"`
			To    int    `xml:"x2,attr"`
		} `xml:"line"`
	} `xml:"g"`
}

func trusting(t *testing.T, o journey.Form) trustDrawing {
	t.Helper()
	raw := journey.Trust([]journey.Party{{Name: "client", Played: true}, {Name: "fournisseur", Played: true, Faults: []string{"tls-expire"}}, {Name: `<script>alert("x")</script>` + "\u202e"}},
		[]journey.Bond{
			{From: "client", To: "fournisseur", Label: "consultation · A"}, {From: "fournisseur", To: "client", Label: "retour · A", Idle: true},
			{From: "client", To: "client", Label: "soi"}, {From: "client", To: "absent", Label: "hors du dessin"},
		}, o)
	var d trustDrawing
	if err := xml.Unmarshal(raw, &d); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	for _, what := range []string{"<script", "\u202e", "hors du dessin", "href", "url("} {
		if strings.Contains(string(raw), what) {
			t.Errorf("%+v: the picture holds %q", o, what)
		}
	}
	return d
}

func TestTrust(t *testing.T) {
	for _, o := range []journey.Form{{}, {Lang: "en"}, {Inline: true}, {Inline: true, Narrow: true}, {Lang: "en", Narrow: true}} {
		d := trusting(t, o)
		if (d.Style == "") != o.Inline || d.Named != d.Title.ID+" "+strings.Replace(d.Title.ID, "titre", "description", 1) {
			t.Errorf("%+v: style %.20q, named by %q", o, d.Style, d.Named)
		}
		if o.Narrow && d.Width > 390 {
			t.Errorf("%+v: %d pixels wide", o, d.Width)
		}
		armed, idle := "faute armée : tls-expire", "(pas en vigueur)"
		if o.Lang == "en" {
			armed, idle = "armed fault: tls-expire", "(not in force)"
		}
		said := strings.Join(d.Body.Texts, "|")
		for _, want := range []string{armed, "retour · A " + idle, "consultation · A", "soi"} {
			if !strings.Contains(said, want) || !strings.Contains(d.Desc, want) {
				t.Errorf("%+v: %q is not drawn and told: %s | %s", o, want, said, d.Desc)
			}
		}
		var ways []string
		for _, l := range d.Body.Lines {
			ways = append(ways, fmt.Sprint(l.Class, l.From < l.To))
		}
		if strings.Join(ways, " ") != "atrue ofalse" {
			t.Errorf("%+v: arrows %v", o, ways)
		}
		bold := 0
		for _, r := range d.Rects {
			if r.Class == "b w" {
				bold++
			}
		}
		if bold != 2 || o.Narrow && d.Texts[0].Text != "1" || !o.Narrow && d.Texts[0].Text != "● client" {
			t.Errorf("%+v: %d parties stand out, the first is %q", o, bold, d.Texts[0].Text)
		}
	}
}

// Pictures of one page have names of their own.
func TestTrustTwiceInAPage(t *testing.T) {
	if wide, narrow := trusting(t, journey.Form{Inline: true}), trusting(t, journey.Form{Inline: true, Narrow: true}); wide.Title.ID == narrow.Title.ID {
		t.Errorf("both are named by %q", wide.Title.ID)
	}
}

func TestTrustOfNobody(t *testing.T) {
	for _, narrow := range []bool{false, true} {
		if err := xml.Unmarshal(journey.Trust(nil, nil, journey.Form{Narrow: narrow}), new(trustDrawing)); err != nil {
			t.Error(err)
		}
	}
}
