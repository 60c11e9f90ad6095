package idp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"etalon/internal/browser"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
)

// sessionSteps are the sentences about the session that a login opens, and its end.
func sessionSteps() []scenario.Step {
	return []scenario.Step{
		stepOf(`Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante §`, asksAgain),
		side.StepOf(`(\d+) secondes passent chez le fournisseur d'identité`, func(ctx context.Context, p *part, n int) error { return p.pass(ctx, time.Duration(n)*time.Second) }),
		step(`deux secondes s'écoulent chez le fournisseur d'identité`, func(ctx context.Context, p *part) error { return p.side.waits(ctx, 2*time.Second) }),
		stepOf(`la connexion vieillit chez le fournisseur d'identité, jusqu'à §`, ages),
		step(`l'instant de connexion du jeton d'identité n'a pas changé`, authTimeKept),
		step(`le fournisseur d'identité a redemandé la connexion, et le dit`, askedAgain),
		step(`le fournisseur d'identité n'a pas redemandé la connexion, et le dit`, notAskedAgain),
		step(`le fournisseur d'identité répond que la connexion est nécessaire`, loginRequired),
		stepOf(`Pro Santé Connect demande au fournisseur d'identité la déconnexion, variante §`, asksLogout),
		step(`le fournisseur d'identité ne renvoie pas à l'adresse de déconnexion demandée`, notSentOut),
	}
}

// asksAgain asks again for a login, in the browser of the person of the trial.
func asksAgain(ctx context.Context, p *part, name string) error {
	alter, known := askings[name]
	if !known {
		return fmt.Errorf("request %q: want one of the table of requests", name)
	}
	if p.last == nil || p.nav == nil {
		return p.Cannot(verdict.ReasonNoMessage, "connexion")
	}
	if why := p.last.why(); why != nil && p.first == nil {
		return p.Cannot(why.Key, why.Args...)
	}
	if p.last.done() {
		p.first = p.last
	}
	if p.origin == nil || p.last.way.login {
		p.origin = p.last
	}
	p.last = p.logsIn(ctx, p.nav, p.who, labelAgain, func(a *asking) { alter(p, a) })
	return nil
}

// agesOf are how old a login is to be, of the life that it has: under its end, at it, and past it. Of four hours that is
// 3 h 50, 4 h 00 min 05 s and 4 h 01 min.
func ageOf(word string, life time.Duration) (time.Duration, error) {
	switch word {
	case "avant la limite":
		return life - max(life/24, time.Second), nil
	case "juste après la limite":
		return life + max(life/2880, time.Second), nil
	case "après la limite":
		return life + max(life/240, 2*time.Second), nil
	}
	return 0, fmt.Errorf("age %q: want avant la limite, juste après la limite or après la limite", word)
}

// ages lets the login of the trial grow old.
func ages(ctx context.Context, p *part, word string) error {
	age, err := ageOf(word, p.side.declared.Session.Duration)
	if err != nil {
		return err
	}
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	if p.origin != nil && !l.way.login {
		l = p.origin
	}
	since := l.way.ended // by then it was made: what is to be over is over
	if age < p.side.declared.Session.Duration {
		since = l.way.began
	}
	return p.pass(ctx, age-p.Run.Bench.Clock.Now().Sub(since))
}

// authTimeKept wants a token that came without a login to have the instant of the old one; where the provider asked again,
// the new instant is that of the new login (FI-24).
func authTimeKept(ctx context.Context, p *part) error {
	l, ok := p.wentThrough()
	if !ok || p.first == nil {
		return p.Cannot(verdict.ReasonNoMessage, "première connexion")
	}
	p.Checked()
	switch was, is := p.first.token.AuthTime, l.token.AuthTime; {
	case l.way.login:
		return authTimeTrue(ctx, p)
	case was.IsZero() || is.IsZero():
		p.Finds(p.Own("id-auth-time-refreshed", stampOf(was), stampOf(is), l.proof...))
	case !was.Equal(is):
		p.Finds(p.Own("id-auth-time-refreshed", stampOf(was), stampOf(is), l.proof...))
	}
	return nil
}

func stampOf(at time.Time) string {
	if at.IsZero() {
		return "—"
	}
	return at.UTC().Format(time.RFC3339)
}

// askedAgain wants the person to have been asked, and the token to say when (FI-37, FI-40, FI-42 to FI-44).
func askedAgain(_ context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	if err := p.undecided(l); err != nil {
		return err
	}
	if l.way.code() == "" && !l.way.login {
		if !l.way.wantsLogin() {
			why := l.way.why()
			return p.Cannot(why.Key, why.Args...)
		}
		p.Checked()
		return nil // nobody came in by the old login
	}
	if !l.way.login {
		p.Checked()
		p.Sees(p.Own("id-login-not-asked", "page de connexion", l.way.told(), l.proof...))
		return nil
	}
	if _, ok := p.wentThrough(); !ok {
		return nil
	}
	p.Checked()
	from, known := p.side.theirs(l.way.began)
	switch at := l.token.AuthTime; {
	case p.first != nil && !at.After(p.first.token.AuthTime) && l.way.began.Sub(p.first.way.ended) > time.Second:
		p.Finds(p.Own("id-auth-time-stale", "> "+stampOf(p.first.token.AuthTime), stampOf(at), l.proof...))
	case known && at.Before(from.Add(-tolerance)):
		p.Finds(p.Own("id-auth-time-stale", "≥ "+stampOf(from), stampOf(at), l.proof...))
	}
	return nil
}

// notAskedAgain wants the session to serve, with the instant of the old login (FI-41). A request that came late, by the
// earliest moment of that login, shows nothing.
func notAskedAgain(_ context.Context, p *part) error {
	l, ok := p.wentThrough()
	if !ok || p.first == nil {
		return nil
	}
	if life := p.side.declared.Session.Duration; l.way.login && l.way.asks.Sub(p.first.way.began) >= life {
		return p.Cannot(verdict.ReasonTimeout, l.way.asked.door.text("authorization_endpoint"), life.String())
	}
	p.Checked()
	switch {
	case l.way.login:
		p.Finds(p.Own("id-session-short", "sans nouvelle connexion", "page de connexion", l.proof...))
	case !l.token.AuthTime.Equal(p.first.token.AuthTime):
		p.Finds(p.Own("id-auth-time-refreshed", stampOf(p.first.token.AuthTime), stampOf(l.token.AuthTime), l.proof...))
	}
	return nil
}

// loginRequired wants the browser to come back at once, with the error of the standard (FI-38, FI-45).
func loginRequired(_ context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	if err := p.undecided(l); err != nil {
		return err
	}
	p.Checked()
	switch code := l.way.back.Get("error"); {
	case p.noLogout: // said already
	case l.way.code() != "":
		p.Sees(p.Own("id-code-without-login", "login_required", l.way.told()))
	case l.way.page.Held == nil:
		page := p.Own("id-page-despite-none", "login_required", l.way.told())
		page.Requirement = "FI-38" // nobody is logged in: that a page shows is about prompt=none, whatever came before
		p.Finds(page)
	case !l.way.wantsLogin():
		p.Finds(p.Own("id-error-other", "login_required", code))
	}
	return nil
}

const strangeFarewell = "https://intrus.test.invalid/deconnexion"

// farewells are the parameters of a logout request, by the words of the features (RP-Initiated Logout §2).
var farewells = map[string]func(p *part, l *signIn) url.Values{
	"simple": func(p *part, l *signIn) url.Values {
		return url.Values{"id_token_hint": {l.tokens.id}, "post_logout_redirect_uri": {p.side.declared.PostLogout}, "client_id": {l.way.asked.client}}
	},
	"autre-retour": func(_ *part, l *signIn) url.Values {
		return url.Values{"id_token_hint": {l.tokens.id}, "post_logout_redirect_uri": {strangeFarewell}, "client_id": {l.way.asked.client}}
	},
	"sans-jeton": func(*part, *signIn) url.Values {
		return url.Values{"post_logout_redirect_uri": {strangeFarewell}}
	},
}

// asksLogout sends the browser of the person to the end of the session.
func asksLogout(ctx context.Context, p *part, name string) error {
	with, known := farewells[name]
	if !known {
		return fmt.Errorf("logout %q: want one of the table of logouts", name)
	}
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	params := with(p, l)
	params.Set("state", p.draw(12))
	address := p.door.text("end_session_endpoint")
	if address == "" {
		p.noLogout = true
		p.Finds(p.Own("id-endpoint-unannounced", "end_session_endpoint", ""))
		return nil
	}
	joint := "?"
	if strings.Contains(address, "?") {
		joint = "&"
	}
	nav := p.nav
	nav.Hold(func(r browser.Request) bool {
		return leadsTo(r.URL, p.side.declared.PostLogout) || leadsTo(r.URL, strangeFarewell)
	})
	page, err := nav.Get(ctx, address+joint+params.Encode())
	for range 2 { // the provider may ask whether to log out
		if err != nil || page.Held != nil || !page.Agrees() || page.Shown() {
			break
		}
		page, err = nav.Agree(ctx, page, nil)
	}
	p.keepWay(labelFarewell, page.Hops, err)
	p.first = l
	p.last = &signIn{one: l.one, door: l.door, way: &way{asked: l.way.asked, page: page, err: err}, token: l.token, tokens: l.tokens, answer: l.answer}
	var trouble *browser.Trouble
	switch {
	case errors.As(err, &trouble) && trouble.Kind == browser.ErrBarred && len(page.Hops) <= 1:
		return p.cannotFor(barredBy("end_session_endpoint", barredIn(err)))
	case errors.As(err, &trouble): // nothing tells that the request was served
		return p.cannotFor(trouble.Reason())
	}
	if err == nil && page.Held == nil && (page.Status == http.StatusNotFound || page.Status >= 500) {
		return p.Cannot(verdict.ReasonIDLost, page.URL, statusText(page.Status))
	}
	return nil
}

// notSentOut wants the browser not to be sent to an address that is not registered (FI-46).
func notSentOut(_ context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	if err := p.undecided(l); err != nil {
		return err
	}
	p.Checked()
	if l.way.returned(strangeFarewell) {
		p.Sees(p.Own("id-redirect-followed", "—", l.way.page.Held.URL))
	}
	return nil
}
