package mss

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"etalon/internal/mail"
	"etalon/internal/verdict"
)

// digits are what differs between two refusals that say the same: times, counters, session names.
var digits = regexp.MustCompile(`[0-9]+`)

// words are what a refusal says, but for the mailbox and for figures.
func (a *attempt) words() string {
	said := strings.Join([]string{a.result.Status, a.result.Code, a.result.Text}, " ")
	if a.result.Failure != nil {
		said += fmt.Sprintf(" %v", *a.result.Failure)
	}
	if a.result.Err != nil {
		said = a.result.Err.Error()
	}
	name, _, _ := strings.Cut(a.box, "@")
	for _, own := range []string{a.box, name} {
		said = strings.ReplaceAll(said, own, "‹boîte›")
	}
	return digits.ReplaceAllString(said, "#")
}

// muchSlower is how much the medians of two refusals may differ without a remark.
const muchSlower = time.Second

// refusalsAlike wants both to be refused, in the same words. Times are only remarked upon: other work makes them differ.
func refusalsAlike(_ context.Context, p *part) error {
	p.Checked()
	unknown, known := p.bal.unknown[0], p.bal.known[0]
	for _, a := range append(slices.Clone(p.bal.unknown), p.bal.known...) {
		switch {
		case a.entered():
			p.Sees(p.Own("login-accepted", wantRefused, a.told(), p.proof(a)...))
			return nil
		case a.result.Outcome == mail.Unanswered:
			return p.silent(a)
		}
	}
	same := slices.ContainsFunc(p.bal.unknown, func(u *attempt) bool {
		return slices.ContainsFunc(p.bal.known, func(k *attempt) bool { return k.words() == u.words() })
	})
	if !same {
		p.Finds(p.Own("mailbox-told", known.words(), unknown.words(), append(p.proof(known), p.proof(unknown)...)...))
	}
	if one, two := median(p.bal.unknown), median(p.bal.known); (one - two).Abs() > muchSlower {
		p.Remark("refusal-times", one.Round(time.Millisecond).String(), two.Round(time.Millisecond).String())
	}
	return nil
}

func median(attempts []*attempt) time.Duration {
	var all []time.Duration
	for _, a := range attempts {
		all = append(all, a.took)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// ownSession opens the mailbox of the controls again.
func (p *part) ownSession(ctx context.Context) (dialogue, error) {
	return p.enters(ctx, verdict.ReasonControlRefusedAfter, p.usual(), opening{label: labelBeside})
}

// reaches tells whether the session of an attempt is in the mailbox of the controls: over IMAP by a message that is stored
// and looked for, in submission by sending as it.
func (p *part) reaches(ctx context.Context, a *attempt) (bool, error) {
	if talking, ok := a.talk.(smtpTalk); ok {
		if p.side.habit.blind {
			p.Remark("blind-probe")
			return true, nil
		}
		may, _, err := talking.MaySend(ctx, p.own(), p.side.declared.Recipient)
		return err == nil && may, nil
	}
	own, err := p.ownSession(ctx)
	if err != nil {
		return false, err
	}
	return p.sameBox(ctx, own.(imapTalk), a.talk.(imapTalk))
}

func sameMailbox(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if !a.accepted() {
		return nil // said by the step before
	}
	return p.ownAlone(ctx, a)
}

// ownAlone wants the session of an attempt to be in the mailbox of the controls.
func (p *part) ownAlone(ctx context.Context, a *attempt) error {
	same, err := p.reaches(ctx, a)
	if err == nil && !same {
		p.Sees(p.Own("mailbox-other", p.own(), a.told(), p.proof(a)...))
	}
	return err
}

// refusedOrSame wants no mailbox but that of the controls to open.
func refusedOrSame(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	if !a.entered() {
		return refused(ctx, p)
	}
	p.Checked()
	return p.ownAlone(ctx, a)
}

// ownNotOpened wants the mailbox of the token's person to be shut, where another was asked for.
func ownNotOpened(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if a.talk == nil || a.result.Err != nil || p.side.habit.blind {
		return nil
	}
	opens, told, err := a.talk.Opens(ctx, p.own())
	if err != nil || !opens {
		return nil
	}
	p.Sees(p.Own("own-mailbox-opened", wantRefused, told, p.proof(a)...))
	return nil
}

// twoOpened wants both to be open and to be two.
func twoOpened(ctx context.Context, p *part) error {
	p.Checked()
	if len(p.attempts) < 2 {
		return p.Cannot(verdict.ReasonNoMessage, "deux connexions")
	}
	one, two := p.attempts[len(p.attempts)-2], p.attempts[len(p.attempts)-1]
	for _, a := range []*attempt{one, two} {
		switch {
		case a.result.Outcome == mail.Unanswered:
			return p.silent(a)
		case !a.accepted():
			p.Finds(p.Own("login-refused", wantAccepted, a.box+" : "+a.told(), p.proof(a)...))
			return nil
		}
	}
	first, ok := one.talk.(imapTalk)
	if !ok {
		return nil // each may send as itself, which the second probe has shown
	}
	same, err := p.sameBox(ctx, first, two.talk.(imapTalk))
	if err == nil && same {
		p.Sees(p.Own("mailbox-other", one.box+", "+two.box, "la même boîte", append(p.proof(one), p.proof(two)...)...))
	}
	return err
}
