package mta

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/stubs/mta"
)

// sent is a message that the candidate was made to send.
type sent struct {
	name      string // of the neighbour
	neighbour *mta.Neighbour
	letter    letter.Letter
	raw       []byte
	mark      int // visits before; the message itself is looked for in all of them, for a link may serve for many
}

// sends has the candidate send a message from its mailbox to somebody at a neighbour.
func (p *part) sends(ctx context.Context, name, who string, change func(*letter.Letter)) (*sent, error) {
	o, err := p.letterTo(name, who, change)
	if err != nil {
		return nil, err
	}
	return o, p.drive(ctx, o)
}

// letterTo is a message from the candidate's mailbox to somebody at a neighbour, who knows how to answer.
func (p *part) letterTo(name, who string, change func(*letter.Letter)) (*sent, error) {
	s := p.side
	n, known := s.around.neighbours[name]
	if !known {
		return nil, fmt.Errorf("neighbour %q: no such name", name)
	}
	marker, err := letter.Marker(p.Source)
	if err != nil {
		return nil, err
	}
	l := letter.Letter{
		From: s.declared.Mailbox, To: who + "-" + marker + "@" + domainOf(name), Marker: marker, Date: s.run.Bench.Clock.Now(),
		Fields: []string{fieldNIL}, Body: "Ceci est un essai.\r\n",
	}
	if change != nil {
		change(&l)
	}
	o := &sent{name: name, neighbour: n, letter: l, raw: l.Bytes(), mark: n.Seen()}
	if who == refused || who == deferred {
		n.Answer(l.To, answers[who])
	}
	return o, nil
}

// sending tells whether the candidate can be made to send.
func (s *Side) sending() bool { return s.declared.Send != nil || s.interfaced(candidate.RoleMSSSMTP) }

// drive asks the candidate to send a message: by its gesture, or over its submission where it has none.
func (p *part) drive(ctx context.Context, o *sent) error {
	if p.side.declared.Send == nil {
		return p.submitted(ctx, o)
	}
	header := http.Header{"Mail-From": {o.letter.From}, "Rcpt-To": {o.letter.To}, "Content-Type": {messageMedia}}
	return p.Gesture(ctx, *p.side.declared.Send, "mss-operateur.send", access.Action{
		Verb: "send", Service: o.letter.From, Body: o.raw, Marker: o.letter.Marker, Header: header,
		Sentence: fmt.Sprintf("Envoyez de %s à %s un message au sujet %s.", o.letter.From, o.letter.To, o.letter.Marker),
	})
}

// Who a message is for at a neighbour: somebody who has a mailbox, one who has none, one whose mailbox is full for now.
const (
	known    = "essai"
	refused  = "absent"
	deferred = "lent"
)

// answers are what a neighbour says of a recipient.
var answers = map[string]mta.Order{
	refused:  {Code: 550, Enhanced: "5.1.1", Text: "Boite inconnue (essai)"},
	deferred: {Code: 451, Enhanced: "4.7.1", Text: "Plus tard (essai)", Times: 1},
}

// holds tells whether a message that came is that one.
func (o *sent) holds(m mta.Mail) bool {
	return strings.Contains(string(m.Data), "Subject: "+o.letter.Marker)
}

// came waits for the message at its neighbour. It returns false when it did not come in time.
func (p *part) came(ctx context.Context, o *sent, within time.Duration) (mta.Visit, bool) {
	bounded, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	v, err := o.neighbour.Await(bounded, 0, func(v mta.Visit) bool { return len(v.Holding(o.holds)) > 0 })
	if err != nil {
		return v, false
	}
	p.seen = append(p.seen, observed{o.name, v})
	return v, true
}

// given are the copies of the message that its neighbour has.
func (o *sent) given() []mta.Mail {
	var all []mta.Mail
	for _, v := range o.neighbour.Visits(0) {
		all = append(all, v.Holding(o.holds)...)
	}
	return all
}

// shown keeps the visits to a neighbour, and returns their digests.
func (p *part) shown(visits ...mta.Visit) []string {
	var all []string
	for _, v := range visits {
		all = append(all, p.Evidence(v.Said, transcriptMedia))
	}
	return all
}
