package mss

import (
	"context"
	"slices"
	"time"

	"etalon/internal/mail"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// transcriptMedia is the media type of a conversation.
const transcriptMedia = "text/plain; charset=utf-8"

// part is a scenario's part of the side: its connections, its tokens, and what it must undo.
type part struct {
	*scenario.World
	side *Side

	// recovery is how long the operator may take to come back from a temporary refusal before a control has failed.
	recovery time.Duration
	attempts []*attempt
	before   *attempt // the last control
	talks    []talk
	owed     owed
	crowd    []*attempt    // those that authenticated at once
	late     time.Duration // how late this machine was meanwhile
	line     line          // what the scenarios of TLS, IMAP and SESS remember
	smtp     submission
	cli      certifying
	bal      mailboxes
}

// attempt is one login and the second probe behind it.
type attempt struct {
	box   string
	token psc.Minted
	talk  dialogue
	// result is what came of the login; opens whether the second probe went through, probed whether it says anything;
	// probe is what was answered to it.
	result        mail.Result
	opens, probed bool
	probe         string
	took          time.Duration
	// taken is the number of the last entry of the journal of Pro Santé Connect before the login.
	taken int
}

// talk is a connection to be kept as evidence.
type talk struct {
	label      string
	transcript *mail.Transcript
	talk       dialogue // nil when it was not secured
	token      string
	shown      pki.Credential // to the server; none when it asked for none
	err        error
}

// owed is what a scenario must undo.
type owed struct {
	conduct bool // of Pro Santé Connect
	clock   bool
}

// last is the attempt that outcomes are about. It fails when there was none.
func (p *part) last() (*attempt, error) {
	if len(p.attempts) == 0 {
		return nil, p.Cannot(verdict.ReasonNoMessage, "connexion")
	}
	return p.attempts[len(p.attempts)-1], nil
}

// proof keeps what was said so far on the connection of an attempt, and what Pro Santé Connect was asked about its token.
func (p *part) proof(a *attempt) []string {
	var all []string
	if a.talk != nil {
		all = append(all, p.Evidence(a.talk.Transcript().Bytes(), transcriptMedia))
	}
	if asked := p.asked(a.token.Token); asked != "" {
		all = append(all, asked)
	}
	return all
}

// finish keeps every conversation of the scenario, and ends the connections.
func (p *part) finish() {
	var told []string
	for _, t := range p.talks {
		e := verdict.Exchange{Label: t.label, From: "harness"}
		if t.token != "" {
			e.Marker = "sha256:" + psc.Digest(t.token)
		}
		if t.transcript != nil {
			e.Request = p.Evidence(t.transcript.Bytes(), transcriptMedia)
		}
		if t.talk != nil {
			if state, secured := t.talk.TLS(); secured {
				e.TLS = p.Link(&state, t.shown)
			}
			_ = t.talk.Close()
		} else if len(t.shown.Chain) > 0 {
			e.TLS = p.Offered(t.shown)
		}
		if t.err != nil {
			e.Error = scenario.Brief(t.err.Error())
		}
		p.Keep(e)
		if asked := p.asked(t.token); asked != "" && !slices.Contains(told, asked) {
			told = append(told, asked)
			p.Keep(verdict.Exchange{Label: labelAsked, From: "candidate", Marker: e.Marker, Request: asked})
		}
	}
	p.talks = nil
}

// undo makes Pro Santé Connect honest again, and gives the wall clock back.
func (p *part) undo(ctx context.Context) {
	if p.owed.conduct {
		p.honestAgain()
	}
	if p.owed.clock {
		p.clockBack(ctx)
	}
	p.giveBack(ctx)
}

// honestAgain ends the conduct of Pro Santé Connect that was asked for.
func (p *part) honestAgain() {
	p.owed.conduct = false
	if err := p.side.provider.Behave(oidc.Conduct{}); err != nil {
		_ = p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
}
