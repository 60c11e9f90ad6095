package idp

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/redact"
	"etalon/internal/verdict"
)

// way is what came of sending a browser to the provider.
type way struct {
	asked *asking
	page  browser.Page
	err   error
	// back are the parameters with which the browser is sent back; nil when it is not.
	back url.Values
	// login tells that a login page was shown, refused that it came again after it was filled in.
	login, refused bool
	filled         []string // the forms filled in
	// erred tells that a form was filled in with a factor that is wrong on purpose.
	erred bool
	// began and ended are by our protocol clock: the last page of a login was filled in between. asks is when the first page of
	// a login was there.
	began, ended, asks time.Time
	// until bounds the way. typed is the code of the moment that was typed last; again tells that it is to be a new one, since one
	// that had served was turned down.
	until time.Time
	typed codeUse
	again bool
}

// code is the code with which the browser came back.
func (w *way) code() string { return w.back.Get("code") }

// returned tells whether the browser was sent to an address.
func (w *way) returned(address string) bool {
	return w.page.Held != nil && leadsTo(w.page.Held.URL, address)
}

// wantsLogin tells whether the browser is sent back because somebody would have to log in (OIDC Core §3.1.2.6).
func (w *way) wantsLogin() bool {
	code := w.back.Get("error")
	return code == "login_required" || code == "interaction_required"
}

// turnsAway tells whether the provider refused what was asked: the browser is sent back with an error, or stays on a page
// after a form was filled in; one of scripts may lead on, but after a factor that is wrong. Whatever else shows nothing.
func (w *way) turnsAway() bool {
	switch code := w.back.Get("error"); {
	case w.err != nil || w.code() != "":
		return false
	case w.page.Held != nil:
		return code != "" && code != "server_error" && code != "temporarily_unavailable"
	}
	return len(w.filled) > 0 && w.page.Status < 500 && (w.refused || w.erred || !w.page.Scripted())
}

// maxPages bounds the pages of one login.
const maxPages = 8

// goes sends a browser to the provider, where a person answers what is asked, until it comes back to the client or stays.
func (p *part) goes(ctx context.Context, nav navigator, a *asking, one someone, label string) *way {
	w := &way{asked: a, began: p.Run.Bench.Clock.Now(), until: bench.Wall().Add(p.wait())}
	_, who := p.side.of(one)
	p.Veil.Hide(a.verifier)
	nav.Hold(a.stops())
	bounded, cancel := context.WithDeadline(ctx, w.until)
	w.page, w.err = nav.Get(bounded, a.url())
	cancel()
	for range maxPages {
		if w.err != nil || w.page.Held != nil {
			break
		}
		if !p.answers(ctx, nav, w, who) {
			break
		}
	}
	w.ended = p.Run.Bench.Clock.Now()
	if w.page.Held != nil {
		w.back = w.page.Query()
	}
	if w.code() != "" && !a.wrongFactor {
		p.side.lets(one)
	}
	if w.code() != "" && w.again {
		p.side.codes.learns()
	}
	p.hideWay(w.page)
	p.keepWay(label, w.page.Hops, w.err)
	return w
}

// answers does what the page at hand asks of the person; false when that is nothing that the person can do.
func (p *part) answers(ctx context.Context, nav navigator, w *way, who candidate.IDPerson) bool {
	declared := p.side.declared.SignInOf(who)
	values, secret := p.filling(declared, who, w, p.theirNow())
	switch {
	case values == nil && w.page.Agrees() && !w.page.Shown() && w.page.Status < 400:
		w.goesOn(ctx, func(ctx context.Context) (browser.Page, error) { return nav.Agree(ctx, w.page, declared.Consent) })
		return true
	case values == nil:
		return false
	}
	if !w.login {
		w.login, w.asks = true, p.Run.Bench.Clock.Now()
	}
	name := strings.Join(slices.Sorted(maps.Keys(values)), " ")
	if w.asked.neverFills || w.asked.oneFormOnly && len(w.filled) > 0 {
		return false
	}
	if slices.Contains(w.filled, name) && !p.retypes(w) {
		w.refused = true
		return false
	}
	w.filled = append(w.filled, name)
	w.erred = w.erred || w.asked.wrongFactor && errs(declared, who, values)
	if !w.asked.wrongFactor && byCode(declared, who) && errs(declared, who, values) {
		at, err := p.codeFor(ctx, w, who)
		if err != nil {
			w.err = err
			return false
		}
		values, secret = p.filling(declared, who, w, at)
	}
	w.began = p.Run.Bench.Clock.Now()
	w.goesOn(ctx, func(ctx context.Context) (browser.Page, error) { return nav.Answer(ctx, w.page, values, secret) })
	return true
}

// goesOn does something in the page, within the time that the way has left.
func (w *way) goesOn(ctx context.Context, do func(context.Context) (browser.Page, error)) {
	bounded, cancel := context.WithDeadline(ctx, w.until)
	defer cancel()
	w.moves(do(bounded))
}

// moves notes to what a page led; where a browser gives none with its trouble, the page at hand stays.
func (w *way) moves(next browser.Page, err error) {
	if err != nil && next.URL == "" {
		next = w.page
	}
	w.page, w.err = next, err
}

// filling is what a person types into the page: the values of the declared form that has the most fields there; nil when none
// has all. A page that asks for the secret alone, of a person whom it knows already, is answered too.
func (p *part) filling(declared candidate.SignIn, who candidate.IDPerson, w *way, at time.Time) (values map[string]string, secret string) {
	code := totp(who.TOTP, at)
	if w.asked.wrongFactor && byCode(declared, who) {
		code = spoilt(code)
	} else if w.asked.wrongFactor {
		who.Secret = spoilt(who.Secret)
	}
	page := w.page
	for _, f := range declared.Forms {
		full := typed(f, who, code)
		if page.Asks(slices.Collect(maps.Keys(full))...) && len(full) > len(values) {
			values, secret = full, f.Password
		}
	}
	if values != nil {
		return values, secret
	}
	for _, f := range declared.Forms {
		if f.Password != "" && page.Asks(f.Password) {
			return map[string]string{f.Password: who.Secret}, f.Password
		}
	}
	return nil, ""
}

// byCode tells whether a person's last factor is a code.
func byCode(declared candidate.SignIn, who candidate.IDPerson) bool {
	return totp(who.TOTP, time.Time{}) != "" && slices.ContainsFunc(declared.Forms, asksCode)
}

// errs tells whether what is typed has the last factor, which is wrong then.
func errs(declared candidate.SignIn, who candidate.IDPerson, values map[string]string) bool {
	return slices.ContainsFunc(declared.Forms, func(f candidate.Form) bool {
		for name := range values {
			if text := f.Extra[name]; byCode(declared, who) && strings.Contains(text, codePlace) || !byCode(declared, who) && (name == f.Password || strings.Contains(text, "${secret}")) {
				return true
			}
		}
		return false
	})
}

// asksCode tells whether a form wants a code.
func asksCode(f candidate.Form) bool {
	for _, text := range f.Extra {
		if strings.Contains(text, codePlace) {
			return true
		}
	}
	return false
}

// codePlace is where a form wants the code of the moment.
const codePlace = "${code}"

// spoilt is a secret of the same form that is another.
func spoilt(secret string) string {
	if secret == "" {
		return "x"
	}
	last := secret[len(secret)-1]
	if last == '9' || last == 'z' || last == 'Z' {
		return secret[:len(secret)-1] + "1"
	}
	return secret[:len(secret)-1] + string(last+1)
}

// typed are the fields of a form, as a person fills them in.
func typed(f candidate.Form, who candidate.IDPerson, code string) map[string]string {
	values := map[string]string{}
	if f.User != "" {
		values[f.User] = who.ID
	}
	if f.Password != "" {
		values[f.Password] = who.Secret
	}
	fill := strings.NewReplacer(candidate.UserPlace, who.ID, "${secret}", who.Secret, codePlace, code)
	for name, text := range f.Extra {
		values[name] = fill.Replace(text)
	}
	return values
}

// why tells what kept a browser from coming back with a code, in words that name it; nil when nothing did.
func (w *way) why() *verdict.Reason {
	var trouble *browser.Trouble
	switch {
	case w.code() != "":
		return nil
	case barredIn(w.err) != nil && len(w.page.Hops) <= 1:
		why := barredBy("authorization_endpoint", barredIn(w.err))
		return &why
	case errors.As(w.err, &trouble):
		reason := trouble.Reason()
		return &reason
	case w.err != nil:
		return &verdict.Reason{Key: verdict.ReasonTimeout, Args: []string{redact.Bare(w.asked.url()), w.err.Error()}}
	case w.back.Get("error") != "":
		return &verdict.Reason{Key: verdict.ReasonIDRefused, Args: []string{w.back.Get("error"), w.back.Get("error_description")}}
	case w.refused:
		return &verdict.Reason{Key: verdict.ReasonIDLoginRefused, Args: []string{redact.Bare(w.page.URL), w.told()}}
	case w.page.Scripted():
		return &verdict.Reason{Key: verdict.ReasonIDScripted, Args: []string{redact.Bare(w.page.URL)}}
	}
	return &verdict.Reason{Key: verdict.ReasonIDLost, Args: []string{redact.Bare(w.page.URL), w.told()}}
}

// told says in a word where the browser stayed.
func (w *way) told() string {
	switch {
	case w.page.Held != nil:
		return redact.Bare(w.page.Held.URL) + "?" + summary(w.back)
	case w.err != nil:
		return veiled(w.err.Error())
	}
	text := "HTTP " + statusText(w.page.Status)
	if w.login {
		text += ", page de connexion"
	}
	return text
}
