package idp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// flowSteps are the sentences about the code flow.
func flowSteps() []scenario.Step {
	return []scenario.Step{
		step(`une personne se connecte chez le fournisseur d'identité`, personLogsIn),
		stepOf(`Pro Santé Connect demande une connexion au fournisseur d'identité, variante §`, asksForLogin),
		step(`le fournisseur d'identité rend un code, puis des jetons`, tokensGiven),
		step(`le fournisseur d'identité ne renvoie pas à l'adresse demandée`, notSentThere),
		step(`le fournisseur d'identité ne rend pas de jeton d'identité`, noIdentity),
		step(`le fournisseur d'identité ne rend ni jeton ni identité par le navigateur`, nothingByBrowser),
		step(`le fournisseur d'identité répond à la demande par une erreur propre`, errorIsClean),
		step(`le fournisseur d'identité rend l'état tel qu'il l'a reçu`, stateKept),
		step(`le jeton d'identité porte la valeur nonce de la demande`, func(_ context.Context, p *part) error { return p.token("FI-12") }),
		step(`le jeton d'identité est de l'émetteur publié`, issuerSame),
		step(`le jeton d'identité est signé par une clé publiée`, func(_ context.Context, p *part) error { return p.token("FI-47") }),
		step(`le jeton d'identité est adressé à Pro Santé Connect, daté et en cours`, tokenOurs),
		step(`le jeton d'identité est bref et de l'instant présent`, tokenBrief),
		step(`l'instant de connexion du jeton d'identité n'est pas après son émission`, func(_ context.Context, p *part) error { return p.tokenOf("FI-23", true) }),
	}
}

// personLogsIn logs the usual person in, with a browser of its own, as the trial.
func personLogsIn(ctx context.Context, p *part) (err error) {
	p.last, p.nav, err = p.newcomer(ctx, p.who, labelTrial, nil)
	return err
}

// Variants of the authorization request, by the words of the features.
var askings = map[string]func(p *part, a *asking){
	"chemin-allonge":     redirected(func(u *url.URL) { u.Path += "/x" }),
	"autre-hote":         redirected(func(u *url.URL) { u.Host = "intrus.test.invalid" }),
	"hote-allonge":       redirected(func(u *url.URL) { u.Host = strings.TrimSuffix(u.Hostname(), ".") + ".intrus.test.invalid" }),
	"autre-requete":      redirected(func(u *url.URL) { u.RawQuery = "suite=1" }),
	"client-inconnu":     func(p *part, a *asking) { a.params.Set("client_id", "inconnu-"+p.draw(9)) },
	"sans-openid":        func(_ *part, a *asking) { a.params.Set("scope", "email") },
	"implicite-jeton":    responding("token"),
	"implicite-identite": responding("id_token token"),
	"sans-type":          func(_ *part, a *asking) { a.params.Del("response_type") },
	"type-inconnu":       responding("inconnu"),
	"prompt-contraire":   func(_ *part, a *asking) { a.params.Set("prompt", "none login") },
	"etat-difficile": func(p *part, a *asking) {
		a.state = (p.draw(36) + "+/=+/=+/=+/=+/=+/=")[:64]
		a.params.Set("state", a.state)
	},
	"prompt-none":  func(_ *part, a *asking) { a.params.Set("prompt", "none"); a.neverFills = true },
	"prompt-login": func(_ *part, a *asking) { a.params.Set("prompt", "login") },
	"max-age-0":    func(_ *part, a *asking) { a.params.Set("max_age", "0") },
	"max-age-60":   func(_ *part, a *asking) { a.params.Set("max_age", "60") },
	"max-age-2":    func(_ *part, a *asking) { a.params.Set("max_age", "2") },
	"simple":       func(*part, *asking) {},
}

// responding asks for something else than a code.
func responding(kind string) func(*part, *asking) {
	return func(_ *part, a *asking) { a.params.Set("response_type", kind) }
}

// redirected asks to be sent back elsewhere.
func redirected(change func(*url.URL)) func(*part, *asking) {
	return func(p *part, a *asking) {
		u, err := url.Parse(a.redirect)
		if err != nil {
			return // the schema wants one
		}
		change(u)
		a.until = []string{a.redirect}
		a.redirect = u.String()
		a.params.Set("redirect_uri", a.redirect)
	}
}

// asksForLogin sends a person to the provider with a request, in a browser of its own.
func asksForLogin(ctx context.Context, p *part, name string) error {
	alter, known := askings[name]
	if !known {
		return fmt.Errorf("request %q: want one of the table of requests", name)
	}
	var err error
	p.last, p.nav, err = p.newcomer(ctx, p.who, labelTrial, func(a *asking) { alter(p, a) })
	return err
}

// tokensGiven wants the flow to end in tokens (FI-05, FI-11, FI-16, FI-53).
func tokensGiven(_ context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	p.Checked()
	for _, f := range l.found {
		if f.Requirement == "FI-05" {
			p.Sees(f)
		}
	}
	why := l.why()
	switch {
	case why == nil:
	case l.way.back.Get("error") != "":
		p.Finds(p.Own("id-flow-refused", "code", l.way.told()))
	case l.answer != nil && l.answer.status == http.StatusUnauthorized && p.side.Barred(): // the declared client is not the registered one
		return p.Cannot(why.Key, why.Args...)
	case l.answer != nil && l.answer.err == nil && l.answer.status >= 200:
		p.Finds(p.Own("id-flow-refused", "HTTP 200, id_token", l.answer.told(), proof(p.shown)...))
	default:
		return p.Cannot(why.Key, why.Args...)
	}
	return nil
}

// notSentThere wants the browser not to be sent where the request wanted, with a code or without: a redirect to the address
// that is registered, without code, is left open (RFC 6749 §4.1.2.1).
func notSentThere(_ context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	w := l.way
	p.Checked()
	switch {
	case w.returned(w.asked.redirect) && same(w.page.Held.URL, w.asked.redirect):
		p.Sees(p.Own("id-redirect-followed", "page d'erreur", w.told()))
	case w.code() != "":
		p.Sees(p.Own("id-code-given", "page d'erreur", w.told()))
	case w.err != nil:
		return p.Cannot(w.why().Key, w.why().Args...)
	}
	return nil
}

// same tells whether an address goes where another one, which may have a query, goes.
func same(address, other string) bool {
	u, err := url.Parse(address)
	want, wrong := url.Parse(other)
	if err != nil || wrong != nil {
		return false
	}
	for name, values := range want.Query() {
		if !slices.Equal(u.Query()[name], values) {
			return false
		}
	}
	return true
}

// noIdentity wants a request without openid to bring no ID token (FI-10).
func noIdentity(_ context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	p.Checked()
	if l.tokens.id != "" || l.way.back.Get("id_token") != "" {
		p.Sees(p.Own("id-token-unasked", "ni id_token, ou une erreur", l.told(), l.proof...))
	}
	return p.unlessTroubled(l)
}

// unlessTroubled tells of a way that did not end by the provider's doing.
func (p *part) unlessTroubled(l *signIn) error {
	if why := l.way.why(); l.way.err != nil && why != nil {
		return p.Cannot(why.Key, why.Args...)
	}
	return nil
}

// nothingByBrowser wants no token to come back by the browser (FI-15).
func nothingByBrowser(_ context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	p.Checked()
	for _, name := range []string{"access_token", "id_token"} {
		if l.way.back.Get(name) != "" {
			p.Sees(p.Own("id-token-by-browser", "unsupported_response_type", l.way.told()))
		}
	}
	return p.unlessTroubled(l)
}

// traced is what shows the inside of a program in a page or an answer.
var traced = regexp.MustCompile(`(?m)^\s*at [\w.$<>]+ ?\(|Traceback \(most recent call|goroutine \d+ \[|node_modules/|Exception in thread|[\w./]+\.(go|java|py|rb|pm|php):\d+|\.p[lm] line \d+`)

// errorIsClean wants a refusal of the standard, without the inside of the program, before the person logs in or after: nothing
// says in which order a provider looks at a request and at a person (FI-50).
func errorIsClean(_ context.Context, p *part) error {
	if c := p.answered; c != nil {
		return p.answerIsClean(c)
	}
	l, err := p.latest()
	if err != nil {
		return err
	}
	w := l.way
	p.Checked()
	if w.page.Held == nil && traced.Match(w.page.Body) {
		p.Sees(p.Own("id-inside-shown", "—", string(traced.Find(w.page.Body))))
	}
	switch {
	case w.refused:
		return p.Cannot(w.why().Key, w.why().Args...)
	case w.code() != "":
		p.Sees(p.Own("id-error-missing", "error", w.told()))
	case w.page.Held == nil && w.page.Status >= 500:
		p.Sees(p.Own("id-failure", "4xx, error", w.told()))
	case w.page.Held != nil && w.back.Get("error") == "":
		p.Sees(p.Own("id-error-missing", "error", w.told()))
	}
	return p.unlessTroubled(l)
}

// stateKept wants the state back, character by character (FI-11).
func stateKept(_ context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	if l.way.back == nil {
		return p.Cannot(l.way.why().Key, l.way.why().Args...)
	}
	p.Checked()
	if got := l.way.back.Get("state"); got != l.way.asked.state {
		p.Sees(p.Own("id-state-other", l.way.asked.state, got))
	}
	return nil
}

// bounds are the rules about instants that are of our profile alone: OpenID Connect sets no such bound.
var bounds = []string{"idtoken-life-excessive", "idtoken-issued-elsewhen", "idtoken-auth-time-later"}

// token reports what the ID token departs from in one requirement, by the standards.
func (p *part) token(requirement string) error { return p.tokenOf(requirement, false) }

// tokenOf reports what the ID token departs from in one requirement: by the standards, or by the bounds of our profile.
func (p *part) tokenOf(requirement string, bound bool) error {
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	if requirement == "FI-47" && l.door.keys == nil {
		return p.Cannot(verdict.ReasonIDUnusable, l.door.of.Discovery, "jwks_uri")
	}
	if requirement == "FI-47" && len(l.door.jwks) == 0 {
		return p.Cannot(verdict.ReasonIDUnusable, l.door.text("jwks_uri"), l.door.keys.told())
	}
	if requirement == "FI-47" && l.token.Unverified {
		return p.Cannot(verdict.ReasonIDUnverified, l.token.Algorithm)
	}
	p.Checked()
	for _, f := range l.found {
		if f.Requirement == requirement && slices.Contains(bounds, f.Rule) == bound {
			p.Finds(f)
		}
	}
	return nil
}

// issuerSame wants the issuer of the token to be that which is published, and that of the callback where it says one (RFC 9207).
func issuerSame(_ context.Context, p *part) error {
	if err := p.token("FI-02"); err != nil {
		return err
	}
	l, err := p.latest()
	if err != nil {
		return err
	}
	if got := l.way.back.Get("iss"); got != "" && got != l.issuer() {
		p.Finds(p.Own("id-callback-issuer-other", l.issuer(), got))
	}
	return nil
}

// tokenOurs looks at whom the token is for, and at whether it is over; the latter by the provider's clock alone (FI-48).
func tokenOurs(_ context.Context, p *part) error {
	if err := p.token("FI-48"); err != nil || p.Troubled() {
		return err
	}
	if _, known := p.side.theirs(p.last.answer.read); !known {
		return p.Cannot(verdict.ReasonClockUnknown)
	}
	return nil
}

// tokenBrief looks at the life of the token and at its age, and names a clock that is off as such (FI-48).
func tokenBrief(_ context.Context, p *part) error {
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	if err := p.tokenOf("FI-48", true); err != nil {
		return err
	}
	theirs, known := p.side.theirs(l.answer.read)
	if !known {
		return p.Cannot(verdict.ReasonClockUnknown)
	}
	if off := theirs.Sub(l.answer.read); off.Abs() > idTokenAge {
		p.Finds(p.Own("id-clock-off", "± "+idTokenAge.String(), off.Round(1e9).String(), l.proof...))
	}
	return nil
}
