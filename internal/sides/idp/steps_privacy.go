package idp

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/browser"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// privacySteps are the sentences about what of a login others could see or use (EXI FI 13), and whose e-mail is told.
func privacySteps() []scenario.Step {
	return []scenario.Step{
		step(`la session de la personne chez le fournisseur d'identité ne se lit ni en clair ni par un script`, sessionGuarded),
		step(`aucun jeton du fournisseur d'identité ne passe par une adresse`, addressesClean),
		step(`l'adresse de messagerie donnée par le fournisseur d'identité est d'un domaine de l'établissement`, mailOfEstablishment),
	}
}

// maxCookies bounds how many cookies of a login are tried one by one.
const maxCookies = 8

// placed is a cookie and the address that set it.
type placed struct {
	at     string
	cookie *http.Cookie
}

// cookiesOf are those that a login left, by name.
func cookiesOf(hops []browser.Hop) map[string]placed {
	left := map[string]placed{}
	for _, hop := range hops {
		for _, c := range (&http.Response{Header: hop.Header}).Cookies() {
			if c.MaxAge < 0 || c.Value == "" {
				delete(left, c.Name)
				continue
			}
			left[c.Name] = placed{hop.URL, c}
		}
	}
	return left
}

// serves tells whether a browser with these cookies, but one, is logged in: prompt=none brings a code.
func (p *part) serves(ctx context.Context, l *signIn, all map[string]placed, but string) (bool, error) {
	nav := browser.New(browser.Options{Roots: p.Run.Bench.RootPool(), Patience: p.Run.Patience})
	p.browsers = append(p.browsers, nav)
	for name, c := range all {
		if name == but {
			continue
		}
		if err := nav.SetCookies(c.at, c.cookie); err != nil {
			return false, err
		}
	}
	a := p.ask(l.door, l.way.asked.client)
	a.params.Set("prompt", "none")
	a.neverFills = true
	w := p.goes(ctx, nav, a, l.one, labelAgain)
	if w.err != nil {
		return false, p.Cannot(w.why().Key, w.why().Args...)
	}
	return w.code() != "", nil
}

// sessionGuarded wants each cookie without which the person is no more logged in to be Secure and HttpOnly.
func sessionGuarded(ctx context.Context, p *part) error {
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	all := cookiesOf(l.way.page.Hops)
	if alive, err := p.serves(ctx, l, all, ""); err != nil || !alive || len(all) > maxCookies {
		return p.Cannot(verdict.ReasonNoMessage, "prompt=none, code")
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		alive, err := p.serves(ctx, l, all, name)
		if err != nil {
			return err
		}
		if alive {
			continue
		}
		p.Checked()
		c := all[name].cookie
		if !c.Secure || !c.HttpOnly {
			p.Finds(p.Own("id-cookie-bare", name+" : Secure, HttpOnly", attributes(c)))
		}
	}
	return nil
}

// attributes are what a cookie says of its keeping.
func attributes(c *http.Cookie) string {
	var said []string
	if c.Secure {
		said = append(said, "Secure")
	}
	if c.HttpOnly {
		said = append(said, "HttpOnly")
	}
	if len(said) == 0 {
		return "—"
	}
	return strings.Join(said, ", ")
}

// addressesClean wants no address of the way of a login to carry a token: histories and logs keep addresses.
func addressesClean(_ context.Context, p *part) error {
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	p.Checked()
	for _, address := range l.way.addresses() {
		for _, name := range []string{"access_token", "id_token", "refresh_token"} {
			if carries(address, name) {
				p.Sees(p.Own("id-token-in-address", "code, state", name))
			}
		}
		for _, kept := range []struct{ name, token string }{{"access_token", l.tokens.access}, {"id_token", l.tokens.id}, {"refresh_token", l.tokens.refresh}} {
			if len(kept.token) >= minToken && strings.Contains(address, kept.token) {
				p.Sees(p.Own("id-token-in-address", "code, state", kept.name))
			}
		}
	}
	return nil
}

// minToken is how long a token must be for its text to stand in an address by no accident.
const minToken = 16

// addresses are all to which a browser went, or was sent.
func (w *way) addresses() []string {
	var all []string
	for _, hop := range w.page.Hops {
		all = append(all, hop.URL, hop.Header.Get("Location"))
	}
	if w.page.Held != nil {
		all = append(all, w.page.Held.URL)
	}
	return all
}

// carries tells whether an address has a parameter, in its query or its fragment.
func carries(address, name string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	query := u.Query()
	fragment, _ := url.ParseQuery(u.Fragment) // what can be read of it
	return query.Get(name) != "" || fragment.Get(name) != ""
}

// mailOfEstablishment wants the e-mail of a login to be of a domain of the establishment (EXI FI 26).
func mailOfEstablishment(_ context.Context, p *part) error {
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	mail := l.claim("email")
	if mail == "" {
		return p.Cannot(verdict.ReasonNoMessage, "email")
	}
	p.Checked()
	domains := p.side.declared.Establishments[l.one.establishment].Domains
	_, domain, _ := strings.Cut(mail, "@")
	if !slices.ContainsFunc(domains, func(d string) bool { return strings.EqualFold(d, domain) }) {
		p.Finds(p.Own("id-mail-other-domain", strings.Join(domains, " "), domain, l.proof...))
	}
	return nil
}
