package lps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/lps"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// sessionOutcomes are what must be seen of the session (LPS-24 to LPS-28).
func sessionOutcomes() []scenario.Step {
	return []scenario.Step{
		step(`aucun jeton n'est dans les fichiers du logiciel`, filesClean),
		step(`la session de messagerie du logiciel est close`, mailClosed),
		step(`le logiciel demande au professionnel de s'identifier`, asksPerson),
		step(`le logiciel a rouvert la boîte sans le professionnel`, reopened),
		step(`le reste du logiciel répond`, restAnswers),
		step(`la session du logiciel est terminée`, sessionOver),
		step(`l'étalon remarque si le logiciel n'a pas pris congé`, remarksStay),
	}
}

// mailClosed wants no connection to the mailbox to be left (LPS-25).
func mailClosed(ctx context.Context, p *part) error {
	p.Checked()
	if !p.await(ctx, func() bool { return p.side.operator.OpenLinks(operator.IMAP) == 0 }) {
		p.Sees(p.Own("session-kept", "0", fmt.Sprintf("IMAP : %d", p.side.operator.OpenLinks(operator.IMAP))))
	}
	return nil
}

// asksPerson wants the program not to go on without the person.
func asksPerson(ctx context.Context, p *part) error {
	if p.last == nil {
		return p.Cannot(verdict.ReasonNoMessage, "geste")
	}
	return tellsError(ctx, p)
}

// reopened wants a login since the links were cut, without the person (LPS-26).
func reopened(ctx context.Context, p *part) error {
	if err := authenticated(ctx, p, operator.IMAP); err != nil {
		return err
	}
	if _, persons := p.asks(p.since); persons > 0 {
		p.Finds(p.Own("person-asked-again", "", fmt.Sprint(persons)))
	}
	return nil
}

// restAnswers wants a gesture that needs no mail to be done (LPS-27).
func restAnswers(_ context.Context, p *part) error {
	p.Checked()
	if p.last == nil || p.last.gesture.Gesture != lps.Elsewhere {
		return p.Cannot(verdict.ReasonNoMessage, "elsewhere")
	}
	if p.last.failed() {
		p.Finds(p.Own("rest-stalled", "200", fmt.Sprintf("%d %s", p.last.status, p.last.told)))
	}
	return nil
}

// pause is how often the person uses the program in a session that goes on.
const pause = 14 * time.Minute

// leaves lets a time pass for the program and for Pro Santé Connect, nobody at the program.
func (p *part) leaves(ctx context.Context, minutes int) error {
	p.owed.clock = true
	p.Run.Bench.Clock.Advance(time.Duration(minutes) * time.Minute)
	return p.setClock(ctx, p.Run.Bench.Clock.Now().UTC().Format(time.RFC3339Nano))
}

// uses lets a time pass, in which the person looks at the mailbox again and again.
func (p *part) uses(ctx context.Context, minutes int) error {
	end := p.Run.Bench.Clock.Now().Add(time.Duration(minutes) * time.Minute)
	for left := time.Duration(minutes) * time.Minute; left > 0; left = end.Sub(p.Run.Bench.Clock.Now()) {
		next := min(left, pause)
		p.owed.clock = true
		p.since = p.side.now()
		p.Run.Bench.Clock.Advance(next)
		if err := p.setClock(ctx, p.Run.Bench.Clock.Now().UTC().Format(time.RFC3339Nano)); err != nil {
			return err
		}
		if left-next > 0 {
			if _, err := p.does(ctx, p.gesture(candidate.FetchMail)); err != nil {
				return err
			}
		}
	}
	return nil
}

// left tells whether the program took leave of Pro Santé Connect since a moment.
func (p *part) left(from moment) bool {
	return slices.ContainsFunc(p.entries(from), func(e psc.Entry) bool {
		return e.Endpoint == psc.EndpointLogout || e.Endpoint == psc.EndpointRevocation
	})
}

// remarksStay remarks a session that goes on after a quarter of an hour, which other sources allow up to half an hour.
func remarksStay(ctx context.Context, p *part) error {
	bounded, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	if !p.await(bounded, func() bool { return p.left(p.first) }) {
		p.Remark("idle-session")
	}
	return nil
}

// farewell is how long a program may take to see that its session is over.
const farewell = 2 * time.Second

// sessionOver wants the program to have ended the session by itself: it took leave of Pro Santé Connect, or does not look at
// the mailbox any more without the person (LPS-28).
func sessionOver(ctx context.Context, p *part) error {
	p.Checked()
	bounded, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	if p.await(bounded, func() bool { return p.left(p.first) }) {
		return nil
	}
	before := p.side.now()
	d, err := p.does(ctx, p.gesture(candidate.FetchMail))
	if err != nil {
		return err
	}
	goes := p.side.operator.OpenLinks(operator.IMAP) > 0 || slices.ContainsFunc(p.logins(before, ""), func(a attempt) bool { return a.accepted })
	refreshes, _ := p.asks(before)
	if goes || refreshes > 0 || !d.manual && !d.failed() {
		p.Finds(p.Own("session-endless", "logout", strings.TrimSpace(fmt.Sprintf("fetch %d %s", d.status, d.told))))
		return nil
	}
	p.Remark("left-quietly")
	return nil
}
