package lps

import (
	"context"
	"encoding/json"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/missive"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/lps"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// transcriptMedia is the media type of a conversation.
const transcriptMedia = "text/plain; charset=utf-8"

// part is a scenario's part of the side: the gestures that were made, and what it must undo.
type part struct {
	*scenario.World
	side *Side

	first    moment // when the scenario began
	since    moment // when the partners began to behave as they do: outcomes look at what came then
	kept     moment // what is kept as evidence already
	last     *done
	asked    missive.Asked     // what the last message was asked to be
	posted   moment            // when it was asked for
	open     int               // the last connection that was over for good by then
	put      int               // the last line that was said before a message was put into the mailbox
	original *missive.Original // the message that was last put into the mailbox
	stale    map[string]bool
	tried    string      // the protocol over which the operator behaves otherwise; "" for both
	stirred  func() bool // tells that the program did what the trial is about
	owed     owed
}

// owed is what a scenario must undo.
type owed struct{ conduct, clock, provider, names bool }

// done is a gesture that was asked for.
type done struct {
	gesture lps.Gesture
	status  int // of the answer; that of a person or of a command is 200 when it is done
	answer  lps.Answer
	told    string
	manual  bool
	began   moment
}

// failed tells that the program told the person of an error.
func (d *done) failed() bool { return d.status >= 300 || d.answer.Error != "" || d.answer.SignIn }

// gesture is what all gestures have in common.
func (p *part) gesture(verb candidate.Verb) lps.Gesture {
	d, place := p.side.declared, p.side.declared.Operator
	return lps.Gesture{
		Gesture: string(verb), Mailbox: d.Mailbox, Issuer: p.side.provider.Issuer(), DNS: p.side.names.Address(), Autoconfig: p.side.web.address,
		IMAP: hostPort(place.Host, p.side.operator.IMAPAddress()), SMTP: hostPort(place.Host, p.side.operator.SMTPAddress()),
	}
}

// hostPort is a name with the port of an address.
func hostPort(host, address string) string {
	return host + address[strings.LastIndex(address, ":"):]
}

// opening is the gesture by which the person signs in if need be, and opens the mailbox.
func (p *part) opening() lps.Gesture {
	g := p.gesture(candidate.ConnectMail)
	g.Identity, g.Secret = string(p.side.declared.Holder), personSecret
	return g
}

// does has the program make a gesture. Requests for a decoupled login that come meanwhile are granted. The error is ours, or
// of the driver; what the program could not do is in the answer.
func (p *part) does(ctx context.Context, g lps.Gesture) (*done, error) {
	verb := candidate.Verb(g.Gesture)
	declared, ok := p.side.declared.Gesture(verb)
	if !ok {
		return nil, p.Cannot(verdict.ReasonNotDeclared, "roles.lps.verbs."+g.Gesture)
	}
	body, err := json.Marshal(g)
	if err != nil {
		return nil, p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	d := &done{gesture: g, manual: declared.Manual, began: p.side.now()}
	grant, stop := context.WithCancel(ctx)
	granted := make(chan struct{})
	go func() {
		defer close(granted)
		p.side.grants(grant)
	}()
	answer, err := p.Run.Driver(declared, nil).Do(ctx, actionOf(g, body))
	stop()
	<-granted
	p.last = d
	if err != nil {
		d.status, d.told = 0, p.secretless(err.Error())
		p.keeps(d, body, "")
		return d, p.Cannot(verdict.ReasonDriverFailed, "roles.lps.drive ("+g.Gesture+")", d.told)
	}
	said := p.secretless(string(answer.Body))
	d.status, d.told = answer.Status, strings.TrimSpace(said)
	if json.Unmarshal(answer.Body, &d.answer) != nil {
		d.answer = lps.Answer{}
	}
	p.keeps(d, body, said)
	return d, nil
}

// grants approves every decoupled login of the person, until it is told to stop.
func (s *Side) grants(ctx context.Context) {
	for bench.Pause(ctx) == nil {
		for _, waiting := range s.provider.Waiting() {
			_ = s.provider.Decide(waiting.ID, psc.Approved) // one that is over by now needs no decision
		}
	}
}

// keeps keeps a gesture, and what the driver said of it, as evidence.
func (p *part) keeps(d *done, body []byte, answer string) {
	e := verdict.Exchange{Label: "gesture-" + d.gesture.Gesture, From: "harness", Request: p.Evidence(body, "application/json")}
	if len(answer) > 0 {
		e.Response = p.Evidence([]byte(answer), "application/json")
	}
	e.Status = d.status
	if d.status == 0 {
		e.Error = scenario.Brief(d.told)
	}
	p.Keep(e)
	p.keepRest()
}

// keepRest keeps what the partners saw that is not kept yet.
func (p *part) keepRest() {
	from := p.kept
	p.kept = p.side.now()
	for _, v := range p.visits(from) {
		e := verdict.Exchange{Label: "visit-" + strings.ToLower(v.Protocol), From: "candidate", Request: p.Evidence(p.transcript(v), transcriptMedia), Error: scenario.Brief(v.Handshake)}
		if v.TLS != nil {
			e.TLS = pki.LinkFacts(v.TLS, noCredential)
		}
		p.Keep(e)
	}
	for _, m := range p.side.outbox.from(from.sent) {
		p.Keep(verdict.Exchange{Label: "sent", From: "candidate", Marker: strings.Join(m.To, ", "), Request: p.Evidence(m.Raw[:min(len(m.Raw), maxKept)], "message/rfc822")})
	}
	if entries := p.entries(from); len(entries) > 0 {
		if raw, err := json.MarshalIndent(entries, "", "  "); err == nil {
			p.Keep(verdict.Exchange{Label: "provider", From: "candidate", Request: p.Evidence(raw, "application/json")})
		}
	}
}

// maxKept bounds what is kept of a message.
const maxKept = 1 << 20

// entries are what Pro Santé Connect was asked since a moment.
func (p *part) entries(from moment) []psc.Entry {
	return p.side.provider.Journal(func(e psc.Entry) bool { return e.Number > from.entries })
}

// visits are the connections to the operator since a moment, and those to the server that nobody should call.
func (p *part) visits(from moment) []operator.Visit {
	return append(p.side.operator.Visits(from.visits), p.side.rogue.Visits(from.rogue)...)
}

// undo makes the partners honest again, and gives the wall clock back.
func (p *part) undo(ctx context.Context) {
	cannot := func(err error) {
		if err != nil {
			_ = p.Cannot(verdict.ReasonHarnessError, err.Error())
		}
	}
	if p.owed.conduct {
		cannot(p.honestAgain())
	}
	if p.owed.provider {
		cannot(p.side.provider.Recover())
	}
	p.side.gate.close(false)
	if p.owed.names {
		cannot(p.side.announces(nil, nil))
		cannot(p.side.quiet())
	}
	if p.owed.clock {
		p.owed.clock = false
		_, _ = p.does(ctx, p.gesture(candidate.Logout)) // a session of a time that will be again is of no use
		p.Run.Bench.Clock.Follow()
		_ = p.setClock(ctx, "")
	}
}

// honestAgain makes the operator honest.
func (p *part) honestAgain() error {
	p.owed.conduct = false
	p.side.rogue.Behave(operator.Conduct{})
	return p.side.behave(operator.Conduct{}, "")
}

// await waits until something shows, no longer than the program may take: one that has told of an error is through, any
// other may go on in the background.
func (p *part) await(ctx context.Context, shows func() bool) bool {
	if p.last != nil && !p.last.manual && p.last.failed() {
		return bench.Until(ctx, settle, shows)
	}
	return bench.Until(ctx, p.Run.Patience, shows)
}

// refreshes counts, since a moment, the tokens that were asked for by a refresh token, and the persons who were asked to sign
// in.
func (p *part) asks(from moment) (refreshes, persons int) {
	for _, e := range p.entries(from) {
		switch {
		case e.Endpoint == psc.EndpointToken && e.Form["grant_type"] == oidc.GrantRefresh:
			refreshes++
		case e.Endpoint == psc.EndpointAuthorization || e.Endpoint == psc.EndpointDecoupled:
			persons++
		}
	}
	return refreshes, persons
}
