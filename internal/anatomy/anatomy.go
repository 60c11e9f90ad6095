// Package anatomy takes a kept message apart in the layers that a reader wants side by side: head, parameters or dialogue,
// documents of SOAP and SAML with what their signatures cover, tokens; and says of each element what the judges of the house
// find in it, and which checks nobody could make.
//
// It sends nothing, fetches nothing, keeps nothing and reads no clock. What a message claims is shown as it was written: a
// page or a terminal shows it by the rules of report.textOf.
package anatomy

import (
	"strings"

	"etalon/internal/legible"
)

// Limits of what is taken apart and shown of one message.
const (
	MaxDocuments = 8         // of each kind: documents, tokens
	MaxLines     = 5_000     // of a document or a dialogue
	MaxText      = 256 << 10 // octets of a document that are laid out
	maxValue     = 4_000     // octets of a value in a table
	maxFields    = 400       // headers, parameters
)

// Message is one message as it was kept.
type Message struct {
	// Protocol is IMAP, SMTP, or anything else for HTTP.
	Protocol string
	// Method and Target are those of a request, Status that of an answer.
	Method, Target string
	Status         int
	// Head is the lines before the body, Media its type.
	Head, Media string
	Raw         []byte
	Circumstance
}

// Layers are what a message is made of. An absent layer is nil.
type Layers struct {
	HTTP      *HTTP      `json:"http,omitempty"`
	Dialogue  []Said     `json:"dialogue,omitempty"`
	Documents []Document `json:"documents,omitempty"`
	Tokens    []Token    `json:"tokens,omitempty"`
	// Text is a body that is neither a document nor a dialogue, laid out where it is JSON; Binary tells one that is no text.
	Text   string `json:"text,omitempty"`
	Binary bool   `json:"binary,omitempty"`
	// Cut tells that there is more than is shown.
	Cut bool `json:"cut,omitempty"`
}

// Open takes a message apart, and judges what it can with what is known. It takes any bytes, and never fails: what cannot be
// read is told where it stands.
func (k Knowledge) Open(m Message) Layers {
	var l Layers
	if m.Protocol == "IMAP" || m.Protocol == "SMTP" {
		if l.Dialogue, l.Cut = dialogue(m.Raw); l.Dialogue != nil {
			return l
		}
	}
	l.HTTP = head(m)
	for _, p := range places(m, l.HTTP) {
		l.take(p)
	}
	k.judge(&l, m)
	if len(l.Documents) == 0 || l.Documents[0].Place != PlaceBody {
		l.text(m)
	}
	return l
}

// VIs are the identifiers of the VIs that the message bears.
func (l Layers) VIs() []string {
	var all []string
	for _, d := range l.Documents {
		for _, p := range d.Parts {
			if p.Of == ofVI && p.Name == "id" && len(p.Values) > 0 {
				all = append(all, p.Values[0].Text)
			}
		}
	}
	return all
}

// take adds what a place holds, if it is a document or a token.
func (l *Layers) take(p place) {
	switch {
	case p.xml != nil && len(l.Documents) < MaxDocuments:
		l.Documents = append(l.Documents, document(p))
	case p.jwt != "" && len(l.Tokens) < MaxDocuments:
		l.Tokens = append(l.Tokens, token(p))
	case p.xml != nil || p.jwt != "":
		l.Cut = true
	}
}

// text shows a body as it is.
func (l *Layers) text(m Message) {
	if len(m.Raw) == 0 || l.HTTP != nil && l.HTTP.form {
		return
	}
	l.Cut = l.Cut || len(m.Raw) > MaxText
	raw := m.Raw[:min(len(m.Raw), MaxText)]
	if laid, ok := laidJSON(m.Raw); ok {
		raw = laid
	}
	text, ok := legible.Message(raw)
	l.Text, l.Binary = text, !ok
}

// short is a value at a length that a table can show.
func short(s string) string {
	if len(s) <= maxValue {
		return s
	}
	return strings.ToValidUTF8(s[:maxValue], "") + "…"
}
