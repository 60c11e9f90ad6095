package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"etalon/internal/anatomy"
	"etalon/internal/legible"
	"etalon/internal/verdict"
)

// document is a document of a message, as its page shows it.
type document struct {
	sight
	Doc anatomy.Document
	// ID tells it from the others of the page, Side is the key of who sent it and Number its place there.
	ID, Side string
	Number   int
}

// Shows are the documents of the side.
func (s side) Shows() []document {
	var all []document
	for i, d := range s.Documents {
		all = append(all, document{s.sight, d, s.Name + "-xml-" + strconv.Itoa(i+1), s.Name, i + 1})
	}
	return all
}

// jwt is a token of a message, as its page shows it.
type jwt struct {
	side
	Token  anatomy.Token
	ID     string
	Number int
}

// JWTs are the tokens of the side.
func (s side) JWTs() []jwt {
	var all []jwt
	for i, t := range s.Tokens {
		all = append(all, jwt{s, t, s.Name + "-jwt-" + strconv.Itoa(i+1), i + 1})
	}
	return all
}

// Tables are the parts of the document, by what they are parts of: a message and its VI.
func (d document) Tables() []table {
	var all []table
	for _, p := range d.Doc.Parts {
		if len(all) == 0 || all[len(all)-1].Of != p.Of {
			all = append(all, table{document: d, Of: p.Of, ID: d.ID + "-" + p.Of})
		}
		last := &all[len(all)-1]
		last.Parts = append(last.Parts, p)
	}
	return all
}

// table is the parts of one message or VI.
type table struct {
	document
	Of, ID string
	Parts  []anatomy.Part
}

// Unjudged tells that some part could not be judged.
func (t table) Unjudged() bool {
	for _, p := range t.Parts {
		if p.State == anatomy.Unjudged {
			return true
		}
	}
	return false
}

// run is lines that follow each other and that the same signature covers.
type run struct {
	Signature int
	// State is the key of what is known of the coverage.
	State, Text string
}

// Runs are the lines of the document.
func (d document) Runs() []run {
	var all []run
	var text strings.Builder
	flush := func() {
		if len(all) > 0 {
			all[len(all)-1].Text = text.String()
			text.Reset()
		}
	}
	for i, l := range d.Doc.Lines {
		if i == 0 || l.Signature != all[len(all)-1].Signature {
			flush()
			all = append(all, run{Signature: l.Signature, State: d.coverage(l.Signature)})
		}
		text.WriteString(l.Text + "\n")
	}
	flush()
	return all
}

// coverage says what the cover of a signature is worth.
func (d document) coverage(number int) string {
	if number == 0 {
		return ""
	}
	s := d.Doc.Signatures[number-1]
	for _, c := range s.Covers {
		if !c.Intact {
			return "altered"
		}
	}
	if !s.Valid {
		return "unproved"
	}
	return "valid"
}

// Rule is what the departure of a finding is called.
func (s sight) Rule(f verdict.Finding) string { return s.texts.Rule(f).Title.In(s.Lang) }

// Since says how long before or after the exchange an instant is.
func (s side) Since(at time.Time) (string, error) {
	now := s.x.At
	if !s.x.Now.IsZero() {
		now = s.x.Now
	}
	d := at.Sub(now).Round(time.Second)
	if d < 0 {
		return s.T("since.before", s.span(-d))
	}
	return s.T("since.after", s.span(d))
}

// span is a duration in its two largest units.
func (s sight) span(d time.Duration) string {
	day := "j"
	if s.Lang == "en" {
		day = "d"
	}
	var said []string
	for _, u := range []struct {
		name string
		of   time.Duration
	}{{day, 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}} {
		if n := d / u.of; n > 0 && len(said) < 2 {
			said, d = append(said, fmt.Sprintf("%d %s", n, u.name)), d%u.of
		}
	}
	if len(said) == 0 {
		return "0 s"
	}
	return strings.Join(said, " ")
}

// Or is a pointer's text; empty when there is none.
func (s sight) Or(text *string) string {
	if text == nil {
		return ""
	}
	return legible.Text(*text)
}

// copying is a button that copies a text of the page.
type copying struct {
	sight
	ID, Of string
}

// Copy is a button that copies the text of an element, which is called by the key of a sentence.
func (s sight) Copy(id, of string) (copying, error) {
	called := of
	if _, known := s.words[of]; known {
		var err error
		if called, err = s.T(of); err != nil {
			return copying{}, err
		}
	}
	return copying{s, id, called}, nil
}

// certificate is one of a chain, as the page shows it.
type certificate struct {
	sight
	C anatomy.Certificate
}

// Certificate is one of a chain, as the page shows it.
func (s sight) Certificate(c anatomy.Certificate) certificate { return certificate{s, c} }

// block is an element of an envelope, as the page shows it.
type block struct {
	sight
	B anatomy.Block
}

// Block is an element of an envelope, as the page shows it.
func (s sight) Block(b anatomy.Block) block { return block{s, b} }
