package rp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/redact"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// Steps is the whole table of sentences about services, in the order in which a login goes.
func Steps() []scenario.Step {
	return slices.Concat(loginSteps(), requestSteps(), sessionSteps(), decoupledSteps())
}

// step makes a line of the table whose sentence holds no value, stepOf one whose sentence holds a word.
var step, stepOf = side.Step[*part], side.StepOf[*part, string]

// loginSteps are the sentences of logins and of their way back.
func loginSteps() []scenario.Step {
	return []scenario.Step{
		step(`un professionnel entre dans le service`, controlBefore),
		step(`un autre professionnel entre encore dans le service`, controlAfter),
		step(`un professionnel se connecte au service`, func(ctx context.Context, p *part) error { return p.tries(ctx, "", arriving{}) }),
		stepOf(`un professionnel se connecte au service, Pro Santé Connect commettant la faute §`, func(ctx context.Context, p *part, fault string) error {
			return p.tries(ctx, fault, arriving{})
		}),
		stepOf(`un professionnel se connecte au service, variante §`, func(ctx context.Context, p *part, variant string) error {
			return p.tries(ctx, variant, arriving{})
		}),
		step(`un professionnel refuse à Pro Santé Connect d'entrer dans le service`, func(ctx context.Context, p *part) error {
			return p.tries(ctx, "", arriving{refuse: true})
		}),
		step(`le retour de la connexion est ouvert dans un autre navigateur`, opensElsewhere),
		step(`le retour de la connexion est ouvert une seconde fois`, opensAgain),
		stepOf(`au retour de la connexion, Pro Santé Connect montre la faute §`, comesBackToConduct),
		step(`le service n'ouvre pas de session`, noSession),
		step(`le service n'ouvre pas de session, ou n'y met pas les données d'une autre personne`, noDataOfAnother),
		step(`le service ouvre une session à ce professionnel`, sessionOpened),
		step(`aucun jeton n'est demandé pour ce retour`, noTokenAsked),
		step(`le service dit ce qui s'est passé`, readable),
	}
}

// tries makes the person of the trials log in, while Pro Santé Connect commits a fault; none when it is empty.
func (p *part) tries(ctx context.Context, fault string, how arriving) error {
	person, err := p.somebody(ctx)
	if err == nil && fault != "" {
		err = p.commits(person, fault)
	}
	if err != nil {
		return err
	}
	p.fault, p.mark = fault, p.side.provider.Last()
	if p.trial, err = p.logsIn(ctx, person, how); err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "formulaire de Pro Santé Connect : "+err.Error())
	}
	return nil
}

// opensElsewhere makes a person log in, and has another browser come back (PSC-03): that which did not ask.
func opensElsewhere(ctx context.Context, p *part) error {
	if err := p.tries(ctx, "", arriving{hold: true}); err != nil {
		return err
	}
	held := p.trial.page.Held
	if held == nil {
		return p.Cannot(verdict.ReasonNoMessage, "redirect_uri")
	}
	elsewhere, err := p.sits(ctx, p.trial.person)
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	elsewhere.asked, elsewhere.back = p.trial.asked, p.trial.back
	page, err := elsewhere.browser.Get(ctx, held.URL)
	elsewhere.been(page, err)
	p.trial = elsewhere
	return ctx.Err()
}

// opensAgain opens the address of the way back once more, as a person who reloads (PSC-13).
func opensAgain(ctx context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(v.page.Hops, func(h browser.Hop) bool { return p.side.returns(h.URL) })
	if i < 0 {
		return p.Cannot(verdict.ReasonNoMessage, "redirect_uri")
	}
	page, err := v.browser.Get(ctx, v.page.Hops[i].URL)
	v.been(page, err)
	return ctx.Err()
}

// comesBackToConduct makes a person log in, has Pro Santé Connect misbehave, and lets the browser come back (PSC-17). What it
// commits lasts until the closing control. A service whose connection was open from before may find it closed, and give up
// without having seen the certificate: it is tried once more.
func comesBackToConduct(ctx context.Context, p *part, name string) error {
	f, ok := oidc.FaultByName(name)
	if !ok || f.Conduct.Link == "" {
		return fmt.Errorf("fault %q: want one of the certificate of Pro Santé Connect", name)
	}
	for range 2 {
		met, err := p.comesBack(ctx, f.Conduct)
		if met || err != nil {
			return err
		}
		p.undo(ctx)
	}
	return p.Cannot(verdict.ReasonNoMessage, "TLS → "+p.side.provider.Discovery().Token)
}

// comesBack lets a browser come back while Pro Santé Connect misbehaves. It tells whether the service met its certificate.
func (p *part) comesBack(ctx context.Context, c oidc.Conduct) (met bool, err error) {
	if err := p.tries(ctx, "", arriving{hold: true}); err != nil {
		return false, err
	}
	v := p.trial
	if v.page.Held == nil {
		return false, p.Cannot(verdict.ReasonNoMessage, "redirect_uri")
	}
	p.owed.conduct = true
	if err := p.side.provider.Behave(c); err != nil {
		return false, p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	p.mark = p.side.provider.Last()
	before := p.side.provider.Connections()
	v.browser.Hold(func(r browser.Request) bool { return p.side.ofProvider(r.URL) }) // where no browser would go on
	defer v.browser.Hold(nil)
	page, err := v.browser.Send(ctx, *v.page.Held)
	v.been(page, err)
	return bench.Until(ctx, p.side.waits.notice, func() bool { return p.side.provider.Connections() > before }), ctx.Err()
}

// noSession wants the last visitor to have no session.
func noSession(ctx context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	var opened bool
	open := func() bool { opened, err = p.opens(ctx, v); return opened || err != nil }
	if p.way == nil {
		open()
	} else {
		watches(ctx, p.side.waits.silence, open) // a decoupled session opens behind its page, in its own time
	}
	switch {
	case err != nil:
		return p.Cannot(verdict.ReasonUnreachable, p.side.Field("protected"), p.side.declared.Protected, err.Error())
	case opened:
		p.Sees(p.Own("session-opened", "aucune session", p.told(v), p.proof(v)...))
	case lost(v.endedBy) != nil:
		return p.without(v.endedBy)
	case !p.delivered(v):
		return p.Cannot(verdict.ReasonNoMessage, p.fault)
	}
	return nil
}

// without ends a step to which the service did not answer.
func (p *part) without(err error) error {
	why := lost(err)
	return p.Cannot(why.Key, why.Args...)
}

// lost tells why the service did not answer a visit that ended so, where nobody listened or no answer came in time: that says
// nothing of what it would have done. Who takes the request and cuts the connection has answered.
func lost(err error) *verdict.Reason {
	var slow interface{ Timeout() bool }
	var dial *net.OpError
	var trouble *browser.Trouble
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &trouble):
		return &verdict.Reason{Key: verdict.ReasonTimeout, Args: []string{"redirect_uri", err.Error()}}
	case errors.As(err, &slow) && slow.Timeout(), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &dial) && dial.Op == "dial", trouble.Kind == browser.ErrBrowserFailed:
		reason := trouble.Reason()
		return &reason
	}
	return nil
}

// noDataOfAnother wants no session, or one that is the last visitor's and not the person's of whom userinfo told: its values
// must not be used, and the login may go on without them (OIDC Core §5.3.2).
func noDataOfAnother(ctx context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	opened, err := p.opens(ctx, v)
	d := p.side.declared
	switch {
	case err != nil:
		return p.Cannot(verdict.ReasonUnreachable, p.side.Field("protected"), d.Protected, err.Error())
	case opened && !strings.Contains(d.Success, candidate.UserPlace):
		return p.Cannot(verdict.ReasonNotDeclared, p.side.Field("success : "+candidate.UserPlace))
	case opened && (!v.page.Text(d.Shows(v.person.IdNat)) || v.page.Text(d.Shows(p.side.first().IdNat))):
		p.Sees(p.Own("data-of-another", string(v.person.IdNat), string(p.side.first().IdNat), p.proof(v)...))
	case lost(v.endedBy) != nil:
		return p.without(v.endedBy)
	case !p.delivered(v):
		return p.Cannot(verdict.ReasonNoMessage, p.fault)
	}
	return nil
}

// delivered tells whether the fault of the trial reached the service: a refusal before that says nothing of it.
func (p *part) delivered(v *visitor) bool {
	f, _ := oidc.FaultByName(p.fault)
	given := func(e psc.Entry) bool { return e.Status == http.StatusOK }
	switch {
	case f.ID != nil || f.IDWire != nil:
		if p.way != nil {
			return slices.ContainsFunc(p.polls(), given)
		}
		return slices.ContainsFunc(p.exchanges(v), given)
	case f.Flow.UserInfo != nil:
		return len(p.asked(func(e psc.Entry) bool {
			return e.Endpoint == psc.EndpointUserInfo && e.Number > p.mark && e.Token != nil && e.Token.Claims["preferred_username"] == string(v.person.IdNat)
		})) > 0
	case f.Flow.Grant == oidc.GrantCode:
		return len(p.exchanges(v)) > 0
	case f.Flow.Callback != nil:
		return slices.ContainsFunc(v.hops, func(h browser.Hop) bool { return h.Status > 0 && p.side.returns(h.URL) })
	}
	return true
}

// sessionOpened wants the last visitor to have a session.
func sessionOpened(ctx context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if !p.entered(ctx, v) {
		if lost(v.err) != nil {
			return p.without(v.err)
		}
		p.Finds(p.Own("session-refused", p.side.declared.Protected, p.told(v), p.proof(v)...))
	}
	return nil
}

// noTokenAsked wants the code of the last way back not to have been redeemed.
func noTokenAsked(_ context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	asked := p.exchanges(v)
	if len(asked) == 0 && lost(v.endedBy) != nil {
		return p.without(v.endedBy)
	}
	if len(asked) > 0 {
		p.Sees(p.Own("token-requested", "0", fmt.Sprint(len(asked)), append(p.proof(v), p.entries(asked))...))
	}
	return nil
}

// traces are words of what shows a program's insides.
var traces = []string{
	"goroutine ", "panic:", "Traceback (most recent call last)", "at java.", "at org.", "at System.", "at Microsoft.", "Exception in thread", "Stack trace:",
	"Stacktrace", "Caused by: ", "node_modules/", "NullPointerException", "Fatal error:", "Whitelabel Error Page",
}

// readable wants the page on which the last visitor ended to say something to a person: no failure, no page without words, no
// insides, no way round in circles. A way that goes on to Pro Santé Connect ends on its page, and the service says nothing.
func readable(_ context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	if lost(v.endedBy) != nil {
		return p.without(v.endedBy)
	}
	if large := (*browser.Trouble)(nil); errors.As(v.endedBy, &large) && large.Kind == browser.ErrPageTooLarge {
		why := large.Reason() // it may say what happened, where nobody looked
		return p.Cannot(why.Key, why.Args...)
	}
	p.Checked()
	got := ""
	switch i := slices.IndexFunc(traces, v.ended.Text); {
	case v.endedBy != nil:
		got = err.Error()
	case p.side.ofProvider(v.ended.URL):
		got = "→ " + redact.Bare(v.ended.URL)
	case v.ended.Status >= http.StatusInternalServerError:
		got = fmt.Sprintf("HTTP %d", v.ended.Status)
	case i >= 0:
		got = fmt.Sprintf("HTTP %d, « %s »", v.ended.Status, traces[i])
	case !v.ended.Worded():
		got = fmt.Sprintf("HTTP %d, page vide", v.ended.Status)
	}
	if got != "" {
		p.Finds(p.Own("error-unreadable", "une page qui dit ce qui s'est passé", got, p.proof(v)...))
	}
	return nil
}
