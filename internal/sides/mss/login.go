package mss

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// noCredential shows no certificate.
var noCredential pki.Credential

// opening is one login to be made.
type opening struct {
	label string // of the conversation, in the catalogue of texts
	box   string
	token psc.Minted
	// role is the interface, the one under test when empty; wait bounds the answer to the login, the usual one when zero.
	role candidate.Role
	wait time.Duration
	// login replaces the usual presentation of the token.
	login *mail.Login
	// from is the local address; one of its own when empty.
	from string
}

// dial connects to the interface under test, or to another, from an address of its own; the conversation is kept.
func (p *part) dial(ctx context.Context, label string, role candidate.Role, limits mail.Limits, credential pki.Credential) (dialogue, error) {
	s := p.side
	d := dialing{role: cmp.Or(role, s.Role), address: s.address, limits: limits, credential: credential}
	if d.role != s.Role {
		d.address = s.run.Candidate.Interface(d.role).Address
	}
	d.from = s.places.Next(d.address)
	return p.dialAs(ctx, label, d)
}

// dialAs connects; the conversation is kept.
func (p *part) dialAs(ctx context.Context, label string, d dialing) (dialogue, error) {
	asked := false
	d.shown = &asked
	talking, transcript, err := p.side.connect(ctx, d)
	t := talk{label: label, transcript: transcript, talk: talking, err: err}
	if asked {
		t.shown = d.credential
	}
	p.talks = append(p.talks, t)
	return talking, err
}

// reach connects for an opening.
func (p *part) reach(ctx context.Context, o opening, limits mail.Limits) (dialogue, error) {
	if o.from == "" {
		return p.dial(ctx, o.label, o.role, limits, noCredential)
	}
	return p.dialAs(ctx, o.label, dialing{role: p.side.Role, address: p.side.address, limits: limits, from: o.from})
}

// try opens a mailbox: it connects, logs in and makes the second probe. The error tells that there was no connection on
// which to log in.
func (p *part) try(ctx context.Context, o opening) (*attempt, error) {
	s := p.side
	limits := mail.Limits{Wait: cmp.Or(o.wait, s.run.Patience)}
	talking, err := p.reach(ctx, o, limits)
	if err != nil {
		p.talks[len(p.talks)-1].token = o.token.Token
		return &attempt{box: o.box, token: o.token}, err
	}
	l := s.login(o.box, o.token.Token)
	if o.login != nil {
		l = *o.login
	}
	a := p.logsIn(ctx, talking, o.box, o.token, saying(l))
	_ = p.probes(ctx, a, cmp.Or(o.role, s.Role) == s.Role && s.habit.blind)
	return a, nil
}

// saying says a login on a connection.
func saying(l mail.Login) func(context.Context, dialogue) mail.Result {
	return func(ctx context.Context, d dialogue) mail.Result { return d.Login(ctx, l) }
}

// logsIn logs in on a connection that stands, with a token where there is one, and notes what came of it.
func (p *part) logsIn(ctx context.Context, d dialogue, box string, token psc.Minted, login func(context.Context, dialogue) mail.Result) *attempt {
	a := &attempt{box: box, token: token, talk: d, taken: p.side.provider.Last()}
	begun := bench.Wall()
	a.result = login(ctx, d)
	a.took = bench.Wall().Sub(begun)
	for i := range p.talks { // no copy of them: a crowd notes its own at once
		if t := &p.talks[i]; t.transcript == d.Transcript() {
			t.token, t.err = cmp.Or(token.Token, t.token), cmp.Or(a.result.Err, t.err)
		}
	}
	return a
}

// probes makes the second probe of an attempt, where the connection still stands; a blind one says nothing. The attempt
// tells of the error too.
func (p *part) probes(ctx context.Context, a *attempt, blind bool) error {
	if a.result.Err != nil {
		return a.result.Err
	}
	opens, said, err := a.talk.Opens(ctx, a.box)
	a.opens, a.probe, a.probed = opens && err == nil, said, err == nil && !blind
	if err != nil {
		a.probe = err.Error()
	}
	return err
}

// tries is try of an opening with a fresh token of an order, by default of the mailbox of the controls. It says nothing of
// the case: the error tells why nobody could log in, and is errMint where that is our own affair.
func (p *part) tries(ctx context.Context, order psc.Order, o opening) (*attempt, error) {
	var err error
	if o.token, err = p.mint(order); err != nil {
		return nil, err
	}
	o.box = cmp.Or(o.box, p.own())
	return p.try(ctx, o)
}

// enters is tries where the scenario needs the session that it opens: without one, the case is inconclusive for the reason
// of that key.
func (p *part) enters(ctx context.Context, key string, order psc.Order, o opening) (dialogue, error) {
	a, err := p.tries(ctx, order, o)
	switch {
	case err != nil:
		return nil, p.unconnected(err)
	case !a.accepted():
		return nil, p.Cannot(key, a.told())
	}
	return a.talk, nil
}

// open is try as the trial: its attempt is what outcomes are about.
func (p *part) open(ctx context.Context, o opening) (*attempt, error) {
	a, err := p.try(ctx, o)
	if err != nil {
		return a, p.unconnected(err)
	}
	p.attempts = append(p.attempts, a)
	return a, nil
}

// unconnected tells why there is no secured connection. That no token could be made says nothing of the operator.
func (p *part) unconnected(err error) error {
	switch {
	case errors.Is(err, errMint):
		return err
	case errors.Is(err, mail.ErrNoTLS):
		return p.Cannot(verdict.ReasonNoSTARTTLS, p.side.address, err.Error())
	case errors.Is(err, mail.ErrHandshake):
		return p.Cannot(verdict.ReasonNoHandshake, p.side.address, err.Error())
	}
	return p.Cannot(verdict.ReasonUnreachable, p.side.Field("address"), p.side.address, err.Error())
}

// accepted tells that the login went through, and the mailbox opened.
func (a *attempt) accepted() bool {
	return a.result.Outcome == mail.Accepted && (a.opens || !a.probed)
}

// entered tells that something was let in: by the reply, or by the effect.
func (a *attempt) entered() bool {
	return a.result.Outcome == mail.Accepted || a.probed && a.opens
}

// told says in a line what came of it.
func (a *attempt) told() string {
	var b strings.Builder
	if a.result.Challenge != nil {
		fmt.Fprintf(&b, "défi %s ; ", *a.result.Challenge)
	}
	switch {
	case a.result.Err != nil:
		b.WriteString(a.result.Err.Error())
	default:
		b.WriteString(strings.TrimSpace(strings.Join([]string{a.result.Status, bracketed(a.result.Code, a.result.Text), a.result.Text}, " ")))
		fmt.Fprintf(&b, " ; puis %s", a.probe)
	}
	return b.String()
}

// bracketed is a code that the text does not repeat.
func bracketed(code, text string) string {
	if code == "" || strings.HasPrefix(text, code) {
		return ""
	}
	return "[" + code + "]"
}

// errMint tells that the harness could not make a token.
var errMint = errors.New("mint token")

// mint makes a token. The conduct of its fault is played, and undone when the scenario ends.
func (p *part) mint(o psc.Order) (psc.Minted, error) {
	if f, ok := oidc.FaultByName(o.Fault); ok {
		conduct := f.Conduct
		conduct.Answer = oidc.Answer{}
		p.owed.conduct = p.owed.conduct || conduct != (oidc.Conduct{})
	}
	token, err := p.side.provider.Mint(o)
	if err != nil {
		return token, fmt.Errorf("%w: %w", errMint, err)
	}
	return token, nil
}

// control opens the mailbox of the controls with a fresh good token, and tells whether that went through, and what was
// answered. Its session stays open until the next control.
func (p *part) control(ctx context.Context, label string) (ok bool, told string) {
	if b := p.before; b != nil && b.talk != nil { // of the sessions of the mailbox, the controls take one
		_ = b.talk.Close()
	}
	a, err := p.controlled(ctx, label, p.side.honest(p.side.habit.person))
	if err == nil && !a.accepted() && p.side.keys.fallback() {
		// A rotation that the operator did not follow is the finding of TOK-16, and of no other case.
		old := p.side.honest(p.side.habit.person)
		old.Key = psc.KeySecond
		if a, err = p.controlled(ctx, label, old); err == nil && a.accepted() {
			p.side.keys.signWith(psc.KeySecond)
		}
	}
	p.before = a
	if err != nil {
		p.side.Standing.Note(false)
		_ = p.unconnected(err)
		return false, err.Error()
	}
	p.side.Standing.Note(a.accepted())
	return a.accepted(), a.told()
}

// usualRecovery is how long an operator may take to come back from a temporary refusal, and pauseBetween how long it is
// left alone in the meantime.
const (
	usualRecovery = 20 * time.Second
	pauseBetween  = 500 * time.Millisecond
)

// controlled is one control, tried again while the operator says that it cannot for now.
func (p *part) controlled(ctx context.Context, label string, o psc.Order) (*attempt, error) {
	begun := bench.Wall()
	for {
		token, err := p.mint(o)
		if err != nil {
			return nil, err
		}
		a, err := p.try(ctx, opening{label: label, box: p.side.habit.box.Address, token: token})
		if err == nil && (a.accepted() || !a.later()) || bench.Wall().Sub(begun) > p.recovery || ctx.Err() != nil {
			return a, err
		}
		if err := bench.Sleep(ctx, pauseBetween); err != nil {
			return a, err
		}
	}
}

// blaming are the codes by which IMAP says that the credentials are to blame, hopeful those by which it says that they may
// do later (RFC 5530 §3).
var (
	blaming = []string{"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED"}
	hopeful = []string{"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN"}
)

// smtp is the first digit of the reply of a submission server; 0 of IMAP.
func (a *attempt) smtp() byte {
	if s := a.result.Status; len(s) == 3 && s[0] >= '2' && s[0] <= '5' {
		return s[0]
	}
	return 0
}

// blames tells that a refusal says that the token is to blame: IMAP by its code, SMTP 5xx.
func (a *attempt) blames() bool {
	if digit := a.smtp(); digit != 0 {
		return digit == '5'
	}
	return slices.Contains(blaming, strings.ToUpper(a.result.Code))
}

// later tells that a refusal says that it is for now only, or that the connection was closed.
func (a *attempt) later() bool {
	return errors.Is(a.result.Err, mail.ErrClosed) || a.smtp() == '4' || a.smtp() == 0 && slices.Contains(hopeful, strings.ToUpper(a.result.Code))
}
